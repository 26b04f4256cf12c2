"""Words put into the cells of ruled tables; the others stay lines. All as plain data for the way between processes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yunqi.contract.documents.scan.grid import Grid
from yunqi.contract.documents.scan.words import Char, Word

_SURE = 0.99
_SAME_LINE = 0.6
_TALL = 1.5
_RULE = 4


def cut_boxes(boxes: NDArray[np.float32], grids: list[Grid]) -> list[NDArray[np.float32]]:
    """The boxes of the lines; one that runs down over several cells of a table is cut into one for each cell."""
    kept: list[NDArray[np.float32]] = []
    tall: list[tuple[Grid, float, float, float, float]] = []
    filled: set[tuple[int, tuple[int, int]]] = set()
    for box in boxes:
        (x0, y0), (x1, y1) = box.min(axis=0), box.max(axis=0)
        middle = (float(x0 + x1) / 2, float(y0 + y1) / 2)
        grid = next((one for one in grids if one.holds(*middle)), None)
        if grid is not None and y1 - y0 > _TALL * (x1 - x0) and len(_rows_between(grid, middle[0], y0, y1)) > 1:
            tall.append((grid, float(x0), float(y0), float(x1), float(y1)))
            continue
        kept.append(box)
        if grid is not None:
            filled.add((id(grid), grid.cell(*middle)))
    for grid, x0, y0, x1, y1 in tall:
        for row in _rows_between(grid, (x0 + x1) / 2, y0, y1):
            upper, lower = grid.ys[row] + _RULE, grid.ys[row + 1] - _RULE
            cell = grid.cell((x0 + x1) / 2, (upper + lower) / 2)
            if (id(grid), cell) not in filled:
                filled.add((id(grid), cell))
                kept.append(np.array([[x0, upper], [x1, upper], [x1, lower], [x0, lower]], np.float32))
    return kept


def _rows_between(grid: Grid, x: float, y0: float, y1: float) -> list[int]:
    """The rows of a column's own cells that a stretch covers by a third at least."""
    column = grid.cell(x, (y0 + y1) / 2)[1]
    rows = []
    for row, (upper, lower) in enumerate(itertools.pairwise(grid.ys)):
        if min(y1, lower) - max(y0, upper) > (lower - upper) / 3 and (row, column) not in grid.covered:
            rows.append(row)
    return rows


def plan_cells(words: list[Word], grids: list[Grid]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines outside of tables, and the tables with their rows of cells."""
    lines: list[dict[str, Any]] = []
    inside: list[dict[tuple[int, int], list[Word]]] = [{} for _ in grids]
    for word in words:
        middle = (word.y0 + word.y1) / 2
        holding = next((i for i, grid in enumerate(grids) if grid.holds((word.x0 + word.x1) / 2, middle)), None)
        if holding is None:
            lines.append({"box": [word.x0, word.y0, word.x1, word.y1], **_plain(word.chars)})
            continue
        for cell, part in _split(word, grids[holding], middle):
            inside[holding].setdefault(cell, []).append(part)
    tables = []
    for grid, cells in zip(grids, inside, strict=True):
        rows = [
            [_plain(_in_order(cells.get((row, column), []))) for column in range(len(grid.xs) - 1)]
            for row in range(len(grid.ys) - 1)
        ]
        covered = [[*cell, *by] for cell, by in grid.covered.items()]
        if any(cell["text"] for row in rows for cell in row):
            tables.append({"top": grid.ys[0], "bottom": grid.ys[-1], "rows": rows, "covered": covered})
    return lines, tables


def _split(word: Word, grid: Grid, middle: float) -> list[tuple[tuple[int, int], Word]]:
    """A word that runs over a rule is several words."""
    parts: list[tuple[tuple[int, int], list[Char]]] = []
    for char in word.chars:
        cell = grid.cell(char.x, middle)
        if parts and parts[-1][0] == cell:
            parts[-1][1].append(char)
        else:
            parts.append((cell, [char]))
    if len(parts) == 1:
        return [(parts[0][0], word)]
    return [(cell, Word(chars[0].x, word.y0, chars[-1].x, word.y1, tuple(chars))) for cell, chars in parts if chars]


def _in_order(words: list[Word]) -> tuple[Char, ...]:
    """The characters of a cell, line by line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.y0 + one.y1) / 2):
        middle = (word.y0 + word.y1) / 2
        if lines and middle - (lines[-1][-1].y0 + lines[-1][-1].y1) / 2 < _SAME_LINE * (word.y1 - word.y0):
            lines[-1].append(word)
        else:
            lines.append([word])
    return tuple(char for line in lines for word in sorted(line, key=lambda one: one.x0) for char in word.chars)


def _plain(chars: tuple[Char, ...]) -> dict[str, Any]:
    """The text, and of each character that is not beyond doubt: index, score, what else it may be."""
    text = ""
    weak: list[list[Any]] = []
    for char in chars:
        if not char.text or char.score < _SURE:
            weak.append([len(text), len(char.text), round(char.score, 3), list(char.others)])
        text += char.text
    return {"text": text, "weak": weak}
