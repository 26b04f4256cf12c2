"""The audit sample: anybody with the statements and the seed draws the same; each figure leads down to its leaves."""

from __future__ import annotations

import hashlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.operations.audit_sample import draw_figures, follow, ticket_of


def node(*children: str) -> dict[str, Any]:
    return {"label": "x", "value": "1", "children": children, "facts": []}


STATEMENTS = [("s1", "c1", {f"n{no}": node() for no in range(40)}), ("s2", "c2", {f"n{no}": node() for no in range(7)})]


def test_the_ticket_can_be_worked_out_by_anybody() -> None:
    digest = hashlib.new("sm3", "种子\n2026-01\ncon-1\npenalty".encode()).hexdigest()
    assert ticket_of("种子", "2026-01", "con-1", "penalty") == digest


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=1, max_size=20), st.permutations(STATEMENTS), st.integers(1, 60))
def test_the_draw_hangs_on_the_seed_alone(seed: str, some: list[Any], count: int) -> None:
    drawn, population = draw_figures(some, seed, "2026-01", count)
    again, _population = draw_figures(STATEMENTS, seed, "2026-01", count)
    assert drawn == again
    assert (population, len(drawn)) == (47, min(count, 47))
    assert len({(one.statement_id, one.node) for one in drawn}) == len(drawn)
    least = {one.ticket for one in drawn}
    rest = {ticket_of(seed, "2026-01", contract, name) for _id, contract, trace in some for name in trace} - least
    assert not rest or max(least) < min(rest)


def test_all_steps_are_followed_once_and_a_circle_ends() -> None:
    trace = {"a": node("b", "c"), "b": node("d"), "c": node("d", "gone"), "d": node("a"), "other": node()}
    steps, whole = follow(trace, "a")
    assert [(one.depth, one.id) for one in steps] == [(0, "a"), (1, "b"), (2, "d"), (1, "c")]
    assert whole
    long = {f"n{no}": node(f"n{no + 1}") for no in range(500)}
    steps, whole = follow(long, "n0")
    assert (len(steps), whole) == (400, False)
