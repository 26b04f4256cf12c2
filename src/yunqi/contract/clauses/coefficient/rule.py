"""Which rows of the penalty tables a measured value or a finding falls in.

Source: the tables of severe and minor breaches (附件2, 附件3) of a contract; operators by 民法典 第1259条.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yunqi.contract.conditions import (
    ALWAYS,
    NEVER,
    NO,
    YES,
    Condition,
    all_of,
    any_of,
    codes_of,
    needs,
    negate,
    resolve,
)
from yunqi.contract.terms import Band, number
from yunqi.kernel.units import is_exact_unit

LOCAL_CODES = ("severity.", "row.", "responsible")
"""Codes that are questions about one event, not readings."""

NONE = "none"
SEVERE, MINOR = "severe", "minor"
APART = ("data_availability", "durability")
"""Figures that no probe measures: somebody hands them in."""
COUNT, DURATION = "count", "minutes"
"""Names of figures for bands whose metric has none of its own: a number of times, a length in minutes."""


_Placed = tuple[Mapping[str, Any], Condition, dict[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class RowHit:
    """A row that applies if the condition holds. `choices` are the answers that each of its codes may have."""

    row: Mapping[str, Any]
    condition: Condition
    choices: Mapping[str, tuple[str, ...]]

    @property
    def key(self) -> str:
        """The row's name within the contract, such as `severe#7`."""
        return row_key(self.row)


def row_key(row: Mapping[str, Any]) -> str:
    """`severe#7` for row 7 of the table of severe breaches."""
    return f"{row['table']}#{row['no']}"


def split_row(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The row as one row for each figure that is measured apart and alone makes the breach (an "or" of both).

    The parts keep the row's table and number; a figure that must hold together with another stays with it.
    """
    bands = row.get("bands") or [row["band"] for _ in (0,) if row.get("band")]
    apart = [band for band in bands if band.get("metric") in APART and band.get("metric") != row.get("measures")]
    rest = [band for band in bands if band not in apart]
    if not apart or (len(bands) > 1 and row.get("joined") != "or"):
        return [row]
    parts = [{**row, "measures": one["metric"], "bands": [one], "band": one, "joined": None} for one in apart]
    if rest:
        parts.insert(0, {**row, "bands": rest, "band": rest[0], "joined": "or" if len(rest) > 1 else None})
    return list(parts)


def match_rows(
    rows: Sequence[Mapping[str, Any]],
    measures: str,
    value: Fraction | None,
    figures: Mapping[str, Fraction] | None = None,
) -> tuple[RowHit, ...]:
    """The rows that measure `measures` and may apply to the value (None: a finding without a figure), each with its
    condition.

    A row of several bands takes its other figures from `figures`, by metric or, where the metric has none, by unit. A
    value between
    two bands, or beyond the last one, hangs on the reading `gap.<row below>`: none of the rows, or a neighbouring
    one. Where the severity words leave an answer for which no row holds (重大影响 without 重大事故; data lost without
    重大影响, which only the table of severe breaches knows), that hangs on the reading `words.<measures>`.
    """
    candidates = [row for row in rows if row.get("measures") == measures]
    known = dict(figures or {})
    if value is not None:
        known.setdefault(measures, value)
    covered: list[_Placed] = []
    for table in (SEVERE, MINOR):
        covered.extend(_covered([row for row in candidates if row.get("table") == table], value, known))
    words = _word_gap([row for row, _, _ in covered])
    tables = [table for table in (SEVERE, MINOR) if any(row["table"] == table for row, _, _ in covered)]
    hits = []
    for row, placed, choices in covered:
        severity, asked = _severity(row)
        extra = []
        if words and requirements(row):
            extra = [all_of(words, needs(f"words.{measures}", row["table"]))]
            asked |= dict.fromkeys(codes_of(words), (YES, NO)) | {f"words.{measures}": (NONE, *tables)}
        hits.append(RowHit(row, all_of(placed, any_of(severity, *extra)), {**choices, **asked}))
    return tuple(hits)


def _covered(rows: list[Mapping[str, Any]], value: Fraction | None, figures: Mapping[str, Fraction]) -> list[_Placed]:
    result: list[_Placed] = []
    banded: list[tuple[Mapping[str, Any], Band]] = []
    for row in rows:
        bands = row.get("bands") or [row["band"] for _ in (0,) if row.get("band")]
        single = Band.of(bands[0]) if len(bands) == 1 else None
        if single is not None and value is not None:
            banded.append((row, single))
        elif not bands or not figures:
            # A row that measures something without an edge, or an edge without a figure, is a yes-or-no finding.
            result.append((row, _asked(row), {f"row.{row_key(row)}": (YES, NO)}) if bands else (row, ALWAYS, {}))
        else:
            falls_in = _falls_in(bands, row.get("joined"), figures)
            if falls_in is not False:
                asked: dict[str, tuple[str, ...]] = {} if falls_in else {f"row.{row_key(row)}": (YES, NO)}
                result.append((row, ALWAYS if falls_in else _asked(row), asked))
    inside: list[_Placed] = [(row, ALWAYS, {}) for row, band in banded if value is not None and band.contains(value)]
    if inside or value is None:
        return [*result, *inside]
    return [*result, *_gap(banded, value)]


def _falls_in(bands: Sequence[Mapping[str, Any]], joined: str | None, figures: Mapping[str, Fraction]) -> bool | None:
    """Whether the figures fall in; None where that hangs on a figure that is not known.

    A figure that is not known leaves an "or" to the others. `or_and`: the last band must hold, with any of the others.
    """
    answers = [_falls_in_one(data, figures) for data in bands]
    if joined == "or":
        return None if all(answer is None for answer in answers) else any(answers)
    if joined == "or_and":
        return _both(answers[-1], any(answers[:-1]) or (None if None in answers[:-1] else False))
    return False if False in answers else None if None in answers else True


def _both(one: bool | None, other: bool | None) -> bool | None:
    return False if one is False or other is False else None if one is None or other is None else True


def _falls_in_one(data: Mapping[str, Any], figures: Mapping[str, Fraction]) -> bool | None:
    band = Band.of(data)
    figure = figures.get(str(data.get("metric")), figures.get(DURATION if is_exact_unit(data.get("unit")) else COUNT))
    return None if band is None or figure is None else band.contains(figure)


def _gap(banded: Sequence[tuple[Mapping[str, Any], Band]], value: Fraction) -> list[_Placed]:
    below = [(band.high, row) for row, band in banded if band.high is not None and band.is_below(value)]
    above = [(band.low, row) for row, band in banded if band.low is not None and band.is_above(value)]
    # Below the first band nothing is breached; a limit such as "< 99.99%" has no band above it that could be missed.
    if not below:
        return []
    if not any(band.low is not None for _, band in banded):
        return []
    nearest = max(below, key=lambda pair: pair[0])[1]
    neighbours = [nearest, *([min(above, key=lambda pair: pair[0])[1]] if above else [])]
    code = f"gap.{row_key(nearest)}"
    choices = {code: (NONE, *(row_key(row) for row in neighbours))}
    return [(row, needs(code, row_key(row)), choices) for row in neighbours]


def _asked(row: Mapping[str, Any]) -> Condition:
    return needs(f"row.{row_key(row)}", YES)


def requirements(row: Mapping[str, Any]) -> tuple[tuple[str, bool], ...]:
    """The severity words a row asks for, each with whether it is denied (未造成)."""
    found = row.get("requires")
    entries: Iterable[Any] = found if isinstance(found, list) else [found] if isinstance(found, Mapping) else []
    return tuple(
        (str(word), bool(entry.get("negated")))
        for entry in entries
        if isinstance(entry, Mapping) and (word := entry.get("word") or entry.get("severity"))
    )


def _severity(row: Mapping[str, Any]) -> tuple[Condition, dict[str, tuple[str, ...]]]:
    asked = requirements(row)
    if not asked and "requires" not in row:
        return _asked(row), {f"row.{row_key(row)}": (YES, NO)}
    condition = all_of(*(needs(f"severity.{word}", NO if negated else YES) for word, negated in asked))
    return condition, {f"severity.{word}": (YES, NO) for word, _ in asked}


def _word_gap(rows: Sequence[Mapping[str, Any]]) -> Condition:
    # The severe rows ask for 重大事故, the minor ones for no 重大影响: 重大影响 without 重大事故 is in neither table.
    # A row that asks for no word, or for one finding of its own, leaves no answer without a row.
    return negate(any_of(*(_severity(row)[0] for row in rows))) if rows and all(map(requirements, rows)) else NEVER


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """`{rows}` and `{measures, value, answers}` -> the rows that apply, those that may, and what they hang on."""
    figures = {
        name: found for name, given in (facts.get("figures") or {}).items() if (found := number(given)) is not None
    }
    hits = match_rows(clause["rows"], facts["measures"], number(facts.get("value")), figures)
    answers = {str(code): str(answer) for code, answer in (facts.get("answers") or {}).items()}
    left = [(hit, resolve(hit.condition, answers)) for hit in hits]
    applies = [hit for hit, condition in left if condition == ALWAYS]
    return {
        "applies": [hit.key for hit in applies],
        "may_apply": [hit.key for hit, condition in left if condition and condition != ALWAYS],
        "needs": sorted({code for _, condition in left for code in codes_of(condition)}),
        "gravest": str(max((number(hit.row["coefficient"]) or Fraction(0) for hit in applies), default=Fraction(0))),
    }
