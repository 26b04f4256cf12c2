"""Plots: described once, drawn by the browser, and said as a table for whoever sees no picture.

A value that is not known is None: a gap in the line and a dash in the table, never 0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from markupsafe import Markup

from yunqi.kernel.clock import BEIJING, render_instant
from yunqi.web.figures import NONE

Value = int | float | Fraction | None
_MAX_TABLE_ROWS = 400


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one colour of bars: the x (instant, or the category) and the value of each point."""

    name: str
    points: Sequence[tuple[datetime | str, Value]]


@dataclass(frozen=True, slots=True)
class Limit:
    """A level that must not be crossed, drawn across, with its words."""

    words: str
    value: Value


@dataclass(frozen=True, slots=True)
class Plot:
    """Series over time (points have instants) or over categories (points have words).

    `step`: a value holds until the next point. `x_head`: what the first column of the table is called.
    """

    title: str
    kind: Literal["line", "area", "bar"]
    series: Sequence[Series]
    unit: str = ""
    x_head: str = ""
    limits: Sequence[Limit] = ()
    stacked: bool = False
    step: bool = False
    least: Value = None
    most: Value = None

    def data(self) -> dict[str, Any]:
        """What the browser draws."""
        over_time = any(isinstance(x, datetime) for each in self.series for x, _value in each.points)
        series = [
            {
                "name": each.name,
                "points": [
                    [render_instant(x), _number(value)] if isinstance(x, datetime) else _number(value)
                    for x, value in each.points
                ],
            }
            for each in self.series
        ]
        return {
            "kind": self.kind,
            "title": self.title,
            "unit": self.unit,
            "x": "time" if over_time else "category",
            "categories": [] if over_time or not self.series else [str(x) for x, _value in self.series[0].points],
            "series": series,
            "limits": [{"words": each.words, "value": _number(each.value)} for each in self.limits],
            "stacked": self.stacked,
            "step": self.step,
            "least": _number(self.least),
            "most": _number(self.most),
        }

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The same as heads and rows."""
        heads = [self.x_head, *(each.name for each in self.series)]
        known: dict[Any, dict[int, Value]] = {}
        for place, each in enumerate(self.series):
            for x, value in each.points:
                known.setdefault(x, {})[place] = value
        rows = [
            [_x_words(x), *(_words(values.get(place), self.unit) for place in range(len(self.series)))]
            for x, values in known.items()
        ]
        return heads, rows[:_MAX_TABLE_ROWS]


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Values by row and column, such as unavailable minutes by system and day. `bad`: more is worse, drawn in red."""

    title: str
    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[Value]]
    unit: str = ""
    bad: bool = False

    def data(self) -> dict[str, Any]:
        """What the browser draws."""
        cells = [
            [column, row, _number(value)]
            for row, values in enumerate(self.values)
            for column, value in enumerate(values)
        ]
        return {
            "kind": "heatmap",
            "title": self.title,
            "unit": self.unit,
            "rows": list(self.rows),
            "categories": list(self.columns),
            "cells": cells,
            "bad": self.bad,
        }

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The same as heads and rows."""
        return ["", *self.columns], [
            [name, *(_words(value, "") for value in values)]
            for name, values in zip(self.rows, self.values, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Bar:
    """A span on a timeline: in which row, from when to when, its words and the colour of a badge."""

    row: str
    start_at: datetime
    end_at: datetime
    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Spans side by side, such as the verdicts of a day by object. `heads`: row, from, to, what."""

    title: str
    start_at: datetime
    end_at: datetime
    bars: Sequence[Bar]
    heads: tuple[str, str, str, str] = ("", "", "", "")
    rows: Sequence[str] = field(default_factory=tuple)

    def data(self) -> dict[str, Any]:
        """What the browser draws."""
        rows = list(self.rows) or list(dict.fromkeys(each.row for each in self.bars))
        return {
            "kind": "timeline",
            "title": self.title,
            "x": "time",
            "rows": rows,
            "from": render_instant(self.start_at),
            "to": render_instant(self.end_at),
            "spans": [
                {
                    "row": rows.index(each.row),
                    "start": render_instant(each.start_at),
                    "end": render_instant(each.end_at),
                    "words": each.words,
                    "colour": each.colour,
                }
                for each in self.bars
            ],
        }

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The same as heads and rows."""
        return list(self.heads), [
            [each.row, _x_words(each.start_at), _x_words(each.end_at), each.words]
            for each in self.bars[:_MAX_TABLE_ROWS]
        ]


def plot_json(plot: Plot | Heatmap | Timeline) -> Markup:
    """The data block of a plot: JSON in which no text can end the element that holds it."""
    text = json.dumps(plot.data(), ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704


def _number(value: Value) -> float | int | None:
    return float(value) if isinstance(value, Fraction) else value


def _x_words(x: datetime | str) -> str:
    return x.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if isinstance(x, datetime) else x


def _words(value: Value, unit: str) -> str:
    if value is None:
        return NONE
    shown = f"{_number(value):,.6f}".rstrip("0").rstrip(".") if not isinstance(value, int) else f"{value:,}"
    return f"{shown} {unit}".strip()
