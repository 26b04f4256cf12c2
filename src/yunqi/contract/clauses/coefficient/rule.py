"""Which rows of the penalty tables a measured value or a finding falls in.

Source: the tables of severe and minor breaches (附件2, 附件3) of a contract; operators by 民法典 第1259条.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yunqi.contract.conditions import ALWAYS, NO, YES, Condition, all_of, any_of, codes_of, needs, resolve
from yunqi.contract.terms import Band, number

LOCAL_CODES = ("severity.", "row.", "responsible")
"""Codes that are questions about one event, not readings."""

NONE = "none"
SEVERE, MINOR = "severe", "minor"


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


def match_rows(rows: Sequence[Mapping[str, Any]], measures: str, value: Fraction | None) -> tuple[RowHit, ...]:
    """The rows that measure `measures` and may apply to the value (None: a finding without a figure), each with its
    condition.

    A value between two bands, or beyond the last one, hangs on the reading `gap.<row below>`: none of the rows, or a
    neighbouring one. Rows whose severity words differ leave an event with the lesser but not the greater severity in
    no table; that
    hangs on the reading `words.<measures>`.
    """
    candidates = [row for row in rows if row.get("measures") == measures]
    covered: list[tuple[Mapping[str, Any], Condition, dict[str, tuple[str, ...]]]] = []
    for table in (SEVERE, MINOR):
        covered.extend(_covered([row for row in candidates if row["table"] == table], value))
    severe = [row for row, _, _ in covered if row["table"] == SEVERE]
    minor = [row for row, _, _ in covered if row["table"] == MINOR]
    words = _word_gap(severe, minor)
    hits = []
    for row, placed, choices in covered:
        severity, asked = _severity(row)
        extra = [] if words is None else [all_of(words, needs(f"words.{measures}", row["table"]))]
        if words is not None:
            asked |= dict.fromkeys(codes_of(words), (YES, NO)) | {f"words.{measures}": (NONE, SEVERE, MINOR)}
        hits.append(RowHit(row, all_of(placed, any_of(severity, *extra)), {**choices, **asked}))
    return tuple(hits)


def _covered(
    rows: list[Mapping[str, Any]], value: Fraction | None
) -> list[tuple[Mapping[str, Any], Condition, dict[str, tuple[str, ...]]]]:
    banded = [(row, Band.of(row.get("band"))) for row in rows]
    if value is None or any(band is None for _, band in banded):
        # A row that measures something without an edge is a yes-or-no finding of the parties.
        return [(row, ALWAYS if band is None else _asked(row), _asked_choices(row, band)) for row, band in banded]
    inside = [row for row, band in banded if band is not None and band.contains(value)]
    if inside:
        return [(row, ALWAYS, {}) for row in inside]
    below = [
        (band.high, row) for row, band in banded if band is not None and band.high is not None and band.is_below(value)
    ]
    above = [
        (band.low, row) for row, band in banded if band is not None and band.low is not None and band.is_above(value)
    ]
    if not below:
        return []
    nearest = max(below, key=lambda pair: pair[0])[1]
    neighbours = [nearest] + [min(above, key=lambda pair: pair[0])[1] for _ in (0,) if above]
    code = f"gap.{row_key(nearest)}"
    choices = {code: (NONE, *(row_key(row) for row in neighbours))}
    return [(row, needs(code, row_key(row)), choices) for row in neighbours]


def _asked(row: Mapping[str, Any]) -> Condition:
    return needs(f"row.{row_key(row)}", YES)


def _asked_choices(row: Mapping[str, Any], band: Band | None) -> dict[str, tuple[str, ...]]:
    return {} if band is None else {f"row.{row_key(row)}": (YES, NO)}


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


def _word_gap(severe: list[Mapping[str, Any]], minor: list[Mapping[str, Any]]) -> Condition | None:
    # The severe rows ask for 重大事故, the minor ones for no 重大影响: 重大影响 without 重大事故 is in neither table.
    asked = {word for row in severe for word, negated in requirements(row) if not negated}
    denied = {word for row in minor for word, negated in requirements(row) if negated}
    if not asked or not denied or asked & denied:
        return None
    return all_of(
        *(needs(f"severity.{word}", NO) for word in sorted(asked)),
        any_of(*(needs(f"severity.{word}", YES) for word in sorted(denied))),
    )


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """`{rows}` and `{measures, value, answers}` -> the rows that apply, those that may, and what they hang on."""
    hits = match_rows(clause["rows"], facts["measures"], number(facts.get("value")))
    answers = {str(code): str(answer) for code, answer in (facts.get("answers") or {}).items()}
    left = [(hit, resolve(hit.condition, answers)) for hit in hits]
    applies = [hit for hit, condition in left if condition == ALWAYS]
    return {
        "applies": [hit.key for hit in applies],
        "may_apply": [hit.key for hit, condition in left if condition and condition != ALWAYS],
        "needs": sorted({code for _, condition in left for code in codes_of(condition)}),
        "gravest": str(max((number(hit.row["coefficient"]) or Fraction(0) for hit in applies), default=Fraction(0))),
    }
