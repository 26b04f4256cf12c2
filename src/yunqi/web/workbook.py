"""A page's table as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, get_args

from yunqi.reports.workbook import MEDIA_TYPE, Head, Kind, render_table
from yunqi.web.tables import Column, Plain, Table, plain_value

__all__ = ["MEDIA_TYPE", "render_workbook"]
_KINDS = frozenset(get_args(Kind))


def render_workbook(table: Table, rows: Iterable[Any], made_at: datetime, by: str) -> bytes:
    """The .xlsx with a column for each of the table's."""
    heads = [Head(column.head, _kind(column)) for column in table.columns]
    return render_table(table.title, heads, _cells(table, rows), made_at=made_at, by=by)


def _kind(column: Column) -> Kind:
    return column.kind if column.kind in _KINDS else "text"  # type: ignore[return-value]


def _cells(table: Table, rows: Iterable[Any]) -> Iterator[list[Plain]]:
    for row in rows:
        cells = []
        for column in table.columns:
            value = column.export(row) if column.export else column.of_row(row)
            cells.append(plain_value("text" if column.export else column.kind, value, column.of))
        yield cells
