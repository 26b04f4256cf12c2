"""Signing in and out over the API, and who one is: for clients that begin with a name and a password."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from yunqi.api.auth import Gate, address_of, cookie_name
from yunqi.api.routes import PREFIX, PROBLEM_ANSWERS
from yunqi.kernel.rights import Caller
from yunqi.operations.identity.sessions import SignedIn, sign_out
from yunqi.operations.identity.sign_in import CodeNeeded, finish_sign_in, sign_in
from yunqi.wire.base import Answer
from yunqi.wire.session import CallerInfo, CodeWanted, FinishSignIn, SignIn


def add_session_routes(app: FastAPI, gate: Gate) -> None:
    """`POST`, `GET` and `DELETE /api/v1/session`, and the second step."""

    def begin(http: HttpRequest, body: SignIn) -> Response:
        gate.count_stranger(http)
        came = sign_in(
            gate.site,
            login=body.login,
            password=body.password.get_secret_value(),
            code=body.code,
            address=address_of(http),
            user_agent=http.headers.get("user-agent", ""),
        )
        if isinstance(came, CodeNeeded):
            return _json(CodeWanted(ticket=came.ticket.reveal(), expires_at=came.expires_at), 202)
        return _begun(http, gate, came)

    def finish(http: HttpRequest, body: FinishSignIn) -> Response:
        gate.count_stranger(http)
        came = finish_sign_in(
            gate.site,
            ticket=body.ticket,
            code=body.code,
            address=address_of(http),
            user_agent=http.headers.get("user-agent", ""),
        )
        return _begun(http, gate, came)

    def read(http: HttpRequest) -> Response:
        return _json(caller_info(gate.require_caller(http)))

    def leave(http: HttpRequest) -> Response:
        sign_out(gate.site, gate.require_caller(http))
        answer = Response(status_code=204)
        answer.delete_cookie(cookie_name(gate.site.settings), path="/")
        return answer

    for method, path, endpoint, answer, status in (
        ("POST", "/session", begin, CallerInfo, 201),
        ("POST", "/session/code", finish, CallerInfo, 201),
        ("GET", "/session", read, CallerInfo, 200),
        ("DELETE", "/session", leave, None, 204),
    ):
        app.add_api_route(
            PREFIX + path,
            endpoint,
            methods=[method],
            status_code=status,
            response_model=None,
            responses={**({status: {"model": answer}} if answer else {}), **PROBLEM_ANSWERS},
            tags=["session"],
            operation_id=f"session.{endpoint.__name__}",
        )


def set_session_cookie(http: HttpRequest, gate: Gate, answer: Response, begun: SignedIn) -> None:
    """Gives the browser the session: out of reach of scripts and of other sites, over TLS only where there is TLS."""
    left = begun.ends_at - gate.site.clock.now()
    answer.set_cookie(
        cookie_name(gate.site.settings),
        begun.token.reveal(),
        max_age=max(1, int(left.total_seconds())),
        path="/",
        httponly=True,
        samesite="lax",
        secure=http.url.scheme == "https",
    )


def caller_info(caller: Caller) -> CallerInfo:
    """Who a caller is, in words."""
    return CallerInfo(
        person_id=caller.person_id,
        person=caller.person_name,
        organisation_id=caller.organisation_id,
        organisation=caller.organisation_name,
        organisation_role=caller.organisation_role,
        roles=tuple(sorted(caller.roles)),
        actions=None if caller.actions is None else tuple(sorted(caller.actions)),
        assumed_until=caller.assumption.until_at if caller.assumption else None,
        assumed_by=caller.assumption.person_name if caller.assumption else None,
    )


def _begun(http: HttpRequest, gate: Gate, begun: SignedIn) -> Response:
    from yunqi.operations.identity.callers import caller_of_session

    caller = caller_of_session(gate.site, begun.token.reveal(), address=address_of(http))
    if caller is None:
        raise RuntimeError("a session that was just begun opens nothing")
    answer = _json(caller_info(caller), 201)
    set_session_cookie(http, gate, answer, begun)
    return answer


def _json(value: Answer, status: int = 200) -> Response:
    return Response(value.model_dump_json(), status, {"Cache-Control": "no-store"}, "application/json")
