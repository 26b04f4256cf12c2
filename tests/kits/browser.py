"""A real browser on the console: Chromium through Playwright, every complaint of the page collected.

A page fails that says anything on the console, breaks the content security policy, answers one of its own files with an
error, scrolls sideways, or has a serious fault of accessibility.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright
from starlette.types import ASGIApp
from tests.rules.house import ROOT

SCREENS = ROOT / "build" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
_SERIOUS = {"serious", "critical"}
_START_S = 20


class BrowserMissingError(Exception):
    """No Chromium, or no axe-core, on this machine."""


def find_chromium() -> str:
    """The program; Debian's package `chromium` brings it."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise BrowserMissingError("Chromium is missing: apt-get install chromium (make test does it)")
    if not AXE.exists():
        raise BrowserMissingError("axe-core is missing: scripts/web.sh fetches it")
    return found


@contextlib.contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """Serves the application on a free port of this machine; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_S
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.started, "the server did not start"
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_START_S)
        listener.close()


@dataclass
class Visitor:
    """One browser window: opens pages, keeps what they complain of."""

    page: Page
    address: str
    name: str
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.type}: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.complaints.append(f"{response.status} {response.url}")

    def open(self, path: str, status: int = 200) -> Page:
        """Goes to a page of the console and checks what it answers."""
        if status >= 400:
            self.allowed.append(f"status of {status}")
        answer = self.page.goto(self.address + path, wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        return self.page

    def shoot(self, name: str, *, whole: bool = True) -> Path:
        """The page as a picture under build/screens: the whole of it, or what the window shows."""
        path = SCREENS / f"{re.sub(r'[^a-z0-9-]+', '-', name)}-{self.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=whole)
        return path

    def check(self, *, axe: bool = True) -> None:
        """Fails for everything that is wrong with the page as it stands."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.complaints.append(f"{self.page.url}: scrolls sideways by {wide} px")
        if axe:
            self.complaints += self._find_barriers()
        left = [each for each in self.complaints if not any(part in each for part in self.allowed)]
        assert not left, "\n".join(left)

    def _find_barriers(self) -> list[str]:
        # Evaluated by the debugger, so the page's policy neither hinders nor is weakened for it.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "() => axe.run(document, {resultTypes: ['violations'], rules: {'color-contrast': {enabled: true}}})"
        )
        return [
            f"{self.page.url}: {each['id']} ({each['impact']}): {each['help']}: "
            + "; ".join(node["html"][:160] for node in each["nodes"][:4])
            for each in found["violations"]
            if each["impact"] in _SERIOUS
        ]


@dataclass
class Visits:
    """Opens windows on one server; all close with the test."""

    browser: Browser
    address: str
    stack: contextlib.ExitStack

    def visit(
        self,
        *,
        phone: bool = False,
        language: str = "zh-CN",
        script: bool = True,
        cookies: dict[str, str] | None = None,
        address: str = "",
    ) -> Visitor:
        """A window of its own: no cookies but those given."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            locale=language,
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            reduced_motion="reduce",
            is_mobile=phone,
            has_touch=phone,
        )
        self.stack.callback(context.close)
        address = address or self.address
        if cookies:
            context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(15_000)
        name = f"{'phone' if phone else 'desktop'}-{language[:2]}{'' if script else '-plain'}"
        return Visitor(page, address, name)


def start_browser(stack: contextlib.ExitStack) -> Browser:
    """Chromium without a window; ends with the stack."""
    try:
        program = find_chromium()
    except BrowserMissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    playwright = stack.enter_context(sync_playwright())
    browser = playwright.chromium.launch(executable_path=program, headless=True, args=list(ARGS))
    stack.callback(browser.close)
    return browser
