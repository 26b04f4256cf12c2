"""Invoices: what can't be one, what differs from the contract, and when an instalment is covered."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_daxie, round_fen
from yunqi.settlement.invoices import (
    Invoice,
    check_name,
    check_number,
    check_red_number,
    check_sums,
    compute_split,
    find_covered_on,
    find_differences,
)

DAY = date(2026, 3, 2)
CONTRACT: dict[str, Any] = {
    "total_fen": 212_000_00,
    "tax": {"rate": "0.06", "net_fen": 200_000_00, "tax_fen": 12_000_00},
    "instalments": [
        {"no": 1, "share": "0.7", "amount_fen": None, "triggers": ["invoice"]},
        {"no": 2, "share": None, "amount_fen": 63_600_00, "triggers": ["acceptance", "invoice"]},
    ],
}


def make(identifier: str, total: int, **more: Any) -> Invoice:
    """An invoice at 6%, its net rounded from the total."""
    net = round_fen(Fraction(total) / Fraction("1.06"))
    fields = {"instalment": 1, "issued_on": DAY, "received_on": DAY, "rate": "0.06", **more}
    return Invoice(identifier, "", "2" * 20, "special", net_fen=net, tax_fen=total - net, total_fen=total, **fields)


@pytest.mark.parametrize(
    ("code", "number", "refused"),
    [
        ("", "26112000000000000001", None),
        ("", "25112000000000000001", "invoice.year"),
        ("", "2611200000000000001", "invoice.number"),
        ("", "261120000000000000011", "invoice.number"),
        ("", "2611200000000000000A", "invoice.number"),
        ("", "12345678", "invoice.number"),
        ("1100203130", "12345678", None),
        ("011002000111", "12345678", None),
        ("01100200011", "12345678", "invoice.number"),
        ("1100203130", "1234567", "invoice.number"),
        ("1100203130", "26112000000000000001", "invoice.number"),
    ],
)
def test_the_forms_of_numbers(code: str, number: str, refused: str | None) -> None:
    if refused is None:
        assert check_number(code, number, DAY) == (code, number)
        return
    with pytest.raises(Problem) as caught:
        check_number(code, number, DAY)
    assert caught.value.code == refused


def test_a_red_number_has_one_of_two_forms() -> None:
    assert check_red_number(" 1234 5678") == "12345678"
    with pytest.raises(Problem):
        check_red_number("1234567")


@settings(max_examples=50)
@given(st.integers(0, 10**12), st.integers(0, 10**11), st.integers(-3, 3))
def test_the_sum_is_exact_to_the_fen(net: int, tax: int, off: int) -> None:
    total = net + tax + off
    if off or total <= 0:
        with pytest.raises(Problem) as caught:
            check_sums(net, tax, total)
        assert caught.value.code == "invoice.sum"
    else:
        check_sums(net, tax, total, render_daxie(total))
        with pytest.raises(Problem) as caught:
            check_sums(net, tax, total, render_daxie(total + 1))
        assert caught.value.code == "invoice.daxie"


def test_names_are_those_of_the_parties() -> None:
    check_name("buyer_name", "某市 数据局（本级）", (None, "某市数据局(本级)"))
    for field, code in (("buyer_name", "invoice.buyer"), ("seller_name", "invoice.seller")):
        with pytest.raises(Problem) as caught:
            check_name(field, "某市数据中心", ("某市数据局", None))
        assert caught.value.code == code


def codes(one: Invoice, *others: Invoice, contract: Any = CONTRACT, signed_on: date | None = None) -> dict[str, Any]:
    """The differences of an invoice by their codes."""
    return {each.code: each.fen for each in find_differences(one, others, contract, signed_on=signed_on)}


def test_an_invoice_as_agreed_differs_in_nothing() -> None:
    assert codes(make("a", 148_400_00)) == {}


def test_what_differs_is_told_with_its_amount() -> None:
    one = make("a", 148_400_00)
    assert codes(one, make("b", 100)) == {"over_instalment": 100}
    assert codes(one, make("b", 100, cancelled=True)) == {}
    assert codes(one, make("b", 63_600_01, instalment=2)) == {"over_contract": 1}
    assert codes(make("a", 100, instalment=None)) == {}
    assert codes(one, signed_on=DAY + timedelta(days=1)) == {"before_contract": None}
    assert codes(make("a", 106, received_on=DAY - timedelta(days=1))) == {"received_before_issue": None}


def test_the_tax_is_held_against_the_contract() -> None:
    nine = Invoice("a", "", "2" * 20, "special", DAY, DAY, 100_00, 9_00, 109_00, "0.09")
    assert codes(nine) == {"rate": None, "tax_split": 9_00 - 6_17}
    assert codes(nine, contract={**CONTRACT, "tax": None}) == {}
    off = Invoice("a", "", "2" * 20, "special", DAY, DAY, 100_00, 6_02, 106_02, "0.06")
    assert codes(off) == {"tax_product": 2, "tax_split": 2}


def test_the_split_leaves_out_what_is_cancelled() -> None:
    made = compute_split([make("a", 148_400_00), make("b", 106_00, cancelled=True)], CONTRACT)
    assert (made.total_fen, made.net_fen, made.tax_fen) == (212_000_00, 200_000_00, 12_000_00)
    assert (made.billed_fen, made.billed_net_fen, made.billed_tax_fen) == (148_400_00, 140_000_00, 8_400_00)


def test_an_instalment_is_covered_by_the_invoice_that_completes_it() -> None:
    first = make("a", 100, received_on=DAY)
    second = make("b", 50, received_on=DAY + timedelta(days=3))
    other = make("c", 500, instalment=2)
    assert find_covered_on([second, first, other], 1, 150) == DAY + timedelta(days=3)
    assert find_covered_on([second, first, other], 1, 100) == DAY
    assert find_covered_on([second, first, other], 1, 151) is None
    assert find_covered_on([make("a", 150, cancelled=True)], 1, 150) is None
    assert find_covered_on([first], 1, None) is None
