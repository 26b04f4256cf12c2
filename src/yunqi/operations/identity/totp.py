"""The second factor: time-based one-time passwords, each good once, and recovery codes on paper.

Source: RFC 6238 (SHA-1, six figures, 30 s, as authenticator programs know it); one step of clock drift either way.
"""

from __future__ import annotations

import hmac
import io
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.secret import Secret
from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.accounts import own_credentials, prove_password
from yunqi.operations.identity.sessions import SignedIn, renew_session, require_own_session
from yunqi.operations.installation import Installation
from yunqi.store import accounts
from yunqi.store.accounts import Credentials
from yunqi.store.digests import digest_of, fold_code, make_code
from yunqi.store.secret_box import SecretBox, load_secret_box
from yunqi.store.sessions import end_sessions_of

_STEP_S, _FIGURES, _DRIFT = 30, 6, 1
_RECOVERY_CODES = 10
_CODE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second factor to set up: the address for an authenticator program, as text and as a picture (SVG)."""

    secret: Secret
    uri: Secret
    qr_svg: Secret


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The second factor holds: recovery codes, shown this once, and the session under its new token."""

    recovery_codes: tuple[Secret, ...]
    signed_in: SignedIn


def begin_totp(desk: Desk, *, password: str) -> Enrolment:
    """A fresh secret that waits for its first code; one that holds already goes on until then."""
    own = prove_password(desk, password)
    secret = pyotp.random_base32()
    sealed = _box(desk.site).seal(secret, own.account.id)
    accounts.set_totp(desk.connection, own.account.id, secret=own.totp_secret, pending=sealed)
    uri = pyotp.TOTP(secret).provisioning_uri(name=own.account.login, issuer_name="Yunqi")
    picture = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(picture, kind="svg", scale=4, xmldecl=False)
    return Enrolment(Secret(secret), Secret(uri), Secret(picture.getvalue().decode()))


def confirm_totp(desk: Desk, *, code: str) -> Confirmed:
    """The second factor from now on, once its first code is right; sessions elsewhere end, this one gets a new token.

    Raises `Problem` totp.none and totp.wrong.
    """
    session = require_own_session(desk)
    own = own_credentials(desk)
    if own.totp_pending is None:
        raise Problem("totp.none", "没有待确认的动态口令", field="code", way_out="请先开始设置动态口令")
    step = _find_step(_box(desk.site).open(own.totp_pending, own.account.id), code, desk.now)
    if step is None or not accounts.use_totp_step(desk.connection, own.account.id, step):
        raise _wrong_code()
    accounts.set_totp(desk.connection, own.account.id, secret=own.totp_pending, pending=None)
    codes = _make_recovery_codes(desk.connection, own.account.id, desk.now)
    end_sessions_of(desk.connection, own.account.person_id, why="totp", now=desk.now, but=session.id)
    return Confirmed(codes, renew_session(desk, session))


def disable_totp(desk: Desk, *, password: str, code: str) -> SignedIn:
    """Takes the second factor away, against password and code; raises `Problem` password.wrong and totp.wrong."""
    session = require_own_session(desk)
    own = prove_password(desk, password)
    if use_code(desk.site, desk.connection, own, code, desk.now) is None:
        raise _wrong_code()
    accounts.set_totp(desk.connection, own.account.id, secret=None, pending=None)
    accounts.replace_recovery_codes(desk.connection, own.account.id, (), desk.now)
    end_sessions_of(desk.connection, own.account.person_id, why="totp", now=desk.now, but=session.id)
    return renew_session(desk, session)


def renew_recovery_codes(desk: Desk, *, password: str) -> tuple[Secret, ...]:
    """New recovery codes, shown this once; the earlier ones are void."""
    own = prove_password(desk, password)
    if own.totp_secret is None:
        raise Problem("totp.none", "尚未设置动态口令", field="code", way_out="请先设置动态口令")
    return _make_recovery_codes(desk.connection, own.account.id, desk.now)


def use_code(site: Installation, connection: Connection, own: Credentials, code: str, now: datetime) -> str | None:
    """How a presented code was right: `totp` or `recovery`; None when it was not. A right one is used from now on."""
    folded = fold_code(code)
    if own.totp_secret is None:
        return None
    if len(folded) == _CODE_LENGTH:
        good = accounts.use_recovery_code(connection, own.account.id, digest_of(folded), now)
        return "recovery" if good else None
    step = _find_step(_box(site).open(own.totp_secret, own.account.id), folded, now)
    if step is None or not accounts.use_totp_step(connection, own.account.id, step):
        return None
    return "totp"


def _find_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, of those around now."""
    given = fold_code(code)
    if len(given) != _FIGURES or not (given.isascii() and given.isdecimal()):
        return None
    present = int(now.timestamp()) // _STEP_S
    totp = pyotp.TOTP(secret, digits=_FIGURES, interval=_STEP_S)
    found = None
    for step in range(present - _DRIFT, present + _DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), given):
            found = step
    return found


def _make_recovery_codes(connection: Connection, account_id: str, now: datetime) -> tuple[Secret, ...]:
    codes = [make_code() for _ in range(_RECOVERY_CODES)]
    accounts.replace_recovery_codes(connection, account_id, [digest_of(fold_code(code)) for code in codes], now)
    return tuple(Secret(code) for code in codes)


def _box(site: Installation) -> SecretBox:
    return load_secret_box(site.settings.identity_key_path)


def _wrong_code() -> Problem:
    return Problem(
        "totp.wrong", "动态口令不正确，或已用过", field="code", way_out="请等待下一个口令后重试，并核对手机时间"
    )
