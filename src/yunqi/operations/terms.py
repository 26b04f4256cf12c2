"""When a contract's service begins and ends, by what the parties had agreed by an instant: the term in force.

The row of a contract shows the term of its last agreement. Whoever asks about a past day, or as known then, asks here.
An agreement binds from the day on which both had signed it, though it come into force later: its new end moves what is
still to come. One that is in force back to an earlier day moves that day's term as known now, and not as known then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.exit.early import find_early_end
from yunqi.contract.clauses.term.rule import compute_term
from yunqi.kernel.period import date_of, day_start
from yunqi.operations.effective import read_dates
from yunqi.settlement.bond_end import Agreed, Wanted, list_wanted
from yunqi.store.amendments import list_agreed_versions, list_amendments
from yunqi.store.contracts import Contract
from yunqi.store.facts import list_facts

EXIT_FACTS = ("exit.opened", "exit.agree_end", "exit.sign", "exit.withdraw")


_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class TermInForce:
    """The first and the last day of service; None where the contract does not say. `early`: the last day is earlier
    than that of the text, for the service ends early.
    """

    start_on: date | None
    end_on: date | None
    early: bool = False


def read_agreed(
    connection: Connection, found: Contract, at: datetime, known_at: datetime | None = None
) -> tuple[Agreed, ...]:
    """The contract's texts that were in force at an instant or agreed by then, in the order of their days, as known
    then or now; the last of them holds. Each since the day on which its agreement was signed by its own words, or
    recorded here where it names none or a later one.
    """
    versions = list_agreed_versions(connection, found.id, at=at, known_at=known_at)
    said = {one.id: one.data.get("signed_on") for one in list_amendments(connection, found.id)} if versions else {}
    agreed = [Agreed(None, found.data)]
    for one in versions:
        since, stated = date_of(one.recorded_at), said.get(one.amendment_id)
        agreed.append(Agreed(min(since, date.fromisoformat(stated)) if stated else since, one.data))
    return tuple(agreed)


def read_term(connection: Connection, found: Contract, at: datetime, known_at: datetime | None = None) -> TermInForce:
    """The term in force at an instant, as known then or now."""
    signed_on = read_dates(connection, found).get("effective")
    last = read_agreed(connection, found, at, known_at)[-1].data
    start_on, end_on = compute_term(last.get("term") or {}, signed_on)
    left_on = read_early_end(connection, found, at, known_at)
    if left_on is None or (end_on is not None and end_on <= left_on):
        return TermInForce(start_on, end_on)
    return TermInForce(start_on, left_on, early=True)


def read_early_end(
    connection: Connection, found: Contract, at: datetime, known_at: datetime | None = None
) -> date | None:
    """The last day of service where it ends early: over at an instant, or agreed by then; as known then or now."""
    return pick_early_end(list_facts(connection, found.id, kind=EXIT_FACTS, known_at=known_at), at)


def pick_early_end(known: Iterable[Any], at: datetime) -> date | None:
    """What `read_early_end` says, of the facts of a contract's exits that are known."""
    told: dict[str, list[Any]] = {}
    for one in known:
        told.setdefault(one.subject, []).append(one)
    days = []
    for facts in told.values():
        opened, *later = sorted(facts, key=lambda one: int(one.payload.get("no") or 0))
        events = ((one.kind.partition(".")[2], str(one.payload.get("state")), one.recorded_at) for one in later)
        early = find_early_end(opened.payload["data"], opened.recorded_at, events)
        if early is not None and (early.since <= at or day_start(early.left_on) <= at):
            days.append(early.left_on)
    return min(days, default=None)


def read_expiry(connection: Connection, found: Contract, on: date, known_at: datetime | None = None) -> dict[str, date]:
    """The day on which the service ended early, as the condition of instalments; nothing where it had not by a day."""
    left_on = read_early_end(connection, found, day_start(on + timedelta(days=1)) - _MOMENT, known_at)
    return {} if left_on is None or left_on > on else {"expiry": left_on}


def in_term(connection: Connection, found: Contract, at: datetime, known_at: datetime | None = None) -> Contract:
    """The contract with the first and the last day of service that are in force at an instant in its row's place."""
    term = read_term(connection, found, at, known_at)
    return replace(found, start_on=term.start_on, end_on=term.end_on)


def read_wanted(
    connection: Connection, found: Contract, at: datetime, known_at: datetime | None = None
) -> tuple[Wanted, ...]:
    """Until when the bond was wanted, since when, by what was agreed by an instant, as known then or now."""
    signed_on = read_dates(connection, found).get("effective")
    return list_wanted(read_agreed(connection, found, at, known_at), signed_on)
