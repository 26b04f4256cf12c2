"""The console as an application of its own, mounted beside the API."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from functools import lru_cache

from fastapi import APIRouter, Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from yunqi.kernel.errors import YunqiError
from yunqi.operations.actions import load_actions
from yunqi.web import errors, pages
from yunqi.web.assets import Assets
from yunqi.web.console import PREFIX, Console
from yunqi.web.edge import Edge
from yunqi.web.environment import make_environment
from yunqi.web.navigation import list_groups
from yunqi.web.page import PageOf, SignInNeeded, read_form

DEV_PAGES = frozenset({"style"})
"""Pages for those who build pages; there only when the console is made with `dev`."""


OPEN_PAGES = frozenset({"sign_in", "oidc", "language", "help", "style"})
"""Pages for everybody."""


def require_caller(page: PageOf) -> None:
    """Raises `SignInNeeded` when nobody is signed in. Sync, so that it runs in a worker thread."""
    _caller = page.caller


def list_routers(*, dev: bool) -> Iterator[APIRouter]:
    """The router of every page."""
    yield from (router for _name, router in list_pages(dev=dev))


def list_pages(*, dev: bool) -> Iterator[tuple[str, APIRouter]]:
    """The name and router of every module in `pages`: a page is there by being there."""
    for module in pkgutil.iter_modules(pages.__path__):
        if module.name in DEV_PAGES and not dev:
            continue
        router: APIRouter | None = getattr(importlib.import_module(f"{pages.__name__}.{module.name}"), "router", None)
        if router is not None:
            yield module.name, router


@lru_cache(maxsize=2)
def make_routes(*, dev: bool) -> Sequence[BaseRoute]:
    """The routes of every page with what each asks for, made once for a process: FastAPI takes half a second."""
    made = APIRouter(dependencies=[Depends(read_form)])
    for name, router in list_pages(dev=dev):
        # Whoever is signed out is led to the sign-in page, whatever a page asks for later.
        made.include_router(router, dependencies=[] if name in OPEN_PAGES else [Depends(require_caller)])
    return made.routes


def make_console(console: Console) -> FastAPI:
    """The console's application. Raises `Problem` web.assets when the web libraries were not built."""
    load_actions()
    assets = Assets()
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.console = console
    app.state.environment = make_environment(assets, dev=console.dev)
    app.router.routes.append(assets.route())
    app.router.routes.extend(make_routes(dev=console.dev))
    # The style guide shows the whole side bar.
    app.state.paths = (
        frozenset(each.path for group in list_groups() for each in group.entries)
        if console.dev
        else (frozenset(_list_paths(app)))
    )
    app.add_exception_handler(YunqiError, errors.on_error)
    app.add_exception_handler(HTTPException, errors.on_http)
    app.add_exception_handler(RequestValidationError, errors.on_invalid)
    app.add_exception_handler(ValidationError, errors.on_invalid)
    app.add_exception_handler(SignInNeeded, errors.on_signed_out)
    app.add_middleware(Edge)
    return app


def _list_paths(app: FastAPI) -> Iterator[str]:
    for router in list_routers(dev=app.state.console.dev):
        for route in router.routes:
            if isinstance(route, Route) and "GET" in (route.methods or ()):
                yield route.path


def mount_console(app: Starlette, console: Console) -> None:
    """Mounts the console at `/console`, and sends whoever opens the bare address there."""

    def go_to_console(_request: Request) -> Response:
        return RedirectResponse(f"{PREFIX}/", 307)

    app.mount(PREFIX, make_console(console), name="console")
    app.router.routes.append(Route("/", go_to_console, methods=["GET"]))
    app.router.routes.append(Route(PREFIX, go_to_console, methods=["GET"]))
