"""The trace: one node for every figure, down to its clause and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.settlement.model import TraceNode

_PER_FEN = 100
_PER_YUAN = 10_000


def render_exact_yuan(fen: Fraction) -> str:
    """An exact amount in yuan: cut after four decimals, with a sign that it goes on.

    >>> render_exact_yuan(Fraction(484528352)), render_exact_yuan(Fraction(484528352, 12))
    ('4,845,283.52', '403,773.6266…')
    """
    scaled = fen * _PER_FEN
    whole = scaled.numerator // scaled.denominator
    yuan, rest = divmod(whole, _PER_YUAN)
    if not rest % _PER_FEN and scaled == whole:
        return f"{yuan:,}.{rest // _PER_FEN:02d}"
    return f"{yuan:,}.{rest:04d}" + ("" if scaled == whole else "…")


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
