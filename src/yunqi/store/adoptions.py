"""Adoptions: kept as previewed, taken in as resources with their draws in one transaction, taken back whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import sm3_hex
from yunqi.store.entitlements import render_quantity
from yunqi.store.facts import REPORTED, NewFact, record_fact, record_facts
from yunqi.store.tables import (
    adopted_resource,
    adoption,
    allocation,
    case,
    draw,
    resource,
    resource_spec,
    resource_status,
)
from yunqi.store.types import canonical_members, canonical_object

PREVIEWED, CONFIRMED, UNDONE = "previewed", "confirmed", "undone"


@dataclass(frozen=True, slots=True)
class Adoption:
    """An adoption as kept; `data` holds inventory, options and plan."""

    id: str
    contract_id: str
    tenant_id: str
    state: str
    from_on: date
    source: str
    source_sm3: str | None
    data: Mapping[str, Any]
    plan_sm3: str
    made_by: str | None
    recorded_at: datetime
    work_order_id: str | None
    unit_person_id: str | None
    provider_person_id: str | None
    confirmed_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewResource:
    """A resource to be taken in: draws as (line id, item, millionths); addresses by pool, scope and value."""

    id: str
    kind: str
    name: str
    system_id: str | None
    spec: Mapping[str, Any]
    start_at: datetime
    draws: tuple[tuple[str, str, int], ...]
    addresses: tuple[tuple[str, str, str], ...]
    data: Mapping[str, Any]


def keep_preview(
    connection: Connection,
    contract_id: str,
    tenant_id: str,
    *,
    from_on: date,
    source: str,
    source_sm3: str | None,
    data: Mapping[str, Any],
    person_id: str,
    now: datetime,
) -> Adoption:
    """Keeps what was previewed; nothing is taken in yet."""
    identifier = make_id("adp")
    members = canonical_members(data)
    connection.execute(
        adoption.insert().values(
            id=identifier,
            contract_id=contract_id,
            tenant_id=tenant_id,
            state=PREVIEWED,
            from_on=from_on.isoformat(),
            source=source[:255],
            source_sm3=source_sm3,
            data=canonical_object(members),
            plan_sm3=sm3_hex(members["plan"].encode()),
            made_by=person_id,
            recorded_at=now,
        )
    )
    return require_adoption(connection, identifier)


def require_adoption(connection: Connection, adoption_id: str) -> Adoption:
    """The adoption of this id; raises `Problem` adoption.unknown."""
    row = connection.execute(select(adoption).where(adoption.c.id == adoption_id)).first()
    if row is None:
        raise Problem(
            "adoption.unknown",
            "没有纳管「{value}」",
            field="id",
            value=adoption_id,
            way_out="请核对标识：yunqi adopt list 合同编号",
        )
    return _to_adoption(row)


def list_adoptions(connection: Connection, contract_id: str) -> tuple[Adoption, ...]:
    """The adoptions of a contract, the newest first."""
    query = select(adoption).where(adoption.c.contract_id == contract_id)
    rows = connection.execute(query.order_by(adoption.c.recorded_at.desc(), adoption.c.id.desc()))
    return tuple(_to_adoption(row) for row in rows)


def take_in(
    connection: Connection,
    found: Adoption,
    resources: Sequence[NewResource],
    *,
    work_order: tuple[str, str],
    unit_person: str,
    provider_person: str,
    now: datetime,
) -> None:
    """Records the resources with their draws, as facts too. The caller holds the contract's and the tenant's locks.

    `work_order`: its id and number.
    """
    people = {"unit_person_id": unit_person, "provider_person_id": provider_person}
    connection.execute(
        update(adoption)
        .where(adoption.c.id == found.id)
        .values(state=CONFIRMED, confirmed_at=now, work_order_id=work_order[0], **people)
    )
    rows: dict[Any, list[dict[str, Any]]] = {
        resource: [_resource_row(found, one, work_order[0], now) for one in resources],
        resource_spec: [
            {
                "resource_id": one.id,
                "generation": 1,
                "spec": dict(one.spec),
                "work_order_id": work_order[0],
                "person_id": unit_person,
                "recorded_at": now,
            }
            for one in resources
        ],
        resource_status: [
            {
                "resource_id": one.id,
                "phase": "ready",
                "observed_generation": 1,
                "detail": {},
                "ready_at": one.start_at,
                "updated_at": now,
            }
            for one in resources
        ],
        adopted_resource: [
            {"resource_id": one.id, "adoption_id": found.id, "data": dict(one.data)} for one in resources
        ],
        draw: [_draw_row(found, one, each, now) for one in resources for each in one.draws],
        allocation: [
            {
                "id": make_id("alc"),
                "resource_id": one.id,
                "pool": pool,
                "scope": scope,
                "value": value,
                "recorded_at": now,
            }
            for one in resources
            for pool, scope, value in one.addresses
        ],
    }
    for table, values in rows.items():
        if values:
            connection.execute(table.insert(), values)
    payload = {
        "adoption": found.id,
        "from_on": found.from_on.isoformat(),
        "source": found.source,
        "source_sm3": found.source_sm3,
        "plan_sm3": found.plan_sm3,
        "resources": len(resources),
        "work_order": work_order[1],
        **people,
    }
    record_fact(connection, NewFact(found.contract_id, "adoption.confirmed", found.id, now, payload, REPORTED), now=now)
    record_facts(
        connection,
        (
            NewFact(
                found.contract_id,
                "resource.adopted",
                one.id,
                now,
                {
                    "kind": one.kind,
                    "name": one.name,
                    "tenant": found.tenant_id,
                    "system": one.system_id,
                    "spec": dict(one.spec),
                    "work_order": work_order[1],
                    "adoption": found.id,
                    "start_at": render_instant(one.start_at),
                    "draws": [
                        {"line": line_id, "item": item, "kind": "span", "quantity": render_quantity(micro)}
                        for line_id, item, micro in one.draws
                    ],
                },
                REPORTED,
            )
            for one in resources
        ),
        now=now,
    )


def _resource_row(found: Adoption, one: NewResource, work_order_id: str, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "tenant_id": found.tenant_id,
        "system_id": one.system_id,
        "contract_id": found.contract_id,
        "work_order_id": work_order_id,
        "spec": dict(one.spec),
        "generation": 1,
        "created_at": now,
        "ordered_by": found.made_by,
    }


def _draw_row(found: Adoption, one: NewResource, each: tuple[str, str, int], now: datetime) -> dict[str, Any]:
    line_id, item, micro = each
    return {
        "id": make_id("drw"),
        "contract_id": found.contract_id,
        "resource_id": one.id,
        "price_line_id": line_id,
        "item": item,
        "kind": "span",
        "quantity_micro": micro,
        "start_at": one.start_at,
        "ready_at": one.start_at,
        "recorded_at": now,
    }


def take_back(connection: Connection, found: Adoption, *, unit_person: str, provider_person: str, now: datetime) -> int:
    """Undoes an adoption: its resources are gone and their draws of no length; returns how many. History stays."""
    mine = select(adopted_resource.c.resource_id).where(adopted_resource.c.adoption_id == found.id)
    rows = connection.execute(
        select(resource.c.id, resource.c.kind, resource.c.name, resource_status.c.ready_at)
        .join(resource_status, resource_status.c.resource_id == resource.c.id)
        .where(resource.c.id.in_(mine))
        .order_by(resource.c.id)
    ).all()
    connection.execute(update(resource).where(resource.c.id.in_(mine)).values(gone_at=now))
    connection.execute(
        update(draw)
        .where(draw.c.resource_id.in_(mine), draw.c.end_at.is_(None))
        .values(end_at=draw.c.start_at, end_recorded_at=now)
    )
    held = update(allocation).where(allocation.c.resource_id.in_(mine), allocation.c.released_at.is_(None))
    connection.execute(held.values(released_at=now))
    status = update(resource_status).where(resource_status.c.resource_id.in_(mine))
    connection.execute(status.values(phase="gone", detail={}, updated_at=now))
    connection.execute(
        update(adoption)
        .where(adoption.c.id == found.id)
        .values(state=UNDONE, undone_at=now, undone_by_unit_id=unit_person, undone_by_provider_id=provider_person)
    )
    payload = {
        "adoption": found.id,
        "resources": len(rows),
        "unit_person_id": unit_person,
        "provider_person_id": provider_person,
    }
    record_fact(connection, NewFact(found.contract_id, "adoption.undone", found.id, now, payload, REPORTED), now=now)
    record_facts(
        connection,
        (
            NewFact(
                found.contract_id,
                "resource.adoption_undone",
                row.id,
                now,
                {"kind": row.kind, "name": row.name, "adoption": found.id, "start_at": render_instant(row.ready_at)},
                REPORTED,
            )
            for row in rows
        ),
        now=now,
    )
    return len(rows)


def read_work_order_number(connection: Connection, found: Adoption) -> str:
    """The number of the work order that it was confirmed under, "" before."""
    number = connection.execute(select(case.c.number).where(case.c.id == found.work_order_id)).scalar()
    return number or ""


def _to_adoption(row: Row[Any]) -> Adoption:
    return Adoption(
        id=row.id,
        contract_id=row.contract_id,
        tenant_id=row.tenant_id,
        state=row.state,
        from_on=date.fromisoformat(row.from_on),
        source=row.source,
        source_sm3=row.source_sm3,
        data=row.data,
        plan_sm3=row.plan_sm3,
        made_by=row.made_by,
        recorded_at=row.recorded_at,
        work_order_id=row.work_order_id,
        unit_person_id=row.unit_person_id,
        provider_person_id=row.provider_person_id,
        confirmed_at=row.confirmed_at,
        undone_at=row.undone_at,
    )
