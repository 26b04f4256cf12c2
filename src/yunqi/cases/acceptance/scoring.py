"""The contract's score sheet: what each row takes away, and which part of the fee the score earns. Pure, exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yunqi.contract.terms import compare, number
from yunqi.kernel.errors import Problem


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One row of the sheet: how often it happened, and the points that it takes away; None where the contract does not
    say how many.
    """

    no: int
    text: str
    points: Fraction | None
    count: int
    taken: Fraction | None
    source: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its rows. `score` is None while a row that happened has no stated points; `share` while no band, or
    more than one, holds the score: then `bands` are those that may.
    """

    full: Fraction
    lines: tuple[ScoreLine, ...]
    score: Fraction | None
    share: Fraction | None
    bands: tuple[Mapping[str, Any], ...]
    open_rows: tuple[int, ...]


def has_sheet(contract: Mapping[str, Any]) -> bool:
    """Whether the contract has a sheet to score by."""
    penalties = contract.get("penalties") or {}
    return bool(penalties.get("deductions") or penalties.get("score_bands"))


def compute_score(contract: Mapping[str, Any], counts: Mapping[int, int], full: Fraction) -> Score:
    """The score from how often each row of the sheet happened; it never falls below nothing.

    Raises `Problem` acceptance.score_row for a row that the sheet does not have, or that happened less than no times.
    """
    penalties = contract.get("penalties") or {}
    rows: Sequence[Mapping[str, Any]] = penalties.get("deductions") or ()
    known = {int(row["no"]) for row in rows}
    for no, count in counts.items():
        if no not in known or count < 0:
            raise Problem(
                "acceptance.score_row",
                "评分表没有第 {no} 项，或次数 {count} 不可用",
                field="score",
                no=no,
                count=count,
                rows="、".join(str(each) for each in sorted(known)) or "—",
                way_out="评分表的项为：{rows}；次数为不小于零的整数",
            )
    lines = tuple(_line(row, counts.get(int(row["no"]), 0)) for row in rows)
    open_rows = tuple(one.no for one in lines if one.count and one.taken is None)
    score = None
    if not open_rows:
        score = max(Fraction(0), full - sum((one.taken or Fraction(0) for one in lines), Fraction(0)))
    bands: Sequence[Mapping[str, Any]] = penalties.get("score_bands") or ()
    hits = tuple(band for band in bands if score is not None and _holds(band, score))
    share = number(hits[0].get("share")) if len(hits) == 1 else None
    return Score(full, lines, score, share, hits, open_rows)


def _line(row: Mapping[str, Any], count: int) -> ScoreLine:
    points = number(row.get("points"))
    taken = points * count if points is not None else None
    return ScoreLine(int(row["no"]), str(row.get("text") or ""), points, count, taken, row.get("source"))


def _holds(band: Mapping[str, Any], score: Fraction) -> bool:
    low, high = number(band.get("min")), number(band.get("max"))
    above = low is None or compare(str(band.get("min_operator") or ">="), score, low)
    below = high is None or compare(str(band.get("max_operator") or "<="), score, high)
    return above and below
