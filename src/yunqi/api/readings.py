"""The short way of readings: from the address straight to `perform`, past the framework's own reading of parameters.

It takes only what is whole: a known address and parameters that the action's request takes. Whatever else there is
goes on to the routes, which say what is wrong with it: one place words refusals, and the answers are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_origin

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Match, Route

from yunqi.api.routes import PREFIX, SLASH, Authenticate, answer_action
from yunqi.operations.actions import Action, load_actions
from yunqi.wire.base import Request

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from yunqi.operations.installation import Installation

_LONGEST_PLACE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A reading with its request."""

    action: Action
    request: Request


class _Answering:
    """The application behind the route."""

    def __init__(self, site: Installation, authenticate: Authenticate) -> None:
        self.site = site
        self.authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers; reading waits for the disk, so it is done beside the loop."""
        http = HttpRequest(scope, receive)
        answer = await run_in_threadpool(self._answer, http, scope["yunqi.asked"])
        await answer(scope, receive, send)

    def _answer(self, http: HttpRequest, asked: Asked) -> Response:
        return answer_action(http, self.site, self.authenticate(http), asked.action, asked.request)


class Readings(Route):
    """One route for every reading whose parameters are plain: the first of all routes."""

    def __init__(self, site: Installation, authenticate: Authenticate) -> None:
        super().__init__(PREFIX + "/{rest:path}", _Answering(site, authenticate), include_in_schema=False)
        self.literal: dict[str, Action] = {}
        self.placed: dict[tuple[str, str], tuple[str, Action]] = {}
        for found in load_actions().values():
            if found.method != "GET" or found.kind != "read" or not _is_plain(found):
                continue
            address = PREFIX + found.path
            before, brace, rest = address.partition("{")
            if not brace:
                self.literal[address] = found
            elif "{" not in (after := rest.partition("}")[2]):
                self.placed[(before, after)] = (rest.partition("}")[0], found)

    def find(self, path: str, query: bytes) -> Asked | None:
        """What is asked for, None when it must go the other way."""
        found = self.literal.get(path)
        values: dict[str, str] = {}
        if found is None:
            placed = self._find_placed(path)
            if placed is None:
                return None
            found, values = placed
        if query:
            pairs = QueryParams(query).multi_items()
            said = len(pairs) + len(values)
            values |= pairs
            if len(values) != said:
                return None  # something is said twice
        try:
            return Asked(found, found.request.model_validate(values))
        except ValidationError:
            return None

    def _find_placed(self, path: str) -> tuple[Action, dict[str, str]] | None:
        """The action with one place in its address: the last part of the path, or the part before the last."""
        head, _slash, last = path.rpartition("/")
        found = self.placed.get((head + "/", ""))
        value = last
        if found is None:
            head, _slash, value = head.rpartition("/")
            found = self.placed.get((head + "/", "/" + last))
        if SLASH in path:  # a name with a slash within: the routes know to read it
            return None
        if found is None or not 0 < len(value) <= _LONGEST_PLACE or path in self.literal:
            return None
        return found[1], {found[0]: value}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Full for what it takes."""
        if scope["type"] == "http" and scope["method"] == "GET":
            asked = self.find(scope["path"], scope["query_string"])
            if asked is not None:
                return Match.FULL, {"yunqi.asked": asked}
        return Match.NONE, {}


def _is_plain(found: Action) -> bool:
    """Whether each field of the request is one value: a list may be said twice, and the framework knows how."""
    return all(
        get_origin(info.annotation) not in (list, tuple, set, frozenset, dict)
        for info in found.request.model_fields.values()
    )
