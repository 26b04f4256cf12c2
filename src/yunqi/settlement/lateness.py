"""Duties that the provider was late with -> candidates under the clauses that price lateness.

That a duty was late is in the ledger; that the clause means it is found by both parties, and until then the month is
provisional. A lateness that goes on over several months is settled by each month's end: a month costs what the whole
lateness comes to by then, less what it had come to before, each rounded to the fen, so that the months add up to the
whole. What a month has cost is not given back.
Source: 民法典 第200–204条 (a begun day is a day), 第585条 (damages for delay), 第1259条.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.other_penalty.rule import length_of_clause
from yunqi.contract.conditions import ALWAYS, NEVER, NO, YES, Condition, all_of, codes_of, needs, resolve
from yunqi.contract.terms import Band
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan, round_fen
from yunqi.kernel.period import add_months, date_of, day_start
from yunqi.kernel.units import MICROSECOND, is_exact_unit, minutes_of, to_minutes
from yunqi.kernel.words import _
from yunqi.settlement.case import Month
from yunqi.settlement.drafts import Draft, Ground, Sum, cube, merge_alternatives
from yunqi.settlement.inputs import LateDuty, Occurrence
from yunqi.settlement.law import Law
from yunqi.settlement.readings import point_of
from yunqi.settlement.sums import LATENESS, NOTHING, About, find_counts, find_ways

LATE = "late"
"""The finding that a duty was late as a clause means it."""
SCALE_OUT, SCALE_OUT_ROW = "scale_out", "scale_out_late"
"""The kind of a duty to give more capacity, and what the rows that price it measure."""
BOND_KINDS = frozenset({"bond", "bond_renewal"})
_PERFORMANCE, _RENEWAL, _BREACH = "late_performance", "bond_renewal", "breach"
_MONTHS: Mapping[str, int] = {"month": 1, "year": 12}
_HALF = Fraction(1, 2)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LateClause:
    """A clause that prices lateness, at its place among the other penalties."""

    index: int
    clause: Mapping[str, Any]
    band: Band | None

    @property
    def name(self) -> str:
        """How codes name it."""
        return f"other.{self.index}"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A lateness from the first instant too late up to one; `done`: what was due was done at that instant, whose day
    counts. Otherwise it went on, and the instant ends the last day that counts.
    """

    due_at: datetime
    until: datetime
    done: bool = False

    @property
    def last_on(self) -> date:
        """The last day late."""
        return date_of(self.until if self.done else self.until - MICROSECOND)

    def count_days(self) -> int:
        """Begun days after the first instant too late.

        >>> from datetime import UTC
        >>> due_at = datetime(2026, 1, 6, tzinfo=UTC)
        >>> [Lapse(due_at, due_at + _DAY, done).count_days() for done in (False, True)]
        [1, 2]
        """
        return (self.until - self.due_at - (timedelta(0) if self.done else MICROSECOND)) // _DAY + 1


@dataclass(frozen=True, slots=True)
class _Cost:
    # What one clause comes to by an instant, in one way to read it.
    one: LateClause
    suffix: str
    condition: Condition
    sum: Sum


def find_late_clauses(law: Law, kind: str) -> list[LateClause]:
    """The provider's penalties that may price a late duty of this kind."""
    found = []
    for index, clause in enumerate(law.others):
        said = clause.get("band") or {}
        banded = said.get("metric") == LATENESS
        duty, band = clause.get("duty"), Band.of(said)
        if clause.get("party") == "using_unit" or (said and not banded):
            continue
        general = duty == _PERFORMANCE or (banded and duty == _BREACH)
        if general or (duty == _RENEWAL and kind in BOND_KINDS):
            found.append(LateClause(index, clause, band))
    return found


def is_priced(law: Law, duty: LateDuty) -> bool:
    """Whether a clause or a row of the contract prices that such a duty is late."""
    return bool(find_late_clauses(law, duty.kind)) or (duty.kind == SCALE_OUT and SCALE_OUT_ROW in law.measures)


def find_late_breaches(month: Month) -> None:
    """Writes the candidates of all late duties that touch the month into the book."""
    span = month.inputs.month.span
    pressed: dict[str, list[LateDuty]] = {}
    for duty in sorted(month.inputs.late, key=lambda one: (one.due_at, one.key, one.choice)):
        if duty.due_at < span.end_at and (duty.done_at is None or duty.done_at >= span.start_at):
            clauses = find_late_clauses(month.law, duty.kind)
            if clauses:
                _find(month, duty, clauses)
        if duty.kind == SCALE_OUT and duty.pressed_at is not None and span.contains(duty.pressed_at):
            pressed.setdefault(duty.key, []).append(duty)
    if SCALE_OUT_ROW in month.law.measures:
        said = {one.of for one in _said_before(month)}
        for key, duties in pressed.items():
            if key not in said:
                _find_rows(month, duties)


def _said_before(month: Month) -> Iterator[Occurrence]:
    """What people entered of late capacity in earlier months and a row of those months prices."""
    start_at = month.inputs.month.span.start_at
    for one in month.inputs.occurrences:
        if one.of and one.at < start_at and month.law.hits(one.measures, one.value):
            yield one


def said_condition(month: Month, occurrence: Occurrence) -> Condition:
    """When what people entered of late capacity counts beside what the ledger found of the same work order.

    In one month the graver counts, as of any root cause. Over several the first word counts: an earlier one of people
    once and for all, an earlier one of the ledger where the parties did not find that the clause does not mean it.
    """
    if not occurrence.of:
        return ALWAYS
    if any(one.of == occurrence.of for one in _said_before(month)):
        return NEVER
    start_at = month.inputs.month.span.start_at
    mine = [one for one in month.inputs.late if one.key == occurrence.of]
    if not any(one.pressed_at is not None and one.pressed_at < start_at for one in mine):
        return ALWAYS
    event = late_event(mine[0])
    month.book.ask(f"{LATE}@{event}", (YES, NO), event, None)
    return needs(f"{LATE}@{event}", NO)


def _find_rows(month: Month, duties: Sequence[LateDuty]) -> None:
    """The rows on more capacity that came late: they want a written notice too, and apply once its limit ran out.
    `duties`: one, by each day that it may have been due.
    """
    alternatives = []
    for duty in duties:
        days = (_lapse(month, duty).last_on - date_of(duty.since or duty.due_at)).days
        value = to_minutes(Fraction(days), "day")
        hits = month.law.hits(SCALE_OUT_ROW, value)
        if hits:
            alternatives.append((_day_condition(month, duty, hits[0].row.get("source")), hits, str(value)))
    if alternatives:
        base = _base(month, duties[0], alternatives[0][1][0].row.get("source"))
        month.book.titles.setdefault(base.event, late_title(duties[0].title, duties[0].article, duties[0].due_at))
        month.book.add_rows(base, alternatives)


def _lapse(month: Month, duty: LateDuty) -> Lapse:
    """How long the duty was late by the end of the month."""
    end_at = month.inputs.month.span.end_at
    done = duty.done_at is not None and duty.done_at < end_at
    return Lapse(duty.due_at, duty.done_at if duty.done_at is not None and done else end_at, done)


def _base(month: Month, duty: LateDuty, source: Mapping[str, Any] | None) -> Draft:
    """A draft that hangs on whether the duty was late as the clause means it."""
    event = late_event(duty)
    code = f"{LATE}@{event}"
    month.book.ask(code, (YES, NO), event, source)
    base = replace(month.blank(event, event, [event]), condition=needs(code, YES), system=duty.system)
    return replace(base, facts=duty.facts, sample=duty.sample, at=duty.due_at)


def _day_condition(month: Month, duty: LateDuty, source: Mapping[str, Any] | None) -> Condition:
    """When the day on which the duty was due is the one that is meant."""
    point = point_of(duty.reading)
    if point is None:
        return ALWAYS
    month.book.ask(duty.reading, tuple(choice for choice, _label in point.choices), late_event(duty), source)
    return needs(duty.reading, duty.choice)


def late_event(duty: LateDuty) -> str:
    """What findings and statements call the lateness of a duty."""
    return f"{LATE}:{duty.key}"


def late_title(title: str, article: str, due_at: datetime) -> str:
    """What people read of a late duty: what was to be done, by which article, and its last day.

    >>> from datetime import UTC
    >>> late_title("月报", "附件 3", datetime(2026, 2, 5, 16, tzinfo=UTC))
    '逾期：月报（附件 3，最后期限 2026-02-05）'
    """
    last_on = date_of(due_at - MICROSECOND)
    if article:
        return _("逾期：{title}（{article}，最后期限 {on}）", title=title, article=article, on=last_on)
    return _("逾期：{title}（最后期限 {on}）", title=title, on=last_on)


def _find(month: Month, duty: LateDuty, clauses: Sequence[LateClause]) -> None:
    event, lapse, start_at = late_event(duty), _lapse(month, duty), month.inputs.month.span.start_at
    costs = list(_costs(month, duty, clauses, lapse))
    if not costs:
        return  # in no band, or not to be counted yet
    earlier = [
        list(_costs(month, duty, clauses, Lapse(duty.due_at, end))) for end in _month_ends(duty.due_at, start_at)
    ]
    source = costs[0].one.clause.get("source")
    base = _base(month, duty, source)
    base = replace(base, condition=all_of(base.condition, _day_condition(month, duty, source)))
    measured = _("{title}逾期 {days} 日", title=duty.title, days=lapse.count_days())
    month.book.titles.setdefault(event, late_title(duty.title, duty.article, duty.due_at))
    for cost in costs:
        _add(month, base, cost, earlier, measured, f".{duty.choice}" if duty.choice else "")
    if resolve(base.condition, month.known_at(base.at)):
        _grounds(month, duty, clauses, lapse, measured)


def _grounds(month: Month, duty: LateDuty, clauses: Sequence[LateClause], lapse: Lapse, measured: str) -> None:
    """The rights to end the contract that the lateness has reached by the month's end; shown, never exercised."""
    for one in clauses:
        said = one.clause.get("terminates") or {}
        band, unit = Band.of(said), str(said.get("unit") or "day")
        value = None if band is None else _length(unit, lapse, month.inputs.calendar)
        if band is not None and value is not None and band.contains(value):
            words = _("{measured}，达到约定的解除条件，使用单位可以解除合同", measured=measured)
            month.book.grounds.append(Ground(late_event(duty), words, one.clause.get("source"), duty.facts))


def _month_ends(due_at: datetime, start_at: datetime) -> list[datetime]:
    """The ends of the months after `due_at` up to the start of the settled one."""
    ends, on = [], date_of(start_at)
    while (end := day_start(on)) > due_at:
        ends.append(end)
        on = add_months(on, -1)
    return ends


def _add(
    month: Month, base: Draft, cost: _Cost, earlier: Sequence[Sequence[_Cost]], measured: str, of_day: str
) -> None:
    source = cost.one.clause.get("source") or {}
    outcomes = _outcomes(month, month.known_at(base.at), cost, earlier)
    for held, charged in outcomes:
        name, before = _name_sums(charged)
        month.book.drafts.append(
            replace(
                base,
                id=f"{base.event}/{cost.one.name}{cost.suffix}{of_day}{name}",
                clause=str(source.get("article") or cost.one.clause.get("duty") or cost.one.name),
                text=str(source.get("text") or cost.one.clause.get("duty") or ""),
                severity="other",
                condition=all_of(base.condition, cost.condition, held),
                source=cost.one.clause.get("source"),
                coefficient=cost.sum.coefficient,
                fixed=cost.sum.fixed,
                limit=cost.sum.limit,
                before=charged,
                order=(2, cost.one.index),
                table=f"other.{LATENESS}",
                measured=f"{measured}{before}",
            )
        )


def _outcomes(
    month: Month, known: Mapping[str, str], cost: _Cost, earlier: Sequence[Sequence[_Cost]]
) -> list[tuple[Condition, tuple[Sum, ...]]]:
    """What earlier months have cost, under each answer that changes it: the greatest of the fixed sums, and each of
    those that hang on the fee.
    """
    codes = sorted({code for costs in earlier for one in costs for code in codes_of(one.condition)})
    dimensions = {code: month.book.choices[code] for code in codes}
    cells: list[tuple[dict[str, str], tuple[Sum, ...]]] = []
    for cell in cube(dimensions, known):
        if not resolve(cost.condition, cell):
            continue
        ends = [one.sum for costs in earlier for one in costs if resolve(one.condition, cell) == ALWAYS]
        cells.append((cell, _greatest(ends)))
    return merge_alternatives(dimensions, known, cells)


def _greatest(sums: Sequence[Sum]) -> tuple[Sum, ...]:
    fixed = max((round_fen(one.fixed) for one in sums if one.coefficient is None and one.fixed is not None), default=0)
    by_limit: dict[Fraction | None, Fraction] = {}
    for one in sums:
        if one.coefficient is not None:
            by_limit[one.limit] = max(one.coefficient, by_limit.get(one.limit, Fraction(0)))
    shares = sorted((share, -1 if limit is None else limit) for limit, share in by_limit.items() if share)
    hanging = tuple(Sum(share, None, None if limit == -1 else Fraction(limit)) for share, limit in shares)
    return (*((Sum(fixed=Fraction(fixed)),) if fixed else ()), *hanging)


def _name_sums(charged: Sequence[Sum]) -> tuple[str, str]:
    """What earlier months have cost: as an id says it, and in words."""
    if not charged:
        return "", ""
    name = "~" + "+".join(f"{one.fixed if one.coefficient is None else f'x{one.coefficient}'}" for one in charged)
    if any(one.coefficient is not None for one in charged):
        return name, _("，减去此前各月已计的金额")
    return name, _("，此前各月已计 {amount} 元", amount=render_yuan(int(charged[0].fixed or 0)))


def _costs(month: Month, duty: LateDuty, clauses: Sequence[LateClause], lapse: Lapse) -> Iterator[_Cost]:
    """What the clauses come to by an instant; between two bands the parties say which of them is meant."""
    measures = [_measure(one, lapse, month.inputs.calendar) for one in clauses]
    holding = [
        (one, ALWAYS)
        for one, value in zip(clauses, measures, strict=True)
        if one.band is None or (value is not None and one.band.contains(value))
    ]
    if not any(one.band is not None for one, _held in holding):
        holding += _between(month, duty, clauses, measures)
    for one, held in holding:
        about = About(late_event(duty), one.name, one.clause, duty.due_at)
        length = str(length_of_clause(one.clause).get("unit"))
        lasting = _length(length, lapse, month.inputs.calendar)
        if lasting is None:
            continue  # a year whose working days are not published: no candidate can be counted yet
        # A begun day is a day by law; of other lengths the clause says it, or the parties do.
        begun = True if one.clause.get("kind") == "daily" else None
        counts = find_counts(month, about, lasting, begun=begun)
        for when, count in counts:
            of_count = f".x{count}" if len(counts) > 1 else ""
            for way in find_ways(month, about, count):
                condition = all_of(held, when, way.condition)
                if condition:
                    yield _Cost(one, f"{of_count}{way.suffix}", condition, Sum(way.coefficient, way.fixed, way.limit))


def _between(
    month: Month, duty: LateDuty, clauses: Sequence[LateClause], measures: Sequence[Fraction | None]
) -> list[tuple[LateClause, Condition]]:
    """A lateness past one band that falls in none: in a hole between two, or beyond the last."""
    pairs = [(one, one.band, value) for one, value in zip(clauses, measures, strict=True) if value is not None]
    below = [(band.high, one) for one, band, value in pairs if band is not None and band.is_below(value)]
    above = [(band.low, one) for one, band, value in pairs if band is not None and band.is_above(value)]
    if not below:
        return []
    nearest = max(below, key=lambda pair: (pair[0] or Fraction(0), -pair[1].index))[1]
    near = [nearest, *([min(above, key=lambda pair: (pair[0] or Fraction(0), pair[1].index))[1]] if above else [])]
    code = f"gap.{nearest.name}"
    choices = tuple(one.name.replace(".", "#") for one in near)
    month.book.ask(code, (NOTHING, *choices), late_event(duty), nearest.clause.get("source"))
    return [(one, needs(code, choice)) for one, choice in zip(near, choices, strict=True)]


def _measure(one: LateClause, lapse: Lapse, calendar: WorkCalendar) -> Fraction | None:
    return _length(str((one.clause.get("band") or {}).get("unit") or "day"), lapse, calendar)


def _length(unit: str, lapse: Lapse, calendar: WorkCalendar) -> Fraction | None:
    """The lateness in minutes, whole days for days; in working days, or months with a half for a begun one."""
    if unit == "day":
        return to_minutes(Fraction(lapse.count_days()), unit)
    if is_exact_unit(unit):
        return minutes_of(lapse.until - lapse.due_at)
    first, last = date_of(lapse.due_at), lapse.last_on
    if unit == "working_day":
        days = (date.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1))
        try:
            return Fraction(sum(calendar.is_working(day) for day in days))
        except Problem:
            return None
    if unit not in _MONTHS:
        return None
    due_on, whole = first - _DAY, 0
    while add_months(due_on, (whole + 1) * _MONTHS[unit]) <= last:
        whole += 1
    return Fraction(whole) + (_HALF if add_months(due_on, whole * _MONTHS[unit]) < last else 0)
