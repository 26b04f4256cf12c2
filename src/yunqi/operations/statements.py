"""A statement walked down: every figure to its clause, its reading and the records behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One node of a trace as it is shown: `depth` from the root; a node met again is named, not opened twice."""

    depth: int
    node: Mapping[str, Any]
    again: bool


def walk_trace(data: Mapping[str, Any], root: str | None = None) -> Iterator[TraceLine]:
    """All nodes below a node, or below every node that none refers to, each opened once."""
    trace: Mapping[str, Mapping[str, Any]] = data["trace"]
    children = {child for node in trace.values() for child in node["children"]}
    roots = [root] if root is not None else [name for name in trace if name not in children]
    seen: set[str] = set()
    stack = [(0, name) for name in reversed(roots)]
    while stack:
        depth, name = stack.pop()
        if name not in trace:
            continue
        again = name in seen
        seen.add(name)
        yield TraceLine(depth, trace[name], again)
        if not again:
            stack.extend((depth + 1, child) for child in reversed(trace[name]["children"]))
