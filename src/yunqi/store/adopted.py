"""What an adoption is matched against, and what came of one: read, never written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from yunqi.kernel.period import Month
from yunqi.store.tables import adopted_resource, allocation, resource, statement, system_deployment

PUBLIC_POOL, PUBLIC_SCOPE = "public_ip", "site"
"""Where public addresses are allocated, so that nobody is given one that something adopted has."""


def count_resources(connection: Connection, adoption_id: str, *, leaving: bool = False) -> int:
    """How many resources came of an adoption; `leaving`: only those whose end was asked for, or that are gone."""
    query = (
        select(func.count())
        .select_from(adopted_resource.join(resource, resource.c.id == adopted_resource.c.resource_id))
        .where(adopted_resource.c.adoption_id == adoption_id)
    )
    if leaving:
        query = query.where((resource.c.delete_asked_at.is_not(None)) | (resource.c.gone_at.is_not(None)))
    return int(connection.execute(query).scalar_one())


def find_closed_month(
    connection: Connection, contract_id: str, from_on: date, *, made_since: datetime | None = None
) -> Month | None:
    """The first month from a day's on that has a statement which is not provisional, perhaps of those made since."""
    query = select(func.min(statement.c.month)).where(
        statement.c.contract_id == contract_id,
        statement.c.month >= f"{from_on:%Y-%m}",
        statement.c.provisional.is_(False),
    )
    if made_since is not None:
        query = query.where(statement.c.made_at >= made_since)
    found = connection.execute(query).scalar()
    return None if found is None else Month.parse(found)


def list_deployed(connection: Connection, tenant_id: str) -> frozenset[str]:
    """The ids of the systems that are deployed in a tenant."""
    query = select(system_deployment.c.system_id).where(system_deployment.c.tenant_id == tenant_id)
    return frozenset(connection.execute(query).scalars())


def read_known(connection: Connection, tenant_id: str) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The specs of a tenant's live resources by kind and name."""
    query = select(resource.c.kind, resource.c.name, resource.c.spec).where(
        resource.c.tenant_id == tenant_id, resource.c.gone_at.is_(None)
    )
    return {(row.kind, row.name): row.spec for row in connection.execute(query)}


def read_server_ids(connection: Connection, tenant_id: str) -> dict[str, str]:
    """The ids of a tenant's live servers by name."""
    query = select(resource.c.name, resource.c.id).where(
        resource.c.tenant_id == tenant_id, resource.c.kind == "server", resource.c.gone_at.is_(None)
    )
    return {row.name: row.id for row in connection.execute(query)}


def read_foreign_subjects(connection: Connection) -> dict[str, str]:
    """The ids of live adopted machines that a hypervisor runs, by their uuids there."""
    query = (
        select(adopted_resource.c.resource_id, adopted_resource.c.data)
        .join(resource, resource.c.id == adopted_resource.c.resource_id)
        .where(resource.c.kind == "server", resource.c.gone_at.is_(None))
    )
    return {row.data["uuid"]: row.resource_id for row in connection.execute(query) if row.data.get("uuid")}


def read_public_addresses(connection: Connection) -> frozenset[str]:
    """The public addresses that somebody has."""
    query = select(allocation.c.value).where(allocation.c.pool == PUBLIC_POOL, allocation.c.released_at.is_(None))
    return frozenset(connection.execute(query).scalars())


def read_inner_addresses(connection: Connection, scope: str) -> frozenset[str]:
    """The addresses that are held within a scope."""
    query = select(allocation.c.value).where(allocation.c.scope == scope, allocation.c.released_at.is_(None))
    return frozenset(connection.execute(query).scalars())


def read_adopted(connection: Connection, contract_id: str) -> frozenset[tuple[str, str]]:
    """Kind and name of every live resource of a contract that was adopted."""
    query = (
        select(resource.c.kind, resource.c.name)
        .join(adopted_resource, adopted_resource.c.resource_id == resource.c.id)
        .where(resource.c.contract_id == contract_id, resource.c.gone_at.is_(None))
    )
    return frozenset((row.kind, row.name) for row in connection.execute(query))
