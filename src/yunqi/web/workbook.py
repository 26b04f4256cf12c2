"""A table as a workbook: figures are figures, dates are dates, and a text is never a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from unicodedata import east_asian_width

from yunqi.kernel.clock import BEIJING, render_local
from yunqi.kernel.words import _
from yunqi.reports.clean import clean_text
from yunqi.web.tables import Column, Plain, Table, plain_value

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CELL_LIMIT = 32_767
_EXACT_LIMIT = 10**15  # a spreadsheet keeps 15 digits
_FORMATS: dict[str, dict[str, Any]] = {
    "money": {"num_format": "#,##0.00"},
    "int": {"num_format": "#,##0"},
    "percent": {"num_format": "0.00####%"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "date": {"num_format": "yyyy-mm-dd"},
    "long": {"text_wrap": True},
}
_WIDTHS = {"money": 18, "int": 12, "percent": 12, "instant": 20, "date": 12}
_MIN_WIDTH, _MAX_WIDTH = 8, 48


def render_workbook(table: Table, rows: Iterable[Any], made_at: datetime, by: str) -> bytes:
    """The .xlsx: one sheet, its head frozen and filtered; who made it and when stand in its properties and footer."""
    import xlsxwriter

    buffer = io.BytesIO()
    # No setting may turn words into formulas, links or numbers.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": table.title, "author": by, "created": made_at.replace(tzinfo=None, microsecond=0)})
    page = book.add_worksheet(_sheet_name(table.title))
    font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
    head = book.add_format(font | {"bold": True, "bg_color": "#EAF0F8", "bottom": 1, "text_wrap": True})
    formats = {kind: book.add_format(font | wanted) for kind, wanted in _FORMATS.items()}
    plain = book.add_format(font)
    widths = [max(_room(column.head) + 3, _WIDTHS.get(column.kind, 0)) for column in table.columns]
    for place, column in enumerate(table.columns):
        page.write_string(0, place, clean_text(_head(column)), head)
    line = 0
    for line, row in enumerate(rows, 1):
        for place, column in enumerate(table.columns):
            value = column.export(row) if column.export else column.of_row(row)
            shown = plain_value("text" if column.export else column.kind, value, column.of)
            written = _write(page, line, place, column.kind, shown, formats.get(column.kind, plain))
            widths[place] = max(widths[place], min(_room(written), _MAX_WIDTH))
    for place, width in enumerate(widths):
        page.set_column(place, place, max(min(width, _MAX_WIDTH) + 1, _MIN_WIDTH))
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, line, len(table.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    made = f"{by} {render_local(made_at)}".replace("&", "&&")
    page.set_footer(f"&L&8{made}&R&8&P / &N")
    book.close()
    return buffer.getvalue()


def _head(column: Column) -> str:
    return _("{head}（元）", head=column.head) if column.kind == "money" else column.head


def _write(page: Any, line: int, place: int, kind: str, value: Plain, style: Any) -> str:
    """Writes the cell; returns what it looks like, for the width."""
    if value is None:
        page.write_blank(line, place, None, style)
        return ""
    if isinstance(value, datetime):
        page.write_datetime(line, place, value.astimezone(BEIJING).replace(tzinfo=None), style)
        return ""
    if isinstance(value, date):
        page.write_datetime(line, place, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
        return ""
    if isinstance(value, int | Fraction) and -_EXACT_LIMIT < value < _EXACT_LIMIT:
        page.write_number(line, place, value / 100 if kind == "money" else float(value), style)
        return ""
    text = clean_text(str(value))[:_CELL_LIMIT]
    page.write_string(line, place, text, style)
    return max(text.split("\n"), key=_room)


def _sheet_name(title: str) -> str:
    cleaned = "".join(char for char in clean_text(title) if char not in "[]:*?/\\'")
    return cleaned[:31] or "1"


def _room(text: str) -> int:
    """How many narrow characters the text is as wide as."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)
