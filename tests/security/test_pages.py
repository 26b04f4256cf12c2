"""Pages of the console: nobody's shows another's, and what people typed is shown as what it is: text."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Error
from tests.kits.attack import OWN, Stage, noun_of
from tests.kits.browser import start_browser
from tests.kits.desk import ask
from tests.kits.walk import OTHERS

from yunqi.kernel.errors import Problem

MARK = "yqxss"
PLANTED = (
    f"<script>window.{MARK}=1;alert(1)</script>",
    f'"><img src=x onerror="window.{MARK}=1;alert(1)">',
    f"'\"></textarea></title><svg/onload=window.{MARK}=1>",
    f"{{{{7*7}}}}{{%import os%}}{MARK}",
    f"javascript:window.{MARK}=1//",
    f"</script><script>window.{MARK}=1</script>",
)
RAW = ("<script>window", "<img src=x", "<svg/onload", "</textarea></title>", 'href="javascript:', "href='javascript:")


@pytest.fixture(scope="module")
def planted(stage: Stage) -> Stage:
    """Each text in whatever people may type and others read."""
    site, people = stage.site, stage.people
    side, now = people.cast.first, site.clock.now()
    for text in PLANTED:
        attempts = (
            (people.clerk, "work_order.open", {"contract": side.contract, "kind": "change", "title": text}),
            (people.clerk, "incident.open", {"contract": side.contract, "title": text, "at": now}),
            (people.clerk, "system.add", {"name": text}),
            (people.manager, "person.add", {"organisation": people.clerk.organisation_id, "name": text}),  # type: ignore[attr-defined]
            (people.clerk, "file.upload", {"name": text.replace("/", "") + ".txt", "content": text.encode()}),
            (
                people.operator,
                "consent.ask",
                {
                    "using_unit": side.using_unit,
                    "scope": "tenant_data",
                    "reason": text,
                    "valid_until": now.replace(year=now.year + 1, month=1),
                },
            ),
            (
                people.clerk,
                "exclusion.record",
                {
                    "contract": side.contract,
                    "clause": text,
                    "reason": text,
                    "start_at": now.replace(day=1),
                    "end_at": now,
                },
            ),
            (
                people.clerk,
                "occurrence.record",
                {
                    "contract": side.contract,
                    "measures": "security.incident",
                    "at": now,
                    "title": text,
                    "root_cause": text,
                },
            ),
        )
        kept = 0
        for caller, action, fields in attempts:
            with contextlib.suppress(Problem):
                ask(site, caller, action, **fields)
                kept += 1
        assert kept >= 4, text
    document = "\n".join(["政务云服务合同", "合同编号：XSS-1", "甲方：" + PLANTED[0], *PLANTED])
    http = stage.browser("clerk")
    sent = http.post("/api/v1/files", files={"file": ("xss.txt", document.encode())}, headers=OWN)
    assert sent.status_code == 201, sent.text
    return stage


def addresses(stage: Stage) -> Iterator[tuple[str, bool]]:
    """Each page with the first agency's objects, and whether it is known to be aimed at one."""
    for route in stage.pages():
        if "GET" in (route.methods or ()) and not route.path.startswith("/language"):
            for path in stage.paths_of(route)[:2]:
                yield path, "{" in route.path and bool(noun_of(route))
    yield f"/console/search?text={MARK}", False


def test_pages_show_nobody_what_is_anothers(planted: Stage) -> None:
    """Each page, aimed at each object of the first agency, asked for by those whose it is not."""
    side = planted.people.cast.first
    telling = {side.contract_id, side.contract, *side.systems, *planted.walk.ids.values(), MARK}
    telling -= {
        planted.walk.ids["organisation"],
        planted.walk.ids["provider"],
    }  # that a party exists everybody may know
    for who in OTHERS:
        http = planted.browser(who)
        for path, aimed in addresses(planted):
            answer = http.get(path)
            assert answer.status_code < 500, (who, path, answer.status_code)
            assert not aimed or answer.status_code in {303, 403, 404, 422}, (who, path, answer.status_code)
            shown = [word for word in telling if word in answer.text and word not in path]
            assert not shown, (who, path, shown)


def test_what_people_type_is_shown_as_text(planted: Stage) -> None:
    shown = 0
    for who in ("clerk", "manager", "lead", "officer", "auditadmin"):
        http = planted.browser(who)
        for path, _aimed in addresses(planted):
            answer = http.get(path)
            assert answer.status_code < 500, (who, path, answer.text[:300])
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            shown += MARK in answer.text
            raw = [text for text in RAW if text in answer.text]
            assert not raw, (who, path, raw)
            assert f"49{{%import os%}}{MARK}" not in answer.text, path
    assert shown > 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with contextlib.ExitStack() as stack:
        yield start_browser(stack)


@pytest.mark.parametrize("who", ["clerk", "officer"])
def test_no_page_runs_what_was_planted(planted: Stage, chromium: Browser, who: str) -> None:
    """In a real browser: no dialog, no script that ran, no complaint about the policy."""
    context = chromium.new_context(locale="zh-CN")
    session = planted.browser(who).cookies["yunqi_session"]
    context.add_cookies([{"name": "yunqi_session", "value": session, "url": planted.address}])
    complaints: list[str] = []
    page = context.new_page()

    def dismiss(dialog: Dialog) -> None:
        complaints.append(f"{page.url}: dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on(
        "console",
        lambda said: complaints.append(f"{page.url}: {said.text}") if "Content Security Policy" in said.text else None,
    )
    seen = 0
    for path, _aimed in addresses(planted):
        if MARK not in planted.browser(who).get(path).text:
            continue
        try:
            page.goto(planted.address + path, wait_until="domcontentloaded")
        except Error as error:
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                continue  # a file that is handed out is no page
            raise
        assert page.evaluate(f"window.{MARK}") is None, path
        seen += 1
    context.close()
    assert not complaints, complaints
    assert seen > 0
