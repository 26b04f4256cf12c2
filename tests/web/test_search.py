"""The search page: what each finds, what nobody finds, and by keyboard."""

from __future__ import annotations

from tests.kits.browser import Visits
from tests.kits.front import Front


def test_each_finds_what_they_may_see(front: Front) -> None:
    clerk = front.seat("clerk")
    side = front.session.side
    page = clerk.sees(f"/search?q={side.number if hasattr(side, 'number') else side.contract}", "合同")
    assert "/console/contracts/" in page
    clerk.sees(f"/search?q={side.systems[0]}", "信息系统", side.systems[0])
    assert "/console/people/" in clerk.sees("/search?q=林知远", "人员")
    assert "没有找到" in front.seat("other_clerk").get("/search?q=林知远")
    clerk.sees("/search?q=", "填写名称")
    clerk.sees("/search?q=%20%00", "填写名称")
    clerk.sees("/search?q=<script>alert(1)</script>", "没有找到「<script>alert(1)</script>」")
    front.seat("security").sees("/search?q=林", "您的角色不办理业务")
    assert front.seat().http.get("/console/search?q=a", follow_redirects=False).status_code == 303


def test_search_by_keyboard(front: Front, windows: Visits) -> None:
    for phone, language in ((False, "zh-CN"), (True, "en")):
        cookies = {"yunqi_session": front.token("clerk")}
        visitor = windows.visit(phone=phone, language=language, cookies=cookies)
        page = visitor.open("/console/people")
        page.keyboard.press("/")
        page.keyboard.type("云州")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=*")
        page.locator(".yq-hits").first.wait_for()
        visitor.shoot("search")
        visitor.check()
        visitor.open("/console/search?q=zzzz")
        visitor.shoot("search-none")
        visitor.check()
        visitor.open("/console/search")
        visitor.shoot("search-empty")
        visitor.check()
