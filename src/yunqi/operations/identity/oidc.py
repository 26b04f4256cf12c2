"""Signing in through an OpenID Connect provider: authorization code with PKCE, state and nonce.

A subject is a person here only when it was registered, or when an administrator approved one of its claims; an e-mail
address is never taken for a person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.secret import Secret
from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.oidc_provider import OidcProvider, TokenRefusedError, provider_of
from yunqi.operations.identity.sessions import SignedIn
from yunqi.operations.identity.sign_in import admit
from yunqi.operations.identity.trail import record_sign_in
from yunqi.operations.installation import Installation
from yunqi.store import oidc as store
from yunqi.store.accounts import find_account_of
from yunqi.store.checks import check_text
from yunqi.store.digests import digest_of, make_random
from yunqi.store.oidc import OidcIdentity, OidcRequest
from yunqi.store.parties import require_person
from yunqi.store.secret_box import load_secret_box

RETURN_PATH = "/console/sign-in/oidc/return"
"""Where the provider sends the browser back to, below `oidc_redirect_base`."""
HOLDS = timedelta(minutes=10)
_CLIPPED = 2000
_GUESSES = frozenset({"email", "name", "nickname", "phone_number", "preferred_username"})
"""Claims that people may set themselves: none of them says who somebody is."""


@dataclass(frozen=True, slots=True)
class OidcBegun:
    """Where to send the browser, and the cookie that it must bring back: an answer counts only in the same browser."""

    address: str
    browser: Secret
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OidcSignedIn:
    """The session, and the page that was asked for before."""

    signed_in: SignedIn
    next_path: str


def begin_oidc(site: Installation, *, next_path: str = "/") -> OidcBegun:
    """The provider's address to sign in at. Raises `Problem` oidc.none, oidc.settings; `Trouble` oidc.unreachable."""
    provider = provider_of(site.settings)
    metadata = provider.read_metadata()
    now = site.clock.now()
    state, nonce, verifier, browser = (make_random() for _ in range(4))
    state_digest = digest_of(state)
    redirect_uri = site.settings.oidc_redirect_base.rstrip("/") + RETURN_PATH
    sealed = load_secret_box(site.settings.identity_key_path).seal(
        orjson.dumps([provider.issuer, nonce, verifier]).decode(), state_digest
    )
    with site.database.write() as connection:
        made = OidcRequest(
            state_digest, digest_of(browser), sealed, redirect_uri, local_path(next_path), now, now + HOLDS
        )
        store.add_oidc_request(connection, made)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    question = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = str(metadata["authorization_endpoint"])
    return OidcBegun(endpoint + ("&" if "?" in endpoint else "?") + urlencode(question), Secret(browser), now + HOLDS)


def finish_oidc(
    site: Installation,
    *,
    state: str,
    browser: str,
    code: str = "",
    issuer: str = "",
    error: str = "",
    address: str = "",
    user_agent: str = "",
) -> OidcSignedIn:
    """The session after the provider's answer (`state`, `code`, `iss` and `error` of its query; `browser` the cookie).

    Raises `Problem` oidc.state, oidc.denied, oidc.refused, oidc.stranger, sign_in.closed and sign_in.undertaking.
    """
    provider = provider_of(site.settings)
    now = site.clock.now()
    state_digest = digest_of(state[:_CLIPPED])
    with site.database.write() as connection:
        asked = store.take_oidc_request(connection, state_digest)
    if (
        asked is None
        or asked.expires_at <= now
        or not hmac.compare_digest(asked.browser_digest, digest_of(browser[:_CLIPPED]))
    ):
        raise Problem("oidc.state", "登录步骤已过期，或不是在本浏览器中开始的", field="state", way_out="请重新登录")
    try:
        claims = _ask(site, provider, asked, code[:_CLIPPED], issuer[:_CLIPPED], error[:_CLIPPED], now)
    except TokenRefusedError as refused:
        reason = str(refused)
        with site.database.write() as connection:
            detail = {"method": "oidc", "reason": reason[:100]}
            record_sign_in(
                connection,
                action="sign_in",
                outcome="oidc.refused",
                account=None,
                address=address,
                now=now,
                detail=detail,
            )
        if reason == "access_denied":
            raise Problem("oidc.denied", "您已取消登录", field="error", way_out="请重新登录") from refused
        raise Problem(
            "oidc.refused", "统一身份认证的应答未通过核验", field="code", way_out="请重新登录；仍不成功请联系安全管理员"
        ) from refused
    with site.database.write() as connection:
        result = _admit(site, connection, provider, claims, address, user_agent)
    if isinstance(result, Problem):
        raise result
    return OidcSignedIn(result, asked.next_path)


def link_identity(desk: Desk, *, person_id: str, subject: str) -> OidcIdentity:
    """Registers that a subject of the installation's issuer is this person."""
    issuer = provider_of(desk.site.settings).issuer
    person = require_person(desk.connection, person_id)
    by = desk.caller.true_person_id
    subject = check_text("subject", subject, 255)
    return store.add_oidc_identity(
        desk.connection, issuer=issuer, subject=subject, person_id=person.id, registered_by=by, now=desk.now
    )


def approve_claim(desk: Desk, *, person_id: str, value: str) -> None:
    """Approves that whoever first comes with this value of the installation's claim is this person.

    Raises `Problem` oidc.claim when the installation has no claim set, or one that people set themselves.
    """
    issuer, claim = provider_of(desk.site.settings).issuer, desk.site.settings.oidc_claim
    if not claim or claim in _GUESSES:
        raise Problem(
            "oidc.claim",
            "未设置可用于认定人员的身份属性",
            field="oidc_claim",
            way_out="请在 site.toml 中将 oidc_claim 设为由管理方赋值且不可自改的属性，如 employee_number",
        )
    store.add_oidc_claim(
        desk.connection,
        issuer=issuer,
        claim=claim,
        value=check_text("value", value, 255),
        person_id=require_person(desk.connection, person_id).id,
        approved_by=desk.caller.true_person_id,
        now=desk.now,
    )


def sign_out_address(site: Installation) -> str | None:
    """Where the browser ends its session at the provider too, after ours has ended; None when there is no such place.

    Source: OpenID Connect RP-Initiated Logout 1.0.
    """
    provider = provider_of(site.settings)
    endpoint = provider.read_metadata().get("end_session_endpoint")
    if not isinstance(endpoint, str):
        return None
    back = site.settings.oidc_redirect_base.rstrip("/") + "/"
    return f"{endpoint}?{urlencode({'client_id': provider.client_id, 'post_logout_redirect_uri': back})}"


def local_path(path: str) -> str:
    r"""A path of this installation; `/` for everything that leads elsewhere.

    >>> local_path("/orders?a=1"), local_path("//evil.example/"), local_path("/\\evil.example"), local_path("x")
    ('/orders?a=1', '/', '/', '/')
    """
    local = path.startswith("/") and not path.startswith("//") and len(path) <= 400
    return path if local and path.isprintable() and path.isascii() and "\\" not in path else "/"


def _ask(
    site: Installation,
    provider: OidcProvider,
    asked: OidcRequest,
    code: str,
    issuer: str,
    error: str,
    now: datetime,
) -> Any:
    """The claims of the ID token that the code is exchanged for."""
    opened = load_secret_box(site.settings.identity_key_path).open(asked.sealed, asked.state_digest)
    asked_issuer, nonce, verifier = orjson.loads(opened)
    said = bool(provider.read_metadata().get("authorization_response_iss_parameter_supported"))
    if asked_issuer != provider.issuer or (issuer or (provider.issuer if not said else "")) != provider.issuer:
        raise TokenRefusedError("iss of the answer")
    if error:
        raise TokenRefusedError("access_denied" if error == "access_denied" else f"error: {error[:60]!a}")
    if not code:
        raise TokenRefusedError("no code")
    answer = provider.exchange(code, redirect_uri=asked.redirect_uri, verifier=verifier)
    return provider.check_id_token(
        answer.get("id_token"), nonce=nonce, now=now, access_token=answer.get("access_token")
    )


def _admit(
    site: Installation, connection: Connection, provider: OidcProvider, claims: Any, address: str, user_agent: str
) -> SignedIn | Problem:
    now = site.clock.now()
    person_id = store.find_oidc_person(connection, provider.issuer, claims["sub"])
    claim = site.settings.oidc_claim
    value = claims.get(claim) if claim and claim not in _GUESSES else None
    if person_id is None and isinstance(value, str) and value:
        person_id = store.use_oidc_claim(connection, provider.issuer, claim, value[:255], now)
        if person_id is not None:
            store.add_oidc_identity(
                connection,
                issuer=provider.issuer,
                subject=claims["sub"],
                person_id=person_id,
                registered_by=None,
                now=now,
            )
    account = None if person_id is None else find_account_of(connection, person_id)
    if account is None:
        record_sign_in(
            connection,
            action="sign_in",
            outcome="oidc.stranger",
            account=None,
            address=address,
            now=now,
            detail={"method": "oidc", "subject_sha256": digest_of(claims["sub"])[:16]},
        )
        return Problem(
            "oidc.stranger",
            "该统一身份尚未登记，或没有账号",
            field="subject",
            way_out="请联系安全管理员登记后再登录",
        )
    return admit(site, connection, account, "oidc", address, user_agent, now)
