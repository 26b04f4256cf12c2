"""Logbooks as actions: exercises count for the duties, people for the month's grounds, protected periods for events."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from docx import Document
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import Month, date_of
from yunqi.operations.installation import Installation
from yunqi.operations.logbook import read_entries, read_held, read_people_of, read_protected
from yunqi.operations.months import read_inputs
from yunqi.settlement import compute_statement
from yunqi.settlement.grounds import months_back
from yunqi.store.contracts import require_contract

HELD = {"minutes": "90", "participants": "甲、乙", "result": "passed", "sign_in": "签到表第3号"}


def enter(site: Installation, people: People, kind: str, by: str = "operator", title: str = "演练", **more: Any) -> Any:
    at = more.pop("at", None)
    fields = {"contract": people.cast.first.contract, "kind": kind, "title": title, "at": at, "details": more}
    return ask(site, getattr(people, by), "logbook.open", **fields).value


def step(site: Installation, people: People, entry: Any, event: str, by: str = "operator", **more: Any) -> Any:
    at = more.pop("at", None)
    return ask(site, getattr(people, by), "logbook.advance", id=entry.id, event=event, at=at, details=more).value


def confirm_both(site: Installation, people: People, entry: Any) -> Any:
    step(site, people, entry, "confirm", "clerk")
    return step(site, people, entry, "confirm", "lead")


def upload(site: Installation, people: People, name: str = "签到.pdf") -> str:
    file = ask(site, people.operator, "file.upload", name=name, content=b"%PDF-1.4 sign").value
    return str(file.id)


def test_a_drill_goes_from_its_plan_over_the_permission_to_a_confirmed_record(
    site: Installation, people: People
) -> None:
    plan = {"scope": "platform", "plan": "切换演练\n分三步", "at": site.clock.now() + timedelta(days=1)}
    drill = enter(site, people, "drill", title="季度切换演练", **plan)
    assert (drill.number[:3], drill.state, drill.counts, drill.document) == ("DR-", "planned", False, True)
    told = {"id": drill.id, "event": "hold", "details": HELD}
    refusal("logbook.not_permitted", site, people.operator, "logbook.advance", **told)
    step(site, people, drill, "permit", "clerk", permission="函〔2026〕3号")
    problem = refusal("logbook.field_missing", site, people.operator, "logbook.advance", **{**told, "details": {}})
    assert problem.field == "minutes"
    refusal("case.not_allowed", site, people.operator, "logbook.advance", id=drill.id, event="close")
    unknown = {**told, "details": {**HELD, "sign_in_file": "fil-none"}}
    refusal("file.unknown", site, people.operator, "logbook.advance", **unknown)
    held = step(site, people, drill, "hold", findings="切换超时", sign_in_file=upload(site, people), **HELD)
    assert {one.name: one.value for one in held.values}["participants"] == "甲、乙"
    assert {one.name: one.value for one in held.values}["sign_in_file"] == "签到.pdf"
    refusal("logbook.findings_open", site, people.clerk, "logbook.advance", id=drill.id, event="confirm")
    step(site, people, drill, "close", closure="已调整超时")
    done = step(site, people, drill, "confirm", "clerk")
    assert (done.counts, done.next) == (True, ())
    handed = ask(site, people.clerk, "logbook.attachment", id=drill.id, name="sign_in_file").value
    assert (handed.name, handed.content) == ("签到.pdf", b"%PDF-1.4 sign")
    refusal("logbook.no_file", site, people.clerk, "logbook.attachment", id=drill.id, name="plan_file")
    refusal("logbook.no_file", site, people.clerk, "logbook.attachment", id=drill.id, name="plan")
    refusal("object.unknown", site, people.other_operator, "logbook.read", id=drill.id)
    listed = ask(site, people.officer, "logbook.list", kind="drill", state="confirmed").value.items
    assert [one.summary for one in listed] == ["云平台，90 分钟，达到目的"]
    assert ask(site, people.other_clerk, "logbook.list", kind="drill").value.items == ()
    paper = ask(site, people.clerk, "logbook.file", id=drill.id).value
    text = words_of(paper.content)
    for expected in (
        "应急演练记录",
        "季度切换演练",
        "函〔2026〕3号",
        "切换超时",
        "已调整超时",
        "参加人员（2 人）",
        "签到.pdf",
    ):
        assert expected in text
    assert paper.name == f"应急演练-{drill.number}.docx"
    assert ask(site, people.clerk, "logbook.file", id=drill.id).value.content == paper.content


def words_of(content: bytes) -> str:
    body = Document(io.BytesIO(content)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def test_exercises_stand_among_the_duties_as_done_or_open(site: Installation, people: People) -> None:
    number = people.cast.first.contract
    with site.database.write() as connection:
        found = require_contract(connection, number)
        add_words(connection, found.id, "服务期内，乙方组织的应急演练不少于2次。")

    def rows() -> list[Any]:
        items = ask(site, people.clerk, "obligation.list", contract=number).value.items
        return [one for one in items if one.kind == "exercise"]

    (one,) = rows()
    assert (one.state in ("later", "due"), one.party, one.due_on) == (True, "provider", found.end_on)
    for no in range(2):
        assert rows()[0].text == f"应急演练不少于 2 次；已确认 {no} 次，待确认 0 次"
        drill = enter(site, people, "drill", scope="system", system=system_of(site, people), plan="x")
        step(site, people, drill, "hold", **HELD)
        assert rows()[0].text.endswith("待确认 1 次")
        step(site, people, drill, "confirm", "clerk")
    assert rows()[0].state == "done"
    with site.database.read() as connection:
        assert [one.confirmed for one in read_held(connection, found.id)] == [True, True]


def add_words(connection: Any, contract_id: str, text: str) -> None:
    """Puts a sentence of our own into the contract's data, as if its text had it."""
    from sqlalchemy import update

    from yunqi.store.contracts import require_contract as require
    from yunqi.store.tables import contract

    data = dict(require(connection, contract_id).data)
    data["unread"] = [*(data.get("unread") or ()), {"article": "第九十九条", "text": text}]
    connection.execute(update(contract).where(contract.c.id == contract_id).values(data=data))


def system_of(site: Installation, people: People) -> str:
    return str(ask(site, people.clerk, "system.list").value.items[0].name)


def test_people_are_counted_by_month_and_the_statement_shows_the_ground(
    settled_site: Installation, settled_people: People
) -> None:
    site, people = settled_site, settled_people
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
    assert found.start_on is not None
    settled = ask(site, people.clerk, "statement.list", contract=found.id).value.items[0].month
    month = Month.parse(settled)
    start = month.span.start_at - timedelta(days=70)
    for name in ("甲", "乙"):
        enter(site, people, "staff_member", title=name, role="运维", employment="employee", key="yes", at=start)
    confirm_both(site, people, enter(site, people, "staff_promise", role="运维", count="2", basis="附件", at=start))

    def ground(known: Any = None) -> Any:
        inputs = read_inputs(site, found.id, month, known or site.clock.now())
        made = compute_statement(inputs)
        (one,) = [each for each in made.grounds if each.code == "heads"]
        assert made.trace[one.node].label == one.title
        return one

    assert ground().state == "unknown"
    for name in months_back(month, 2):
        sheet = enter(site, people, "attendance", month=str(name), present="甲", title="到岗表")
        again = {"contract": found.id, "kind": "attendance", "title": "x", "details": {"month": str(name)}}
        refusal("logbook.month_taken", site, people.operator, "logbook.open", **again)
        before = site.clock.now()
        site.clock = FixedClock(before + timedelta(minutes=1))
        confirm_both(site, people, sheet)
    one = ground()
    assert (one.state, one.title) == ("met", "连续 2 个月人数未达到承诺")
    assert f"{month} 运维：承诺 2 人，到岗 1 人" in one.detail
    assert one.source["article"]
    assert len(one.facts) >= 6
    assert ground(before).state == "unknown"  # as known before the second sheet was confirmed
    shown = ask(site, people.auditor, "logbook.staff", contract=found.id, on=date_of(month.span.end_at)).value
    assert [one.name for one in shown.people] == ["乙", "甲"]
    assert [(one.present, one.short) for one in shown.counts[:2]] == [(1, True), (1, True)]
    assert next(one for one in shown.grounds if one.code == "heads").state == "met"


def test_a_person_has_versions_and_what_the_contract_asks_for_is_shown_as_lacking(
    site: Installation, people: People
) -> None:
    number, now = people.cast.first.contract, site.clock.now()
    past = now - timedelta(days=3)
    one = enter(site, people, "staff_member", title="甲", role="驻场", employment="dispatched", key="no", at=past)
    refusal("logbook.role", site, people.clerk, "logbook.open", contract=number, kind="staff_member", title="乙")
    (row,) = ask(site, people.clerk, "logbook.staff", contract=number).value.people
    assert row.lacks == ("没有保密承诺",)
    day = date_of(now).isoformat()
    step(site, people, one, "sign", undertaking_on=day, undertaking="保-1")
    checked = step(site, people, one, "check_background", checked_on=day, check="clear")
    assert {each.name for each in checked.values} >= {"undertaking", "checked_on", "employment"}
    (row,) = ask(site, people.clerk, "logbook.staff", contract=number).value.people
    assert row.lacks == ()
    early = {"id": one.id, "event": "leave", "at": past - timedelta(hours=1), "details": {"reason": "x"}}
    refusal("logbook.early", site, people.operator, "logbook.advance", **early)
    left = step(site, people, one, "leave", reason="调岗", at=now - timedelta(days=1))
    assert left.state == "left"
    assert ask(site, people.clerk, "logbook.staff", contract=number).value.people == ()
    before = ask(site, people.clerk, "logbook.staff", contract=number, on=date_of(past)).value
    assert [each.name for each in before.people] == ["甲"]
    with site.database.read() as connection:
        found = require_contract(connection, number)
        (member,) = read_people_of(connection, found.id, found.data, site.calendar).members
        assert (member.agreed, member.end_at) == (False, now - timedelta(days=1))
    step(site, people, one, "agree", "clerk", note="同意")
    with site.database.read() as connection:
        (member,) = read_people_of(connection, found.id, found.data, site.calendar).members
    assert member.agreed


def test_cases_of_staffing_count_once_both_have_confirmed_and_requests_have_their_clock(
    site: Installation, people: People
) -> None:
    with site.database.write() as connection:
        found = require_contract(connection, people.cast.first.contract)
        add_words(connection, found.id, "擅自更换人员，累计2次以上的，甲方可以终止合同。")
        add_words(connection, found.id, "甲方指出人员不称职的，乙方应在1小时内更换人员。")
    at = site.clock.now() - timedelta(hours=2)
    for sort in ("absent", "changed"):
        confirm_both(site, people, enter(site, people, "staff_breach", "clerk", sort=sort, text="脱岗", at=at))
    enter(site, people, "staff_breach", "clerk", sort="late", text="迟到", at=at)
    asked = enter(site, people, "staff_request", "clerk", person="甲", reason="不称职", at=at)
    assert (asked.standing, asked.due_at, asked.clause.article) == ("overdue", at + timedelta(hours=1), "第九十九条")
    done = step(site, people, asked, "replace", successor="乙")
    assert (done.state, done.standing) == ("replaced", "late")
    with site.database.read() as connection:
        now = require_contract(connection, found.id)
        read = read_people_of(connection, found.id, now.data, site.calendar)
    assert [one.confirmed for one in read.breaches] == [True, True, False]
    on = (site.clock.now() + timedelta(days=40)).date()
    grounds = {
        one.code: one for one in ask(site, people.clerk, "logbook.staff", contract=found.id, on=on).value.grounds
    }
    assert (grounds["breaches"].state, grounds["breaches"].detail) == ("met", "已确认 2 次，待确认 1 次")
    assert (grounds["replacement"].state, asked.number in grounds["replacement"].detail) == ("met", True)


@pytest.mark.parametrize("by", ["officer", "clerk"])
def test_a_protected_period_shows_its_gaps_and_counts_once_both_have_confirmed_it(
    site: Installation, people: People, by: str
) -> None:
    now, number = site.clock.now(), people.cast.first.contract
    until = (now + timedelta(hours=20)).isoformat()
    said = {
        "until": until,
        "level": "special",
        "set_by": "市经信局",
        "notice": "通知〔2026〕1号",
        "key_staff": "甲、乙",
    }
    period = enter(site, people, "protected_period", by, title="两会保障", at=now + timedelta(hours=1), **said)
    refusal("case.role", site, people.clerk, "logbook.advance", id=period.id, event="add_plan", details={"plan": "x"})
    step(site, people, period, "add_plan", plan="双人值守")
    planned = {"contract": number, "post": "protection", "telephone": "01012345678"}
    spans = [(1, 8, "甲"), (8, 12, "丙")]
    for start, end, name in spans:
        times = {"start_at": now + timedelta(hours=start), "end_at": now + timedelta(hours=end)}
        shift = ask(site, people.operator, "shift.plan", person=name, **planned, **times).value
        if name == "甲":
            first = shift.id
    with site.database.read() as connection:
        assert read_protected(connection, require_contract(connection, number).id) == ()
    assert confirm_both(site, people, period).counts
    site.clock = FixedClock(now + timedelta(hours=9))
    ask(site, people.operator, "shift.take", id=first, at=now + timedelta(hours=1))
    note = {"id": first, "note": "一切正常", "at": now + timedelta(hours=8)}
    ask(site, people.operator, "shift.hand_over", **note)
    found = ask(site, people.clerk, "logbook.read", id=period.id).value
    assert (found.manning.missing, found.manning.over) == (("乙",), False)
    assert [(one.why, one.end_at - one.start_at) for one in found.manning.gaps] == [
        ("claimed", timedelta(hours=7)),
        ("unmanned", timedelta(hours=1)),
        ("unplanned", timedelta(hours=8)),
    ]
    with site.database.read() as connection:
        (one,) = read_protected(connection, require_contract(connection, number).id)
    assert (one.level, one.key_staff, one.missing) == ("special", ("甲", "乙"), ("乙",))
    paper = ask(site, people.clerk, "logbook.file", id=period.id).value.content
    for expected in ("重要保障期值守方案", "通知〔2026〕1号", "双人值守", "一切正常", "没有排班", "尚无到岗登记"):
        assert expected in words_of(paper)
    refusal("logbook.no_document", site, people.clerk, "logbook.file", id=enter_promise(site, people).id)


def test_an_incident_says_that_it_touched_a_protected_period_and_who_was_there(
    site: Installation, people: People
) -> None:
    now, number = site.clock.now(), people.cast.first.contract
    start, end = now + timedelta(hours=1), now + timedelta(hours=5)
    said = {"until": end.isoformat(), "level": "special", "set_by": "市经信局", "notice": "1号", "key_staff": "甲、乙"}
    period = enter(site, people, "protected_period", title="两会保障", at=start, **said)
    planned = {"contract": number, "post": "protection", "telephone": "01012345678", "person": "甲"}
    shift = ask(site, people.operator, "shift.plan", start_at=start, end_at=end, **planned).value
    site.clock = FixedClock(end + timedelta(hours=2))
    ask(site, people.operator, "shift.take", id=shift.id, at=start)

    def report(at: Any) -> Any:
        given = {
            "contract": number,
            "title": "门户被改",
            "type": "tampering",
            "at": at,
            "system": system_of(site, people),
        }
        return ask(site, people.clerk, "incident.open", **given).value

    def read(one: Any, caller: Any) -> Any:
        return ask(site, caller, "incident.read", id=one.id).value.periods

    within, after = report(start), report(end)
    assert read(within, people.clerk) == ()  # not confirmed yet
    confirm_both(site, people, period)
    assert read(after, people.clerk) == ()  # a period ends before its last instant
    (shown,) = read(within, people.clerk)
    assert (shown.number, shown.title, shown.level_name) == (period.number, "两会保障", "特别重大保障")
    assert (shown.start_at, shown.end_at) == (start, end)
    assert [(one.person, one.taken_at) for one in shown.manning.shifts] == [("甲", start)]
    assert shown.manning.missing == ("乙",)
    (for_integrator,) = read(
        within, act_as(people.operator, "operator", role="integrator", system_ids=frozenset({within.system_id}))
    )
    assert (for_integrator.number, for_integrator.manning) == (period.number, None)


def enter_promise(site: Installation, people: People) -> Any:
    return enter(site, people, "staff_promise", role="运维", count="2", basis="附件")


def test_what_was_withdrawn_is_not_read_and_what_was_known_before_is(site: Installation, people: People) -> None:
    made = enter_promise(site, people)
    before = site.clock.now()
    site.clock = FixedClock(before + timedelta(minutes=1))
    step(site, people, made, "withdraw", reason="误登")
    with site.database.read() as connection:
        contract = require_contract(connection, people.cast.first.contract).id
        assert read_entries(connection, contract, ("staff_promise",)) == ()
        (one,) = read_entries(connection, contract, ("staff_promise",), known_at=before)
    assert (one.state, one.data["count"]) == ("recorded", 2)
    refusal("object.unknown", site, people.clerk, "logbook.read", id="SP-0000")
