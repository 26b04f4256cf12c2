"""What a penalty is taken from: nothing is taken twice, nothing from what is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.rederived import case_of
from tests.settlement.sample import contract, inputs
from tools.rederive.money import offset_plan, payable_instalments

from yunqi.settlement.inputs import Inputs, Payment
from yunqi.settlement.law import Law
from yunqi.settlement.payments import compute_instalments, plan_offset, sum_taken
from yunqi.settlement.trace import Trace

TOTAL = 484528352
SHARES = (("1", "0.25"), ("2", "0.25"), ("3", "0.5"))
FIRST, SECOND, THIRD = 121132088, 121132088, 242264176
BOND = 24226418


def month(order: list[str], **more: Any) -> Inputs:
    rule = contract()
    rule["penalties"]["offset"] = order
    return inputs(contract=rule, **more)


def plan(given_: Inputs, fen: int) -> list[tuple[str, str, int]]:
    law, trace = Law(given_.contract, {}), Trace()
    made = plan_offset(fen, law, compute_instalments(given_, law, trace), given_, trace)
    case = case_of(given_)
    assert offset_plan(case, fen, payable_instalments(case)) == [(one["from"], one["amount_fen"]) for one in made]
    return [(one["from"], one["note"], one["amount_fen"]) for one in made]


@pytest.mark.parametrize(
    ("order", "more", "penalty", "expected"),
    [
        (["last_instalment", "pay"], {}, 100, [("last_instalment", "#3", 100)]),
        # the bond is taken once
        (["bond", "pay"], {"bond_held_fen": BOND}, BOND + 1, [("bond", "", BOND), ("pay", "", 1)]),
        (
            ["bond", "pay"],
            {"bond_held_fen": BOND, "taken_fen": {"bond": BOND - 10}},
            30,
            [("bond", "", 10), ("pay", "", 20)],
        ),
        (["bond", "pay"], {"bond_held_fen": BOND, "taken_fen": {"bond": BOND + 5}}, 30, [("pay", "", 30)]),
        # what another month took of an instalment is no room of the bond
        (
            ["bond", "last_instalment"],
            {"bond_held_fen": BOND, "taken_fen": {"instalment:3": THIRD}},
            BOND + 7,
            [("bond", "", BOND), ("pay", "", 7)],
        ),
        # nothing is taken from a paid instalment, and only the rest of one paid in part
        (["last_instalment"], {"payments": (Payment(3, date(2026, 1, 5), THIRD),)}, 9, [("pay", "", 9)]),
        (
            ["last_instalment"],
            {"payments": (Payment(3, date(2026, 1, 5), THIRD - 4),)},
            9,
            [("last_instalment", "#3", 4), ("pay", "", 5)],
        ),
        # a payment made after the month, known by now, counts as well
        (["last_instalment"], {"payments": (Payment(3, date(2027, 1, 5), THIRD),)}, 9, [("pay", "", 9)]),
        # what is unpaid: the soonest due first, each as far as it reaches
        (
            ["unpaid", "provider_payment"],
            {"payments": (Payment(1, date(2026, 1, 5), FIRST - 3),)},
            3 + SECOND + 5,
            [("unpaid", "#1", 3), ("unpaid", "#2", SECOND), ("unpaid", "#3", 5)],
        ),
        (
            ["unpaid"],
            {"taken_fen": {"instalment:1": FIRST, "instalment:2": SECOND, "instalment:3": THIRD - 1}},
            5,
            [("unpaid", "#3", 1), ("pay", "", 4)],
        ),
        # named twice, it is taken once
        (["last_instalment", "unpaid"], {}, THIRD + 1, [("last_instalment", "#3", THIRD), ("unpaid", "#1", 1)]),
        ([], {"bond_held_fen": BOND}, 5, [("pay", "", 5)]),
        (["unheard_of"], {}, 5, [("pay", "", 5)]),
        (["bond"], {"bond_held_fen": BOND}, 0, []),
    ],
)
def test_the_plan(order: list[str], more: dict[str, Any], penalty: int, expected: list[tuple[str, str, int]]) -> None:
    assert plan(month(order, **more), penalty) == expected


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["bond", "last_instalment", "unpaid", "pay"]), unique=True),
    st.lists(st.integers(0, THIRD), max_size=5),
    st.integers(0, BOND),
    st.integers(0, THIRD),
)
def test_no_source_gives_more_than_it_has(order: list[str], penalties: list[int], held: int, paid: int) -> None:
    taken: dict[str, int] = {}
    payments = (Payment(3, date(2026, 1, 5), paid),) if paid else ()
    for penalty in penalties:
        made = month(order, taken_fen=dict(taken), bond_held_fen=held, payments=payments)
        parts = plan(made, penalty)
        assert sum(fen for _source, _note, fen in parts) == penalty
        more = sum_taken([[{"from": source, "note": note, "amount_fen": fen} for source, note, fen in parts]])
        taken = {source: taken.get(source, 0) + more.get(source, 0) for source in {*taken, *more}}
    assert taken.get("bond", 0) <= held
    assert taken.get("instalment:3", 0) <= max(0, THIRD - paid)
    assert taken.get("instalment:1", 0) <= FIRST


def test_an_instalment_set_off_in_full_is_paid() -> None:
    made = month(
        ["last_instalment"], taken_fen={"instalment:3": THIRD - 5}, payments=(Payment(3, date(2026, 1, 5), 5),)
    )
    states = [one.state for one in compute_instalments(made, Law(made.contract, {}), Trace())]
    assert states[2] == "paid"
    assert [one.state for one in payable_instalments(case_of(made))] == states
