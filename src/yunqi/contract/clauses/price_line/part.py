"""One price table as read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yunqi.contract.clauses.base import Source
from yunqi.contract.clauses.price_line.columns import Header
from yunqi.contract.clauses.price_line.schema import PriceLine
from yunqi.contract.outline import PlacedTable


@dataclass(slots=True)
class Doubt:
    """A value of a line that is not sure: which, and what it may be."""

    line: PriceLine
    name: str
    candidates: list[Any]


@dataclass(slots=True)
class Part:
    """One price table as read: its lines, its total row, and how much of it is priced."""

    placed: PlacedTable
    header: Header
    lines: list[PriceLine] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    total_fen: int | None = None
    total_candidates: list[int] = field(default_factory=list)
    total_source: Source | None = None
    net_fen: int | None = None
    tax_fen: int | None = None
    restarts: bool = False
    labelled: bool = False
    notes: dict[int, str] = field(default_factory=dict)
    items: dict[int, str] = field(default_factory=dict)

    @property
    def priced(self) -> bool:
        """Whether any line has a unit price."""
        return any(line.unit_price is not None for line in self.lines)

    @property
    def sum_fen(self) -> int | None:
        """What the lines' totals come to, the stated ones where a product differs; null where none has a total."""
        totals = [fen for fen in map(stated_total, self.lines) if fen is not None]
        return sum(totals) if totals else None


def stated_total(line: PriceLine) -> int | None:
    """The total that the text states for a line, whether its product agrees or not."""
    return line.stated_total_fen if line.total_fen is None else line.total_fen
