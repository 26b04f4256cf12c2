"""A cut-off is told by mail and short message over real servers: each receipt counts from when it was taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from tests.kits.desk import People, ask
from tests.kits.gateway import Gateway, serve_gateway
from tests.kits.smtp import MailServer, serve_mail

from yunqi.operations.installation import Installation
from yunqi.operations.notices.sending import deliver_due_notices
from yunqi.store.contracts import require_contract
from yunqi.store.facts import list_facts
from yunqi.store.tables import contract

MINUTE = timedelta(minutes=1)
DUTY = {
    "party": "provider",
    "text": "紧急情况下乙方应切断网络并在1小时内以邮件及短信通知甲方。",
    "source": {"article": "第九十九条", "text": "紧急情况下乙方应切断网络并在1小时内以邮件及短信通知甲方。"},
}


@pytest.fixture
def mail(site: Installation) -> Iterator[MailServer]:
    with serve_mail() as server:
        changes = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none"}
        site.settings = replace(site.settings, **changes, smtp_from="duty@cloud.example")
        yield server


@pytest.fixture
def gateway(site: Installation) -> Iterator[Gateway]:
    with serve_gateway() as server:
        site.settings = replace(site.settings, sms_url=server.url("/sms"), sms_success="code=0")
        yield server


@pytest.fixture
def cut(site: Installation, people: People, mail: MailServer, gateway: Gateway) -> Any:
    """A system cut off just now, under a contract that wants it told within the hour by mail and short message."""
    number = people.cast.first.contract
    with site.database.write() as connection:
        found = require_contract(connection, number)
        data = {**found.data, "obligations": [*(found.data.get("obligations") or ()), DUTY]}
        connection.execute(update(contract).where(contract.c.id == found.id).values(data=data))
    for channel, address in (("mail", "head@unit.example"), ("sms", "138 0000-1111")):
        named = {"party": "using_unit", "name": "甲方负责人", "channel": channel, "address": address}
        ask(site, people.operator, "contact.add", contract=number, **named)
    other = {"party": "provider", "name": "乙方值班", "channel": "mail", "address": "duty@cloud.example"}
    ask(site, people.operator, "contact.add", contract=number, **other)
    made = ask(site, people.lead, "register.record", contract=number, kind="cut_off", title="感染病毒", who="值班员",
               at=site.clock.now()).value  # fmt: skip
    return ask(site, people.lead, "register.advance", id=made.id, event="carry_out").value


def tell_clock(site: Installation, people: People, cut: Any) -> Any:
    found = ask(site, people.clerk, "register.read", id=cut.id).value
    return next(one for one in found.clocks if one.name == "tell")


def pass_minutes(site: Installation, count: int) -> None:
    site.clock.advance(count * MINUTE)  # type: ignore[attr-defined]


def test_told_by_both_ways_within_the_hour(
    site: Installation, people: People, mail: MailServer, gateway: Gateway, cut: Any
) -> None:
    cut_at = site.clock.now()
    clock = tell_clock(site, people, cut)
    assert (clock.limit, clock.due_at, clock.standing) == ("1 小时，邮件、短信", cut_at + 60 * MINUTE, "running")
    assert clock.lacking == ("邮件", "短信")
    pass_minutes(site, 5)
    deliver_due_notices(site)
    ((sender, to, letter),) = mail.taken
    assert (sender, to, letter["Subject"]) == (
        "duty@cloud.example",
        "head@unit.example",
        f"应急断开：{cut.number} 感染病毒",
    )
    assert people.cast.first.contract in letter.get_content()
    ((path, form),) = gateway.taken
    assert (path, form["mobile"]) == ("/sms", "13800001111")
    assert f"应急断开：{cut.number} 感染病毒" in form["content"]
    clock = tell_clock(site, people, cut)
    assert (clock.standing, clock.done_at, clock.lacking) == ("kept", cut_at + 5 * MINUTE, ())
    told = ask(site, people.clerk, "register.read", id=cut.id).value.tellings
    assert {one.channel: (one.state, one.answer) for one in told} == {
        "mail": ("done", "250 2.0.0 Ok: queued as Q0001"),
        "sms": ("done", '200 {"code": 0, "id": "S1"}'),
    }
    with site.database.read() as connection:
        facts = list_facts(connection, people.cast.first.contract_id, subject=cut.id, kind="notice.delivered")
    assert sorted(one.payload["channel"] for one in facts) == ["mail", "sms"]
    assert {one.at for one in facts} == {cut_at + 5 * MINUTE}


def test_a_receipt_after_the_hour_is_late_whatever_came_before(
    site: Installation, people: People, mail: MailServer, gateway: Gateway, cut: Any
) -> None:
    cut_at = site.clock.now()
    gateway.answer = {"code": 7}
    pass_minutes(site, 5)
    deliver_due_notices(site)
    assert (len(mail.taken), gateway.taken) == (1, [])
    clock = tell_clock(site, people, cut)
    assert (clock.standing, clock.done_at, clock.lacking) == ("running", None, ("短信",))
    pass_minutes(site, 56)
    deliver_due_notices(site)
    clock = tell_clock(site, people, cut)
    assert (clock.standing, clock.lacking, clock.elapsed_minutes) == ("overdue", ("短信",), 61)
    sms = next(
        one for one in ask(site, people.clerk, "register.read", id=cut.id).value.tellings if one.channel == "sms"
    )
    assert (sms.state, sms.error, '"code": 7' in sms.answer) == ("waiting", "refused", True)
    gateway.answer = {"code": 0, "id": "S2"}
    pass_minutes(site, 5)
    deliver_due_notices(site)
    clock = tell_clock(site, people, cut)
    assert (clock.standing, clock.done_at, clock.lacking) == ("late", cut_at + 66 * MINUTE, ())
    assert (len(mail.taken), len(gateway.taken)) == (1, 1)  # what was taken once is not sent again
