"""The acceptance dossier is incomplete while a report that the contract demands is missing."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document
from tests.kits.desk import People, ask
from tests.operations.actions.test_acceptances import change_law, items, request

from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract
from yunqi.store.facts import find_fact
from yunqi.store.statements import require_statement

MONTHLY = {
    "name": "运维月报",
    "party": "provider",
    "frequency": "monthly",
    "deadline": {"count": 5, "unit": "day"},
    "phase": "",
    "source": {"article": "附件 3 第 2 条", "text": "每月提交运维月报", "line": 1},
}
DUTY = {
    "party": "provider",
    "text": "乙方每季度提交安全评估报告",
    "evidence": "安全评估报告",
    "frequency": "quarterly",
    "deadline": {"count": 10, "unit": "day"},
    "source": {"article": "第九条", "text": "每季度提交安全评估报告", "line": 1},
}


@pytest.fixture
def law(site: Installation, people: People) -> date:
    """The contract demands a monthly report among its deliverables, a quarterly one among its obligations."""
    change_law(site, people, deliverables=[MONTHLY], obligations=[DUTY], kpis=[])
    with site.database.read() as connection:
        start_on = require_contract(connection, people.cast.first.contract_id).start_on
    assert start_on is not None
    return start_on


def material(site: Installation, people: People, on: date | None = None) -> Any:
    return ask(site, people.clerk, "acceptance.material", contract=people.cast.first.contract, on=on).value


def deliver(site: Installation, people: People, kind: str, first: date, last: date) -> Any:
    kept = ask(site, people.operator, "file.upload", name=f"{kind}.txt", content=kind.encode()).value
    fields = {"contract": people.cast.first.contract, "kind": kind, "title": kind, "file": kept.id}
    made = ask(site, people.operator, "report.number", **fields, period_start=first, period_end=last).value
    ask(site, people.lead, "report.approve", id=made.id)
    return ask(site, people.operator, "report.deliver", id=made.id, way="platform").value


def test_each_missing_report_is_named_with_its_period_and_article(
    site: Installation, people: People, law: date
) -> None:
    today = date_of(site.clock.now())
    found = material(site, people)
    assert not found.complete
    due = [one for one in found.entries if one.period and one.due_on and one.due_on < today]
    assert {one.state for one in due} == {"missing"}
    assert len(found.missing) == len([one for one in found.entries if one.state == "missing"])
    first = next(one for one in due if one.name == "运维月报")
    assert f"运维月报（{first.period[0]} 至 {first.period[1]}，附件 3 第 2 条）" in found.missing
    quarter = [one for one in found.entries if one.key.startswith("obligation:")]
    assert quarter
    assert all(one.source.article == "第九条" for one in quarter)


def test_what_the_register_delivered_is_there_with_its_record_and_digest(
    site: Installation, people: People, law: date
) -> None:
    before = material(site, people)
    late = next(one for one in before.entries if one.state == "missing" and one.name == "运维月报")
    entry = deliver(site, people, "运维月报", *late.period)
    after = material(site, people)
    mine = items(after)[late.key]
    assert mine.state == "late"  # it was delivered today, after its day
    assert mine.days_late > 0
    (handed,) = mine.handed
    with site.database.read() as connection:
        fact = find_fact(connection, handed.fact)
    assert fact is not None
    assert (fact.subject, fact.payload["sm3"]) == (entry.id, handed.sm3)
    assert handed.document
    assert len(after.missing) == len(before.missing) - 1


def test_nothing_is_missing_before_its_period_is_over(site: Installation, people: People, law: date) -> None:
    found = material(site, people, law)
    assert found.complete
    assert {one.state for one in found.entries} == {"not_due"}
    assert found.missing == ()


def test_a_request_keeps_what_is_missing_and_its_document_says_so(
    site: Installation, people: People, law: date
) -> None:
    found = request(site, people)
    assert not found.material.complete
    file = ask(site, people.clerk, "acceptance.file", id=found.id, format="docx").value
    words = "\n".join(one.text for one in Document(io.BytesIO(file.content)).paragraphs)
    assert f"材料不完整，缺 {len(found.material.missing)} 项" in words
    assert found.material.missing[0] in words


def test_figures_are_bound_to_the_statement_that_they_come_from(site: Installation, people: People) -> None:
    for one in material(site, people).months:
        with site.database.read() as connection:
            row = require_statement(connection, one.statement)
        assert (row.sm3, row.month, row.version) == (one.sm3, one.month, one.version)
        assert one.penalty_fen == row.data["penalty_fen"]
        for level in one.levels:
            assert level.node in row.data["trace"]
