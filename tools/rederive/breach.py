"""One breach of a month and what those of one event share; where the clock of a metric may start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from .answers import Answers
from .calendar_time import day_of, months_on
from .month_case import Incident, MonthCase

Amount = tuple[Fraction | None, Fraction | None, Fraction | None]
"""A multiple of the monthly fee, else fen, and the most of it in fen."""


@dataclass(frozen=True)
class Ceiling:
    """The most of one clause: in fen, or as a part of the monthly fee; over a month, quarter, year or the term."""

    clause: str
    over: str
    fen: Fraction | None
    part: Fraction | None


@dataclass(frozen=True)
class Breach:
    """One event under one row (or other clause). `holds` answers whether it applies, and asks what it hangs on.

    `before`: what earlier months cost of the same, the greatest of which is taken off.
    `limit` is the most that it comes to, `ceiling` what all breaches under its clause come to together.
    """

    id: str
    event: str
    roots: frozenset[str]
    order: tuple[int, int]
    holds: Callable[[Answers], bool]
    table: str = ""
    coefficient: Fraction | None = None
    fixed: Fraction | None = None
    critical: bool = False
    system: str | None = None
    lines: tuple[int, ...] = ()
    limit: Fraction | None = None
    ceiling: Ceiling | None = None
    at: datetime | None = None
    before: tuple[Amount, ...] = ()


@dataclass(frozen=True)
class About:
    """What the breaches of one event share; `at` None: it is a figure of the whole month."""

    event: str
    subject: str
    roots: frozenset[str]
    system: str | None
    lines: tuple[int, ...] = ()
    at: datetime | None = None


def starts_of(case: MonthCase, metric: str) -> tuple[str, ...]:
    """Where the clock of a metric may start: where its clauses say, else every start that they might mean."""
    stated = {
        str(one["clock_start"]) for one in case.clauses.levels if one.get("metric") == metric and one.get("clock_start")
    }
    if len(stated) == 1:
        return tuple(stated)
    return ("occurrence", "notice") if metric == "response" else ("occurrence", "notice", "response")


def responsible(subject: str) -> Callable[[Answers], bool]:
    """Whether the provider caused an event."""
    return lambda answers: answers.is_yes(f"responsible@{subject}")


def event_windows(stated: object, start_on: date | None) -> tuple[str, ...]:
    """Over what a number of events may be counted: "within a year" leaves open which, silence also the whole term."""
    years = ("year", *(() if start_on is None else ("contract_year",)), "calendar_year")
    return ("term",) if stated == "term" else years if stated == "year" else ("term", *years)


def _year_no(on: date, window: str, start_on: date | None) -> int:
    """Which calendar year, or year of the contract, a day is in; the whole term is one."""
    if window == "calendar_year":
        return on.year
    if window != "contract_year" or start_on is None:
        return 0
    number = on.year - start_on.year
    return number if months_on(start_on, 12 * number) <= on else number - 1


def completed(
    events: Sequence[Incident], current: set[str], count: int, window: str, start_on: date | None = None
) -> bool:
    """Whether an event of the month is the last of `count` that no earlier breach has used up."""
    pending: list[Incident] = []
    for one in events:
        on = day_of(one.opened_at)
        days = [(each, day_of(each.opened_at)) for each in pending]
        kept = [
            each
            for each, day in days
            if (window != "year" or on <= months_on(day, 12))
            and _year_no(day, window, start_on) == _year_no(on, window, start_on)
        ]
        pending = [*kept, one]
        if len(pending) == count:
            if one.id in current:
                return True
            pending = []
    return False
