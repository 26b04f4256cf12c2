"""A browser for the tests of the console."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette
from tests.kits.browser import Visits, serve, start_browser
from tests.kits.console import Desk, make_console_app
from tests.kits.desk import People
from tests.kits.front import Front, Staffed, settled_template, signed_template, staffed_template
from tests.kits.server import serving
from tests.kits.session import Session
from tests.rules.house import ROOT

from yunqi.operations.installation import Installation

__all__ = ["settled_template", "signed_template", "staffed_template"]


@pytest.fixture
def front(staffed_template: Staffed, tmp_path: Path) -> Iterator[Front]:
    """The console of a settled home, with everybody of the sample at a seat."""
    with staffed_template.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def windows(front: Front, browser: Browser) -> Iterator[Visits]:
    """Browser windows on that console, served with a worker for its runs."""
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(serving(front.site))
        yield Visits(browser, address, stack)


@pytest.fixture
def session(settled_template: Session, tmp_path: Path) -> Session:
    """The settled sample in a home of the test's own."""
    return settled_template.copy(tmp_path / "home")


@pytest.fixture
def site(session: Session) -> Iterator[Installation]:
    with session.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, session: Session) -> People:
    return People(site, session)


@pytest.fixture
def console(site: Installation, people: People) -> Starlette:
    """The console over the settled sample."""
    return make_console_app(site, people)


@pytest.fixture
def desk(console: Starlette) -> Callable[..., Desk]:
    """Somebody at the console, without a browser: `desk("clerk")`."""
    return lambda who, language="zh-CN": Desk(console, who, language)


@pytest.fixture
def visits(browser: Browser, console: Starlette) -> Iterator[Visits]:
    """Browser windows on the console over the settled sample."""
    with contextlib.ExitStack() as stack, serve(console) as address:
        yield Visits(browser, address, stack)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    with contextlib.ExitStack() as stack:
        yield start_browser(stack)


@pytest.fixture(scope="session")
def style_app() -> Any:
    """The console with the style guide and nobody's data."""
    spec = importlib.util.spec_from_file_location("web_style", ROOT / "scripts" / "web_style.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make_example()


@pytest.fixture(scope="session")
def style_address(style_app: Any) -> Iterator[str]:
    """Where it is served."""
    with serve(style_app) as address:
        yield address


@pytest.fixture
def style(browser: Browser, style_address: str) -> Iterator[Visits]:
    """Windows on the style guide."""
    with contextlib.ExitStack() as stack:
        yield Visits(browser, style_address, stack)
