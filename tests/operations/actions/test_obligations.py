"""Obligations as actions: each of the contract's once, with what the ledger shows of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.kits.desk import People, ask

from yunqi.contract.obligations import find_obligations
from yunqi.kernel.clock import FixedClock
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract


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
