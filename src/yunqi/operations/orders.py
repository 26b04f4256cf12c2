"""Ordering, changing and ending resources: the service checks the order, the store takes it with its draws."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.contract import load_catalogue as load_items
from yunqi.kernel.errors import Problem
from yunqi.operations.installation import Installation
from yunqi.operations.parties import require_system
from yunqi.reconcile.gather import view_of
from yunqi.services.base import DrawNeed, ResourceView
from yunqi.services.registry import (
    check_delete,
    load_catalogue,
    load_services,
    prepare_change,
    prepare_order,
    service_of,
)
from yunqi.store import orders as store
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.entitlements import Need
from yunqi.store.locks import lock_contract
from yunqi.store.order_checks import Order
from yunqi.store.parties import find_tenant
from yunqi.store.price_lines import list_price_lines
from yunqi.store.reconcile import read_approval, read_live, read_live_beside
from yunqi.store.resources import Resource, require_resource


def place_order(
    installation: Installation,
    *,
    contract: str,
    kind: str,
    name: str,
    fields: Mapping[str, Any],
    work_order: str | None,
    person_id: str,
    system: str | None = None,
) -> Resource:
    """Orders a resource in the tenant that the contract's using unit has at its provider.

    `system` is the name or id of the information system that it serves. Raises `Problem` for what the service, the
    work order or the entitlement refuses; then nothing is recorded.
    """
    with installation.database.write() as connection:
        now = installation.clock.now()
        found = require_contract(connection, contract)
        tenant_id = require_tenant_id(connection, found)
        views = _views_beside(connection, tenant_id, kind, fields, name=name)
        prepared = prepare_order(kind, name, fields, views, _ceilings(connection, found, now))
        order = Order(
            contract_id=found.id,
            tenant_id=tenant_id,
            system_id=None if system is None else require_system(connection, found.using_unit_id, system, now).id,
            kind=kind,
            name=name,
            spec=prepared.spec,
            needs=_needs(prepared.needs),
            references=service_of(kind).references,
            id_prefix=load_catalogue()[kind].id_prefix,
        )
        return store.place_order(connection, order, work_order=work_order, person_id=person_id, now=now)


def change_resource(
    installation: Installation, reference: str, fields: Mapping[str, Any], *, work_order: str | None, person_id: str
) -> Resource:
    """Changes what is wanted of a resource; its draws follow. Raises `Problem` as an order does."""
    with installation.database.write() as connection:
        now = installation.clock.now()
        found = require_resource(connection, reference)
        store.refuse_adopted(found)
        lock_contract(connection, found.contract_id)  # two changes at once: the second begins from the first's
        contract = require_contract(connection, found.contract_id)
        views = _views_beside(connection, found.tenant_id, found.kind, fields, changed=found)
        view = _view(views, found)
        prepared = prepare_change(view, fields, views, _ceilings(connection, contract, now))
        return store.change_spec(
            connection,
            found.id,
            spec=prepared.spec,
            needs=_needs(prepared.needs),
            work_order=work_order,
            person_id=person_id,
            now=now,
        )


def ask_delete(installation: Installation, reference: str, person_id: str) -> Resource:
    """Asks for the end of a resource; what still stands on it keeps it (`Problem` resource.in_use)."""
    with installation.database.write() as connection:
        found = require_resource(connection, reference)
        views = _views(connection, found.tenant_id)
        services = load_services()
        known = [view for view in views if view.kind in services]  # what is adopted may be of a kind that none builds
        if found.kind in services:
            check_delete(_view(known, found), known)
        return store.ask_delete(
            connection,
            found.id,
            person_id=person_id,
            now=installation.clock.now(),
            references={kind: service.references for kind, service in services.items()},
            keeps_data=found.kind in services and services[found.kind].keeps_data,
        )


def approve_erase(installation: Installation, reference: str, person_id: str) -> Resource:
    """Approves that the data of a resource be destroyed: by a person other than the one who asked.

    Raises `Problem` order.same_person.
    """
    with installation.database.write() as connection:
        found = require_resource(connection, reference)
        if read_approval(connection, found.id)["asked_by_id"] == person_id:
            raise Problem(
                "order.same_person",
                "退订「{name}」的申请人不能同时批准擦除",
                field="as",
                name=found.name,
                way_out="请由另一人批准",
            )
        return store.approve_erase(connection, found.id, person_id=person_id, now=installation.clock.now())


def require_tenant_id(connection: Connection, contract: Contract) -> str:
    """The tenant that the using unit has at the contract's provider; raises `Problem` tenant.missing."""
    tenant = find_tenant(connection, organisation_id=contract.using_unit_id, provider_id=contract.provider_id)
    if tenant is None:
        raise Problem(
            "tenant.missing",
            "合同「{contract}」的使用单位在该云服务商处还没有租户",
            field="tenant",
            contract=contract.number or contract.id,
            way_out="请先建立租户：yunqi tenant add",
        )
    return tenant.id


def _needs(needs: tuple[DrawNeed, ...]) -> tuple[Need, ...]:
    items = load_items()
    return tuple(
        Need(
            need.item,
            need.quantity,
            need.kind.value,
            items.item(need.item).unit if need.item in items else "",
        )
        for need in needs
    )


def _views(connection: Connection, tenant_id: str) -> list[ResourceView]:
    return [view_of(row) for row in read_live(connection, tenant_id)]


def _views_beside(
    connection: Connection,
    tenant_id: str,
    kind: str,
    fields: Mapping[str, Any],
    *,
    name: str = "",
    changed: Resource | None = None,
) -> list[ResourceView]:
    """The resources that an order or a change can have to do with: those it names, and those of kinds it is compared
    with. `changed` comes with those that it stands on now.
    """
    service = service_of(kind)
    named = {(other, str(fields[field])) for field, other in service.references.items() if field in fields}
    ids = {str(changed.spec.get(field)) for field in service.references} | {changed.id} if changed else set()
    rows = read_live_beside(connection, tenant_id, kinds=service.beside, named=named | {(kind, name)}, ids=ids)
    return [view_of(row) for row in rows]


def _view(views: list[ResourceView], found: Resource) -> ResourceView:
    for view in views:
        if view.id == found.id:
            return view
    raise Problem("resource.gone", "资源「{name}」已退订", field="resource", name=found.name, way_out="无需再次操作")


def _ceilings(connection: Connection, contract: Contract, now: Any) -> dict[str, int]:
    """Most operations a second of one disk by price item, as the contract's lines state it."""
    found: dict[str, int] = {}
    for line in list_price_lines(connection, contract.id, at=now):
        ceiling = line.parameters.get("iops_max")
        if line.item is not None and ceiling is not None:
            found[line.item] = int(Fraction(str(ceiling)))
    return found
