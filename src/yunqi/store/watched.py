"""What is delivered and therefore watched: live servers and public addresses with where they answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from yunqi.store.tables import allocation, resource, resource_status


@dataclass(frozen=True, slots=True)
class Watched:
    """A delivered resource: `network_id` is the tenant network it answers in (None: from outside), at `ip`."""

    resource_id: str
    contract_id: str
    kind: str
    network_id: str | None
    ip: str


def list_watched(connection: Connection) -> tuple[Watched, ...]:
    """Servers and addresses that were ready once and shall stay, with their chosen addresses, in two statements."""
    rows = connection.execute(
        select(resource)
        .join(resource_status, resource_status.c.resource_id == resource.c.id)
        .where(resource.c.gone_at.is_(None), resource.c.delete_asked_at.is_(None))
        .where(resource_status.c.ready_at.is_not(None) | (resource.c.kind == "network"))
        .order_by(resource.c.id)
    ).all()
    chosen = {
        (row.resource_id, row.pool): row.value
        for row in connection.execute(
            select(allocation.c.resource_id, allocation.c.pool, allocation.c.value).where(
                allocation.c.released_at.is_(None), allocation.c.pool.in_(("ip", "public_ip"))
            )
        )
    }
    networks = {(row.tenant_id, row.name): row.id for row in rows if row.kind == "network"}
    found: list[Watched] = []
    for row in rows:
        pool = {"server": "ip", "address": "public_ip"}.get(row.kind)
        ip = None if pool is None else chosen.get((row.id, pool))
        if ip is None:
            continue
        network = row.spec.get("network") if row.kind == "server" else None
        network_id = None if network is None else networks.get((row.tenant_id, network), network)
        found.append(Watched(row.id, row.contract_id, row.kind, network_id, ip))
    return tuple(found)
