"""Around every request of the console: its language and id, what browsers may do with the answer, what a bug says."""

from __future__ import annotations

import logging
from http.cookies import SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yunqi.kernel.ids import make_id
from yunqi.kernel.words import use_catalogue
from yunqi.web.console import PREFIX
from yunqi.web.errors import render_bug
from yunqi.web.language import catalogue_of, find_language
from yunqi.web.page import FLASH_COOKIE, SEED_COOKIE, make_seed

# data: is for the marks of checkboxes and lists in Tabler's style sheet.
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_YEAR_S = 31_536_000
_SEED_LENGTH = 32
_log = logging.getLogger("yunqi.web")


class Edge:
    """ASGI middleware, outermost in the console."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request; nothing that goes wrong within leaves as anything but a page."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        state = request.state
        state.language = find_language(request)
        state.request_id = scope.get("yunqi.request_id") or make_id("rq")
        seed = request.cookies.get(SEED_COOKIE, "")
        known = len(seed) == _SEED_LENGTH and seed.isalnum()
        state.seed = seed if known else make_seed()
        state.seed_used = state.said_shown = False
        use_catalogue(catalogue_of(state.language))
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(request, MutableHeaders(scope=message), seed_is_new=not known)
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except Exception:
            _log.exception("request %s failed", state.request_id)
            if started:
                raise
            answer = await run_in_threadpool(render_bug, request)
            await answer(scope, receive, send_on)


def _add_headers(request: Request, headers: MutableHeaders, *, seed_is_new: bool) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if "yunqi.request_id" not in request.scope:  # else what is around us says it
        headers["X-Request-Id"] = request.state.request_id
    # A shared office machine keeps no page of the one who sat there before.
    headers.setdefault("Cache-Control", "no-store")
    secure = request.url.scheme == "https"
    if secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR_S}")
    if request.state.seed_used and seed_is_new:
        headers.append("Set-Cookie", _cookie(SEED_COOKIE, request.state.seed, secure=secure))
    if request.state.said_shown:
        headers.append("Set-Cookie", _cookie(FLASH_COOKIE, "", secure=secure, ends=True))


def _cookie(name: str, value: str, *, secure: bool, ends: bool = False) -> str:
    cookie: SimpleCookie = SimpleCookie({name: value})
    cookie[name]["path"] = PREFIX
    cookie[name]["httponly"] = True
    cookie[name]["samesite"] = "lax"  # a link from elsewhere must not end the forms of other windows
    if secure:
        cookie[name]["secure"] = True
    if ends:
        cookie[name]["max-age"] = 0
    return cookie.output(header="").strip()
