"""Answers that are given again when the same is asked again under the same key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from yunqi.kernel.errors import Problem
from yunqi.store.dialect import insert_into
from yunqi.store.tables import idempotency as table


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given."""

    status: int
    body: str


def claim_key(
    connection: Connection, *, asker: str, key: str, action: str, request_sm3: str, now: datetime
) -> Kept | None:
    """The answer kept under this key, or None when the key is now ours (its answer is kept by `keep_answer`).

    On PostgreSQL a second transaction with the same key waits for the first. Raises `Problem` idempotency.reused when
    the key was used for something else.
    """
    taken = connection.execute(
        insert_into(connection, table)
        .values(asker=asker, key=key, action=action, request_sm3=request_sm3, status=0, body="", at=now)
        .on_conflict_do_nothing(index_elements=["asker", "key"])
        .returning(table.c.key)  # how many rows an insert wrote is not told by every driver
    ).first()
    if taken is not None:
        return None
    row = connection.execute(select(table).where(table.c.asker == asker, table.c.key == key)).one()
    if (row.action, row.request_sm3) != (action, request_sm3):
        raise Problem(
            "idempotency.reused",
            "幂等键「{value}」已用于另一个请求",
            field="Idempotency-Key",
            value=key,
            way_out="每个新的请求请使用新的幂等键",
        )
    return Kept(row.status, row.body)


def keep_answer(connection: Connection, *, asker: str, key: str, status: int, body: str) -> None:
    """Keeps the answer of a claimed key."""
    connection.execute(
        table.update().where(table.c.asker == asker, table.c.key == key).values(status=status, body=body)
    )


def forget_answers(connection: Connection, before: datetime) -> int:
    """Drops answers older than an instant; returns how many."""
    return connection.execute(delete(table).where(table.c.at < before)).rowcount
