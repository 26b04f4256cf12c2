"""重要保障期: when they were, whether an event fell into one, who was there and who was not. Pure.

Source: the articles on protection of major events, and the rows of critical breaches that ask for such a period.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from yunqi.cases.duty import Shift, Unmanned, find_unmanned
from yunqi.cases.incident.clocks import Downtime, IncidentFacts, event_time
from yunqi.kernel.period import Span, subtract

CONDITION = "guarantee_period"
"""As the condition of a service level or of a critical breach: within such a period."""
CALENDAR, BY_REGISTER = "guarantee.calendar", "register"
"""The reading that the registered periods are all that there are."""
POST = "protection"
"""The post of the rota that a protected period asks for."""


@dataclass(frozen=True, slots=True)
class Protected:
    """A period that both parties confirmed, the people named for it, and those of them who took no shift of it."""

    id: str
    number: str
    span: Span
    level: str
    key_staff: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manned:
    """How a period was manned so far: shifts of its post, time without a planned shift, planned time without anybody,
    and the named people who have taken no shift. `over`: the period has ended, so `missing` is final.
    """

    shifts: tuple[Shift, ...]
    unplanned: tuple[Span, ...]
    unmanned: tuple[Unmanned, ...]
    missing: tuple[str, ...]
    over: bool


def find_protected(periods: Iterable[Protected], start_at: datetime, end_at: datetime | None) -> tuple[Protected, ...]:
    """The periods that an event from `start_at` until `end_at` (None: it lasts) touches, in order."""
    touched = [
        one
        for one in periods
        if start_at < one.span.end_at
        and (start_at >= one.span.start_at or end_at is None or end_at > one.span.start_at)
    ]
    return tuple(sorted(touched, key=lambda one: (one.span, one.id)))


def is_protected(
    periods: Iterable[Protected], incident: IncidentFacts, outage: Downtime | None, agreed: str | None
) -> bool | None:
    """Whether an incident touched a protected period.

    Outside of all of them it is not known, unless it was agreed (`agreed`) that the register has them all.
    """
    if find_touched(periods, incident, outage):
        return True
    return False if agreed == BY_REGISTER else None


def find_touched(
    periods: Iterable[Protected], incident: IncidentFacts, outage: Downtime | None
) -> tuple[Protected, ...]:
    """The protected periods that an incident touched, from its outage where there is one, in order."""
    start = event_time(incident, "occurred", outage) or incident.opened_at
    end = event_time(incident, "recovered", outage) or incident.times.get("closed")
    return find_protected(periods, start, end)


def find_manned(span: Span, key_staff: Sequence[str], shifts: Iterable[Shift], now: datetime) -> Manned:
    """How a period is manned as it stands now."""
    mine = [one for one in shifts if one.post == POST and one.start_at < span.end_at and span.start_at < one.end_at]
    planned = [Span(one.start_at, one.end_at) for one in mine]
    came = {one.person for one in mine if one.taken_at is not None}
    return Manned(
        tuple(sorted(mine, key=lambda one: (one.start_at, one.id))),
        subtract([span], planned),
        find_unmanned(mine, span, now),
        tuple(name for name in key_staff if name not in came),
        span.end_at <= now,
    )
