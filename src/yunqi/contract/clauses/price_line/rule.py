"""What a price line costs: unit price times quantity times periods, exact."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.contract.terms import number
from yunqi.kernel.money import parse_yuan, round_fen

_YUAN = parse_yuan("1")


def compute_line_amount(line: Mapping[str, Any]) -> Fraction | None:
    """The line's amount in fen, exact; None where no unit price or quantity is given (quantities only, or covered by
    a bundle).

    A price without a period is for the whole term.
    """
    price, quantity = number(line.get("unit_price")), number(line.get("quantity"))
    if price is None or quantity is None:
        return None
    periods = number((line.get("periods") or {}).get("count"))
    amount = price * quantity * _YUAN
    return amount if periods is None else amount * periods


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A line -> its amount in fen, rounded once, and whether the stated total agrees (None: nothing to compare)."""
    del facts
    exact = compute_line_amount(clause)
    amount = None if exact is None else round_fen(exact)
    stated = clause.get("total_fen")
    return {"amount_fen": amount, "agrees": None if amount is None or stated is None else amount == stated}
