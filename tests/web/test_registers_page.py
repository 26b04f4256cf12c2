"""Registers at the console: a complaint entered, answered, and confirmed by both."""

from __future__ import annotations

from collections.abc import Callable

from tests.kits.console import Desk
from tests.kits.desk import People

Open = Callable[..., Desk]


def test_a_complaint_is_entered_and_confirmed_by_both(desk: Open, people: People) -> None:
    side, clerk, lead = people.cast.first, desk("clerk"), desk("lead")
    form = clerk.open(f"/registers/new?contract={side.contract_id}")
    given = {"title": "打不开", "who": "某处室", "channel": "telephone"}
    seen = clerk.send(form, "/registers/new", at="2026-01-02T10:00", **given)
    address = seen.address
    assert "尚未由双方确认" in seen.words
    assert "打不开" in lead.open("/registers").words
    for path in ("cut-off", "force-majeure", "unattended"):
        assert "打不开" not in lead.open(f"/registers/{path}").words
    answered = lead.send(lead.open(f"{address}/events/answer"), "/events/answer", note="已扩容")
    assert "已扩容" in answered.words
    clerk.send(clerk.open(f"{address}/events/confirm"), "/events/confirm")
    done = lead.send(lead.open(f"{address}/events/confirm"), "/events/confirm")
    assert "双方已确认" in done.words
    assert desk("other_lead").open(address, 404)


def test_the_notice_of_a_cut_off_leads_to_the_cut_off(desk: Open, people: People) -> None:
    lead, clerk = desk("lead"), desk("clerk")
    contact = clerk.open("/notices/contacts/new")
    clerk.send(contact, "/contacts/new", name="值班", address="duty@unit.example")
    side = people.cast.first
    form = clerk.open(f"/registers/new?contract={side.contract_id}")
    made = clerk.send(form, "/registers/new", kind="cut_off", title="感染病毒", who="网信部门", at="2026-01-02T10:00")
    lead.send(lead.open(f"{made.address}/events/carry_out"), "/events/carry_out", at="2026-01-02T11:00")
    path = made.address.removeprefix("/console")
    for one in (lead, clerk):
        listed = one.open("/notices")
        assert "应急断开" in listed.words
        assert [link for link in listed.links if link.endswith(path)]
        assert not [link for link in listed.links if "/incidents/cas-" in link]
    assert "感染病毒" in lead.open(path).words
