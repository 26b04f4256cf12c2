"""Taxpayer numbers: any single slip of a valid one is found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.kernel.errors import Problem
from yunqi.kernel.tax_ids import body_of, check_tax_id, compute_body_check, compute_credit_check

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """Unified social credit codes that a registrar could have given."""
    first = draw(st.sampled_from("15N9")) + draw(st.sampled_from("123"))
    region = f"{draw(st.integers(110000, 659999)):06d}"
    body = "".join(draw(st.lists(st.sampled_from(ALPHABET), min_size=8, max_size=8)))
    ninth = draw(st.sampled_from(ALPHABET))
    return first + region + body + ninth + compute_credit_check(first + region + body + ninth)


@settings(max_examples=60)
@given(credit_codes(), st.integers(8, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(code: str, place: int, char: str) -> None:
    assert check_tax_id("x", code.lower()) == code
    wrong = code[:place] + char + code[place + 1 :]
    if wrong == code:
        return
    with pytest.raises(Problem) as caught:
        check_tax_id("x", wrong)
    assert caught.value.code == "tax_id.check"


@settings(max_examples=60)
@given(credit_codes(), st.integers(8, 16))
def test_two_neighbours_changed_about_are_found(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(Problem):
            check_tax_id("x", wrong)


@pytest.mark.parametrize("text", ["", "123", "91350100M000100Y4I", "9135O100M000100Y43", "ZZ350100M000100Y43"])
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        check_tax_id("x", text)
    assert caught.value.code == "tax_id.form"


def test_the_older_form_has_the_same_body() -> None:
    old = "350100" + "M000100Y" + compute_body_check("M000100Y")
    assert body_of(check_tax_id("x", old)) == body_of("91350100M000100Y43")
    with pytest.raises(Problem):
        check_tax_id("x", old[:-1] + "5")
