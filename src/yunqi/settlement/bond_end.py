"""Until when the bond must secure: its agreed last day, which a term that is prolonged takes along. Pure.

The last day was agreed with an end of the term in sight, and lies so many days behind it. Where a later text moves the
end of the term back and says nothing of the bond, it lies as many days behind the new end; a text that names another
day is followed as it stands. A term that is cut short takes nothing off what was agreed to secure.
Source: 民法典 第142条 (the purpose of a clause), 第389条 (what a security secures).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yunqi.contract.clauses.term.rule import compute_term
from yunqi.contract.terms import number
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A text of the contract, and the day from which the parties were bound by it; None: as it was signed."""

    since_on: date | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Until when security is wanted, by what was agreed since a day. `until_on` None: no last day is agreed."""

    since_on: date | None
    until_on: date | None

    def outlasts(self, ends_on: date) -> bool:
        """Whether a paper that ends on a day ends too early."""
        return self.until_on is None or self.until_on > ends_on


def compute_bond_until(texts: Sequence[Mapping[str, Any]], signed_on: date | None) -> date | None:
    """The last day of security by the last of some texts in their order; None where none is agreed.

    >>> bond, first, longer = {"until_on": "2026-07-30"}, {"end_on": "2026-06-30"}, {"end_on": "2026-12-31"}
    >>> compute_bond_until([{"bond": bond, "term": first}, {"bond": bond, "term": longer}], None)
    datetime.date(2027, 1, 30)
    """
    stated = [(one.get("bond") or {}).get("until_on") for one in texts]
    if not stated or not stated[-1]:
        return None
    place = len(texts) - 1
    while place > 0 and stated[place - 1] == stated[-1]:
        place -= 1
    old, new = (compute_term(texts[at].get("term") or {}, signed_on)[1] for at in (place, -1))
    moved = timedelta(0) if old is None or new is None else max(timedelta(0), new - old)
    return date.fromisoformat(str(stated[-1])) + moved


def list_wanted(texts: Sequence[Agreed], signed_on: date | None) -> tuple[Wanted, ...]:
    """Until when security was wanted from each day on which that was agreed; `texts` in the order of their days."""
    days = sorted({one.since_on or date.min for one in texts})
    found: list[Wanted] = []
    for day in days:
        known = [one.data for one in texts if (one.since_on or date.min) <= day]
        until = compute_bond_until(known, signed_on)
        if not found or found[-1].until_on != until:
            found.append(Wanted(None if day == date.min else day, until))
    return tuple(found)


def compute_renew_by(expires_on: date, before: Mapping[str, Any] | None, calendar: WorkCalendar) -> date | None:
    """The last day to hand in a new paper, counted back from its last day; None where the contract doesn't say.

    >>> from yunqi.contract.workdays import load_work_calendar
    >>> compute_renew_by(date(2026, 7, 30), {"count": 15, "unit": "working_day"}, load_work_calendar())
    datetime.date(2026, 7, 9)
    """
    count = number((before or {}).get("count"))
    if not before or count is None or before.get("unit") not in {"day", "working_day"}:
        return None
    left, on = int(count), expires_on
    try:
        while left > 0:
            on -= _DAY
            left -= 1 if before["unit"] == "day" else calendar.is_working(on)
    except Problem:  # a year whose working days are not published
        return None
    return on


def find_renewal_day(
    expires_on: date, before: Mapping[str, Any] | None, calendar: WorkCalendar, wanted: Sequence[Wanted]
) -> date | None:
    """The last day to renew a paper that ends too early; None where it does not, or the contract names no such day.

    By what was agreed on that day. A term that was prolonged only afterwards makes nothing late that was not: the paper
    must then be renewed while it still secures, on its own last day at the latest.
    """
    renew_by = compute_renew_by(expires_on, before, calendar)
    if renew_by is None:
        return None
    then = [one for one in wanted if one.since_on is None or one.since_on <= renew_by]
    if then and then[-1].outlasts(expires_on):
        return renew_by
    later = [one for one in wanted[len(then) :] if one.since_on and one.since_on <= expires_on]
    return expires_on if later and later[-1].outlasts(expires_on) else None
