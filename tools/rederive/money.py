"""Delivered against contracted, the instalments with their due dates, and what the penalty is taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from .calendar_time import day_of, ticks
from .clauses import Row, as_number, round_half_up
from .draws import DrawOf
from .month_case import MonthCase

LAST = frozenset({"last_instalment", "final_payment", "tail", "尾款"})
BOND = frozenset({"bond", "履约保证金"})
UNPAID = frozenset({"unpaid", "instalment", "current_fee"})
TRIGGERS = ("effective", "assessment", "acceptance", "invoice", "funds", "expiry")


@dataclass(frozen=True)
class Delivered:
    """The use of one price line over the month; None: nothing was metered then. `fee_fen`: what the use is worth at
    the line's price, for information (None: the price is not by the month).
    """

    no: int
    average: Fraction | None
    peak: Fraction | None
    at_end: Fraction | None
    burst: Fraction | None
    fee_fen: Fraction | None


def use_of(draws: Sequence[DrawOf], start: datetime, end: datetime) -> tuple[Fraction, Fraction, Fraction]:
    """Average over time, greatest at one instant, and at the end, of draws that last."""
    steps: dict[datetime, Fraction] = {}
    weighted, at_end = Fraction(0), Fraction(0)
    for one in draws:
        begun, ended = max(one.start_at, start), end if one.end_at is None else min(one.end_at, end)
        if begun >= ended:
            continue
        weighted += one.quantity * ticks(ended - begun)
        at_end += one.quantity if ended == end else 0
        steps[begun] = steps.get(begun, Fraction(0)) + one.quantity
        steps[ended] = steps.get(ended, Fraction(0)) - one.quantity
    level = peak = Fraction(0)
    for at in sorted(steps):
        level += steps[at]
        peak = max(peak, level)
    return weighted / ticks(end - start), peak, at_end


def delivered_lines(case: MonthCase) -> list[Delivered]:
    """A line for each price line; what was drawn beyond the contract stands with the first line of its item."""
    start, end = case.start_at, case.end_at
    unmetered = case.metered_from is not None and end <= case.metered_from
    bursts: dict[str, list[DrawOf]] = {}
    for one in case.draws:
        if one.line is None:
            bursts.setdefault(one.item, []).append(one)
    result = []
    for line in case.clauses.lines:
        no = int(line["no"])
        mine = [one for one in case.draws if one.line == no]
        extra = bursts.pop(line.get("item") or "", [])
        average, peak, at_end = use_of([one for one in mine if one.kind == "span"], start, end)
        once = sum((one.quantity for one in mine if one.kind != "span" and start <= one.start_at < end), Fraction(0))
        touched = any(one.start_at < end and (one.end_at is None or one.end_at > start) for one in mine)
        metered = touched or not unmetered
        burst = use_of(extra, start, end)[0]
        result.append(
            Delivered(
                no,
                average + once if metered else None,
                peak + once if metered else None,
                at_end + once if metered else None,
                burst if extra or not unmetered else None,
                _worth(line, average + once) if metered else None,
            )
        )
    return result


def _worth(line: Row, quantity: Fraction) -> Fraction | None:
    price, periods = as_number(line.get("unit_price")), line.get("periods") or {}
    if price is None or line.get("bundle") is not None or periods.get("unit") not in {"month", "run"}:
        return None
    return quantity * price * 100


@dataclass(frozen=True)
class Payable:
    """One instalment as it stands at the month's end."""

    no: int
    amount_fen: int | None
    due_on: date | None
    state: str


def payable_instalments(case: MonthCase) -> list[Payable]:
    """Each instalment with its amount, its last day to pay and its state."""
    month_end = _day_before(case.end_at)
    today = min(day_of(case.known_at), month_end)
    result = []
    for one in case.clauses.instalments:
        no = int(one["no"])
        amount = _amount(one, case.clauses.total_fen)
        paid = sum(fen for number, on, fen in case.payments if number == no and on <= today)
        paid += case.taken_fen.get(f"instalment:{no}", 0)
        due = _due(case, one, no, month_end)
        if amount is not None and paid >= amount:
            state = "paid"
        elif due is None:
            state = "waiting"
        elif due < today:
            state = "overdue"
        else:
            state = "due" if due == today or (due.year, due.month) == (today.year, today.month) else "later"
        result.append(Payable(no, amount, due, state))
    return result


def _day_before(at: datetime) -> date:
    return date.fromordinal(day_of(at).toordinal() - 1)


def _amount(instalment: Row, total_fen: int | None) -> int | None:
    if instalment.get("amount_fen") is not None:
        return int(instalment["amount_fen"])
    share = as_number(instalment.get("share"))
    return None if share is None or total_fen is None else round_half_up(share * total_fen)


def _due(case: MonthCase, instalment: Row, no: int, month_end: date) -> date | None:
    if instalment.get("by_on"):
        return date.fromisoformat(instalment["by_on"])
    happened: dict[str, date | None] = {name: case.dates.get(f"{name}:{no}", case.dates.get(name)) for name in TRIGGERS}
    if happened["effective"] is None:
        happened["effective"] = case.clauses.signed_on
    ends = case.clauses.end_on
    if happened["expiry"] is None and ends is not None and ends <= month_end:
        happened["expiry"] = ends
    days = [happened.get(name) for name in instalment.get("triggers") or () if name != "date"]
    if not days or not instalment.get("within"):
        return None
    known = [one for one in days if one is not None]
    if len(known) < len(days):
        return None
    try:
        return case.calendar.end_of(max(known), instalment["within"])
    except LookupError:
        return None


def offset_plan(case: MonthCase, penalty_fen: int, instalments: Sequence[Payable]) -> list[tuple[str, int]]:
    """What the penalty is taken from, in the contract's order; the rest is paid by the provider.

    A source gives no more than is left of it: an instalment what is neither paid nor taken for another month, the bond
    what is held and not taken.
    """
    left, plan = penalty_fen, list[tuple[str, int]]()
    rooms = {f"instalment:{one.no}": (one.amount_fen or 0) - _paid(case, one.no) for one in instalments}
    rooms["bond"] = case.bond_fen or 0
    for source in rooms:
        rooms[source] -= case.taken_fen.get(source, 0)
    by_day = sorted(instalments, key=lambda one: (one.due_on or date.max, one.no))
    for step in [*case.clauses.offset, "pay"]:
        if step in LAST:
            sources = [("last_instalment", f"instalment:{one.no}") for one in instalments[-1:]]
        elif step in UNPAID:
            sources = [("unpaid", f"instalment:{one.no}") for one in by_day]
        elif step in BOND:
            sources = [("bond", "bond")]
        elif step in {"pay", "provider_payment"}:
            sources, rooms["pay"] = [("pay", "pay")], left
        else:
            continue
        for name, source in sources:
            taken = min(left, rooms[source])
            if taken > 0:
                plan.append((name, taken))
                left -= taken
                rooms[source] -= taken
    return plan


def _paid(case: MonthCase, no: int) -> int:
    return sum(fen for number, _on, fen in case.payments if number == no)
