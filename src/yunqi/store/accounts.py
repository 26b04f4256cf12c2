"""Accounts, and the codes that stand in for a password or a second factor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.dialect import insert_into
from yunqi.store.tables import account, organisation, person, recovery_code, reset_code, sign_in_step


@dataclass(frozen=True, slots=True)
class Account:
    """One person's way in. `has_password`, `has_totp`: what is set up; `locked` is the security administrator's."""

    id: str
    person_id: str
    person_name: str
    organisation_id: str
    organisation_name: str
    login: str
    has_password: bool
    password_set_at: datetime | None
    must_change: bool
    has_totp: bool
    locked: bool
    disabled: bool
    signed_in_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a presented password and code are compared with; never leaves the sign-in."""

    account: Account
    password_hash: str | None
    totp_secret: str | None
    totp_pending: str | None

    def __repr__(self) -> str:
        return f"Credentials({self.account.id})"


_QUERY = (
    select(
        account,
        person.c.name.label("person_name"),
        person.c.organisation_id,
        organisation.c.name.label("organisation_name"),
    )
    .join(person, person.c.id == account.c.person_id)
    .join(organisation, organisation.c.id == person.c.organisation_id)
)


def add_account(
    connection: Connection, *, person_id: str, login: str, created_by: str | None, now: datetime
) -> Account:
    """A new account without a password; raises `Problem` account.exists for a login or person that has one."""
    identifier = make_id("acc")
    made = connection.execute(
        insert_into(connection, account)
        .values(
            id=identifier, person_id=person_id, login=login, must_change=False, created_at=now, created_by=created_by
        )
        .on_conflict_do_nothing()
        .returning(account.c.id)
    )
    if made.first() is None:
        raise Problem(
            "account.exists",
            "登录名「{login}」已被使用，或该人员已有账号",
            field="login",
            login=login,
            way_out="请换一个登录名，或直接使用已有账号",
        )
    return require_account(connection, identifier)


def find_credentials(connection: Connection, login: str, *, lock: bool = False) -> Credentials | None:
    """What the account of a folded login is checked by; `lock` keeps its row until the transaction ends."""
    return _find(connection, account.c.login == login, lock)


def require_credentials(connection: Connection, account_id: str, *, lock: bool = False) -> Credentials:
    """The same by the account's id; raises `Problem` account.unknown."""
    found = _find(connection, account.c.id == account_id, lock)
    if found is None:
        raise _unknown(account_id)
    return found


def require_account(connection: Connection, reference: str) -> Account:
    """The account of this id, login or person id; raises `Problem` account.unknown."""
    columns = account.c
    named = or_(columns.id == reference, columns.person_id == reference, columns.login == reference)
    row = connection.execute(_QUERY.where(named)).first()
    if row is None:
        raise _unknown(reference)
    return _to_account(row)


def find_account_of(connection: Connection, person_id: str) -> Account | None:
    """The account of a person, or None."""
    row = connection.execute(_QUERY.where(account.c.person_id == person_id)).first()
    return None if row is None else _to_account(row)


def list_accounts(connection: Connection, organisation_id: str | None = None) -> tuple[Account, ...]:
    """Accounts by login, of one organisation's people or of all."""
    query = _QUERY.order_by(account.c.login)
    if organisation_id is not None:
        query = query.where(person.c.organisation_id == organisation_id)
    return tuple(_to_account(row) for row in connection.execute(query))


def set_password_hash(
    connection: Connection, account_id: str, password_hash: str, *, must_change: bool, now: datetime
) -> None:
    """Keeps a new password's hash."""
    _update(connection, account_id, password_hash=password_hash, password_set_at=now, must_change=must_change)


def renew_password_hash(connection: Connection, account_id: str, old: str, new: str) -> None:
    """The same password hashed with better parameters, unless it was changed meanwhile."""
    columns = account.c
    connection.execute(
        update(account).where(columns.id == account_id, columns.password_hash == old).values(password_hash=new)
    )


def set_totp(connection: Connection, account_id: str, *, secret: str | None, pending: str | None) -> None:
    """Keeps the second factor (encrypted), and one that waits for its first code."""
    _update(connection, account_id, totp_secret=secret, totp_pending=pending)


def use_totp_step(connection: Connection, account_id: str, step: int) -> bool:
    """Whether the code of this time step may be used: only once, and none of an earlier step after it."""
    columns = account.c
    later = or_(columns.totp_step.is_(None), columns.totp_step < step)
    return (
        connection.execute(update(account).where(columns.id == account_id, later).values(totp_step=step)).rowcount == 1
    )


def set_locked(connection: Connection, account_id: str, *, by: str | None, at: datetime | None) -> None:
    """Locks the account until further notice; `at` None unlocks it."""
    _update(connection, account_id, locked_at=at, locked_by=by)


def set_disabled(connection: Connection, account_id: str, *, by: str | None, at: datetime | None) -> None:
    """Takes the account out of use; `at` None takes it into use again."""
    _update(connection, account_id, disabled_at=at, disabled_by=by)


def note_signed_in(connection: Connection, account_id: str, now: datetime) -> None:
    """Keeps when the account was last signed in to."""
    _update(connection, account_id, signed_in_at=now)


def replace_recovery_codes(connection: Connection, account_id: str, digests: Iterable[str], now: datetime) -> None:
    """The account's recovery codes from now on; the earlier ones are void."""
    table = recovery_code
    connection.execute(table.delete().where(table.c.account_id == account_id))
    rows = [{"digest": digest, "account_id": account_id, "created_at": now} for digest in digests]
    if rows:
        connection.execute(table.insert(), rows)


def use_recovery_code(connection: Connection, account_id: str, digest: str, now: datetime) -> bool:
    """Whether this is an unused recovery code of the account; it is used from now on."""
    columns = recovery_code.c
    mine = (columns.digest == digest, columns.account_id == account_id, columns.used_at.is_(None))
    return connection.execute(update(recovery_code).where(*mine).values(used_at=now)).rowcount == 1


def count_recovery_codes(connection: Connection, account_id: str) -> int:
    """How many recovery codes are left."""
    columns = recovery_code.c
    query = select(columns.digest).where(columns.account_id == account_id, columns.used_at.is_(None))
    return len(connection.execute(query).all())


def add_reset_code(
    connection: Connection,
    account_id: str,
    digest: str,
    *,
    totp_too: bool,
    created_by: str | None,
    expires_at: datetime,
    now: datetime,
) -> None:
    """A code that sets a new password once; the account's earlier ones are void."""
    columns = reset_code.c
    unused = (columns.account_id == account_id, columns.used_at.is_(None))
    connection.execute(reset_code.delete().where(*unused))
    row = {"digest": digest, "account_id": account_id, "totp_too": totp_too, "created_by": created_by}
    connection.execute(reset_code.insert().values(**row, created_at=now, expires_at=expires_at))


def use_reset_code(connection: Connection, digest: str, now: datetime) -> tuple[str, bool] | None:
    """The account that an unused, unexpired code resets and whether the second factor goes too; used from now on."""
    columns = reset_code.c
    good = (columns.digest == digest, columns.used_at.is_(None), columns.expires_at > now)
    row = connection.execute(select(columns.account_id, columns.totp_too).where(*good)).first()
    if row is None or connection.execute(update(reset_code).where(*good).values(used_at=now)).rowcount != 1:
        return None
    return str(row.account_id), bool(row.totp_too)


def add_step(connection: Connection, digest: str, account_id: str, *, expires_at: datetime, now: datetime) -> None:
    """A right password that waits for its code; expired ones are swept."""
    columns = sign_in_step.c
    connection.execute(sign_in_step.delete().where(columns.expires_at <= now))
    row = {"digest": digest, "account_id": account_id, "created_at": now, "expires_at": expires_at}
    connection.execute(sign_in_step.insert().values(**row))


def find_step(connection: Connection, digest: str, now: datetime) -> str | None:
    """The account that waits for its code under this ticket, or None."""
    columns = sign_in_step.c
    good = (columns.digest == digest, columns.used_at.is_(None), columns.expires_at > now)
    found = connection.execute(select(columns.account_id).where(*good)).scalar_one_or_none()
    return None if found is None else str(found)


def use_step(connection: Connection, digest: str, now: datetime) -> bool:
    """Whether the ticket was still unused; it is used from now on."""
    columns = sign_in_step.c
    good = (columns.digest == digest, columns.used_at.is_(None), columns.expires_at > now)
    return connection.execute(update(sign_in_step).where(*good).values(used_at=now)).rowcount == 1


def _find(connection: Connection, condition: Any, lock: bool) -> Credentials | None:
    query = _QUERY.where(condition)
    row = connection.execute(query.with_for_update(of=account) if lock else query).first()
    if row is None:
        return None
    return Credentials(_to_account(row), row.password_hash, row.totp_secret, row.totp_pending)


def _update(connection: Connection, account_id: str, **values: Any) -> None:
    connection.execute(update(account).where(account.c.id == account_id).values(**values))


def _to_account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        person_id=row.person_id,
        person_name=row.person_name,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation_name,
        login=row.login,
        has_password=row.password_hash is not None,
        password_set_at=row.password_set_at,
        must_change=row.must_change,
        has_totp=row.totp_secret is not None,
        locked=row.locked_at is not None,
        disabled=row.disabled_at is not None,
        signed_in_at=row.signed_in_at,
        created_at=row.created_at,
    )


def _unknown(reference: str) -> Problem:
    return Problem(
        "account.unknown",
        "没有账号「{value}」",
        field="account",
        value=reference[:80],
        way_out="请核对登录名；可用 yunqi account list 查看",
    )
