"""Ruled tables on a page image: where their lines run, and which cells are merged."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[Any]
_ACROSS, _DOWN = 64, 36  # pixels at 200 dpi: the shortest pieces of a rule
_SAME = 8
_DRAWN = 0.6
_REAL = 0.85
_NARROWEST = 150


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's lines: `ys` and `xs` in pixels; `covered` names the covering cell of a merged one."""

    ys: tuple[int, ...]
    xs: tuple[int, ...]
    covered: dict[tuple[int, int], tuple[int, int]]

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies within the table."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column at a point within; for a merged cell those of the covering one."""
        row = min(max(int(np.searchsorted(self.ys, y)) - 1, 0), len(self.ys) - 2)
        column = min(max(int(np.searchsorted(self.xs, x)) - 1, 0), len(self.xs) - 2)
        return self.covered.get((row, column), (row, column))


def find_grids(image: Image) -> list[Grid]:
    """The ruled tables of a level page, from top to bottom."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    dark = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    # A scanned rule wavers by a pixel: thickened across its run, then whatever is long enough stays.
    across = _long(cv2.dilate(dark, np.ones((3, 1), np.uint8)), (1, _ACROSS))
    down = _long(cv2.dilate(dark, np.ones((1, 3), np.uint8)), (_DOWN, 1))
    both = cv2.dilate(cv2.bitwise_or(across, down), np.ones((7, 7), np.uint8))
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(both)
    grids = []
    for label in range(1, len(stats)):
        left, top, width, height = (int(value) for value in stats[label][:4])
        if width < _NARROWEST or height < _DOWN:
            continue
        part = labels[top : top + height, left : left + width] == label
        grid = _measure(
            across[top : top + height, left : left + width] * part,
            down[top : top + height, left : left + width] * part,
            left,
            top,
        )
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda grid: grid.ys[0])


def _long(dark: Image, shape: tuple[int, int]) -> Image:
    return cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8))


def _measure(across: Image, down: Image, left: int, top: int) -> Grid | None:
    height, width = across.shape
    thick_across = cv2.dilate(across, np.ones((2 * _SAME + 1, 1), np.uint8)) > 0
    thick_down = cv2.dilate(down, np.ones((1, 2 * _SAME + 1), np.uint8)) > 0
    rows = _places((across > 0).sum(axis=1), _ACROSS)
    columns = _places((down > 0).sum(axis=0), _DOWN)
    # A stroke of a letter is no rule: one reaches from rule to rule.
    for _ in range(2):
        columns = [x for x in columns if _reaches(thick_down[:, min(x, width - 1)], rows)]
        rows = [y for y in rows if _reaches(thick_across[min(y, height - 1)], columns)]
    if len(rows) < 2 or len(columns) < 2:
        return None

    def is_drawn_down(column: int, upper: int, lower: int) -> bool:
        span = thick_down[upper + 3 : max(lower - 3, upper + 4), min(columns[column], width - 1)]
        return bool(span.mean() > _DRAWN)

    def is_drawn_across(row: int, begin: int, end: int) -> bool:
        span = thick_across[min(rows[row], height - 1), begin + 3 : max(end - 3, begin + 4)]
        return bool(span.mean() > _DRAWN)

    high, wide = len(rows) - 1, len(columns) - 1
    if high * wide < 2:
        return None
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(high):
        for column in range(wide):
            if (row, column) in covered:
                continue
            right = column + 1
            while right < wide and (row, right) not in covered and not is_drawn_down(right, rows[row], rows[row + 1]):
                right += 1
            low = row + 1
            while low < high and not is_drawn_across(low, columns[column], columns[right]):
                low += 1
            for r in range(row, low):
                for c in range(column, right):
                    if (r, c) != (row, column):
                        covered.setdefault((r, c), (row, column))
    return Grid(tuple(top + y for y in rows), tuple(left + x for x in columns), covered)


def _reaches(drawn: NDArray[np.bool_], places: list[int]) -> bool:
    """Whether the rule is drawn all the way between two neighbouring places at least."""
    return any(drawn[begin : end + 1].mean() > _REAL for begin, end in itertools.pairwise(places))


def _places(counts: NDArray[np.int64], least: int) -> list[int]:
    """The middles of the runs of pixels that hold a rule; of two that nearly touch the longer one."""
    places: list[int] = []
    index = 0
    while index < len(counts):
        if counts[index] < least:
            index += 1
            continue
        end = index
        while end < len(counts) and counts[end] >= least:
            end += 1
        peak = (index + end - 1) // 2 if end - index <= _SAME else index + int(counts[index:end].argmax())
        if places and peak - places[-1] < 2 * _SAME:
            places[-1] = max(places[-1], peak, key=lambda place: int(counts[place]))
        else:
            places.append(peak)
        index = end
    return places
