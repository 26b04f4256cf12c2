"""The cells of a sheet by the roles of their columns: read, or told with their place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeVar

from yunqi.kernel.errors import Problem
from yunqi.operations.adoption import cells
from yunqi.operations.adoption.heads import IGNORED, Head, Heading
from yunqi.operations.adoption.inventory import Note, Place, Severity, note_of
from yunqi.operations.adoption.sheets import Grid

_T = TypeVar("_T")
_FILLED = frozenset({"system", "unit", "opened_on", "grade", "kind", "state", "service"})
"""Words that a merged cell says of every row that it covers; a figure in one may be a sum, and is asked about."""


_SIZED = frozenset({"memory", "system_disk", "data_disk", "size"})
_BARE = re.compile(r"\d+(?:\.\d+)?")
_MOST_MEMORY_GB, _LEAST_DISK_GB = 256, 20
"""Bare figures up to the one are no MB, those from the other on are no TB."""


def letter_of(column: int) -> str:
    """The letters over a column of a spreadsheet, counted from 0.

    >>> letter_of(0), letter_of(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass
class SheetCells:
    """One sheet with its heads; what is told of it gathers in `notes`."""

    grid: Grid
    heading: Heading
    notes: list[Note] = field(default_factory=list)
    columns: dict[str, list[Head]] = field(default_factory=dict)
    wrong: set[int] = field(default_factory=set)

    def _known_heads(self) -> list[Head]:
        roles = {one.role for one in self.heading.heads}
        heads = []
        for one in self.heading.heads:
            # Beside a count, 单位 is what is counted in.
            measured = (
                one.role == "unit" and cells.plain(one.text) == "单位" and "count" in roles and "service" in roles
            )
            unit = one.unit or self._assumed_unit(one)
            heads.append(Head(one.column, one.text, IGNORED if measured else one.role, unit, one.grade))
            if one.role is None:
                problem = Problem(
                    "adoption.column_unknown",
                    "不认识表头「{value}」，该列没有读取",
                    value=one.text,
                    way_out="如该列含有 CPU、内存、磁盘、IP 等，请改用通常的表头",
                )
                self.notes.append(
                    note_of(
                        problem,
                        "note",
                        place=Place(sheet=self.grid.name, row=self.heading.row + 1),
                        column=f"{letter_of(one.column)} {one.text}",
                        value=one.text,
                    )
                )
        return heads

    def _assumed_unit(self, head: Head) -> str:
        """GB for a column of bare figures that can be nothing else; it is told, and both parties accept it. Else ""."""
        if head.role not in _SIZED:
            return ""
        texts = (
            cells.plain(row[head.column]) for row in self.grid.rows[self.heading.row + 1 :] if head.column < len(row)
        )
        figures = [Fraction(text) for text in texts if _BARE.fullmatch(text) and Fraction(text)]
        if not figures:
            return ""
        sure = max(figures) <= _MOST_MEMORY_GB if head.role == "memory" else min(figures) >= _LEAST_DISK_GB
        if not sure:
            return ""
        problem = Problem(
            "adoption.unit_assumed",
            "表头「{value}」和 {count} 个单元格没有写单位，按 GB 计",
            value=head.text,
            count=len(figures),
            way_out="如非 GB，请在表头写明单位后重新预览",
        )
        place = Place(sheet=self.grid.name, row=self.heading.row + 1)
        column = f"{letter_of(head.column)} {head.text}"
        self.notes.append(note_of(problem, "open", place=place, column=column, value=head.text))
        return "g"

    # --- cells --------------------------------------------------------------------------------------------------------

    def _place(self, row: int) -> Place:
        return Place(sheet=self.grid.name, row=row + 1)

    def _tell(
        self, row: int, head: Head | None, problem: Problem, severity: Severity = "error", value: str = ""
    ) -> None:
        if severity == "error":
            self.wrong.add(row)
        column = "" if head is None else f"{letter_of(head.column)} {head.text}"
        self.notes.append(note_of(problem, severity, place=self._place(row), column=column, value=value))

    def _read(self, row: int, head: Head, read: Callable[[str], _T]) -> _T | None:
        """What a cell says; None where it says nothing, or is told as not understood."""
        text = self._text(row, head)
        if (row, head.column) in self.grid.unknown:
            problem = Problem(
                "adoption.formula", "单元格是公式，文件里没有它的值", way_out="请用 Excel 或 WPS 打开并保存，或改填数值"
            )
            self._tell(row, head, problem)
            return None
        if cells.is_nothing(text):
            return None
        try:
            return read(text)
        except Problem as problem:
            self._tell(row, head, problem, value=text)
            return None

    def _text(self, row: int, head: Head) -> str:
        """The cell's text; a figure merged over several rows may be a sum or stand for each: it is asked about."""
        anchor = self.grid.anchors.get((row, head.column))
        if anchor is None or anchor[0] == row or head.role in _FILLED:
            return self.grid.spread(row, head.column)
        over = self.grid.spread(row, head.column)
        if over and head.role not in ("name", None, IGNORED) and not self._continues(row):
            problem = Problem(
                "adoption.merged_figure",
                "「{value}」的单元格合并了多行，无法判断是每行各有还是合计",
                value=over,
                way_out="请取消合并，逐行填写",
            )
            self._tell(row, head, problem, value=over)
        return ""

    def _continues(self, row: int) -> bool:
        """Whether the row goes on with the machine above: its name is merged over both."""
        heads = self.columns.get("name") or []
        anchors = [self.grid.anchors.get((row, head.column)) for head in heads[:1]]
        return any(anchor is not None and anchor[0] < row and self.grid.text(*anchor) for anchor in anchors)

    def _first(self, row: int, role: str, read: Callable[[str], _T]) -> _T | None:
        for head in self.columns.get(role, ()):
            value = self._read(row, head, read)
            if value is not None:
                return value
        return None

    def _word(self, row: int, role: str) -> str:
        found = (self._text(row, head).strip() for head in self.columns.get(role, ()))
        return next((text for text in found if not cells.is_nothing(text)), "")
