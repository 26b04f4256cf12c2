"""Notices at the console: contacts, the two reports, what was told by hand, the national grade."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from tests.kits.console import Desk
from tests.kits.desk import People
from tests.kits.smtp import MailServer, serve_mail
from tests.web.test_incidents import report

from yunqi.operations.installation import Installation
from yunqi.operations.notices.sending import deliver_due_notices

Open = Callable[..., Desk]


@pytest.fixture
def mail(site: Installation) -> Iterator[MailServer]:
    with serve_mail() as server:
        changes = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none"}
        site.settings = replace(site.settings, **changes, smtp_from="duty@cloud.example")
        yield server


def test_a_contact_is_named_tried_and_told(desk: Open, people: People, site: Installation, mail: MailServer) -> None:
    operator, clerk = desk("operator"), desk("clerk")
    form = operator.open("/notices/contacts/new")
    refused = operator.send(form, "/contacts/new", 422, name="王主任", address="nobody")
    assert "不是邮件地址" in refused.words
    listed = operator.send(refused, "/contacts/new", address="head@unit.example")
    assert "head@unit.example" in listed.words
    path = next(link for link in listed.links if "/notices/contacts/ctc-" in link)[len("/console") :]
    operator.send(operator.open(path), "/test")
    deliver_due_notices(site)
    assert "queued as Q0001" in operator.open("/notices").words
    incident = report(clerk, people)
    assert "合同没有写明时限" in clerk.open(incident).words or "没有约定通知与报告" in clerk.open(incident).words
    first = operator.open(f"/notices/{incident.rpartition('/')[2]}/first_report")
    missing = operator.send(first, "/first_report", 422, happened="交换机重启", impact="三个系统")
    told = operator.send(missing, "/first_report", measures="切换至备机")
    assert "故障初步报告" in told.words
    deliver_due_notices(site)
    seen = clerk.open(incident)
    assert "回执：250 2.0.0 Ok: queued as Q0002" in seen.words
    assert "提交初步报告" not in seen.words
    operator.send(operator.open(path), "/remove")
    assert "head@unit.example" not in operator.open("/notices/contacts").words


def test_grading_starts_the_national_clock_and_a_report_stops_it(desk: Open, people: People) -> None:
    clerk = desk("clerk")
    incident = report(clerk, people).rpartition("/")[2]
    graded = clerk.send(clerk.open(f"/notices/{incident}/grade"), "/grade", reason="门户两小时不可用", operator="cii")
    assert "国家网络安全事件报告管理办法" in graded.words
    assert "公安机关" in graded.words
    form = clerk.open(f"/notices/{incident}/told?stage=report")
    asked = {"recipient": "市公安局", "receipt": "受理号 17", "channel": "portal"}
    wrong = clerk.send(form, "/told", 422, **asked, to="using_unit")
    assert "主管部门" in wrong.words
    done = clerk.send(wrong, "/told", to="authority")
    assert "受理号 17" in done.words
    assert "已报" in done.words
    clerk.open(f"/notices/{incident}/dance", 404)
    desk("auditor").open(f"/incidents/{incident}")
