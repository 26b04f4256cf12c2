"""How an obligation stands: what the ledger and the parties have shown of it, against its day. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from yunqi.contract.obligations.join import ONCE

State = Literal["late", "due", "later", "waits", "unseen", "standing", "done"]
"""`waits`: for an event or a day that nobody knows yet. `standing`: it holds always, something shows that it is kept.
`unseen`: nothing in the ledger could show it, and nobody has recorded it."""
STATES: tuple[State, ...] = ("late", "due", "later", "waits", "unseen", "standing", "done")
"""The most urgent first."""
SOON = timedelta(days=14)
ALWAYS, CALENDAR = "always", "calendar"


@dataclass(frozen=True, slots=True)
class Deed:
    """One time that an obligation was owed: since `at_on`, in time until the end of `due_on` (None: no day is known),
    done on `done_on` (None: not yet). `object` and `id` say what shows it; `words` name it. `missed`: its time was
    over before it was done, by a clock that knows the minute; `due_at`: when one that runs is over, None where
    none does.
    """

    at_on: date
    due_on: date | None
    done_on: date | None
    object: str
    id: str
    words: str = ""
    missed: bool = False
    due_at: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether it was done after its time."""
        return self.missed or (self.due_on is not None and self.done_on is not None and self.done_on > self.due_on)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an obligation stands. `due_on`: its own day, or that of the first open deed; `late`: done, but too late."""

    state: State
    due_on: date | None
    late: bool
    deeds: tuple[Deed, ...] = ()


def judge_day(due_on: date, today: date) -> State:
    """How something stands that is not done and has a day.

    >>> [judge_day(date(2026, 3, day), date(2026, 3, 10)) for day in (9, 10, 24, 25)]
    ['late', 'due', 'due', 'later']
    """
    if due_on < today:
        return "late"
    return "due" if due_on <= today + SOON else "later"


def judge_obligation(
    trigger: str, deeds: Sequence[Deed], *, due_on: date | None, begun: bool | None, visible: bool, today: date
) -> Standing:
    """How an obligation of the catalogue stands.

    `deeds`: each time that it was owed, as the ledger and the parties show it; `begun`: whether what it is owed upon
    has come, None where nobody can say; `visible`: whether the ledger would show that it was done.
    """
    ordered = tuple(sorted(deeds, key=lambda one: (one.at_on, one.object, one.id, str(one.due_on), str(one.done_on))))
    still = [one for one in ordered if one.done_on is None]
    done = [one for one in ordered if one.done_on is not None]
    if still:
        first = min((one.due_on for one in still if one.due_on is not None), default=None)
        state: State = "late" if any(one.missed for one in still) else "due"
        return Standing(state if first is None or state == "late" else judge_day(first, today), first, False, ordered)
    if trigger in ONCE or due_on is not None:
        if done:
            # Once in time is in time, whatever was handed in again later.
            late = all(one.late or (due_on is not None and (one.done_on or today) > due_on) for one in done)
            return Standing("done", due_on, late, ordered)
        if due_on is not None:
            return Standing(judge_day(due_on, today), due_on, False)
        if not begun:
            return Standing("waits", None, False)
        return Standing("due" if visible else "unseen", None, False)
    late = any(one.late for one in done)
    if trigger == ALWAYS:
        return Standing("standing" if done or visible else "unseen", None, late, ordered)
    if trigger == CALENDAR and (done or visible):
        return Standing("standing" if done else "due", None, late, ordered)
    return Standing("waits" if done or visible else "unseen", None, late, ordered)
