"""What of the bond is held comes to the same by both programs, whatever was done to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tools.rederive.bond_money import bond_held

from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.clock import render_instant
from yunqi.kernel.period import Month, day_start
from yunqi.settlement.bond import Move, compute_bond

MONTH = Month.parse("2026-02")
FIRST = date(2026, 1, 1)
KINDS = ("received", "topped_up", "extended", "drawn", "released")
DAYS = st.integers(0, 70)
DEEDS = st.tuples(
    st.sampled_from(KINDS), DAYS, st.integers(1, 500), st.sampled_from(["", "A", "B"]), st.none() | DAYS, st.booleans()
)


def fact(number: int, deed: tuple[Any, ...]) -> dict[str, Any]:
    kind, day, fen, guarantee, expires, for_statement = deed
    on = FIRST + timedelta(days=day)
    payload = {
        "on": on.isoformat(),
        "amount_fen": fen,
        "guarantee": guarantee,
        "expires_on": None if expires is None else (FIRST + timedelta(days=expires)).isoformat(),
        "statement": "stm-1" if for_statement else "",
    }
    at = render_instant(day_start(on))
    return {"id": f"fct-{number:03}", "kind": f"bond.{kind}", "at": at, "recorded_at": at, "payload": payload}


@settings(max_examples=300, deadline=None)
@given(st.lists(DEEDS, max_size=8))
def test_what_is_held_agrees(deeds: list[tuple[Any, ...]]) -> None:
    facts = [fact(number, deed) for number, deed in enumerate(deeds)]
    here = bond_held(SimpleNamespace(facts=facts), render_instant(datetime(2027, 1, 1, tzinfo=UTC)), MONTH.span.end_at)
    moves = [
        Move(
            one["kind"].removeprefix("bond."),
            date.fromisoformat(one["payload"]["on"]),
            one["payload"]["amount_fen"],
            one["payload"]["guarantee"],
            "",
            None if (last := one["payload"]["expires_on"]) is None else date.fromisoformat(last),
            one["id"],
        )
        for one in facts
        if not (one["kind"] == "bond.drawn" and one["payload"]["statement"])
    ]
    bond = compute_bond(
        {"amount_fen": 100},
        moves,
        load_work_calendar(),
        total_fen=None,
        signed_on=None,
        end_on=None,
        as_of=MONTH.end_on,
    )
    known = [one for one in facts if date.fromisoformat(one["payload"]["on"]) <= MONTH.end_on]
    assert here == (bond.held_fen if known else None)
