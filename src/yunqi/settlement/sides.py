"""A month that hangs on one answer, worked out once for each: one statement where all come to the same, else open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from yunqi.kernel.words import _
from yunqi.settlement.gravest import Bounds
from yunqi.settlement.inputs import Inputs
from yunqi.settlement.law import Law
from yunqi.settlement.model import OpenPoint, Statement
from yunqi.settlement.payments import plan_offset
from yunqi.settlement.readings import choice_label, render_question
from yunqi.settlement.trace import Trace

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


def differ(one: Statement, other: Statement) -> bool:
    """Whether two statements of a month come to different outcomes."""
    return any(getattr(one, name) != getattr(other, name) for name in _WHAT_COUNTS)


def leave_open(
    code: str,
    kind: Literal["reading", "adjudication", "evidence"],
    sides: Mapping[str, Statement],
    *,
    shown: str,
    subject: str = "",
    source: Mapping[str, Any] | None = None,
    note: str = "",
) -> Statement:
    """The statement of the side that is shown, open under `code` unless every side comes to the same; `note` stands
    behind the question.
    """
    chosen = sides[shown]
    if not any(differ(one, chosen) for one in sides.values()):
        return chosen
    costs = {choice: (one.penalty_low_fen, one.penalty_high_fen) for choice, one in sides.items()}
    question = f"{render_question(code, subject or None)}{note}"
    point = ask_between(code, kind, costs, question=question, subject=subject or chosen.month, source=source)
    least = min(sides.values(), key=lambda one: one.penalty_low_fen)
    return chosen.model_copy(
        update={
            "offset": least.offset,  # a plan never takes more than is sure
            "provisional": True,
            "penalty_fen": None,
            "penalty_low_fen": min(one.penalty_low_fen for one in sides.values()),
            "penalty_high_fen": max(one.penalty_high_fen for one in sides.values()),
            "open_points": (point, *chosen.open_points),
        }
    )


def ask_between(
    code: str,
    kind: Literal["reading", "adjudication", "evidence"],
    costs: Mapping[str, Bounds],
    *,
    question: str,
    subject: str,
    source: Mapping[str, Any] | None = None,
) -> OpenPoint:
    """The open point of a question, with what each choice comes to in fen."""

    def cost(choice: str, low: int, high: int) -> dict[str, str]:
        head = {"choice": choice, "label": choice_label(code, choice)}
        return head | ({"amount_fen": str(low)} if low == high else {"low_fen": str(low), "high_fen": str(high)})

    return OpenPoint.model_construct(
        code=code,
        question=question,
        kind=kind,
        subjects=(subject,),
        choices=tuple(cost(choice, *bounds) for choice, bounds in costs.items()),
        source=None if source is None else dict(source),
    )


def say_reach(bounds: Bounds, ways: Iterable[Statement]) -> str:
    """What the bounds of a month are: both reached by one of the ways that were worked out, or outer ones."""
    fens = {one.penalty_low_fen for one in ways if one.penalty_low_fen == one.penalty_high_fen}
    if fens >= set(bounds):
        return _("（所示范围准确：两端都有一种答复的组合能达到）")
    return _("（所示范围是外界：无论如何答复都不会超出，两端不一定能达到）")


def leave_between(inputs: Inputs, shown: Statement, bounds: Bounds, points: Sequence[OpenPoint]) -> Statement:
    """The statement open between bounds that were worked out of all its ways together."""
    low, high = bounds
    sure = max(0, low - shown.frozen_fen)
    return shown.model_copy(
        update={
            "offset": plan_offset(sure, Law(inputs.contract, {}), shown.instalments, inputs, Trace()),
            "provisional": True,
            "penalty_fen": None,
            "penalty_low_fen": low,
            "penalty_high_fen": high,
            "open_points": (*points, *shown.open_points),
        }
    )
