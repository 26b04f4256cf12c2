"""Talking to the OpenID Connect provider: its discovery, its keys, the exchange of a code, the checks of an ID token.

Source: OpenID Connect Core 1.0 3.1.2 and 3.1.3.7; OpenID Connect Discovery 1.0; RFC 6749, 7636, 9207, 9700.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import stat
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from yunqi.kernel.errors import Problem, Trouble
from yunqi.operations.settings import Settings

SKEW_S = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures only: `none` and shared secrets are not among them, whatever a token says of itself."""
_TIMEOUT_S, _LIMIT_BYTES = 10, 1 << 20
_KEPT_S, _AGAIN_S = 3600, 5
_SUBJECT_LENGTH = 255


class TokenRefusedError(Exception):
    """An ID token that does not fit; the reason is for the audit trail, not for the browser."""


@dataclass
class _Kept:
    metadata: Mapping[str, Any] = field(default_factory=dict)
    metadata_s: float = float("-inf")
    keys: KeySet | None = None
    keys_s: float = float("-inf")


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """One issuer as the settings name it."""

    issuer: str
    client_id: str
    secret_path: Path | None

    def read_metadata(self) -> Mapping[str, Any]:
        """The issuer's discovery document, kept for an hour. Raises `Trouble` oidc.unreachable, oidc.metadata."""
        kept = self._kept()
        if time.monotonic() - kept.metadata_s > _KEPT_S:
            found = self._get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found.get("issuer") != self.issuer:
                raise _bad_metadata("issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not is_allowed_address(found.get(name), self.issuer):
                    raise _bad_metadata(name)
            kept.metadata, kept.metadata_s = found, time.monotonic()
        return kept.metadata

    def exchange(self, code: str, *, redirect_uri: str, verifier: str) -> Mapping[str, Any]:
        """The answer of the token endpoint to a code. Raises `TokenRefusedError` when it refuses the code."""
        metadata = self.read_metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"Accept": "application/json"}
        secret = self._read_secret()
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if secret is None:
            form["client_id"] = self.client_id
        elif "client_secret_basic" in methods:
            pair = f"{quote(self.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": self.client_id, "client_secret": secret}
        status, answer = self._send("POST", str(metadata["token_endpoint"]), data=form, headers=headers)
        if status != httpx.codes.OK:
            raise TokenRefusedError(f"token endpoint: {str(answer.get('error', status))[:60]}")
        return answer

    def check_id_token(
        self, token: object, *, nonce: str, now: datetime, access_token: object = None
    ) -> Mapping[str, Any]:
        """The claims of an ID token that is the issuer's, for us, fresh, and the answer to our question.

        Raises `TokenRefusedError` with what does not fit.
        """
        if not isinstance(token, str) or len(token) > _LIMIT_BYTES:
            raise TokenRefusedError("no ID token")
        header, claims = self._verify(token)
        at = int(now.timestamp())
        audience = claims.get("aud")
        audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
        party = claims.get("azp")
        given_nonce = claims.get("nonce")
        failures = {
            "iss": claims.get("iss") != self.issuer,
            "aud": self.client_id not in audiences,
            "azp": party != self.client_id if party is not None else len(audiences) > 1,
            "exp": not _is_number(claims.get("exp")) or claims["exp"] <= at - SKEW_S,
            "iat": not _is_number(claims.get("iat")) or claims["iat"] > at + SKEW_S,
            "nbf": "nbf" in claims and (not _is_number(claims["nbf"]) or claims["nbf"] > at + SKEW_S),
            "nonce": not isinstance(given_nonce, str) or not hmac.compare_digest(given_nonce.encode(), nonce.encode()),
            "sub": not isinstance(claims.get("sub"), str) or not 1 <= len(claims["sub"]) <= _SUBJECT_LENGTH,
            "at_hash": "at_hash" in claims
            and access_token is not None
            and claims["at_hash"] != _half_hash(str(access_token), str(header.get("alg"))),
        }
        for name, failed in failures.items():
            if failed:
                raise TokenRefusedError(name)
        return claims

    def _verify(self, token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Header and claims once the signature is good; keys are read again for one that is not among those kept."""
        error: Exception | None = None
        for fresh in (False, True):
            keys = self._read_keys(fresh=fresh)
            if keys is None:
                break
            try:
                decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError, TypeError, KeyError) as caught:
                error = caught
            else:
                return decoded.header, decoded.claims
        raise TokenRefusedError(f"signature: {type(error).__name__}")

    def _read_keys(self, *, fresh: bool) -> KeySet | None:
        """The issuer's keys; None when fresh ones were asked for and those kept are only seconds old."""
        kept = self._kept()
        age_s = time.monotonic() - kept.keys_s
        if fresh and age_s < _AGAIN_S:
            return None  # a stream of bad tokens is no stream of requests to the issuer
        if kept.keys is None or fresh or age_s > _KEPT_S:
            found = self._get(str(self.read_metadata()["jwks_uri"]))
            signing = [key for key in found.get("keys", []) if isinstance(key, dict) and key.get("use", "sig") == "sig"]
            try:
                kept.keys = KeySet.import_key_set({"keys": signing})
            except (JoseError, ValueError, TypeError, KeyError) as error:
                raise _bad_metadata("jwks_uri") from error
            kept.keys_s = time.monotonic()
        return kept.keys

    def _kept(self) -> _Kept:
        with _lock:
            return _kept.setdefault(self.issuer, _Kept())

    def _read_secret(self) -> str | None:
        if self.secret_path is None:
            return None
        try:
            if self.secret_path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise Problem(
                    "key.exposed",
                    "密钥文件 {path} 可被其他用户读取",
                    field="oidc_secret_file",
                    path=self.secret_path,
                    way_out="请执行 chmod 600 {path}；如可能已泄露，请更换密钥",
                )
            return self.secret_path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Problem(
                "key.unreadable",
                "密钥文件 {path} 无法识别",
                field="oidc_secret_file",
                path=self.secret_path,
                way_out="请核对 site.toml 中的 oidc_secret_file",
            ) from error

    def _get(self, address: str) -> Mapping[str, Any]:
        status, answer = self._send("GET", address)
        if status != httpx.codes.OK:
            raise _bad_metadata(urlsplit(address).path)
        return answer

    def _send(self, method: str, address: str, **more: Any) -> tuple[int, Mapping[str, Any]]:
        """Status and JSON object of an answer of bounded size; redirects are not followed."""
        content = bytearray()
        try:
            with (
                httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False) as client,
                client.stream(method, address, **more) as response,
            ):
                for part in response.iter_bytes():
                    content += part
                    if len(content) > _LIMIT_BYTES:
                        raise _bad_metadata(urlsplit(address).path)
            answer = orjson.loads(content)
        except httpx.HTTPError as error:
            raise Trouble(
                "oidc.unreachable",
                "统一身份认证暂时无法访问：{reason}",
                reason=type(error).__name__,
                way_out="请稍后重试，或以登录名与密码登录",
            ) from error
        except orjson.JSONDecodeError:
            answer = {}
        return response.status_code, answer if isinstance(answer, dict) else {}


def provider_of(settings: Settings) -> OidcProvider:
    """The provider that the settings name. Raises `Problem` oidc.none and oidc.settings."""
    if not settings.oidc_issuer:
        raise Problem("oidc.none", "本系统未启用统一身份认证", field="oidc_issuer", way_out="请以登录名与密码登录")
    if (
        not settings.oidc_client_id
        or not settings.oidc_redirect_base
        or not is_allowed_address(settings.oidc_issuer, settings.oidc_issuer)
    ):
        raise Problem(
            "oidc.settings",
            "统一身份认证的配置不完整，或地址不是 https",
            field="oidc_issuer",
            way_out="请核对 site.toml 中的 oidc_issuer、oidc_client_id 与 oidc_redirect_base",
        )
    secret = settings.home / settings.oidc_secret_file if settings.oidc_secret_file else None
    return OidcProvider(settings.oidc_issuer, settings.oidc_client_id, secret)


def is_allowed_address(address: object, issuer: str) -> bool:
    """Whether an address of the issuer may be asked: https; plain http only where the issuer is on this machine.

    >>> is_allowed_address("https://id.example/token", "https://id.example")
    True
    >>> is_allowed_address("http://127.0.0.1:3000/token", "https://id.example")
    False
    """
    if not isinstance(address, str):
        return False
    try:
        parts, home = urlsplit(address), urlsplit(issuer)
        host, home_host = parts.hostname or "", home.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme == "http" and home.scheme == "http" and _is_loopback(host) and _is_loopback(home_host)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _half_hash(text: str, algorithm: str) -> str:
    """The left half of the hash of an access token, as `at_hash` says it."""
    name = {"256": "sha256", "384": "sha384", "512": "sha512"}.get(algorithm[-3:], "sha512")
    digest = hashlib.new(name, text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")


def _bad_metadata(name: str) -> Trouble:
    return Trouble(
        "oidc.metadata",
        "统一身份认证返回的信息不可用：{name}",
        name=name[:60],
        way_out="请管理员核对统一身份认证的配置；可先以登录名与密码登录",
    )
