"""Resources in pages, for one caller."""

from __future__ import annotations

from sqlalchemy import Connection, case, func, select

from yunqi.kernel.rights import Caller
from yunqi.store.listing import Listing, keep_listings
from yunqi.store.scopes import contract_scope, resource_scope
from yunqi.store.tables import contract, resource, resource_status

_phase = case((resource.c.gone_at.is_not(None), "gone"), else_=func.coalesce(resource_status.c.phase, "ordered"))
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
    joined = resource.join(contract, contract.c.id == resource.c.contract_id).outerjoin(
        resource_status, resource_status.c.resource_id == resource.c.id
    )
    columns = [resource.c[each] for each in _NAMES]
    return Listing(
        query=select(*columns, _phase.label("phase"), resource_status.c.ready_at).select_from(joined),
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


def list_visible_ids(connection: Connection, caller: Caller) -> frozenset[str]:
    """The ids of the resources that a caller may see, those that are gone included."""
    query = select(resource.c.id).select_from(resource.join(contract, contract.c.id == resource.c.contract_id))
    return frozenset(connection.execute(query.where(contract_scope(caller), resource_scope(caller))).scalars())
