"""An audit sample: figures of a month's statements drawn by a stated seed, each followed down to its facts.

The draw needs no generator of random numbers: each figure has SM3(seed, month, contract, node), and those with the
least are the sample. Whoever has the statements and the seed draws the same; nobody can steer it who does not choose
the seed after the month is closed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yunqi.store.checks import sm3_hex

USUAL = 25
_MOST_STEPS = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A figure: the statement it stands in, and its node of the trace. `ticket`: what it drew."""

    ticket: str
    statement_id: str
    contract_id: str
    node: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way from a figure to its facts: how deep it lies, and the node as the trace has it."""

    depth: int
    id: str
    node: Mapping[str, Any]


def ticket_of(seed: str, month: str, contract_id: str, node: str) -> str:
    """What a figure draws: SM3 of seed, month, contract and node, each on a line of its own.

    >>> ticket_of("a", "2026-01", "con-1", "penalty")[:8]
    '54312f0a'
    """
    return sm3_hex(f"{seed}\n{month}\n{contract_id}\n{node}".encode())


def draw_figures(
    statements: Iterable[tuple[str, str, Mapping[str, Any]]], seed: str, month: str, count: int
) -> tuple[tuple[Place, ...], int]:
    """The figures of the least tickets, in their order, and of how many they were drawn.

    `statements`: id, contract and trace of each, read once: a city's month need not be held at once.
    """
    population = 0

    def every() -> Iterator[tuple[str, str, str, str]]:
        nonlocal population
        for statement_id, contract_id, trace in statements:
            for node in trace:
                population += 1
                yield ticket_of(seed, month, contract_id, node), statement_id, contract_id, node

    drawn = heapq.nsmallest(count, every())
    return tuple(Place(*one) for one in drawn), population


def follow(trace: Mapping[str, Mapping[str, Any]], node: str) -> tuple[tuple[Step, ...], bool]:
    """All steps from a figure down to its leaves, each once, the figure first; and whether that is all of them."""
    steps: list[Step] = []
    seen: set[str] = set()
    waiting = [(0, node)]
    while waiting:
        depth, name = waiting.pop()
        if name in seen or name not in trace:
            continue
        if len(steps) == _MOST_STEPS:
            return tuple(steps), False
        seen.add(name)
        one = trace[name]
        steps.append(Step(depth, name, one))
        waiting.extend((depth + 1, child) for child in reversed(one.get("children") or ()))
    return tuple(steps), True
