"""人员: promised against present month by month, who was replaced in time, what was found against the provider. Pure.

A month without a sheet that both parties confirmed is not known: neither short nor met. A promise counts from the first
month that it stands for as a whole. Nothing here costs anything: these are grounds and counters.

Source: the articles on staff of each contract; 以上 includes the number (民法典 第1259条).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from yunqi.kernel.period import Month, add_months

EVERY_ROLE = ""
"""As the role of a head-count: all roles together, each person once."""
BY_ROLE, BY_TOTAL = "role", "total"
State = Literal["met", "not_met", "unknown", "open"]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the roster from `start_at` until `end_at` (None: still). `agreed`: the using unit consented."""

    id: str
    name: str
    role: str
    start_at: datetime
    end_at: datetime | None = None
    key: bool = False
    employment: str = ""
    undertaking_on: date | None = None
    checked_on: date | None = None
    check: str = ""
    agreed: bool = False
    facts: tuple[str, ...] = ()

    def is_on(self, start_at: datetime, end_at: datetime) -> bool:
        """Whether they were on the roster within [start_at, end_at)."""
        return self.start_at < end_at and (self.end_at is None or self.end_at > start_at)


@dataclass(frozen=True, slots=True)
class Promise:
    """So many people of one role, promised from an instant on; a later one of the role takes its place."""

    role: str
    count: int
    start_at: datetime
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Who came in a month, as both parties confirmed it."""

    month: Month
    present: tuple[str, ...]
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadCount:
    """One role in one month. `present` None: no confirmed sheet. `unlisted`: came, and stand on no roster.

    `short` None: it can't be said.
    """

    role: str
    month: Month
    promised: int
    present: int | None
    unlisted: int = 0
    facts: tuple[str, ...] = ()

    @property
    def short(self) -> bool | None:
        """Whether fewer came than were promised; not known where people without a role could make up for it."""
        if self.present is None:
            return None
        if self.present >= self.promised:
            return False
        return True if self.present + self.unlisted < self.promised else None


def count_heads(
    promises: Iterable[Promise], members: Sequence[Member], sheets: Iterable[Sheet], months: Iterable[Month]
) -> tuple[HeadCount, ...]:
    """Each promised role month by month, and then all of them together."""
    by_month = {one.month: one for one in sheets}
    by_role: dict[str, list[Promise]] = {}
    for promise in sorted(promises, key=lambda one: one.start_at):
        by_role.setdefault(promise.role, []).append(promise)
    found: list[HeadCount] = []
    for month in months:
        stood = {
            role: before[-1]
            for role, mine in by_role.items()
            if (before := [one for one in mine if one.start_at <= month.span.start_at])
        }
        sheet = by_month.get(month)
        found += [_count(role, one.count, (one,), members, sheet, month) for role, one in sorted(stood.items())]
        if stood:
            total = sum(one.count for one in stood.values())
            found.append(_count(EVERY_ROLE, total, tuple(stood.values()), members, sheet, month, frozenset(stood)))
    return tuple(found)


def _count(
    role: str,
    promised: int,
    of: tuple[Promise, ...],
    members: Sequence[Member],
    sheet: Sheet | None,
    month: Month,
    roles: frozenset[str] = frozenset(),
) -> HeadCount:
    facts = tuple(fact for one in of for fact in one.facts)
    if sheet is None:
        return HeadCount(role, month, promised, None, facts=facts)
    span = month.span
    on = [one for one in members if one.is_on(span.start_at, span.end_at)]
    listed = {one.name for one in on}
    wanted = roles or {role}
    mine = {one.name for one in on if one.role in wanted}
    came = set(sheet.present)
    return HeadCount(role, month, promised, len(came & mine), len(came - listed), (*facts, *sheet.facts))


def judge_heads(counts: Iterable[HeadCount], month: Month, needed: int, *, by: str | None = None) -> State:
    """Whether promised heads were short in each of the `needed` months that end with `month`.

    `by`: what was agreed that the number means, one role or all together; None: where it makes a difference it is open.
    """
    wanted = [_back(month, less) for less in range(needed)]
    rows = list(counts)
    roles = sorted({one.role for one in rows} - {EVERY_ROLE})
    states: dict[str, State] = {
        BY_ROLE: _together([_run(rows, role, wanted) for role in roles]),
        BY_TOTAL: _together([_run(rows, EVERY_ROLE, wanted) for _role in roles[:1]]),
    }
    if by is not None and by in states:
        return states[by]
    return states[BY_ROLE] if states[BY_ROLE] == states[BY_TOTAL] else "open"


def _back(month: Month, less: int) -> Month:
    on = add_months(month.start_on, -less)
    return Month(on.year, on.month)


def _run(rows: Sequence[HeadCount], role: str, months: Sequence[Month]) -> State:
    by_month = {one.month: one.short for one in rows if one.role == role}
    said = [by_month.get(month, False) for month in months]  # a month before any promise was never short
    if all(said):
        return "met"
    return "not_met" if any(one is False for one in said) else "unknown"


def _together(states: Sequence[State]) -> State:
    if "met" in states:
        return "met"
    return "unknown" if "unknown" in states or not states else "not_met"


@dataclass(frozen=True, slots=True)
class Breach:
    """One case found against the provider's staffing; it counts once both parties have confirmed it."""

    id: str
    number: str
    sort: str
    at: datetime
    confirmed: bool
    facts: tuple[str, ...] = ()


def judge_breaches(
    breaches: Iterable[Breach], limit: int, operator: str, *, before: datetime
) -> tuple[State, int, int]:
    """Whether the confirmed cases before an instant reach the limit; how many are confirmed, how many are not yet."""
    past = [one for one in breaches if one.at < before]
    confirmed = sum(one.confirmed for one in past)
    waiting = len(past) - confirmed

    def reached(count: int) -> bool:
        return count > limit if operator == ">" else count >= limit

    state: State = "met" if reached(confirmed) else "unknown" if reached(confirmed + waiting) else "not_met"
    return state, confirmed, waiting


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody is to be replaced: asked, and replaced (None: not yet). `due_at` None: the contract sets no limit."""

    id: str
    number: str
    person: str
    asked_at: datetime
    due_at: datetime | None
    replaced_at: datetime | None
    facts: tuple[str, ...] = ()

    def standing(self, now: datetime) -> str:
        """`running`, `overdue`, `kept` or `late`; `open` and `done` where there is no limit."""
        if self.due_at is None:
            return "open" if self.replaced_at is None else "done"
        if self.replaced_at is None:
            return "overdue" if now >= self.due_at else "running"
        return "late" if self.replaced_at >= self.due_at else "kept"


@dataclass(frozen=True, slots=True)
class People:
    """The staff of a contract as its logbooks have it."""

    members: tuple[Member, ...] = ()
    promises: tuple[Promise, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    requests: tuple[Request, ...] = ()
    breaches: tuple[Breach, ...] = ()


def find_unagreed(members: Iterable[Member], before: datetime) -> tuple[Member, ...]:
    """Those who left before an instant without the using unit's consent: where it is wanted, each is to be judged."""
    return tuple(one for one in members if one.end_at is not None and one.end_at < before and not one.agreed)


def lacks_of(one: Member, on: date, *, undertaking: bool, background: bool, employees: bool) -> tuple[str, ...]:
    """What somebody who is on the roster lacks on a day: `undertaking`, `background`, `employment`."""
    found = []
    if undertaking and (one.undertaking_on is None or one.undertaking_on > on):
        found.append("undertaking")
    if background and (one.checked_on is None or one.checked_on > on or one.check != "clear"):
        found.append("background")
    if employees and one.employment not in ("employee", "service"):
        found.append("employment")
    return tuple(found)
