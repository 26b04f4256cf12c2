"""What one more day of a late duty would cost, or the first one of a duty that is not late yet. Pure.

It is the month's own computation, of a duty done on one day less that of one done the day before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from yunqi.contract.conditions import NO, YES
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.period import Month as CalendarMonth
from yunqi.kernel.period import date_of, day_start
from yunqi.settlement.at_stake import NO_FEE, Stake
from yunqi.settlement.case import Month
from yunqi.settlement.drafts import Book
from yunqi.settlement.evidence import Evidence
from yunqi.settlement.inputs import Inputs, LateDuty, SystemFacts
from yunqi.settlement.lateness import LATE, SCALE_OUT, find_late_breaches, is_priced, late_event
from yunqi.settlement.law import Law
from yunqi.settlement.penalties import decide

_DAY = timedelta(days=1)


def stake_of_lateness(
    law: Law,
    systems: Iterable[SystemFacts],
    known: Mapping[str, str],
    duty: LateDuty,
    today: date,
    calendar: WorkCalendar,
) -> Stake | None:
    """What it costs if the duty is not done today: None where no clause prices it, or it was found not to be late.

    Of more capacity it is what the administration's written notice would make it cost.
    """
    event = late_event(duty)
    if known.get(f"{LATE}@{event}") == NO or not is_priced(law, duty):
        return None
    if law.total_fen is None:
        return Stake(None, None, NO_FEE)
    found = {**known, f"{LATE}@{event}": YES}
    first_on = date_of(duty.due_at)
    on = max(today + _DAY, first_on)
    lasting = replace(duty, pressed_at=duty.pressed_at or day_start(on)) if duty.kind == SCALE_OUT else duty
    low, high, source = _cost(law, systems, found, lasting, on, calendar)
    if on > first_on and (on - _DAY).month == on.month:
        before = _cost(law, systems, found, duty, on - _DAY, calendar)
        low, high = max(0, low - before[0]), max(0, high - before[1])
    return Stake(min(low, high), high, source=source)


def _cost(
    law: Law,
    systems: Iterable[SystemFacts],
    known: Mapping[str, str],
    duty: LateDuty,
    on: date,
    calendar: WorkCalendar,
) -> tuple[int, int, Mapping[str, object] | None]:
    """What the duty comes to in the month of a day if it is done that day, and the gravest clause."""
    month = CalendarMonth(on.year, on.month)
    inputs = Inputs(law.contract, month, month.span.end_at, calendar, late=(replace(duty, done_at=day_start(on)),))
    case = Month(law, inputs, Evidence(inputs, law.start_on, law.end_on), dict(known), Book(), [], [])
    find_late_breaches(case)
    made = decide(case.book, law, systems, case.known)
    source = next((draft.source for draft in case.book.drafts), None)
    return made.low, made.high, source
