"""Rectification notices at the console: issued by the supervisor, answered by the provider, closed."""

from __future__ import annotations

from collections.abc import Callable

from tests.kits.console import Desk
from tests.kits.desk import People, ask

from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def test_a_notice_is_issued_answered_and_closed(desk: Open, people: People) -> None:
    side, auditor, lead = people.cast.first, desk("auditor"), desk("lead")
    form = auditor.open(f"/rectifications/new?contract={side.contract_id}")
    given = {"title": "值守不足", "clause": "第三条", "requirement": "恢复双人值守"}
    refused = auditor.send(form, "/rectifications/new", 422, **given)
    assert "只填其中一项" in refused.words
    seen = auditor.send(refused, "/rectifications/new", within_working_days="5")
    assert "值守不足" in seen.words
    address = seen.address
    assert "值守不足" in lead.open("/rectifications").words
    step = lead.open(f"{address}/events/answer")
    answered = lead.send(step, "/events/answer", measures="已增派", evidence="排班表")
    assert "已答复待核查" in answered.words
    assert lead.open(f"{address}/events/close").address == address  # not the provider's to do
    closed = auditor.send(auditor.open(f"{address}/events/close"), "/events/close", conclusion="属实")
    assert "已闭环" in closed.words
    assert auditor.open(f"{address}/file").content[:2] == b"PK"
    assert desk("other_lead").open(address, 404)


def test_only_its_addressee_is_led_to_an_answer(desk: Open, site: Installation, people: People) -> None:
    told = {"contract": people.cast.first.contract, "title": "补做演练", "clause": "第八条", "requirement": "补做"}
    made = ask(site, people.officer, "rectification.open", within_days=9, **told).value
    path = f"/rectifications/{made.id}"
    assert f"/console{path}/events/answer" in desk("lead").open(path).links
    shown = desk("clerk").open(path)
    assert f"/console{path}/events/answer" not in shown.links
    assert "「答复」由云服务商办理" in shown.words
    assert "「延长期限」由政务云管理单位办理" in shown.words
