"""A contract as the console reads it: its text, what draws on it, what it leaves open, what an order would take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.kits.desk import People, ask, refusal
from tests.kits.session import Session

from yunqi.operations.installation import Installation
from yunqi.wire.contracts import ContractText, TextBlock
from yunqi.wire.readings import PointRow
from yunqi.wire.resources import OrderCheck

SERVER = {"vcpus": 4, "memory_gb": "8", "system_disk_gb": 40, "network": "net-1"}


@pytest.fixture
def settled_site(settled: Session) -> Iterator[Installation]:
    with settled.installation() as opened:
        yield opened


def test_the_text_has_articles_and_tables_in_order(site: Installation, people: People) -> None:
    text = ask(site, people.clerk, "contract.text", id=people.cast.first.contract).value
    assert isinstance(text, ContractText)
    assert [one.line for one in text.blocks] == sorted(one.line for one in text.blocks)
    by_line: dict[int, TextBlock] = {one.line: one for one in text.blocks}
    assert (by_line[88].article, by_line[88].text[:8]) == ("第四条", "服务期为12个月")
    assert by_line[78].heading
    assert by_line[107].article == "第六条 2(1)"
    prices = by_line[29]
    assert prices.article == "第二条 2(1)"
    assert [cell.text for cell in prices.rows[1].cells][3] == "3435"
    shared = prices.rows[24].cells
    assert [(cell.rows, cell.columns) for cell in shared] == [(1, 1), (1, 1), (4, 1), (4, 1), (4, 1)]
    assert len(prices.rows[25].cells) == 2
    refusal("object.unknown", site, people.other_lead, "contract.text", id=people.cast.first.contract)


def test_every_source_of_the_data_stands_in_the_text(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    text = ask(site, people.clerk, "contract.text", id=contract).value
    data = ask(site, people.clerk, "contract.read", id=contract).value.data
    lines = {one.line for one in text.blocks} | {row.line for one in text.blocks for row in one.rows}
    assert {one["source"]["line"] for name in ("price_lines", "instalments", "systems") for one in data[name]} <= lines


def test_what_an_order_would_take(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    found = ask(site, people.clerk, "resource.check", kind="server", contract=contract, spec=SERVER).value
    assert isinstance(found, OrderCheck)
    assert found.allowed
    rows = {one.item: one for one in found.items}
    cpu = rows["compute.vcpu"]
    assert (cpu.asked, cpu.left, cpu.after, cpu.unit, cpu.no) == ("4", "3435", "3431", "核", 1)
    no_network = {key: value for key, value in SERVER.items() if key != "network"}
    assert ask(site, people.clerk, "resource.check", kind="server", contract=contract, spec=no_network).value == found
    refusal("spec.missing", site, people.clerk, "resource.check", kind="server", contract=contract, spec={"vcpus": 4})
    huge = {"server": "any", "size_gb": 32768, "grade": "high"}
    lacking = ask(site, people.clerk, "resource.check", kind="disk", contract=contract, spec=huge).value
    assert [(one.no, one.left, one.exceeds) for one in lacking.items] == [(None, None, True)]
    assert not lacking.allowed
    wide = {"server": "any", "bandwidth_mbit": 10000}
    over = ask(site, people.clerk, "resource.check", kind="address", contract=contract, spec=wide).value
    assert {one.item: one.exceeds for one in over.items} == {"network.ip": False, "network.bandwidth": True}


def test_a_change_is_weighed_against_what_is_held(site: Installation, people: People) -> None:
    side = people.cast.first
    order = {"contract": side.contract, "work_order": side.work_order}
    ask(site, people.clerk, "resource.order", kind="network", name="net-1", spec={}, **order)
    made = ask(site, people.clerk, "resource.order", kind="server", name="web-1", spec=SERVER, **order).value
    assert (made.contract_number, made.tenant) == (side.contract, side.using_unit)
    asked = {"kind": "server", "contract": side.contract, "resource": made.id, "spec": {"vcpus": 6}}
    rows = {one.item: one for one in ask(site, people.clerk, "resource.check", **asked).value.items}
    cpu = rows["compute.vcpu"]
    assert (cpu.before, cpu.asked, cpu.left, cpu.after) == ("4", "6", "3431", "3429")
    drawn = ask(site, people.clerk, "entitlement.draws", contract=side.contract).value.items
    assert {(one.resource, one.item, one.quantity, one.no) for one in drawn} >= {("web-1", "compute.vcpu", "4", 1)}
    detail = ask(site, people.clerk, "resource.read", id=made.id).value
    assert [(one.field, one.name) for one in detail.stands_on] == [("network", "net-1")]
    assert (detail.ordered_by, detail.work_order) == (people.clerk.person_name, side.work_order)
    network = ask(site, people.clerk, "resource.read", id=detail.stands_on[0].id).value
    assert [one.name for one in network.carries] == ["web-1"]
    listed = ask(site, people.clerk, "resource.list").value.items
    assert {one.name: one.contract_number for one in listed}["web-1"] == side.contract


def test_open_points_name_their_months_and_the_proposal(settled_site: Installation, settled: Session) -> None:
    people = People(settled_site, settled)
    contract = people.cast.first.contract
    points = ask(settled_site, people.lead, "reading.points", contract=contract).value.items
    agreed = {one.code for one in ask(settled_site, people.lead, "reading.list", contract=contract).value.items}
    by_code: dict[str, PointRow] = {one.code: one for one in points}
    assert not agreed & set(by_code)
    code = next(one.code for one in points if one.choices)
    value = by_code[code].choices[0].value
    asked = {"contract": contract, "code": code, "value": value, "agreement": "会议纪要 1"}
    proposed = ask(settled_site, people.lead, "reading.record", **asked).value
    again = ask(settled_site, people.approver, "reading.points", contract=contract).value.items
    assert {one.code: one.proposal_id for one in again}[code] == proposed.id
