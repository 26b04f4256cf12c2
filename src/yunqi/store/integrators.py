"""Which information systems an integrator serves: granted by the using unit, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from yunqi.kernel.ids import make_id
from yunqi.store.asof import holds, last_recorded
from yunqi.store.tables import information_system, integrator_grant


@dataclass(frozen=True, slots=True)
class Service:
    """That an integrator serves a system at an instant, by the grant recorded last."""

    id: str
    system_id: str
    system_name: str
    using_unit_id: str
    organisation_id: str
    valid_from: datetime
    valid_until: datetime | None
    granted_by: str | None


def set_integrator(
    connection: Connection,
    *,
    system_id: str,
    organisation_id: str,
    granted: bool,
    valid_from: datetime,
    granted_by: str | None,
    now: datetime,
    valid_until: datetime | None = None,
) -> str:
    """Records that an integrator serves a system, or serves it no longer, from an instant on; returns the row's id."""
    identifier = make_id("igr")
    connection.execute(
        integrator_grant.insert().values(
            id=identifier,
            system_id=system_id,
            organisation_id=organisation_id,
            granted=granted,
            valid_from=valid_from,
            valid_until=valid_until,
            granted_by=granted_by,
            recorded_at=now,
        )
    )
    return identifier


def list_services(
    connection: Connection, *, at: datetime, organisation_id: str | None = None, using_unit_id: str | None = None
) -> tuple[Service, ...]:
    """Who serves which system at an instant: of an integrator, of a using unit's systems, or all."""
    table = integrator_grant
    query = select(
        table, information_system.c.name.label("system_name"), information_system.c.organisation_id.label("unit_id")
    ).join(information_system, information_system.c.id == table.c.system_id)
    query = query.where(holds(table, at))
    if organisation_id is not None:
        query = query.where(table.c.organisation_id == organisation_id)
    if using_unit_id is not None:
        query = query.where(information_system.c.organisation_id == using_unit_id)
    last = last_recorded(connection.execute(query), "organisation_id", "system_id")
    return tuple(
        Service(
            row.id,
            row.system_id,
            row.system_name,
            row.unit_id,
            row.organisation_id,
            row.valid_from,
            row.valid_until,
            row.granted_by,
        )
        for _key, row in sorted(last.items())
        if row.granted
    )


def list_system_ids(connection: Connection, organisation_id: str, at: datetime) -> frozenset[str]:
    """The systems that an integrator serves at an instant: `Caller.system_ids`."""
    return frozenset(one.system_id for one in list_services(connection, at=at, organisation_id=organisation_id))
