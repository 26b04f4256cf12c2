"""What the reconciler reads and records: all live resources at one go, and one transaction a step's bookkeeping."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select, Text, case, func, literal, select, type_coerce, update

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem, Trouble
from yunqi.kernel.ids import make_id
from yunqi.store.dialect import insert_into
from yunqi.store.facts import NewFact, record_fact
from yunqi.store.runs import close_run, read_open_keys, read_run
from yunqi.store.tables import adopted_resource, allocation, certificate, draw, fact, person, resource, resource_status
from yunqi.store.types import UtcInstant

ERASE = "erase"
"""The kind of the runs that erase a volume; their key is the volume's id."""


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """A live resource with what was last recorded of it."""

    id: str
    kind: str
    name: str
    tenant_id: str
    system_id: str | None
    spec: Mapping[str, Any]
    generation: int
    delete_asked: bool
    erase_approved: bool
    phase: str
    observed_generation: int
    detail: Mapping[str, Any]
    ever_ready: bool


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One choice that holds."""

    resource_id: str
    pool: str
    scope: str
    value: str


@dataclass(frozen=True, slots=True)
class WantedRows:
    """Everything that a round needs, read in one transaction with four statements, however many resources there are."""

    resources: tuple[ResourceRow, ...]
    allocations: tuple[AllocationRow, ...]
    open_erasures: frozenset[str]
    certified: frozenset[str]


def read_wanted(connection: Connection) -> WantedRows:
    """All live resources, their choices, the erasures under way and the certificates issued.

    What was adopted is not among the resources: Yunqi did not build it, so no round may alter, repair or end it. Its
    addresses are among the choices: nobody else is given them.
    """
    allocations = connection.execute(
        select(allocation.c.resource_id, allocation.c.pool, allocation.c.scope, allocation.c.value).where(
            allocation.c.released_at.is_(None)
        )
    )
    certified = connection.execute(
        select(certificate.c.volume_id)
        .join(resource, resource.c.id == certificate.c.resource_id)
        .where(resource.c.gone_at.is_(None))
    ).scalars()
    return WantedRows(
        read_live(connection, adopted=False),
        tuple(AllocationRow(*row) for row in allocations),
        read_open_keys(connection, ERASE),
        frozenset(certified),
    )


def read_pulse(connection: Connection) -> int:
    """A number that rises with everything that is asked for, changed or approved, since each is a fact."""
    return int(connection.execute(select(func.max(fact.c.no))).scalar_one() or 0)


def read_live(connection: Connection, tenant_id: str | None = None, *, adopted: bool = True) -> tuple[ResourceRow, ...]:
    """The live resources with what was last recorded of them, by id: of one tenant, or all; perhaps without those that
    were adopted.
    """
    query = _live().order_by(resource.c.id)
    if not adopted:
        query = query.where(resource.c.id.not_in(select(adopted_resource.c.resource_id)))
    if tenant_id is not None:
        query = query.where(resource.c.tenant_id == tenant_id)
    return tuple(_to_row(row) for row in connection.execute(query))


def read_live_beside(
    connection: Connection,
    tenant_id: str,
    *,
    kinds: Collection[str] = (),
    named: Collection[tuple[str, str]] = (),
    ids: Collection[str] = (),
) -> tuple[ResourceRow, ...]:
    """As `read_live`, of one tenant only those of one of the kinds, of one of the kinds and names, or of one of the
    ids, and perhaps some that are alike: a tenant may have ten thousand.
    """
    # One question a way, each answered by an index; "or" between them, or an order, would look at the whole tenant.
    own = _live().where(resource.c.tenant_id == tenant_id)
    names = sorted(name for _kind, name in named)
    ways = []
    if kinds:
        ways.append(own.where(resource.c.kind.in_(sorted(kinds))))
    if named:
        ways.append(own.where(resource.c.kind.in_(sorted({kind for kind, _name in named})), resource.c.name.in_(names)))
    if ids:
        ways.append(own.where(resource.c.id.in_(sorted(ids))))
    found = {row[0]: _to_row(row) for way in ways for row in connection.execute(way)}
    return tuple(row for _id, row in sorted(found.items()))


def read_live_naming(
    connection: Connection,
    tenant_id: str,
    target_id: str,
    *,
    kinds: Collection[str],
    system_ids: Collection[str] | None,
    limit: int,
) -> tuple[ResourceRow, ...]:
    """Live resources of one of the kinds whose spec names the target, at most `limit`; of all systems, or of some."""
    named = type_coerce(resource.c.spec, Text).contains(f'"{target_id}"', autoescape=True)
    query = _live().where(resource.c.tenant_id == tenant_id, resource.c.kind.in_(sorted(kinds)), named)
    if system_ids is not None:
        query = query.where(resource.c.system_id.in_(sorted(system_ids)))
    # An order would look at the whole tenant.
    found = [_to_row(row) for row in connection.execute(query.limit(limit))]
    return tuple(sorted(found, key=attrgetter("id")))


def _live() -> Select[Any]:
    status = resource_status.c
    return (
        select(
            resource.c.id,
            resource.c.kind,
            resource.c.name,
            resource.c.tenant_id,
            resource.c.system_id,
            resource.c.spec,
            resource.c.generation,
            resource.c.delete_asked_at.is_not(None),
            resource.c.erase_approved_by.is_not(None),
            status.phase,
            status.observed_generation,
            status.detail,
            status.ready_at.is_not(None),
        )
        .select_from(resource.outerjoin(resource_status, status.resource_id == resource.c.id))
        .where(resource.c.gone_at.is_(None))
    )


def _to_row(row: Any) -> ResourceRow:
    return ResourceRow(
        id=row[0],
        kind=row[1],
        name=row[2],
        tenant_id=row[3],
        system_id=row[4],
        spec=row[5],
        generation=row[6],
        delete_asked=bool(row[7]),
        erase_approved=bool(row[8]),
        phase=row[9] or "ordered",
        observed_generation=row[10] or 0,
        detail=row[11] or {},
        ever_ready=bool(row[12]),
    )


def reserve(connection: Connection, resource_id: str, *, pool: str, scope: str, value: str, now: datetime) -> None:
    """Records a choice; raises `Trouble` allocation.taken when another has it or the resource chose otherwise."""
    connection.execute(
        insert_into(connection, allocation)
        .values(id=make_id("alc"), resource_id=resource_id, pool=pool, scope=scope, value=value, recorded_at=now)
        .on_conflict_do_nothing()
    )
    kept = connection.execute(
        select(allocation.c.scope, allocation.c.value).where(
            allocation.c.resource_id == resource_id, allocation.c.pool == pool, allocation.c.released_at.is_(None)
        )
    ).one_or_none()
    if kept is None or tuple(kept) != (scope, value):
        raise Trouble(
            "allocation.taken",
            "{pool} {value} 已被占用",
            pool=pool,
            value=value,
            way_out="下一轮将另行分配",
        )


def mark_phase(connection: Connection, resource_id: str, phase: str, wait: str, now: datetime) -> None:
    """Records the phase and what is waited for; an error recorded before is forgotten.

    That something delivered had to be repaired is also a fact, in the same transaction.
    """
    if phase == "repairing":
        _record_change(connection, resource_id, phase, {}, now)
    _put_status(connection, resource_id, now, phase=phase, detail={"wait": wait} if wait else {})


def record_failure(connection: Connection, resource_id: str, failure: Mapping[str, Any], now: datetime) -> bool:
    """Records why a step for the resource failed, when it is not what was recorded last; whether it wrote."""
    row = connection.execute(
        select(resource_status.c.detail).where(resource_status.c.resource_id == resource_id)
    ).one_or_none()
    if row is None or row.detail.get("error") == failure:
        return False
    detail = {**row.detail, "error": dict(failure)}
    connection.execute(
        update(resource_status)
        .where(resource_status.c.resource_id == resource_id)
        .values(detail=detail, updated_at=now)
    )
    return True


def mark_ready(connection: Connection, resource_id: str, generation: int, now: datetime) -> None:
    """Records that all was read back, as a fact too; the first time, also in the resource's draws."""
    before = connection.execute(
        select(resource_status.c.phase, resource_status.c.observed_generation).where(
            resource_status.c.resource_id == resource_id
        )
    ).one_or_none()
    if before is None or tuple(before) != ("ready", generation):
        _record_change(connection, resource_id, "ready", {"generation": generation}, now)
    _put_status(connection, resource_id, now, phase="ready", observed_generation=generation, detail={})
    connection.execute(
        update(resource_status)
        .where(resource_status.c.resource_id == resource_id, resource_status.c.ready_at.is_(None))
        .values(ready_at=now)
    )
    connection.execute(
        update(draw)
        .where(draw.c.resource_id == resource_id, draw.c.ready_at.is_(None), draw.c.end_at.is_(None))
        .values(ready_at=now)
    )


def mark_gone(connection: Connection, resource_id: str, now: datetime) -> None:
    """Records the end once: draws over a span end, choices are free again. A second telling changes nothing."""
    ended = connection.execute(
        update(resource).where(resource.c.id == resource_id, resource.c.gone_at.is_(None)).values(gone_at=now)
    )
    if ended.rowcount != 1:
        return
    end = literal(now, UtcInstant)
    connection.execute(
        update(draw)
        .where(draw.c.resource_id == resource_id, draw.c.end_at.is_(None), draw.c.kind == "span")
        .values(end_at=case((draw.c.start_at > end, draw.c.start_at), else_=end), end_recorded_at=now)
    )
    connection.execute(
        update(allocation)
        .where(allocation.c.resource_id == resource_id, allocation.c.released_at.is_(None))
        .values(released_at=now)
    )
    _put_status(connection, resource_id, now, phase="gone", detail={})
    _record_change(connection, resource_id, "gone", {}, now)


def _record_change(
    connection: Connection, resource_id: str, event: str, payload: Mapping[str, Any], now: datetime
) -> None:
    row = connection.execute(
        select(resource.c.contract_id, resource.c.kind, resource.c.name).where(resource.c.id == resource_id)
    ).one()
    whole = {"kind": row.kind, "name": row.name, **payload}
    record_fact(connection, NewFact(row.contract_id, f"resource.{event}", resource_id, now, whole), now=now)


def _put_status(connection: Connection, resource_id: str, now: datetime, **values: Any) -> None:
    first = {"observed_generation": 0} | values | {"resource_id": resource_id, "updated_at": now}
    connection.execute(
        insert_into(connection, resource_status)
        .values(**first)
        .on_conflict_do_update(index_elements=["resource_id"], set_=values | {"updated_at": now})
    )


# --- the end of data -------------------------------------------------------------------------------------------------


def read_approval(connection: Connection, resource_id: str) -> Mapping[str, Any]:
    """Who asked for the end of a resource and who approved the loss of its data, as a certificate names them."""
    approver, asker = person.alias("approver"), person.alias("asker")
    row = connection.execute(
        select(
            resource.c.kind,
            resource.c.name,
            resource.c.delete_asked_at,
            resource.c.erase_approved_at,
            resource.c.delete_asked_by,
            resource.c.erase_approved_by,
            asker.c.name.label("asker_name"),
            approver.c.name.label("approver_name"),
        )
        .select_from(
            resource.outerjoin(asker, asker.c.id == resource.c.delete_asked_by).outerjoin(
                approver, approver.c.id == resource.c.erase_approved_by
            )
        )
        .where(resource.c.id == resource_id)
    ).one()
    return {
        "resource": resource_id,
        "kind": row.kind,
        "name": row.name,
        "asked_by": row.asker_name,
        "asked_by_id": row.delete_asked_by,
        "asked_at": row.delete_asked_at and render_instant(row.delete_asked_at),
        "approved_by": row.approver_name,
        "approved_by_id": row.erase_approved_by,
        "approved_at": row.erase_approved_at and render_instant(row.erase_approved_at),
    }


def record_certificate(
    connection: Connection, resource_id: str, volume_id: str, data: Mapping[str, Any], now: datetime
) -> None:
    """Issues the one certificate of a volume, as a fact too; a second telling changes nothing."""
    issued = connection.execute(
        insert_into(connection, certificate)
        .values(id=make_id("crt"), resource_id=resource_id, volume_id=volume_id, data=dict(data), issued_at=now)
        .on_conflict_do_nothing(index_elements=["volume_id"])
        .returning(certificate.c.id)
    ).first()
    if issued is not None:
        _record_change(connection, resource_id, "erased", {"volume": volume_id, "certificate": dict(data)}, now)


def record_destruction(
    connection: Connection, resource_id: str, volume_id: str, *, person_id: str, minutes: str, now: datetime
) -> None:
    """Issues the certificate of a volume whose medium was destroyed outside the engine, on a person's word.

    `minutes` names the record of the destruction. Raises `Problem` erase.not_approved, or erase.no_record.

    Source: NIST SP 800-88 Rev. 1 (Destroy).
    """
    approval = read_approval(connection, resource_id)
    if approval["approved_by_id"] is None:
        raise Problem(
            "erase.not_approved",
            "资源「{value}」的数据销毁尚未批准",
            field="resource",
            value=approval["name"],
            way_out="请先由有权人员批准销毁",
        )
    if not minutes.strip():
        raise Problem("erase.no_record", "缺少销毁记录的文号", field="minutes", way_out="请填写物理销毁记录的文号")
    data = {
        **approval,
        "volume": volume_id,
        "method": "medium.destroyed",
        "minutes": minutes,
        "operator_id": person_id,
        "finished_at": render_instant(now),
    }
    record_certificate(connection, resource_id, volume_id, data, now)
    run = read_run(connection, ERASE, volume_id)
    if run is not None:
        close_run(connection, run.id, "cancelled", now)
