"""A month that hangs on one answer, worked out once for each: one statement where all come to the same, else open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from yunqi.settlement.model import OpenPoint, Statement
from yunqi.settlement.readings import choice_label, render_question

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

    def cost(choice: str, one: Statement) -> dict[str, str]:
        head = {"choice": choice, "label": choice_label(code, choice)}
        if one.penalty_low_fen == one.penalty_high_fen:
            return head | {"amount_fen": str(one.penalty_low_fen)}
        return head | {"low_fen": str(one.penalty_low_fen), "high_fen": str(one.penalty_high_fen)}

    point = OpenPoint.model_construct(
        code=code,
        question=f"{render_question(code, subject or None)}{note}",
        kind=kind,
        subjects=(subject or chosen.month,),
        choices=tuple(cost(choice, one) for choice, one in sides.items()),
        source=None if source is None else dict(source),
    )
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
