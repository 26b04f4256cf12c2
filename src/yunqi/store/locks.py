"""Row locks: what SQLite gets from its single writer, PostgreSQL gets from these.

Taken in one order, so that two transactions don't wait for each other: the contract, then the tenant, then cases and
resources, then a word. A lock ends with its transaction. On SQLite nothing needs to be done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, select, text

from yunqi.store.tables import contract, tenant


def lock_contract(connection: Connection, *contract_ids: str) -> None:
    """Makes the contracts ours to decide by: entitlement, chain, cases, statements. Rows that refer to them go on."""
    _lock(connection, contract_ids, shared=False)


def lock_contracts_alone(connection: Connection, contract_ids: Iterable[str]) -> None:
    """Waits until every transaction that has written a row of the contracts has ended, and keeps new ones out."""
    if connection.dialect.name == "postgresql":
        query = select(contract.c.id).where(contract.c.id.in_(sorted(set(contract_ids)))).order_by(contract.c.id)
        connection.execute(query.with_for_update()).all()


def share_contract(connection: Connection, contract_ids: Iterable[str]) -> None:
    """Keeps the contracts from being decided by while we write: many may share, none of them closes a day meanwhile."""
    _lock(connection, contract_ids, shared=True)


def lock_tenant(connection: Connection, tenant_id: str) -> None:
    """Makes the names within a tenant ours to decide by, whichever contract an order stands on."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(tenant.c.id).where(tenant.c.id == tenant_id).with_for_update(key_share=True)).all()


def lock_word(connection: Connection, word: str) -> None:
    """Makes something ours that has no row yet, by a word for it: the next number of a kind, a first import."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _lock(connection: Connection, contract_ids: Iterable[str], *, shared: bool) -> None:
    ids = sorted(set(contract_ids))
    if connection.dialect.name != "postgresql" or not ids:
        return
    query = select(contract.c.id).where(contract.c.id.in_(ids)).order_by(contract.c.id)
    locked = query.with_for_update(read=True) if shared else query.with_for_update(key_share=True)
    connection.execute(locked).all()
