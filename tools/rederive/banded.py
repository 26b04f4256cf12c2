"""Penalties for a band of a measure, and credits for a band of availability, from the month's own figures.

A clause that people handed in an occurrence for is left to what they said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from .answers import Answers
from .breach import About, Breach, responsible, starts_of
from .calendar_time import TICK, UNIT_MINUTES, day_of
from .clauses import Range, Row, range_of
from .month_case import Incident
from .seen import OBJECTS
from .sums import Priced, counts_of, lasts, settle_count, sum_of, unit_of

if TYPE_CHECKING:
    from .breaches import Breaches

Clause = tuple[str, str, Range | None, Row, tuple[int, int]]
"""Its name, what it measures, the range (None: any outage), its words and its place."""
EACH_DAY = "outage_days."


def add_banded(month: Breaches) -> None:
    """Adds the breaches under such clauses to those found."""
    clauses = _clauses(month)
    for incident in month.case.recent:
        about, down = month.about(incident), month.seen.minutes_down(incident)
        month.answers.of(incident.opened_at)
        for one in clauses:
            if one[1] == "outage_single" and down is not None and _holds(one, down):
                _add_outage(month, incident, about, one, down)
            elif one[1] in {"response", "recovery"} and incident.is_fault:
                spent = {start: month.minutes(incident, one[1], start) for start in starts_of(month.case, one[1])}
                _add_timed(month, incident, about, one, spent)
    month.answers.of(None)
    priced = [one for one in clauses if one[1] == "availability"]
    if priced:
        _add_availability(month, priced)


def _holds(one: Clause, value: Fraction | None) -> bool:
    return value is not None and (one[2] is None or one[2].holds(value))


def _add_outage(month: Breaches, incident: Incident, about: About, one: Clause, down: Fraction) -> None:
    """An outage: once; or by its lengths, where a day may be 24 hours from its start or a day of the calendar."""
    clause, holds = one[3], responsible(incident.id)
    if not lasts(clause):
        _add(month, about, one, incident.opened_at, holds)
        return
    priced = Priced(about.event, one[0], clause, incident.opened_at, about.lines)
    ways = counts_of(clause, down, begun=None)
    counts = set(ways.values())
    outage = month.seen.downtimes[incident.id]
    calendar: int | None = None
    if not clause.get("per") and one[2] is None and outage is not None:
        start, end = outage.start_at, outage.end_at or month.case.known_at
        calendar = (day_of(max(start, end - TICK)) - day_of(start)).days + 1
        counts.add(calendar)
    differs = calendar is not None and set(ways.values()) != {calendar}
    if differs and month.answers.ask(f"{EACH_DAY}{one[0]}", ("span", "calendar")) == "calendar":
        ways = {("counts", "start"): calendar or 0}
    count = settle_count(month, priced, ways)
    _add(month, about, one, incident.opened_at, holds, count, several=len(counts) > 1)


def _clauses(month: Breaches) -> list[Clause]:
    case = month.case
    by_hand = {one.other for one in case.events if case.start_at <= one.at < case.end_at}
    found: list[Clause] = []
    for place, clause in enumerate(month.law.others):
        reach, kind = range_of(clause.get("band")), clause.get("kind")
        if place in by_hand or clause.get("party") == "using_unit":
            continue
        counted = lasts(clause) and unit_of(clause) in UNIT_MINUTES
        metric = "outage_single" if reach is None else str(clause["band"]["metric"])
        if reach is None and not (counted and clause.get("duty") == "interruption"):
            continue
        timed = counted and metric in {"outage_single", "response", "recovery"}
        if metric != "lateness" and (timed or kind in {"fixed", "per_case", "percentage"}):
            found.append((f"other.{place}", metric, reach, clause, (2, place)))
    for place, credit in enumerate(month.law.credits):
        reach = range_of(credit.get("band"))
        if reach is not None:
            words = {"kind": "percentage", "rate": credit.get("coefficient"), "of": "service_fee", "window": "month"}
            found.append((f"credits.{place}", str(credit.get("measures")), reach, words, (3, place)))
    return found


def _add_timed(
    month: Breaches, incident: Incident, about: About, one: Clause, spent: Mapping[str, Fraction | None]
) -> None:
    code, starts = f"clock_start.{one[1]}", tuple(spent)
    if len(starts) == 1:
        month.answers.fix(code, starts[0])
    agreed = month.answers.find(code)
    allowed = [start for start in starts if agreed not in starts or start == agreed]
    within = {start: _holds(one, spent[start]) for start in allowed}
    if not any(within.values()):
        return
    month.named.add(f"other.{one[1]}:{about.event}")

    def holds(answers: Answers) -> bool:
        if not (all(within.values()) or within[answers.ask(code, starts)]):
            return False
        return one[1] == "response" or answers.is_yes(f"responsible@{about.subject}")

    if not lasts(one[3]):
        _add(month, about, one, incident.opened_at, holds)
        return
    ways = {start: counts_of(one[3], spent[start] or Fraction(0), begun=None) for start in allowed if within[start]}
    counts = {count for way in ways.values() for count in way.values()}
    start = allowed[0]
    if len(set(within.values())) > 1 or any(way != ways[next(iter(ways))] for way in ways.values()):
        start = month.answers.ask(code, starts)
    if start in ways:
        priced = Priced(about.event, one[0], one[3], incident.opened_at, about.lines)
        count = settle_count(month, priced, ways[start])
        _add(month, about, one, incident.opened_at, holds, count, several=len(counts) > 1)


def _add_availability(month: Breaches, clauses: list[Clause]) -> None:
    dimensions = month.dimensions()
    agreed = month.answers.find("availability.object")
    for choice in OBJECTS if agreed not in OBJECTS else (str(agreed),):
        for name, parts in month.seen.groups(choice):
            for one in clauses:

                def inside(cell: Mapping[str, str], parts: list[str] = parts, one: Clause = one) -> bool:
                    value = month.seen.share_of(parts, cell["availability.window"], cell["availability.unknown_time"])
                    return _holds(one, value)

                if not any(inside(cell) for cell in month.answers.possible_cells(dimensions)):
                    continue

                def holds(
                    answers: Answers, choice: str = choice, inside: Callable[[Mapping[str, str]], bool] = inside
                ) -> bool:
                    if answers.ask("availability.object", OBJECTS) != choice:
                        return False
                    return answers.settle(dimensions, inside)

                _add(month, month.about_object(choice, name, parts), one, month.case.start_at, holds)


def _add(
    month: Breaches,
    about: About,
    one: Clause,
    at: datetime,
    holds: Callable[[Answers], bool],
    count: int = 1,
    *,
    several: bool = False,
) -> None:
    name, metric, _reach, clause, order = one
    month.named.add(about.event)
    asked = sum_of(month, Priced(about.event, name, clause, at, about.lines), count)
    of_count = f".x{count}" if several else ""
    month.found.append(
        Breach(
            f"{about.event}/{name}{of_count}{asked.suffix}",
            about.event,
            about.roots,
            order,
            holds,
            f"other.{metric}",
            asked.coefficient,
            asked.fixed,
            False,
            about.system,
            about.lines,
            asked.limit,
            asked.ceiling,
            about.at,
        )
    )
