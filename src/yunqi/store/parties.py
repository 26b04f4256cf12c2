"""Organisations, people and their roles, tenants, information systems and their flags."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select

from yunqi.kernel.administrators import Grant, judge_grants
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.asof import holds, last_recorded
from yunqi.store.checks import check_text
from yunqi.store.moment import of_group, once
from yunqi.store.tables import (
    contract,
    information_system,
    organisation,
    person,
    person_role,
    system_deployment,
    system_flag,
    tenant,
)

ORGANISATION_ROLES = ("using_unit", "provider", "administration", "supervisor", "integrator")
PERSON_ROLES = (
    "reader",
    "operator",
    "approver",
    "administrator",
    "system_admin",
    "security_admin",
    "audit_admin",
)
FLAG_NAMES = ("grade", "important", "internet_facing", "fee_share")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A party."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Person:
    """One of an organisation's people."""

    id: str
    organisation_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation's isolated part of one provider's cloud."""

    id: str
    organisation_id: str
    provider_id: str
    name: str


@dataclass(frozen=True, slots=True)
class System:
    """An information system with its flags at an instant; a flag that was never set is not in it."""

    id: str
    organisation_id: str
    name: str
    flags: dict[str, str]


def add_organisation(connection: Connection, *, name: str, role: str, now: datetime) -> str:
    """The id of a new organisation; raises `Problem` party.exists and party.role."""
    if role not in ORGANISATION_ROLES:
        raise _bad_choice("role", role, ORGANISATION_ROLES)
    name = check_text("name", name, 200)
    present = find_organisation(connection, name)
    if present is not None:
        raise _exists(name)
    identifier = make_id("org")
    connection.execute(organisation.insert().values(id=identifier, name=name, role=role, recorded_at=now))
    return identifier


def find_organisation(connection: Connection, reference: str) -> Organisation | None:
    """The organisation of this id or name, or None."""
    found = organisation.select().where(or_(organisation.c.id == reference, organisation.c.name == reference))
    row = connection.execute(found).first()
    return None if row is None else Organisation(row.id, row.name, row.role)


def require_organisation(connection: Connection, reference: str) -> Organisation:
    """The organisation of this id or name; raises `Problem` party.unknown."""

    def read(ids: Collection[str]) -> dict[str, Organisation | None]:
        sides = (contract.c.using_unit_id, contract.c.provider_id)
        concerned = [organisation.c.id.in_(select(side).where(contract.c.id.in_(ids))) for side in sides]
        rows = connection.execute(organisation.select().where(or_(*concerned)))
        return {row.id: Organisation(row.id, row.name, row.role) for row in rows}

    found = of_group(connection, "organisations", reference, read, lambda: find_organisation(connection, reference))
    if found is None:
        raise _unknown("organisation", reference)
    return found


def list_organisations(connection: Connection) -> tuple[Organisation, ...]:
    """All organisations by name."""
    rows = connection.execute(select(organisation).order_by(organisation.c.role, organisation.c.name))
    return tuple(Organisation(row.id, row.name, row.role) for row in rows)


def add_person(connection: Connection, *, organisation_id: str, name: str, now: datetime) -> str:
    """The id of a new person of an organisation; raises `Problem` party.exists."""
    name = check_text("name", name, 100)
    require_organisation(connection, organisation_id)
    same = select(person.c.id).where(person.c.organisation_id == organisation_id, person.c.name == name)
    if connection.execute(same).first() is not None:
        raise _exists(name)
    identifier = make_id("per")
    connection.execute(
        person.insert().values(id=identifier, organisation_id=organisation_id, name=name, recorded_at=now)
    )
    return identifier


def require_person(connection: Connection, person_id: str) -> Person:
    """The person of this id; raises `Problem` party.unknown."""
    row = connection.execute(select(person).where(person.c.id == person_id)).first()
    if row is None:
        raise _unknown("person", person_id)
    return Person(row.id, row.organisation_id, row.name)


def list_people(connection: Connection, organisation_id: str | None = None) -> tuple[Person, ...]:
    """People by name, of one organisation or of all."""
    query = select(person).order_by(person.c.organisation_id, person.c.name)
    if organisation_id is not None:
        query = query.where(person.c.organisation_id == organisation_id)
    return tuple(Person(row.id, row.organisation_id, row.name) for row in connection.execute(query))


def set_role(
    connection: Connection,
    *,
    person_id: str,
    role: str,
    granted: bool,
    valid_from: datetime,
    now: datetime,
    valid_until: datetime | None = None,
) -> str:
    """Records that a person has a role, or has it no longer, from an instant on; returns the row's id.

    Raises `Problem` role.apart when at any instant the three administrators would not be three people.
    """
    if role not in PERSON_ROLES:
        raise _bad_choice("role", role, PERSON_ROLES)
    # Two grants at once to one person are judged one after the other.
    locked = connection.execute(select(person.c.id).where(person.c.id == person_id).with_for_update()).first()
    if locked is None:
        raise _unknown("person", person_id)
    identifier = make_id("rol")
    rows = connection.execute(select(person_role).where(person_role.c.person_id == person_id))
    said = [Grant(row.role, row.granted, row.valid_from, row.valid_until, (row.recorded_at, row.id)) for row in rows]
    refused = judge_grants([*said, Grant(role, granted, valid_from, valid_until, (now, identifier))])
    if refused is not None:
        raise refused
    connection.execute(
        person_role.insert().values(
            id=identifier,
            person_id=person_id,
            role=role,
            granted=granted,
            valid_from=valid_from,
            valid_until=valid_until,
            recorded_at=now,
        )
    )
    return identifier


def list_roles(
    connection: Connection, person_id: str, *, at: datetime, known_at: datetime | None = None
) -> frozenset[str]:
    """The roles a person has at an instant, as known then or now."""
    table = person_role
    query = select(table).where(table.c.person_id == person_id, holds(table, at, known_at))
    last = last_recorded(connection.execute(query), "role")
    return frozenset(role for (role,), row in last.items() if row.granted)


def add_tenant(connection: Connection, *, organisation_id: str, provider_id: str, name: str, now: datetime) -> str:
    """The id of a using unit's new tenant at a provider; raises `Problem` party.exists and party.role."""
    name = check_text("name", name, 100)
    for identifier, role in ((organisation_id, "using_unit"), (provider_id, "provider")):
        found = require_organisation(connection, identifier)
        if found.role != role:
            raise Problem(
                "party.role",
                "「{name}」的角色是 {role}，这里需要 {wanted}",
                field="organisation",
                name=found.name,
                role=found.role,
                wanted=role,
                way_out="请改选角色相符的单位",
            )
    if find_tenant(connection, organisation_id=organisation_id, provider_id=provider_id) is not None:
        raise _exists(name)
    identifier = make_id("ten")
    connection.execute(
        tenant.insert().values(
            id=identifier, organisation_id=organisation_id, provider_id=provider_id, name=name, recorded_at=now
        )
    )
    return identifier


def find_tenant(connection: Connection, *, organisation_id: str, provider_id: str) -> Tenant | None:
    """The tenant of a using unit at a provider, or None."""
    query = select(tenant).where(tenant.c.organisation_id == organisation_id, tenant.c.provider_id == provider_id)
    row = connection.execute(query).first()
    return None if row is None else Tenant(row.id, row.organisation_id, row.provider_id, row.name)


def require_tenant(connection: Connection, tenant_id: str) -> Tenant:
    """The tenant of this id; raises `Problem` party.unknown."""
    row = connection.execute(select(tenant).where(tenant.c.id == tenant_id)).first()
    if row is None:
        raise _unknown("tenant", tenant_id)
    return Tenant(row.id, row.organisation_id, row.provider_id, row.name)


def list_tenants(connection: Connection) -> tuple[Tenant, ...]:
    """All tenants by id."""
    rows = connection.execute(select(tenant).order_by(tenant.c.id))
    return tuple(Tenant(row.id, row.organisation_id, row.provider_id, row.name) for row in rows)


def add_system(connection: Connection, *, organisation_id: str, name: str, now: datetime) -> str:
    """The id of a using unit's new information system; raises `Problem` party.exists."""
    name = check_text("name", name, 200)
    require_organisation(connection, organisation_id)
    same = select(information_system.c.id).where(
        information_system.c.organisation_id == organisation_id, information_system.c.name == name
    )
    if connection.execute(same).first() is not None:
        raise _exists(name)
    identifier = make_id("sys")
    connection.execute(
        information_system.insert().values(id=identifier, organisation_id=organisation_id, name=name, recorded_at=now)
    )
    return identifier


def require_system(connection: Connection, system_id: str) -> System:
    """The information system of this id, without its flags; raises `Problem` party.unknown."""
    row = connection.execute(select(information_system).where(information_system.c.id == system_id)).first()
    if row is None:
        raise _unknown("system", system_id)
    return System(row.id, row.organisation_id, row.name, {})


def deploy_system(connection: Connection, *, system_id: str, tenant_id: str, now: datetime) -> None:
    """Records that a system runs in a tenant; nothing happens when it is known already."""
    table = system_deployment
    known = select(table).where(table.c.system_id == system_id, table.c.tenant_id == tenant_id)
    if connection.execute(known).first() is None:
        connection.execute(table.insert().values(system_id=system_id, tenant_id=tenant_id, recorded_at=now))


def set_flag(
    connection: Connection,
    *,
    system_id: str,
    name: str,
    value: str | None,
    valid_from: datetime,
    now: datetime,
    valid_until: datetime | None = None,
) -> str:
    """Records a flag of a system from an instant on (None: no longer known); returns the row's id.

    Nothing is overwritten: an earlier month is still settled with the flag that held then.
    """
    if name not in FLAG_NAMES:
        raise _bad_choice("flag", name, FLAG_NAMES)
    if connection.execute(select(information_system.c.id).where(information_system.c.id == system_id)).first() is None:
        raise _unknown("system", system_id)
    identifier = make_id("flg")
    connection.execute(
        system_flag.insert().values(
            id=identifier,
            system_id=system_id,
            name=name,
            value=None if value is None else check_text(name, value, 60),
            valid_from=valid_from,
            valid_until=valid_until,
            recorded_at=now,
        )
    )
    return identifier


def _rows_of_unit(
    connection: Connection, question: Hashable, organisation_id: str, query: Select[Any]
) -> Sequence[Row[Any]]:
    """The rows of a query about information systems that are of one using unit."""

    def read(ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        units = set(connection.scalars(select(contract.c.using_unit_id).where(contract.c.id.in_(ids))))
        found: dict[str, list[Row[Any]]] = {unit: [] for unit in units}
        for row in connection.execute(query.where(information_system.c.organisation_id.in_(units))):
            found.setdefault(row.organisation_id, []).append(row)
        return found

    def alone() -> Sequence[Row[Any]]:
        return connection.execute(query.where(information_system.c.organisation_id == organisation_id)).all()

    return of_group(connection, question, organisation_id, read, alone)


def list_systems(
    connection: Connection, organisation_id: str, *, at: datetime, known_at: datetime | None = None
) -> tuple[System, ...]:
    """A using unit's systems by name, with the flags of an instant as known then or now."""
    named = select(information_system).order_by(information_system.c.name)
    systems = once(
        connection, ("systems", organisation_id), lambda: _rows_of_unit(connection, "systems", organisation_id, named)
    )
    table = system_flag
    joined = select(information_system.c.organisation_id, table).join(
        information_system, information_system.c.id == table.c.system_id
    )
    holding = joined.where(holds(table, at, known_at))
    rows = _rows_of_unit(connection, ("flags", at, known_at), organisation_id, holding)
    flags = last_recorded(rows, "system_id", "name")
    values: dict[str, dict[str, str]] = {}
    for row in flags.values():
        if row.value is not None:
            values.setdefault(row.system_id, {})[row.name] = row.value
    return tuple(System(row.id, row.organisation_id, row.name, values.get(row.id, {})) for row in systems)


def _exists(name: str) -> Problem:
    return Problem("party.exists", "「{name}」已登记", field="name", name=name, way_out="请直接使用已登记的记录")


def _unknown(kind: str, reference: str) -> Problem:
    return Problem(
        "party.unknown", "没有这个对象：{kind}「{value}」", field=kind, kind=kind, value=reference, way_out="请先登记"
    )


def _bad_choice(field: str, value: str, choices: tuple[str, ...]) -> Problem:
    return Problem(
        "party.choice",
        "「{name}」的值「{value}」不可用",
        field=field,
        name=field,
        value=value,
        choices="、".join(choices),
        way_out="可用的值：{choices}",
    )
