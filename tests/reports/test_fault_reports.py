"""The documents of a fault: each part of an incident is there, and what is not known is said."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.kits.report import ReportKit, convert_to_pdf, read_pdf, squeeze

from yunqi.reports import figures, load_report, render_report
from yunqi.reports.fault_rest import open_points
from yunqi.reports.fault_view import stake_words, view_fault
from yunqi.reports.make_fault_layouts import LAYOUTS, make_layout

RECORD = "fault_record"


def example(name: str = RECORD) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((load_report(name).folder / "example.json").read_text("utf-8"))
    return loaded


class FaultKit(ReportKit):
    """What every document of a fault shows."""

    free = frozenset(
        {
            *("title", "using_unit", "provider", "name", "object", "person", "organisation", "by", "note", "text"),
            *("reason", "clause", "approved_by", "happened", "impact", "measures", "root_cause", "remedy"),
            *("prevention", "evidence", "to"),
        }
    )
    required = "timeline"
    parts: tuple[str, ...] = ()
    """Which of the parts that people wrote it shows."""

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from (data["contract"][key] for key in ("number", "title", "using_unit", "provider"))
        yield from (data["incident"]["number"], data["incident"]["title"], "样例数据", self.report.title)
        yield figures.local(data["incident"]["occurred_at"])
        yield from (data["origin"]["person"], data["origin"]["channel"])
        yield from (one["name"] for one in data["systems"])
        for one in data["timeline"]:
            yield figures.local(one["at"])
            yield from (one["by"], *one["data"].values())
        for one in data["clocks"]:
            yield figures.cite(one["source"])
            yield from (figures.local(one[key]) for key in ("started_at", "due_at", "stopped_at") if one[key])
            yield stake_words(one["stake"])
        for one in data["telling"]:
            yield figures.cite(one["source"])
        for one in data["measured"]:
            yield from (figures.local(each[key]) for each in one["outages"] for key in ("start_at", "end_at"))
        yield from (data["parts"][name] for name in self.parts)
        yield from open_points(data)


class WholeKit(FaultKit):
    """What those show that are written when all is over."""

    parts = ("root_cause", "remedy", "prevention")

    def example(self) -> dict[str, Any]:
        loaded = super().example()
        return loaded | {"parts": {**loaded["parts"], "root_cause": loaded["root_cause"]}}

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from super().shown(data)
        for one in data["pauses"]:
            yield from (one["clause"], one["reason"], one["approved_by"])
        for one in data["findings"]:
            yield from (one["number"], one["evidence"])
        yield from ("双方已确认", "一方已确认", "确认故障排除（云州市职工服务中心 郑和）")


class TestRecord(WholeKit):
    name = "fault_record"

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from super().shown(data)
        for one in data["notes"]:
            yield from (one["text"], figures.local(one["at"]))


class TestFirst(FaultKit):
    name = "fault_first"
    parts = ("happened", "impact", "measures")

    def shown(self, data: dict[str, Any]) -> Iterator[str]:
        yield from super().shown(data)
        yield from ("初步报告", "服务尚未恢复", "根本原因尚未查明", "仍在持续", "403,773.62")


class Final(WholeKit):
    name = "fault_final"


class Downtime(WholeKit):
    name = "downtime"


@pytest.mark.parametrize("kind", [Final, Downtime])
def test_the_others_are_the_same_parts_in_another_order(kind: type[WholeKit], tmp_path: Path) -> None:
    kit = kind()
    kit.test_the_report_says_what_it_is()
    kit.test_every_figure_of_the_example_is_shown(tmp_path)
    kit.test_hostile_text_is_only_text("{{ 7*191 }}{% raw %}<w:p>", ("{{7*191}}{%raw%}<w:p>",), tmp_path)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_the_template_is_what_its_program_writes(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(make_layout(name))) as made, zipfile.ZipFile(load_report(name).layout) as kept:
        assert made.read("word/document.xml") == kept.read("word/document.xml")
        assert made.read("word/styles.xml") == kept.read("word/styles.xml")


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_an_incident_of_which_nothing_is_known_is_still_a_document(name: str, tmp_path: Path) -> None:
    data = example(name)
    empty = ("timeline", "clocks", "edges", "telling", "measured", "pauses", "notes", "findings")
    data |= {key: [] for key in empty}
    data |= {"systems": [], "parts": {}, "root_cause": None, "outage": None}
    text = FaultKit.read(FaultKit(), render_report(name, data, tmp_path / "a.docx"))
    for words in ("尚无处置记录", "没有探测数据", "未测得中断", "合同没有为这类事件约定处置时限"):
        assert words in text
    assert "0.00" not in text  # nothing costs nothing in silence


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"root_cause": None}, "根本原因尚未查明。"),
        ({"root_cause": None, "parts": {"root_cause": "固件"}}, None),
        ({"parts": {}}, "影响（受影响的业务与人数）尚未说明。"),
        ({"incident": {"state": "recovered"}}, "使用单位尚未确认故障排除。"),
        ({"incident": {"recovered_at": None}}, "服务尚未恢复。"),
        ({"origin": {"reported_at": None}}, "尚无使用单位的报告登记，自其报告起算的时限无从起算。"),
        ({"measured": []}, "没有探测数据，中断的起止未经探测证实。"),
        ({"findings": []}, "责任与影响等级尚未认定，违约金为测算。"),
    ],
    ids=["cause", "cause reported", "impact", "confirmed", "recovered", "reported", "measured", "findings"],
)
def test_what_is_open_is_said(change: dict[str, Any], said: str | None) -> None:
    data = example()
    for name, value in change.items():
        data[name] = {**data[name], **value} if name in ("incident", "origin") else value
    before, now = open_points(example()), open_points(data)
    assert said is None or (said in now and said not in before)
    assert said is not None or not any("根本原因" in one for one in now)


def test_a_withdrawn_incident_has_no_clocks_left_to_wait_for() -> None:
    data = example("fault_first")
    data["incident"]["state"] = "withdrawn"
    said = open_points(data)
    assert said[0].startswith("事件已撤销")
    assert not any("计时" in one for one in said[1:])


@pytest.mark.parametrize(
    ("stake", "words"),
    [
        ((None, None, "no_row"), "合同未就此约定违约金"),
        ((None, None, "no_fee"), "合同价款或服务月数未定，无法计算"),
        ((0, 0, ""), "不产生违约金"),
        ((12345, 12345, ""), "123.45 元"),
        ((0, 12345, ""), "0.00 至 123.45 元"),
        ((None, 12345, ""), "123.45 元"),
    ],
)
def test_what_it_may_cost_is_a_sum_a_range_or_a_reason(stake: tuple[int | None, int | None, str], words: str) -> None:
    assert stake_words(dict(zip(("low_fen", "high_fen", "why"), stake, strict=True))) == words


@pytest.mark.parametrize(
    ("origin", "by", "words"),
    [
        ("measured", "", "由探测发现，自动登记"),
        ("import:监测导出", "", "由文件导入"),
        ("reported", "郑和", "由人员报告：郑和"),
        ("reported", "", "由人员报告，未记录姓名"),
    ],
)
def test_it_says_who_saw_it_first(origin: str, by: str, words: str) -> None:
    data = example()
    data["origin"] |= {"origin": origin, "person": by, "organisation": ""}
    assert words in view_fault(data, "x")["origin"][0]


def test_an_edge_beside_what_nobody_saw_is_not_certain() -> None:
    data = copy.deepcopy(example())
    rows = view_fault(data, "x")["measured"]
    assert "（不确定）" in rows[0]["outages"]
    for one in data["measured"][0]["outages"]:
        one |= {"start_certain": True, "end_certain": True}
    assert "（不确定）" not in view_fault(data, "x")["measured"][0]["outages"]


@pytest.mark.slow
def test_libreoffice_prints_every_part(tmp_path: Path) -> None:
    kit = TestRecord()
    text = squeeze(read_pdf(convert_to_pdf(kit.make(kit.example(), tmp_path), tmp_path)))
    assert [one for one in kit.shown(kit.example()) if squeeze(one) not in text] == []
