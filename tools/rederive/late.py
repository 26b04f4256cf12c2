"""What the provider was late with, by the facts of the ledger -> what its clauses ask, month by month.

A month costs what the lateness comes to by its end, less the most that it had come to at the end of an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from .breach import About, Amount, Breach
from .calendar_time import TICK, UNIT_MINUTES, WorkingDays, day_of, midnight, minutes_between, months_on
from .clauses import Range, Row, range_of, round_half_up
from .month_case import Late
from .sums import Priced, counts_of, lasts, settle_count, sum_of, unit_of

if TYPE_CHECKING:
    from .answers import Answers
    from .breaches import Breaches

DAY = timedelta(days=1)
CHOICES = {
    "exit.switch_over_from": ("begin", "term_end"),
    "exit.return_due": ("body", "annex"),
    "exit.erase_due": ("migration", "periods", "none"),
    "scale_out.from": ("request", "file"),
}
"""What the parties may say of the day on which a duty was due, by the question."""
SCALE_OUT, SCALE_OUT_ROW = "scale_out", "scale_out_late"
Clause = tuple[int, Row, Range | None]


@dataclass(frozen=True)
class Stretch:
    """From the first instant too late to the end of the lateness, or (`over` False) of a month in which it went on."""

    start_at: datetime
    end_at: datetime
    over: bool

    def last_day(self) -> date:
        """The last day on which it was late."""
        return day_of(self.end_at if self.over else self.end_at - TICK)

    def days(self) -> int:
        """Begun days; the day on which it was done is one."""
        spent = self.end_at - self.start_at
        return spent // DAY + 1 if self.over else -(-spent // DAY)


def add_late(month: Breaches) -> None:
    """Adds what late duties cost in the month to the breaches found."""
    case = month.case
    for one in sorted(case.late, key=lambda each: (each.due_at, each.key)):
        if one.due_at >= case.end_at or (one.done_at is not None and one.done_at < case.start_at):
            continue
        clauses = _clauses(month, one.kind)
        if clauses:
            _add(month, one, clauses)
    for one in case.late:
        pressed = one.kind == SCALE_OUT and one.pressed_at is not None and SCALE_OUT_ROW in month.measured
        if not pressed or one.pressed_at is None or was_said_before(month, one.key):
            continue
        if case.start_at <= one.pressed_at < case.end_at:
            _add_rows(month, one)
    month.answers.of(None)


def was_said_before(month: Breaches, key: str) -> bool:
    """Whether people have entered the same late capacity in an earlier month whose rows priced it."""
    return any(
        one.of == key and one.at < month.case.start_at and month.seen.rows(one.measures, one.value)
        for one in month.case.events
    )


def found_otherwise(month: Breaches, key: str) -> Callable[[Answers], bool] | None:
    """What people entered after the ledger had it counts where the ledger's was found not to be meant."""
    if not any(
        one.key == key and one.pressed_at is not None and one.pressed_at < month.case.start_at
        for one in month.case.late
    ):
        return None
    return lambda answers: answers.ask(f"late@late:{key}", ("yes", "no")) == "no"


def _spent(month: Breaches, one: Late) -> Stretch:
    over = one.done_at is not None and one.done_at < month.case.end_at
    return Stretch(one.due_at, one.done_at if over and one.done_at is not None else month.case.end_at, over)


def _found(one: Late, answers: Answers) -> bool:
    """Whether it was found to be late, and due on the day that is meant."""
    said = answers.is_yes(f"late@late:{one.key}")
    return said and (not one.reading or answers.ask(one.reading, CHOICES[one.reading]) == one.choice)


def _add_rows(month: Breaches, one: Late) -> None:
    """More capacity came late, and later than the administration's notice allowed: the rows that say so apply."""
    event = f"late:{one.key}"
    begun = day_of(one.since or one.due_at)
    rows = month.seen.rows(SCALE_OUT_ROW, (_spent(month, one).last_day() - begun).days * UNIT_MINUTES["day"])
    about = About(event, event, frozenset({event}), one.system, (), one.due_at)
    month.add_rows(about, SCALE_OUT_ROW, rows, lambda answers: _found(one, answers))


def _clauses(month: Breaches, kind: str) -> list[Clause]:
    found: list[Clause] = []
    for place, clause in enumerate(month.law.others):
        metric = (clause.get("band") or {}).get("metric")
        if clause.get("party") == "using_unit" or metric not in {None, "lateness"}:
            continue
        duty = clause.get("duty")
        of_bond = duty == "bond_renewal" and kind in {"bond", "bond_renewal"}
        if duty == "late_performance" or (duty == "breach" and metric == "lateness") or of_bond:
            found.append((place, clause, range_of(clause.get("band"))))
    return found


def _add(month: Breaches, one: Late, clauses: Sequence[Clause]) -> None:
    case, event, now = month.case, f"late:{one.key}", _spent(month, one)
    month.answers.of(one.due_at)
    costs = _costs(month, one, clauses, now)
    if not costs:
        return
    month.named.add(event)
    charged, end = list[Amount](), case.start_at
    while end > one.due_at:
        before = _costs(month, one, clauses, Stretch(one.due_at, end, over=False))
        charged += [amount for _place, _suffix, amount in before]
        end = midnight(months_on(day_of(end), -1))
    taken = _taken(charged)
    spent = "+".join(str(fixed) if part is None else f"x{part}" for part, fixed, _most in taken)

    of_day = f".{one.choice}" if one.choice else ""
    for place, suffix, (part, fixed, most) in costs:
        name = f"{event}/other.{place}{suffix}{of_day}" + (f"~{spent}" if spent else "")
        month.found.append(
            Breach(
                name,
                event,
                frozenset({event}),
                (2, place),
                lambda answers: _found(one, answers),
                "other.lateness",
                part,
                fixed,
                limit=most,
                before=taken,
                system=one.system,
                at=one.due_at,
            )
        )


def _costs(month: Breaches, one: Late, clauses: Sequence[Clause], spent: Stretch) -> list[tuple[int, str, Amount]]:
    """What each clause comes to by the end of a stretch, with its place and the answers in its name."""
    event, made = f"late:{one.key}", list[tuple[int, str, Amount]]()
    for place, clause in _holding(month, clauses, spent):
        measured = _measure(unit_of(clause) if lasts(clause) else "day", spent, month.case.calendar)
        if measured is None:
            continue
        priced = Priced(event, f"other.{place}", clause, one.due_at)
        count, of_count = 1, ""
        if lasts(clause):
            ways = counts_of(clause, measured, begun=True if clause.get("kind") == "daily" else None)
            count = settle_count(month, priced, ways)
            of_count = f".x{count}" if len(set(ways.values())) > 1 else ""
        asked = sum_of(month, priced, count)
        made.append((place, f"{of_count}{asked.suffix}", (asked.coefficient, asked.fixed, asked.limit)))
    return made


def _taken(charged: Sequence[Amount]) -> tuple[Amount, ...]:
    """Of what earlier months came to, the greatest in fen; and of each limit the greatest part of the monthly fee."""
    fen = max((round_half_up(fixed) for part, fixed, _most in charged if part is None and fixed is not None), default=0)
    parts: dict[Fraction | None, Fraction] = {}
    for part, _fixed, most in charged:
        if part:
            parts[most] = max(part, parts.get(most, part))
    of_fee = sorted(
        ((part, most) for most, part in parts.items()), key=lambda one: (one[0], -1 if one[1] is None else one[1])
    )
    return (*(((None, Fraction(fen), None),) if fen else ()), *((part, None, most) for part, most in of_fee))


def _holding(month: Breaches, clauses: Sequence[Clause], spent: Stretch) -> list[tuple[int, Row]]:
    """The clauses without a band, those whose band holds the lateness; where none does, what the parties say."""
    plain = [(place, clause) for place, clause, reach in clauses if reach is None]
    values = [
        (place, clause, reach, _measure(str(clause["band"].get("unit")), spent, month.case.calendar))
        for place, clause, reach in clauses
        if reach is not None
    ]
    known = [(place, clause, reach, value) for place, clause, reach, value in values if value is not None]
    inside = [(place, clause) for place, clause, reach, value in known if reach.holds(value)]
    if inside:
        return sorted([*plain, *inside], key=lambda pair: pair[0])
    below = [
        (reach.high, -place)
        for place, _clause, reach, value in known
        if reach.high is not None and reach.ends_before(value)
    ]
    above = [
        (reach.low, place)
        for place, _clause, reach, value in known
        if reach.low is not None and reach.begins_after(value)
    ]
    if not below:
        return plain
    near = [-max(below)[1], *([min(above)[1]] if above else [])]
    answer = month.answers.ask(f"gap.other.{near[0]}", ("none", *(f"other#{place}" for place in near)))
    return plain + [(place, clause) for place, clause, _reach, _value in known if answer == f"other#{place}"]


def _measure(unit: str, spent: Stretch, calendar: WorkingDays) -> Fraction | None:
    """Minutes, of whole days where days are counted; working days; months, with a half for a begun one."""
    if unit == "day":
        return spent.days() * UNIT_MINUTES["day"]
    if unit in UNIT_MINUTES:
        return minutes_between(spent.start_at, spent.end_at)
    first, last = day_of(spent.start_at), spent.last_day()
    if unit == "working_day":
        try:
            return Fraction(sum(calendar.is_working(first + DAY * at) for at in range((last - first).days + 1)))
        except LookupError:
            return None
    length = {"month": 1, "year": 12}.get(unit)
    if length is None:
        return None
    due, count = first - DAY, 0
    while months_on(due, (count + 1) * length) <= last:
        count += 1
    return Fraction(count) + (Fraction(1, 2) if months_on(due, count * length) < last else 0)
