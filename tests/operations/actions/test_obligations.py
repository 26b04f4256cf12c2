"""Obligations as actions: each of the contract's once, with what the ledger shows of it."""

from __future__ import annotations

import operator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import event, update
from tests.kits.copies import copy_contracts
from tests.kits.desk import People, ask, refusal

from yunqi.contract.obligations import find_obligations
from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.store import tables
from yunqi.store.contracts import require_contract
from yunqi.store.facts import list_facts


def rows_of(site: Installation, caller: Any, **asked: Any) -> dict[str, Any]:
    return {one.key: one for one in ask(site, caller, "obligation.list", **asked).value.items}


def later(site: Installation, days: int) -> None:
    site.clock = FixedClock(site.clock.now() + timedelta(days=days))


def test_each_obligation_of_the_contract_stands_in_the_list_once(site: Installation, people: People) -> None:
    side = people.cast.first
    items = ask(site, people.clerk, "obligation.list", contract=side.contract).value.items
    assert len({one.key for one in items}) == len(items)
    with site.database.read() as connection:
        found = {one.kind.code: one for one in find_obligations(require_contract(connection, side.contract_id).data)}
    assert {one.obligation for one in items} - {""} == set(found)
    for one in items:
        if one.obligation:
            kind = found[one.obligation].kind
            assert (one.no, one.trigger) == (f"O-{kind.no}" if kind.no else "", kind.trigger)
            assert all((one.text, one.party_name, one.evidence, one.article))
    # a supplementary sentence is no second line: the bond, the acceptance and the payments are those of the ledger
    assert not {"kind:bond.in", "kind:payment"} & {one.key for one in items}


def test_what_nothing_shows_is_never_done(site: Installation, people: People) -> None:
    rows = rows_of(site, people.clerk)
    assert rows["kind:subcontracting"].state == "unseen"
    assert rows["kind:rectification"].state == "waits"
    shown = [one for one in rows.values() if one.state in ("done", "standing")]
    assert all(one.seen for one in shown), [one.key for one in shown]


def test_a_notice_of_rectification_is_owed_until_it_is_answered(site: Installation, people: People) -> None:
    made = ask(
        site,
        people.auditor,
        "rectification.open",
        contract=people.cast.first.contract,
        title="值守不足",
        clause="第三条",
        requirement="恢复双人值守",
        within_days=5,
    ).value

    def now() -> tuple[str, bool, str]:
        row = rows_of(site, people.clerk)["kind:rectification"]
        return row.state, row.was_late, row.seen

    row = rows_of(site, people.clerk)["kind:rectification"]
    assert (row.state, row.due_on) == ("due", made.due_on)
    later(site, 20)
    assert now()[0] == "late"
    ask(site, people.lead, "rectification.advance", id=made.id, event="answer", measures="已增派", evidence="排班表")
    assert now() == ("waits", True, "共 1 次，已完成 1 次，其中逾期 1 次")


def test_an_exit_is_applied_for_and_its_steps_are_owed(site: Installation, people: People) -> None:
    ask(site, people.clerk, "exit.open", contract=people.cast.first.contract, cause="using_unit", evidence="公函")
    rows = rows_of(site, people.clerk)
    # 45 days from then end in a year whose days off are not published: no day is made up
    assert [(rows[f"kind:exit.{one}"].state, rows[f"kind:exit.{one}"].due_on) for one in ("migrate", "erase")] == [
        ("due", None),
        ("due", None),
    ]


def test_the_list_is_narrowed(site: Installation, people: People) -> None:
    every = rows_of(site, people.clerk)
    faults = rows_of(site, people.clerk, trigger="fault")
    assert [one.trigger for one in faults.values()] == ["fault"] * len(faults) != []
    assert set(rows_of(site, people.clerk, text="O-49")) == {"kind:rectification"}
    assert rows_of(site, people.clerk, text="没有这样的义务") == {}
    dated = rows_of(site, people.clerk, start_on="2026-12-01", end_on="2026-12-31")
    assert set(dated) < set(every)
    assert all(str(one.due_on or one.period_end).startswith("2026-12") for one in dated.values())
    for one in ("using_unit", "provider"):
        assert {row.party for row in rows_of(site, people.clerk, party=one).values()} == {one, "both"}
    assert rows_of(site, people.other_clerk).keys() != every.keys() or len(every) == 0


def today_of(site: Installation) -> date:
    return date_of(site.clock.now())


def record(site: Installation, people: People, caller: Any = None, **more: Any) -> Any:
    fields = {"line": "kind:subcontracting", "on": today_of(site), "words": "未分包，附声明"} | more
    side = people.cast.first
    return ask(site, caller or people.lead, "obligation.record", contract=side.contract, **fields).value


def test_a_party_records_and_the_other_confirms(site: Installation, people: People) -> None:
    sent = ask(site, people.lead, "file.upload", name="statement.pdf", content=b"%PDF-1.7 x").value
    made = record(site, people, file=sent.id)
    assert (made.state, made.seen) == ("standing", "共 1 次，已完成 1 次；1 次待对方确认")
    (one,) = made.records
    assert (one.state, one.name, one.organisation, one.may) == (
        "recorded",
        "statement.pdf",
        people.cast.first.provider,
        ("correct", "withdraw"),
    )
    assert ask(site, people.clerk, "document.read", id=one.document).value.content == b"%PDF-1.7 x"
    refusal("obligation.own", site, people.operator, "obligation.answer", id=one.id, answer="confirm")
    refusal("obligation.not_own", site, people.clerk, "obligation.withdraw", id=one.id, reason="x")
    refusal("object.unknown", site, people.other_clerk, "obligation.answer", id=one.id, answer="confirm")
    refusal("access.role", site, people.auditor, "obligation.answer", id=one.id, answer="confirm")
    side = people.cast.first
    seen = ask(site, people.auditor, "obligation.read", contract=side.contract, line="kind:subcontracting").value
    assert (seen.may_record, seen.records[0].may) == (False, ())
    confirmed = ask(site, people.clerk, "obligation.answer", id=one.id, answer="confirm").value
    assert (confirmed.records[0].state, confirmed.seen) == ("confirmed", "共 1 次，已完成 1 次")
    refusal("obligation.answered", site, people.clerk, "obligation.answer", id=one.id, answer="confirm")
    assert rows_of(site, people.clerk)["kind:subcontracting"].state == "standing"


def test_what_is_contested_or_withdrawn_does_not_count(site: Installation, people: People) -> None:
    (one,) = record(site, people).records
    refusal("obligation.reason", site, people.clerk, "obligation.answer", id=one.id, answer="contest")
    contested = ask(site, people.clerk, "obligation.answer", id=one.id, answer="contest", reason="有分包").value
    assert (contested.state, contested.seen) == ("unseen", "1 次对方有异议")
    assert contested.records[0].answers[0].reason == "有分包"
    again = ask(site, people.clerk, "obligation.answer", id=one.id, answer="confirm").value
    assert (again.state, [each.what for each in again.records[0].answers]) == ("standing", ["提出异议", "确认"])
    withdrawn = ask(site, people.lead, "obligation.withdraw", id=one.id, reason="日期写错").value
    assert (withdrawn.state, withdrawn.records[0].state, withdrawn.records[0].may) == ("unseen", "withdrawn", ())
    refusal("obligation.withdrawn", site, people.clerk, "obligation.answer", id=one.id, answer="confirm")
    with site.database.read() as connection:  # nothing was overwritten
        kinds = [fact.kind for fact in list_facts(connection, one_contract(people)) if "obligation." in fact.kind]
    assert kinds == [f"obligation.{word}" for word in ("fulfilled", "contested", "confirmed", "withdrawn")]


def one_contract(people: People) -> str:
    return people.cast.first.contract_id


def test_a_record_is_corrected_with_its_reason(site: Installation, people: People) -> None:
    (first,) = record(site, people, words="未分包").records
    refusal_of("obligation.twice", site, people)
    fixed = record(site, people, words="未分包，补声明", corrects=first.id, reason="补充附件").records
    assert [(one.state, one.corrects) for one in fixed] == [("recorded", first.id), ("withdrawn", None)]
    assert fixed[1].answers[0].reason == "补充附件"
    refusal_of("obligation.corrects", site, people, words="又一次", corrects="fct-none", reason="x")
    refusal_of("obligation.reason", site, people, words="又一次", corrects=fixed[0].id)


def refusal_of(code: str, site: Installation, people: People, **more: Any) -> Any:
    """Why the lead may not record it."""
    fields = {"line": "kind:subcontracting", "on": today_of(site), "words": "未分包"} | more
    return refusal(code, site, people.lead, "obligation.record", contract=people.cast.first.contract, **fields)


def test_lateness_is_counted_from_the_day_of_the_event(site: Installation, people: People) -> None:
    line, today = "kind:secrecy.returned", today_of(site)
    refusal_of("obligation.event_on", site, people, line=line)
    refusal_of("obligation.future", site, people, line=line, on=today + timedelta(days=1))
    refusal_of("obligation.unknown", site, people, line="kind:none")
    late = record(site, people, line=line, event_on=today - timedelta(days=30), words="归还 3 份")
    assert (late.state, late.was_late, late.records[0].late) == ("waits", True, True)
    assert late.records[0].due_on < today
    good = record(site, people, line=line, event_on=today - timedelta(days=1), words="归还 1 份")
    assert (good.seen, good.records[0].late) == ("共 2 次，已完成 2 次，其中逾期 1 次；2 次待对方确认", False)


def test_a_period_of_what_recurs_is_recorded_by_itself(site: Installation, people: People) -> None:
    rows = rows_of(site, people.clerk)
    key = next(one for one in rows if one.startswith("deliverable:") and rows[one].state == "unseen")
    # the using unit may say so itself: then the provider confirms
    made = record(site, people, people.clerk, line=key, words="纸质周报已收")
    assert (made.state, made.records[0].organisation) == ("done", people.cast.first.using_unit)
    assert ask(site, people.lead, "obligation.answer", id=made.records[0].id, answer="confirm").value.state == "done"
    assert sum(one.state == "done" for one in rows_of(site, people.clerk).values()) == 1


def test_what_the_ledger_answers_is_entered_there(site: Installation, people: People) -> None:
    for line in ("instalment:1", "bond", "term_end"):
        refused = refusal_of("obligation.ledger", site, people, line=line)
        assert refused.values["reason"]
        seen = ask(site, people.lead, "obligation.read", contract=people.cast.first.contract, line=line).value
        assert (seen.may_record, bool(seen.why_not)) == (False, True)


def test_every_line_can_be_opened(site: Installation, people: People) -> None:
    for key, row in rows_of(site, people.clerk).items():
        found = ask(site, people.clerk, "obligation.read", contract=row.contract_id, line=key).value
        assert (found.key, found.state, found.text) == (row.key, row.state, row.text)
        assert found.sources


def test_the_list_of_many_contracts_asks_no_more_than_that_of_one(site: Installation, people: People) -> None:
    with site.database.write() as connection:
        ids = copy_contracts(connection, people.cast.first.contract_id, 50)
    alone = [ask(site, people.auditor, "obligation.list", contract=one).value.items for one in ids[:3]]
    asked: list[str] = []
    event.listen(site.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts = []
    for count in (1, 10, 50):
        with site.database.write() as connection:
            connection.execute(update(tables.contract).where(tables.contract.c.id.not_in(ids)).values(state="imported"))
            connection.execute(update(tables.contract).where(tables.contract.c.id.in_(ids)).values(state="imported"))
            some = ids[:count]
            connection.execute(update(tables.contract).where(tables.contract.c.id.in_(some)).values(state="signed"))
        asked.clear()
        items = ask(site, people.auditor, "obligation.list").value.items
        counts.append(len(asked))
        assert {one.contract_id for one in items} == set(some)
    assert counts[0] == counts[1] == counts[2], counts
    key = operator.attrgetter("key")
    for one, lines in zip(ids, alone, strict=False):
        assert sorted(lines, key=key) == sorted((row for row in items if row.contract_id == one), key=key)
