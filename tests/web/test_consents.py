"""Consents, assumed roles and the audit trail at the console: asked, given, used, ended, and all of it on record."""

from __future__ import annotations

import re

import pytest
from tests.kits.browser import Visits
from tests.kits.front import INTEGRATOR, Front, Seat

from yunqi.operations.actions.worker import work_one

REASON = "检查门户网站访问缓慢"


def unit_id(front: Front) -> str:
    return str(front.seat("clerk").http.get("/api/v1/session").json()["organisation_id"])


def ask_for(front: Front, seat: Seat, **more: object) -> str:
    """The page of a consent that was asked for."""
    fields = {"using_unit": unit_id(front), "scope": "assume_role", "roles": "operator", "reason": REASON}
    fields |= {"valid_until": "2026-11-25T18:00", **more}
    done = seat.send("/consents/new", "/consents", **fields)
    return done.headers["location"].removeprefix("/console")


def test_a_consent_is_asked_for_answered_and_withdrawn(front: Front) -> None:
    operator, approver, clerk = front.seat("operator"), front.seat("approver"), front.seat("clerk")
    operator.sees("/consents", "还没有授权同意", "申请授权")
    wrong = {"using_unit": unit_id(front), "scope": "assume_role", "roles": "operator", "reason": ""}
    refused = operator.send("/consents/new", "/consents", 422, **wrong, valid_until="2026-11-25T18:00")
    assert "2026-11-25T18:00" in refused.text
    operator.send("/consents/new", "/consents", 422, **{**wrong, "reason": "x", "valid_until": "2030-01-01T00:00"})
    where = ask_for(front, operator)
    assert "/assumption" not in operator.sees(where, "待答复", REASON)
    assert "/give" not in clerk.get(where)
    approver.sees(where, "请答复这项申请", "代入角色（经办）")
    approver.send(f"{where}/refusal", f"{where}/refusal", 422, reason="")
    assert "有效" in approver.follow(approver.send(where, f"{where}/give"))
    assert f"{where}/assumption" in operator.get(where)
    front.seat("other_operator").get(where, 404)
    front.seat("other_approver").get(where, 404)
    gone = approver.send(f"{where}/withdrawal", f"{where}/withdrawal", reason="已处理完")
    assert "已撤回" in approver.follow(gone)
    assert f"{where}/assumption" not in operator.get(where)
    second = ask_for(front, operator, scope="tenant_data")
    done = approver.send(f"{second}/refusal", f"{second}/refusal", reason="不需要")
    assert "已拒绝" in approver.follow(done)
    operator.sees(second, "不需要")
    front.seat("officer").sees("/consents", REASON)


def test_a_role_is_assumed_ended_and_stopped(front: Front) -> None:
    operator, approver = front.seat("operator"), front.seat("approver")
    where = ask_for(front, operator)
    approver.send(where, f"{where}/give")
    begin = f"{where}/assumption"
    operator.send(begin, begin, 422, roles="operator", reason="", hours="1")
    operator.send(begin, begin, roles="operator", reason=REASON, hours="1")
    page = operator.sees("/people", front.session.side.using_unit)
    assert "正代入" in page
    assert REASON in page
    operator.sees("/account", "代入角色期间不能变更")
    assert "结束代入" in operator.get("/consents")
    operator.send("/account", "/assumption/end")
    assert "正代入" not in operator.sees("/assumptions", "唐砚", REASON, "已结束")
    operator.send(begin, begin, roles="operator", reason=REASON, hours="8")
    listed = approver.sees("/assumptions", "代入中")
    live = re.findall(r"/console(/assumptions/[a-z0-9-]+)", listed)[0]
    approver.sees(live, "唐砚", "立即中止")
    assert "已中止" in approver.follow(approver.send(live, f"{live}/stop"))
    assert operator.http.get("/console/people", follow_redirects=False).status_code == 303  # signed out
    trail = front.seat("trail")
    number = live.rpartition("/")[2]
    assert "唐砚" in trail.get(f"/audit?assumption={number}") or "代入" in trail.get("/audit?action=assumption.begin")


def test_an_integrator_serves_a_system_and_asks(front: Front) -> None:
    approver, engineer = front.seat("approver"), front.seat("engineer")
    system = front.system_of(front.session.side)
    integrators = re.findall(rf'value="(org-[a-z0-9]+)">{INTEGRATOR}', approver.get("/integrators/new"))
    engineer.sees("/integrators", "还没有信息系统服务商")
    approver.send("/integrators/new", "/integrators", 422, system=system, integrator="", granted="1")
    approver.send("/integrators/new", "/integrators", system=system, integrator=integrators[0], granted="1")
    approver.sees("/integrators", INTEGRATOR)
    engineer = front.seat("engineer")
    engineer.sees("/integrators", INTEGRATOR)
    where = ask_for(front, engineer, roles="reader", systems=system)
    engineer.sees(where, "待答复")
    approver.send(where, f"{where}/give")
    begin = f"{where}/assumption"
    engineer.send(begin, begin, roles="reader", reason=REASON, hours="1")
    assert "正代入" in engineer.get("/organisations")


def test_the_trail_says_who_did_what(front: Front) -> None:
    operator, trail = front.seat("operator"), front.seat("trail")
    where = ask_for(front, operator)
    page = trail.sees("/audit?action=consent.ask", "申请授权", "唐砚", "已办理")
    number = re.findall(r"/console/audit/(\d+)", page)[0]
    trail.sees(f"/audit/{number}", REASON, "申请授权", "consent.ask", where.rpartition("/")[2])
    front.seat("clerk").send("/people/new", "/people", 422, name="谁")
    trail.sees("/audit?outcome=refused", "登记人员", "已拒绝")
    trail.sees("/audit?person=周予安&since=2026-11-21&until=2026-11-21", "登记人员")
    trail.sees("/audit?since=2027-01-01", "没有符合条件的记录")
    trail.get("/audit?since=never", 422)
    trail.get("/audit/999999", 404)
    manager = front.seat("manager")
    manager.sees("/audit", "周予安")
    assert "唐砚" not in manager.get("/audit")
    assert "/audit/verification" not in manager.get("/audit")
    front.seat("clerk").get("/audit", 403)
    front.seat("clerk").get("/audit/verification", 403)


def test_the_trail_is_checked_and_handed_out(front: Front) -> None:
    trail = front.seat("trail")
    trail.send("/audit/verification", "/audit/verification", 422, position="3")
    begun = trail.send("/audit/verification", "/audit/verification")
    run = begun.headers["location"].removeprefix("/console")
    assert work_one(front.site, "tests")
    page = trail.get(run)
    result = re.findall(r"/console(/audit/verification/[a-z0-9-]+)", page)
    trail.sees(result[0], "完整", "校验范围")
    made = trail.send("/audit/export", "/audit/export", form="jsonl", until="2026-12-31")
    assert work_one(front.site, "tests")
    file = re.findall(
        r"/console(/audit/files/[a-z0-9-]+)", trail.get(made.headers["location"].removeprefix("/console"))
    )
    answer = trail.http.get(f"/console{file[0]}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert b"audit.verify" in answer.content
    front.seat("clerk").get(file[0], 404)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_consent_assumed_role_and_trail_in_the_browser(front: Front, windows: Visits, phone: bool) -> None:
    asks = windows.visit(phone=phone, cookies={"yunqi_session": front.token("operator")})
    page = asks.open("/console/consents/new")
    page.locator("[name=using_unit]").select_option(label=front.session.side.using_unit)
    page.locator("[name=roles][value=operator]").check()
    page.locator("[name=reason]").fill(REASON)
    asks.shoot("consent-new")
    asks.check()
    page.get_by_role("button", name="提交申请").click()
    page.locator(".yq-said").wait_for()
    asks.shoot("consent-asked")
    asks.check()
    answers = windows.visit(phone=phone, cookies={"yunqi_session": front.token("approver")})
    other = answers.open("/console/consents")
    answers.shoot("consents")
    answers.check()
    other.locator(".yq-row-link").first.click()
    answers.shoot("consent-answer")
    answers.check()
    other.get_by_role("button", name="同意").click()
    other.locator(".yq-said").wait_for()
    page.reload()
    page.get_by_role("link", name="代入角色").first.click()
    page.locator("[name=reason]").fill("按报障检查")
    page.locator("[name=hours]").select_option("2")
    asks.shoot("assume")
    asks.check()
    asks.allowed.append("404")
    page.get_by_role("button", name="开始代入").click()
    page.locator(".yq-assumed").wait_for()
    assert "2 小时" in page.locator(".yq-assumed-left").inner_text()
    asks.open("/console/consents")
    asks.shoot("assumed")
    asks.check()
    page.locator(".yq-assumed button").click()
    page.wait_for_url("**/assumptions")
    assert page.locator(".yq-assumed").count() == 0
    asks.shoot("assumptions")
    asks.check()
    looks = windows.visit(phone=phone, cookies={"yunqi_session": front.token("trail")})
    seen = looks.open("/console/audit")
    text = seen.locator("main").inner_text()
    for words in ("申请授权", "同意授权", "代入角色", "结束代入"):
        assert words in text, words
    looks.shoot("audit")
    looks.check()
    seen.locator(".yq-row-link").first.click()
    looks.shoot("audit-one")
    looks.check()
    seen = looks.open("/console/audit/verification")
    seen.get_by_role("button", name="开始校验").click()
    seen.get_by_role("link", name="查看结果").click()
    seen.get_by_text("完整").wait_for()
    looks.shoot("audit-verdict")
    looks.check()
