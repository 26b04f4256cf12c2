"""Incidents are told of by mail, short message and group robots, with receipts, in the contract's time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.kits.gateway import KEY, Gateway, serve_gateway
from tests.kits.smtp import MailServer, serve_mail

from yunqi.operations.installation import Installation
from yunqi.operations.notices.planning import plan_notices
from yunqi.operations.notices.sending import deliver_due_notices
from yunqi.store.facts import list_facts

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mail(site: Installation) -> Iterator[MailServer]:
    with serve_mail(refused=frozenset({"gone@unit.example"})) as server:
        changes = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none"}
        site.settings = replace(site.settings, **changes, smtp_from="duty@cloud.example")
        yield server


@pytest.fixture
def gateway(site: Installation) -> Iterator[Gateway]:
    with serve_gateway(now_s=site.clock.now().timestamp()) as server:
        changes = {"webhook_hosts": "127.0.0.1", "sms_url": server.url("/sms"), "sms_success": "code=0"}
        site.settings = replace(site.settings, **changes)
        yield server


def name(site: Installation, people: People, channel: str, address: str, **more: Any) -> str:
    fields = {"contract": people.cast.first.contract, "party": "using_unit", "name": "甲方负责人"}
    made = ask(site, people.operator, "contact.add", **{**fields, "channel": channel, "address": address, **more})
    return str(made.value.id)


def incident(site: Installation, people: People, **more: Any) -> str:
    fields = {"contract": people.cast.first.contract, "title": "业务系统无法登录", "object": "platform", **more}
    return str(ask(site, people.clerk, "incident.open", **fields).value.id)


def standing(site: Installation, people: People, found: str) -> Any:
    return ask(site, people.auditor, "notice.standing", incident=found).value


def advance(site: Installation, minutes: float) -> None:
    site.clock.advance(minutes * MINUTE)  # type: ignore[attr-defined]


def test_an_incident_is_told_of_by_every_way_once_with_receipts(
    site: Installation, people: People, mail: MailServer, gateway: Gateway
) -> None:
    name(site, people, "mail", "head@unit.example")
    name(site, people, "sms", "138 0000-1111")
    name(site, people, "wecom", gateway.url("/cgi-bin/webhook/send?key=k1"))
    name(site, people, "dingtalk", gateway.url("/robot/send?access_token=t1"), secret=KEY)
    found = incident(site, people)
    for _turn in range(2):
        plan_notices(site)
        deliver_due_notices(site)
    (sender, to, letter), *rest = mail.taken
    assert (sender, to, rest) == ("duty@cloud.example", "head@unit.example", [])
    assert "业务系统无法登录" in letter["Subject"]
    assert "对象：云平台" in letter.get_content()
    forms = dict(gateway.taken)
    assert len(gateway.taken) == 3
    assert forms["/sms"]["mobile"] == "13800001111"
    assert "业务系统无法登录" in forms["/sms"]["content"]
    assert "业务系统无法登录" in forms["/cgi-bin/webhook/send"]["markdown"]["content"]
    assert forms["/robot/send"]["markdown"]["title"].startswith("事件：INC-")
    (told,) = standing(site, people, found).notices
    answers = {one.channel: (one.state, one.answer, one.organisation) for one in told.tellings}
    assert answers["mail"][:2] == ("done", "250 2.0.0 Ok: queued as Q0001")
    assert '"errcode": 0' in answers["dingtalk"][1]
    assert {state for state, _answer, _of in answers.values()} == {"done"}
    shown = ask(site, people.clerk, "contact.list", contract=people.cast.first.contract).value.items
    assert [one.address for one in shown] == ["head@unit.example", "13800001111", "127.0.0.1", "127.0.0.1"]
    with site.database.read() as connection:
        facts = list_facts(connection, people.cast.first.contract_id, subject=found)
    assert [one.kind for one in facts].count("notice.delivered") == 4
    assert not any(KEY in str(one.payload) or "key=k1" in str(one.payload) for one in facts)


def test_what_is_not_taken_is_tried_again_and_then_shown(site: Installation, people: People, mail: MailServer) -> None:
    name(site, people, "mail", "gone@unit.example")
    name(site, people, "mail", "head@unit.example", minutes_left=None)
    mail.busy = True
    found = incident(site, people)
    plan_notices(site)
    deliver_due_notices(site)
    (told,) = standing(site, people, found).notices
    assert {(one.state, one.error, one.answer) for one in told.tellings} == {
        ("waiting", "refused", "550 no such person"),
        ("waiting", "refused", "451 try later"),
    }
    deliver_due_notices(site)
    assert {one.attempts for one in standing(site, people, found).notices[0].tellings} == {1}
    mail.busy = False
    said: list[str] = []
    for _turn in range(30):
        advance(site, 5)
        said += deliver_due_notices(site)
    assert len(mail.taken) == 1
    assert len(said) == 1
    states = {one.state: one.attempts for one in standing(site, people, found).notices[0].tellings}
    assert states == {"dead": 24, "done": 2}
    ask(site, people.operator, "notice.retry", id=standing(site, people, found).notices[0].id)
    mail.refused = frozenset()
    deliver_due_notices(site)
    assert len(mail.taken) == 2


def test_the_next_level_is_told_when_little_is_left_of_a_clock(
    site: Installation, people: People, mail: MailServer
) -> None:
    levels = {"lead@cloud.example": 5, "director@cloud.example": 0}
    for address, left in levels.items():
        name(site, people, "mail", address, party="provider", minutes_left=left)
    found = incident(site, people)
    ask(site, people.clerk, "incident.advance", id=found, event="reported", channel="电话")
    clocks = ask(site, people.clerk, "incident.read", id=found).value.clocks
    first = min((one for one in clocks if one.left_minutes is not None), key=lambda one: one.left_minutes)
    assert first.left_minutes > 5
    plan_notices(site)
    deliver_due_notices(site)
    assert mail.taken == []
    advance(site, first.left_minutes - 5)
    assert plan_notices(site)
    assert plan_notices(site) == ()
    deliver_due_notices(site)
    assert {to for _sender, to, _mail in mail.taken} == {"lead@cloud.example"}
    assert first.name in str(mail.taken[0][2]["Subject"])
    advance(site, 6)
    plan_notices(site)
    deliver_due_notices(site)
    assert {to for _sender, to, _mail in mail.taken} == set(levels)
    assert "已超期" in str(mail.taken[-1][2]["Subject"])


def test_the_fault_is_reported_in_two_stages(site: Installation, people: People, mail: MailServer) -> None:
    found = incident(site, people)
    first = {"incident": found, "stage": "first_report", "happened": "交换机重启", "impact": "3 个系统不可用"}
    refusal("report.part", site, people.operator, "notice.report", **first)
    refusal("notice.nobody", site, people.operator, "notice.report", **first, measures="切换至备机")
    name(site, people, "mail", "head@unit.example")
    refusal("access.role", site, people.clerk, "notice.report", **first, measures="切换至备机")
    ask(site, people.operator, "notice.report", **first, measures="切换至备机")
    final = {"incident": found, "stage": "final_report", "root_cause": "固件缺陷", "remedy": "升级固件"}
    ask(site, people.operator, "notice.report", **final)
    deliver_due_notices(site)
    assert "切换至备机" in mail.taken[0][2].get_content()
    assert "根本原因：固件缺陷" in mail.taken[1][2].get_content()
    last, before = standing(site, people, found).notices
    assert (last.stage, before.stage) == ("final_report", "first_report")
    assert last.data == {"root_cause": "固件缺陷", "remedy": "升级固件"}


def test_what_was_told_by_hand_is_kept_with_what_shows_it(site: Installation, people: People) -> None:
    found = incident(site, people)
    given = {"incident": found, "channel": "telephone", "recipient": "甲方王主任", "receipt": "09:12 通话 3 分钟"}
    refusal("notice.time", site, people.operator, "notice.record", **given, at=site.clock.now() + MINUTE)
    refusal("notice.to", site, people.operator, "notice.record", **given, to="authority")
    ask(site, people.operator, "notice.record", **given)
    (told,) = standing(site, people, found).notices
    assert [(one.channel, one.answer, one.state) for one in told.tellings] == [
        ("telephone", "09:12 通话 3 分钟", "done")
    ]


def test_the_national_clock_runs_from_when_it_was_known(site: Installation, people: People) -> None:
    found = incident(site, people)
    began = site.clock.now()
    given = {"incident": found, "operator": "other", "reason": "省级门户两小时不可用"}
    advance(site, 30)
    ask(site, people.clerk, "notice.grade", **given, grade="ordinary")
    assert standing(site, people, found).national == ()
    ask(site, people.clerk, "notice.grade", **given, grade="larger")
    report, summary = standing(site, people, found).national
    assert (report.state, report.due_at, report.left_minutes) == ("running", began + 240 * MINUTE, 210)
    assert (summary.state, bool(summary.unsure)) == ("not_started", True)
    ask(site, people.clerk, "notice.grade", **{**given, "operator": "cii"}, grade="grave")
    report, onward, _summary = standing(site, people, found).national
    assert (report.due_at, onward.state) == (began + 60 * MINUTE, "for_information")
    advance(site, 40)
    assert standing(site, people, found).national[0].state == "breached"
    told = {"channel": "portal", "recipient": "保护工作部门", "receipt": "受理号 202603-17", "to": "authority"}
    ask(site, people.clerk, "notice.record", incident=found, stage="report", at=began + 50 * MINUTE, **told)
    report = standing(site, people, found).national[0]
    assert (report.state, report.met_at) == ("met", began + 50 * MINUTE)
    refusal("access.role", site, people.auditor, "notice.grade", **given, grade="larger")


BAD = [
    ("mail", "nobody", "contact.mail"),
    ("mail", "a@b.example\nBcc: c@d.example", "contact.mail"),
    ("sms", "110 call me", "contact.phone"),
    ("wecom", "http://10.0.0.1/x", "address.scheme"),
    ("dingtalk", "https://localhost/x", "address.host"),
]


@pytest.mark.parametrize(("channel", "address", "code"), BAD)
def test_who_cannot_be_told_is_refused_by_name(
    site: Installation, people: People, channel: str, address: str, code: str
) -> None:
    fields = {"contract": people.cast.first.contract, "party": "using_unit", "name": "甲"}
    problem = refusal(code, site, people.operator, "contact.add", **fields, channel=channel, address=address)
    assert problem.way_out


def test_contacts_are_tried_and_removed(site: Installation, people: People, mail: MailServer) -> None:
    one = name(site, people, "mail", "head@unit.example")
    fields = {"contract": people.cast.first.contract, "party": "using_unit", "name": "乙", "channel": "mail"}
    refusal("contact.twice", site, people.clerk, "contact.add", **fields, address="head@unit.example")
    refusal("object.unknown", site, people.other_operator, "contact.test", id=one)
    ask(site, people.clerk, "contact.test", id=one)
    deliver_due_notices(site)
    rows = ask(site, people.clerk, "notice.list", contract=people.cast.first.contract).value.items
    assert [(row.stage, row.state, row.incident_id) for row in rows] == [("test", "done", None)]
    ask(site, people.clerk, "contact.remove", id=one)
    refusal("object.unknown", site, people.clerk, "contact.remove", id=one)
    found = incident(site, people)
    refusal("notice.nobody", site, people.operator, "notice.send", incident=found, text="x")
    other = name(site, people, "mail", "b@unit.example", minutes_left=5)
    ask(site, people.operator, "notice.send", incident=found, text="正在处理", contacts=[other])
    refusal("contact.unknown", site, people.operator, "notice.send", incident=found, text="x", contacts=[one])
    deliver_due_notices(site)
    assert [to for _sender, to, _mail in mail.taken] == ["head@unit.example", "b@unit.example"]
