"""Reports over a span are made of the ledger, numbered and filed; what nobody observed is never shown as up or 0."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from docx import Document
from tests.kits.desk import People, ask
from tests.operations.actions.test_compositions import compose

from yunqi.kernel.period import Month
from yunqi.operations.documents import read_days
from yunqi.operations.installation import Installation
from yunqi.operations.report_data import list_days
from yunqi.store.contracts import require_contract

ON_ONE = pytest.mark.parametrize("settled", ["sqlite"], indirect=True)


def words_of(site: Installation, caller: Any, report_id: str) -> tuple[str, int]:
    """All text of a report's document, and how many pictures it holds."""
    document = Document(io.BytesIO(ask(site, caller, "report.file", id=report_id).value.content))
    text = "".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))
    return text, len(document.inline_shapes)


def period_of(site: Installation, contract: str, month: str) -> dict[str, Any]:
    """A month cut to the contract's term."""
    with site.database.read() as connection:
        found = require_contract(connection, contract)
    one = Month.parse(month)
    first = one.start_on if found.start_on is None else max(one.start_on, found.start_on)
    last = one.end_on if found.end_on is None else min(one.end_on, found.end_on)
    return {"period_start": first, "period_end": last}


@ON_ONE
def test_each_report_over_a_span_is_made_of_the_ledger_and_filed(
    settled_site: Installation, settled_people: People, settled: Any
) -> None:
    site, people = settled_site, settled_people
    contract, month = people.cast.first.contract, settled.statements[-1].month
    span = period_of(site, contract, month)
    found = {}
    for report, asked, wanted in (
        ("security", span, ("九、未检查的事项", "没有已封存的事实可核验", "访问审计")),
        ("summary", {}, ("二、逐月结算", "七、报告与交付物", settled.statements[-1].sm3[:16])),
        ("phase", span, ("二、逐月结算", settled.statements[-1].sm3[:16])),
        ("self_evaluation", {}, ("使用单位评分", "服务水平", "待填（云服务商）")),
        ("submission", span, ("二、系统迁移进展", "四、公网地址", "六、工作建议")),
    ):
        made = compose(site, people.operator, contract=contract, report=report, **asked)
        assert (made["state"], made["composed"]) == ("drafted", report)
        text, pictures = words_of(site, people.operator, made["id"])
        assert [each for each in wanted if each not in text] == [], report
        found[report] = pictures
    assert [report for report in ("security", "summary", "submission") if not found[report]] == []
    # Another agency's people meet none of it.
    assert ask(site, people.other_clerk, "report.list").value.items == ()


@ON_ONE
def test_a_span_that_has_not_begun_is_refused(settled_site: Installation, settled_people: People) -> None:
    site, people = settled_site, settled_people
    asked = {"contract": people.cast.first.contract, "period_start": "2099-01-01", "period_end": "2099-01-31"}
    for report in ("phase", "submission"):
        code = compose(site, people.operator, failed=True, report=report, **asked)
        assert code == "report_data.future"


@ON_ONE
def test_the_monthly_report_draws_each_day_as_its_statement_knew_it(
    settled_site: Installation, settled_people: People, settled: Any
) -> None:
    site, row = settled_site, settled.statements[-1]
    days = read_days(site, row)["days"]
    assert len(days["starts"]) == len(list_days(Month.parse(row.month).span))
    measured = {one["object"]: one for one in row.data["levels"] if one["metric"] == "availability"}
    assert days["objects"]
    for one in days["objects"]:
        cells = [cell for cell in one["cells"] if cell]
        for name in ("up", "down", "unknown", "excluded"):
            assert sum(Fraction(cell[name]) for cell in cells) == Fraction(one[name]), (one["name"], name)
        if one["object"] in measured and one["low"] == one["high"]:
            assert Fraction(measured[one["object"]]["measured"]) == Fraction(one["low"])
    assert any(one["object"] in measured for one in days["objects"])
    # What becomes known later is not in it.
    before = replace(row, known_at=row.known_at - timedelta(days=400))
    assert read_days(site, before)["days"]["objects"] == []
    made = compose(
        site,
        settled_people.operator,
        contract=row.contract_id,
        report="monthly",
        **period_of(site, row.contract_id, row.month),
    )
    assert words_of(site, settled_people.operator, made["id"])[1] >= 2
