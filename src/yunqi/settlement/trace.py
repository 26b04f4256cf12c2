"""The trace: one node for every figure, down to its clause and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.settlement.model import TraceNode


class Trace:
    """Collects nodes; an id given twice is kept as it was first."""

    def __init__(self) -> None:
        self.nodes: dict[str, TraceNode] = {}

    def add(
        self,
        name: str,
        label: str,
        value: str,
        *,
        formula: str = "",
        source: Mapping[str, Any] | None = None,
        reading: str | None = None,
        facts: tuple[str, ...] = (),
        children: tuple[str, ...] = (),
        sample: bool = False,
    ) -> str:
        """Adds a node and returns its id."""
        if name not in self.nodes:
            # Built from our own values, so it needs no validation.
            self.nodes[name] = TraceNode.model_construct(
                id=name,
                label=label,
                value=value,
                formula=formula,
                source=None if source is None else dict(source),
                reading=reading,
                facts=facts,
                children=children,
                sample=sample,
            )
        return name
