"""Workbooks with XlsxWriter: figures are figures, every text is written as text and never as a formula."""

from __future__ import annotations

import importlib
import io
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from yunqi.kernel.clock import parse_instant
from yunqi.kernel.money import render_yuan
from yunqi.reports import figures
from yunqi.reports.table import Block, Column, Kind, Row, Sheet

_CELL_LIMIT = 32_767
_CUT = "……（超出单元格长度，全文见 PDF 结算单）"
_EXACT_LIMIT = 10**15  # a spreadsheet keeps 15 digits
_MAX_INDENT = 15
_SHARE_PLACES = 8
_LINE_POINTS, _MAX_POINTS = 13.5, 409.0
_FIT = 1.05  # our font is a little smaller than the one that column widths are counted in
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {},
    "centre": {"align": "center"},
    "number": {"num_format": "#,##0.####", "align": "right"},
    "whole": {"num_format": "#,##0", "align": "right"},
    "yuan": {"num_format": "#,##0.00", "align": "right"},
    "share": {"num_format": "0.00####%", "align": "right"},
}


def render(view: Mapping[str, Any], layout: Path) -> bytes:
    """The workbook. `view["made_at"]` dates it; `layout.py` of the report has `sheets()`."""
    import xlsxwriter

    sheets: Sequence[Sheet] = importlib.import_module(f"yunqi.reports.{layout.parent.name}.layout").sheets()
    made_at = parse_instant(str(view["made_at"])) if view.get("made_at") else datetime(1980, 1, 1, tzinfo=UTC)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": str(view["title"]), "created": made_at.replace(tzinfo=None, microsecond=0)})
    writer = _Writer(book, view)
    for sheet in sheets:
        writer.write_sheet(sheet)
    book.close()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, view: Mapping[str, Any]) -> None:
        self.book = book
        self.view = view
        self.known: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **wanted: Any) -> Any:
        """The cell format; equal ones are one object, which keeps the file small."""
        key = tuple(sorted(wanted.items()))
        if key not in self.known:
            base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
            self.known[key] = self.book.add_format(base | wanted)
        return self.known[key]

    def write_sheet(self, sheet: Sheet) -> None:
        page = self.book.add_worksheet(sheet.name)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        page.fit_to_pages(1, sheet.pages_tall)
        page.hide_gridlines(2)
        heading = str(self.view["heading"]).replace("&", "&&")[:120]
        page.set_header(f"&L&9{heading}&R&9{sheet.name}")
        page.set_footer("&C&9— &P / &N —")
        page.write_string(0, 0, str(self.view["title"]), self.format(bold=True, font_size=16))
        page.write_string(1, 0, str(self.view["heading"]), self.format())
        line = 2
        for text in self.view["banners"]:
            page.write_string(line, 0, text, self.format(bold=True, font_color="#B3261E"))
            line += 1
        for column in range(max(len(block.columns) for block in sheet.blocks)):
            page.set_column(column, column, max(_width(block, column) for block in sheet.blocks))
        first = line + 1 + bool(sheet.blocks[0].title)
        page.freeze_panes(first + 1, 0)
        page.repeat_rows(first)
        for block in sheet.blocks:
            line = self.write_block(page, line + 1, block)

    def write_block(self, page: Any, line: int, block: Block) -> int:
        """Writes the block from `line` on; returns the first free line."""
        if block.title:
            page.write_string(line, 0, block.title, self.format(bold=True, font_size=12))
            line += 1
        page.set_row(line, _height(block.columns, {spec.key: spec.head for spec in block.columns}))
        head = self.format(bold=True, border=1, bg_color="#F1F3F4", align="center", text_wrap=True)
        for column, spec in enumerate(block.columns):
            page.write_string(line, column, spec.head, head)
        rows: Sequence[Row] = self.view[block.rows]
        start = line + 1
        for line, row in enumerate(rows, start):
            page.set_row(line, _height(block.columns, row))
            for column, spec in enumerate(block.columns):
                self.write_cell(page, line, column, spec, row)
        if not rows:
            page.write_string(start, 0, block.empty or figures.NONE, self.format())
            return start + 1
        end = start + len(rows)
        if any(spec.total for spec in block.columns):
            self.write_totals(page, start, end, block, rows)
            end += 1
        return end

    def write_cell(self, page: Any, line: int, column: int, spec: Column, row: Row) -> None:
        value = row.get(spec.key)
        kind: Kind = row.get(f"{spec.key}_kind", spec.kind)
        if kind == "label":
            cell = self.format(border=1, text_wrap=True, indent=min(int(row.get("depth", 0)), _MAX_INDENT))
            page.write_string(line, column, _cut(str(value or "")), cell)
            return
        number = _number(kind, value)
        if number is None:
            shown = figures.NONE if value is None else str(value)
            if kind == "yuan" and isinstance(value, int):
                shown = render_yuan(value)
            align = {"align": "center"} if kind == "centre" else {"align": "right"} if kind != "text" else {}
            page.write_string(line, column, _cut(shown), self.format(border=1, text_wrap=True, **align))
            return
        style = "whole" if kind == "number" and number == number.to_integral_value() else kind
        page.write_number(line, column, number, self.format(border=1, **_FORMATS[style]))

    def write_totals(self, page: Any, start: int, end: int, block: Block, rows: Sequence[Row]) -> None:
        from xlsxwriter.utility import xl_col_to_name

        bold = self.format(bold=True, border=1)
        for column, spec in enumerate(block.columns):
            if not spec.total:
                page.write_string(end, column, "合计" if column == 0 else "", bold)
                continue
            span = _span(xl_col_to_name(column), start, end)
            formula, counted = f"=SUM({span})", rows
            if spec.total_when is not None:
                key, wanted = spec.total_when
                states = _span(xl_col_to_name([other.key for other in block.columns].index(key)), start, end)
                formula = f'=SUMIF({states},"{wanted}",{span})'
                counted = [row for row in rows if row.get(key) == wanted]
            total = Decimal(sum(row.get(spec.key) or 0 for row in counted)) / 100
            page.write_formula(end, column, formula, self.format(bold=True, border=1, **_FORMATS["yuan"]), total)


def _width(block: Block, column: int) -> float:
    return block.columns[column].width if column < len(block.columns) else 0


def _height(columns: Sequence[Column], row: Row) -> float:
    """The row's height in points: LibreOffice does not fit rows to wrapped text when it opens a workbook."""
    lines = 1
    for spec in columns:
        value = row.get(spec.key)
        if isinstance(value, str):
            room = max(spec.width * _FIT - (2 * int(row.get("depth", 0)) if spec.kind == "label" else 0), 4)
            lines = max(lines, sum(max(1, math.ceil(_room(text) / room)) for text in value.split("\n")))
    return min(_LINE_POINTS * lines + 3, _MAX_POINTS)


def _room(text: str) -> int:
    """How many narrow characters the text is as wide as."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


def _span(letters: str, start: int, end: int) -> str:
    return f"{letters}{start + 1}:{letters}{end}"


def _number(kind: Kind, value: object) -> Decimal | None:
    """The cell's figure, or None when it is to be written as text; a share is cut, so that no display rounds it up."""
    if value is None or value == "" or kind in {"text", "centre", "label"}:
        return None
    if kind == "yuan":
        return Decimal(value) / 100 if isinstance(value, int) and abs(value) < _EXACT_LIMIT else None
    exact = figures.parse_exact(str(value))
    if exact is None or abs(exact) >= _EXACT_LIMIT:
        return None
    if kind == "share":
        scale: int = 10**_SHARE_PLACES
        return Decimal(exact.numerator * scale // exact.denominator) / scale
    return figures.rounded(exact)


def _cut(text: str) -> str:
    return text if len(text) <= _CELL_LIMIT else text[: _CELL_LIMIT - len(_CUT)] + _CUT
