"""Leases with a fencing token that only grows: who may change the engine, and until when.

Every taking is one compare-and-set statement, so that of two takers one wins on SQLite and on PostgreSQL alike. A row
is never deleted: its token is what keeps an older executor out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, and_, delete, or_, select, update

from yunqi.kernel.errors import Trouble
from yunqi.store.dialect import insert_into
from yunqi.store.tables import lease as table

_FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds what, since which token, until when unless renewed."""

    name: str
    holder: str
    token: int
    expires_at: datetime


def read_lease(connection: Connection, name: str) -> Lease | None:
    """The lease as recorded, expired or not; None when nobody ever took it."""
    row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
    return None if row is None else Lease(row.name, row.holder, row.token, row.expires_at)


def take_lease(
    connection: Connection, name: str, holder: str, now: datetime, lease_s: int, *, dead: Lease | None = None
) -> Lease | None:
    """The lease with a new token, or None while another holds it.

    `dead` is a lease whose holder is known to be gone: it is taken before it expires, unless somebody was quicker.
    """
    expires_at = now + timedelta(seconds=lease_s)
    free = table.c.expires_at <= now
    if dead is not None:
        free = or_(free, and_(table.c.holder == dead.holder, table.c.token == dead.token))
    taken = connection.execute(
        update(table)
        .where(table.c.name == name, free)
        .values(holder=holder, token=table.c.token + 1, expires_at=expires_at)
    )
    if taken.rowcount == 1:
        return read_lease(connection, name)
    first = connection.execute(
        insert_into(connection, table)
        .values(name=name, holder=holder, token=1, expires_at=expires_at)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(table.c.name)
    ).first()
    return None if first is None else Lease(name, holder, 1, expires_at)


def renew_lease(connection: Connection, held: Lease, now: datetime, lease_s: int) -> Lease | None:
    """The same lease with a later end, or None when another has taken it. The token stays."""
    expires_at = now + timedelta(seconds=lease_s)
    renewed = connection.execute(
        update(table)
        .where(table.c.name == held.name, table.c.holder == held.holder, table.c.token == held.token)
        .values(expires_at=expires_at)
    )
    return Lease(held.name, held.holder, held.token, expires_at) if renewed.rowcount == 1 else None


def raise_token(connection: Connection, held: Lease, token: int) -> Lease | None:
    """The same lease with a higher token, or None when another has taken it or the token would fall."""
    raised = connection.execute(
        update(table)
        .where(
            table.c.name == held.name,
            table.c.holder == held.holder,
            table.c.token == held.token,
            table.c.token < token,
        )
        .values(token=token)
    )
    return Lease(held.name, held.holder, token, held.expires_at) if raised.rowcount == 1 else None


def require_lease(connection: Connection, held: Lease) -> None:
    """Raises `Trouble` lease.lost unless the lease is still ours; it stays ours until this transaction ends."""
    token = connection.execute(
        select(table.c.token).where(table.c.name == held.name, table.c.holder == held.holder).with_for_update()
    ).scalar_one_or_none()
    if token != held.token:
        raise Trouble(
            "lease.lost",
            "「{name}」的租约已由他人接管（本进程令牌 {token}）",
            name=held.name,
            token=held.token,
            way_out="本进程不再写入，由新的持有者继续",
        )


def agree_on(connection: Connection, name: str, value: str) -> str:
    """What all processes of the installation hold to under a name: the value of the first that asked, for good."""
    known = read_lease(connection, name)
    if known is None:
        first = {"name": name, "holder": value, "token": 1, "expires_at": _FOR_GOOD}
        connection.execute(insert_into(connection, table).values(first).on_conflict_do_nothing(index_elements=["name"]))
        known = read_lease(connection, name)
    return value if known is None else known.holder


def forget_agreement(connection: Connection, name: str) -> None:
    """Lets the next who asks say it anew: after a restore the engine may be another."""
    connection.execute(delete(table).where(table.c.name == name, table.c.expires_at == _FOR_GOOD))


def release_lease(connection: Connection, held: Lease, now: datetime) -> None:
    """Lets the next one take it at once; the token stays recorded."""
    connection.execute(
        update(table)
        .where(table.c.name == held.name, table.c.holder == held.holder, table.c.token == held.token)
        .values(expires_at=now)
    )
