"""A browser for the tests of the console."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.kits.browser import Visits, serve, start_browser
from tests.kits.front import Front, Staffed, settled_template, signed_template, staffed_template
from tests.kits.server import serving
from tests.rules.house import ROOT

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
