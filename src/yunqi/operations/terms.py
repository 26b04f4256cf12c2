"""When a contract's service begins and ends, by what the parties had agreed by an instant: the term in force.

The row of a contract shows the term of its last agreement. Whoever asks about a past day, or as known then, asks here.
An agreement binds from the day on which both had signed it, though it come into force later: its new end moves what is
still to come. One that is in force back to an earlier day moves that day's term as known now, and not as known then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from yunqi.contract.clauses.term.rule import compute_term
from yunqi.kernel.period import date_of
from yunqi.operations.effective import read_dates
from yunqi.settlement.bond_end import Agreed, Wanted, list_wanted
from yunqi.store.amendments import list_agreed_versions, list_amendments
from yunqi.store.contracts import Contract


@dataclass(frozen=True, slots=True)
class TermInForce:
    """The first and the last day of service; None where the contract does not say."""

    start_on: date | None
    end_on: date | None


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
    return TermInForce(*compute_term(last.get("term") or {}, signed_on))


def read_wanted(
    connection: Connection, found: Contract, at: datetime, known_at: datetime | None = None
) -> tuple[Wanted, ...]:
    """Until when the bond was wanted, since when, by what was agreed by an instant, as known then or now."""
    signed_on = read_dates(connection, found).get("effective")
    return list_wanted(read_agreed(connection, found, at, known_at), signed_on)
