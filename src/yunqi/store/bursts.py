"""Bursts: use beyond the entitlement that both parties agreed on, for a limited time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection, select

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.money import decimal_text
from yunqi.store.checks import check_text, to_micro
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.moment import by_contract, of_each
from yunqi.store.readings import require_both_parties
from yunqi.store.tables import burst


@dataclass(frozen=True, slots=True)
class Burst:
    """One agreed burst over [start_at, end_at); quantity in millionths of the item's unit."""

    id: str
    contract_id: str
    item: str
    quantity_micro: int
    start_at: datetime
    end_at: datetime
    reason: str
    recorded_at: datetime


def record_burst(
    connection: Connection,
    contract_id: str,
    *,
    item: str,
    quantity: Fraction,
    start_at: datetime,
    end_at: datetime,
    reason: str,
    using_unit_person_id: str,
    provider_person_id: str,
    now: datetime,
) -> str:
    """Records a burst that both parties agreed on; returns its id. Raises `Problem` burst.span and burst.quantity."""
    require_both_parties(connection, contract_id, using_unit_person_id, provider_person_id)
    if start_at >= end_at:
        raise Problem(
            "burst.span",
            "临时扩容的结束时间 {end} 不晚于开始时间 {start}",
            field="end_at",
            start=start_at,
            end=end_at,
            way_out="临时扩容须有限期，请填写晚于开始时间的结束时间",
        )
    if quantity <= 0:
        raise Problem(
            "burst.quantity",
            "临时扩容的数量「{value}」不大于零",
            field="quantity",
            value=quantity,
            way_out="请填写大于零的数量",
        )
    identifier = make_id("bst")
    connection.execute(
        burst.insert().values(
            id=identifier,
            contract_id=contract_id,
            item=check_text("item", item, 60),
            quantity_micro=to_micro(quantity),
            start_at=start_at,
            end_at=end_at,
            reason=check_text("reason", reason, 300),
            using_unit_person_id=using_unit_person_id,
            provider_person_id=provider_person_id,
            recorded_at=now,
        )
    )
    payload = {
        "item": item,
        "quantity": decimal_text(quantity),
        "start_at": render_instant(start_at),
        "end_at": render_instant(end_at),
        "reason": reason,
    }
    record_fact(connection, NewFact(contract_id, "burst.recorded", identifier, now, payload, REPORTED), now=now)
    return identifier


def list_bursts(connection: Connection, contract_id: str, *, known_at: datetime | None = None) -> tuple[Burst, ...]:
    """All bursts of a contract, in order of their start."""

    def read(ids: Collection[str]) -> dict[str, list[Burst]]:
        query = select(burst).where(burst.c.contract_id.in_(ids)).order_by(burst.c.start_at, burst.c.id)
        if known_at is not None:
            query = query.where(burst.c.recorded_at <= known_at)
        names = ("id", "contract_id", "item", "quantity_micro", "start_at", "end_at", "reason", "recorded_at")
        found = (Burst(*(getattr(row, name) for name in names)) for row in connection.execute(query))
        return by_contract(found, lambda one: one.contract_id)

    return tuple(of_each(connection, ("bursts", known_at), contract_id, read) or ())
