"""Resources as actions: what can be ordered, orders, changes, ends, erasures, and what stands.

The services and the contract's catalogue are loaded by those that need them: a list of resources begins sooner.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ConfigDict, create_model

from yunqi.kernel.money import decimal_text
from yunqi.kernel.rights import INTEGRATOR, Target, unknown_object
from yunqi.kernel.words import choose_words
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, Variant, action
from yunqi.operations.actions.rows import RowPage, read_rows
from yunqi.operations.resources import describe_resource
from yunqi.store.ordered import list_ordered_of
from yunqi.store.reconcile import ResourceRow as LiveRow
from yunqi.store.reconcile import read_live_beside, read_live_naming
from yunqi.store.resource_lists import list_visible_ids, read_names, resource_listing
from yunqi.store.resources import Resource
from yunqi.wire.base import ById, Nothing, Page, Request
from yunqi.wire.resources import (
    ChangeResource,
    CheckOrder,
    KindInfo,
    KindList,
    ListResources,
    NeedRow,
    OrderCheck,
    PlaceOrder,
    PlanAnswer,
    ResourceDetail,
    ResourceDraw,
    ResourceOrder,
    ResourceRef,
    ResourceRow,
    SpecWords,
)

_BESIDE_SHOWN = 100


def view(desk: Desk, found: Resource, names: Any = None) -> ResourceRow:
    """A resource as it stands; `names` where they were read already."""
    if names is None:
        names = read_names(desk.connection, found.id)
    return ResourceRow(
        id=found.id,
        kind=found.kind,
        name=found.name,
        phase="gone" if found.gone_at is not None else found.phase,
        tenant_id=found.tenant_id,
        contract_id=found.contract_id,
        system_id=found.system_id,
        spec=dict(found.spec),
        generation=found.generation,
        created_at=found.created_at,
        ready_at=found.ready_at,
        delete_asked_at=found.delete_asked_at,
        erase_approved_at=found.erase_approved_at,
        gone_at=found.gone_at,
        contract_number=names.contract_number,
        system=names.system,
        tenant=names.tenant,
    )


@action("resource.kinds", "GET", "/kinds", "查看可订购的服务", request=Nothing, answer=KindList)
def list_kinds(desk: Desk, request: Nothing) -> KindList:
    """Every kind of resource that can be ordered, with the schema of its spec."""
    from yunqi.services.registry import load_catalogue, load_services

    del desk, request
    entries = load_catalogue()
    return KindList(
        items=tuple(
            KindInfo(
                kind=kind,
                name=choose_words(entries[kind].name),
                summary=choose_words(entries[kind].summary),
                items=tuple(one.item for one in entries[kind].items),
                references=dict(service.references),
                fixed=tuple(sorted(service.fixed)),
                grows=tuple(sorted(service.grows)),
                keeps_data=service.keeps_data,
                spec_schema=service.spec_model.model_json_schema(),
                words={
                    name: SpecWords(
                        name=choose_words(one.name),
                        unit=choose_words(one.unit) if one.unit else "",
                        help=choose_words(one.help) if one.help else "",
                        choices={value: choose_words(words) for value, words in one.choices.items()},
                    )
                    for name, one in entries[kind].fields.items()
                },
            )
            for kind, service in load_services().items()
        )
    )


@action(
    "resource.list",
    "GET",
    "/resources",
    "列出资源",
    request=ListResources,
    answer=Page[ResourceRow],
    aim=aims.contract_if_named,
)
def list_resources(desk: Desk, request: ListResources) -> RowPage[ResourceRow]:
    """Resources that the caller may see."""
    contract_id = aims.require_contract_of(desk, request.contract).id if request.contract else None
    listing = resource_listing(
        desk.caller,
        contract_id=contract_id,
        tenant_id=request.tenant,
        system_id=request.system,
        kind=request.kind,
        phase=request.phase,
        name=request.name,
        gone=request.gone,
    )
    return read_rows(desk, listing, request, ResourceRow)


@action("resource.read", "GET", "/resources/{id}", "查看资源", request=ById, answer=ResourceDetail, aim=aims.resource)
def read_resource(desk: Desk, request: ById) -> ResourceDetail:
    """One resource with its draws and certificates."""
    from yunqi.operations.order_needs import item_title, item_unit

    found = describe_resource(desk.connection, aims.require_resource_of(desk, request.id).id)
    names = read_names(desk.connection, found.resource.id)
    stands_on, carries = _beside(desk, found.resource)
    return ResourceDetail(
        **view(desk, found.resource, names).model_dump(),
        detail=dict(found.resource.detail),
        work_order_id=found.resource.work_order_id,
        work_order=names.work_order,
        ordered_by=names.ordered_by or "",
        delete_asked_by=names.delete_asked_by or "",
        delete_asked_by_id=names.delete_asked_by_id,
        erase_approved_by=names.erase_approved_by or "",
        stands_on=stands_on,
        carries=carries[:_BESIDE_SHOWN],
        carries_more=len(carries) > _BESIDE_SHOWN,
        choices=dict(found.choices),
        adoption_id=found.resource.adoption_id,
        orders=tuple(
            ResourceOrder(
                generation=one.generation,
                work_order_id=one.work_order_id,
                work_order=one.work_order,
                asked_at=one.ordered_at,
                ready_at=one.ready_at,
            )
            for one in list_ordered_of(desk.connection, found.resource.id)
        ),
        draws=tuple(
            ResourceDraw(
                item=one.item,
                name=item_title(one.item),
                unit=item_unit(one.item),
                quantity=decimal_text(one.quantity),
                start_at=one.start_at,
                end_at=one.end_at,
            )
            for one in found.draws
        ),
        certificates=tuple(dict(one) for one in found.certificates),
    )


def _beside(desk: Desk, found: Resource) -> tuple[tuple[ResourceRef, ...], tuple[ResourceRef, ...]]:
    """What a resource stands on, and the first of those that stand on it; an integrator sees those of the systems that
    it serves only.
    """
    from yunqi.services.registry import load_services

    services = load_services()

    def references_of(kind: str) -> Iterable[str]:
        return services[kind].references if kind in services else ()  # what is adopted may be of a kind none builds

    named = {field: str(found.spec.get(field)) for field in references_of(found.kind)}
    below = {one.id: one for one in read_live_beside(desk.connection, found.tenant_id, ids=set(named.values()))}
    serves = desk.caller.system_ids if desk.caller.organisation_role == INTEGRATOR else None
    kinds = {kind for kind, service in services.items() if found.kind in service.references.values()}
    above = read_live_naming(
        desk.connection, found.tenant_id, found.id, kinds=kinds, system_ids=serves, limit=_BESIDE_SHOWN + 1
    )
    stands_on = tuple(_ref(field, below[id_]) for field, id_ in named.items() if id_ in below)
    carries = tuple(
        _ref(field, one) for one in above for field in references_of(one.kind) if one.spec.get(field) == found.id
    )
    return stands_on, carries


def _ref(field: str, one: LiveRow) -> ResourceRef:
    return ResourceRef(field=field, id=one.id, kind=one.kind, name=one.name)


def _aim_check(desk: Desk, request: CheckOrder) -> Target:
    """The contract; an integrator's right hangs on a system, and its answer holds nothing of the others'."""
    found = aims.require_contract_of(desk, request.contract)
    serves = desk.caller.organisation_role == INTEGRATOR
    return aims.target_of_contract(desk, found, next(iter(desk.caller.system_ids), None) if serves else None)


@action(
    "resource.check",
    "POST",
    "/orders/{kind}/check",
    "试算订购占用的额度",
    request=CheckOrder,
    answer=OrderCheck,
    aim=_aim_check,
    kind="read",
)
def check(desk: Desk, request: CheckOrder) -> OrderCheck:
    """What an order, or the change of a resource, would take of each price line, and what would be left."""
    from yunqi.operations.order_needs import check_needs

    found = aims.require_contract_of(desk, request.contract)
    held = None
    if request.resource is not None:
        held = aims.require_resource_of(desk, request.resource)
        if held.contract_id != found.id or held.kind != request.kind:
            raise unknown_object()
    rows = check_needs(desk.connection, found.id, request.kind, request.spec, resource=held, now=desk.now)
    items = tuple(NeedRow.model_validate(one, from_attributes=True) for one in rows)
    return OrderCheck(contract_id=found.id, items=items, allowed=not any(one.exceeds for one in items))


def _order_variants() -> Iterable[Variant]:
    from yunqi.services.registry import load_services

    for kind, service in load_services().items():
        fields: dict[str, Any] = {
            name: (info.annotation, info)
            for name, info in PlaceOrder.model_fields.items()
            if name not in {"kind", "spec"}
        }
        name = f"Order{kind.title().replace('_', '')}"
        body = create_model(name, __base__=Request, spec=(service.spec_model, ...), **fields)
        body.__doc__ = service.spec_model.__doc__
        body.model_config = ConfigDict(**Request.model_config)
        yield Variant({"kind": kind}, body)


def _aim_order(desk: Desk, request: PlaceOrder) -> Target:
    """The contract; an integrator orders for one of the systems that it serves, and must name it."""
    found = aims.require_contract_of(desk, request.contract)
    if desk.caller.organisation_role != INTEGRATOR or request.system is None:
        return aims.target_of_contract(desk, found)
    from yunqi.operations.parties import require_system

    system = require_system(desk.connection, found.using_unit_id, request.system, desk.now)
    return aims.target_of_contract(desk, found, system.id)


@action(
    "resource.order",
    "POST",
    "/orders/{kind}",
    "订购资源",
    request=PlaceOrder,
    answer=ResourceRow,
    aim=_aim_order,
    variants=_order_variants,
)
def order(desk: Desk, request: PlaceOrder) -> ResourceRow:
    """Orders a resource; its draws are taken in the same transaction."""
    from yunqi.operations.orders import place_order

    made = place_order(
        desk.site,
        contract=aims.require_contract_of(desk, request.contract).id,
        kind=request.kind,
        name=request.name,
        fields=request.spec,
        work_order=request.work_order,
        person_id=desk.person_id,
        system=request.system,
    )
    return view(desk, made)


@action(
    "resource.change",
    "PATCH",
    "/resources/{id}",
    "变更资源规格",
    request=ChangeResource,
    answer=ResourceRow,
    aim=aims.resource,
    follows="resource.read",
)
def change(desk: Desk, request: ChangeResource) -> ResourceRow:
    """Changes what is wanted of a resource; its draws follow."""
    from yunqi.operations.orders import change_resource

    made = change_resource(
        desk.site,
        aims.require_resource_of(desk, request.id).id,
        request.spec,
        work_order=request.work_order,
        person_id=desk.person_id,
    )
    return view(desk, made)


@action(
    "resource.delete",
    "DELETE",
    "/resources/{id}",
    "申请退订资源",
    request=ById,
    answer=ResourceRow,
    aim=aims.resource,
    follows="resource.read",
)
def delete(desk: Desk, request: ById) -> ResourceRow:
    """Asks for the end of a resource; where that destroys data, another person approves the erasure."""
    from yunqi.operations.orders import ask_delete

    return view(desk, ask_delete(desk.site, aims.require_resource_of(desk, request.id).id, desk.person_id))


@action(
    "resource.erase",
    "POST",
    "/resources/{id}/erasure",
    "批准擦除数据",
    request=ById,
    answer=ResourceRow,
    aim=aims.resource,
    follows="resource.read",
)
def erase(desk: Desk, request: ById) -> ResourceRow:
    """Approves that the data of a resource be destroyed, by a person other than the one who asked for its end."""
    from yunqi.operations.orders import approve_erase

    return view(desk, approve_erase(desk.site, aims.require_resource_of(desk, request.id).id, desk.person_id))


@action("resource.plan", "GET", "/plan", "查看调和计划", request=Nothing, answer=PlanAnswer)
def plan(desk: Desk, request: Nothing) -> PlanAnswer:
    """What the next round of reconciling would do to the resources that the caller may see; only looked at."""
    from yunqi.operations.delivery import make_reconciler
    from yunqi.reconcile.gather import read_world
    from yunqi.reconcile.render import render_plan
    from yunqi.reconcile.steps import Plan
    from yunqi.services.catalogue import owner_of

    del request
    planned = make_reconciler(desk.site).plan_round()
    if desk.caller.organisation_id is not None:
        own = list_visible_ids(desk.connection, desk.caller)
        planned = Plan(
            tuple(step for step in planned.steps if owner_of(step.key) in own),
            tuple(wait for wait in planned.waits if owner_of(wait.subject) in own),
        )
    return PlanAnswer(text=render_plan(planned, read_world(desk.site.database).resources))
