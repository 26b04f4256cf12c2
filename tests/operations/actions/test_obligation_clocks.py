"""Times of minutes and hours in the list of obligations: what the month's incidents showed, and what runs now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import event
from tests.kits.desk import People, ask
from tests.operations.actions.test_obligations import rows_of
from tests.operations.actions.test_overview import outage

from yunqi.kernel.clock import FixedClock
from yunqi.operations.cases import add_event
from yunqi.operations.incidents import read_clocks, read_standing
from yunqi.operations.installation import Installation
from yunqi.store.cases import list_cases, list_events_of_cases
from yunqi.store.contracts import require_contract

MINUTE = timedelta(minutes=1)


def row(site: Installation, people: People, code: str = "respond") -> Any:
    return rows_of(site, people.clerk)[f"kind:incident.{code}"]


def test_a_running_clock_says_when_it_is_over_and_what_the_month_showed(site: Installation, people: People) -> None:
    assert (row(site, people).state, row(site, people).due_at, row(site, people).seen) == ("waits", None, "")
    first = outage(site, people, 10)  # reported eight minutes ago; fifteen are given
    found = row(site, people)
    assert (found.state, found.due_at) == ("due", site.clock.now() + 7 * MINUTE)
    assert found.seen.startswith("本月 1 起：按时 0，超时 0，计时中 1")
    add_event(site, first, "responded", person_id=people.operator.person_id)
    found = row(site, people)
    assert (found.state, found.due_at, found.was_late) == ("waits", None, False)
    assert found.seen.startswith("本月 1 起：按时 1，超时 0")
    second = outage(site, people, 40)
    found = row(site, people)
    assert (found.state, found.due_at) == ("late", site.clock.now() - 23 * MINUTE)
    add_event(site, second, "responded", person_id=people.operator.person_id)
    found = row(site, people)
    assert (found.state, found.was_late) == ("waits", True)
    assert found.seen.startswith("本月 2 起：按时 1，超时 1")
    detail = ask(site, people.clerk, "obligation.read", contract=people.cast.first.contract, line=found.key).value
    assert {(one.object, one.id, one.late) for one in detail.deeds} == {
        ("incident", first, False),
        ("incident", second, True),
    }


def test_all_incidents_of_a_contract_are_read_at_once_and_as_one_by_one(site: Installation, people: People) -> None:
    made = [outage(site, people, minutes, system=minutes % 2) for minutes in (3, 10, 25, 40, 90)]
    add_event(site, made[2], "responded", person_id=people.operator.person_id)
    add_event(site, made[3], "recovered", person_id=people.operator.person_id)
    site.clock = FixedClock(site.clock.now() + 5 * MINUTE)
    now = site.clock.now()
    asked: list[str] = []
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
        rows = list_cases(connection, found.id, kind="incident")
        events = list_events_of_cases(connection, tuple(one.id for one in rows))
        pairs = [(one, events.get(one.id, ())) for one in rows]
        alone = {one.id: read_standing(connection, found, one, now).clocks for one in rows}
        event.listen(connection.engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
        of_one = len(asked), read_clocks(connection, found, pairs[:1], now)
        first = len(asked)
        assert read_clocks(connection, found, pairs, now) == alone
        assert len(asked) - first == first
    assert of_one[0] == 0
    assert len(alone) == len(made)
