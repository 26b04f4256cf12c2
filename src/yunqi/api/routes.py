"""Routes made of actions: a route an action (one a kind where its body differs), with its schema in OpenAPI."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Body, Header, Path, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError, create_model
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller
from yunqi.kernel.words import _, render_value
from yunqi.operations.actions import Action, Content, Outcome, load_actions, perform
from yunqi.operations.actions.base import ACTIONS
from yunqi.operations.documents import BINARY, MEDIA
from yunqi.operations.installation import Installation
from yunqi.wire.base import ListRequest, ProblemBody, Proposal, Request, Run

PREFIX = "/api/v1"
Authenticate = Callable[[HttpRequest], Caller]
"""The caller of a request; raises `Problem` access.signed_out."""
SLASH = "\ue000"
"""Stands for a slash within a name in the path, while routes are looked for."""
_PROBLEM = {"model": ProblemBody, "content": {"application/problem+json": {}}}
PROBLEM_ANSWERS: dict[int | str, dict[str, Any]] = {"4XX": _PROBLEM, 503: _PROBLEM}
"""What every route may answer besides."""
_BY_HAND = frozenset({"file.upload"})
"""Actions whose route is written by hand: their bodies are not JSON."""


@lru_cache(maxsize=1)
def make_router() -> APIRouter:
    """All routes under `/api/v1`, made once for a process (it takes a second), with summaries in the language of then.

    Whose they are stands in the state of the application that is asked: `site`, and `authenticate`, an `Authenticate`.
    """
    router = APIRouter(prefix=PREFIX)
    for found in load_actions().values():
        if found.name in _BY_HAND:
            continue
        if found.variants is None:
            _add(router, found, found.path, {}, _body_model(found))
            continue
        for variant in found.variants():
            path = found.path
            for name, value in variant.values.items():
                path = path.replace("{" + name + "}", value)
            _add(router, found, path, variant.values, variant.body)
        general = found.path.rpartition("/")[0]  # its kind stands in the body, which no schema bounds
        _add(router, found, general, {}, found.request)
    return router


def _whole(value: Any) -> Any:
    return value.replace(SLASH, "/") if isinstance(value, str) else value


def _places(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def _body_model(found: Action) -> type[BaseModel] | None:
    """The request without what stands in the path; None when nothing is left."""
    names = set(_places(found.path))
    left: dict[str, Any] = {
        name: (info.annotation, info) for name, info in found.request.model_fields.items() if name not in names
    }
    if not left:
        return None
    base = ListRequest if issubclass(found.request, ListRequest) else Request
    made = create_model(f"{found.request.__name__}Body" if names else found.request.__name__, __base__=base, **left)
    made.__doc__ = found.request.__doc__
    return made


def _add(router: APIRouter, found: Action, path: str, fixed: Mapping[str, str], body: type[BaseModel] | None) -> None:
    places = _places(path)
    writes = found.method != "GET"

    def endpoint(http: HttpRequest, **given: Any) -> Response:
        site, caller = http.app.state.site, http.app.state.authenticate(http)
        payload = given.pop("payload", None)
        values: dict[str, Any] = dict(fixed)
        values.update({name: _whole(given[name]) for name in places})
        if payload is not None:
            values.update({name: getattr(payload, name) for name in payload.model_fields_set})
        plain = {name: each.model_dump() if isinstance(each, BaseModel) else each for name, each in values.items()}
        try:
            request = found.request.model_validate(plain)
        except ValidationError as error:  # what the address itself says may be too long
            raise RequestValidationError(error.errors(include_input=False)) from error
        key, if_match = given.get("idempotency_key"), given.get("if_match")
        return answer_action(http, site, caller, found, request, key=key, if_match=if_match)

    parameters = [inspect.Parameter("http", inspect.Parameter.KEYWORD_ONLY, annotation=HttpRequest)]

    def add(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> None:
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        )

    for name in places:
        kind = found.request.model_fields[name].annotation
        add(name, Annotated[kind, Path() if kind is int else Path(min_length=1, max_length=200)])
    if body is not None:
        add("payload", Annotated[body, Body() if writes else Query()])
    if writes:
        key = Header(alias="Idempotency-Key", min_length=8, max_length=120, pattern=r"^[\x21-\x7e]+$")
        add("idempotency_key", Annotated[str | None, key], None)
        if found.follows:
            add("if_match", Annotated[str | None, Header(alias="If-Match", max_length=200)], None)
    endpoint.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    suffix = "".join(f"_{value}" for value in fixed.values())
    endpoint.__name__ = found.name.replace(".", "_") + suffix
    router.add_api_route(
        path,
        endpoint,
        methods=[found.method],
        response_model=None,
        status_code=found.status,
        summary=_(ACTIONS[found.name].summary),
        description=inspect.getdoc(found.work) or "",
        tags=[found.name.partition(".")[0]],
        operation_id=found.name + suffix.replace("_", ".", 1),
        responses=_responses(found),
    )


_OTHER_FILES = ("application/zip", "image/jpeg", "text/calendar")
"""Kinds of files that actions hand out besides documents."""


def _responses(found: Action) -> dict[int | str, dict[str, Any]]:
    if found.answer is Content:
        medias = sorted({BINARY, *_OTHER_FILES, *(one.partition(";")[0] for one in MEDIA.values())})
        good: dict[str, Any] = {"description": "OK", "content": {media: {} for media in medias}}
    elif found.kind == "run":
        good = {"description": "Accepted", "model": Run}
    else:
        good = {"description": "OK", "model": found.answer}
    answers: dict[int | str, dict[str, Any]] = {found.status: good, **PROBLEM_ANSWERS}
    if found.right.second:
        answers[202] = {"description": "Waits for a second person", "model": Proposal}
    return answers


def answer_action(
    http: HttpRequest,
    site: Installation,
    caller: Caller,
    found: Action,
    request: Request,
    *,
    key: str | None = None,
    if_match: str | None = None,
) -> Response:
    """The response to an action that somebody asked for."""
    http.scope["yunqi.person"] = caller.true_person_id
    outcome = perform(site, caller, found.name, request, key=key, if_match=if_match)
    return render_outcome(http, outcome, wanted_fields(found, request))


def wanted_fields(found: Action, request: Request) -> frozenset[str] | None:
    """The fields that a list was asked for, None for all; raises `Problem` list.fields for one that its rows lack."""
    if not isinstance(request, ListRequest) or not request.fields:
        return None
    asked = frozenset(name.strip() for name in request.fields.split(",") if name.strip())
    known = found.answer.model_fields["items"].annotation.__args__[0].model_fields
    strange = sorted(asked - set(known))
    if strange:
        raise Problem(
            "list.fields",
            "没有「{value}」这个字段",
            field="fields",
            value=render_value(strange[0]),
            known="、".join(known),
            way_out="可选的字段：{known}",
        )
    return asked


def render_outcome(http: HttpRequest, outcome: Outcome, fields: frozenset[str] | None = None) -> Response:
    """The response that an outcome is: bytes with a validator, 304 when the client has them already."""
    value = outcome.made
    headers = {"Cache-Control": "no-store" if http.method != "GET" else "private, no-cache"}
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    if isinstance(value, Content):
        # Handed out as it is, and never shown inside the page that the session belongs to.
        name = quote(value.name, safe="")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        headers["X-Content-Type-Options"] = "nosniff"
        return Response(value.content, outcome.status, headers, value.media_type)
    body = outcome.body if fields is None else _only(outcome.body, fields)
    headers["ETag"] = outcome.etag
    if http.method == "GET" and _has(http.headers.get("if-none-match"), outcome.etag):
        return Response(status_code=304, headers=headers)
    if isinstance(value, Run) and outcome.status == 202:
        headers["Location"] = f"{PREFIX}/runs/{value.id}"
    return Response(body, outcome.status, headers, "application/json")


def _has(given: str | None, etag: str) -> bool:
    return given is not None and (
        given.strip() == "*" or etag in [one.strip().removeprefix("W/") for one in given.split(",")]
    )


def _only(body: bytes, fields: frozenset[str]) -> bytes:
    page = orjson.loads(body)
    page["items"] = [{name: item[name] for name in item if name in fields} for item in page["items"]]
    return orjson.dumps(page)
