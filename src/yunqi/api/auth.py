"""Who asks: a bearer token, or the session of a browser; how often; and that a browser's request is its own page's.

Source: OWASP ASVS 4.2.2 (requests across sites), 11.1.4 (rates).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller
from yunqi.operations.identity.callers import caller_of_session, caller_of_token
from yunqi.operations.installation import Installation
from yunqi.operations.settings import Settings

SESSION_COOKIE = "yunqi_session"
SECURE_COOKIE = "__Host-yunqi_session"
"""The same over TLS: a browser takes this name only from the host itself, and only over TLS."""
OWN_PAGE_HEADER = "x-requested-by"
"""A header that a form of another site can't send: with it a request that carries a session is our own page's."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass
class Gate:
    """Tells who asks, and refuses who asks too often: so many requests a minute by token, session or address.

    The counts are of this process: where several serve, the bound is so many times higher.
    """

    site: Installation
    _limiter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def require_caller(self, http: HTTPConnection) -> Caller:
        """The caller of a request to the API.

        Raises `Problem` access.signed_out, access.token_void, access.other_site and rate.limited.
        """
        address = address_of(http)
        bearer = http.headers.get("authorization", "")
        if bearer:
            scheme, _space, token = bearer.partition(" ")
            caller = caller_of_token(self.site, token.strip(), address=address) if scheme.lower() == "bearer" else None
            if caller is None:
                self._count(f"address:{address}", self.site.settings.strangers_per_minute)
                raise Problem(
                    "access.token_void",
                    "访问令牌无效、已过期或已吊销",
                    field="Authorization",
                    way_out="请在「访问令牌」中新建一个，或重新登录",
                )
            self._count(f"token:{caller.token_id}", self.site.settings.requests_per_minute)
            return caller
        found = self.find_caller(http)
        if found is None:
            self._count(f"address:{address}", self.site.settings.strangers_per_minute)
            raise Problem("access.signed_out", "尚未登录，或登录已失效", field="session", way_out="请登录后再试")
        if http.scope.get("method") not in _SAFE_METHODS and not is_own_page(http):
            raise Problem(
                "access.other_site",
                "请求不是从本系统的页面发出的",
                field=OWN_PAGE_HEADER,
                way_out="请在本系统的页面中操作；程序请使用访问令牌",
            )
        return found

    def find_caller(self, http: HTTPConnection) -> Caller | None:
        """The caller of a browser's session, None when there is none; raises `Problem` rate.limited."""
        token = http.cookies.get(cookie_name(self.site.settings), "")
        caller = caller_of_session(self.site, token, address=address_of(http)) if token else None
        if caller is not None:
            self._count(f"session:{caller.session_id}", self.site.settings.requests_per_minute)
        return caller

    def count_stranger(self, http: HTTPConnection) -> None:
        """Counts a request of nobody, such as an attempt to sign in; raises `Problem` rate.limited."""
        self._count(f"address:{address_of(http)}", self.site.settings.strangers_per_minute)

    def _count(self, key: str, per_minute: int) -> None:
        if not self._limiter.hit(RateLimitItemPerMinute(per_minute), key):
            raise Problem(
                "rate.limited",
                "请求过于频繁：每分钟至多 {count} 次",
                field="rate",
                count=per_minute,
                retry_after_s=10,
                way_out="请稍后再试；程序请降低频率，或一次多取一些",
            )


def address_of(http: HTTPConnection) -> str:
    """Where the request comes from; behind a trusted proxy what the proxy says (uvicorn sees to that)."""
    return http.client.host if http.client else ""


def cookie_name(settings: Settings) -> str:
    """The name of the session's cookie."""
    return SECURE_COOKIE if settings.tls_pem else SESSION_COOKIE


def is_own_page(http: HTTPConnection) -> bool:
    """Whether a request with a session was sent by our own page, not by a form of another site."""
    site = http.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    return site == "same-origin" or bool(http.headers.get(OWN_PAGE_HEADER))
