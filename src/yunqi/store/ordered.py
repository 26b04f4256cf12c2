"""What was ordered or changed of resources: each generation, when it was asked for, and when it stood.

That a generation stands is read from the facts that the reconciler records once all of it was read back. What was
asked for and overtaken by a further change before it stood, stands with that further one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from yunqi.store.tables import case, fact, resource, resource_spec, resource_status

READY = "resource.ready"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Ordered:
    """One generation of a resource: `ready_at` None while it does not stand, `fact` shows that it does.

    `generation` 1 is the order, a later one a change; `gone`: the resource has ended.
    """

    resource_id: str
    name: str
    kind: str
    system_id: str | None
    generation: int
    spec: Mapping[str, Any]
    work_order_id: str
    work_order: str
    ordered_at: datetime
    ready_at: datetime | None
    gone: bool
    fact: str = ""


def list_ordered_under(connection: Connection, work_order_ids: Collection[str]) -> dict[str, list[Ordered]]:
    """The orders and changes of resources under each of these work orders."""
    if not work_order_ids:
        return {}
    found: dict[str, list[Ordered]] = {}
    for one in _read(connection, _asked().where(resource_spec.c.work_order_id.in_(work_order_ids))):
        found.setdefault(one.work_order_id, []).append(one)
    return found


def list_ordered_between(
    connection: Connection, contract_id: str, start_at: datetime | None, end_at: datetime
) -> tuple[Ordered, ...]:
    """The orders and changes under a contract that were asked for from `start_at` (None: ever) until before `end_at`,
    in order of time.
    """
    query = _asked().where(resource.c.contract_id == contract_id, resource_spec.c.recorded_at < end_at)
    if start_at is not None:
        query = query.where(resource_spec.c.recorded_at >= start_at)
    return tuple(sorted(_read(connection, query), key=lambda one: (one.ordered_at, one.resource_id, one.generation)))


def list_ordered_of(connection: Connection, resource_id: str) -> tuple[Ordered, ...]:
    """The order of one resource and its changes, in their order."""
    return tuple(_read(connection, _asked().where(resource_spec.c.resource_id == resource_id)))


def _asked() -> Select[Any]:
    columns = (
        resource_spec,
        resource.c.name,
        resource.c.kind,
        resource.c.system_id,
        resource.c.contract_id,
        resource.c.gone_at,
        resource_status.c.ready_at,
        case.c.number.label("work_order"),
    )
    return (
        select(*columns)
        .join(resource, resource.c.id == resource_spec.c.resource_id)
        .join(case, case.c.id == resource_spec.c.work_order_id)
        .outerjoin(resource_status, resource_status.c.resource_id == resource_spec.c.resource_id)
        .order_by(resource_spec.c.resource_id, resource_spec.c.generation)
    )


def _read(connection: Connection, query: Select[Any]) -> list[Ordered]:
    rows = connection.execute(query).all()
    stood = _read_stood(connection, rows)
    return [_ordered(row, stood.get(row.resource_id, ())) for row in rows]


def _ordered(row: Any, stood: Iterable[tuple[int, datetime, str]]) -> Ordered:
    shown = next(((at, name) for generation, at, name in stood if generation >= row.generation), None)
    # What was adopted stood before anything was recorded of it.
    ready_at = shown[0] if shown is not None else row.ready_at if row.generation == 1 else None
    return Ordered(
        resource_id=row.resource_id,
        name=row.name,
        kind=row.kind,
        system_id=row.system_id,
        generation=row.generation,
        spec=row.spec,
        work_order_id=row.work_order_id,
        work_order=row.work_order,
        ordered_at=row.recorded_at,
        ready_at=ready_at,
        gone=row.gone_at is not None,
        fact="" if shown is None else shown[1],
    )


def _read_stood(connection: Connection, rows: Iterable[Any]) -> dict[str, list[tuple[int, datetime, str]]]:
    """Of each resource the generations that stood, when, and the fact that says so; in order of time."""
    by_contract: dict[str, set[str]] = {}
    for row in rows:
        by_contract.setdefault(row.contract_id, set()).add(row.resource_id)
    found: dict[str, list[tuple[int, datetime, str]]] = {}
    for contract_id, names in by_contract.items():
        wanted = sorted(names)
        for at in range(0, len(wanted), _CHUNK):
            query = (
                select(fact.c.subject, fact.c.payload, fact.c.at, fact.c.id)
                .where(
                    fact.c.contract_id == contract_id,
                    fact.c.kind == READY,
                    fact.c.subject.in_(wanted[at : at + _CHUNK]),
                )
                .order_by(fact.c.at, fact.c.no)
            )
            for subject, payload, on, name in connection.execute(query):
                found.setdefault(subject, []).append((int(payload.get("generation") or 1), on, name))
    return found
