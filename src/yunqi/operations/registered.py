"""What the registers bring into a month: complaints counted, unmanned time, once both parties have confirmed them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection

from yunqi.cases.register import COMPLAINT, CONFIRMED, UNATTENDED
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.period import Month, date_of
from yunqi.kernel.words import _
from yunqi.settlement.inputs import Occurrence
from yunqi.store.facts import Fact, list_facts

COMPLAINT_COUNT = "complaint_count"


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
    return (
        *_complaints(_confirmed(connection, contract_id, COMPLAINT, end_at, known_at)),
        *_unattended(_confirmed(connection, contract_id, UNATTENDED, end_at, known_at)),
    )


def _confirmed(
    connection: Connection, contract_id: str, kind: str, end_at: datetime, known_at: datetime
) -> list[tuple[Fact, Fact]]:
    """What was recorded, each with the fact of the confirmation that made it count."""
    said = list_facts(connection, contract_id, kind=f"{kind}.confirm", known_at=known_at)
    by_case = {one.subject: one for one in said if one.payload.get("state") == CONFIRMED}
    opened = list_facts(connection, contract_id, kind=f"{kind}.opened", end_at=end_at, known_at=known_at)
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
        length = parse_instant(opened.payload["data"]["end_at"]) - opened.at
        found.append(
            Occurrence(
                opened.id,
                UNATTENDED,
                opened.at,
                Fraction(length.days * 24 * 60) + Fraction(length.seconds, 60),
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
            start <= one.at and Fraction((one.at - start).days * 86400 + (one.at - start).seconds, 60) < minutes
            for start, minutes in spans
        )

    return (*(one for one in said if not is_double(one)), *counted)
