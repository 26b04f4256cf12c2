"""Tables that state one clause kind column by column, as a contract's annexes do: found by the titles they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yunqi.contract.clauses.base import Source, row_source
from yunqi.contract.clauses.table import Columns
from yunqi.contract.outline import Outline, PlacedTable

Row = tuple[int, dict[str, str], Source]
"""The row's number from its own column (or its place), its cells, its source."""


def register_rows(document: Outline, titles: Mapping[str, str], needed: frozenset[str]) -> list[Row]:
    """The rows of every table that has the needed columns, in the order of the document."""
    return [row for placed in document.tables for row in rows_of(placed, titles, needed)]


def rows_of(placed: PlacedTable, titles: Mapping[str, str], needed: frozenset[str]) -> Iterator[Row]:
    """The rows of a table; none where it lacks one of the needed columns."""
    columns = Columns.find(placed.table, titles)
    if columns is None or not needed <= set(columns.known):
        return
    for count, (index, cells) in enumerate(columns.body(placed.table), start=1):
        if not any(cells.values()):
            continue
        full = {name: cells.get(name, "") for name in titles}
        number = full.get("no", "").strip()
        no = int(number) if number.isascii() and number.isdecimal() else count
        yield no, full, row_source(placed, index, number or str(count))
