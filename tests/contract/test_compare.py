"""Two versions side by side: what is the same gives nothing, what differs is told with both sides and its money."""

from __future__ import annotations

import copy
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kits.session import SAMPLE, SMALL

from yunqi.contract import read_contract
from yunqi.contract.changes.compare import compare_contracts, fee_of_month, months_of
from yunqi.contract.changes.paths import read_at, write_at
from yunqi.contract.changes.prices import normalise_price
from yunqi.kernel.period import Month

DATA: dict[str, Any] = read_contract(SAMPLE).model_dump(mode="json")
OTHER: dict[str, Any] = read_contract(SMALL).model_dump(mode="json")


def changed(**values: Any) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    for path, value in values.items():
        write_at(data, path.replace("__", "."), value)
    return data


def test_a_contract_does_not_differ_from_itself() -> None:
    for data in (DATA, OTHER):
        found = compare_contracts(data, copy.deepcopy(data))
        assert found.differences == ()
        assert found.effect_fen == 0


def test_other_places_in_the_file_are_no_difference() -> None:
    data = copy.deepcopy(DATA)
    for line in data["price_lines"]:
        line["source"] = {**line["source"], "line": line["source"]["line"] + 9}
    data["price_lines"].reverse()
    assert compare_contracts(DATA, data).differences == ()


PLACES = (
    ("total_fen", 1),
    ("bond.share", "0.01"),
    ("term.end_on", "2027-12-31"),
    ("price_lines[3].quantity", "7"),
    ("price_lines[5].unit_price", "0.5"),
    ("service_levels[0].threshold", "0.5"),
    ("instalments[1].amount_fen", 5),
    ("penalties.coefficients[2].coefficient", "9"),
)


@given(st.lists(st.sampled_from(PLACES), unique=True))
def test_what_was_changed_is_what_is_told(places: list[tuple[str, Any]]) -> None:
    data = copy.deepcopy(DATA)
    for path, value in places:
        write_at(data, path, value)
    found = compare_contracts(DATA, data).differences
    assert sorted((str(one.path_after), one.before, one.after) for one in found) == sorted(
        (path, read_at(DATA, path), value) for path, value in places
    )
    back = compare_contracts(data, DATA).differences
    assert {(one.path_before, one.after, one.before) for one in back} == {
        (one.path_before, one.before, one.after) for one in found
    }


def test_a_line_that_comes_or_goes_costs_its_amount() -> None:
    data = copy.deepcopy(DATA)
    gone = data["price_lines"].pop(0)
    found = compare_contracts(DATA, data).differences
    assert [(one.part, one.what, one.effect_fen) for one in found] == [("price_lines", "removed", -gone["total_fen"])]
    assert found[0].source_before == gone["source"]
    back = compare_contracts(data, DATA).differences
    assert [(one.what, one.effect_fen) for one in back] == [("added", gone["total_fen"])]


def test_the_fee_by_month_is_exact() -> None:
    months = compare_contracts(DATA, DATA).months
    assert [one.month for one in months][::11] == ["2026-07", "2027-06"]
    amounts = [Fraction(line["total_fen"]) for line in DATA["price_lines"] if line["total_fen"]]
    assert sum(one.before_fen or 0 for one in months) == sum(amounts)


def test_a_later_version_costs_from_its_day() -> None:
    data = changed(**{"price_lines[0]__quantity": "0"})
    line = DATA["price_lines"][0]
    found = compare_contracts(DATA, data, since=date(2027, 1, 16))
    fee = Fraction(line["total_fen"], 12)
    effects = [(one.after_fen or 0) - (one.before_fen or 0) for one in found.months]
    assert effects[:6] == [0] * 6
    assert effects[6] == -fee * 16 / 31
    assert effects[7:] == [-fee] * 5
    assert found.effect_fen == sum(effects)


@pytest.mark.parametrize(
    ("term", "months"),
    [
        ({"start_on": "2026-07-01", "end_on": "2027-06-30"}, Fraction(12)),
        ({"start_on": "2026-07-01", "end_on": "2026-07-15"}, Fraction(15, 31)),
        ({"start_on": "2026-01-31", "end_on": "2026-02-27"}, Fraction(1)),
        ({"start_on": "2026-07-01", "end_on": "2027-06-30", "months": 11}, Fraction(11)),
        ({"start_on": None, "end_on": None}, None),
    ],
)
def test_months_of_a_term(term: dict[str, Any], months: Fraction | None) -> None:
    assert months_of({"term": term}) == months


def test_what_is_not_known_is_not_invented() -> None:
    assert fee_of_month({"term": DATA["term"], "price_lines": []}, Month.parse("2026-07")) is None
    assert compare_contracts({"term": {}}, {"term": {}}).months == ()


LINE = {"no": 1, "item": "compute.vcpu", "unit": "核", "unit_price": "120", "quantity": "2"}


@pytest.mark.parametrize(
    ("more", "months", "price", "why"),
    [
        ({"periods": {"count": 12, "unit": "month"}}, None, 120, None),
        ({"periods": {"count": 1, "unit": "year"}}, None, 10, None),
        ({"periods": {"count": 1, "unit": "term"}}, 24, 5, None),
        ({}, 12, 10, None),
        ({}, None, None, "no_term"),
        ({"periods": {"count": 3, "unit": "run"}}, 12, None, "run"),
        ({"unit_price": None}, 12, None, "no_price"),
        ({"bundle": 7}, 12, None, "bundle"),
        ({"no": 9}, 12, None, "bundle"),
        ({"item": None}, 12, None, "no_item"),
        ({"item": "network.certificate"}, 12, None, "once"),
    ],
)
def test_prices_a_unit_and_month(more: dict[str, Any], months: int | None, price: int | None, why: str | None) -> None:
    found = normalise_price(LINE | more, None if months is None else Fraction(months), {9})
    assert (found.monthly_yuan, found.why) == (price, why)
