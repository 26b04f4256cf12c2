"""Resources in pages, for one caller."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select
from sqlalchemy import case as when

from yunqi.kernel.rights import Caller
from yunqi.store.listing import Listing, keep_listings
from yunqi.store.scopes import contract_scope, resource_scope
from yunqi.store.tables import (
    case,
    contract,
    draw,
    information_system,
    person,
    price_line,
    resource,
    resource_status,
    tenant,
)

_phase = when((resource.c.gone_at.is_not(None), "gone"), else_=func.coalesce(resource_status.c.phase, "ordered"))
_NAMES = (
    "id",
    "kind",
    "name",
    "tenant_id",
    "contract_id",
    "system_id",
    "spec",
    "generation",
    "created_at",
    "delete_asked_at",
    "erase_approved_at",
    "gone_at",
)


@keep_listings
def resource_listing(
    caller: Caller,
    *,
    contract_id: str | None = None,
    tenant_id: str | None = None,
    system_id: str | None = None,
    kind: str | None = None,
    phase: str | None = None,
    name: str | None = None,
    gone: bool = False,
) -> Listing:
    """The resources that a caller may see; `name` is looked for within names, the others are equal or not asked."""
    conditions = [contract_scope(caller), resource_scope(caller)]
    for column, value in (
        (resource.c.contract_id, contract_id),
        (resource.c.tenant_id, tenant_id),
        (resource.c.system_id, system_id),
        (resource.c.kind, kind),
        (_phase, phase),
    ):
        if value is not None:
            conditions.append(column == value)
    if name:
        conditions.append(resource.c.name.contains(name, autoescape=True))
    if not gone and phase != "gone":
        conditions.append(resource.c.gone_at.is_(None))
    joined = (
        resource.join(contract, contract.c.id == resource.c.contract_id)
        .join(tenant, tenant.c.id == resource.c.tenant_id)
        .outerjoin(resource_status, resource_status.c.resource_id == resource.c.id)
        .outerjoin(information_system, information_system.c.id == resource.c.system_id)
    )
    columns = [resource.c[each] for each in _NAMES]
    return Listing(
        query=select(
            *columns,
            _phase.label("phase"),
            resource_status.c.ready_at,
            contract.c.number.label("contract_number"),
            information_system.c.name.label("system"),
            tenant.c.name.label("tenant"),
        ).select_from(joined),
        key=resource.c.id,
        sorts={
            "id": resource.c.id,
            "name": resource.c.name,
            "kind": resource.c.kind,
            "phase": _phase,
            "created_at": resource.c.created_at,
        },
        default="id",
        filters=conditions,
    )


def read_names(connection: Connection, resource_id: str) -> Row[Any]:
    """What a resource's ids are called: contract_number, system, tenant, work_order, and the people who ordered it,
    asked for its end and approved the erasure (`ordered_by`, `delete_asked_by`, `erase_approved_by`); and the id of who
    asked for its end.
    """
    return connection.execute(_names_query(), {"resource_id": resource_id}).one()


@cache
def _names_query() -> Select[Any]:
    people = {name: person.alias(name) for name in ("ordered_by", "delete_asked_by", "erase_approved_by")}
    joined = (
        resource.join(contract, contract.c.id == resource.c.contract_id)
        .join(tenant, tenant.c.id == resource.c.tenant_id)
        .outerjoin(information_system, information_system.c.id == resource.c.system_id)
        .outerjoin(case, case.c.id == resource.c.work_order_id)
    )
    for name, one in people.items():
        joined = joined.outerjoin(one, one.c.id == resource.c[name])
    query = select(
        contract.c.number.label("contract_number"),
        information_system.c.name.label("system"),
        tenant.c.name.label("tenant"),
        case.c.number.label("work_order"),
        resource.c.delete_asked_by.label("delete_asked_by_id"),
        *(one.c.name.label(name) for name, one in people.items()),
    ).select_from(joined)
    return query.where(resource.c.id == bindparam("resource_id"))


def list_draws_now(connection: Connection, contract_id: str, *, at: datetime) -> list[Row[Any]]:
    """What resources take of a contract at an instant, the most first: with the resource's name and the line's number.

    What was used up counts for good, as it does in the entitlement.
    """
    counts = or_(draw.c.kind != "span", draw.c.end_at.is_(None), draw.c.end_at > at)
    query = (
        select(
            draw.c.resource_id,
            resource.c.name.label("resource"),
            resource.c.kind,
            draw.c.item,
            price_line.c.no,
            draw.c.quantity_micro,
            draw.c.start_at,
        )
        .select_from(
            draw.join(resource, resource.c.id == draw.c.resource_id).outerjoin(
                price_line, price_line.c.id == draw.c.price_line_id
            )
        )
        .where(draw.c.contract_id == contract_id, draw.c.start_at <= at, counts)
        .order_by(draw.c.quantity_micro.desc(), draw.c.id)
    )
    return list(connection.execute(query))


def list_visible_ids(connection: Connection, caller: Caller) -> frozenset[str]:
    """The ids of the resources that a caller may see, those that are gone included."""
    query = select(resource.c.id).select_from(resource.join(contract, contract.c.id == resource.c.contract_id))
    return frozenset(connection.execute(query.where(contract_scope(caller), resource_scope(caller))).scalars())
