"""The ASGI application: routes, errors, request ids, languages, body limits."""

from __future__ import annotations

import os
import re
import time
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from yunqi import __version__
from yunqi.api.auth import Gate
from yunqi.api.connection import bound_receive
from yunqi.api.files import add_file_routes
from yunqi.api.log import clip_path, make_request_log
from yunqi.api.problems import invalid_response, plain_response, problem_response, request_id
from yunqi.api.readings import Readings
from yunqi.api.routes import PREFIX, SLASH, Authenticate, make_router
from yunqi.api.runs import add_run_routes
from yunqi.api.session import add_session_routes
from yunqi.kernel.errors import Trouble, YunqiError
from yunqi.kernel.words import _, use_catalogue
from yunqi.locale import load_catalogue

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from yunqi.operations.installation import Installation

BODY_LIMIT_BYTES = 64 * 1024 * 1024 + 64 * 1024
"""Most bytes of one request: an uploaded file and its envelope."""
JSON_LIMIT_BYTES = 1024 * 1024
BODY_WAIT_S = 20.0
"""How long the next part of a body may let us wait."""
_NO_PAGE = (b"content-disposition", b'attachment; filename="api.json"')
"""An answer of the interface is data: a browser that is led to one keeps it and shows nothing."""
_HSTS = (b"strict-transport-security", b"max-age=31536000")


def make_api(site: Installation, authenticate: Authenticate, *, gate: Gate | None = None) -> FastAPI:
    """The HTTP interface of an installation; `authenticate` tells who asks. With a gate one can sign in over it."""
    app = FastAPI(
        title=_("云契接口"),
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.router.routes.insert(0, Readings(site, authenticate))
    app.state.site, app.state.authenticate = site, authenticate
    app.router.routes.extend(make_router().routes)  # including them would make each anew at the first request
    add_file_routes(app, site, authenticate)
    add_run_routes(app, site, authenticate)
    if gate is not None:
        add_session_routes(app, gate)
    app.add_api_route("/healthz", _alive, include_in_schema=False)

    @app.exception_handler(YunqiError)
    def say_problem(http: HttpRequest, error: YunqiError) -> Response:
        return problem_response(http, error)

    @app.exception_handler(RequestValidationError)
    def say_invalid(http: HttpRequest, error: RequestValidationError) -> Response:
        return invalid_response(http, error)

    @app.exception_handler(HTTPException)
    def say_plain(http: HttpRequest, error: HTTPException) -> Response:
        return plain_response(http, error)

    @app.exception_handler(Exception)
    def say_bug(http: HttpRequest, error: Exception) -> Response:
        # The trace goes to the log under the request's id; the caller gets the id, never the trace.
        traceback.print_exception(error)
        said = Trouble("bug", "内部错误，已记录，编号 {id}", id=request_id(http), way_out="请联系管理员并提供该编号")
        answer = problem_response(http, said)
        answer.status_code = 500
        return answer

    app.add_middleware(Envelope, log=make_request_log(site.settings.request_log_path))
    return app


def _alive() -> dict[str, str]:
    return {"status": "ok"}


class Envelope:
    """What every request gets: an id, the language of its words, a bound on its body."""

    def __init__(self, app: ASGIApp, log: Any) -> None:
        self.app = app
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; refuses a body that is too long as soon as that shows."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        keep_slashes(scope)
        headers = {name: value for name, value in scope["headers"]}  # noqa: C416
        identifier = os.urandom(8).hex()
        scope["yunqi.request_id"] = identifier
        scope.setdefault("state", {})["request_id"] = identifier
        use_catalogue(load_catalogue(language_of(headers.get(b"accept-language", b"").decode("latin-1"))))
        content_type = headers.get(b"content-type", b"")
        limit = BODY_LIMIT_BYTES if content_type.startswith(b"multipart/") else JSON_LIMIT_BYTES
        received = 0
        added = (
            *((_HSTS,) if scope.get("scheme") == "https" else ()),
            *((_NO_PAGE,) if scope["path"].startswith("/api/") else ()),
            (b"x-request-id", identifier.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
            (b"referrer-policy", b"no-referrer"),
        )

        body = bound_receive(receive, BODY_WAIT_S)

        async def bounded() -> Message:
            nonlocal received
            try:
                message: Message = await body()
            except TimeoutError as error:
                raise HTTPException(408) from error
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise HTTPException(413)
            return message

        status = 0

        async def labelled(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name.lower() for name, _value in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in added if name not in present),
                ]
            await send(message)

        began = time.perf_counter()
        try:
            await self.app(scope, bounded, labelled)
        finally:
            took_ms = round((time.perf_counter() - began) * 1000, 1)
            client = scope.get("client") or ("", 0)
            self.log.info(
                "request",
                id=identifier,
                method=scope["method"],
                path=clip_path(scope["path"]),
                status=status,
                ms=took_ms,
                address=client[0],
                person=scope.get("yunqi.person"),
            )


def keep_slashes(scope: Scope) -> None:
    """Keeps a slash within a name of the path (%2F) apart from those between names: a number may have one."""
    raw: bytes = scope.get("raw_path") or b""
    if b"%2f" in raw.lower():
        parts = re.split("%2f", raw.decode("latin-1"), flags=re.IGNORECASE)
        scope["path"] = SLASH.join(unquote(part) for part in parts)


def language_of(accepted: str) -> str:
    """The language to speak, by what the client prefers: Chinese unless English comes first.

    >>> language_of("en-GB,en;q=0.9,zh;q=0.5"), language_of("fr, zh"), language_of("")
    ('en', 'zh_CN', 'zh_CN')
    """
    ranked: list[tuple[float, int, str]] = []
    for number, part in enumerate(accepted.split(",")[:20]):
        name, _sep, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        ranked.append((-quality, number, name.strip().lower()))
    known = [name for _quality, _number, name in sorted(ranked) if name.startswith(("zh", "en"))]
    return "en" if known and known[0].startswith("en") else "zh_CN"


__all__: list[Any] = ["make_api"]
