"""Registers as actions: complaints and unmanned time count once both confirm; cut-offs and suspensions have clocks."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal

from yunqi.cases.duty import Unmanned
from yunqi.kernel.clock import FixedClock
from yunqi.operations.duty import propose_unattended
from yunqi.operations.installation import Installation
from yunqi.operations.payments import read_occurrences
from yunqi.operations.readings import agree_reading
from yunqi.operations.registered import leave_out_doubles, month_at
from yunqi.settlement.inputs import Occurrence
from yunqi.store.contracts import require_contract
from yunqi.store.duty import record_unmanned


def enter(site: Installation, people: People, register: str = "complaint", **more: Any) -> Any:
    fields = {"title": "系统登录缓慢", "who": "某处室", "at": site.clock.now() - timedelta(hours=2)}
    return ask(
        site,
        people.clerk,
        "register.record",
        contract=people.cast.first.contract,
        kind=register,
        **(fields | more),
    ).value


def step(site: Installation, person: Any, entry: Any, event: str, **more: Any) -> Any:
    return ask(site, person, "register.advance", id=entry.id, event=event, **more).value


def occurrences(site: Installation, people: People, known_at: Any = None) -> tuple[Occurrence, ...]:
    now = site.clock.now()
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
        return read_occurrences(connection, found.id, end_at=now + timedelta(seconds=1), known_at=known_at or now)


def test_a_complaint_counts_once_both_parties_have_confirmed_it(site: Installation, people: People) -> None:
    made, other = enter(site, people, channel="telephone"), enter(site, people, title="打不开")
    assert (made.state, made.channel, made.counts) == ("recorded", "telephone", False)
    assert made.number.startswith("CP-")
    assert [(one.name, one.standing, one.due_at) for one in made.clocks] == [("answer", "open", None)]
    answered = step(site, people.lead, made, "answer", note="已扩容")
    assert (answered.answer, answered.clocks[0].standing) == ("已扩容", "done")
    refusal("case.role", site, people.clerk, "register.advance", id=other.id, event="answer", note="x")
    half = step(site, people.clerk, made, "confirm")
    refusal("register.confirmed_before", site, people.clerk, "register.advance", id=made.id, event="confirm")
    assert (half.state, occurrences(site, people)) == ("half_confirmed", ())
    before = site.clock.now()
    site.clock = FixedClock(before + timedelta(minutes=1))
    assert step(site, people.lead, made, "confirm").counts
    (one,) = occurrences(site, people)
    assert (one.measures, one.value, one.system) == ("complaint_count", 1, None)
    assert occurrences(site, people, before) == ()
    for person in (people.lead, people.clerk):
        step(site, person, other, "confirm")
    (one,) = occurrences(site, people)
    assert (one.value, len(one.facts)) == (2, 4)
    refusal("object.unknown", site, people.other_operator, "register.read", id=made.id)
    assert ask(site, people.other_operator, "register.list").value.items == ()
    assert len(ask(site, people.officer, "register.list", state="confirmed").value.items) == 2


def test_a_contested_complaint_is_confirmed_anew_by_both(site: Installation, people: People) -> None:
    made = enter(site, people)
    step(site, people.clerk, made, "confirm")
    step(site, people.lead, made, "contest", reason="与云平台无关")
    assert step(site, people.lead, made, "confirm").state == "half_confirmed"
    assert step(site, people.clerk, made, "confirm").state == "confirmed"
    withdrawn = step(site, people.clerk, enter(site, people), "withdraw", reason="误登")
    assert (withdrawn.state, withdrawn.next) == ("withdrawn", ())


def test_what_is_registered_is_never_counted_with_what_was_entered_by_hand(site: Installation) -> None:
    at = site.clock.now()
    span = Occurrence("b", "unattended", at, Fraction(90))
    counted = (Occurrence("a", "complaint_count", at, Fraction(2)), span)
    said = [
        Occurrence("1", "complaint_count", at, Fraction(5)),
        Occurrence("2", "complaint_count", at - timedelta(days=62), Fraction(5)),
        Occurrence("3", "unattended", at + timedelta(minutes=89), Fraction(90)),
        Occurrence("4", "unattended", at + timedelta(minutes=90), Fraction(90)),
        Occurrence("5", "scale_out_late", at),
    ]
    assert [one.id for one in leave_out_doubles(said, counted)] == ["2", "4", "5", "a", "b"]
    assert leave_out_doubles(said, ()) == tuple(said)


def test_a_cut_off_runs_from_the_asking_to_the_restoring_and_proposes_its_time(
    site: Installation, people: People
) -> None:
    now = site.clock.now()
    made = enter(site, people, "cut_off", title="网页被篡改", at=now - timedelta(hours=3))
    assert [one.name for one in made.clocks] == ["carry_out"]
    refusal("case.not_allowed", site, people.lead, "register.advance", id=made.id, event="restore")
    cut = step(site, people.lead, made, "carry_out", at=now - timedelta(hours=2))
    assert (cut.state, cut.exclusion) == ("cut", None)
    step(site, people.clerk, made, "ask_restore", at=now - timedelta(hours=1))
    early = {"id": made.id, "event": "restore", "at": now - timedelta(minutes=90)}
    refusal("case.time", site, people.lead, "register.advance", **early)
    refusal("register.early", site, people.lead, "register.advance", **(early | {"at": now - timedelta(hours=4)}))
    refusal("register.future", site, people.lead, "register.advance", **(early | {"at": now + timedelta(hours=1)}))
    back = step(site, people.lead, made, "restore", at=now)
    assert [(one.name, one.standing, one.elapsed_minutes) for one in back.clocks] == [
        ("carry_out", "done", 60),
        ("tell", "open", 120),
        ("restore", "done", 60),
    ]
    assert (back.exclusion.start_at, back.exclusion.end_at) == (now - timedelta(hours=2), now)
    assert occurrences(site, people) == ()


def agreed_suspension(site: Installation, people: People, start: Any, end: Any, **more: Any) -> Any:
    made = enter(site, people, "force_majeure", title="洪水", at=start, **more)
    step(site, people.clerk, made, "end", at=end)
    step(site, people.clerk, made, "confirm")
    return step(site, people.lead, made, "confirm")


def test_a_suspension_proposes_an_extension_under_each_meaning_until_one_is_agreed(
    site: Installation, people: People
) -> None:
    now = site.clock.now()
    made = enter(site, people, "force_majeure", title="台风", at=now - timedelta(days=3))
    refusal("register.not_ended", site, people.lead, "register.advance", id=made.id, event="confirm")
    assert (step(site, people.clerk, made, "end", at=now).extension, made.relief) == (None, "unconfirmed")
    step(site, people.clerk, made, "confirm")
    found = step(site, people.lead, made, "confirm").extension
    assert (found.days, found.extended_end) == (None, None)
    assert {one.choice: one.days for one in found.options} == {"begun": 4, "whole": 3, "next_day": 3}
    contract, side = people.cast.first.contract, people.cast.first
    agree_reading(
        site,
        contract,
        "force_majeure.days",
        "whole",
        agreement="补充协议",
        using_unit_person=side.approver,
        provider_person=side.lead,
    )
    agreed = ask(site, people.clerk, "register.read", id=made.id).value.extension
    assert (agreed.days, (agreed.extended_end - agreed.term_end).days) == (3, 3)
    assert (agreed.bond_extended - agreed.bond_until).days == 3
    assert ask(site, people.clerk, "register.read", id=made.id).value.exclusion is None


def test_notice_counts_as_the_other_party_or_the_ledger_says(site: Installation, people: People) -> None:
    """Typed back by its invoker it counts from its record; the party that received it may say that it came earlier."""
    now = site.clock.now()
    start, typed, came = now - timedelta(days=2), now - timedelta(days=2, minutes=-5), now - timedelta(days=1)
    early = {"contract": people.cast.first.contract, "kind": "force_majeure", "title": "洪水", "who": "乙方"}
    made = ask(site, people.lead, "register.record", **early, at=start, notified_at=typed).value
    assert (made.notice_received_at, made.clocks[0].done_at) == (now, now)
    refusal("register.not_other", site, people.lead, "register.advance", id=made.id, event="confirm_notice")
    refusal("register.early", site, people.clerk, "register.advance", id=made.id, event="confirm_notice",
            received_at=start - timedelta(minutes=1))  # fmt: skip
    said = step(site, people.clerk, made, "confirm_notice", received_at=came)
    assert (said.notice_received_at, said.notice_receipt) == (came, "对方确认的收到时间")
    assert said.clocks[0].done_at == came
    silent = enter(site, people, "force_majeure", title="停电", at=start)
    assert silent.notice_received_at is None
    other = people.lead if silent.invoked_by == "使用单位" else people.clerk
    assert step(site, other, silent, "confirm_notice").notice_received_at == now


def test_notice_and_proof_of_force_majeure_run_and_are_answered(site: Installation, people: People) -> None:
    now = site.clock.now()
    start = now - timedelta(days=2)
    early = {"contract": people.cast.first.contract, "kind": "force_majeure", "title": "洪水", "who": "乙方"}
    refusal("register.early", site, people.lead, "register.record", **early, at=start,
            notified_at=start - timedelta(minutes=1))  # fmt: skip
    made = ask(site, people.lead, "register.record", **early, at=start, notified_at=start + timedelta(minutes=90)).value
    notify, prove = made.clocks
    assert (notify.name, notify.limit, notify.standing) == ("notify", "立即", "done")
    assert (notify.done_at, made.notice_receipt) == (now, "以登记的时间为准")  # not 90 minutes after it, as typed
    assert (prove.name, prove.limit, prove.standing) == ("prove", "15 日", "running")
    assert (made.invoked_by, made.notice) == ("云服务商", "立即")
    refusal("register.not_invoker", site, people.clerk, "register.advance", id=made.id, event="prove", evidence="x")
    assert {one.event for one in ask(site, people.clerk, "register.read", id=made.id).value.next if one.may} == {
        "end",
        "contest",
        "confirm",
        "confirm_notice",
    }
    proved = step(site, people.lead, made, "prove", evidence="气象部门证明")
    assert (proved.proof, proved.clocks[1].standing) == ("handed_in", "kept")
    refusal("register.not_other", site, people.lead, "register.advance", id=made.id, event="accept_proof")
    step(site, people.clerk, made, "end", at=now)
    for person in (people.clerk, people.lead):
        waits = step(site, person, made, "confirm")
    assert waits.relief == "waits"
    declined = step(site, people.clerk, made, "refuse_proof", reason="不是政府部门出具")
    assert (declined.proof, declined.relief) == ("refused", "waits")
    assert step(site, people.lead, made, "prove", evidence="公证书").proof == "handed_in"
    assert step(site, people.clerk, made, "accept_proof").relief == "stands"


def test_without_proof_in_time_the_relief_is_open(site: Installation, people: People) -> None:
    now = site.clock.now()
    made = agreed_suspension(site, people, now - timedelta(days=40), now - timedelta(days=38))
    assert (made.relief, made.clocks[1].standing) == ("open", "overdue")


@pytest.mark.parametrize(
    ("received", "relief", "standing"), [(timedelta(days=14), "stands", "kept"), (timedelta(days=16), "open", "late")]
)
def test_proof_can_not_be_dated_back_by_whoever_invokes_force_majeure(
    site: Installation, people: People, received: timedelta, relief: str, standing: str
) -> None:
    now = site.clock.now()
    start = now - timedelta(days=40)
    made = ask(site, people.lead, "register.record", contract=people.cast.first.contract, kind="force_majeure",
               title="洪水", who="乙方", at=start).value  # fmt: skip
    step(site, people.clerk, made, "end", at=start + timedelta(days=2))
    for person in (people.clerk, people.lead):
        step(site, person, made, "confirm")
    dated_back = step(site, people.lead, made, "prove", evidence="证明", at=start + timedelta(days=13))
    assert (dated_back.relief, dated_back.clocks[1].standing) == ("waits", "late")
    assert (dated_back.proof_received_at, dated_back.proof_receipt) == (now, "以登记的时间为准")
    accept = {"id": made.id, "event": "accept_proof"}
    refused = refusal("register.receipt", site, people.clerk, "register.advance", **accept)
    assert refused.field == "received_at"
    refusal("register.early", site, people.clerk, "register.advance", **accept, received_at=start - timedelta(1))
    refusal("register.future", site, people.clerk, "register.advance", **accept, received_at=now + timedelta(1))
    done = step(site, people.clerk, made, "accept_proof", received_at=start + received)
    assert (done.relief, done.clocks[1].standing) == (relief, standing)
    assert (done.proof_received_at, done.proof_receipt) == (start + received, "对方确认的收到时间")


def test_proof_that_was_recorded_in_time_needs_no_date_of_receipt(site: Installation, people: People) -> None:
    start = site.clock.now() - timedelta(days=10)
    made = agreed_suspension(site, people, start, start + timedelta(days=2))
    step(site, people.clerk, made, "prove", evidence="证明", at=start + timedelta(days=3))
    done = step(site, people.lead, made, "accept_proof")
    assert (done.relief, done.clocks[1].standing, done.proof_received_at) == ("stands", "kept", site.clock.now())


def cut_off(site: Installation, people: People, **more: Any) -> Any:
    now = site.clock.now()
    made = enter(site, people, "cut_off", title="感染病毒", at=now - timedelta(hours=5), **more)
    return step(site, people.lead, made, "carry_out", at=now - timedelta(hours=4))


def test_the_using_unit_is_told_of_a_cut_off_by_each_way_with_its_receipt(site: Installation, people: People) -> None:
    now = site.clock.now()
    by_hand = {"channel": "mail", "recipient": "负责人", "receipt": "已读回执"}
    waiting = enter(site, people, "cut_off", title="木马")
    refusal("register.not_cut", site, people.lead, "register.tell", id=waiting.id, **by_hand)
    for channel in ("mail", "sms"):
        address = "duty@unit.example" if channel == "mail" else "13800000000"
        ask(site, people.clerk, "contact.add", contract=people.cast.first.contract, party="using_unit",
            name="值班", channel=channel, address=address)  # fmt: skip
    made = cut_off(site, people)
    assert [(one.channel, one.state) for one in made.tellings] == [("mail", "waiting"), ("sms", "waiting")]
    at = now - timedelta(hours=3, minutes=30)
    refusal("register.early", site, people.lead, "register.tell", id=made.id, at=now - timedelta(hours=5), **by_hand)
    refusal("access.role", site, people.clerk, "register.tell", id=made.id, **by_hand)
    told = ask(site, people.lead, "register.tell", id=made.id, at=at, **by_hand).value
    clock = next(one for one in told.clocks if one.name == "tell")
    assert (clock.standing, clock.elapsed_minutes) == ("done", 30)
    assert [one.channel for one in told.tellings] == ["mail", "sms", "mail"]


def test_a_restore_runs_from_the_instant_at_which_the_cause_was_gone(site: Installation, people: People) -> None:
    now = site.clock.now()
    made = cut_off(site, people)
    assert [one.name for one in made.clocks] == ["carry_out", "tell"]
    gone = step(site, people.clerk, made, "remove_cause", at=now - timedelta(hours=2))
    step(site, people.clerk, made, "ask_restore", at=now - timedelta(hours=1))
    (clock,) = [one for one in gone.clocks if one.name == "restore"]
    assert (clock.started_at, clock.standing, clock.elapsed_minutes) == (now - timedelta(hours=2), "open", 120)


@pytest.mark.parametrize("finding", ["justified", "wrongful"])
def test_only_a_wrongful_cut_off_is_an_outage(site: Installation, people: People, finding: str) -> None:
    now = site.clock.now()
    made = cut_off(site, people)
    step(site, people.lead, made, "restore", at=now - timedelta(hours=1))
    refusal("case.data", site, people.lead, "register.advance", id=made.id, event="confirm")
    step(site, people.lead, made, "confirm", finding=finding)
    done = step(site, people.clerk, made, "confirm", finding=finding)
    assert (done.state, done.finding) == ("confirmed", finding)
    if finding == "justified":
        assert (done.incident_id, done.exclusion.start_at) == ("", now - timedelta(hours=4))
        return
    assert done.exclusion is None
    incident = ask(site, people.clerk, "incident.read", id=done.incident_id).value
    assert (incident.type, incident.state, incident.opened_at) == (
        "interruption",
        "recovered",
        now - timedelta(hours=4),
    )
    again = cut_off(site, people)
    step(site, people.lead, again, "restore", at=now)
    for person in (people.lead, people.clerk):
        same = step(site, person, again, "confirm", finding="wrongful")
    assert same.incident_id == done.incident_id


@pytest.mark.parametrize(("confirmed", "minutes"), [((), []), (("lead",), []), (("lead", "clerk"), [Fraction(75)])])
def test_unmanned_time_counts_only_as_a_finding_of_both(
    site: Installation, people: People, confirmed: tuple[str, ...], minutes: list[Fraction]
) -> None:
    now = site.clock.now()
    start, end = now - timedelta(minutes=100), now - timedelta(minutes=25)
    with site.database.write() as connection:
        contract = require_contract(connection, people.cast.first.contract).id
        fact = record_unmanned(connection, contract, post="on_site", start_at=start, end_at=end, claimed=False, now=now)
        made = propose_unattended(
            connection, contract, Unmanned("on_site", start, end, (), claimed=False, lasts=False), fact, now
        )
    for name in confirmed:
        step(site, getattr(people, name), made, "confirm")
    assert [one.value for one in occurrences(site, people)] == minutes
    (row,) = ask(site, people.clerk, "register.list", kind="unattended").value.items
    assert row.number.startswith("UA-")


def test_a_hand_entry_of_a_month_that_is_registered_is_refused(site: Installation, people: People) -> None:
    made = enter(site, people)
    for name in ("lead", "clerk"):
        step(site, getattr(people, name), made, "confirm")
    contract = ask(site, people.officer, "contract.read", id=people.cast.first.contract).value
    rows = contract.data["penalties"]["coefficients"]
    told = {"contract": people.cast.first.contract, "measures": "complaint_count", "at": made.at, "value": "3"}
    if any(row["measures"] == "complaint_count" for row in rows):
        refusal("occurrence.registered", site, people.clerk, "occurrence.record", **told)
    assert str(month_at(made.at)) == str(month_at(occurrences(site, people)[0].at))
