"""Obligations with a time of minutes or hours, by the clocks of incidents: each a deed, with when it next runs out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from yunqi.cases.incident import Clock
from yunqi.contract.obligations.find import FoundObligation
from yunqi.contract.obligations.standing import Deed
from yunqi.kernel.period import date_of
from yunqi.kernel.units import length_of
from yunqi.kernel.words import _
from yunqi.store.cases import Case

UNFINISHED = ("open", "responded", "recovered")
_BREACHED, _OPEN = "breached", "open"
_SHORT = frozenset({"minute", "hour"})


def deeds_of_clocks(case: Case, clocks: Sequence[Clock], metrics: Sequence[str]) -> Iterator[Deed]:
    """What an incident owed by some clocks: once, in time only where each of them is; none where none has begun.

    Where it is open what starts a clock, it is late by every start, and its time is over by the earliest.
    """
    mine = [one for one in clocks if one.metric in metrics and _begun(one)]
    if not mine:
        return
    ends = [(_ends_at(one), one) for one in mine]
    running = [at for at, one in ends if one.stopped_at is None and at is not None]
    stopped = [one.stopped_at for one in mine if one.stopped_at is not None]
    due_at = min(running, default=None)
    last_at = due_at or max((at for at, _one in ends if at is not None), default=None)
    yield Deed(
        date_of(case.opened_at),
        None if last_at is None else date_of(last_at),
        date_of(max(stopped)) if stopped and not running else None,
        "incident",
        case.id,
        f"{case.number} {case.title}".strip(),
        missed=any(_is_late(one) for one in mine),
        due_at=due_at,
    )


def _begun(one: Clock) -> bool:
    return one.started_at is not None or any(each.started_at is not None for each in one.alternatives)


def _ends_at(one: Clock) -> datetime | None:
    starts = [each.started_at for each in one.alternatives if each.started_at is not None]
    start = one.started_at or min(starts, default=None)
    return None if start is None else start + length_of(one.limit_minutes, "minute")


def _is_late(one: Clock) -> bool:
    states = {each.state for each in one.alternatives if each.started_at is not None}
    return one.state == _BREACHED or (one.state == _OPEN and states == {_BREACHED})


def next_due(deeds: Sequence[Deed]) -> datetime | None:
    """When the first clock that runs is over; None where none runs."""
    return min((one.due_at for one in deeds if one.done_on is None and one.due_at is not None), default=None)


def month_words(found: FoundObligation, deeds: Sequence[Deed], today: date) -> str:
    """Of a time of minutes or hours: how often it was kept in the month of a day, how often not, what still runs."""
    if not any(one.get("unit") in _SHORT for one in found.limits):
        return ""
    mine = [one for one in deeds if (one.at_on.year, one.at_on.month) == (today.year, today.month)]
    if not mine:
        return ""
    late = sum(one.late for one in mine)
    running = sum(one.done_on is None and not one.late for one in mine)
    words = _("本月 {count} 起：按时 {kept}，超时 {late}", count=len(mine), kept=len(mine) - late - running, late=late)
    return words + (_("，计时中 {count}", count=running) if running else "")
