"""How many drills and trainings a contract wants by when, against those that were held and confirmed. Pure.

Source: the articles on drills and training of each contract; 以上 and 不少于 include the number (民法典 第1259条).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from yunqi.kernel.period import add_months, date_of

State = Literal["done", "open", "late", "unknown"]
YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of a kind (None: the contract says no number) within each contract year, or within the term."""

    kind: str
    count: int | None
    every: Literal["year", "term"]
    text: str
    source: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """An exercise of a kind that was held; `confirmed`: by the using unit."""

    id: str
    number: str
    kind: str
    held_at: datetime
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One wanted number over one span of days, both ends included, and how it stands on a day."""

    wanted: Wanted
    first_on: date | None
    last_on: date | None
    confirmed: tuple[Held, ...]
    waiting: tuple[Held, ...]
    state: State


def compute_standings(
    wanted: Iterable[Wanted], held: Iterable[Held], *, start_on: date | None, end_on: date | None, today: date
) -> tuple[Standing, ...]:
    """Each wanted number over each of its spans: done once so many are confirmed, late once its last day is past.

    Without a number nothing is ever done or late: the contract leaves it to the parties.
    """
    of = sorted(held, key=lambda one: (one.held_at, one.id))
    found: list[Standing] = []
    for one in wanted:
        for first, last in _spans(one.every, start_on, end_on):
            mine = [
                each
                for each in of
                if each.kind == one.kind
                and (first is None or date_of(each.held_at) >= first)
                and (last is None or date_of(each.held_at) <= last)
            ]
            confirmed = tuple(each for each in mine if each.confirmed)
            state: State = "open"
            if one.count is None:
                state = "unknown"
            elif len(confirmed) >= one.count:
                state = "done"
            elif last is not None and last < today:
                state = "late"
            found.append(
                Standing(one, first, last, confirmed, tuple(each for each in mine if not each.confirmed), state)
            )
    return tuple(found)


def _spans(every: str, start_on: date | None, end_on: date | None) -> Iterator[tuple[date | None, date | None]]:
    if every != "year" or start_on is None or end_on is None:
        yield start_on, end_on
        return
    first, years = start_on, 0
    while first <= end_on:
        years += 1
        following = add_months(start_on, years * YEAR_MONTHS)
        yield first, min(end_on, following - timedelta(days=1))
        first = following
