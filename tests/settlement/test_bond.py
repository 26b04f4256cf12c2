"""The performance bond as facts make it: dates by the contract's clause, what secures, what lacks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.errors import Problem
from yunqi.settlement.bond import (
    Bond,
    Move,
    check_extension,
    check_taking,
    compute_bond,
    compute_renew_by,
    find_late_handing_in,
)

CALENDAR = load_work_calendar()
SIGNED = date(2025, 6, 25)
CLAUSE: dict[str, Any] = {
    "share": "0.05",
    "due": {"count": 5, "unit": "day", "from": "signature"},
    "until_on": "2026-07-30",
    "refund_within": {"count": 10, "unit": "working_day"},
    "renewal": {"count": 15, "unit": "working_day"},
}
TOTAL = 4_000_000_00
DUE = 200_000_00
IN = date(2025, 6, 28)


def bond(*moves: Move, as_of: date = date(2025, 12, 1), clause: dict[str, Any] = CLAUSE) -> Bond:
    """The bond after these deeds."""
    return compute_bond(
        clause, moves, CALENDAR, total_fen=TOTAL, signed_on=SIGNED, end_on=date(2026, 6, 30), as_of=as_of
    )


def letter(fen: int = DUE, on: date = IN, until: date = date(2026, 7, 30), number: str = "G1") -> Move:
    """A letter of guarantee handed in."""
    return Move("received", on, fen, number, "银行保函", until)


def test_its_days_come_from_the_clause() -> None:
    found = bond(as_of=date(2025, 6, 26))
    assert (found.due_fen, found.due_on, found.state) == (DUE, date(2025, 6, 30), "due")
    assert (found.until_on, found.release_by) == (date(2026, 7, 30), date(2026, 8, 13))
    assert bond(letter()).securities[0].renew_by == date(2026, 7, 9)


@pytest.mark.parametrize(
    ("on", "as_of", "late", "state"),
    [
        (None, date(2025, 6, 30), 0, "due"),
        (None, date(2025, 7, 1), 1, "late"),
        (date(2025, 6, 30), date(2025, 8, 1), 0, "held"),
        (date(2025, 7, 3), date(2025, 8, 1), 3, "held"),
    ],
)
def test_days_late_end_when_it_is_whole(on: date | None, as_of: date, late: int, state: str) -> None:
    found = bond(*([letter(on=on)] if on else []), as_of=as_of)
    assert (found.late_days, found.state) == (late, state)


@pytest.mark.parametrize(
    ("change", "amount"),
    [
        ({}, 3 * TOTAL // 20),
        ({"cap": 242_264_18}, 242_264_18),
        ({"of": "bond", "rate": "0.01"}, 3 * DUE // 100),
        ({"of": None}, None),
        ({"kind": "percentage"}, None),
    ],
)
def test_a_late_bond_costs_what_the_clause_says(change: dict[str, Any], amount: int | None) -> None:
    clause = {"kind": "daily", "rate": "0.05", "of": "contract_total", "duty": "bond_renewal", "party": "provider"}
    contract = {"total_fen": TOTAL, "penalties": {"other": [{"duty": "breach"}, {**clause, **change}]}}
    late = find_late_handing_in(contract, bond(letter(on=date(2025, 7, 3))))
    assert late is not None
    assert (late.no, late.days, late.amount_fen) == (2, 3, amount)
    assert find_late_handing_in(contract, bond(letter())) is None
    assert find_late_handing_in({"total_fen": TOTAL}, bond(letter(on=date(2025, 7, 3)))) is None


def test_half_a_bond_is_short_and_still_late() -> None:
    found = bond(letter(DUE // 2), as_of=date(2025, 7, 10))
    assert (found.state, found.short_fen, found.late_days, found.handed_in_on) == ("short", DUE // 2, 10, None)
    whole = bond(letter(DUE // 2), letter(DUE // 2, date(2025, 7, 5), number="G2"), as_of=date(2025, 7, 10))
    assert (whole.state, whole.short_fen, whole.late_days) == ("held", 0, 5)


def test_a_letter_that_has_run_out_secures_nothing() -> None:
    short = letter(until=date(2026, 1, 31))
    assert bond(short, as_of=date(2026, 1, 31)).held_fen == DUE
    found = bond(short, as_of=date(2026, 2, 1))
    assert (found.held_fen, found.short_fen, found.state) == (0, DUE, "expired")
    longer = Move("extended", date(2026, 1, 10), guarantee="G1", expires_on=date(2026, 7, 30))
    assert bond(short, longer, as_of=date(2026, 2, 1)).held_fen == DUE


def test_draws_and_topping_up_and_giving_back() -> None:
    drawn = Move("drawn", date(2025, 9, 1), 50_000_00)
    found = bond(letter(), drawn)
    assert (found.held_fen, found.short_fen, found.drawn_fen, found.state) == (
        150_000_00,
        50_000_00,
        50_000_00,
        "short",
    )
    filled = Move("topped_up", date(2025, 9, 20), 50_000_00)
    found = bond(letter(), drawn, filled)
    assert (found.held_fen, found.short_fen, found.topped_fen, found.state) == (DUE, 0, 50_000_00, "held")
    back = Move("released", date(2026, 8, 20), DUE)
    late = bond(letter(until=date(2027, 1, 1)), drawn, filled, as_of=date(2026, 8, 20))
    assert late.release_late_days == 7
    found = bond(letter(until=date(2027, 1, 1)), drawn, filled, back, as_of=date(2026, 9, 1))
    assert (found.held_fen, found.short_fen, found.released_fen, found.state) == (0, None, DUE, "released")
    assert found.release_late_days == 0


def test_no_more_is_taken_than_is_there() -> None:
    found = bond(letter(), Move("received", IN, 10_00, ""))
    check_taking(found, DUE + 10_00, "", drawing=True)
    check_taking(found, DUE, "G1", drawing=True)
    for fen, number in ((DUE + 10_01, ""), (DUE + 1, "G1"), (1, "G9")):
        with pytest.raises(Problem) as caught:
            check_taking(found, fen, number, drawing=True)
        assert caught.value.code == "bond.more_than_held"
    over = bond(letter(), as_of=date(2026, 7, 31))
    check_taking(over, DUE, "G1", drawing=False)
    with pytest.raises(Problem):
        check_taking(over, 1, "G1", drawing=True)


def test_an_extension_is_of_a_letter_and_longer() -> None:
    found = bond(letter())
    check_extension(found, "G1", date(2026, 7, 31))
    for number, on, code in (
        ("G1", date(2026, 7, 30), "bond.not_longer"),
        ("G2", date(2027, 1, 1), "bond.no_guarantee"),
        ("", date(2027, 1, 1), "bond.no_guarantee"),
    ):
        with pytest.raises(Problem) as caught:
            check_extension(found, number, on)
        assert caught.value.code == code


def test_where_the_contract_says_nothing_nothing_is_computed() -> None:
    found = bond(letter(), clause={"source": {}})
    assert (found.due_fen, found.due_on, found.short_fen, found.release_by) == (None, None, None, None)
    assert (found.held_fen, found.state, found.securities[0].renew_by) == (DUE, "held", None)
    assert compute_renew_by(date(2026, 7, 30), {"count": 3, "unit": "day"}, CALENDAR) == date(2026, 7, 27)
    assert compute_renew_by(date(2060, 7, 30), {"count": 3, "unit": "working_day"}, CALENDAR) is None


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(["received", "topped_up", "drawn", "released"]), st.integers(1, 10**6)), max_size=12
    )
)
def test_fen_are_neither_made_nor_lost(deeds: list[tuple[Any, int]]) -> None:
    moves: list[Move] = []
    given_fen = taken = 0
    for at, (kind, fen) in enumerate(deeds):
        there = given_fen - taken
        if kind in ("drawn", "released"):
            if fen > there:
                continue
            taken += fen
        else:
            given_fen += fen
        moves.append(Move(kind, IN + timedelta(days=at), fen, f"G{at % 3}" if kind == "received" else ""))
    found = bond(*moves)
    assert found.held_fen == given_fen - taken
    assert found.held_fen == sum(one.left_fen for one in found.securities)
    assert all(0 <= one.left_fen <= one.amount_fen for one in found.securities)
