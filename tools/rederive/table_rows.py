"""Which rows of the penalty tables apply to a value or a finding, once all questions are answered.

Source: the tables of critical, severe and minor breaches (附件1–3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from .answers import Answers
from .calendar_time import UNIT_MINUTES
from .clauses import COMPARE, TABLES, Range, Row, as_number, bands_of, range_of, row_name, single_range, span_minutes

ALWAYS, ASKED, GAP = "always", "asked", "gap"
Placed = tuple[Row, str, str]
"""A row, why it may apply, and for a gap the question with the row's own answer to it."""


def rows_of(
    rows: Sequence[Row], measures: str, value: Fraction | None, figures: Mapping[str, Fraction]
) -> list[Placed]:
    """The rows that may apply by their figures alone, of both tables."""
    known = dict(figures)
    if value is not None:
        known.setdefault(measures, value)
    placed: list[Placed] = []
    for table in TABLES:
        inside: list[Row] = []
        banded: list[tuple[Row, Range]] = []
        for row in rows:
            if row.get("measures") != measures or row["table"] != table:
                continue
            single = single_range(row)
            if single is not None and value is not None:
                banded.append((row, single))
            elif not bands_of(row):
                placed.append((row, ALWAYS, ""))
            elif not known:
                placed.append((row, ASKED, ""))
            else:
                falls = _falls_in(row, known)
                if falls is not False:
                    placed.append((row, ALWAYS if falls else ASKED, ""))
        if value is not None:
            inside = [row for row, reach in banded if reach.holds(value)]
            placed += [(row, ALWAYS, "") for row in inside] or _between(banded, value)
    return placed


def _falls_in(row: Row, figures: Mapping[str, Fraction]) -> bool | None:
    found: list[bool | None] = []
    for band in bands_of(row):
        reach = range_of(band)
        plain = "minutes" if str(band.get("unit")) in UNIT_MINUTES else "count"
        figure = figures.get(str(band.get("metric")), figures.get(plain))
        found.append(None if reach is None or figure is None else reach.holds(figure))
    if row.get("joined") == "or":
        return None if set(found) == {None} else True in found
    if row.get("joined") == "or_and":
        *some, last = found
        other = True if True in some else None if None in some else False
        found = [last, other]
    return False if False in found else None if None in found else True


def _between(banded: Sequence[tuple[Row, Range]], value: Fraction) -> list[Placed]:
    """A value in no band: whether one of its neighbours applies is for the parties to say."""
    under = [(reach.high, row) for row, reach in banded if reach.high is not None and reach.ends_before(value)]
    over = [(reach.low, row) for row, reach in banded if reach.low is not None and reach.begins_after(value)]
    if not under or all(reach.low is None for _row, reach in banded):
        return []
    lower = max(under, key=lambda pair: pair[0])[1]
    neighbours = [lower, *([min(over, key=lambda pair: pair[0])[1]] if over else [])]
    return [(row, GAP, f"gap.{row_name(lower)}") for row in neighbours]


def words_of(row: Row) -> list[tuple[str, str]]:
    """The severity words that a row asks for, each with the answer that it needs."""
    found = row.get("requires")
    entries: Sequence[Any] = found if isinstance(found, list) else [found] if isinstance(found, Mapping) else []
    return [
        (str(word), "no" if one.get("negated") else "yes")
        for one in entries
        if isinstance(one, Mapping) and (word := one.get("word") or one.get("severity"))
    ]


def applies(one: Placed, placed: Sequence[Placed], subject: str, measures: str, answers: Answers) -> bool:
    """Whether a row applies to an event; asks what it hangs on."""
    row, how, code = one
    if how == GAP:
        choices = ("none", *(row_name(row) for row, _how, other in placed if other == code))
        if answers.ask(code, choices) != row_name(row):
            return False
    if how == ASKED and not answers.is_yes(f"row.{row_name(row)}@{subject}"):
        return False
    if _is_grave(row, subject, answers):
        return True
    every = [other for other, _how, _code in placed]
    if not words_of(row) or not all(words_of(other) for other in every):
        return False
    if any(_is_grave(other, subject, answers) for other in every):
        return False
    tables = tuple(table for table in TABLES if any(other["table"] == table for other in every))
    return answers.ask(f"words.{measures}", ("none", *tables)) == str(row["table"])


def _is_grave(row: Row, subject: str, answers: Answers) -> bool:
    words = words_of(row)
    if not words and "requires" not in row:
        return answers.is_yes(f"row.{row_name(row)}@{subject}")
    return all(answers.ask(f"severity.{word}@{subject}", ("yes", "no")) == needed for word, needed in words)


def is_critical(row: Row, facts: Mapping[str, Any], event: str, answers: Answers) -> bool:
    """Whether an event is a critical breach of this row.

    `facts`: `type`, `minutes` (None: not known), `important` (None: not known), `people`, `loss_fen` (None: not found).
    """
    if row.get("type") != facts["type"] or _refuted(row, facts):
        return False
    return answers.is_yes(f"responsible@{event}") and _has_impact(row, facts, event, answers)


def _refuted(row: Row, facts: Mapping[str, Any]) -> bool:
    limit, minutes = span_minutes(row.get("duration")), facts["minutes"]
    sign = str((row.get("duration") or {}).get("operator") or ">=")
    return limit is not None and minutes is not None and not COMPARE[sign](minutes, limit)


def _has_impact(row: Row, facts: Mapping[str, Any], event: str, answers: Answers) -> bool:
    code = f"critical.{row.get('level')}.{row.get('type')}@{event}"
    conditions = row.get("conditions") or {}
    known: list[bool | None] = []
    for name in ("people", "loss_fen"):
        limit = _limit_of(conditions, name)
        value = as_number(facts[name])
        if limit is not None:
            known.append(None if value is None else COMPARE[limit[0]](value, limit[1]))
    unmeasured = span_minutes(row.get("duration")) is not None and facts["minutes"] is None
    if row.get("joined") == "or":
        lasts, minutes = conditions.get("lasts"), facts["minutes"]
        least = span_minutes(lasts)
        if isinstance(lasts, Mapping) and least is not None:
            sign = str(lasts.get("operator") or ">=")
            known.append(None if minutes is None else COMPARE[sign](minutes, least))
        if "systems_share" in conditions:
            known.append(None)
        if "systems" in conditions:
            known.append(None)
        if conditions.get("important_system"):
            known.append(False if facts["important"] is False else None)
        elif conditions.get("system_interrupted"):
            known.append(None)
        if not unmeasured and True in known:
            return True
        if not unmeasured and known and set(known) == {False}:
            return False
    if not unmeasured and row.get("joined") == "and" and False in known:
        return False
    return answers.is_yes(code)


def _limit_of(conditions: Row, name: str) -> tuple[str, Fraction] | None:
    found = conditions.get(name, conditions.get(f"{name}_min"))
    sign: object = ">="
    if isinstance(found, Mapping):
        sign = found.get("operator") or found.get("min_operator") or ">="
        found = found.get("value", found.get("min"))
    elif isinstance(found, bool) or not isinstance(found, int | str):
        return None
    value = as_number(found)
    return None if value is None else (str(sign), value)
