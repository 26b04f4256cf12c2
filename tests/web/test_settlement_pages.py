"""Invoices, the bond, the allocation and the delivery by day at the console: forms to facts, pages to figures."""

from __future__ import annotations

from tests.kits.browser import Visits
from tests.kits.front import Front

from yunqi.kernel.period import date_of
from yunqi.store.contracts import require_contract


def _contract(front: Front) -> tuple[str, dict[str, str], str]:
    assert front.session.cast is not None
    with front.site.database.read() as connection:
        found = require_contract(connection, front.session.cast.first.contract)
    return found.id, dict(found.data["parties"]), date_of(front.site.clock.now()).isoformat()


def test_an_invoice_is_recorded_at_the_console(front: Front) -> None:
    contract, parties, today = _contract(front)
    clerk, operator = front.seat("clerk"), front.seat("operator")
    clerk.sees("/invoices", "还没有发票")
    number = f"{today[2:4]}112000000000000077"
    form = {
        "contract": contract,
        "kind": "special",
        "number": number,
        "issued_on": today,
        "received_on": today,
        "seller_name": parties["provider"],
        "seller_tax_id": "91350100M000100Y43",
        "buyer_name": parties["using_unit"],
        "buyer_tax_id": "91330100799655058B",
        "rate": "6%",
        "net": "100.00",
        "tax": "6.00",
        "total": "106.00",
        "daxie": "壹佰零陆元整",
    }
    address = f"/invoices/new?contract={contract}"
    refused = clerk.send(address, "/invoices/new", 422, **{**form, "seller_tax_id": "91350100M000100Y44"})
    assert "校验位不符" in refused.text
    assert number in refused.text
    made = clerk.send(address, "/invoices/new", **form)
    assert number in clerk.follow(made)
    assert number in operator.follow(made)


def test_the_bond_the_allocation_and_the_delivery_have_pages(front: Front, windows: Visits) -> None:
    contract, _parties, today = _contract(front)
    clerk = front.seat("clerk")
    clerk.sees(f"/bonds/{contract}", "履约保证金", "应交")
    clerk.send(f"/bonds/{contract}/record", f"/bonds/{contract}/record", 422, amount="0", on=today)
    clerk.sees(f"/allocations/{contract}", "双方尚未约定费用分摊")
    refused = clerk.send(
        f"/allocations/{contract}/new",
        f"/allocations/{contract}/new",
        422,
        spread="days",
        valid_from=today,
        agreement="纪要",
    )
    assert "二者取一" in refused.text
    clerk.sees(f"/deliveries/{contract}", "逐日交付", "合同数量")
    clerk.sees(f"/payments/{contract}", "逾期付款")
    for phone in (False, True):
        visitor = windows.visit(phone=phone, cookies={"yunqi_session": front.token("clerk")})
        for name in ("bonds", "deliveries", "allocations"):
            visitor.open(f"/console/{name}/{contract}")
            visitor.shoot(f"{name}-page")
            visitor.check()
        visitor.open("/console/invoices")
        visitor.check()
