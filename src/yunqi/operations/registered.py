"""What the registers bring into a month: complaints counted, unmanned time, once both parties have confirmed them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection

from yunqi.cases.register import COMPLAINT, CONFIRMED, UNATTENDED
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.period import Month, date_of
from yunqi.kernel.units import minutes_of
from yunqi.kernel.words import _
from yunqi.settlement.inputs import Occurrence
from yunqi.store.facts import Fact, list_facts

COMPLAINT_COUNT = "complaint_count"
REGISTERED_FACTS = tuple(f"{kind}.{event}" for kind in (COMPLAINT, UNATTENDED) for event in ("opened", "confirm"))


def month_at(at: datetime) -> Month:
    """The calendar month of an instant, in Beijing time."""
    on = date_of(at)
    return Month(on.year, on.month)


def read_registered(
    connection: Connection, contract_id: str, *, end_at: datetime, known_at: datetime
) -> tuple[Occurrence, ...]:
    """One occurrence for each month with confirmed complaints, its value their number, and one for each confirmed span
    of unmanned time, its value the minutes; of what happened before `end_at`, as known at an instant.
    """
    facts = list_facts(connection, contract_id, kind=REGISTERED_FACTS, known_at=known_at)
    return (
        *_complaints(_confirmed(facts, COMPLAINT, end_at)),
        *_unattended(_confirmed(facts, UNATTENDED, end_at)),
    )


def _confirmed(facts: Iterable[Fact], kind: str, end_at: datetime) -> list[tuple[Fact, Fact]]:
    """What was recorded before `end_at`, each with the fact of the confirmation that made it count."""
    mine = [one for one in facts if one.kind.startswith(f"{kind}.")]
    by_case = {one.subject: one for one in mine if one.payload.get("state") == CONFIRMED}
    opened = [one for one in mine if one.kind == f"{kind}.opened" and one.at < end_at]
    return [(one, by_case[one.subject]) for one in opened if one.subject in by_case]


def _complaints(pairs: Iterable[tuple[Fact, Fact]]) -> list[Occurrence]:
    months: dict[str, list[tuple[Fact, Fact]]] = {}
    for pair in pairs:
        months.setdefault(str(month_at(pair[0].at)), []).append(pair)
    found = []
    for month, of in months.items():
        systems = {opened.payload.get("system") for opened, _confirmed in of}
        found.append(
            Occurrence(
                f"complaints:{month}",
                COMPLAINT_COUNT,
                of[-1][0].at,
                Fraction(len(of)),
                _("{month} 双方确认的投诉 {count} 次", month=month, count=len(of)),
                next(iter(systems)) if len(systems) == 1 else None,
                facts=tuple(fact.id for pair in of for fact in pair),
                sample=any(opened.sample for opened, _confirmed in of),
            )
        )
    return found


def _unattended(pairs: Iterable[tuple[Fact, Fact]]) -> list[Occurrence]:
    found = []
    for opened, confirmed in pairs:
        found.append(
            Occurrence(
                opened.id,
                UNATTENDED,
                opened.at,
                minutes_of(parse_instant(opened.payload["data"]["end_at"]) - opened.at),
                str(opened.payload["title"]),
                facts=(opened.id, confirmed.id),
                sample=opened.sample,
            )
        )
    return found


def leave_out_doubles(said: Iterable[Occurrence], registered: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """All that counts: what both parties confirmed stands in place of what one of them entered of the same thing.

    The same thing is the count of complaints of one month, or unmanned time that was entered at an instant of the span.
    """
    counted = tuple(registered)
    months = {month_at(one.at) for one in counted if one.measures == COMPLAINT_COUNT}
    spans = [(one.at, one.value or Fraction(0)) for one in counted if one.measures == UNATTENDED]

    def is_double(one: Occurrence) -> bool:
        if one.measures == COMPLAINT_COUNT:
            return month_at(one.at) in months
        return one.measures == UNATTENDED and any(
            start <= one.at and minutes_of(one.at - start) < minutes for start, minutes in spans
        )

    return (*(one for one in said if not is_double(one)), *counted)
