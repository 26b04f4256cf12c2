"""Acceptance and exit at the console: material, request, answer, sign-off; notice, a step, a refund that is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.kits.browser import Visits
from tests.kits.console import COOKIE, Desk
from tests.kits.desk import People, ask

from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.operations.silence import record_silence
from yunqi.store.contracts import require_contract
from yunqi.store.tables import contract

Open = Callable[..., Desk]


def test_acceptance_from_the_material_to_both_signatures(desk: Open, site: Installation, people: People) -> None:
    number = people.cast.first.contract_id
    provider, path = desk("operator"), f"/acceptances/material?contract={number}"
    shown = provider.open(path)
    assert "服务总结报告" in shown.words
    provider.send(shown, "/material", item="deliverable:9", file=("总结.txt", "总结".encode()))
    assert "总结.txt" in provider.open(path).words
    assert "期数应为数字" in provider.send(provider.open(path), "/request", 422, title="终验", instalments="三").words
    provider.send(provider.open(path), "/request", title="终验")
    one = f"/acceptances/{ask(site, people.clerk, 'acceptance.list').value.items[0].id}"
    assert not desk("clerk").open(one).forms("/events")  # an approver answers
    unit = desk("approver")
    assert "缺少" in unit.send(unit.open(one), "/events", 422, event="rework").words
    unit.send(unit.open(one), "/events", event="rework", reason="缺周报")
    provider.send(provider.open(one), "/events", event="resubmit")
    assert "验收合格" in unit.send(unit.open(one), "/events", event="pass").words
    for seat in (desk("lead"), unit):
        done = seat.send(seat.open(one), "/events", event="sign")
    assert "双方已签认" in done.words
    assert "终验" in unit.open("/acceptances").words
    desk("other_lead").open(one, 404)
    assert unit.client.get(f"/console{one}/file.docx").content.startswith(b"PK")


def test_silence_that_accepted_is_disputed_and_settled(desk: Open, site: Installation, people: People) -> None:
    clause = {"deadline": {"count": 1, "unit": "day"}, "silence_accepts": True}
    with site.database.write() as connection:
        found = require_contract(connection, people.cast.first.contract_id)
        data = {**found.data, "acceptance": clause}
        connection.execute(contract.update().where(contract.c.id == found.id).values(data=data))
    asked = {"contract": people.cast.first.contract, "title": "终验"}
    made = ask(site, people.operator, "acceptance.request", **asked).value
    site.clock.advance(timedelta(days=4))  # type: ignore[attr-defined]
    assert len(record_silence(site)) == 1
    one, unit = f"/acceptances/{made.id}", desk("clerk")
    shown = unit.open(one)
    assert "系统" in shown.words
    assert "视为验收合格" in shown.words
    given = {"event": "prove", "answer": "fail", "received_at": made.asked_on.isoformat() + "T23:59"}
    receipt = ("回执.txt", b"x")
    assert "须写明理由" in unit.send(shown, "/events", 422, file=receipt, **given).words
    disputed = unit.send(unit.open(one), "/events", file=receipt, reason="未提供服务", **given)
    assert "对视为合格有异议" in disputed.words
    provider = desk("operator")
    settled = provider.send(provider.open(one), "/events", event="admit")
    assert "验收不合格" in settled.words
    assert "付款条件并未成就" in unit.open(f"/payments?contract={made.contract_id}").words


def test_exit_from_the_notice_on(desk: Open, site: Installation, people: People) -> None:
    unit, number = desk("approver"), people.cast.first.contract_id
    page = unit.open(f"/exits/new?contract={number}")
    early = {"cause": "termination", "evidence": "解除通知书"}
    assert "提前终止缺少最后服务日" in unit.send(page, "/exits/new", 422, **early).words
    left_on = date_of(site.clock.now()).isoformat()
    unit.send(unit.open(f"/exits/new?contract={number}"), "/exits/new", left_on=left_on, **early)
    one = f"/exits/{ask(site, people.clerk, 'exit.list').value.items[0].id}"
    shown = unit.open(one)
    assert "按剩余日数占服务期日数的比例" in shown.words
    assert "清单上的事项全部办完之后才能签认" in shown.words
    provider = desk("operator")
    wrong = {"event": "plan", "plan": "门户,明天,后天"}
    assert "写法不对" in provider.send(provider.open(one), "/events", 422, **wrong).words
    planned = provider.send(provider.open(one), "/events", event="plan", plan="门户，2026-12-01，2026-12-20，新平台")
    assert "提交迁移方案" in planned.words
    provider.send(provider.open(one), "/events", event="data_back", medium="硬盘", file=("清单.txt", b"x"))
    assert "硬盘" in unit.open(one).words
    desk("other_lead").open(one, 404)
    assert unit.client.get(f"/console{one}/file.xlsx").content.startswith(b"PK")


def test_they_read_well_in_a_browser(visits: Visits, site: Installation, people: People) -> None:
    number = people.cast.first.contract
    asked = ask(site, people.operator, "acceptance.request", contract=number, title="终验").value.id
    left = ask(site, people.approver, "exit.open", contract=number, cause="expiry", evidence="函").value.id
    for who, phone, language in (("approver", False, "zh-CN"), ("operator", True, "en-GB")):
        visitor = visits.visit(phone=phone, language=language, cookies={COOKIE: who})
        for path in ("/acceptances", f"/acceptances/{asked}", f"/exits/{left}", "/exits/new", "/exits"):
            visitor.open(f"/console{path}")
            visitor.shoot(f"acceptance{path.replace('/', '-')[:20]}", whole=True)
            visitor.check()
        visitor.open(f"/console/acceptances/material?contract={people.cast.first.contract_id}")
        visitor.shoot("acceptance-material", whole=True)
        visitor.check()
