"""What was recorded of performance bonds: facts alone, read in one go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from yunqi.store.facts import Fact, list_facts

BOND_RECEIVED, BOND_DRAWN = "bond.received", "bond.drawn"
BOND_FACTS = (BOND_RECEIVED, "bond.topped_up", "bond.extended", BOND_DRAWN, "bond.released")


def list_bond_facts(
    connection: Connection, contract_id: str, *, end_at: datetime | None = None, known_at: datetime | None = None
) -> tuple[Fact, ...]:
    """Everything about a contract's bond before `end_at`, in order of time, as known at an instant."""
    found = list_facts(connection, contract_id, kind=BOND_FACTS, end_at=end_at, known_at=known_at)
    return tuple(sorted(found, key=lambda one: (one.at, one.recorded_at)))
