"""统一工单 at the console: four people in four browsers; each sees whose turn it is and only what it may do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser
from tests.kits.browser import Visitor, Visits, serve
from tests.kits.console import COOKIE, Desk, make_console_app
from tests.kits.desk import People, ask
from tests.kits.session import Session

from yunqi.operations.installation import Installation
from yunqi.wire.work_orders import WorkOrderDetail

Open = Callable[..., Desk]


@pytest.fixture
def session(signed_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Session:
    return signed_template.copy(tmp_path_factory.mktemp("orders") / "home")


def draft(site: Installation, people: People) -> WorkOrderDetail:
    side = people.cast.first
    asked = {"contract": side.contract, "kind": "change", "title": "扩充内存", "system": side.systems[0]}
    made = ask(site, people.clerk, "work_order.open", **asked).value
    assert isinstance(made, WorkOrderDetail)
    return made


def test_a_draft_from_the_form(desk: Open, people: People, site: Installation) -> None:
    clerk = desk("clerk")
    form = clerk.open("/work-orders/new")
    assert people.cast.first.contract in form.words
    refused = clerk.send(form, "/work-orders/new", 422, title="门户网站入云")
    assert "门户网站入云" in refused.text
    made = clerk.send(refused, "/work-orders/new", kind="onboarding")
    assert "等待政务云管理单位办理" in made.words
    assert "已提交，等待政务云管理单位备案" in made.words
    assert "门户网站入云" in clerk.open("/work-orders?state=drafted").words
    assert "门户网站入云" not in clerk.open("/work-orders?waiting=true").words
    assert "门户网站入云" in desk("officer").open("/work-orders?waiting=true").words
    desk("other_clerk").open(made.address, 404)


def test_each_sees_only_its_own_next_steps(desk: Open, people: People, site: Installation) -> None:
    path = f"/work-orders/{draft(site, people).id}"
    events = {
        who: desk(who).open(path).tree.xpath("//input[@name='event']/@value")
        for who in ("clerk", "operator", "officer:operator", "officer:reader", "auditor")
    }
    assert events == {
        "clerk": ["withdraw"],
        "operator": ["reject"],
        "officer:operator": ["file", "reject"],
        "officer:reader": [],
        "auditor": [],
    }


def test_what_a_step_needs_is_asked_at_its_field(desk: Open, people: People, site: Installation) -> None:
    path = f"/work-orders/{draft(site, people).id}"
    officer = desk("officer:operator")
    page = officer.open(path)
    file_form = next(one for one in page.forms("/events") if one.fields["event"] == "file")
    answer = officer.client.post(file_form.get("action"), data=dict(file_form.fields))
    assert answer.status_code == 422
    assert "备案号" in answer.text
    given = {**dict(file_form.fields), "filing_number": "云备〔2026〕17号"}
    filed = officer.client.post(file_form.get("action"), data=given)
    assert filed.status_code == 200
    assert "已备案" in filed.text
    again = officer.client.post(file_form.get("action"), data=given)  # sent twice: done once
    assert again.status_code == 200
    events = ask(site, people.clerk, "work_order.read", id=path.rpartition("/")[2]).value.timeline
    assert [one.event for one in events] == ["file"]


def test_a_rejected_one_is_over(desk: Open, people: People, site: Installation) -> None:
    made = draft(site, people)
    ask(site, people.operator, "work_order.advance", id=made.id, event="reject", reason="材料不全")
    seen = desk("clerk").open(f"/work-orders/{made.id}")
    assert "材料不全" in seen.words
    assert "已经结束，没有要办的事" in seen.words
    assert not seen.tree.xpath("//input[@name='event']")


def test_the_administration_gives_notice_of_a_limit_for_more_capacity(
    desk: Open, people: People, site: Installation
) -> None:
    side = people.cast.first
    asked = {"contract": side.contract, "kind": "scale_out", "title": "扩充内存", "system": side.systems[0]}
    made = ask(site, people.clerk, "work_order.open", **asked).value
    officer = desk("officer:operator")
    path = f"/work-orders/{made.id}"
    assert "书面通知限期满足" not in officer.open(path).words
    page = officer.open(path)
    form = next(one for one in page.forms("/events") if one.fields["event"] == "file")
    officer.client.post(form.get("action"), data={**dict(form.fields), "filing_number": "备-9"})
    page = officer.open(path)
    form = next(one for one in page.forms("/events") if one.fields["event"] == "press")
    given = {**dict(form.fields), "evidence": "京云函 9 号"}
    refused = officer.client.post(form.get("action"), data={**given, "until_on": "2000-01-01"})
    assert refused.status_code == 422
    assert "早于书面通知之日" in refused.text
    done = officer.client.post(form.get("action"), data={**given, "until_on": "2099-01-01"})
    assert done.status_code == 200
    assert "京云函 9 号" in done.text
    assert "2099-01-01" in done.text
    assert "press" not in desk("clerk").open(path).tree.xpath("//input[@name='event']/@value")


@pytest.fixture
def four(browser: Browser, site: Installation, people: People) -> Iterator[Callable[[str], Visitor]]:
    """A browser of its own for each of the four."""
    with contextlib.ExitStack() as stack, serve(make_console_app(site, people)) as address:
        visits = Visits(browser, address, stack)
        yield lambda who: visits.visit(cookies={COOKIE: who}, phone=who == "operator")


def test_four_people_in_four_browsers(four: Callable[[str], Visitor], people: People) -> None:
    clerk, officer, operator, approver = (four(who) for who in ("clerk", "officer:operator", "operator", "approver"))
    page = clerk.open("/console/work-orders/new")
    page.get_by_label("服务变更").check()
    page.locator("#field-title").fill("门户网站扩容：增加 2 台云服务器")
    page.get_by_role("button", name="提交").click()
    page.get_by_text("等待政务云管理单位办理").wait_for()
    path = page.url.removeprefix(clerk.address)
    clerk.shoot("four-clerk")
    clerk.check()

    page = officer.open("/console/work-orders?waiting=true")
    page.get_by_role("link", name="门户网站扩容").click()
    page.locator("#field-filing_number").fill("云备〔2026〕18号")
    page.get_by_role("button", name="备案", exact=True).click()
    page.get_by_text("等待云服务商办理").wait_for()
    officer.shoot("four-officer")
    officer.check()

    page = operator.open(path)
    page.get_by_role("button", name="受理", exact=True).click()
    page.get_by_text("下一步：实施").wait_for()
    operator.check()
    page.get_by_role("button", name="实施", exact=True).click()
    page.get_by_text("等待使用单位办理").wait_for()
    operator.shoot("four-operator")

    page = approver.open(path)
    page.get_by_role("button", name="办结", exact=True).click()
    page.get_by_text("已经结束，没有要办的事").wait_for()
    for words in ("云备〔2026〕18号", "顾长明", "唐砚", "林知远"):
        assert words in page.locator("main").inner_text()
    approver.shoot("four-approver")
    approver.check()
    page = clerk.open(path)
    assert "已办结" in page.locator("h1").inner_text()
    assert people.cast.first.using_unit in page.locator("main").inner_text()


def test_what_happened_earlier_is_written_down_with_its_instant(desk: Open, people: People, site: Installation) -> None:
    path = f"/work-orders/{draft(site, people).id}"
    clerk = desk("clerk")
    shown = clerk.open(path)
    wrong = clerk.send(shown, f"{path}/events", 422, reason="重复", at="昨天")
    assert "昨天" in wrong.text
    late = clerk.send(wrong, f"{path}/events", 422, at="2999-01-01T09:00")
    assert late.forms("/events")[0].fields["reason"] == "重复"
    done = clerk.send(late, f"{path}/events", at="2026-03-31T09:00")
    assert "2026-03-31 09:00" in done.words
