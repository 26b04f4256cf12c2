"""Tables that a text file holds as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

_MOST_CELLS = 100


def find_marked_up(lines: Sequence[str]) -> dict[int, list[tuple[str, ...]]]:
    """The rows of every HTML table, at the index of the line that ends it; its other lines have none.

    A cell over several columns or rows stands in the first; the others are blank.

    >>> find_marked_up(["<table><tr><td>甲</td><td rowspan=2>乙</td></tr>", "<tr><td>丙</td></tr></table>"])
    {0: [], 1: [('甲', '乙'), ('丙', '')]}
    """
    found: dict[int, list[tuple[str, ...]]] = {}
    first: int | None = None
    for index, line in enumerate(lines):
        if first is None and re.search(r"<table\b", line, re.IGNORECASE):
            first = index
        if first is not None and re.search(r"</table\s*>", line, re.IGNORECASE):
            found |= {number: [] for number in range(first, index)}
            found[index] = _rows("\n".join(lines[first : index + 1]))
            first = None
    return found


def _rows(markup: str) -> list[tuple[str, ...]]:
    from lxml import html

    rows: list[list[str]] = []
    hanging: dict[tuple[int, int], str] = {}
    for number, row in enumerate(html.fromstring(markup).iter("tr")):
        cells: list[str] = []
        for cell in row.iter("td", "th"):
            while (number, len(cells)) in hanging:
                cells.append("")
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            at = len(cells)
            cells += [" ".join("".join(map(str, cell.itertext())).split()), *[""] * (across - 1)]
            hanging |= {(number + below, at + beside): "" for below in range(1, down) for beside in range(across)}
        while (number, len(cells)) in hanging:
            cells.append("")
        rows.append(cells)
    width = max((len(row) for row in rows), default=0)
    return [tuple(row + [""] * (width - len(row))) for row in rows if any(row)]


def _span(cell: Any, name: str) -> int:
    said = cell.get(name, "1")
    return min(int(said), _MOST_CELLS) if said.isdecimal() and int(said) else 1
