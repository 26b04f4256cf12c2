"""Invoices of both parties: recorded once whatever the contract, cancelled, and what they make happen."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.store.contracts import require_contract
from yunqi.store.tables import contract as table
from yunqi.wire.base import Proposal

SELLER, BUYER = "91350100M000100Y43", "91330100799655058B"


def _fields(site: Installation, people: People, **more: Any) -> dict[str, Any]:
    with site.database.read() as connection:
        found = require_contract(connection, people.cast.first.contract)
    on = date_of(site.clock.now())
    return {
        "contract": found.id,
        "number": f"{on.year % 100}11200000000000{len(more):04d}",
        "issued_on": on,
        "received_on": on,
        "seller_name": found.data["parties"]["provider"],
        "seller_tax_id": SELLER,
        "buyer_name": found.data["parties"]["using_unit"],
        "buyer_tax_id": BUYER,
        "rate": "6%",
        "net": "100.00",
        "tax": "6.00",
        "total": "106.00",
        **more,
    }


def test_an_invoice_is_recorded_by_both_parties_once(site: Installation, people: People) -> None:
    fields = _fields(site, people, daxie="壹佰零陆元整")
    refusal("object.unknown", site, people.other_clerk, "invoice.record", **fields)
    refusal("access.role", site, people.auditor, "invoice.record", **fields)
    made = ask(site, people.operator, "invoice.record", **fields).value
    assert isinstance(made, Proposal)
    assert made.needs == "counterparty"
    done = ask(site, people.approver, "proposal.decide", id=made.id, agree=True).value
    row = ask(site, people.auditor, "invoice.list", contract=fields["contract"]).value.items[0]
    assert (row.id, row.number, row.daxie) == (done.outcome["id"], fields["number"], "壹佰零陆元整")
    refusal("invoice.twice", site, people.operator, "invoice.record", **fields)
    assert not ask(site, people.other_lead, "invoice.list").value.items


def test_the_same_invoice_is_not_presented_for_another_contract(site: Installation, people: People) -> None:
    fields = _fields(site, people)
    ask(site, people.operator, "invoice.record", **fields, _second=people.approver)
    with site.database.read() as connection:
        other = require_contract(connection, people.cast.second.contract)
    names = {"buyer_name": other.data["parties"]["using_unit"], "seller_name": other.data["parties"]["provider"]}
    fields |= {"contract": other.id, **names}
    said = refusal(
        "invoice.twice", site, people.other_operator, "invoice.record", **fields, _second=people.other_approver
    )
    assert people.cast.first.contract not in str(said.values)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"number": "123"}, "invoice.number"),
        ({"total": "106.01"}, "invoice.sum"),
        ({"daxie": "壹佰零柒元整"}, "invoice.daxie"),
        ({"seller_tax_id": "91350100M000100Y44"}, "tax_id.check"),
        ({"buyer_tax_id": ""}, "invoice.buyer_tax_id"),
        ({"buyer_name": "另一个单位"}, "invoice.buyer"),
        ({"seller_name": "另一个公司"}, "invoice.seller"),
        ({"rate": "100%"}, "invoice.rate"),
        ({"received_on": date(2090, 1, 1)}, "invoice.future"),
        ({"instalment": 900}, "payment.no_instalment"),
        ({"statement": "stm-none"}, "statement.unknown"),
        ({"file": "fil-none"}, "file.unknown"),
    ],
)
def test_what_is_no_invoice_of_this_contract_is_refused(
    site: Installation, people: People, more: dict[str, Any], code: str
) -> None:
    fields = _fields(site, people) | more
    refusal(code, site, people.operator, "invoice.record", **fields, _second=people.approver)
    assert not ask(site, people.clerk, "invoice.list").value.items


def test_invoices_come_to_an_instalment_and_a_cancelled_one_is_told(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    with site.database.write() as connection:
        kept = require_contract(connection, contract)
        data = dict(kept.data)
        data["instalments"] = [{**one, "triggers": ["invoice"], "by_on": None} for one in data["instalments"]]
        connection.execute(update(table).where(table.c.id == kept.id).values(data=data))
    found = ask(site, people.clerk, "payment.list", contract=contract).value
    rows = ask(site, people.clerk, "invoice.split", contract=contract).value.instalments
    assert [one.no for one in rows] == [one.no for one in found.instalments]
    no, amount = found.instalments[0].no, found.instalments[0].amount_fen
    text = f"{amount // 100}.{amount % 100:02d}"
    on = date_of(site.clock.now()) - timedelta(days=1)
    number = f"{on.year % 100}112000000000009999"
    fields = _fields(site, people, instalment=no, net=text, tax="0", total=text, rate="0")
    fields |= {"issued_on": on, "received_on": on, "number": number}
    upload = ask(site, people.operator, "file.upload", name="发票.pdf", content=b"%PDF-1.7").value
    made = ask(site, people.operator, "invoice.record", **fields, file=upload.id, _second=people.approver).value
    seen = ask(site, people.clerk, "payment.list", contract=contract).value
    row = next(one for one in seen.instalments if one.no == no)
    assert row.happened["invoice"] == on
    listed = ask(site, people.clerk, "invoice.list", contract=contract).value.items[0]
    assert ask(site, people.clerk, "document.read", id=listed.document_id).value.content == b"%PDF-1.7"
    cancel = {"id": made.id, "by_number": f"{on.year % 100}112000000000000007", "reason": "退票"}
    ask(site, people.operator, "invoice.cancel", **cancel, _second=people.approver)
    refusal("invoice.cancelled", site, people.operator, "invoice.cancel", **cancel, _second=people.approver)
    after = ask(site, people.clerk, "invoice.split", contract=contract).value
    mine = next(one for one in after.instalments if one.no == no)
    assert (mine.billed_fen, mine.covered_on, mine.stands, after.billed_fen) == (0, None, True, 0)
