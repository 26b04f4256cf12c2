"""Plots in documents: what is looked at rather than read. Each is data here, and becomes a picture when it is printed.

A plot repeats what a table of its document says, and adds nothing: what is unknown is drawn as unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from yunqi.reports import figures
from yunqi.reports.fonts import find_fonts, show_missing

WIDTH_MM = 156
"""As wide as the text of a page. Source: GB/T 9704-2012, 5.2."""
MOST_ROWS, MOST_BARS = 16, 24
_LABEL = 13
_MICRO = 10**6
_PIXELS_PER_INCH = 220
_PENCIL = Lock()
_LAYOUT = Path(__file__).with_name("plots.typ")
_KEYS = (
    ("up", "全部可用"),
    ("down", "有中断（分钟数）"),
    ("unknown", "有未知"),
    ("excluded", "约定除外"),
    ("bare", "没有证据"),
)


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot: `data` as `plots.typ` takes it."""

    data: Mapping[str, Any]


def plot_grid(
    title: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[Mapping[str, str] | None]]]
) -> Plot:
    """Objects by days (or months): a cell says how the object stood then; None where nothing was observed.

    Each cell has the minutes `down`, `unknown`, `excluded` and `up` as exact text.
    """
    drawn = [{"label": _cut(label), "cells": [_cell(one) for one in cells]} for label, cells in rows]
    return Plot(
        {
            "kind": "grid",
            "title": title,
            "columns": list(columns),
            "rows": drawn[:MOST_ROWS],
            "legend": [*map(list, _KEYS)],
        }
    )


def _cell(one: Mapping[str, str] | None) -> dict[str, str]:
    if one is None:
        return {"state": "bare", "text": ""}
    for state in ("down", "unknown", "up", "excluded"):
        exact = Fraction(one[state])
        if exact:
            return {"state": state, "text": _whole(exact) if state == "down" else ""}
    return {"state": "bare", "text": ""}


def _whole(minutes: Fraction) -> str:
    """Begun minutes: a second of downtime is not drawn as 0."""
    return str(-(-minutes.numerator // minutes.denominator))


def plot_use(title: str, rows: Iterable[Mapping[str, Any]]) -> Plot | None:
    """What was drawn of what was bought, a bar a line: average filled, peak as a stroke; None where nothing is bought.

    Rows have `name`, `unit`, `contracted`, `average` and `peak` as exact text, None where not known: without a peak
    there is no stroke.
    """
    given = [
        (row, contracted)
        for row in rows
        if (contracted := figures.parse_exact(str(row["contracted"] or ""))) and contracted > 0
    ]
    even: list[str] = []
    if len(given) > MOST_ROWS:  # what was drawn whole all the time has nothing to show
        even = [str(row["name"] or "") for row, contracted in given if _is_even(row, contracted)]
        given = [(row, contracted) for row, contracted in given if not _is_even(row, contracted)]
    labels = _short_names([str(row["name"] or "") for row, _contracted in given])
    drawn = [_bar(label, row, contracted) for label, (row, contracted) in zip(labels, given, strict=True)]
    note = "方框为合同量，色条为平均占用，竖线为峰值（没有竖线的，峰值未知）；平均超出合同量的为红色。"
    if even:
        note += f"另有 {len(even)} 行始终按合同量占用，图中未列。"
    return _bars(title, drawn, note)


def _is_even(row: Mapping[str, Any], contracted: Fraction) -> bool:
    return all(figures.parse_exact(str(row[key] or "")) == contracted for key in ("average", "peak"))


def _bars(title: str, drawn: list[dict[str, Any]], note: str) -> Plot | None:
    if len(drawn) > MOST_BARS:
        note = f"{note}共 {len(drawn)} 行，图中只列前 {MOST_BARS} 行。"
    return Plot({"kind": "bars", "title": title, "rows": drawn[:MOST_BARS], "note": note}) if drawn else None


def _bar(label: str, row: Mapping[str, Any], contracted: Fraction) -> dict[str, Any]:
    average, peak = (figures.parse_exact(str(row[key] or "")) for key in ("average", "peak"))
    said = "未计量"
    if average is not None:
        unit = str(row["unit"] or "")
        said = f"{_short(average)} / {_short(contracted)} {unit}（{_percent(average / contracted)}）"
    return _lengths(label, said, average, peak, contracted)


def _lengths(label: str, said: str, filled: Fraction | None, stroke: Fraction | None, box: Fraction) -> dict[str, Any]:
    """A bar within a box: what of it is filled, where a stroke stands; None: not known."""
    share, top = ((one or Fraction(0)) / box for one in (filled, stroke))
    return {
        "label": _cut(label),
        "known": filled is not None,
        "average": _drawn(share),
        "stroke": stroke is not None,
        "peak": _drawn(top),
        "over": share > 1,
        "text": _cut(said, 30),
    }


def plot_clocks(title: str, rows: Iterable[Mapping[str, Any]]) -> Plot | None:
    """How long something took against its limit, a bar a clock; None where no clock has a limit.

    Rows have `label`, `minutes` (exact text, None where not known), `limit_minutes`, and `said` in words.
    """
    drawn = [
        _lengths(str(row["label"]), str(row["said"]), figures.parse_exact(str(row["minutes"] or "")), None, limit)
        for row in rows
        if (limit := figures.parse_exact(str(row["limit_minutes"] or ""))) and limit > 0
    ]
    return _bars(title, drawn, "方框为限时，色条为用时；超过限时的为红色，没有色条的尚未结束或未知。")


def plot_counts(title: str, rows: Iterable[tuple[str, int | None]]) -> Plot | None:
    """A column for each count; None: not known. None where there is no column."""
    drawn = [{"label": _cut(label), "value": count or 0, "known": count is not None} for label, count in rows]
    return Plot({"kind": "columns", "title": title, "rows": drawn}) if drawn else None


def _cut(text: str, most: int = _LABEL) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _short(exact: Fraction) -> str:
    """At most two decimals, half up; the exact figure stands in the table."""
    return figures.quantity(str((exact * 100 + Fraction(1, 2)).__floor__() / Fraction(100)))


def _percent(share: Fraction) -> str:
    """A share with one decimal, cut: what is not full is never drawn as full.

    >>> _percent(Fraction(9999, 10000)), _percent(Fraction(1, 2))
    ('99.9%', '50%')
    """
    return f"{figures.quantity(str((share * 1000).__floor__() / Fraction(10)))}%"


def _short_names(names: Sequence[str]) -> list[str]:
    """The last part of each name where that tells them apart: lines of a contract begin alike.

    >>> _short_names(["计算服务—云主机—vCPU", "计算服务—云主机—内存"]), _short_names(["A—套餐", "B—套餐"])
    (['vCPU', '内存'], ['A—套餐', 'B—套餐'])
    """
    last = [name.rpartition("—")[2].strip() or name for name in names]
    return last if len(set(last)) == len(set(names)) else list(names)


def _drawn(exact: Fraction) -> int:
    """A length for the pencil only, in millionths of what was bought: at most eight of it."""
    return int(min(exact, Fraction(8)) * _MICRO)


def draw_plot(plot: Plot) -> bytes:
    """The picture as PNG; the same data gives the same bytes. Raises `Problem` report.no_fonts."""
    fonts = find_fonts()
    return _draw(json.dumps(_printable(plot.data, lambda text: show_missing(text, fonts)), ensure_ascii=False), fonts)


@lru_cache(maxsize=64)
def _draw(data: str, fonts: Path) -> bytes:
    with _PENCIL:
        made = _compiler(fonts).compile(format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"data": data})
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made)} for a plot")
    return made


@lru_cache(maxsize=1)
def _compiler(fonts: Path) -> Any:
    """The typesetter with its fonts read: reading them takes ten times as long as a plot."""
    import typst

    return typst.Compiler(_LAYOUT, root=_LAYOUT.parent, font_paths=[fonts], ignore_system_fonts=True)


def _printable(value: Any, show: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return show(value)
    if isinstance(value, Mapping):
        return {key: _printable(item, show) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item, show) for item in value]
    return value
