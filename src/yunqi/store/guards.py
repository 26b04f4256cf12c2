"""Attempts to sign in, counted by login and by address; the rule is `kernel.lockout`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from yunqi.kernel.lockout import Guard
from yunqi.store.dialect import insert_into
from yunqi.store.digests import digest_of
from yunqi.store.tables import sign_in_guard

_KEPT = timedelta(days=2)


def key_of_login(login: str) -> str:
    """The guard's key of a login, had by an account or not; what was typed is not kept: it may be a password."""
    return "login:" + digest_of(login)


def key_of_address(address: str) -> str:
    """The guard's key of an address."""
    return "address:" + digest_of(address)


def lock_guard(connection: Connection, key: str, now: datetime) -> Guard:
    """The guard of a key; its row is this transaction's until it ends, so that attempts are counted one by one."""
    fresh = {"key": key, "failures": 0, "locks": 0, "touched_at": now}
    connection.execute(insert_into(connection, sign_in_guard).values(**fresh).on_conflict_do_nothing())
    row = connection.execute(select(sign_in_guard).where(sign_in_guard.c.key == key).with_for_update()).one()
    return Guard(row.failures, row.first_at, row.locks, row.locked_until)


def read_guard(connection: Connection, key: str) -> Guard:
    """The guard of a key as it stands."""
    row = connection.execute(select(sign_in_guard).where(sign_in_guard.c.key == key)).first()
    return Guard() if row is None else Guard(row.failures, row.first_at, row.locks, row.locked_until)


def keep_guard(connection: Connection, key: str, guard: Guard, now: datetime) -> None:
    """Keeps a guard."""
    values = {"failures": guard.failures, "first_at": guard.first_at, "locks": guard.locks}
    connection.execute(
        update(sign_in_guard)
        .where(sign_in_guard.c.key == key)
        .values(**values, locked_until=guard.locked_until, touched_at=now)
    )


def clear_guard(connection: Connection, key: str) -> None:
    """Forgets all attempts of a key."""
    connection.execute(sign_in_guard.delete().where(sign_in_guard.c.key == key))


def sweep_guards(connection: Connection, now: datetime) -> None:
    """Forgets what has been quiet for two days: longer than any lock holds."""
    connection.execute(sign_in_guard.delete().where(sign_in_guard.c.touched_at < now - _KEPT))
