"""Reports at the console: a line of the calendar is numbered, approved, sent and received; a letter is made."""

from __future__ import annotations

from collections.abc import Callable

from tests.kits.console import Desk
from tests.kits.desk import People, ask

from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def test_a_line_of_the_calendar_goes_its_way_to_the_receipt(desk: Open, people: People) -> None:
    side, operator, lead, clerk = people.cast.first, desk("operator"), desk("lead"), desk("clerk")
    calendar = operator.open("/reports?party=provider")
    assert "报告日历" in calendar.words
    address = next(each for each in calendar.links if "/reports/new?" in each)
    form = operator.open(address.removeprefix("/console"))
    assert "期限依据" in form.words
    made = operator.send(form, "/reports/new", file=("月报.txt", b"report"))
    assert "拟稿" in made.words
    assert "审批通过" not in made.words  # nobody approves what they drafted
    clerk.open(made.address, 404)  # a draft is its author's alone
    approved = lead.send(lead.open(made.address), "/approve")
    assert "已审批" in approved.words
    sent = operator.send(operator.open(made.address), "/deliver", way="exchange")
    assert "已报送" in sent.words
    assert clerk.open(f"{made.address}/document").content == b"report"
    refused = clerk.send(clerk.open(made.address), "/receive", 422, way="paper")
    assert "签收人" in refused.words
    taken = clerk.send(refused, "/receive", way="paper", received_by="收发室")
    assert "已签收" in taken.words
    assert "收发室" in desk("auditor").open("/reports/register").words
    assert side.contract in operator.open("/reports?state=done").words
    desk("other_operator").open(made.address, 404)


def test_a_letter_is_numbered_and_revised_at_the_console(desk: Open, people: People) -> None:
    side, clerk, approver = people.cast.first, desk("clerk"), desk("approver")
    assert "选择合同" in clerk.open("/reports/new").words
    form = clerk.open(f"/reports/new?contract={side.contract_id}")
    made = clerk.send(form, "/reports/new", kind="资源回收函", file=("函.txt", b"letter"))
    assert "编制函件" in made.words
    approver.send(approver.open(made.address), "/approve")
    form = clerk.open(f"/reports/new?contract={side.contract_id}&revises={made.address.rpartition('/')[2]}")
    revised = clerk.send(form, "/reports/new", title="资源回收函（修订）")
    assert "第2版" in revised.words
    assert "新版本" in clerk.open(made.address).words


def test_what_yunqi_can_make_is_offered_for_its_line(desk: Open, people: People, site: Installation) -> None:
    operator, lead = desk("operator"), desk("lead")
    side = people.cast.first
    rows = ask(site, people.operator, "report.calendar", contract=side.contract).value.items
    keys = {one.kind: one.line for one in rows}
    address = f"/reports/new?contract={side.contract_id}&line={keys['故障处置记录']}"
    case = ask(site, people.clerk, "incident.open", contract=side.contract, title="门户中断").value
    form = operator.open(address)
    assert "由云契编制" in form.words
    assert "门户中断" in form.words
    refused = operator.send(form, "/reports/compose", 422)
    assert "须指明事件" in refused.words
    operator.send(refused, "/reports/compose", incident=case.id)
    assert work_one(site, "test")
    (made,) = ask(site, people.operator, "report.list").value.items
    assert (made.kind, made.composed, made.state) == ("故障处置记录", "fault_record", "drafted")
    operator.send(operator.open(f"/reports/{made.id}"), "/compose")
    assert work_one(site, "test")
    again = ask(site, people.operator, "report.read", id=made.id).value.entry
    assert (again.version, again.file_id == made.file_id) == (1, False)
    lead.send(lead.open(f"/reports/{made.id}"), "/approve")
    other = operator.open(f"/reports/new?contract={side.contract_id}&line={keys['渗透测试报告']}")
    assert "由云契编制" not in other.words


def test_a_document_without_a_line_of_the_calendar_is_made_at_the_console(
    desk: Open, people: People, site: Installation
) -> None:
    operator, side = desk("operator"), people.cast.first
    case = ask(site, people.clerk, "incident.open", contract=side.contract, title="门户中断").value
    form = operator.open(f"/reports/new?contract={side.contract_id}")
    for words in ("由云契编制", "政务云服务报送材料（一段期间）", "总体服务方案（整份合同）", "故障报告（一个事件）"):
        assert words in form.words
    refused = operator.send(form, "/reports/compose", 422, report="fault_first")
    assert "须指明事件" in refused.words
    operator.send(refused, "/reports/compose", report="fault_first", incident=case.id)
    operator.send(form, "/reports/compose", report="overall_plan", incident=case.id)  # of no incident: left aside
    day = site.clock.now().date().isoformat()
    operator.send(form, "/reports/compose", report="submission", period_start=day, period_end=day)
    for _one in range(3):
        assert work_one(site, "test")
    made = {one.composed: one for one in ask(site, people.operator, "report.list").value.items}
    assert set(made) == {"fault_first", "overall_plan", "submission"}
    assert made["fault_first"].case_id == case.id
    assert str(made["submission"].period_start) == day
    assert made["overall_plan"].case_id is None


def test_each_receiver_of_a_report_has_its_own_receipt_at_the_console(
    desk: Open, people: People, site: Installation
) -> None:
    operator, lead, side = desk("operator"), desk("lead"), people.cast.first
    form = operator.open(f"/reports/new?contract={side.contract_id}")
    assert "其他收件单位" in form.words
    supervisor = str(people.auditor.organisation_id)
    given = {"kind": "情况说明", "others": supervisor}
    made = operator.send(form, "/reports/new", file=("说明.txt", b"report"), **given)
    assert "尚未报送" in made.words
    lead.send(lead.open(made.address), "/approve")
    sent = operator.send(operator.open(made.address), "/deliver", way="paper")
    assert "已报送，待签收" in sent.words
    assert "签收单位" in sent.words  # the sender says for which of them it has the proof
    auditor = desk("auditor")
    taken = auditor.send(auditor.open(made.address), "/receive", way="paper", received_by="监管收发室")
    assert "监管收发室" in taken.words
    (entry,) = ask(site, people.operator, "report.list").value.items
    assert (entry.state, entry.received_by, entry.others[0].received_by) == ("delivered", None, "监管收发室")
    clerk = desk("clerk")
    clerk.send(clerk.open(made.address), "/receive", way="paper", received_by="甲方收发室")
    (entry,) = ask(site, people.operator, "report.list").value.items
    assert (entry.state, entry.received_by) == ("received", "甲方收发室")
    assert people.auditor.organisation_name in operator.open("/reports/register").words
