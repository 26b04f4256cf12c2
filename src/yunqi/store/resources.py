"""Resources as they are asked for, with their phase; and their draws."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from yunqi.kernel.errors import Problem
from yunqi.store.moment import of_each
from yunqi.store.tables import adopted_resource, draw, resource, resource_status

PAGE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: what is asked for (`spec`, `generation`), how far it is (`phase`), and whether it shall go."""

    id: str
    kind: str
    name: str
    tenant_id: str
    system_id: str | None
    contract_id: str
    work_order_id: str
    spec: Mapping[str, Any]
    generation: int
    phase: str
    detail: Mapping[str, Any]
    created_at: datetime
    ready_at: datetime | None
    delete_asked_at: datetime | None
    erase_approved_at: datetime | None
    gone_at: datetime | None
    adoption_id: str | None = None
    """The adoption that it came by, for what Yunqi did not build."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some resources by id, and the cursor of the next page (None: no more)."""

    resources: tuple[Resource, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Draw:
    """A resource's use of a price line or burst; quantity in millionths. `end_at` None: still open."""

    id: str
    contract_id: str
    price_line_id: str | None
    burst_id: str | None
    resource_id: str | None
    item: str
    kind: str
    quantity_micro: int
    start_at: datetime
    end_at: datetime | None
    ready_at: datetime | None


def find_resource(
    connection: Connection,
    reference: str,
    *,
    tenant_id: str | None = None,
    contract_id: str | None = None,
    kind: str | None = None,
    among: ColumnElement[bool] | None = None,
) -> Resource | None:
    """The resource of this id, or the one of this name that is not gone, or None; `among`: a condition on `resource`.

    Raises `Problem` resource.ambiguous when several have the name.
    """
    query = _with_status()
    if among is not None:
        query = query.where(among)
    if contract_id is not None:
        query = query.where(resource.c.contract_id == contract_id)
    if tenant_id is not None:
        query = query.where(resource.c.tenant_id == tenant_id)
    if kind is not None:
        query = query.where(resource.c.kind == kind)
    # An id means what it names, whatever somebody called a resource of theirs; and it is found without looking at all.
    rows = connection.execute(query.where(resource.c.id == reference)).all()
    if not rows:
        named = query.where(resource.c.name == reference, resource.c.gone_at.is_(None))
        rows = connection.execute(named.order_by(resource.c.id)).all()
    if len(rows) > 1:
        raise Problem(
            "resource.ambiguous",
            "名称「{value}」对应 {count} 个资源",
            field="resource",
            value=reference,
            count=len(rows),
            ids="、".join(row.id for row in rows),
            way_out="请改用资源标识：{ids}",
        )
    return _to_resource(rows[0]) if rows else None


def require_resource(
    connection: Connection,
    reference: str,
    *,
    tenant_id: str | None = None,
    kind: str | None = None,
    among: ColumnElement[bool] | None = None,
) -> Resource:
    """The resource of this id or name; raises `Problem` resource.unknown and resource.ambiguous."""
    found = find_resource(connection, reference, tenant_id=tenant_id, kind=kind, among=among)
    if found is None:
        raise Problem(
            "resource.unknown", "没有资源「{value}」", field="resource", value=reference, way_out="请核对名称或标识"
        )
    return found


def list_resources(
    connection: Connection,
    *,
    contract_id: str | None = None,
    tenant_id: str | None = None,
    kind: str | None = None,
    gone: bool = False,
    cursor: str | None = None,
    limit: int = 100,
) -> Page:
    """A page of resources by id, after the cursor; those that are gone only if asked for."""
    limit = max(1, min(limit, PAGE_LIMIT))
    query = _with_status().order_by(resource.c.id).limit(limit + 1)
    for column, value in (
        (resource.c.contract_id, contract_id),
        (resource.c.tenant_id, tenant_id),
        (resource.c.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if not gone:
        query = query.where(resource.c.gone_at.is_(None))
    if cursor is not None:
        query = query.where(resource.c.id > cursor)
    rows = connection.execute(query).all()
    some = tuple(_to_resource(row) for row in rows[:limit])
    return Page(some, some[-1].id if len(rows) > limit else None)


def iterate_resources(
    connection: Connection, *, contract_id: str | None = None, tenant_id: str | None = None, gone: bool = False
) -> Iterator[Resource]:
    """All resources by id, page by page."""
    cursor = None
    while True:
        page = list_resources(
            connection, contract_id=contract_id, tenant_id=tenant_id, gone=gone, cursor=cursor, limit=PAGE_LIMIT
        )
        yield from page.resources
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def list_draws(
    connection: Connection,
    contract_id: str,
    *,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
    known_at: datetime | None = None,
) -> tuple[Draw, ...]:
    """The draws of a contract that overlap [start_at, end_at), as known at an instant (None: now).

    An end that was not known yet at `known_at` is left out of its draw.
    """
    query = select(draw).where(draw.c.contract_id == contract_id).order_by(draw.c.start_at, draw.c.id)
    if end_at is not None:
        query = query.where(draw.c.start_at < end_at)
    if known_at is not None:
        query = query.where(draw.c.recorded_at <= known_at)
    found: list[Draw] = []
    for row in connection.execute(query):
        one = _to_draw(row, known_at)
        if one.kind == "span" and one.end_at == one.start_at:
            continue  # taken back whole: an adoption that was undone
        if start_at is None or one.end_at is None or one.end_at > start_at or one.kind != "span":
            found.append(one)
    return tuple(found)


def find_first_draw(connection: Connection, contract_id: str, *, known_at: datetime) -> datetime | None:
    """When the first draw of a contract began, of those known at an instant."""
    # A draw of no length was taken back: an adoption that was undone.
    stands = or_(draw.c.end_at.is_(None), draw.c.end_at > draw.c.start_at, draw.c.end_recorded_at > known_at)

    def read(ids: Collection[str]) -> dict[str, datetime]:
        query = select(draw.c.contract_id, func.min(draw.c.start_at)).where(
            draw.c.contract_id.in_(ids), draw.c.recorded_at <= known_at, or_(stands, draw.c.kind != "span")
        )
        return {row[0]: row[1] for row in connection.execute(query.group_by(draw.c.contract_id))}

    return of_each(connection, ("first draw", known_at), contract_id, read)


def read_places(connection: Connection, contract_id: str) -> dict[str, tuple[str, str | None]]:
    """Name and information system of every resource a contract ever had, by id."""

    def read(ids: Collection[str]) -> dict[str, dict[str, tuple[str, str | None]]]:
        columns = (resource.c.contract_id, resource.c.id, resource.c.name, resource.c.system_id)
        found: dict[str, dict[str, tuple[str, str | None]]] = {}
        for of, identifier, name, system in connection.execute(select(*columns).where(resource.c.contract_id.in_(ids))):
            found.setdefault(of, {})[identifier] = (name, system)
        return found

    return of_each(connection, "places", contract_id, read) or {}


def list_draws_of_resource(connection: Connection, resource_id: str) -> tuple[Draw, ...]:
    """All draws of a resource, in order of their start."""
    query = select(draw).where(draw.c.resource_id == resource_id).order_by(draw.c.start_at, draw.c.id)
    return tuple(_to_draw(row, None) for row in connection.execute(query))


def _with_status() -> Select[Any]:
    columns = (resource_status.c.phase, resource_status.c.detail, resource_status.c.ready_at)
    joined = resource.outerjoin(resource_status, resource_status.c.resource_id == resource.c.id).outerjoin(
        adopted_resource, adopted_resource.c.resource_id == resource.c.id
    )
    return select(resource, *columns, adopted_resource.c.adoption_id).select_from(joined)


def _to_resource(row: Row[Any]) -> Resource:
    return Resource(
        id=row.id,
        kind=row.kind,
        name=row.name,
        tenant_id=row.tenant_id,
        system_id=row.system_id,
        contract_id=row.contract_id,
        work_order_id=row.work_order_id,
        spec=row.spec,
        generation=row.generation,
        phase=row.phase or "ordered",
        detail=row.detail or {},
        created_at=row.created_at,
        ready_at=row.ready_at,
        delete_asked_at=row.delete_asked_at,
        erase_approved_at=row.erase_approved_at,
        gone_at=row.gone_at,
        adoption_id=row.adoption_id,
    )


def _to_draw(row: Row[Any], known_at: datetime | None) -> Draw:
    ended = row.end_at
    if known_at is not None and row.end_recorded_at is not None and row.end_recorded_at > known_at:
        ended = None
    return Draw(
        id=row.id,
        contract_id=row.contract_id,
        price_line_id=row.price_line_id,
        burst_id=row.burst_id,
        resource_id=row.resource_id,
        item=row.item,
        kind=row.kind,
        quantity_micro=row.quantity_micro,
        start_at=row.start_at,
        end_at=ended,
        ready_at=row.ready_at,
    )
