"""Signing in: password, then the second factor where one is set up.

Whoever presents a wrong login, a wrong password or no Unicode at all gets the same answer after the same work. An
attempt is charged before it is looked at; the hashing itself stands outside any transaction.

Source: OWASP ASVS 2.2.1, 2.2.3, 2.8.4, 3.2.1; GB/T 22239-2019 8.1.4.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.lockout import ADDRESS_RULE, LOGIN_RULE, LockRule, charge, give_back, is_locked, settle_failure
from yunqi.kernel.passwords import fold_login
from yunqi.kernel.secret import Secret
from yunqi.operations.identity.hashing import hashing_of
from yunqi.operations.identity.sessions import SignedIn, begin_session
from yunqi.operations.identity.totp import use_code
from yunqi.operations.identity.trail import record_sign_in
from yunqi.operations.installation import Installation
from yunqi.store import accounts, guards
from yunqi.store.accounts import Account, Credentials
from yunqi.store.digests import digest_of, make_random
from yunqi.store.undertakings import has_undertaking

_STEP = timedelta(minutes=5)
_CLIPPED = 200


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """The password was right; the second factor is to follow with this ticket within five minutes."""

    ticket: Secret
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries: the keys that the attempt is charged to, and where it comes from."""

    login_key: str
    address: str
    user_agent: str

    @property
    def keys(self) -> tuple[tuple[str, LockRule], ...]:
        """The guards, always taken in this order."""
        return ((guards.key_of_address(self.address), ADDRESS_RULE), (self.login_key, LOGIN_RULE))


def sign_in(
    site: Installation, *, login: str, password: str, code: str = "", address: str = "", user_agent: str = ""
) -> SignedIn | CodeNeeded:
    """A new session; or, where a second factor is set up and no `code` came along, the ticket for it.

    Raises `Problem` sign_in.refused (whatever was wrong), sign_in.locked (known login or not), and to whoever has
    shown the right password: sign_in.closed, sign_in.undertaking.
    """
    folded = fold_login(login)
    attempt = Attempt(guards.key_of_login(folded or login[:_CLIPPED]), address, user_agent)
    now = site.clock.now()
    with site.database.write() as connection:
        shut = _charge(connection, attempt, now)
        known = None if shut or folded is None else accounts.find_credentials(connection, folded)
    if shut is not None:
        raise shut
    hashing = hashing_of(site.settings)
    right = hashing.matches(known.password_hash if known else None, password)
    renewed = ""
    if right and known and known.password_hash and hashing.is_outdated(known.password_hash):
        renewed = hashing.make(password)
    now = site.clock.now()
    result: SignedIn | CodeNeeded | Problem
    with site.database.write() as connection:
        if not right or known is None or folded is None:
            result = _refuse(connection, attempt, known.account if known else None, "sign_in", now)
        else:
            if renewed and known.password_hash:
                accounts.renew_password_hash(connection, known.account.id, known.password_hash, renewed)
            result = _admit(site, connection, attempt, known, renewed, code, now)
    if isinstance(result, Problem):
        raise result
    return result


def finish_sign_in(site: Installation, *, ticket: str, code: str, address: str = "", user_agent: str = "") -> SignedIn:
    """The session after the second factor. Raises `Problem` sign_in.expired, sign_in.locked, sign_in.code,
    sign_in.closed, sign_in.undertaking.
    """
    now = site.clock.now()
    digest = digest_of(ticket[:_CLIPPED])
    result: SignedIn | Problem
    with site.database.write() as connection:
        account_id = accounts.find_step(connection, digest, now)
        if account_id is None:
            result = Problem("sign_in.expired", "登录步骤已过期", field="ticket", way_out="请重新输入登录名与密码")
        else:
            login = accounts.require_credentials(connection, account_id).account.login
            attempt = Attempt(guards.key_of_login(login), address, user_agent)
            shut = _charge(connection, attempt, now)
            known = accounts.require_credentials(connection, account_id, lock=True)
            result = shut or _try_code(site, connection, attempt, known, code, now)
            if isinstance(result, SignedIn):
                accounts.use_step(connection, digest, now)
    if isinstance(result, Problem):
        raise result
    return result


def _charge(connection: Connection, attempt: Attempt, now: datetime) -> Problem | None:
    """Charges the attempt to address and login; the refusal when one of them is shut."""
    found = [(key, guards.lock_guard(connection, key, now), rule) for key, rule in attempt.keys]
    charged = [(key, charge(guard, now, rule)) for key, guard, rule in found]
    if any(guard is None for _key, guard in charged):
        until = max(
            (guard.locked_until for _k, guard, _r in found if guard.locked_until and is_locked(guard, now)),
            default=None,
        )
        return _locked(until or now + timedelta(minutes=1))
    for key, guard in charged:
        if guard is not None:
            guards.keep_guard(connection, key, guard, now)
    return None


def _refuse(connection: Connection, attempt: Attempt, account: Account | None, action: str, now: datetime) -> Problem:
    """What follows a failed attempt: it counts, it is recorded, and at the limit the login is shut."""
    code = "sign_in.code" if action == "sign_in.code" else "sign_in.refused"
    record_sign_in(connection, action=action, outcome=code, account=account, address=attempt.address, now=now)
    for key, rule in attempt.keys:
        before = guards.lock_guard(connection, key, now)
        after = settle_failure(before, now, rule)
        guards.keep_guard(connection, key, after, now)
        if after.locked_until != before.locked_until and after.locked_until is not None:
            guards.sweep_guards(connection, now)
            record_sign_in(
                connection,
                action="sign_in.lock",
                outcome="sign_in.locked",
                account=account if rule is LOGIN_RULE else None,
                address=attempt.address,
                now=now,
                detail={"of": key.partition(":")[0], "locks": after.locks, "until": render_local(after.locked_until)},
            )
    if action == "sign_in.code":
        return Problem("sign_in.code", "动态口令不正确，或已用过", field="code", way_out="请等待下一个口令后重试")
    return Problem(
        "sign_in.refused", "登录名或密码不正确", field="login", way_out="请核对后重试；忘记密码请联系安全管理员"
    )


def _give_back(connection: Connection, attempt: Attempt, now: datetime, *, complete: bool) -> None:
    """Takes the charge back: of a complete sign-in the login's earlier failures are forgotten too."""
    for key, rule in attempt.keys:
        if complete and rule is LOGIN_RULE:
            guards.clear_guard(connection, key)
        else:
            guards.keep_guard(connection, key, give_back(guards.lock_guard(connection, key, now)), now)


def _admit(
    site: Installation,
    connection: Connection,
    attempt: Attempt,
    known: Credentials,
    renewed: str,
    code: str,
    now: datetime,
) -> SignedIn | CodeNeeded | Problem:
    """What follows a right password."""
    current = accounts.require_credentials(connection, known.account.id, lock=True)
    if current.password_hash not in {known.password_hash, renewed}:  # changed while it was compared
        return _refuse(connection, attempt, current.account, "sign_in", now)
    if current.totp_secret is None:
        return _complete(site, connection, attempt, current, "password", now)
    if code:
        return _try_code(site, connection, attempt, current, code, now)
    _give_back(connection, attempt, now, complete=False)
    ticket = Secret(make_random())
    accounts.add_step(connection, digest_of(ticket.reveal()), current.account.id, expires_at=now + _STEP, now=now)
    return CodeNeeded(ticket, now + _STEP)


def _try_code(
    site: Installation, connection: Connection, attempt: Attempt, known: Credentials, code: str, now: datetime
) -> SignedIn | Problem:
    method = use_code(site, connection, known, code, now)
    if method is None:
        return _refuse(connection, attempt, known.account, "sign_in.code", now)
    return _complete(site, connection, attempt, known, method, now)


def _complete(
    site: Installation, connection: Connection, attempt: Attempt, known: Credentials, method: str, now: datetime
) -> SignedIn | Problem:
    _give_back(connection, attempt, now, complete=True)
    return admit(site, connection, known.account, method, attempt.address, attempt.user_agent, now)


def admit(
    site: Installation,
    connection: Connection,
    account: Account,
    method: str,
    address: str,
    user_agent: str,
    now: datetime,
) -> SignedIn | Problem:
    """The session of a person who has shown who they are, if their account may be used; recorded either way."""
    refused = judge_account(connection, account, now)
    outcome = "done" if refused is None else refused.code
    begun = None
    if refused is None:
        accounts.note_signed_in(connection, account.id, now)
        must_change = account.must_change and method != "oidc"
        begun = begin_session(
            site,
            connection,
            person_id=account.person_id,
            method=method,
            address=address,
            user_agent=user_agent,
            now=now,
            must_change=must_change,
        )
    record_sign_in(
        connection,
        action="sign_in",
        outcome=outcome,
        account=account,
        address=address,
        now=now,
        session_id=begun.session_id if begun else None,
        detail={"method": method},
    )
    if refused is not None:
        return refused
    if begun is None:
        raise AssertionError("neither refused nor begun")
    return begun


def judge_account(connection: Connection, account: Account, now: datetime) -> Problem | None:
    """Why an account may not be used at this moment, or None."""
    if account.disabled or account.locked:
        return Problem("sign_in.closed", "该账号已停用或被锁定", field="login", way_out="请联系安全管理员")
    if not has_undertaking(connection, account.person_id, now):
        return Problem(
            "sign_in.undertaking",
            "没有有效的保密承诺书，账号不能使用",
            field="login",
            way_out="请签署保密承诺书，由本单位管理员或安全管理员登记后再登录",
        )
    return None


def _locked(until: datetime) -> Problem:
    return Problem(
        "sign_in.locked",
        "尝试次数过多，已暂停登录，至 {until}",
        field="login",
        until=render_local(until),
        way_out="请在此时间之后重试；急用请联系安全管理员解锁",
    )
