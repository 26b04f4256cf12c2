"""Organisations, people, tenants and information systems in pages, and what hangs on a page of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from yunqi.kernel.rights import Caller
from yunqi.store.asof import holds, last_recorded
from yunqi.store.listing import Listing
from yunqi.store.party_scopes import (
    deployment_scope,
    organisation_scope,
    person_scope,
    system_scope,
    tenant_scope,
)
from yunqi.store.tables import (
    information_system,
    organisation,
    person,
    person_role,
    system_deployment,
    system_flag,
    tenant,
)

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """That a person has a role (or, `granted` False, has it no longer) over a span, as recorded at an instant."""

    role: str
    granted: bool
    valid_from: datetime
    valid_until: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class FlagSpan:
    """A flag's value (None: no longer known) since when, until when, and when that was recorded."""

    name: str
    value: str | None
    valid_from: datetime
    valid_until: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where a system runs."""

    tenant_id: str
    tenant: str
    provider_id: str
    provider: str
    recorded_at: datetime


def organisation_listing(caller: Caller, *, role: str | None = None, text: str | None = None) -> Listing:
    """Organisations that a caller may know of."""
    conditions = [organisation_scope(caller)]
    if role is not None:
        conditions.append(organisation.c.role == role)
    if text:
        conditions.append(organisation.c.name.contains(text, autoescape=True))
    columns = organisation.c
    return Listing(
        select(organisation),
        columns.id,
        {name: columns[name] for name in ("id", "name", "role", "recorded_at")},
        default="name",
        filters=conditions,
    )


def find_visible_organisation(connection: Connection, organisation_id: str, caller: Caller) -> Row[Any] | None:
    """An organisation that a caller may know of; None for one that there is not, or that is out of sight."""
    query = select(organisation).where(organisation.c.id == organisation_id, organisation_scope(caller))
    return connection.execute(query).one_or_none()


def person_listing(caller: Caller, *, organisation_id: str | None = None, text: str | None = None) -> Listing:
    """People that a caller may see, with the names of their organisations."""
    conditions = [person_scope(caller)]
    if organisation_id is not None:
        conditions.append(person.c.organisation_id == organisation_id)
    if text:
        conditions.append(person.c.name.contains(text, autoescape=True))
    return Listing(
        _people(),
        person.c.id,
        {
            "id": person.c.id,
            "name": person.c.name,
            "organisation": organisation.c.name,
            "recorded_at": person.c.recorded_at,
        },
        default="name",
        filters=conditions,
    )


def read_person_row(connection: Connection, person_id: str) -> Row[Any]:
    """One person as in the list."""
    return connection.execute(_people().where(person.c.id == person_id)).one()


def _people() -> Select[Any]:
    joined = person.join(organisation, organisation.c.id == person.c.organisation_id)
    query = select(person, organisation.c.name.label("organisation"), organisation.c.role.label("organisation_role"))
    return query.select_from(joined)


def tenant_listing(
    caller: Caller, *, using_unit_id: str | None = None, provider_id: str | None = None, text: str | None = None
) -> Listing:
    """Tenants that a caller may see, with both parties' names."""
    conditions = [tenant_scope(caller)]
    if using_unit_id is not None:
        conditions.append(tenant.c.organisation_id == using_unit_id)
    if provider_id is not None:
        conditions.append(tenant.c.provider_id == provider_id)
    if text:
        conditions.append(tenant.c.name.contains(text, autoescape=True))
    joined = tenant.join(_unit, _unit.c.id == tenant.c.organisation_id).join(
        _seller, _seller.c.id == tenant.c.provider_id
    )
    query = select(tenant, _unit.c.name.label("using_unit"), _seller.c.name.label("provider")).select_from(joined)
    return Listing(
        query,
        tenant.c.id,
        {
            "id": tenant.c.id,
            "name": tenant.c.name,
            "using_unit": _unit.c.name,
            "provider": _seller.c.name,
            "recorded_at": tenant.c.recorded_at,
        },
        default="name",
        filters=conditions,
    )


def system_listing(
    caller: Caller,
    *,
    using_unit_id: str | None = None,
    tenant_id: str | None = None,
    text: str | None = None,
    system_id: str | None = None,
) -> Listing:
    """Information systems that a caller may see, with their using unit's name."""
    conditions: list[ColumnElement[bool]] = [system_scope(caller)]
    if using_unit_id is not None:
        conditions.append(information_system.c.organisation_id == using_unit_id)
    if system_id is not None:
        conditions.append(information_system.c.id == system_id)
    if tenant_id is not None:
        there = select(system_deployment.c.system_id).where(system_deployment.c.tenant_id == tenant_id)
        conditions.append(information_system.c.id.in_(there))
    if text:
        conditions.append(information_system.c.name.contains(text, autoescape=True))
    joined = information_system.join(_unit, _unit.c.id == information_system.c.organisation_id)
    columns = information_system.c
    return Listing(
        select(information_system, _unit.c.name.label("using_unit")).select_from(joined),
        columns.id,
        {
            "id": columns.id,
            "name": columns.name,
            "using_unit": _unit.c.name,
            "recorded_at": columns.recorded_at,
        },
        default="name",
        filters=conditions,
    )


def roles_of_people(connection: Connection, person_ids: Iterable[str], *, at: datetime) -> dict[str, tuple[str, ...]]:
    """The roles that each of some people has at an instant, sorted."""
    query = select(person_role).where(person_role.c.person_id.in_(tuple(person_ids)), holds(person_role, at))
    found: dict[str, list[str]] = {}
    for row in last_recorded(connection.execute(query), "person_id", "role").values():
        if row.granted:
            found.setdefault(row.person_id, []).append(row.role)
    return {person_id: tuple(sorted(roles)) for person_id, roles in found.items()}


def list_role_spans(connection: Connection, person_id: str) -> tuple[RoleSpan, ...]:
    """All that was ever said of a person's roles, the latest word first."""
    query = select(person_role).where(person_role.c.person_id == person_id)
    rows = connection.execute(query.order_by(person_role.c.recorded_at.desc(), person_role.c.id.desc()))
    return tuple(RoleSpan(row.role, row.granted, row.valid_from, row.valid_until, row.recorded_at) for row in rows)


def flags_of_systems(connection: Connection, system_ids: Iterable[str], *, at: datetime) -> dict[str, dict[str, str]]:
    """The flags of some systems that hold at an instant; one that is not known is not in it."""
    query = select(system_flag).where(system_flag.c.system_id.in_(tuple(system_ids)), holds(system_flag, at))
    found: dict[str, dict[str, str]] = {}
    for row in last_recorded(connection.execute(query), "system_id", "name").values():
        if row.value is not None:
            found.setdefault(row.system_id, {})[row.name] = row.value
    return found


def list_flag_spans(connection: Connection, system_id: str) -> tuple[FlagSpan, ...]:
    """All that was ever said of a system's flags, the latest word first."""
    query = select(system_flag).where(system_flag.c.system_id == system_id)
    rows = connection.execute(query.order_by(system_flag.c.recorded_at.desc(), system_flag.c.id.desc()))
    return tuple(FlagSpan(row.name, row.value, row.valid_from, row.valid_until, row.recorded_at) for row in rows)


def deployments_of_systems(
    connection: Connection, system_ids: Iterable[str], caller: Caller
) -> dict[str, tuple[Deployment, ...]]:
    """Where some systems run, as far as the caller may know."""
    query = (
        select(system_deployment, tenant.c.name, tenant.c.provider_id, _seller.c.name.label("provider"))
        .join(tenant, tenant.c.id == system_deployment.c.tenant_id)
        .join(_seller, _seller.c.id == tenant.c.provider_id)
        .where(system_deployment.c.system_id.in_(tuple(system_ids)), deployment_scope(caller))
        .order_by(system_deployment.c.recorded_at, tenant.c.id)
    )
    found: dict[str, list[Deployment]] = {}
    for row in connection.execute(query):
        one = Deployment(row.tenant_id, row.name, row.provider_id, row.provider, row.recorded_at)
        found.setdefault(row.system_id, []).append(one)
    return {system_id: tuple(places) for system_id, places in found.items()}


def find_visible_system(connection: Connection, system_id: str, caller: Caller) -> Row[Any] | None:
    """The system of this id, with its using unit's name, if the caller may see it."""
    listing = system_listing(caller, system_id=system_id)
    return connection.execute(listing.query.where(*listing.filters)).first()


def names_of(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The names of people and organisations, by id."""
    wanted = tuple({one for one in ids if one})
    if not wanted:
        return {}
    people = connection.execute(select(person.c.id, person.c.name).where(person.c.id.in_(wanted))).all()
    organisations = connection.execute(
        select(organisation.c.id, organisation.c.name).where(organisation.c.id.in_(wanted))
    ).all()
    return {row.id: row.name for row in (*people, *organisations)}


def names_of_systems(connection: Connection, ids: Iterable[str], caller: Caller | None = None) -> dict[str, str]:
    """The names of information systems, by id; with a caller, of those that the caller may see."""
    wanted = tuple(ids)
    if not wanted:
        return {}
    query = select(information_system.c.id, information_system.c.name).where(information_system.c.id.in_(wanted))
    if caller is not None:
        query = query.where(system_scope(caller))
    return {row.id: row.name for row in connection.execute(query)}
