"""Incidents, findings and exclusions at the console: clocks, steps, and what needs a second person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People

from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def report(clerk: Desk, people: People) -> str:
    """The path of an incident that the clerk reports; what runs from the report to the provider is asked for next."""
    form = clerk.open("/incidents/new")
    fields = {"title": "业务系统无法登录", "object": "platform", "kind": "fault", "type": "interruption"}
    assert "合同" in form.words
    told = clerk.send(form, "/incidents/new", **fields)
    assert told.address.endswith("/events/reported")
    assert "自报告云服务商起算" in told.words
    return told.address.removesuffix("/events/reported")


def test_reporting_an_incident_and_what_was_wrong(desk: Open, people: People) -> None:
    clerk = desk("clerk")
    form = clerk.open("/incidents/new")
    refused = clerk.send(form, "/incidents/new", 422, title="", object="platform", at="2030-01-01T00:00")
    assert "请填写" in refused.words
    later = clerk.send(refused, "/incidents/new", 422, title="断网", object="platform")
    assert "断网" in later.text
    assert "尚未到来" in later.words
    path = report(clerk, people)
    seen = clerk.open(path)
    assert "业务系统无法登录" in seen.words
    assert "云平台整体" in seen.words
    assert "时限" in seen.words


def test_a_clock_runs_and_stops(desk: Open, people: People, site: Installation) -> None:
    clerk, operator = desk("clerk"), desk("operator")
    path = report(clerk, people)
    told = clerk.send(clerk.open(f"{path}/events/reported"), "/events/reported", channel="值班电话")
    assert "值班电话" in told.words
    assert "还剩" in clerk.open(path).words
    listed = operator.open("/incidents")
    assert "最先到期的时限" in listed.words
    assert any(path in link for link in listed.links)
    site.clock.advance(timedelta(days=3))  # type: ignore[attr-defined]
    late = operator.open(path)
    assert "已超期" in late.words
    operator.send(operator.open(f"{path}/events/responded"), "/events/responded")
    missing = operator.send(operator.open(f"{path}/events/located"), "/events/located", 422)
    assert "根本原因" in missing.words
    operator.send(operator.open(f"{path}/events/located"), "/events/located", root_cause="交换机故障")
    operator.send(operator.open(f"{path}/events/recovered"), "/events/recovered")
    done = clerk.send(clerk.open(f"{path}/events/closed"), "/events/closed")
    assert "已关闭" in done.words
    assert "交换机故障" in done.words


def test_who_was_slower_sees_how_it_stands(desk: Open, people: People) -> None:
    clerk, operator, lead = desk("clerk"), desk("operator"), desk("lead")
    path = report(clerk, people)
    first, second = operator.open(f"{path}/events/responded"), lead.open(f"{path}/events/responded")
    operator.send(first, "/events/responded")
    after = lead.send(second, "/events/responded")
    assert after.address == path
    assert "这一步现在不能由您办理" in after.words
    officer = desk("officer").open(path)
    assert not [link for link in officer.links if "/events/" in link]
    desk("other_lead").open(path, 404)


def test_a_finding_is_proposed_and_confirmed_by_both(desk: Open, people: People) -> None:
    clerk, approver, lead = desk("clerk"), desk("approver"), desk("lead")
    path = report(clerk, people)
    form = clerk.open(next(link for link in clerk.open(path).links if "/adjudications/new" in link)[len("/console") :])
    asked = {"question": "loss_fen", "figure": "", "evidence": "财务说明 3 号"}
    refused = clerk.send(form, "/adjudications/new", 422, **asked)
    assert "财务说明 3 号" in refused.text
    made = clerk.send(refused, "/adjudications/new", figure="12,000.50")
    assert "¥12,000.50" in made.words
    assert "/events/confirm" not in "".join(made.links)
    one = approver.send(approver.open(f"{made.address}/events/confirm"), "/events/confirm")
    assert "一方已确认" in one.words
    both = lead.send(lead.open(f"{made.address}/events/confirm"), "/events/confirm")
    assert "双方已确认" in both.words
    assert "¥12,000.50" in clerk.open("/adjudications").words


def test_a_contested_finding_is_decided(desk: Open, people: People) -> None:
    clerk, operator, officer = desk("clerk"), desk("operator"), desk("officer:approver")
    path = report(clerk, people)
    form = clerk.open(f"/adjudications/new?contract={people.cast.first.contract_id}&event={path.rpartition('/')[2]}")
    made = clerk.send(form, "/adjudications/new", question="responsible", answer="yes", evidence="监控记录")
    reason = operator.send(operator.open(f"{made.address}/events/contest"), "/events/contest", 422)
    assert "理由" in reason.words
    contested = operator.send(reason, "/events/contest", reason="系运营商光缆中断")
    assert "有异议" in contested.words
    step = officer.open(f"{made.address}/events/decide")
    decided = officer.send(step, "/events/decide", answer="no", evidence="运营商证明")
    assert "已裁定" in decided.words


def test_an_exclusion_waits_for_the_other_party(desk: Open) -> None:
    operator = desk("operator")
    form = operator.open("/exclusions/new")
    assert "须经对方确认" in form.words
    span = {
        "start_at": "2026-09-01T22:00",
        "end_at": "2026-09-01T20:00",
        "clause": "附件二 2.3",
        "reason": "计划内维护",
    }
    made = operator.send(form, "/exclusions/new", 422, **span)
    assert "计划内维护" in made.text
    proposal = operator.send(made, "/exclusions/new", end_at="2026-09-01T23:30")
    assert proposal.address.startswith("/proposals/")
    approver = desk("approver")
    approver.send(approver.open(proposal.address), "/agree")
    listed = desk("clerk").open("/exclusions").words
    assert "附件二 2.3" in listed
    assert "1 小时 30 分钟" in listed
    assert "Exclu" in desk("auditor", "en").open("/exclusions").words


def test_incidents_on_a_desk_and_on_a_phone(visits: Visits, desk: Open, people: People) -> None:
    clerk = desk("clerk")
    path = report(clerk, people)
    clerk.send(clerk.open(f"{path}/events/reported"), "/events/reported", channel="值班电话")
    links = clerk.open("/incidents?sort=opened_at").links
    settled = next(link for link in links if "/incidents/" in link and not link.endswith("/new"))
    most = (
        ("incidents", "/console/incidents"),
        ("incident", f"/console{path}"),
        ("adjudication-new", "/console/adjudications/new"),
        ("exclusion-new", "/console/exclusions/new"),
    )
    rest = (
        ("incident-new", "/console/incidents/new"),
        ("incident-settled", settled),
        ("adjudications", "/console/adjudications"),
        ("exclusions", "/console/exclusions"),
    )
    for phone, language, places in ((False, "zh-CN", most + rest), (True, "zh-CN", most), (False, "en", most[:2])):
        visitor = visits.visit(phone=phone, language=language, cookies={COOKIE: "clerk"})
        for name, address in places:
            visitor.open(address)
            visitor.shoot(name)
            visitor.check()
    page = visits.visit(cookies={COOKIE: "operator"}).open(f"/console{path}")
    page.get_by_role("link", name="响应", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="响应", exact=True).click()
    page.wait_for_url(f"**{path}")
    assert "已响应" in page.locator("h1").inner_text()


def test_the_documents_of_a_fault_are_handed_out_and_filed(desk: Open, people: People, site: Installation) -> None:
    clerk, operator = desk("clerk"), desk("operator")
    path = report(clerk, people)
    seen = operator.open(path)
    assert "故障文档" in seen.words
    assert "使用单位确认故障排除" in seen.words
    assert operator.open(f"{path}/documents/fault_first").content.startswith(b"PK")
    assert "尚未确认" in operator.open(f"{path}/documents/fault_final", 422).words
    made = operator.send(seen, "/documents/fault_record")
    assert "编制报告" in made.words
    assert work_one(site, "test")
    assert any("/reports/rep-" in each for each in operator.open(made.address).links)
    filed = operator.open(path)
    assert "故障处置记录 2026年第1期" in filed.words
    address = next(each for each in filed.links if "/reports/rep-" in each)
    assert "重新编制" in operator.open(address.removeprefix("/console")).words
    clerk.open(address.removeprefix("/console"), 404)  # a draft is its author's alone
