"""Accounts: opened for a person who has signed an undertaking, given a password, reset, locked, taken out of use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.lockout import ADDRESS_RULE, charge, is_locked, settle_failure
from yunqi.kernel.passwords import fold_login, judge_password
from yunqi.kernel.secret import Secret
from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.hashing import hashing_of
from yunqi.operations.identity.sessions import SignedIn, renew_session, require_own_session
from yunqi.operations.identity.trail import record_sign_in
from yunqi.operations.installation import Installation
from yunqi.store import accounts as store
from yunqi.store import guards
from yunqi.store.accounts import Account, Credentials
from yunqi.store.digests import digest_of, fold_code, make_code
from yunqi.store.parties import require_person
from yunqi.store.sessions import end_sessions_of
from yunqi.store.undertakings import has_undertaking

RESET_HOLDS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ResetCode:
    """A code with which its person sets a new password, once, before it expires; shown this once."""

    account: Account
    code: Secret
    expires_at: datetime


def open_account(desk: Desk, *, person_id: str, login: str, password: str | None = None) -> Account:
    """A new account, without a password unless one is given; that one must be changed at the first sign-in.

    Raises `Problem` account.undertaking, account.login, account.exists, and password.… for a password that won't do.
    """
    person = require_person(desk.connection, person_id)
    if not has_undertaking(desk.connection, person.id, desk.now):
        raise Problem(
            "account.undertaking",
            "{name} 没有有效的保密承诺书，不能开通账号",
            field="person",
            name=person.name,
            way_out="请先登记其签署的保密承诺书",
        )
    folded = fold_login(login)
    if folded is None:
        raise Problem(
            "account.login",
            "登录名「{value}」不可用",
            field="login",
            value=ascii(login[:40]),
            way_out="请用 1 至 64 个字母、数字或汉字，可含 . _ - @ +，同一登录名只用一种文字",
        )
    made = store.add_account(
        desk.connection, person_id=person.id, login=folded, created_by=desk.caller.true_person_id, now=desk.now
    )
    if password is not None:
        _set_password(desk.site, desk.connection, made, password, desk.now, must_change=True)
    return store.require_account(desk.connection, made.id)


def change_password(desk: Desk, *, old: str, new: str) -> SignedIn:
    """The session under a new token once the password is changed; the person's other sessions end.

    Raises `Problem` password.wrong, password.same and what `judge_password` says.
    """
    session = require_own_session(desk)
    own = prove_password(desk, old)
    if old == new:
        raise Problem("password.same", "新密码与现用密码相同", field="password", way_out="请换一个密码")
    _set_password(desk.site, desk.connection, own.account, new, desk.now, must_change=False)
    end_sessions_of(desk.connection, own.account.person_id, why="password", now=desk.now, but=session.id)
    return renew_session(desk, session)


def prove_password(desk: Desk, password: str) -> Credentials:
    """The caller's own account, once the password is shown again; its row is kept until the transaction ends.

    Raises `Problem` password.wrong, sign_in.locked after too many of them, and assumption.active: nobody changes an
    account in an assumed role.
    """
    own = own_credentials(desk)
    if not hashing_of(desk.site.settings).matches(own.password_hash, password):
        raise Problem("password.wrong", "现用密码不正确", field="password", way_out="请核对后重试")
    return own


def own_credentials(desk: Desk) -> Credentials:
    """The caller's own account, not shut by failed attempts; for the codes see `prove_password`."""
    if desk.caller.assumption is not None:
        raise Problem(
            "assumption.active", "代入角色期间不能变更账号", field="account", way_out="请先结束代入，再以本人身份操作"
        )
    own = store.require_account(desk.connection, desk.person_id)
    found = store.require_credentials(desk.connection, own.id, lock=True)
    guard = guards.read_guard(desk.connection, guards.key_of_login(own.login))
    if is_locked(guard, desk.now):
        raise Problem(
            "account.shut",
            "核对密码的尝试次数过多，账号变更已暂停",
            field="account",
            way_out="请稍后重试；急用请联系安全管理员解锁",
        )
    return found


def reset_account(desk: Desk, account_id: str, *, totp_too: bool = False) -> ResetCode:
    """A one-time code for a person who has lost the password (`totp_too`: and the second factor).

    The old password works until the code is used; who is signed in stays so until then.
    """
    account = store.require_account(desk.connection, account_id)
    code = make_code()
    expires_at = desk.now + RESET_HOLDS
    store.add_reset_code(
        desk.connection,
        account.id,
        digest_of(fold_code(code)),
        totp_too=totp_too,
        created_by=desk.caller.true_person_id,
        expires_at=expires_at,
        now=desk.now,
    )
    return ResetCode(account, Secret(code), expires_at)


def redeem_reset(site: Installation, *, login: str, code: str, password: str, address: str = "") -> Account:
    """Sets a new password with a one-time code; all sessions end, and failed attempts are forgotten. Then sign in.

    Raises `Problem` reset.refused (login and code must belong together), reset.locked, and password.… for a password
    that won't do: the code is still good then.
    """
    now = site.clock.now()
    refused: Problem | None = None
    account: Account | None = None
    with site.database.write() as connection:
        key = guards.key_of_address(address)
        charged = charge(guards.lock_guard(connection, key, now), now, ADDRESS_RULE)
        if charged is None:
            raise Problem("reset.locked", "尝试次数过多，请稍后再试", field="code", way_out="请稍后重试")
        folded = fold_login(login)
        known = store.find_credentials(connection, folded, lock=True) if folded else None
        with connection.begin_nested() as attempt:
            used = store.use_reset_code(connection, digest_of(fold_code(code)), now)
            if known is None or used is None or used[0] != known.account.id:
                attempt.rollback()
                refused = Problem(
                    "reset.refused",
                    "登录名或重置码不正确，或重置码已失效",
                    field="code",
                    way_out="请向安全管理员重新索取",
                )
            else:
                account = known.account
                refused = judge_password(
                    password, login=account.login, names=(account.person_name, account.organisation_name)
                )
                if refused is not None:
                    attempt.rollback()
        if refused is not None or account is None:
            guards.keep_guard(connection, key, settle_failure(charged, now, ADDRESS_RULE), now)
        else:
            _set_password(site, connection, account, password, now, must_change=False)
            if used is not None and used[1]:
                store.set_totp(connection, account.id, secret=None, pending=None)
                store.replace_recovery_codes(connection, account.id, (), now)
            end_sessions_of(connection, account.person_id, why="reset", now=now)
            guards.clear_guard(connection, guards.key_of_login(account.login))
        outcome = "done" if refused is None else refused.code
        record_sign_in(connection, action="account.redeem", outcome=outcome, account=account, address=address, now=now)
    if refused is not None:
        raise refused
    if account is None:
        raise AssertionError("neither refused nor reset")
    return account


def lock_account(desk: Desk, account_id: str) -> Account:
    """Locks an account until it is unlocked; its sessions end at once."""
    account = store.require_account(desk.connection, account_id)
    store.set_locked(desk.connection, account.id, by=desk.caller.true_person_id, at=desk.now)
    end_sessions_of(desk.connection, account.person_id, why="locked", now=desk.now)
    return store.require_account(desk.connection, account.id)


def unlock_account(desk: Desk, account_id: str) -> Account:
    """Unlocks an account, whether a person locked it or failed attempts did."""
    account = store.require_account(desk.connection, account_id)
    store.set_locked(desk.connection, account.id, by=None, at=None)
    guards.clear_guard(desk.connection, guards.key_of_login(account.login))
    return store.require_account(desk.connection, account.id)


def disable_account(desk: Desk, account_id: str, *, disabled: bool = True) -> Account:
    """Takes an account out of use, its sessions end at once; or takes it into use again."""
    account = store.require_account(desk.connection, account_id)
    at, by = (desk.now, desk.caller.true_person_id) if disabled else (None, None)
    store.set_disabled(desk.connection, account.id, by=by, at=at)
    if disabled:
        end_sessions_of(desk.connection, account.person_id, why="disabled", now=desk.now)
    return store.require_account(desk.connection, account.id)


def list_locked_logins(connection: Connection, accounts: tuple[Account, ...], now: datetime) -> frozenset[str]:
    """Of these accounts the logins that failed attempts have shut for the moment."""
    return frozenset(
        one.login for one in accounts if is_locked(guards.read_guard(connection, guards.key_of_login(one.login)), now)
    )


def _set_password(
    site: Installation, connection: Connection, account: Account, password: str, now: datetime, *, must_change: bool
) -> None:
    refused = judge_password(password, login=account.login, names=(account.person_name, account.organisation_name))
    if refused is not None:
        raise refused
    hashed = hashing_of(site.settings).make(password)
    store.set_password_hash(connection, account.id, hashed, must_change=must_change, now=now)
