"""A month worked out under assumptions, and a dispute about one line, at the console."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette
from tests.kits.browser import Visits, serve
from tests.kits.console import COOKIE, Desk
from tests.kits.session import Session

Open = Callable[..., Desk]


def test_assumptions_are_worked_out_and_told_when_they_are_wrong(desk: Open, session: Session) -> None:
    page = f"/statements/{session.statements[-1].id}"
    clerk = desk("clerk")
    assert f"{page}/what-if" in "".join(clerk.open(page).links)
    shown = clerk.open(f"{page}/what-if")
    assert "可用的写法" in shown.words
    action = f"/console{page}/what-if"
    wrong = clerk.send(shown, action, 422, assume="without:INC-1900-0001")
    assert "本月的数据中没有「INC-1900-0001」" in wrong.words
    assert "without:INC-1900-0001" in wrong.text
    nothing = clerk.send(shown, action, assume="trigger:nothing=2026-01-01")
    assert "结果不变" in nothing.words
    made = clerk.send(shown, action, assume="\n".join(f"without:{one}" for one in _numbers(session)))
    assert "会改变的" in made.words
    assert "事件时限" in made.words


def _numbers(session: Session) -> list[str]:
    return [str(one["number"]) for one in session.statements[-1].data["incidents"]]


def test_a_line_is_disputed_from_its_row(desk: Open, session: Session) -> None:
    statement = session.statements[-1]
    page = f"/statements/{statement.id}"
    line = next(one["id"] for one in statement.data["candidates"] if one["state"] == "chosen")
    lead, auditor = desk("lead"), desk("auditor")
    (link,) = [one for one in lead.open(page).links if "/dispute?" in one]
    assert not [one for one in auditor.open(page).links if "/dispute?" in one]
    path = link.removeprefix("/console")
    form = lead.open(path)
    assert "争议期间该项照算、暂不计付" in form.words
    assert "请填写" in lead.send(form, link, 422, reason="").words
    lead.open(f"{page}/dispute?line=nothing", 422)
    found = lead.send(form, link, reason="该时段的中断由运营商引起")
    assert "该项违约金是否不应支付（争议）" in found.words
    assert "该时段的中断由运营商引起" in found.words
    assert line.rpartition("/")[0].partition(":")[0] not in found.words  # said in words, not by its code
    assert "已有争议" in lead.send(lead.open(path), link, 422, reason="再次").words


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_both_pages_in_a_browser(browser: Browser, console: Starlette, session: Session, size: str) -> None:
    statement = session.statements[-1]
    line = next(one["id"] for one in statement.data["candidates"] if one["state"] == "chosen")
    with contextlib.ExitStack() as stack, serve(console) as address:
        visitor = Visits(browser, address, stack).visit(phone=size == "phone", cookies={COOKIE: "lead"})
        page = visitor.open(f"/console/statements/{statement.id}/what-if")
        page.get_by_label("假设").fill("\n".join(f"without:{one}" for one in _numbers(session)))
        page.get_by_role("button", name="试算").click()
        page.get_by_role("heading", name="会改变的").wait_for()
        visitor.shoot(f"what-if-{size}")
        visitor.check()
        visitor.open(f"/console/statements/{statement.id}/dispute?line={quote(line)}")
        visitor.shoot(f"dispute-{size}")
        visitor.check()
        visitor.open(f"/console/statements/{statement.id}")
        visitor.shoot(f"statement-{size}")
        visitor.check()
