"""Every page of the console, for everybody: it answers, in both languages, and without a fault of ours."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.kits.browser import Visits, serve
from tests.kits.front import Front, Staffed, settled_template, signed_template, staffed_template, words_of
from tests.kits.session import Session

from yunqi.bootstrap import make_app
from yunqi.operations.actions import load_actions
from yunqi.operations.actions.perform import at_machine, perform
from yunqi.web.app import list_routers
from yunqi.wire.contracts import ListContracts
from yunqi.wire.incidents import ListIncidents
from yunqi.wire.resources import ListResources
from yunqi.wire.statements import ListStatements
from yunqi.wire.work_orders import ListWorkOrders

__all__ = ["settled_template", "signed_template", "staffed_template"]
EVERYBODY = ("clerk", "approver", "operator", "lead", "officer", "auditor", "engineer", "system", "security", "trail")
ANSWERS = {200, 204, 303, 403, 404, 409, 422}
"""A page, a way on, or a refusal in words; a 422 is of an address whose question is not complete."""
RAW = re.compile(r"\b[a-z]{3}-[0-9a-z]{26}\b|\b[a-z]+(?:_[a-z]+)+\b|\b(?:availability|average)\.[a-z]+\b|<span")
"""An id, a code or a tag where people read."""
NO_PAGE = ("/language/", "/sign-in", "/static", "/oidc")


@pytest.fixture(scope="module")
def front(staffed_template: Staffed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    load_actions()
    with staffed_template.open(tmp_path_factory.mktemp("pages") / "home") as opened:
        yield opened


def ids_of(front: Front) -> dict[str, str]:
    """An object of each noun."""

    def first(name: str, request: object) -> str:
        found = perform(front.site, at_machine(), name, request).value.items  # type: ignore[arg-type]
        return str(found[0].id) if found else "none"

    session: Session = front.session
    assert session.cast is not None
    return {
        "contracts": session.cast.first.contract_id,
        **dict.fromkeys(
            ("payments", "bonds", "allocations", "deliveries", "periodic-reports"), session.cast.first.contract_id
        ),
        "evidence": session.cast.first.contract_id,
        "statements": first("statement.list", ListStatements(last=True)),
        "incidents": first("incident.list", ListIncidents()),
        "work-orders": first("work_order.list", ListWorkOrders()),
        "resources": first("resource.list", ListResources()),
        "systems": front.system_of(session.cast.first),
        "people": front.people["clerk"],
        "all": first("contract.list", ListContracts()),
    }


FILES = (".ics", ".xlsx", ".docx", "/document", "/draft", "/supplement", "/none", "/progress")
"""How the addresses end that hand out a file, or a part of a page."""


def list_paths(front: Front) -> list[str]:
    """The addresses of all pages, their places filled."""
    ids = ids_of(front)
    found = []
    for router in list_routers(dev=False):
        for route in router.routes:
            path, methods = getattr(route, "path", ""), getattr(route, "methods", set()) or set()
            if "GET" not in methods or path.startswith(NO_PAGE):
                continue
            noun = path.strip("/").split("/")[0]
            filled = re.sub(r"\{(id|contract|reference|number)(:\w+)?\}", ids.get(noun, "none"), path)
            filled = re.sub(r"\{what\}", "payment", filled)
            found.append(re.sub(r"\{\w+(:\w+)?\}", "none", filled))
    return sorted(set(found))


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_page_answers_everybody(front: Front, name: str) -> None:
    paths = list_paths(front)
    assert len(paths) > len(EVERYBODY)
    seat = front.seat(name, language="en" if name in {"lead", "auditor"} else "zh")
    answers = {path: seat.http.get(f"/console{path}", follow_redirects=False).status_code for path in paths}
    wrong = {path: status for path, status in answers.items() if status not in ANSWERS}
    assert not wrong, wrong
    assert answers["/"] == 200


def test_pages_show_words_instead_of_codes(front: Front) -> None:
    seat, found = front.seat("clerk"), {}
    for path in list_paths(front):
        answer = seat.http.get(f"/console{path}", follow_redirects=True)
        if answer.status_code == 200 and "html" in answer.headers.get("content-type", ""):
            text = re.sub(r"<(code|script|style|textarea)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
            if raw := RAW.findall(words_of(text)):
                found[path] = raw[:5]
    assert not found, found


def test_nobody_sees_a_page_without_signing_in(front: Front) -> None:
    seat = front.seat()
    for path in list_paths(front):
        answer = seat.http.get(f"/console{path}", follow_redirects=False)
        if path.startswith("/help"):
            continue
        assert answer.status_code == 303, (path, answer.status_code)
        assert answer.headers["location"].startswith("/console/sign-in"), path


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("who", "phone", "language"), [("clerk", False, "zh-CN"), ("lead", True, "en-GB")])
def test_every_page_in_a_browser(front: Front, browser: Browser, who: str, phone: bool, language: str) -> None:
    with serve(make_app(front.site)) as address, contextlib.ExitStack() as stack:
        visits = Visits(browser, address, stack)
        visitor = visits.visit(phone=phone, language=language, cookies={"yunqi_session": front.token(who)})
        visitor.allowed += ["status of 4"]
        for path in list_paths(front):
            if path.endswith(FILES) or path.startswith("/documents/"):
                continue
            answer = visitor.page.goto(f"{address}/console{path}", wait_until="load")
            if answer is None or answer.status != 200 or "html" not in answer.headers.get("content-type", ""):
                continue
            visitor.shoot(f"page-{path.replace('/', '-')}-{who}")
            visitor.check()
