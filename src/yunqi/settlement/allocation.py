"""The contract's price by information system and month, under an allocation that both parties agreed; exact to the fen.

A sum is split by its weights, each part cut to whole fen, and the fen that are left go one each to the parts with the
largest remainders (of equal ones the earlier): so the parts always make the whole. Each system's fee is split over the
months in that way; a month's fee is the sum of its systems'. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.clauses.term.rule import compute_service_months
from yunqi.contract.terms import number
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.kernel.period import add_months, months_end
from yunqi.kernel.units import render_decimal

Way = Literal["shares", "quantities"]
Spread = Literal["even", "days"]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed: each system's share of the price, or its quantity of each price line.

    `spread` even: each service month the same; days: each calendar month by its days within the term.
    """

    way: Way
    shares: Mapping[str, Fraction] = field(default_factory=dict)
    quantities: Mapping[int, Mapping[str, Fraction]] = field(default_factory=dict)
    spread: Spread = "even"

    @property
    def systems(self) -> tuple[str, ...]:
        """The systems in the order in which they were named."""
        named = [*self.shares, *(system for each in self.quantities.values() for system in each)]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class ServiceMonth:
    """A month of service: its first and last day."""

    start_on: date
    end_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end_on - self.start_on).days + 1


@dataclass(frozen=True, slots=True)
class Allocation:
    """Fees by system, by line and system, and by system and month; sums agree to the fen."""

    fees: Mapping[str, int]
    by_line: Mapping[int, Mapping[str, int]]
    months: tuple[ServiceMonth, ...]
    by_month: Mapping[str, tuple[int, ...]]


def split_fen(total_fen: int, weights: Sequence[Fraction]) -> tuple[int, ...]:
    """The parts of a sum by weights, by the largest remainder; raises ValueError where no weight is above zero.

    >>> split_fen(100, [Fraction(1), Fraction(1), Fraction(1)])
    (34, 33, 33)
    """
    whole = sum(weights, Fraction(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError(f"weights that split nothing: {weights!r}")
    exact = [total_fen * weight / whole for weight in weights]
    parts = [one.numerator // one.denominator for one in exact]
    order = sorted(range(len(exact)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: total_fen - sum(parts)]:
        parts[at] += 1
    return tuple(parts)


def allocate(agreed: Agreed, contract: Mapping[str, Any], *, start_on: date | None, end_on: date | None) -> Allocation:
    """The fees under an allocation, for the contract as it stands.

    Raises `Problem` allocation.shares, allocation.lines, allocation.quantity, allocation.total, allocation.term and
    allocation.months.
    """
    total = contract.get("total_fen")
    if total is None:
        raise Problem("allocation.no_total", "合同没有写明总价，不能分摊", field="contract", way_out="请先确定合同总价")
    by_line: dict[int, dict[str, int]] = {}
    if agreed.way == "shares":
        fees = _by_shares(agreed.shares, int(total))
    else:
        by_line = _by_lines(agreed.quantities, contract, int(total))
        fees = {one: sum(parts.get(one, 0) for parts in by_line.values()) for one in agreed.systems}
    months = list_months(agreed.spread, start_on=start_on, end_on=end_on)
    weights = [Fraction(1 if agreed.spread == "even" else one.days) for one in months]
    return Allocation(fees, by_line, months, {one: split_fen(fee, weights) for one, fee in fees.items()})


def _by_shares(shares: Mapping[str, Fraction], total: int) -> dict[str, int]:
    whole = sum(shares.values(), Fraction(0))
    if not shares or whole != 1 or min(shares.values()) < 0:
        raise Problem(
            "allocation.shares",
            "各系统的比例之和为 {sum}%，应为 100%",
            field="shares",
            sum=render_decimal(whole * 100),
            way_out="请核对各系统的比例；除不尽的可写成分数，例如 1/3",
        )
    return dict(zip(shares, split_fen(total, list(shares.values())), strict=True))


def _by_lines(
    quantities: Mapping[int, Mapping[str, Fraction]], contract: Mapping[str, Any], total: int
) -> dict[int, dict[str, int]]:
    priced = {int(line["no"]): line for line in contract.get("price_lines") or () if line.get("total_fen")}
    if set(quantities) != set(priced):
        raise Problem(
            "allocation.lines",
            "按数量分摊须写明每一计价行：缺 {lacking}，多 {extra}",
            field="lines",
            lacking="、".join(str(no) for no in sorted(set(priced) - set(quantities))) or "—",
            extra="、".join(str(no) for no in sorted(set(quantities) - set(priced))) or "—",
            way_out="请逐行写明各系统的数量；包含在他行价格中的行不写",
        )
    stated = sum(int(line["total_fen"]) for line in priced.values())
    if stated != total:
        raise Problem(
            "allocation.total",
            "各价目行之和为 {sum} 元，合同总价为 {total} 元，不能按数量分摊",
            field="lines",
            sum=render_yuan(stated),
            total=render_yuan(total),
            way_out="请改为按比例分摊，或先签订补充协议更正价目",
        )
    found: dict[int, dict[str, int]] = {}
    for no in sorted(priced):
        mine = quantities[no]
        given, wanted = sum(mine.values(), Fraction(0)), number(priced[no].get("quantity"))
        if not mine or given <= 0 or min(mine.values()) < 0 or (wanted is not None and given != wanted):
            raise Problem(
                "allocation.quantity",
                "价目行 {no} 各系统数量之和为 {sum}，合同数量为 {quantity}",
                field="lines",
                no=no,
                sum=render_decimal(given),
                quantity="—" if wanted is None else render_decimal(wanted),
                way_out="请核对该行各系统的数量",
            )
        found[no] = dict(zip(mine, split_fen(int(priced[no]["total_fen"]), list(mine.values())), strict=True))
    return found


def list_months(spread: Spread, *, start_on: date | None, end_on: date | None) -> tuple[ServiceMonth, ...]:
    """The service months from the first day on, or the calendar months cut to the term.

    Raises `Problem` allocation.term where the term has no first or last day, allocation.months where it has no whole
    number of service months.
    """
    if start_on is None or end_on is None or end_on < start_on:
        raise Problem(
            "allocation.term",
            "合同的服务期起止未定，不能按月分摊",
            field="spread",
            way_out="请先确定服务期：yunqi contract settle",
        )
    if spread == "days":
        found = []
        first = start_on
        while first <= end_on:
            following = add_months(first.replace(day=1), 1)
            found.append(ServiceMonth(first, min(following - _DAY, end_on)))
            first = following
        return tuple(found)
    term = {"start_on": start_on.isoformat(), "end_on": end_on.isoformat()}
    count = compute_service_months(term)
    if count is None or count.denominator != 1:
        raise Problem(
            "allocation.months",
            "服务期 {start} 至 {end} 不是整月，不能按服务月平均",
            field="spread",
            start=start_on.isoformat(),
            end=end_on.isoformat(),
            way_out="请约定按天数分摊（days）",
        )
    ends = [months_end(start_on, at) for at in range(1, int(count) + 1)]
    firsts = [start_on, *(end + _DAY for end in ends[:-1])]
    return tuple(ServiceMonth(first, last) for first, last in zip(firsts, ends, strict=True))
