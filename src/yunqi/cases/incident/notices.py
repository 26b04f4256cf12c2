"""The clocks of telling: notices and the two reports of a fault against what the contract says. Pure.

What was told counts from when the other side's server, or a person, had taken it; by every channel the clause names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from yunqi.contract.deadlines import Due, compute_due
from yunqi.contract.notification import NoticeTerm
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem

State = Literal["running", "met", "breached", "not_started", "open"]
STARTS: Mapping[str, str] = {"occurrence": "occurred", "notice": "reported", "recovery": "recovered"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a party had been told something by a channel at an instant."""

    stage: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeClock:
    """One term's clock. `lacking`: channels the clause asks for by which nothing has arrived.

    `why` (a code): limit, where the text gives no time; start, where it does not say from when: the clock then runs
    from the occurrence, the strictest, and what that would break is open; start.<event> while it has not begun.
    """

    term: NoticeTerm
    started_at: datetime | None
    due: Due | None
    met_at: datetime | None
    lacking: tuple[str, ...]
    state: State
    why: str = ""

    @property
    def due_at(self) -> datetime | None:
        """Where the time ends."""
        return None if self.due is None else self.due.at


def compute_notice_clocks(
    terms: Iterable[NoticeTerm],
    times: Mapping[str, datetime],
    receipts: Iterable[Receipt],
    now: datetime,
    calendar: WorkCalendar,
) -> tuple[NoticeClock, ...]:
    """The clocks of all terms on one incident; `times` has `occurred`, and `reported` and `recovered` once they are."""
    taken = tuple(receipts)
    return tuple(_clock(term, times, taken, now, calendar) for term in terms)


def _clock(
    term: NoticeTerm,
    times: Mapping[str, datetime],
    receipts: tuple[Receipt, ...],
    now: datetime,
    calendar: WorkCalendar,
) -> NoticeClock:
    mine = [one for one in receipts if one.stage == term.stage]
    by_channel = {
        channel: min((one.at for one in mine if one.channel == channel), default=None) for channel in term.channels
    }
    lacking = tuple(channel for channel, at in by_channel.items() if at is None)
    arrived = [at for at in by_channel.values() if at is not None] or [one.at for one in mine]
    met_at = None if lacking or not arrived else max(arrived) if term.channels else min(arrived)
    event = STARTS[term.clock_start or "occurrence"]
    started_at = times.get(event)
    if started_at is None:
        return NoticeClock(term, None, None, met_at, lacking, "met" if met_at else "not_started", f"start.{event}")
    if term.within is None:
        return NoticeClock(term, started_at, None, met_at, lacking, "met" if met_at else "open", "limit")
    try:
        due = compute_due(started_at, term.within, calendar)
    except Problem as problem:  # a year without a holiday notice: nobody can say when it ends
        return NoticeClock(term, started_at, None, met_at, lacking, "open", problem.code)
    late = due.is_late(met_at or now)
    why = "start" if term.clock_start is None else ""
    state: State = "open" if late and why else "breached" if late else "met" if met_at else "running"
    return NoticeClock(term, started_at, due, met_at, lacking, state, why)
