"""Progress of runs as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest

from yunqi.api.routes import PREFIX, Authenticate
from yunqi.operations.actions import perform
from yunqi.operations.installation import Installation
from yunqi.wire.base import ById

_LOOK_EVERY_S = 0.5


def add_run_routes(app: FastAPI, site: Installation, authenticate: Authenticate) -> None:
    """`GET /api/v1/runs/{id}/events`: the run whenever it changed, until its end."""

    async def events(http: HttpRequest, id: str) -> EventSourceResponse:  # noqa: A002 - its name in the path
        caller = await run_in_threadpool(authenticate, http)
        first = await run_in_threadpool(perform, site, caller, "run.read", ById(id=id))

        async def tell() -> AsyncIterator[dict[str, Any]]:
            told = first
            yield {"event": "run", "data": told.body.decode()}
            while told.value.state == "open" and not await http.is_disconnected():
                await asyncio.sleep(_LOOK_EVERY_S)
                seen = await run_in_threadpool(perform, site, caller, "run.read", ById(id=id))
                if seen.body != told.body:
                    told = seen
                    yield {"event": "run", "data": told.body.decode()}

        return EventSourceResponse(tell())

    app.add_api_route(
        f"{PREFIX}/runs/{{id}}/events",
        events,
        methods=["GET"],
        response_model=None,
        tags=["run"],
        operation_id="run.events",
        responses={200: {"content": {"text/event-stream": {}}}},
    )
