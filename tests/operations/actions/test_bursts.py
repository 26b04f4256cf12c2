"""Agreed use beyond the entitlement: proposed by one party, agreed by the other."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.operations.installation import Installation
from yunqi.store.tables import burst
from yunqi.wire.base import Proposal


def asked(people: People, **more: Any) -> dict[str, Any]:
    return {
        "contract": people.cast.first.contract,
        "item": "network.vpn",
        "quantity": "5",
        "start_at": "2026-06-01T00:00:00+08:00",
        "end_at": "2026-06-08T00:00:00+08:00",
        "reason": "年审高峰",
        **more,
    }


def test_a_burst_is_agreed_by_both_parties(site: Installation, people: People) -> None:
    made = ask(site, people.clerk, "burst.record", **asked(people)).value
    assert isinstance(made, Proposal)
    assert made.title == "临时扩容 VPN 接入 +5 账号，2026-06-01 00:00:00 至 2026-06-08 00:00:00"
    refusal("proposal.not_yours", site, people.approver, "proposal.decide", id=made.id, agree=True)
    ask(site, people.lead, "proposal.decide", id=made.id, agree=True)
    (row,) = ask(site, people.auditor, "burst.list", contract=people.cast.first.contract).value.items
    assert (row.item, row.quantity, row.reason) == ("network.vpn", "5", "年审高峰")
    assert row.item_name != row.item
    assert row.id.startswith("bst-")


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("burst.item", {"item": "network.none"}),
        ("burst.quantity", {"quantity": "0"}),
        ("burst.quantity", {"quantity": "很多"}),
        ("burst.span", {"end_at": "2026-05-01T00:00:00+08:00"}),
    ],
)
def test_what_cannot_be_agreed_is_refused_at_once(
    site: Installation, people: People, code: str, more: dict[str, str]
) -> None:
    refusal(code, site, people.operator, "burst.record", **asked(people, **more))
    with site.database.read() as connection:
        assert not connection.execute(select(burst)).all()


def test_bursts_are_apart(site: Installation, people: People) -> None:
    refusal("object.unknown", site, people.other_lead, "burst.record", **asked(people))
    refusal("object.unknown", site, people.other_clerk, "burst.list", contract=people.cast.first.contract)
    refusal("access.role", site, people.auditor, "burst.record", **asked(people))
    refusal("access.role", site, act_as(people.clerk, "reader"), "burst.record", **asked(people))
