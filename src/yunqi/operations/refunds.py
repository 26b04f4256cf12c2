"""What the early ends of a contract give back, as figures that go out with the evidence to be worked out again."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.exit import EARLY
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.operations.exits import KIND, read_refund
from yunqi.operations.installation import Installation
from yunqi.settlement.leaving import Refund
from yunqi.store.cases import list_cases
from yunqi.store.contracts import Contract

WITHDRAWN = "withdrawn"


def list_refunds(installation: Installation, connection: Connection, found: Contract) -> list[dict[str, Any]]:
    """The refund of each early end that was not taken back, as known now; parts exact, money in fen.

    `problem`: the last day of service does not lie in the term as it is now.
    """
    known_at = render_instant(installation.clock.now())
    made = []
    for one in list_cases(connection, found.id, kind=KIND):
        if one.state == WITHDRAWN or one.data["cause"] != EARLY or not one.data.get("left_on"):
            continue
        head: dict[str, Any] = {
            "exit": one.id,
            "left_on": str(one.data["left_on"]),
            "ground": one.data.get("ground"),
            "known_at": known_at,
        }
        try:
            left_on = date.fromisoformat(head["left_on"])
            refund = read_refund(installation, connection, found, left_on, head["ground"])
        except Problem as problem:
            made.append(head | {"problem": problem.code})
            continue
        made.append(head | figures_of(refund))
    return made


def figures_of(refund: Refund) -> dict[str, Any]:
    """A refund as it goes out: each way with its part of the term, of the price, and what it gives back."""
    return {
        "total_fen": refund.total_fen,
        "paid_fen": refund.paid_fen,
        "offset_fen": refund.offset_fen,
        "ways": {one.way: [str(one.part), str(one.rest_fen), one.refund_fen] for one in refund.ways},
        "chosen": refund.chosen,
        "amount_fen": refund.amount_fen,
    }
