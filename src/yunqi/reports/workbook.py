"""One table as a workbook, however long: figures are figures, dates are dates, and a text is never a formula.

Rows are written as they come and are not kept; whoever makes a table of rows for a spreadsheet makes it here.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal
from unicodedata import east_asian_width

from yunqi.kernel.clock import BEIJING, render_local
from yunqi.kernel.words import _
from yunqi.reports.clean import clean_text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Kind = Literal["text", "long", "money", "int", "number", "percent", "instant", "date"]
"""money: whole fen, shown in yuan; number: an exact decimal; percent: an exact share of one; instant: UTC, shown in
Beijing time; long: words that wrap."""
Cell = str | int | Fraction | datetime | date | None
_CELL_LIMIT = 32_767
_EXACT_LIMIT = 10**15  # a spreadsheet keeps 15 digits
_FORMATS: dict[str, dict[str, Any]] = {
    "money": {"num_format": "#,##0.00"},
    "int": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.######"},
    "percent": {"num_format": "0.00####%"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "date": {"num_format": "yyyy-mm-dd"},
    "long": {"text_wrap": True},
}
_WIDTHS = {"money": 18, "int": 12, "number": 14, "percent": 12, "instant": 20, "date": 12}
_MIN_WIDTH, _MAX_WIDTH = 8, 48
_MEASURED_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """One column: its words and what its cells hold."""

    words: str
    kind: Kind = "text"


def render_table(
    title: str,
    heads: Sequence[Head],
    rows: Iterable[Sequence[Cell]],
    *,
    made_at: datetime,
    by: str,
    on_row: Callable[[int], None] | None = None,
) -> bytes:
    """The .xlsx: one sheet, its head frozen and filtered; who made it and when stand in its properties and footer.

    `on_row` is told after each row how many there are.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    # No setting may turn words into formulas, links or numbers. Rows leave memory as they are written.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": title, "author": by, "created": made_at.replace(tzinfo=None, microsecond=0)})
    page = book.add_worksheet(_sheet_name(title))
    font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
    top = book.add_format(font | {"bold": True, "bg_color": "#EAF0F8", "bottom": 1, "text_wrap": True})
    formats = {kind: book.add_format(font | wanted) for kind, wanted in _FORMATS.items()}
    plain = book.add_format(font)
    styles = [formats.get(head.kind, plain) for head in heads]
    widths = [max(_room(head.words) + 3, _WIDTHS.get(head.kind, 0)) for head in heads]
    for place, head in enumerate(heads):
        page.write_string(0, place, clean_text(_words(head)), top)
    line = 0
    for line, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            written = _write(page, line, place, heads[place].kind, value, styles[place])
            if line <= _MEASURED_ROWS and written:
                widths[place] = max(widths[place], min(_room(written), _MAX_WIDTH))
        if on_row is not None:
            on_row(line)
    for place, width in enumerate(widths):
        page.set_column(place, place, max(min(width, _MAX_WIDTH) + 1, _MIN_WIDTH))
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, line, max(len(heads) - 1, 0))
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    made = f"{by} {render_local(made_at)}".replace("&", "&&")
    page.set_footer(f"&L&8{made}&R&8&P / &N")
    book.close()
    return buffer.getvalue()


def _words(head: Head) -> str:
    return _("{head}（元）", head=head.words) if head.kind == "money" else head.words


def _write(page: Any, line: int, place: int, kind: Kind, value: Cell, style: Any) -> str:
    """Writes the cell; returns what it looks like, for the width."""
    if value is None or value == "":
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
