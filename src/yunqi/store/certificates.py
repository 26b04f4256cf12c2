"""What is kept beside a resource: its choices as they last stood, and the certificates of its erased volumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from yunqi.store.tables import allocation, certificate


def read_choices(connection: Connection, resource_id: str) -> dict[str, str]:
    """The value of each pool that was chosen for a resource; those given back too, as they last were."""
    rows = connection.execute(
        select(allocation.c.pool, allocation.c.value).where(allocation.c.resource_id == resource_id)
    )
    return {row.pool: row.value for row in rows}


def list_certificates(connection: Connection, *, resource_id: str | None = None) -> tuple[Mapping[str, Any], ...]:
    """The certificates of a resource's volumes, or of all: id, volume_id, resource_id, issued_at and data."""
    query = select(certificate).order_by(certificate.c.issued_at, certificate.c.id)
    if resource_id is not None:
        query = query.where(certificate.c.resource_id == resource_id)
    return tuple(
        {
            "id": row.id,
            "volume_id": row.volume_id,
            "resource_id": row.resource_id,
            "issued_at": row.issued_at,
            "data": row.data,
        }
        for row in connection.execute(query)
    )
