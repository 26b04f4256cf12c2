"""What the meters of many resources counted over a window, summed up by the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, case, func, select

from yunqi.kernel.period import Span
from yunqi.kernel.rights import Caller
from yunqi.store.scopes import contract_scope, resource_scope
from yunqi.store.tables import contract, draw, information_system, organisation, price_line, resource, sample
from yunqi.store.types import UtcInstant

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")


@dataclass(frozen=True, slots=True)
class MeterGrowth:
    """What a counter grew by between its first and last sample; after a reset it counts from 0. `lost`: time that ended
    with a reset.
    """

    resource_id: str
    meter: str
    total: int
    first_at: datetime
    last_at: datetime
    lost: timedelta


def _drawn(caller: Caller, contract_id: str | None) -> Select[Any]:
    """The ids of the resources with open draws that a caller may see."""
    conditions = [contract_scope(caller), resource_scope(caller), draw.c.end_at.is_(None), resource.c.gone_at.is_(None)]
    if contract_id is not None:
        conditions.append(resource.c.contract_id == contract_id)
    joined = draw.join(resource, resource.c.id == draw.c.resource_id).join(
        contract, contract.c.id == resource.c.contract_id
    )
    return select(draw.c.resource_id).select_from(joined).where(*conditions)


def list_meter_growth(
    connection: Connection, caller: Caller, span: Span, *, contract_id: str | None = None
) -> list[MeterGrowth]:
    """By resource with open draws and by meter what was counted within the span."""
    mine_first = (sample.c.resource_id, sample.c.meter)
    every = (
        select(
            sample.c.resource_id,
            sample.c.meter,
            sample.c.at,
            sample.c.value,
            func.lag(sample.c.value, type_=BigInteger())
            .over(partition_by=mine_first, order_by=sample.c.at)
            .label("before"),
            func.lag(sample.c.at, type_=UtcInstant())
            .over(partition_by=mine_first, order_by=sample.c.at)
            .label("before_at"),
        )
        .where(
            sample.c.resource_id.in_(_drawn(caller, contract_id)),
            sample.c.at >= span.start_at,
            sample.c.at < span.end_at,
        )
        .subquery()
    )
    is_reset = every.c.value < every.c.before
    grown = case((every.c.before.is_(None), 0), (is_reset, every.c.value), else_=every.c.value - every.c.before)
    mine = (every.c.resource_id, every.c.meter)
    sums = (
        select(
            *mine, func.sum(grown), func.min(every.c.at), func.max(every.c.at), func.sum(case((is_reset, 1), else_=0))
        )
        .group_by(*mine)
        .order_by(*mine)
    )
    rows = connection.execute(sums).all()
    lost: dict[tuple[str, str], timedelta] = {}
    if any(row[5] for row in rows):
        for identifier, meter, at, before_at in connection.execute(
            select(*mine, every.c.at, every.c.before_at).where(is_reset)
        ):
            lost[identifier, meter] = lost.get((identifier, meter), timedelta()) + (at - before_at)
    return [
        MeterGrowth(row[0], row[1], int(row[2]), row[3], row[4], lost.get((row[0], row[1]), timedelta()))
        for row in rows
    ]


def list_drawn_resources(connection: Connection, caller: Caller, *, contract_id: str | None = None) -> list[Row[Any]]:
    """The resources with open draws that a caller may see, with their contract, parties and system."""
    joined = (
        resource.join(contract, contract.c.id == resource.c.contract_id)
        .join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
        .outerjoin(information_system, information_system.c.id == resource.c.system_id)
    )
    query = (
        select(
            *(resource.c[name] for name in ("id", "kind", "name", "spec", "contract_id")),
            contract.c.number.label("contract_number"),
            contract.c.using_unit_id,
            contract.c.provider_id,
            _unit.c.name.label("using_unit"),
            _seller.c.name.label("provider"),
            information_system.c.name.label("system"),
        )
        .select_from(joined)
        .where(resource.c.id.in_(_drawn(caller, contract_id)))
        .order_by(contract.c.number, resource.c.kind, resource.c.name, resource.c.id)
    )
    return list(connection.execute(query))


def list_open_draws(
    connection: Connection, caller: Caller, *, contract_id: str | None = None
) -> Mapping[str, list[Any]]:
    """By resource its open draws with the price line of each (None: a burst)."""
    query = (
        select(
            draw.c.resource_id,
            draw.c.item,
            draw.c.quantity_micro,
            draw.c.start_at,
            price_line.c.quantity_micro.label("line_quantity_micro"),
            *(price_line.c[name] for name in ("no", "name", "unit", "unit_price", "period_count", "period_unit")),
            price_line.c.bundle_no,
        )
        .select_from(draw.outerjoin(price_line, price_line.c.id == draw.c.price_line_id))
        .where(draw.c.resource_id.in_(_drawn(caller, contract_id)), draw.c.end_at.is_(None), draw.c.kind == "span")
        .order_by(draw.c.resource_id, draw.c.item)
    )
    found: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        found.setdefault(row.resource_id, []).append(row)
    return found
