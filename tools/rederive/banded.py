"""Penalties for a band of a measure, and credits for a band of availability, from the month's own figures.

A clause that people handed in an occurrence for is left to what they said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from .answers import Answers
from .breach import About, Breach, starts_of
from .clauses import Range, Row, as_number, other_penalty, range_of
from .seen import OBJECTS

if TYPE_CHECKING:
    from .breaches import Breaches

Clause = tuple[str, str, Range, Row, tuple[int, int]]
"""Its name, what it measures, the range, its words and its place."""
FEES = ("service_fee", "affected_fee")
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}


def add_banded(month: Breaches) -> None:
    """Adds the breaches under such clauses to those found."""
    clauses = _clauses(month)
    for incident in month.case.recent:
        about, down = month.about(incident), month.seen.minutes_down(incident)
        for one in clauses:
            if one[1] == "outage_single" and down is not None and one[2].holds(down):
                _add(month, about, one, _caused(incident.id))
            elif one[1] in {"response", "recovery"} and incident.is_fault:
                spent = {start: month.minutes(incident, one[1], start) for start in starts_of(month.case, one[1])}
                within = {start: time is not None and one[2].holds(time) for start, time in spent.items()}
                _add_timed(month, about, one, within)
    priced = [one for one in clauses if one[1] == "availability"]
    if priced:
        _add_availability(month, priced)


def _clauses(month: Breaches) -> list[Clause]:
    case = month.case
    by_hand = {one.other for one in case.events if case.start_at <= one.at < case.end_at}
    found: list[Clause] = []
    for place, clause in enumerate(month.law.others):
        reach, kind = range_of(clause.get("band")), clause.get("kind")
        if reach is None or place in by_hand or clause.get("party") == "using_unit":
            continue
        if kind in {"fixed", "per_case", "percentage"}:
            found.append((f"other.{place}", str(clause["band"]["metric"]), reach, clause, (2, place)))
    for place, credit in enumerate(month.law.credits):
        reach = range_of(credit.get("band"))
        if reach is not None:
            words = {"kind": "percentage", "rate": credit.get("coefficient"), "of": "service_fee", "window": "month"}
            found.append((f"credits.{place}", str(credit.get("measures")), reach, words, (3, place)))
    return found


def _caused(subject: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.is_yes(f"responsible@{subject}")


def _add_timed(month: Breaches, about: About, one: Clause, within: Mapping[str, bool]) -> None:
    code, starts = f"clock_start.{one[1]}", tuple(within)
    if len(starts) == 1:
        month.answers.known[code] = starts[0]
    agreed = month.answers.find(code)
    possible = {within[start] for start in starts if agreed not in starts or start == agreed}
    if True not in possible:
        return

    def holds(answers: Answers) -> bool:
        if not (True if possible == {True} else within[answers.ask(code, starts)]):
            return False
        return one[1] == "response" or answers.is_yes(f"responsible@{about.subject}")

    month.named.add(f"other.{one[1]}:{about.event}")
    _add(month, about, one, holds)


def _add_availability(month: Breaches, clauses: list[Clause]) -> None:
    dimensions = month.dimensions()
    agreed = month.answers.find("availability.object")
    for choice in OBJECTS if agreed not in OBJECTS else (str(agreed),):
        for name, parts in month.seen.groups(choice):
            for one in clauses:

                def inside(cell: Mapping[str, str], parts: list[str] = parts, reach: Range = one[2]) -> bool:
                    value = month.seen.share_of(parts, cell["availability.window"], cell["availability.unknown_time"])
                    return value is not None and reach.holds(value)

                if not any(inside(cell) for cell in month.answers.possible_cells(dimensions)):
                    continue

                def holds(
                    answers: Answers, choice: str = choice, inside: Callable[[Mapping[str, str]], bool] = inside
                ) -> bool:
                    if answers.ask("availability.object", OBJECTS) != choice:
                        return False
                    return answers.settle(dimensions, inside)

                _add(month, month.about_object(choice, name, parts), one, holds)


def _add(month: Breaches, about: About, one: Clause, holds: Callable[[Answers], bool]) -> None:
    name, _metric, _reach, clause, order = one
    month.named.add(about.event)
    law, rate = month.law, as_number(clause.get("rate"))
    of, window = clause.get("of"), clause.get("window")
    whole = other_penalty({**clause, "of": "contract_total"}, law.total_fen, 1)
    limit, share = as_number(clause.get("cap")), as_number(clause.get("cap_share"))
    if limit is None and share is not None and law.total_fen is not None:
        limit = share * law.total_fen if clause.get("cap_of") in {None, "contract_total"} else None

    def found(
        suffix: str, coefficient: Fraction | None, fixed: Fraction | None, when: Callable[[Answers], bool]
    ) -> None:
        month.found.append(
            Breach(
                f"{about.event}/{name}{suffix}",
                about.event,
                about.roots,
                order,
                when,
                f"other.{one[1]}",
                coefficient,
                fixed,
                False,
                about.system,
                about.lines,
                limit,
            )
        )

    if rate is None or of == "contract_total" or (of in FEES and window == "term"):
        found("", None, whole, holds)
    elif of in FEES and window in MONTHS:
        found("", rate * MONTHS[str(window)], None, holds)
    else:
        code, choices = f"penalty_fee.{name}", ("contract_total", "month")
        found(".contract_total", None, whole, lambda one: holds(one) and one.ask(code, choices) == "contract_total")
        found(".month", rate, None, lambda one: holds(one) and one.ask(code, choices) == "month")
