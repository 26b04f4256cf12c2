"""The documents of a fault: what they say of an incident, when they are refused, and how they are filed."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from docx import Document
from tests.kits.desk import People, act_as, ask, refusal
from tests.operations.actions.test_compositions import compose, lines

from yunqi.kernel.clock import render_instant
from yunqi.operations.installation import Installation

HOUR = timedelta(hours=1)


def words_of(content: bytes) -> str:
    """All text of a Word document."""
    body = Document(io.BytesIO(content)).element.body
    return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def opened(site: Installation, people: People, **fields: Any) -> Any:
    told = {"title": "办事大厅无法访问", "at": render_instant(site.clock.now() - 2 * HOUR), **fields}
    return ask(site, people.clerk, "incident.open", contract=people.cast.first.contract, **told).value


def step(site: Installation, caller: Any, incident: Any, event: str, **said: Any) -> None:
    ask(site, caller, "incident.advance", id=incident.id, event=event, **said)


def document(site: Installation, caller: Any, incident: Any, name: str) -> str:
    made = ask(site, caller, "fault.file", incident=incident.id, document=name).value
    assert made.name.endswith(".docx")
    return words_of(made.content)


def close(site: Installation, people: People, incident: Any, *, cause: str | None = "固件缺陷") -> None:
    """Carries an incident to its end."""
    step(site, people.clerk, incident, "reported", channel="服务热线")
    step(site, people.operator, incident, "responded", note="已派人")
    if cause:
        step(site, people.operator, incident, "located", root_cause=cause)
    step(site, people.operator, incident, "recovered")
    step(site, people.clerk, incident, "closed")


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_the_first_report_says_what_is_open_and_the_second_waits_for_the_confirmation(
    site: Installation, people: People
) -> None:
    made = opened(site, people)
    first = document(site, people.operator, made, "fault_first")
    for said in (made.number, "办事大厅无法访问", "由人员报告", "根本原因尚未查明", "服务尚未恢复", "没有探测数据"):
        assert said in first
    refusal("fault.not_recovered", site, people.operator, "fault.file", incident=made.id, document="downtime")
    early = refusal(
        "fault.not_confirmed", site, people.operator, "fault.file", incident=made.id, document="fault_final"
    )
    assert early.values["state"] == "处置中"
    close(site, people, made)
    final = document(site, people.clerk, made, "fault_final")
    for said in ("固件缺陷", "服务热线", "已派人", "确认故障排除", people.operator.organisation_name):
        assert said in final
    assert "根本原因尚未查明" not in final
    assert "宕机概况" in document(site, people.auditor, made, "downtime")
    assert "处置经过" in document(site, people.officer, made, "fault_record")
    refusal("object.unknown", site, people.other_operator, "fault.file", incident=made.id, document="fault_record")


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_what_has_no_such_document_is_refused(site: Installation, people: People) -> None:
    request = opened(site, people, title="开通端口", kind="request", type="request")
    refusal("fault.not_a_fault", site, people.clerk, "fault.file", incident=request.id, document="fault_record")
    false = opened(site, people)
    step(site, people.clerk, false, "withdrawn", reason="误报")
    for name in ("fault_first", "fault_final", "downtime"):
        refusal("fault.withdrawn", site, people.clerk, "fault.file", incident=false.id, document=name)
    assert "误报" in document(site, people.clerk, false, "fault_record")
    slow = opened(site, people, type="degradation")
    refusal("fault.not_down", site, people.clerk, "fault.file", incident=slow.id, document="downtime")
    nobody_knows = opened(site, people)
    close(site, people, nobody_knows, cause=None)
    refusal("fault.no_root_cause", site, people.lead, "fault.file", incident=nobody_knows.id, document="fault_final")
    fields = {"incident": nobody_knows.id, "stage": "final_report", "root_cause": "人为误操作", "remedy": "复核"}
    contact = {"party": "using_unit", "name": "甲", "channel": "mail", "address": "unit@unit.example"}
    ask(site, people.operator, "contact.add", contract=people.cast.first.contract, **contact)
    ask(site, people.operator, "notice.report", **fields, happened="x", impact="窗口停办", measures="x")
    told = document(site, people.lead, nobody_knows, "fault_final")
    assert "人为误操作" in told
    assert "窗口停办" in told


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_a_record_is_filed_for_its_line_and_again_for_the_next_incident(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    first, second = opened(site, people), opened(site, people, title="门户中断")
    asked = {"contract": contract, "report": "fault_record"}
    made = compose(site, people.operator, **asked, incident=first.id)
    assert (made["kind"], made["number"], made["case_id"]) == ("故障处置记录", 1, first.id)
    assert "办事大厅无法访问" in made["title"]
    assert compose(site, people.operator, **asked, incident=first.number)["id"] == made["id"]
    assert compose(site, people.operator, **asked, incident=second.id)["number"] == 2
    assert compose(site, people.operator, failed=True, **asked) == "compose.needs"
    key = next(key for key, one in lines(site, people.operator, contract).items() if one.kind == "故障处置记录")
    assert compose(site, people.operator, failed=True, contract=contract, line=key) == "compose.needs"
    assert compose(site, people.operator, contract=contract, line=key, incident=first.id)["id"] == made["id"]
    # A new state of the incident is in the draft that is made again.
    close(site, people, first)
    compose(site, people.operator, contract=contract, revises=made["id"])
    content = ask(site, people.operator, "report.file", id=made["id"]).value.content
    assert "固件缺陷" in words_of(content)
    ask(site, people.lead, "report.approve", id=made["id"])
    ask(site, people.operator, "report.deliver", id=made["id"], way="platform")
    listed = ask(site, people.clerk, "report.list", incident=first.id).value.items
    assert [one.id for one in listed] == [made["id"]]
    final = compose(site, people.operator, contract=contract, incident=first.id, report="fault_final")
    assert (final["kind"], final["number"]) == ("故障处理报告", 1)
    assert compose(site, people.operator, failed=True, contract=contract, incident=second.id, report="fault_final") == (
        "fault.not_confirmed"
    )


@pytest.mark.parametrize("settled", ["sqlite"], indirect=True)
def test_what_probes_saw_and_what_it_may_cost_are_in_it(
    settled_site: Installation, settled_people: People, settled: Any
) -> None:
    site, people = settled_site, settled_people
    found = ask(site, people.operator, "incident.list", contract=people.cast.first.contract).value.items
    detail = ask(site, people.operator, "incident.read", id=found[-1].id).value
    text = document(site, people.operator, found[-1], "fault_record")
    for clock in detail.clocks:
        assert clock.name in text
    assert "网页（HTTP），导入" in text
    assert "样例数据" in text
    assert "由文件导入" in text
    priced = [one.stake for one in detail.clocks if one.stake and one.stake.high_fen]
    assert priced
    assert all(f"{one.high_fen / 100:,.2f}" in text for one in priced)


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_an_integrator_reads_the_documents_of_its_own_system_without_what_is_between_the_parties(
    site: Installation, people: People
) -> None:
    cast = people.cast.first
    made = opened(site, people, system=cast.systems[0])
    other = opened(site, people, system=cast.systems[1], title="门户中断")
    step(site, people.clerk, made, "reported", channel="服务热线", at=render_instant(site.clock.now() - 2 * HOUR))
    step(site, people.operator, made, "responded")
    step(site, people.operator, made, "located", root_cause="固件缺陷")
    engineer = act_as(people.operator, "operator", role="integrator", system_ids=frozenset({made.system_id}))
    own = document(site, engineer, made, "fault_record")
    for said in (made.number, "固件缺陷", "认定不向信息系统服务商显示。", "违约金的测算不向信息系统服务商显示。"):
        assert said in own
    assert "测算的违约金" not in own
    assert "测算的违约金" in document(site, people.clerk, made, "fault_record")
    refusal("object.unknown", site, engineer, "fault.file", incident=other.id, document="fault_record")


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_a_final_report_that_was_filed_stops_the_time_for_it(site: Installation, people: People) -> None:
    """The contract of the sample asks for it in writing after the clearing, and says no time."""
    contract = people.cast.first.contract
    made = opened(site, people)
    close(site, people, made)

    def clock() -> Any:
        told = ask(site, people.clerk, "notice.standing", incident=made.id).value
        return next(one for one in told.clocks if one.stage == "final_report")

    assert (clock().state, clock().met_at, clock().lacking) == ("open", None, ("书面",))
    record = compose(site, people.operator, contract=contract, incident=made.id, report="fault_record")
    final = compose(site, people.operator, contract=contract, incident=made.id, report="fault_final")
    for one in (record, final):
        ask(site, people.lead, "report.approve", id=one["id"])
    ask(site, people.operator, "report.deliver", id=record["id"], way="platform")
    assert clock().met_at is None  # a record is no report
    ask(site, people.operator, "report.deliver", id=final["id"], way="paper")
    assert clock().met_at is None  # handed over on paper: it counts from its receipt
    taken_at = site.clock.now()
    ask(
        site,
        people.clerk,
        "report.receipt",
        id=final["id"],
        received_by="甲方",
        way="paper",
        at=render_instant(taken_at),
    )
    assert (clock().state, clock().met_at, clock().lacking) == ("met", taken_at, ())
    for said in (made.number, made.id):
        listed = ask(site, people.clerk, "report.list", incident=said).value.items
        assert {one.id for one in listed} == {record["id"], final["id"]}
    refusal("case.unknown", site, people.clerk, "report.list", incident="SJ-none")
