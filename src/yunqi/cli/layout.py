"""Tables on terminals and in pipes: Chinese takes two columns, nothing is cut off.

Where nobody watches (a pipe, a file) a row is one line. On a terminal long cells go on below; where even that is too
narrow each row is a block of its own, a field a line. Names and numbers in Latin letters are never broken: they are
copied.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = 2
_CLOSING = frozenset("，。；：、！？）」』》】…,.;:!?)]}")


def cell_width(text: str) -> int:
    """How many columns a text takes on a terminal.

    >>> cell_width("云vm")
    4
    """
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1 for char in text
    )


def pad(text: str, width: int, *, right: bool = False) -> str:
    """The text filled with spaces to a width in columns."""
    gap = " " * max(0, width - cell_width(text))
    return gap + text if right else text + gap


def lay_out(
    headers: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset(), width: int | None = None
) -> list[str]:
    """The lines of a table, at most `width` columns wide; None: as wide as it is. Columns in `right` stand right.

    >>> lay_out(["号", "名称"], [["1", "云主机四台，每台 8 核"]], width=18)
    ['号  名称', '──  ──────────────', '1   云主机四台，每', '    台 8 核']
    """
    natural = [max([cell_width(head), *(cell_width(row[index]) for row in rows)]) for index, head in enumerate(headers)]
    if width is not None and sum(natural) + GAP * (len(natural) - 1) > width:
        fitting = _fit(natural, _least(headers, rows), width)
        if fitting is None:
            return _blocks(headers, rows, width)
        natural = fitting
    widths = natural
    lines = _row_lines(headers, widths, right)
    lines.append((" " * GAP).join("─" * one for one in widths))
    for row in rows:
        lines += _row_lines(row, widths, right)
    return lines


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most so many columns; a word that is longer stands alone and is longer.

    >>> wrap("自 2026-07-01 起，每月一次", 12)
    ['自', '2026-07-01', '起，每月一次']
    """
    lines, line = [], ""
    for unit in _units(text):
        if line and cell_width(line + unit.rstrip()) > width:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _units(text: str) -> list[str]:
    """What may not be broken: a wide character, a run of narrow ones with the spaces after it."""
    found: list[str] = []
    for char in text:
        narrow = cell_width(char) < 2
        goes_on = (
            found
            and narrow
            and (char.isspace() or (not found[-1][-1].isspace() and all(cell_width(one) < 2 for one in found[-1])))
        )
        if found and (goes_on or (char in _CLOSING and not found[-1][-1].isspace())):
            found[-1] += char
        else:
            found.append(char)
    return found


def _least(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """The narrowest that each column can be: its longest word."""
    return [
        max(
            cell_width(unit.rstrip()) for cell in (head, *(row[index] for row in rows)) for unit in _units(cell) or [""]
        )
        for index, head in enumerate(headers)
    ]


def _fit(natural: list[int], least: list[int], width: int) -> list[int] | None:
    """The columns' widths within a width, the widest made narrower first; None where they can't be."""
    gaps = GAP * (len(natural) - 1)
    # A column of a few characters a line is no reading: that is what blocks are for.
    floor = [min(one, max(small, 12)) for one, small in zip(natural, least, strict=True)]
    if sum(floor) + gaps > width:
        return None
    widths = list(natural)
    while sum(widths) + gaps > width:
        widest = max(range(len(widths)), key=lambda index: widths[index] if widths[index] > floor[index] else 0)
        widths[widest] -= 1
    return widths


def _row_lines(row: Sequence[str], widths: list[int], right: frozenset[int]) -> list[str]:
    cells = [wrap(cell, size) if cell_width(cell) > size else [cell] for cell, size in zip(row, widths, strict=True)]
    return [
        (" " * GAP)
        .join(
            pad(cell[number] if number < len(cell) else "", widths[index], right=index in right)
            for index, cell in enumerate(cells)
        )
        .rstrip()
        for number in range(max(len(cell) for cell in cells))
    ]


def _blocks(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    label = max(cell_width(head) for head in headers)
    lines = []
    for row in rows:
        lines.append("─" * width)
        for head, cell in zip(headers, row, strict=True):
            if cell:
                first, *rest = wrap(cell, max(width - label - GAP, 12))
                lines.append(f"{pad(head, label)}{' ' * GAP}{first}".rstrip())
                lines += [" " * (label + GAP) + one for one in rest]
    return lines
