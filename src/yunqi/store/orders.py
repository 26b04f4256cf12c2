"""Ordering: a resource, its status and its draws are recorded in one transaction, or none of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import to_micro
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.entitlements import Need, insert_draws, plan_draws, render_quantity
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.locks import lock_contract, lock_tenant
from yunqi.store.order_checks import (
    Order,
    find_dependants,
    require_free_name,
    require_references,
    require_running,
    require_staying,
    require_tenant_of,
    require_work_order,
)
from yunqi.store.parties import require_person
from yunqi.store.reconcile import mark_gone
from yunqi.store.resources import Resource, require_resource
from yunqi.store.tables import (
    draw,
    resource,
    resource_spec,
    resource_status,
)


def place_order(
    connection: Connection, order: Order, *, work_order: str | None, person_id: str, now: datetime
) -> Resource:
    """Records a resource with its draws; the entitlement is checked under the contract's lock.

    `work_order` is the id or number of a work order that was filed and approved. Raises `Problem` order.no_work_order,
    order.contract_not_signed, order.not_running, order.other_tenant, order.system, order.name_taken, order.reference,
    entitlement.no_line and entitlement.exceeded.
    """
    found = _lock_contract(connection, order.contract_id)
    require_person(connection, person_id)
    require_running(found, now)
    lock_tenant(connection, order.tenant_id)
    require_tenant_of(connection, found, order.tenant_id, order.system_id)
    case = require_work_order(connection, found, work_order, order.tenant_id)
    require_free_name(connection, order)
    require_references(connection, order)
    planned = plan_draws(connection, found.id, order.needs, at=now)
    identifier = make_id(order.id_prefix or order.kind[:3])
    connection.execute(
        resource.insert().values(
            id=identifier,
            kind=order.kind,
            name=order.name,
            tenant_id=order.tenant_id,
            system_id=order.system_id,
            contract_id=found.id,
            work_order_id=case.id,
            spec=dict(order.spec),
            generation=1,
            created_at=now,
            ordered_by=person_id,
        )
    )
    _insert_generation(connection, identifier, 1, order.spec, case.id, person_id, now)
    connection.execute(
        resource_status.insert().values(
            resource_id=identifier, phase="ordered", observed_generation=0, detail={}, updated_at=now
        )
    )
    insert_draws(connection, found.id, identifier, planned, now=now)
    _record(
        connection,
        found.id,
        "resource.ordered",
        identifier,
        {
            "kind": order.kind,
            "name": order.name,
            "tenant": order.tenant_id,
            "system": order.system_id,
            "spec": dict(order.spec),
            "work_order": case.number,
            "person": person_id,
            "draws": [
                {"item": one.item, "kind": one.kind, "quantity": render_quantity(one.quantity_micro)}
                | ({"burst": one.burst_id} if one.burst_id else {"line": one.price_line_id})
                for one in planned
            ],
        },
        now,
    )
    return require_resource(connection, identifier)


def change_spec(
    connection: Connection,
    resource_id: str,
    *,
    spec: Mapping[str, Any],
    needs: Iterable[Need],
    work_order: str | None,
    person_id: str,
    now: datetime,
) -> Resource:
    """Records a new generation of a resource; draws of items whose quantity changes end now and open anew.

    Raises `Problem` as `place_order` does, and order.leaving for a resource that is to be deleted.
    """
    found = _lock_resource(connection, resource_id)
    agreed = require_contract(connection, found.contract_id)
    require_person(connection, person_id)
    require_staying(found)
    refuse_adopted(found)
    require_running(agreed, now)
    case = require_work_order(connection, agreed, work_order, found.tenant_id)
    changed = _end_changed_draws(connection, resource_id, tuple(needs), now)
    insert_draws(connection, agreed.id, resource_id, plan_draws(connection, agreed.id, changed, at=now), now=now)
    generation = found.generation + 1
    connection.execute(
        resource.update().where(resource.c.id == resource_id).values(spec=dict(spec), generation=generation)
    )
    _insert_generation(connection, resource_id, generation, spec, case.id, person_id, now)
    payload = {
        "generation": generation,
        "spec": dict(spec),
        "work_order": case.number,
        "person": person_id,
        "changed": [{"item": need.item, "quantity": render_quantity(to_micro(need.quantity))} for need in changed],
    }
    _record(connection, agreed.id, "resource.changed", resource_id, payload, now)
    return require_resource(connection, resource_id)


def ask_delete(
    connection: Connection,
    resource_id: str,
    *,
    person_id: str,
    now: datetime,
    references: Mapping[str, Mapping[str, str]] | None = None,
    keeps_data: bool = True,
) -> Resource:
    """Records that a resource shall go; asking again changes nothing.

    `references` gives for each kind which fields of its spec name other resources: what others still need stays. One
    that was adopted is gone at once, or once its erasure is approved: its provider ends it, no reconciler does.
    Raises `Problem` order.needed_by.
    """
    found = _lock_resource(connection, resource_id)
    require_person(connection, person_id)
    if found.delete_asked_at is not None or found.gone_at is not None:
        return found
    dependants = find_dependants(connection, found, references or {})
    if dependants:
        raise Problem(
            "order.needed_by",
            "「{name}」仍被 {others} 使用，不能删除",
            field="resource",
            name=found.name,
            others="、".join(dependants),
            way_out="请先删除这些资源",
        )
    connection.execute(
        resource.update().where(resource.c.id == resource_id).values(delete_asked_at=now, delete_asked_by=person_id)
    )
    _record(connection, found.contract_id, "resource.delete_asked", resource_id, {"person": person_id}, now)
    if found.adoption_id is not None and not keeps_data:
        mark_gone(connection, resource_id, now)
    return require_resource(connection, resource_id)


def approve_erase(connection: Connection, resource_id: str, *, person_id: str, now: datetime) -> Resource:
    """Records that a person agrees to destroy the data of a resource that shall go; approving again changes nothing.

    Raises `Problem` order.not_leaving when nobody asked to delete it.
    """
    found = _lock_resource(connection, resource_id)
    require_person(connection, person_id)
    if found.erase_approved_at is not None or found.gone_at is not None:
        return found
    if found.delete_asked_at is None:
        raise Problem(
            "order.not_leaving",
            "「{name}」尚未申请删除，不能批准擦除",
            field="resource",
            name=found.name,
            way_out="请先申请删除",
        )
    connection.execute(
        resource.update().where(resource.c.id == resource_id).values(erase_approved_at=now, erase_approved_by=person_id)
    )
    _record(connection, found.contract_id, "resource.erase_approved", resource_id, {"person": person_id}, now)
    if found.adoption_id is not None:
        mark_gone(connection, resource_id, now)
    return require_resource(connection, resource_id)


def refuse_adopted(found: Resource) -> None:
    """Raises `Problem` order.adopted: what Yunqi did not build it cannot change."""
    if found.adoption_id is not None:
        raise Problem(
            "order.adopted",
            "「{name}」是纳管的资源，云契没有建设它，不能变更其规格",
            field="resource",
            name=found.name,
            way_out="请云服务商办理变更，再退订原规格并以新的清单纳管",
        )


def _lock_resource(connection: Connection, resource_id: str) -> Resource:
    """The resource as it stands once nobody else changes it, or others of its tenant that may stand on it."""
    found = require_resource(connection, resource_id)
    lock_contract(connection, found.contract_id)
    lock_tenant(connection, found.tenant_id)
    return require_resource(connection, resource_id)


def _lock_contract(connection: Connection, contract_id: str) -> Contract:
    lock_contract(connection, contract_id)
    return require_contract(connection, contract_id)


def _end_changed_draws(
    connection: Connection, resource_id: str, needs: tuple[Need, ...], now: datetime
) -> tuple[Need, ...]:
    wanted: dict[str, Need] = {}
    for need in needs:
        quantity = need.quantity + (wanted[need.item].quantity if need.item in wanted else 0)
        wanted[need.item] = Need(need.item, quantity, need.kind)
    rows = connection.execute(
        select(draw).where(draw.c.resource_id == resource_id, draw.c.kind == "span", draw.c.end_at.is_(None))
    ).all()
    have: dict[str, int] = {}
    for row in rows:
        have[row.item] = have.get(row.item, 0) + row.quantity_micro
    changed = {item for item, micro in have.items() if item not in wanted or to_micro(wanted[item].quantity) != micro}
    ending = [row.id for row in rows if row.item in changed]
    connection.execute(draw.update().where(draw.c.id.in_(ending)).values(end_at=now, end_recorded_at=now))
    return tuple(need for item, need in wanted.items() if item in changed or (item not in have and need.kind == "span"))


def _insert_generation(
    connection: Connection,
    resource_id: str,
    generation: int,
    spec: Mapping[str, Any],
    work_order_id: str,
    person_id: str,
    now: datetime,
) -> None:
    connection.execute(
        resource_spec.insert().values(
            resource_id=resource_id,
            generation=generation,
            spec=dict(spec),
            work_order_id=work_order_id,
            person_id=person_id,
            recorded_at=now,
        )
    )


def _record(
    connection: Connection, contract_id: str, kind: str, subject: str, payload: dict[str, Any], now: datetime
) -> None:
    record_fact(connection, NewFact(contract_id, kind, subject, now, payload, REPORTED), now=now)


__all__ = ["Order", "approve_erase", "ask_delete", "change_spec", "place_order", "refuse_adopted"]
