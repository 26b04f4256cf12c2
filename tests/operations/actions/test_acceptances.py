"""Acceptance: the dossier of the ledger, its answer, silence, both signatures, and the payment that it starts."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract
from yunqi.store.signing import verify_signature
from yunqi.store.statements import require_statement
from yunqi.store.tables import contract


def hand_in(site: Installation, people: People, key: str, **more: Any) -> str:
    kept = ask(site, people.operator, "file.upload", name="服务总结报告.txt", content=f"总结 {key}".encode()).value
    number = people.cast.first.contract
    return str(
        ask(site, people.operator, "acceptance.hand_in", contract=number, item=key, file=kept.id, **more).value.id
    )


def request(site: Installation, people: People, **more: Any) -> Any:
    given = {"contract": people.cast.first.contract, "title": "终验", **more}
    return ask(site, people.operator, "acceptance.request", **given).value


def items(found: Any) -> dict[str, Any]:
    return {one.key: one for one in found.entries}


def change_law(site: Installation, people: People, **changes: Any) -> None:
    """Another text of the contract: what the parties of this test have agreed."""
    with site.database.write() as connection:
        found = require_contract(connection, people.cast.first.contract_id)
        connection.execute(contract.update().where(contract.c.id == found.id).values(data={**found.data, **changes}))


def test_the_material_is_the_contracts_list_against_the_ledger(site: Installation, people: People) -> None:
    number = people.cast.first.contract
    before = ask(site, people.clerk, "acceptance.material", contract=number).value
    assert before.listed
    assert before.phases == ("服务运行阶段", "验收阶段")
    assert items(before)["deliverable:9"].state == "missing"
    assert items(before)["deliverable:4"].state == "as_needed"
    hand_in(site, people, "deliverable:9", words="纸质件另附")
    after = ask(site, people.auditor, "acceptance.material", contract=number, phase="验收阶段").value
    (one,) = after.entries
    assert one.state == "present"
    assert one.handed[0].name == "服务总结报告.txt"
    assert len(one.handed[0].sm3) == 64
    assert one.source.article
    assert before.dossier != after.dossier
    kept = ask(site, people.clerk, "document.read", id=one.handed[0].document).value
    assert kept.content == "总结 deliverable:9".encode()


def test_the_same_handed_in_again_is_one_record(site: Installation, people: People) -> None:
    assert hand_in(site, people, "deliverable:9") == hand_in(site, people, "deliverable:9")


def test_what_may_not_be_handed_in(site: Installation, people: People) -> None:
    number, today = people.cast.first.contract, date_of(site.clock.now())
    kept = ask(site, people.operator, "file.upload", name="a.txt", content=b"x").value
    given = {"contract": number, "item": "deliverable:9", "file": kept.id}
    act = "acceptance.hand_in"
    refusal("acceptance.item", site, people.operator, act, **{**given, "item": "deliverable:99"})
    refusal("acceptance.evidence", site, people.operator, act, contract=number, item="deliverable:9")
    refusal("acceptance.evidence", site, people.operator, act, **given, statement="stm-x")
    refusal("acceptance.value", site, people.operator, act, **given, value="不少")
    refusal("acceptance.received", site, people.operator, act, **given, on=today - timedelta(days=1))
    refusal("payment.future", site, people.operator, act, **given, on=today + timedelta(days=1))
    refusal("file.unknown", site, people.clerk, act, **given)
    refusal("object.unknown", site, people.other_operator, act, **given)
    refusal("access.role", site, people.auditor, act, **given)
    refusal("acceptance.phase", site, people.clerk, "acceptance.material", contract=number, phase="夏天")


def test_the_using_unit_says_on_which_day_it_received_something(site: Installation, people: People) -> None:
    on = date_of(site.clock.now()) - timedelta(days=3)
    kept = ask(site, people.clerk, "file.upload", name="签收单.txt", content=b"x").value
    given = {"contract": people.cast.first.contract, "item": "deliverable:9", "file": kept.id, "on": on}
    ask(site, people.clerk, "acceptance.hand_in", **given)
    seen = items(ask(site, people.lead, "acceptance.material", contract=people.cast.first.contract).value)
    assert seen["deliverable:9"].handed[0].on == on


def test_a_request_is_reworked_passed_and_signed_and_starts_the_payment(site: Installation, people: People) -> None:
    made = request(site, people)
    assert (made.state, made.instalments, made.clock.state) == ("requested", (3,), "no_deadline")
    refusal(
        "acceptance.under_way", site, people.operator, "acceptance.request", contract=made.contract_id, title="再次"
    )
    answer = {"id": made.id, "dossier": made.dossier}
    refusal("access.role", site, people.clerk, "acceptance.answer", **answer, event="pass")
    refusal("case.data", site, people.approver, "acceptance.answer", **answer, event="rework")
    again = ask(site, people.approver, "acceptance.answer", **answer, event="rework", reason="缺服务总结报告").value
    assert (again.state, again.clock.state, again.clock.basis) == ("rework", "rejected", "rework")
    assert again.due_on is not None
    hand_in(site, people, "deliverable:9")
    assert ask(site, people.clerk, "acceptance.read", id=made.id).value.changed
    site.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    anew = ask(site, people.operator, "acceptance.advance", id=made.id, event="resubmit").value
    assert (anew.state, anew.changed) == ("requested", False)
    assert anew.dossier != made.dossier
    refusal("acceptance.changed", site, people.approver, "acceptance.answer", **answer, event="pass")
    passed = ask(site, people.approver, "acceptance.answer", id=made.id, dossier=anew.dossier, event="pass").value
    today = date_of(site.clock.now())
    assert (passed.state, passed.accepted_on) == ("passed", today)
    money = ask(site, people.clerk, "payment.list", contract=made.contract_id).value
    assert money.instalments[2].happened == {"acceptance": today}
    for caller in (people.lead, people.approver):
        done = ask(site, caller, "acceptance.sign", id=made.id, dossier=anew.dossier).value
    assert done.state == "signed"
    assert len(done.signatures) == 2
    for one in done.signatures:
        assert verify_signature(one.public_key, one.signature, one.text)
        assert one.sm3 == anew.dossier
        assert anew.dossier in one.text
    refusal(
        "acceptance.instalments",
        site,
        people.operator,
        "acceptance.request",
        contract=made.contract_id,
        title="再验",
        instalments=[3],
    )


def test_the_digest_is_of_the_document_that_is_kept(site: Installation, people: People) -> None:
    made = request(site, people)
    rows = ask(site, people.clerk, "document.list", contract=made.contract_id, text=made.number).value.items
    assert [one.sm3 for one in rows] == [made.dossier]


def test_failed_is_final_and_nothing_is_paid(site: Installation, people: People) -> None:
    made = request(site, people)
    given = {"id": made.id, "dossier": made.dossier}
    failed = ask(site, people.approver, "acceptance.answer", **given, event="fail", reason="未提供服务").value
    assert failed.state == "failed"
    assert [one.event for one in failed.next] == []
    money = ask(site, people.clerk, "payment.list", contract=made.contract_id).value
    assert money.instalments[2].happened == {}
    assert request(site, people, title="复验").instalments == (3,)


def test_silence_accepts_only_where_the_contract_says_so_and_its_days_are_over(
    site: Installation, people: People
) -> None:
    deadline = {"count": 5, "unit": "working_day"}
    change_law(site, people, acceptance={"deadline": deadline, "silence_accepts": False})
    made = request(site, people)
    site.clock.advance(timedelta(days=12))  # type: ignore[attr-defined]
    assert ask(site, people.clerk, "acceptance.read", id=made.id).value.clock.state == "overdue"
    refusal("acceptance.not_silent", site, people.operator, "acceptance.advance", id=made.id, event="deem")
    change_law(site, people, acceptance={"deadline": deadline, "silence_accepts": True})
    seen = ask(site, people.clerk, "acceptance.read", id=made.id).value
    assert seen.clock.state == "deemed_accepted"
    done = ask(site, people.operator, "acceptance.advance", id=made.id, event="deem").value
    assert (done.state, done.accepted_on) == ("deemed", seen.clock.due_on)
    money = ask(site, people.clerk, "payment.list", contract=made.contract_id).value
    assert money.instalments[2].happened == {"acceptance": seen.clock.due_on}


def test_silence_has_not_accepted_on_its_last_day(site: Installation, people: People) -> None:
    change_law(site, people, acceptance={"deadline": {"count": 2, "unit": "day"}, "silence_accepts": True})
    made = request(site, people)
    site.clock.advance(timedelta(days=2))  # type: ignore[attr-defined]
    assert ask(site, people.clerk, "acceptance.read", id=made.id).value.days_left == 0
    refusal("acceptance.not_silent", site, people.operator, "acceptance.advance", id=made.id, event="deem")


def test_a_score_by_the_contracts_sheet(site: Installation, people: People) -> None:
    sheet = {
        "deductions": [{"no": 1, "text": "周报迟交", "points": "2.5", "source": {"article": "附件6", "text": "…"}}],
        "score_bands": [{"min": "90", "min_operator": ">=", "max": None, "share": "1"}],
    }
    with site.database.read() as connection:
        law = require_contract(connection, people.cast.first.contract_id).data
    change_law(site, people, penalties={**law["penalties"], **sheet})
    made = request(site, people)
    assert made.may_score
    given = {"id": made.id, "dossier": made.dossier, "event": "pass"}
    refusal("acceptance.score_full", site, people.approver, "acceptance.answer", **given, score=[{"no": 1, "count": 1}])
    refusal(
        "acceptance.score_row",
        site,
        people.approver,
        "acceptance.answer",
        **given,
        full="100",
        score=[{"no": 7, "count": 1}],
    )
    done = ask(site, people.approver, "acceptance.answer", **given, full="100", score=[{"no": 1, "count": 3}]).value
    assert (done.score.score, done.score.share) == ("92.5", "1")


def test_several_instalments_need_their_numbers_where_a_phase_is_accepted(site: Installation, people: People) -> None:
    with site.database.read() as connection:
        law = require_contract(connection, people.cast.first.contract_id).data
    two = [{**one, "triggers": ["acceptance"]} if one["no"] > 1 else one for one in law["instalments"]]
    change_law(site, people, instalments=two)
    refusal(
        "acceptance.instalments",
        site,
        people.operator,
        "acceptance.request",
        contract=people.cast.first.contract,
        title="运行验收",
        phase="服务运行阶段",
    )
    made = request(site, people, phase="服务运行阶段", instalments=[2])
    ask(site, people.approver, "acceptance.answer", id=made.id, dossier=made.dossier, event="pass")
    today = date_of(site.clock.now())
    money = ask(site, people.clerk, "payment.list", contract=made.contract_id).value
    assert [one.happened for one in money.instalments[1:]] == [{"acceptance": today}, {}]
    assert request(site, people).instalments == (3,)


def test_what_was_handed_in_and_accepted_is_no_duty_any_more(site: Installation, people: People) -> None:
    change_law(site, people, acceptance={"deadline": {"count": 5, "unit": "day", "from": "expiry"}})
    number = people.cast.first.contract

    def states() -> dict[str, str]:
        found = ask(site, people.clerk, "obligation.list", contract=number).value
        return {one.key: one.state for one in found.items}

    before = states()
    assert (before["deliverable:9"], before["acceptance"]) != ("done", "done")
    hand_in(site, people, "deliverable:9")
    made = request(site, people)
    ask(site, people.approver, "acceptance.answer", id=made.id, dossier=made.dossier, event="pass")
    assert (states()["deliverable:9"], states()["acceptance"]) == ("done", "done")


def test_nobody_else_sees_or_touches_it(site: Installation, people: People) -> None:
    made = request(site, people)
    for caller in (people.other_clerk, people.other_lead):
        refusal("object.unknown", site, caller, "acceptance.read", id=made.id)
        assert made.id not in [one.id for one in ask(site, caller, "acceptance.list").value.items]
    assert [one.id for one in ask(site, people.auditor, "acceptance.list", state="requested").value.items] == [made.id]
    refusal("access.role", site, people.officer, "acceptance.sign", id=made.id, dossier=made.dossier)


@pytest.mark.parametrize("format_", ["docx", "xlsx"])
def test_the_figures_of_a_settled_month_are_bound_in_the_file(
    settled_site: Installation, settled_people: People, format_: str
) -> None:
    site, people = settled_site, settled_people
    hand_in(site, people, "deliverable:9")
    last = ask(site, people.clerk, "statement.list", last=True).value.items[0].id
    with site.database.read() as connection:
        statement = require_statement(connection, last)
    number = people.cast.first.contract
    ask(
        site,
        people.operator,
        "acceptance.hand_in",
        contract=number,
        item="deliverable:5:2026-07-01",
        statement=statement.id,
    )
    made = request(site, people)
    assert [(one.statement, one.sm3) for one in made.material.months] == [(statement.id, statement.sm3)]
    assert items(made.material)["deliverable:5:2026-07-01"].handed[0].statement == statement.id
    file = ask(site, people.clerk, "acceptance.file", id=made.id, format=format_).value
    assert file.name.endswith(f".{format_}")
    if format_ == "docx":
        document = Document(io.BytesIO(file.content))
        said = "\n".join(
            [
                *(one.text for one in document.paragraphs),
                *(cell.text for table in document.tables for row in table.rows for cell in row.cells),
            ]
        )
    else:
        said = "\n".join(str(cell) for row in load_workbook(io.BytesIO(file.content)).active.values for cell in row)
    for wanted in ("服务总结报告", "缺失", statement.sm3[:16]):
        assert wanted in said, wanted
