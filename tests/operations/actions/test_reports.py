"""The register of reports: numbers, versions, two persons, what is sent and received; and the calendar beside it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.kits.session import Session

from yunqi.kernel.clock import render_instant
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.store.facts import list_facts

DAY = timedelta(days=1)


def upload(site: Installation, caller: Any, name: str = "月报.txt", content: bytes = b"report") -> str:
    return str(ask(site, caller, "file.upload", name=name, content=content).value.id)


def draft(site: Installation, people: People, caller: Any = None, **changes: Any) -> Any:
    fields = {"contract": people.cast.first.contract, "kind": "运维月报", **changes}
    return ask(site, caller or people.operator, "report.number", **fields).value


def sent(site: Installation, people: People, **changes: Any) -> Any:
    made = draft(site, people, file=upload(site, people.operator), **changes)
    ask(site, people.lead, "report.approve", id=made.id)
    return ask(site, people.operator, "report.deliver", id=made.id, way="platform").value


def test_numbers_run_by_contract_kind_and_year(site: Installation, people: People) -> None:
    january = {"period_start": "2026-01-01", "period_end": "2026-01-31"}
    over_the_year = {"period_start": "2025-12-29", "period_end": "2026-01-04"}
    made = [
        draft(site, people, **january),
        draft(site, people, period_start="2026-02-01", period_end="2026-02-28"),
        draft(site, people, kind="《巡检 周报》", **over_the_year),
        draft(site, people, period_start="2025-12-01", period_end="2025-12-31"),
    ]
    assert [(one.kind, one.year, one.number, one.version) for one in made] == [
        ("运维月报", 2026, 1, 1),
        ("运维月报", 2026, 2, 1),
        ("巡检周报", 2026, 1, 1),
        ("运维月报", 2025, 1, 1),
    ]
    assert made[1].reference == "2026年第2期"


def test_a_version_keeps_its_number_and_takes_the_place_of_the_one_before(site: Installation, people: People) -> None:
    first = sent(site, people)
    second = ask(site, people.operator, "report.number", contract=people.cast.first.contract, revises=first.id).value
    assert (second.number, second.version, second.state) == (first.number, 2, "drafted")
    again = {"contract": people.cast.first.contract, "revises": first.id}
    refusal("report_entry.replaced", site, people.operator, "report.number", **again)
    listed = ask(site, people.operator, "report.list").value.items
    assert [one.id for one in listed] == [second.id]
    # The receiver sees what was sent, and nothing of the draft.
    versions = ask(site, people.clerk, "report.read", id=first.id).value.versions
    assert [(one.version, one.state) for one in versions] == [(1, "delivered")]


def test_a_draft_is_its_authors_alone_until_it_is_sent(site: Installation, people: People) -> None:
    made = draft(site, people, file=upload(site, people.operator))
    for caller in (people.clerk, people.officer, people.auditor):
        assert ask(site, caller, "report.list").value.items == ()
        refusal("report_entry.unknown", site, caller, "report.read", id=made.id)
        refusal("report_entry.unknown", site, caller, "report.file", id=made.id)
    refusal("object.unknown", site, people.other_operator, "report.read", id=made.id)
    ask(site, people.lead, "report.approve", id=made.id)
    ask(site, people.operator, "report.deliver", id=made.id, way="mail")
    assert ask(site, people.clerk, "report.file", id=made.id).value.content == b"report"
    refusal("object.unknown", site, people.other_clerk, "report.file", id=made.id)


def test_what_is_out_of_its_turn_is_refused(site: Installation, people: People) -> None:
    made = draft(site, people)
    refusal("report_entry.no_file", site, people.lead, "report.approve", id=made.id)
    refusal("report_entry.state", site, people.operator, "report.deliver", id=made.id, way="mail")
    ask(site, people.operator, "report.attach", id=made.id, file=upload(site, people.operator))
    refusal("file.unknown", site, people.operator, "report.attach", id=made.id, file=upload(site, people.clerk))
    refusal("access.role", site, people.operator, "report.approve", id=made.id)
    ask(site, people.lead, "report.approve", id=made.id)
    refusal("report_entry.state", site, people.lead, "report.approve", id=made.id)
    late = upload(site, people.operator)
    refusal("report_entry.state", site, people.operator, "report.attach", id=made.id, file=late)
    tomorrow = render_instant(site.clock.now() + DAY)
    refusal("report_entry.time", site, people.operator, "report.deliver", id=made.id, way="mail", at=tomorrow)
    ask(site, people.operator, "report.deliver", id=made.id, way="mail")
    refusal("report_entry.author", site, people.approver, "report.deliver", id=made.id, way="mail")


def test_the_receipt_says_who_when_and_how_and_is_evidence(site: Installation, people: People) -> None:
    made = sent(site, people)
    before = render_instant(made.delivered_at - DAY)
    taken = {"id": made.id, "received_by": "收发室 王某", "way": "paper"}
    refusal("report_entry.time", site, people.clerk, "report.receipt", **taken, at=before)
    refusal("report_entry.party", site, people.officer, "report.receipt", **taken)
    refusal("report_entry.proof", site, people.operator, "report.receipt", **taken)
    proof = upload(site, people.operator, "回执.txt", b"signed")
    done = ask(site, people.operator, "report.receipt", **taken, file=proof).value
    assert (done.state, done.received_by, done.receipt_way) == ("received", "收发室 王某", "paper")
    refusal("report_entry.state", site, people.clerk, "report.receipt", **taken)
    with site.database.read() as connection:
        facts = list_facts(connection, people.cast.first.contract_id)
    said = {one.kind: one.payload for one in facts if one.subject == made.id}
    assert set(said) == {"report.delivered", "report.received"}
    assert said["report.delivered"]["sm3"] == made.sm3
    assert said["report.received"]["proof"]["file"] == proof
    assert said["report.received"]["recorded_for"] == people.operator.organisation_id


def test_a_receiver_outside_the_contract_is_the_administration_or_the_supervisor(
    site: Installation, people: People
) -> None:
    made = sent(site, people, receiver=people.auditor.organisation_id)
    assert made.receiver == people.auditor.organisation_name
    taken = {"id": made.id, "received_by": "值班员", "way": "platform"}
    refusal("report_entry.party", site, people.clerk, "report.receipt", **taken)
    assert ask(site, people.auditor, "report.receipt", **taken).value.state == "received"
    for wrong in (people.operator.organisation_id, people.other_clerk.organisation_id):
        fields = {"contract": people.cast.first.contract, "kind": "x", "receiver": wrong}
        refusal("report_entry.receiver", site, people.operator, "report.number", **fields)


def test_the_calendar_says_what_is_late_and_what_the_register_holds(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    found = ask(site, people.clerk, "report.calendar", contract=contract).value
    assert found.items
    assert found.late == sum(one.state == "late" for one in found.items)
    assert all((one.late_days or 0) > 0 for one in found.items if one.state == "late")
    assert all(one.late_days is None for one in found.items if one.state == "lacking")
    over = next(one for one in found.items if one.state in ("late", "lacking") and one.party == "provider")
    made = draft(site, people, kind=None, line=over.line, file=upload(site, people.operator))
    assert (made.kind, made.period_start, made.period_end) == (over.kind, over.period_start, over.period_end)
    mine = line(site, people.operator, contract, over.line)
    assert (mine.state, mine.report_id) == (over.state, made.id)
    assert line(site, people.clerk, contract, over.line).report_id is None  # a draft is nobody else's business
    ask(site, people.lead, "report.approve", id=made.id)
    ask(site, people.operator, "report.deliver", id=made.id, way="exchange")
    assert line(site, people.clerk, contract, over.line).state == "sent"
    ask(site, people.clerk, "report.receipt", id=made.id, received_by="张", way="exchange")
    done = line(site, people.clerk, contract, over.line)
    assert (done.state, done.report_number) == ("done", made.reference)
    refusal("report_entry.line", site, people.operator, "report.number", contract=contract, line="deliverable:999")


def line(site: Installation, caller: Any, contract: str, key: str) -> Any:
    items = ask(site, caller, "report.calendar", contract=contract).value.items
    return next(one for one in items if one.line == key)


@pytest.mark.parametrize(("party", "state"), [("provider", None), (None, "later"), ("using_unit", "late")])
def test_the_calendar_is_narrowed(site: Installation, people: People, party: str | None, state: str | None) -> None:
    asked = {name: value for name, value in (("party", party), ("state", state)) if value}
    whole = ask(site, people.officer, "report.calendar").value.items
    some = ask(site, people.officer, "report.calendar", **asked).value.items
    assert some == tuple(one for one in whole if party in (None, one.party) and state in (None, one.state))
    late = ask(site, people.officer, "report.calendar", until_on=date(2000, 1, 1)).value.items
    assert all(one.due_on is None and one.period_end is None for one in late)


@pytest.mark.parametrize("settled", ["sqlite"], indirect=True)
def test_a_letter_is_made_of_its_statement_and_becomes_the_drafts_document(settled: Session) -> None:
    with settled.installation() as site:
        people = People(site, settled)
        mine = ask(site, people.clerk, "statement.list", last=True, contract=people.cast.first.contract).value.items
        contract = {"contract": people.cast.first.contract, "statement": mine[0].id}
        breach = ask(site, people.clerk, "report.number", kind="违约告知函", **contract).value
        detail = ask(site, people.clerk, "report.read", id=breach.id).value
        assert (detail.letter, detail.side, detail.drafted_by_me) == ("breach", "author", True)
        reclaim = ask(site, people.clerk, "report.number", kind="资源回收函", **contract).value
        settled_penalties = any(
            one["state"] == "chosen" and one["amount_fen"]
            for one in ask(site, people.clerk, "statement.read", id=mine[0].id).value.data["candidates"]
        )
        for made, code, there in ((breach, "letter.nothing", settled_penalties), (reclaim, "", True)):
            run = ask(site, people.clerk, "letter.make", id=made.id, code="云函", dated_on="2026-05-06").value
            letter = finished(site, people.clerk, run, failed=not there)
            if not there:
                assert letter == code
                continue
            content = ask(site, people.clerk, "report.file", id=made.id).value
            assert (content.content[:4], content.media_type) == (b"%PDF", "application/pdf")
            word = ask(site, people.clerk, "file.read", id=letter["word"]["file"]).value
            assert word.content.startswith(b"PK")
            refusal("object.unknown", site, people.other_clerk, "letter.make", id=made.id)


def test_what_no_letter_is_made_of_is_said(site: Installation, people: People) -> None:
    other = draft(site, people, people.clerk)
    without = draft(site, people, people.clerk, kind="资源回收函")
    for made, code in ((other, "letter.kind"), (without, "letter.statement")):
        run = ask(site, people.clerk, "letter.make", id=made.id).value
        assert finished(site, people.clerk, run, failed=True) == code
    refusal(
        "statement.unknown",
        site,
        people.clerk,
        "report.number",
        contract=people.cast.first.contract,
        kind="x",
        statement="none",
    )


def finished(site: Installation, caller: Any, begun: Any, *, failed: bool = False) -> Any:
    """The result of a run, or the code of why it failed."""
    assert work_one(site, "worker")
    done = ask(site, caller, "run.read", id=begun.id).value
    if failed:
        return done.error.code
    assert done.state == "done", done.error
    return done.result


def test_a_duty_whose_report_was_sent_is_done(site: Installation, people: People) -> None:
    contract = people.cast.first.contract

    def duties() -> dict[str, str]:
        found = ask(site, people.clerk, "obligation.list", contract=contract).value
        return {one.key: one.state for one in found.items}

    before = duties()
    items = ask(site, people.clerk, "report.calendar", contract=contract).value.items
    key = next(one.line for one in items if one.period_end and one.line in before)
    made = draft(site, people, kind=None, line=key, file=upload(site, people.operator))
    ask(site, people.lead, "report.approve", id=made.id)
    assert duties() == before  # approved is not sent
    ask(site, people.operator, "report.deliver", id=made.id, way="platform")
    assert duties() == {**before, key: "done"}
