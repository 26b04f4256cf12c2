"""A scanned contract at the console: read page by page, recognised once, its pages beside the words."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from tests.kits.browser import Visits, serve
from tests.kits.console import COOKIE, Desk, make_console_app
from tests.kits.maker import make_contract
from tests.kits.session import open_session
from tests.web.test_contracts import TwoParties, _Signers

from yunqi.contract.documents import scan
from yunqi.operations.actions.worker import work_one
from yunqi.operations.contract_text import load_read
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract
from yunqi.store.desk_runs import DeskRun


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Any, str, list[DeskRun]]]:
    """A home into which a scan of two pages was imported; its console, the contract's path, what was told."""
    made = make_contract(0, "county")
    content, name = made.render("scan")
    session = open_session(tmp_path_factory.mktemp("scanned") / "home")
    told: list[DeskRun] = []
    with session.installation() as site:
        parties = TwoParties(site, made.truth["parties"])
        app = make_console_app(site, _Signers(site, parties))  # type: ignore[arg-type]
        unit = Desk(app, "unit")
        begun = unit.send(unit.open("/contracts/import"), "/contracts/import", file=(name, content))
        assert work_one(site, "test", tell=told.append)
        over = unit.open(begun.address)
        assert "新合同" in over.words, over.words
        path = next(link for link in over.links if "/contracts/con" in link).removeprefix("/console")
        yield site, app, path, told


def test_the_run_tells_of_every_page(scanned: tuple[Installation, Any, str, list[DeskRun]]) -> None:
    _site, _app, _path, told = scanned
    pages = [(one.done, one.total) for one in told if "扫描页" in one.note]
    assert pages == [(0, 2), (1, 2), (2, 2)]


def test_it_is_recognised_once(
    scanned: tuple[Installation, Any, str, list[DeskRun]], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, app, path, _told = scanned
    monkeypatch.setattr(scan.reading, "_start", lambda: pytest.fail("it was recognised again"))
    shown = Desk(app, "unit").open(f"{path}/text")
    assert "有扫描页" in shown.words
    with site.database.read() as connection:
        found = require_contract(connection, path.rpartition("/")[2])
        document = load_read(connection, found.document_id)
    assert document.recognised
    assert {block.place.page for block in document.blocks if hasattr(block, "place")} == {1, 2}


def test_its_pages_stand_beside_the_words(scanned: tuple[Installation, Any, str, list[DeskRun]]) -> None:
    _site, app, path, _told = scanned
    unit = Desk(app, "unit")
    tree = unit.open(f"{path}/text").tree
    images = [one.removeprefix("/console") for one in tree.xpath("//details/img/@src")]
    assert [one.rpartition("/")[2] for one in images] == ["1", "2"]
    for one in images:
        seen = unit.open(one)
        assert seen.headers["content-type"] == "image/jpeg"
        assert seen.content.startswith(b"\xff\xd8")
    assert "没有可显示的第 3 页" in unit.open(f"{path}/text/pages/3", 422).words


def test_a_page_opens_in_a_browser(browser: Browser, scanned: tuple[Installation, Any, str, list[DeskRun]]) -> None:
    _site, app, path, _told = scanned
    with contextlib.ExitStack() as stack, serve(app) as address:
        visitor = Visits(browser, address, stack).visit(cookies={COOKIE: "unit"})
        page = visitor.open(f"/console{path}/text")
        page.locator(".yq-text-page summary").first.click()
        image = page.locator(".yq-text-page img").first
        image.wait_for(state="visible")
        # `decode` waits for the whole picture and fails on a broken one; to wait for a predicate is no way, since it
        # would be evaluated from a string, which the page's own policy forbids.
        assert image.evaluate("async (one) => { await one.decode(); return one.naturalWidth; }") > 500
        visitor.shoot("contract-scan", whole=False)
        visitor.check()
