"""What a penalty outside the tables comes to: of what its share is, how often it counts, and its cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from .breach import Ceiling
from .calendar_time import UNIT_MINUTES, day_of, month_bounds
from .clauses import Row, as_number, cap_period, other_penalty, range_of, same_base, span_minutes

if TYPE_CHECKING:
    from .breaches import Breaches

TOTAL = "contract_total"
FEES = ("service_fee", "affected_fee")
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Priced:
    """One clause for one event: its `name` in codes, when it happened, the price lines that it touched."""

    event: str
    name: str
    clause: Row
    at: datetime
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sum:
    """A multiple of the monthly fee, or fen; the most of it, and of the clause; `suffix` says by which answers."""

    suffix: str
    coefficient: Fraction | None
    fixed: Fraction | None
    limit: Fraction | None = None
    ceiling: Ceiling | None = None


@dataclass(frozen=True)
class Base:
    """What a share is of: so many monthly fees, or so many fen."""

    suffix: str
    months: Fraction | None
    fen: Fraction | None


def lasts(clause: Row) -> bool:
    """Whether the clause counts time."""
    return clause.get("kind") in {"daily", "per_period"}


def unit_of(clause: Row) -> str:
    """In what a lasting clause counts."""
    return str((clause.get("per") or {}).get("unit", "day"))


def counts_of(clause: Row, measured: Fraction, *, begun: bool | None) -> dict[tuple[str, str], int]:
    """How often a lasting clause counts a measure: minutes, or its own unit where that is of no fixed length.

    By the two answers that it may hang on; `begun` is what the law says where the clause is silent.
    """
    said = clause.get("begun") if clause.get("begun") is not None else begun
    step = span_minutes(clause.get("per")) if clause.get("per") else UNIT_MINUTES["day"]
    fixed_length = step is not None
    if step is None:
        step = as_number(clause["per"]["count"]) or Fraction(1)
    reach, past = range_of(clause.get("band")), Fraction(0)
    same = (str((clause.get("band") or {}).get("unit")) in UNIT_MINUTES) is fixed_length
    if reach is not None and reach.low is not None and same:
        past = reach.low if reach.low_sign == ">" else reach.low - step
    ways = {None: ("counts", "left_out"), True: ("counts",), False: ("left_out",)}[said]
    made = {}
    for how in ways:
        for where, skipped in (("start", Fraction(0)), ("edge", max(past, Fraction(0)))):
            left = max(measured - skipped, Fraction(0))
            made[how, where] = int(-(-left // step) if how == "counts" else left // step)
    return made


def said_counts(clause: Row, value: Fraction | None) -> dict[tuple[str, str], int]:
    """How often a clause counts what people said: a lateness in its own unit, or a number of cases."""
    said = clause.get("band") or {}
    reach = range_of(said) if said.get("metric") == "lateness" else None
    if value is None:
        return {("counts", "start"): 1}
    if not lasts(clause) and reach is None:
        return {("counts", "start"): -int(-value // 1)}
    unit, band_unit = unit_of(clause) if lasts(clause) else str(said.get("unit")), str(said.get("unit"))
    measured = value * UNIT_MINUTES.get(unit, Fraction(1))
    comparable = band_unit in UNIT_MINUTES if unit in UNIT_MINUTES else unit == band_unit
    if value <= 0 or (reach is not None and comparable and not reach.holds(measured)):
        return {("counts", "start"): 0}
    if not lasts(clause):
        return {("counts", "start"): 1}
    return counts_of(clause, measured, begun=True if clause.get("kind") == "daily" else None)


def settle_count(month: Breaches, one: Priced, made: Mapping[tuple[str, str], int]) -> int:
    """The count under the answers; only what changes it is asked."""
    left = dict(made)
    for place, code in enumerate((f"begun.{one.name}", f"counted_from.{one.name}")):
        if _differs(made, place):
            choices = tuple(dict.fromkeys(cell[place] for cell in made))
            answer = month.answers.ask(code, choices)
            left = {cell: count for cell, count in left.items() if cell[place] == answer}
    return next(iter(left.values()))


def _differs(made: Mapping[tuple[str, str], int], place: int) -> bool:
    return any(
        count != other
        for cell, count in made.items()
        for beside, other in made.items()
        if cell[1 - place] == beside[1 - place]
    )


def sum_of(month: Breaches, one: Priced, count: int) -> Sum:
    """What the clause asks for so many days, cases or lengths, under the answers."""
    clause, total = one.clause, month.law.total_fen
    rate = as_number(clause.get("rate"))
    bases: dict[str, Fraction | int | None] = {TOTAL: total}
    if rate is None:
        cap = _cap_base(month, one, None)
        bases |= _in_fen(month, clause, cap)
        suffix = "" if cap is None else f".cap{cap.suffix}"
        top = _ceiling(month, one, _most(clause, bases), None)
        return Sum(suffix, None, other_penalty(clause, None, count, bases), ceiling=top)
    base = base_of(month, one, clause.get("of"), clause.get("window"))
    cap = _cap_base(month, one, base)
    bases |= _in_fen(month, clause, cap)
    suffix = base.suffix + ("" if cap is None else f".cap{cap.suffix}")
    if base.months is None:
        own = {_plain(clause.get("of")): base.fen} if same_base(clause) else {}
        top = _ceiling(month, one, _most(clause, {**bases, **own}), None)
        return Sum(suffix, None, other_penalty(clause, base.fen, count, bases), ceiling=top)
    times = count if lasts(clause) or clause.get("kind") == "per_case" else int(count > 0)
    multiple, share = rate * times, as_number(clause.get("cap_share"))
    own_share = share if same_base(clause) else None
    if own_share is not None:
        multiple = min(multiple, own_share)
    limit = _most(clause, bases)
    top = _ceiling(month, one, limit, None if own_share is None else own_share * base.months)
    return Sum(suffix, multiple * base.months, None, limit, top)


def _most(clause: Row, bases: Mapping[str, Fraction | int | None]) -> Fraction | None:
    """The cap in fen."""
    share, base = as_number(clause.get("cap_share")), bases.get(_plain(clause.get("cap_of")))
    limits = [
        as_number(clause.get("cap_fen", clause.get("cap"))),
        None if share is None or base is None else share * base,
    ]
    return min((each for each in limits if each is not None), default=None)


def _ceiling(month: Breaches, one: Priced, fen: Fraction | None, part: Fraction | None) -> Ceiling | None:
    """What the clause comes to over all its cases; None where each case has a cap of its own."""
    clause = one.clause
    if _plain(clause.get("cap_of")) in {"affected_fee", "overdue"}:
        fen = as_number(clause.get("cap_fen", clause.get("cap")))
    over = clause.get("cap_over")
    if over is None:
        if clause.get("kind") != "per_case":
            return None
        over = cap_period(clause) if clause.get("cap_share") is not None else None
        if over not in {"month", "quarter", "year", "term"}:
            earlier = month.case.charged_in(one.name, "term")
            over = month.answers.ask(f"cap_over.{one.name}", ("month", "term")) if earlier else "month"
    return None if over == "case" or (fen is None and part is None) else Ceiling(one.name, str(over), fen, part)


def _plain(name: object) -> str:
    return TOTAL if name in {None, "contract", "total"} else str(name)


def _cap_base(month: Breaches, one: Priced, base: Base | None) -> Base | None:
    """The base of a cap that is a share of something of its own."""
    name = _plain(one.clause.get("cap_of"))
    if one.clause.get("cap_share") is None or name == TOTAL:
        return None
    if base is not None and same_base(one.clause):
        return None
    return base_of(month, one, name, cap_period(one.clause))


def _in_fen(month: Breaches, clause: Row, cap: Base | None) -> dict[str, Fraction | int | None]:
    if cap is None:
        return {}
    fen = cap.fen
    if cap.months is not None and month.law.total_fen is not None:
        monthly = month.law.monthly(Fraction(month.law.total_fen))
        fen = None if monthly is None else monthly * cap.months
    return {_plain(clause.get("cap_of")): fen}


def base_of(month: Breaches, one: Priced, of: object, window: str | None) -> Base:
    """What a share is of, under the answers; `window` is the period whose fee it is."""
    law = month.law
    whole = None if law.total_fen is None else Fraction(law.total_fen)
    name = "" if of is None else _plain(of)
    if name == TOTAL or (name in FEES and window == "term"):
        return Base("", None, whole)
    if name in FEES and window in MONTHS:
        return Base("", Fraction(MONTHS[str(window)]), None)
    if name in FEES and window == "day":
        return _day_base(month, one)
    if name == "paid_fee":
        today = day_of(one.at)
        return Base("", None, Fraction(sum(fen for _no, on, fen in month.case.payments if on <= today)))
    said = month.answers.find(f"base_fen@{one.event}") or ""
    found = Fraction(said) if said.isdecimal() else None
    if name in {"overdue", "affected_fee"} and found is not None:
        return Base("", None, found)
    if name == "overdue":
        answer = month.answers.ask(f"base_fen@{one.event}", ("none", "whole"))
        return Base(f".{answer}", None, whole if answer == "whole" else Fraction(0))
    touched = _lines_fee(month, one.lines) if name == "affected_fee" else None
    choices = (TOTAL, "month") if touched is None else (TOTAL, "month", "lines")
    answer = month.answers.ask(f"penalty_fee.{one.name}", choices)
    if answer == "month":
        return Base(".month", Fraction(1), None)
    return Base(f".{answer}", None, whole if answer == TOTAL else touched)


def _day_base(month: Breaches, one: Priced) -> Base:
    law, on = month.law, day_of(one.at)
    if month.answers.ask(f"day_fee.{one.name}", ("month", "term")) == "month":
        first, last = month_bounds(f"{on.year:04d}-{on.month:02d}")
        return Base(".month", Fraction(1, (last - first).days), None)
    if law.start_on is None or law.end_on is None or law.total_fen is None:
        return Base(".term", None, None)
    days = law.end_on.toordinal() - law.start_on.toordinal() + 1
    return Base(".term", None, Fraction(law.total_fen) / days)


def _lines_fee(month: Breaches, lines: Sequence[int]) -> Fraction | None:
    stated = {int(one["no"]): one.get("total_fen") for one in month.law.lines if one.get("no") is not None}
    known = [stated.get(no) for no in lines]
    if not known or None in known:
        return None
    return Fraction(sum(int(one) for one in known if one is not None))
