"""A workbook or a CSV file -> grids of text, merged cells told apart. Formulas count as the values kept with them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yunqi.kernel.errors import Problem

ROW_LIMIT = 20_000
COLUMN_LIMIT = 200
_UNPACKED_LIMIT = 100 * 1024 * 1024
_PARTS_LIMIT = 2000
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BLANK_ROWS = 500
_UNREADABLE = (ValueError, KeyError, TypeError, OSError, SyntaxError, AttributeError, IndexError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: text by row and column, from 0; `anchors`: for a cell under a merged one, where its text stands.

    `unknown`: cells with a formula whose value the file does not keep.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    unknown: frozenset[tuple[int, int]] = frozenset()
    hidden: bool = False

    def text(self, row: int, column: int) -> str:
        """The text of a cell, "" beyond the edge."""
        cells = self.rows[row] if 0 <= row < len(self.rows) else ()
        return cells[column] if column < len(cells) else ""

    def spread(self, row: int, column: int) -> str:
        """The text that stands over a cell: of the merged cell that covers it."""
        return self.text(*self.anchors.get((row, column), (row, column)))


def load_grids(content: bytes, name: str) -> tuple[Grid, ...]:
    """The sheets of an .xlsx or .xlsm file, or the one of a CSV file.

    Raises `Problem` adoption.old_workbook, adoption.damaged, adoption.bomb, adoption.too_long and adoption.encoding.
    """
    if content.startswith(_OLD):
        raise Problem(
            "adoption.old_workbook",
            "文件「{value}」是旧版 Excel（.xls）或已加密",
            field="file",
            value=name,
            way_out="请用 Excel 或 WPS 另存为 .xlsx 或 CSV，去掉密码",
        )
    if content.startswith(_ZIP):
        _refuse_bomb(content, name)
        return _load_workbook(content, name)
    return (_load_csv(content, name),)


def _refuse_bomb(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise _damaged(name) from error
    if len(parts) > _PARTS_LIMIT or sum(part.file_size for part in parts) > _UNPACKED_LIMIT:
        raise Problem(
            "adoption.bomb",
            "文件「{value}」解压后超过上限 {limit_mb} MB，拒绝读取",
            field="file",
            value=name,
            limit_mb=_UNPACKED_LIMIT // 2**20,
            way_out="请只保留清单所在的工作表后另存",
        )


def _damaged(name: str) -> Problem:
    return Problem(
        "adoption.damaged",
        "文件「{value}」不是可读的 Excel 工作簿",
        field="file",
        value=name,
        way_out="请用 Excel 或 WPS 打开并另存为 .xlsx，或导出 CSV",
    )


def _too_long(name: str) -> Problem:
    return Problem(
        "adoption.too_long",
        "清单「{value}」超过 {limit} 行",
        field="file",
        value=name,
        limit=ROW_LIMIT,
        way_out="请分成几份，逐份纳管",
    )


def _load_workbook(content: bytes, name: str) -> tuple[Grid, ...]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(content)) if _has_formulas(content) else None
        return tuple(
            _to_grid(sheet, name, None if formulas is None else formulas[sheet.title]) for sheet in book.worksheets
        )
    except _UNREADABLE as error:
        raise _damaged(name) from error


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = (part for part in archive.namelist() if part.startswith("xl/worksheets/") and part.endswith(".xml"))
        return any(b"<f" in archive.read(part) for part in sheets)


def _to_grid(sheet: Any, name: str, formulas: Any) -> Grid:
    rows: list[tuple[str, ...]] = []
    blank = 0
    for cells in sheet.iter_rows(max_col=min(sheet.max_column or 1, COLUMN_LIMIT), values_only=True):
        row = tuple(_word(value) for value in cells)
        blank = 0 if any(row) else blank + 1
        if blank > _BLANK_ROWS:
            break
        rows.append(row)
        if len(rows) > ROW_LIMIT + _BLANK_ROWS:
            raise _too_long(name)
    while rows and not any(rows[-1]):
        rows.pop()
    anchors = {}
    for merged in sheet.merged_cells.ranges:
        first = (merged.min_row - 1, merged.min_col - 1)
        for row_no in range(first[0], min(merged.max_row, len(rows))):
            for column in range(first[1], min(merged.max_col, COLUMN_LIMIT)):
                if (row_no, column) != first:
                    anchors[row_no, column] = first
    unknown = frozenset(
        (row_no, column)
        for row_no, row in enumerate(rows)
        for column, text in enumerate(row)
        if not text and formulas is not None and formulas.cell(row_no + 1, column + 1).data_type == "f"
    )
    return Grid(sheet.title, tuple(rows), anchors, unknown, hidden=sheet.sheet_state != "visible")


def _word(value: Any) -> str:
    """A cell as people see it: 16.0 is 16, a day is a day."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # A workbook keeps binary fractions: 0.1 is shown as 0.1 by all programs that show fifteen figures.
        return f"{Decimal(f'{value:.15g}'):f}"
    return str(value).strip()


def _load_csv(content: bytes, name: str) -> Grid:
    text = _decode(content, name)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    lines: Iterable[list[str]] = csv.reader(io.StringIO(text, newline=""), dialect)
    rows = []
    try:
        for line in lines:
            rows.append(tuple(cell.strip() for cell in line[:COLUMN_LIMIT]))
            if len(rows) > ROW_LIMIT:
                raise _too_long(name)
    except csv.Error as error:
        raise _damaged(name) from error
    return Grid("", tuple(rows))


def _decode(content: bytes, name: str) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Problem(
        "adoption.encoding",
        "文件「{value}」不是 .xlsx，也不是 UTF-8 或 GB18030 的 CSV",
        field="file",
        value=name,
        way_out="请另存为 .xlsx 或 CSV UTF-8",
    )
