"""The recorded world as the planner takes it."""

from __future__ import annotations

from yunqi.reconcile.world import Status, World
from yunqi.services.base import ResourceView
from yunqi.store.database import Database
from yunqi.store.reconcile import ResourceRow, read_wanted


def view_of(row: ResourceRow) -> ResourceView:
    """A recorded resource as services see it."""
    return ResourceView(
        id=row.id,
        kind=row.kind,
        name=row.name,
        tenant=row.tenant_id,
        system=row.system_id,
        spec=row.spec,
        generation=row.generation,
        delete_wanted=row.delete_asked,
        erase_approved=row.erase_approved,
    )


def read_world(database: Database) -> World:
    """Everything that is wanted and what was recorded of it, of one moment."""
    with database.read() as connection:
        rows = read_wanted(connection)
    choices: dict[str, dict[str, str]] = {}
    for held in rows.allocations:
        choices.setdefault(held.resource_id, {})[held.pool] = held.value
    return World(
        resources={row.id: view_of(row) for row in rows.resources},
        choices=choices,
        taken=frozenset((held.pool, held.scope, held.value) for held in rows.allocations),
        statuses={
            row.id: Status(row.phase, row.observed_generation, str(row.detail.get("wait", "")), row.ever_ready)
            for row in rows.resources
        },
        open_erasures=rows.open_erasures,
        certified=rows.certified,
    )
