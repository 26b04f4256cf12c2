"""The plans pass the kit; what is not arranged yet is said, and what a person plans is a blank."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.kits.report import ReportKit, squeeze

from yunqi.reports import figures
from yunqi.reports.make_plan_layouts import LAYOUTS
from yunqi.reports.plan_view import view_plan


class PlanKit(ReportKit):
    """What every plan shows."""

    free = frozenset({"title", "using_unit", "provider", "name", "role", "kind", "person"})
    required = "lines"

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from (data["contract"][key] for key in ("number", "title", "using_unit", "provider"))
        yield figures.day(data["contract"]["start_on"])
        yield from (one["name"] for one in data["systems"])
        yield from (f"、{heading}" for heading, _add in LAYOUTS[self.name])
        for one in data["reports"]:
            yield from (one["kind"], figures.cite(one["source"]))
        yield "（由云服务商填写："
        yield "签署"


class TestOperationPlan(PlanKit):
    name = "operation_plan"

    def test_what_is_not_arranged_yet_is_said(self, tmp_path: Path) -> None:
        data = self.example()
        data["people"] = {"roster": [], "promised": [], "terms": []}
        data |= {"contacts": [], "watches": [], "watched": [], "exercises": [], "rounds": [], "levels": []}
        data["rota"] = {"continuous": [], "days": 31, "shifts": []}
        text = self.read(self.make(data, tmp_path))
        for words in (
            "人员名册还没有登记。",
            "今后31日还没有排班。",
            "还没有登记通知对象。",
            "还没有交付的资源和约定的探测。",
            "合同没有约定演练与培训。",
            "服务期尚未确定，日程无法推算。",
            "合同没有约定服务水平。",
        ):
            assert words in text, words


class TestInspectionPlan(PlanKit):
    name = "inspection_plan"

    def test_every_week_of_the_term_has_its_round(self, tmp_path: Path) -> None:
        text = self.read(self.make(self.example(), tmp_path))
        days = [day for one in self.example()["rounds"] for day in one["weeks"]]
        assert len(days) == 53
        assert [day for day in days if f"{int(day[5:7])}月{int(day[8:])}日" not in text] == []


class TestImplementationPlan(PlanKit):
    name = "implementation_plan"

    def test_instalments_stand_with_their_sums(self, tmp_path: Path) -> None:
        text = self.read(self.make(self.example(), tmp_path))
        assert [one for one in self.example()["instalments"] if figures.yuan(one["amount_fen"]) not in text] == []


class TestOverallPlan(PlanKit):
    name = "overall_plan"

    def test_each_part_that_a_contract_asks_for_is_there(self, tmp_path: Path) -> None:
        text = self.read(self.make(self.example(), tmp_path))
        for part in ("上云架构规划", "应用上云", "数据上云", "备份服务", "系统监控"):
            assert squeeze(part) in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"channel": "wecom", "address": None}, "见平台登记"),
        ({"channel": "sms", "address": "000"}, "000"),
    ],
)
def test_only_the_address_of_a_person_is_printed(given: dict[str, Any], shown: str) -> None:
    data = TestOperationPlan().example()
    data["contacts"] = [{"organisation": "甲", "name": "乙", "minutes_left": 5, **given}]
    (row,) = view_plan(data, "")["contacts"]
    assert (row["address"], row["when"]) == (shown, "时限剩 5 分钟时")


def test_a_limit_that_was_not_read_is_no_limit() -> None:
    data = TestOperationPlan().example()
    data["levels"][0]["threshold"] = None
    assert view_plan(data, "")["levels"][0]["rule"] == "合同写得不明，待约定"
