"""Money: exact, there and back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_daxie, parse_yuan, render_daxie, render_percent, render_yuan, round_fen


@given(st.integers(0, 10**18 - 1))
def test_capital_numerals_come_back(fen: int) -> None:
    assert parse_daxie(render_daxie(fen)) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("零元整", 0),
        ("拾元整", 1000),
        ("人民币（大写）：壹佰元正", 10000),
        ("壹万亿零壹元整", 10**14 + 100),
        ("壹佰圆正", 10000),
        ("壹拾万柒仟元零伍角叁分", 10700053),
        ("壹拾万零柒仟元伍角叁分", 10700053),
        ("壹亿元整", 10**10),
        ("壹万亿元整", 10**14),
        ("壹万贰仟亿元整", 12 * 10**13),
    ],
)
def test_ways_of_writing_one_amount(text: str, fen: int) -> None:
    assert parse_daxie(text) == fen


@given(st.integers(0, 9999), st.integers(0, 3), st.integers(0, 9999), st.integers(0, 3))
def test_round_numbers_come_back(left: int, left_section: int, right: int, right_section: int) -> None:
    yuan = min(left * 10000**left_section + right * 10000**right_section, 10**16 - 1)
    assert parse_daxie(render_daxie(yuan * 100)) == yuan * 100


@given(st.integers(-(10**17), 10**17))
def test_yuan_come_back(fen: int) -> None:
    assert parse_yuan(render_yuan(fen)) == fen


@given(st.fractions())
def test_rounding_is_off_by_half_a_fen_at_most_and_symmetric(exact: Fraction) -> None:
    assert abs(round_fen(exact) - exact) <= Fraction(1, 2)
    assert round_fen(-exact) == -round_fen(exact)


@pytest.mark.parametrize(("exact", "fen"), [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("499999/1000000", 0), ("0", 0)])
def test_half_goes_away_from_zero(exact: str, fen: int) -> None:
    assert round_fen(Fraction(exact)) == fen


@pytest.mark.parametrize(
    "text", ["", "一百", "1.234", "NaN", "Infinity", "1e-5", "12元3", "壹佰", "--1", "1.2.3", "０x10", "'; drop table"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Problem, match=r"money\.unreadable"):
        parse_yuan(text)


@pytest.mark.parametrize(
    "text",
    ["壹壹元", "元", "", "佰元", "壹仟元abc", "叁分壹角", "壹元贰元", "壹万壹万元", "壹佰贰仟元", "零", "壹角贰角"],
)
def test_numerals_out_of_place_are_refused(text: str) -> None:
    with pytest.raises(Problem, match=r"money\.daxie"):
        parse_daxie(text)


@pytest.mark.parametrize("fen", [-1, 10**18])
def test_beyond_the_words_there_is_an_error(fen: int) -> None:
    with pytest.raises(Problem, match=r"money\.range"):
        render_daxie(fen)


@given(st.fractions(0, 1), st.integers(0, 6))
def test_a_percentage_never_claims_more_than_was_reached(share: Fraction, places: int) -> None:
    shown = Fraction(render_percent(share, places).removesuffix("%")) / 100
    assert shown <= share
    assert share - shown < Fraction(1, 100 * 10**places) * (10**places if places == 0 else 1)
