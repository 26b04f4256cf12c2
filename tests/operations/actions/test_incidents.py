"""Incidents with their clocks, findings that both parties confirm, exclusions of two persons."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select
from tests.kits.desk import People, act_as, ask, refusal
from tests.kits.session import Session

from yunqi.kernel.clock import render_instant
from yunqi.kernel.rights import Caller
from yunqi.operations.actions import at_machine
from yunqi.operations.installation import Installation
from yunqi.store.facts import list_facts
from yunqi.store.tables import case, exclusion
from yunqi.wire.base import Proposal
from yunqi.wire.incidents import FindingDetail, IncidentDetail


def report(site: Installation, people: People, minutes_ago: int = 30, **more: object) -> IncidentDetail:
    side = people.cast.first
    fields = {
        "contract": side.contract,
        "title": "窗口系统打不开",
        "system": side.systems[0],
        "at": site.clock.now() - timedelta(minutes=minutes_ago),
    }
    made = ask(site, people.clerk, "incident.open", **{**fields, **more}).value
    assert isinstance(made, IncidentDetail)
    return made


def may(site: Installation, caller: Caller, incident: str) -> set[str]:
    return {one.event for one in ask(site, caller, "incident.read", id=incident).value.next if one.may}


def test_an_incident_is_carried_through(site: Installation, people: People) -> None:
    made = report(site, people)
    system = people.cast.first.systems[0]
    assert (made.state_name, made.type_name, made.system, made.object_name) == ("处置中", "服务中断", system, system)
    assert may(site, people.clerk, made.id) == {"reported", "withdrawn"}
    assert may(site, people.operator, made.id) == {"responded", "arrived", "located", "recovered"}
    assert may(site, people.auditor, made.id) == set()
    refusal("case.data", site, people.clerk, "incident.advance", id=made.id, event="reported")
    refusal("case.role", site, people.operator, "incident.advance", id=made.id, event="reported", channel="电话")
    ask(site, people.clerk, "incident.advance", id=made.number, event="reported", channel="电话")
    refusal("case.changed", site, people.operator, "incident.advance", id=made.id, event="responded", event_count=0)
    ask(site, people.operator, "incident.advance", id=made.id, event="responded", event_count=1)
    later = site.clock.now() + timedelta(minutes=1)
    refusal("case.future", site, people.operator, "incident.advance", id=made.id, event="recovered", at=later)
    ask(site, people.operator, "incident.advance", id=made.id, event="located", root_cause="电源")
    ask(site, people.operator, "incident.advance", id=made.id, event="recovered")
    closed = ask(site, people.clerk, "incident.advance", id=made.id, event="closed").value
    assert (closed.state, closed.next, closed.data["root_cause"]) == ("closed", (), "电源")
    assert [(one.event, one.organisation) for one in closed.timeline] == [
        ("reported", people.cast.first.using_unit),
        ("responded", people.cast.first.provider),
        ("located", people.cast.first.provider),
        ("recovered", people.cast.first.provider),
        ("closed", people.cast.first.using_unit),
    ]
    assert closed.outage.spent_s == 30 * 60
    with site.database.read() as connection:
        first = list_facts(connection, made.contract_id, subject=made.id)[0]
    assert (first.kind, first.payload["person"]) == ("incident.opened", people.clerk.person_id)


def test_clocks_say_what_is_left_and_what_it_would_cost(site: Installation, people: People) -> None:
    made = report(site, people, minutes_ago=5)
    ask(site, people.clerk, "incident.advance", id=made.id, event="reported", channel="电话", at=made.opened_at)
    seen = ask(site, people.operator, "incident.read", id=made.id).value
    clocks = {one.metric: one for one in seen.clocks}
    response = clocks["response"]
    assert response.source is not None
    assert response.source.text
    assert (response.state, response.started_at) == ("running", made.opened_at)
    assert response.due_at == made.opened_at + timedelta(seconds=response.limit_s)
    assert response.left_minutes == response.limit_s // 60 - 5
    assert response.spent_s == 5 * 60
    stake = response.stake
    assert stake is not None
    assert (stake.high_fen is not None and stake.high_fen > 0) or stake.why_name
    assert seen.outage is not None
    assert (seen.outage.end_at, seen.outage.spent_s) == (None, 5 * 60)
    assert [edge.left_minutes for edge in seen.edges] == sorted(edge.left_minutes for edge in seen.edges)
    assert seen.edges


def test_the_clocks_of_a_settled_incident_are_those_of_its_statement(
    settled_site: Installation, settled_people: People, settled: Session
) -> None:
    stated = {line["id"]: line for line in settled.statements[-1].data["incidents"]}
    rows = ask(settled_site, settled_people.clerk, "incident.list").value.items
    assert {row.id for row in rows} >= stated.keys()
    assert stated
    for identifier, line in stated.items():
        seen = ask(settled_site, settled_people.clerk, "incident.read", id=identifier).value
        said = [(clock["state"], clock["started_at"]) for clock in line["clocks"]]
        assert said == [
            (clock.state, None if clock.started_at is None else render_instant(clock.started_at))
            for clock in seen.clocks
        ]
        minutes = None if seen.outage is None else str(Fraction(seen.outage.spent_s, 60))
        assert minutes == line["outage_minutes"]


def test_who_may_open_and_on_what(site: Installation, people: People) -> None:
    side = people.cast.first
    fields = {"contract": side.contract, "title": "慢"}
    assert ask(site, people.operator, "incident.open", **fields, type="degradation").value.object == "platform"
    refusal("access.role", site, people.approver, "incident.open", **fields)
    refusal("object.unknown", site, people.other_clerk, "incident.open", **fields)
    refusal("system.unknown", site, people.clerk, "incident.open", **fields, system="没有")
    refusal("incident.object", site, people.clerk, "incident.open", **fields, object="srv-none")
    later = site.clock.now() + timedelta(hours=1)
    refusal("incident.future", site, people.clerk, "incident.open", **fields, at=later)
    engineer = act_as(people.operator, "operator", "reader", role="integrator", system_ids=frozenset({"sys-none"}))
    refusal("object.unknown", site, engineer, "incident.open", **fields)
    refusal("access.nobody", site, at_machine(), "incident.open", **fields)


def test_an_integrator_sees_its_systems_and_no_prices(site: Installation, people: People) -> None:
    made = report(site, people)
    other = report(site, people, system=people.cast.first.systems[1])
    engineer = act_as(people.operator, "operator", role="integrator", system_ids=frozenset({made.system_id}))
    assert [one.id for one in ask(site, engineer, "incident.list").value.items] == [made.id]
    seen = ask(site, engineer, "incident.read", id=made.id).value
    assert seen.clocks
    assert all(one.stake is None for one in seen.clocks)
    assert seen.edges == ()
    refusal("object.unknown", site, engineer, "incident.read", id=other.id)
    assert may(site, engineer, made.id) == {"reported"}
    ask(site, engineer, "incident.advance", id=made.id, event="reported", channel="电话")


def test_lists_are_filtered_and_apart(site: Installation, people: People) -> None:
    made = [report(site, people, minutes_ago=number) for number in (3, 2, 1)]
    ask(site, people.clerk, "incident.advance", id=made[0].id, event="withdrawn", reason="误报")

    def ids(caller: Caller, **fields: object) -> list[str]:
        return [one.id for one in ask(site, caller, "incident.list", **fields).value.items]

    assert ids(people.clerk) == [one.id for one in reversed(made)]
    assert ids(people.operator, lasting=True) == [made[2].id, made[1].id]
    assert ids(people.officer, state="withdrawn") == [made[0].id]
    assert ids(people.auditor, text=made[1].number) == [made[1].id]
    assert ids(people.clerk, contract=people.cast.first.contract, limit=1, sort="opened_at") == [made[0].id]
    assert ids(people.other_clerk) == ids(people.other_operator) == []
    refusal("object.unknown", site, people.other_operator, "incident.read", id=made[0].id)
    refusal("object.unknown", site, people.other_lead, "incident.advance", id=made[0].id, event="recovered")


def find(site: Installation, people: People, event: str, **more: object) -> FindingDetail:
    fields = {
        "contract": people.cast.first.contract,
        "event": event,
        "question": "severity.重大影响",
        "answer": "no",
        "evidence": "现场记录 3",
    }
    made = ask(site, people.clerk, "adjudication.open", **{**fields, **more}).value
    assert isinstance(made, FindingDetail)
    return made


def test_a_finding_counts_when_both_confirmed(site: Installation, people: People) -> None:
    incident = report(site, people)
    made = find(site, people, incident.id)
    assert made.event_name == f"{incident.number} {incident.title}"
    assert made.question_name != made.question
    refusal("access.role", site, people.clerk, "adjudication.confirm", id=made.id)
    refusal("object.unknown", site, people.other_lead, "adjudication.confirm", id=made.id)
    once = ask(site, people.approver, "adjudication.confirm", id=made.id).value
    assert (once.state, [one.event for one in once.next if one.may]) == ("half_confirmed", ["contest", "withdraw"])
    refusal("case.twice", site, people.approver, "adjudication.confirm", id=made.id)
    both = ask(site, people.lead, "adjudication.confirm", id=made.number).value
    assert (both.state, both.state_name) == ("confirmed", "双方已确认")
    assert [one.state for one in ask(site, people.clerk, "incident.read", id=incident.id).value.findings] == [
        "confirmed"
    ]


def test_a_contested_finding_is_decided_by_the_administration(site: Installation, people: People) -> None:
    made = find(site, people, "platform", question="people_affected", answer="120")
    assert made.answer_name == "120"
    refusal("case.data", site, people.lead, "adjudication.advance", id=made.id, event="contest")
    ask(site, people.lead, "adjudication.advance", id=made.id, event="contest", reason="人数不实")
    judge = act_as(people.officer, "approver")
    fields = {"id": made.id, "event": "decide", "evidence": "核查报告"}
    refusal("adjudication.answer", site, judge, "adjudication.advance", **fields, answer="许多")
    decided = ask(site, judge, "adjudication.advance", **fields, answer="80").value
    assert (decided.state, decided.answer) == ("decided", "80")
    refusal("case.not_allowed", site, people.lead, "adjudication.confirm", id=made.id)


def test_findings_are_refused_and_apart(site: Installation, people: People) -> None:
    made = find(site, people, "platform")
    base = {"contract": people.cast.first.contract, "event": "platform", "evidence": "a"}
    for fields, code in (
        ({"question": "colour", "answer": "yes"}, "adjudication.question"),
        ({"question": "responsible", "answer": "也许"}, "adjudication.answer"),
        ({"question": "responsible", "answer": "yes", "evidence": "  "}, "adjudication.evidence"),
    ):
        refusal(code, site, people.clerk, "adjudication.open", **{**base, **fields})
    refusal(
        "object.unknown", site, people.other_clerk, "adjudication.open", **base, question="responsible", answer="yes"
    )
    assert [one.id for one in ask(site, people.auditor, "adjudication.list", event="platform").value.items] == [made.id]
    assert ask(site, people.clerk, "adjudication.list", state="confirmed").value.items == ()
    assert ask(site, people.other_lead, "adjudication.list").value.items == ()
    refusal("object.unknown", site, people.other_clerk, "adjudication.read", id=made.id)


def exclude(site: Installation, people: People, **more: object) -> dict[str, object]:
    del site
    return {
        "contract": people.cast.first.contract,
        "start_at": "2026-03-01T00:00:00+08:00",
        "end_at": "2026-03-01T02:00:00+08:00",
        "clause": "第五条",
        "reason": "经通知的维护",
        **more,
    }


def test_time_is_excluded_by_both_parties(site: Installation, people: People) -> None:
    made = ask(site, people.operator, "exclusion.record", **exclude(site, people)).value
    assert isinstance(made, Proposal)
    assert made.title == "剔除 全部对象 2026-03-01 00:00:00 至 2026-03-01 02:00:00（第五条）"
    refusal("proposal.not_yours", site, people.lead, "proposal.decide", id=made.id, agree=True)
    ask(site, people.approver, "proposal.decide", id=made.id, agree=True)
    (row,) = ask(site, people.clerk, "exclusion.list", contract=people.cast.first.contract).value.items
    assert (row.approved_by, row.object_name, row.clause) == (people.approver.person_id, "全部对象", "第五条")
    assert row.approved_by_name
    assert ask(site, people.other_lead, "exclusion.list").value.items == ()
    with site.database.read() as connection:
        (said,) = list_facts(connection, row.contract_id, kind="exclusion.recorded")
    assert said.payload["asked_by"] == people.operator.person_id


def test_what_cannot_be_excluded_is_refused_at_once(site: Installation, people: People) -> None:
    refusal(
        "exclusion.span", site, people.operator, "exclusion.record",
        **exclude(site, people, end_at="2026-02-01T00:00:00+08:00"),
    )  # fmt: skip
    refusal("exclusion.object", site, people.operator, "exclusion.record", **exclude(site, people, object="srv-x"))
    refusal("object.unknown", site, people.other_lead, "exclusion.record", **exclude(site, people))
    reader = act_as(people.clerk, "reader")
    refusal("access.role", site, reader, "exclusion.record", **exclude(site, people))
    with site.database.read() as connection:
        assert not connection.execute(select(exclusion)).all()


def test_a_reader_changes_nothing(site: Installation, people: People) -> None:
    made = report(site, people)
    reader = act_as(people.clerk, "reader")
    refusal("access.role", site, reader, "incident.advance", id=made.id, event="withdrawn", reason="误报")
    finding = {"contract": made.contract_id, "event": "e", "question": "responsible", "answer": "yes", "evidence": "a"}
    refusal("access.role", site, reader, "adjudication.open", **finding)
    with site.database.read() as connection:
        assert connection.execute(select(case.c.state).where(case.c.id == made.id)).scalar_one() == "open"


@pytest.mark.parametrize("sort", ["number", "-title", "state", "opened_at"])
def test_pages_hold_every_incident_once(site: Installation, people: People, sort: str) -> None:
    made = {report(site, people, minutes_ago=number).id for number in range(1, 6)}
    seen: list[str] = []
    cursor = None
    while True:
        page = ask(site, people.clerk, "incident.list", limit=2, sort=sort, cursor=cursor).value
        seen += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
