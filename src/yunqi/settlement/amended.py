"""A month's statement by the contract in force: one text, or two where an agreement begins within the month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from yunqi.settlement.inputs import Inputs
from yunqi.settlement.model import OpenPoint, Statement
from yunqi.settlement.readings import choice_label, render_question
from yunqi.settlement.statement import compute_by_one_text

WITHIN_MONTH = "amendment.month"
"""The reading by which text a month is settled within which a supplementary agreement begins."""
_WHAT_COUNTS = (
    "penalty_low_fen",
    "penalty_high_fen",
    "penalty_fen",
    "frozen_fen",
    "delivery",
    "levels",
    "instalments",
    "offset",
    "open_points",
)


def compute_statement(inputs: Inputs) -> Statement:
    """The month's statement.

    Where a reading, a finding or evidence lacks, the statement is provisional and shows what each answer would cost.
    So does a month within which an agreement begins that changes its outcome, until the parties agree by which text it
    is settled. Raises `Problem` month.not_over before the month's end (as known), month.outside_term, and reading.code
    or reading.value for a reading that answers nothing.
    """
    if inputs.before is None or _has_ended(inputs):
        return compute_by_one_text(replace(inputs, before=None))
    sides = {
        "before": compute_by_one_text(replace(inputs, contract=inputs.before, before=None)),
        "after": compute_by_one_text(replace(inputs, before=None)),
    }
    agreed = next((one.value for one in inputs.readings if one.code == WITHIN_MONTH), None)
    if agreed is not None:
        return sides[agreed]
    return _leave_open(sides)


def _has_ended(inputs: Inputs) -> bool:
    """Whether the earlier text was out of its term when the month began: then it says nothing of the month."""
    ends = ((inputs.before or {}).get("term") or {}).get("end_on")
    return ends is not None and date.fromisoformat(str(ends)) < inputs.month.start_on


def _leave_open(sides: Mapping[str, Statement]) -> Statement:
    """The month by the text at its end, open between both texts unless they come to the same."""
    before, after = sides["before"], sides["after"]
    if all(getattr(before, name) == getattr(after, name) for name in _WHAT_COUNTS):
        return after
    low = min(before.penalty_low_fen, after.penalty_low_fen)
    high = max(before.penalty_high_fen, after.penalty_high_fen)

    def cost(choice: str, one: Statement) -> dict[str, str]:
        head = {"choice": choice, "label": choice_label(WITHIN_MONTH, choice)}
        if one.penalty_low_fen == one.penalty_high_fen:
            return head | {"amount_fen": str(one.penalty_low_fen)}
        return head | {"low_fen": str(one.penalty_low_fen), "high_fen": str(one.penalty_high_fen)}

    point = OpenPoint.model_construct(
        code=WITHIN_MONTH,
        question=render_question(WITHIN_MONTH),
        kind="reading",
        subjects=(after.month,),
        choices=tuple(cost(choice, one) for choice, one in sides.items()),
        source=None,
    )
    return after.model_copy(
        update={
            "provisional": True,
            "penalty_fen": None,
            "penalty_low_fen": low,
            "penalty_high_fen": high,
            "open_points": (point, *after.open_points),
        }
    )
