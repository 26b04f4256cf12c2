"""What the price lines of a contract still allow, and taking from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.money import decimal_text
from yunqi.store.checks import MICRO, from_micro, to_micro
from yunqi.store.price_lines import PriceLine, list_price_lines
from yunqi.store.tables import burst, draw, price_line


@dataclass(frozen=True, slots=True)
class Need:
    """What an order takes of a price item: an exact quantity in its unit; kind span, run, piece or deliverable."""

    item: str
    quantity: Fraction
    kind: str = "span"
    unit: str = ""
    """What the item is counted in where the contract's line names no unit: for messages only."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One price line at an instant, in millionths of its unit: contracted, active bursts, drawn, left.

    `contracted_micro` and `left_micro` are None where the text states no quantity: nothing can be drawn there.
    `left_micro` is below zero where a burst has run out and its use has not. Bursts are of an item and are shown at
    its first line.
    """

    line: PriceLine
    contracted_micro: int | None
    burst_micro: int
    drawn_micro: int
    left_micro: int | None


@dataclass(frozen=True, slots=True)
class NewDraw:
    """A draw to be written: from a line or from a burst."""

    item: str
    kind: str
    quantity_micro: int
    price_line_id: str | None
    burst_id: str | None


def list_entitlements(connection: Connection, contract_id: str, *, at: datetime) -> tuple[Entitlement, ...]:
    """What each price line in force allows at an instant, by number."""
    lines = list_price_lines(connection, contract_id, at=at)
    drawn, burst_drawn = _sum_draws(connection, contract_id, at, None)
    bursts = _list_active_bursts(connection, contract_id, at)
    seen: set[str] = set()
    found: list[Entitlement] = []
    for line in lines:
        contracted = compute_contracted(line, lines)
        first = line.item is not None and line.item not in seen
        extra = sum(one.quantity_micro for one in bursts if one.item == line.item) if first else 0
        used = drawn.get(line.no, 0) + (burst_drawn.get(line.item or "", 0) if first else 0)
        seen.add(line.item or "")
        left = None if contracted is None else contracted + extra - used
        found.append(Entitlement(line, contracted, extra, used, left))
    return tuple(found)


def compute_contracted(line: PriceLine, lines: Iterable[PriceLine]) -> int | None:
    """How much a line allows, in millionths: quantity, times the runs for a line priced by run; None where not stated.

    A row that another row's price covers and that states no quantity of its own allows what the other states.
    """
    if line.quantity_micro is None and line.bundle_no is not None:
        by_no = {one.no: one for one in lines}
        covering = by_no.get(line.bundle_no)
        return None if covering is None else covering.quantity_micro
    if line.quantity_micro is not None and line.draw_kind == "run" and line.period_unit == "run" and line.period_count:
        return line.quantity_micro * line.period_count
    return line.quantity_micro


def plan_draws(connection: Connection, contract_id: str, needs: Iterable[Need], *, at: datetime) -> tuple[NewDraw, ...]:
    """The draws that cover the needs, lines first, then bursts. The caller holds the contract's lock.

    Raises `Problem` entitlement.no_line, and entitlement.exceeded naming line, asked, left, unit and the two ways out.
    """
    merged: dict[tuple[str, str], int] = {}
    units: dict[str, str] = {}
    for need in needs:
        units[need.item] = need.unit
        merged[need.item, need.kind] = merged.get((need.item, need.kind), 0) + to_micro(need.quantity)
    items = {item for item, _ in merged}
    if not items:
        return ()
    lines = list_price_lines(connection, contract_id, at=at)
    drawn, burst_drawn = _sum_draws(connection, contract_id, at, items)
    bursts = _list_active_bursts(connection, contract_id, at)
    planned: list[NewDraw] = []
    for (item, kind), asked in merged.items():
        if asked == 0:
            continue
        mine = [line for line in lines if line.item == item]
        active = [one for one in bursts if one.item == item]
        if not mine and not active:
            raise Problem(
                "entitlement.no_line",
                "合同没有「{item}」这一价目，本次需要 {asked}，剩余 0",
                field="item",
                item=item,
                asked=render_quantity(asked),
                way_out="可由双方商定临时扩容（burst），或签订补充协议（amendment）增加该价目",
            )
        quotas = {line.no: compute_contracted(line, lines) or 0 for line in mine}
        left = sum(quotas.values()) + sum(one.quantity_micro for one in active)
        left -= sum(drawn.get(no, 0) for no in quotas) + burst_drawn.get(item, 0)
        if asked > left:
            raise _exceeded(item, mine[0] if mine else None, asked, left, units[item])
        rest = asked
        for line in mine:
            take = min(rest, max(0, quotas[line.no] - drawn.get(line.no, 0)))
            if take:
                planned.append(NewDraw(item, kind, take, line.id, None))
                drawn[line.no] = drawn.get(line.no, 0) + take
                rest -= take
        for one in active:
            take = min(rest, max(0, one.quantity_micro - burst_drawn.get(one.id, 0)))
            if take:
                planned.append(NewDraw(item, kind, take, None, one.id))
                for key in (one.id, item):
                    burst_drawn[key] = burst_drawn.get(key, 0) + take
                rest -= take
    return tuple(planned)


def insert_draws(
    connection: Connection, contract_id: str, resource_id: str, draws: Iterable[NewDraw], *, now: datetime
) -> None:
    """Writes planned draws of a resource, open from now on."""
    rows = [
        {
            "id": make_id("drw"),
            "contract_id": contract_id,
            "resource_id": resource_id,
            "price_line_id": one.price_line_id,
            "burst_id": one.burst_id,
            "item": one.item,
            "kind": one.kind,
            "quantity_micro": one.quantity_micro,
            "start_at": now,
            "recorded_at": now,
        }
        for one in draws
    ]
    if rows:
        connection.execute(draw.insert(), rows)


def _exceeded(item: str, line: PriceLine | None, asked: int, left: int, unit: str) -> Problem:
    unit = (line.unit if line is not None else None) or unit
    return Problem(
        "entitlement.exceeded",
        "超出额度：价目 {no}「{name}」本次需要 {asked} {unit}，剩余 {left} {unit}",
        field="quantity",
        no="—" if line is None else line.no,
        name=item if line is None else line.name,
        item=item,
        asked=decimal_text(from_micro(asked)),
        left=decimal_text(from_micro(max(0, left))),
        unit=unit,
        way_out="可由双方商定临时扩容（burst），或签订补充协议（amendment）增加数量",
    )


def _sum_draws(
    connection: Connection, contract_id: str, at: datetime, items: set[str] | None
) -> tuple[dict[int, int], dict[str, int]]:
    """What is drawn at an instant: by line number; by burst id and item. What was used up counts for good."""
    counts = or_(draw.c.kind != "span", draw.c.end_at.is_(None), draw.c.end_at > at)
    condition = and_(draw.c.contract_id == contract_id, counts)
    if items is not None:
        condition = and_(condition, draw.c.item.in_(items))
    total = func.sum(draw.c.quantity_micro)
    by_line = (
        select(price_line.c.no, total)
        .select_from(draw.join(price_line, price_line.c.id == draw.c.price_line_id))
        .where(condition)
        .group_by(price_line.c.no)
    )
    by_burst = (
        select(draw.c.burst_id, draw.c.item, total)
        .where(condition, draw.c.burst_id.is_not(None))
        .group_by(draw.c.burst_id, draw.c.item)
    )
    drawn = {no: int(micro) for no, micro in connection.execute(by_line)}
    burst_drawn: dict[str, int] = {}
    for burst_id, item, micro in connection.execute(by_burst):
        for key in (burst_id, item):
            burst_drawn[key] = burst_drawn.get(key, 0) + int(micro)
    return drawn, burst_drawn


def _list_active_bursts(connection: Connection, contract_id: str, at: datetime) -> list[Any]:
    query = select(burst).where(burst.c.contract_id == contract_id, burst.c.start_at <= at, burst.c.end_at > at)
    return list(connection.execute(query.order_by(burst.c.end_at, burst.c.id)))


def render_quantity(quantity_micro: int) -> str:
    """A quantity as decimal text.

    >>> render_quantity(14_510_000)
    '14.51'
    """
    return decimal_text(Fraction(quantity_micro, MICRO))
