"""The obligations of a contract and the duties that were read from it, as one list: each obligation once. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yunqi.contract.deadlines import compute_due
from yunqi.contract.duties import DELIVERABLE, OBLIGATION, Duty
from yunqi.contract.obligations.find import FoundObligation
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import add_months

KIND = "kind"
"""What the key of a line begins with that no duty stands for: `kind:renewal`."""
ONCE = frozenset({"signature", "term_start", "operation", "acceptance", "term_end", "before_end"})
"""Triggers that happen once in a contract's life; upon the others the same is owed again and again, or always."""
_READ = (OBLIGATION, DELIVERABLE)
_MONTHS = {"month": 1, "year": 12}


DATED = frozenset(
    {"plan.overall", "data.grading", "creation", "bond.in", "renewal", "acceptance", "exit.apply", "scoring"}
)
"""The kinds that can have a day of their own without a duty: owed once by a time that the text gives, or by its day for
all to be complete."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: a dated duty, an obligation of the catalogue, or a duty that is one of an obligation.

    `keys`: the duties without a day that an obligation stands for.
    """

    key: str
    found: FoundObligation | None = None
    duty: Duty | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a contract that deadlines are counted from; None where it is not known."""

    start_on: date | None
    end_on: date | None
    signed_on: date | None


def join_obligations(found: Sequence[FoundObligation], duties: Sequence[Duty]) -> tuple[Line, ...]:
    """The duties that have a day or say what no catalogue does, and a line for each obligation that none of them is.

    A duty is of the first obligation that was read from its sentence; a sentence that says two of them makes a line
    for each. What was read without any day stands in the line of its obligation, or in its dated ones; a deliverable
    beside dated ones stands by itself.
    """
    by_code = {one.kind.code: one for one in found}
    owner: dict[str, FoundObligation] = {}
    for one in found:
        for key in one.keys:
            owner.setdefault(key, one)
    of = {duty.key: by_code.get(duty.of) if duty.of else owner.get(base_key(duty.key)) for duty in duties}
    dated = {
        duty.key for duty in duties if duty.kind not in _READ or duty.due_on is not None or duty.period is not None
    }
    shown = {one.kind.code for key, one in of.items() if one is not None and key in dated}
    lines: list[Line] = []
    absorbed: dict[str, list[str]] = {}
    for duty in duties:
        mine = of[duty.key]
        stands_apart = duty.kind == DELIVERABLE and mine is not None and mine.kind.code in shown
        if mine is None or duty.key in dated or stands_apart:
            lines.append(Line(duty.key, mine, duty))
            continue
        for one in found:
            if base_key(duty.key) in one.keys:
                absorbed.setdefault(one.kind.code, []).append(duty.key)
    rest = (one for one in found if one.kind.code not in shown)
    of_kinds = (Line(kind_key(one.kind.code), one, keys=tuple(absorbed.get(one.kind.code, ()))) for one in rest)
    return (*lines, *of_kinds)


def base_key(key: str) -> str:
    """The key of the duty that a key with its period belongs to.

    >>> base_key("deliverable:3:2026-01-01"), base_key("bond")
    ('deliverable:3', 'bond')
    """
    return ":".join(key.split(":")[:2])


def kind_key(code: str) -> str:
    """The key of the line of an obligation that no duty stands for."""
    return f"{KIND}:{code}"


def compute_day(found: FoundObligation, dates: Dates, calendar: WorkCalendar) -> date | None:
    """The last day on which an obligation that is owed once is in time; None where the text gives none, gives two, or
    its start is not known.
    """
    if found.by_on is not None:
        return found.by_on
    within = single_limit(found.limits)
    if within is None or found.kind.trigger not in ONCE:
        return None
    if found.kind.trigger == "before_end":
        return None if dates.end_on is None else _before(dates.end_on, within, calendar)
    start = {"signature": dates.signed_on, "term_start": dates.start_on, "term_end": dates.end_on}
    return day_after(start.get(found.kind.trigger), within, calendar)


def single_limit(limits: Sequence[Mapping[str, object]]) -> Mapping[str, object] | None:
    """The one length of time that a text gives; None for none, and for several: nobody has said which holds when."""
    return limits[0] if len(limits) == 1 else None


def day_after(start: date | None, within: Mapping[str, object] | None, calendar: WorkCalendar) -> date | None:
    """The last day of a length of time from an event; None for minutes and hours, and where it can't be counted."""
    if start is None or within is None or within.get("unit") in {"minute", "hour"}:
        return None
    try:
        return compute_due(start, within, calendar).on
    except Problem:
        return None


def _before(end_on: date, within: Mapping[str, object], calendar: WorkCalendar) -> date | None:
    count, unit = int(str(within["count"])), str(within["unit"])
    if unit in _MONTHS:
        return add_months(end_on, -count * _MONTHS[unit])
    if unit == "day":
        return end_on - timedelta(days=count)
    if unit != "working_day":
        return None
    on = end_on
    try:
        while count > 0:
            on -= timedelta(days=1)
            count -= calendar.is_working(on)
    except Problem:  # a year whose working days are not published
        return None
    return on
