"""Plans are made of the contract's data and of the ledger, filed as drafts, and say no more than both hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.kits.desk import People, ask
from tests.operations.actions.test_compositions import compose, lines
from tests.operations.actions.test_period_reports import words_of

from yunqi.kernel.clock import render_instant
from yunqi.operations.installation import Installation
from yunqi.operations.service_plan import read_plan
from yunqi.store.contracts import require_contract

PLANS = {
    "operation_plan": ("十、备份与恢复", "运维服务方案和巡检计划"),
    "inspection_plan": ("五、日程", "巡检计划"),
    "implementation_plan": ("十、付款安排", "项目实施方案"),
    "overall_plan": ("三、上云架构规划", "总体服务方案"),
}


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_each_plan_is_filed_under_the_name_of_the_contract(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    start_at = site.clock.now() + timedelta(hours=2)
    ask(
        site,
        people.operator,
        "shift.plan",
        contract=contract,
        post="hotline",
        person="孙工",
        telephone="000-00000000",
        start_at=render_instant(start_at),
        end_at=render_instant(start_at + timedelta(hours=12)),
    )
    known = {one.kind: one for one in lines(site, people.operator, contract).values()}
    assert known["运维服务方案和巡检计划"].composed == ("operation_plan",)
    for code, (heading, kind) in PLANS.items():
        made = compose(site, people.operator, contract=contract, report=code)
        assert (made["kind"], made["state"], made["composed"]) == (kind, "drafted", code)
        text, _pictures = words_of(site, people.operator, made["id"])
        assert heading in text
        assert ("孙工" in text) == (code != "implementation_plan")
        again = compose(site, people.operator, contract=contract, report=code)
        assert (again["id"], again["number"]) == (made["id"], made["number"])


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_a_plan_repeats_the_contract_line_by_line(site: Installation, people: People) -> None:
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
        data: dict[str, Any] = read_plan(site, connection, people.operator, found)
    assert [one["total_fen"] for one in data["lines"]] == [one["total_fen"] for one in found.data["price_lines"]]
    assert sum(one["amount_fen"] for one in data["instalments"]) == found.total_fen
    assert len(data["levels"]) == len(found.data["service_levels"])
    assert {one["name"] for one in data["systems"]} == {one["name"] for one in found.data["systems"]}
    weeks = [day for one in data["rounds"] for day in one["weeks"]]
    assert weeks == sorted(set(weeks))
    assert next(one["count"] for one in data["reports"] if one["frequency"] == "weekly") == len(weeks)
