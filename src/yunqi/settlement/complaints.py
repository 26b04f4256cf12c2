"""Complaints -> breach candidates: their number over the month or the term, together with the availability that a row
asks for besides them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from yunqi.contract.clauses.coefficient.rule import APART, RowHit
from yunqi.settlement.availability import (
    availability_base,
    availability_dimensions,
    availability_events,
    availability_value,
)
from yunqi.settlement.case import AS_MET, UNMEASURED, Month, note_dimensions
from yunqi.settlement.drafts import Draft, cube, merge_alternatives
from yunqi.settlement.inputs import Occurrence
from yunqi.settlement.law import Law

COMPLAINT_COUNT = "complaint_count"
WINDOW = "complaint.window"
_WINDOWS = ("month", "term")
_OBJECT = "availability.object"


def find_complaint_breach(month: Month, occurrence: Occurrence, base: Draft) -> None:
    """Writes the candidates of complaints into the book.

    A row that asks for missed availability as well takes the least available of what was measured. It is of one event
    with that availability, so that of both the gravest counts as the parties agreed on partly common causes.
    """
    dimensions, known = complaint_dimensions(month)
    roots = set(base.roots)
    outcomes: list[tuple[dict[str, str], tuple[tuple[RowHit, ...], str]]] = []
    for cell in cube(dimensions, known):
        value = count_complaints(month, occurrence, cell[WINDOW])
        figures = handed_in(month)
        for name, parts in availability_events(month, cell[_OBJECT]) if _OBJECT in cell else ():
            share = availability_value(month, parts, cell["availability.window"], cell["availability.unknown_time"])
            if share is None:
                continue
            figures["availability"] = min(share, figures.get("availability", share))
            if month.law.hits("availability", share):
                roots |= set(availability_base(month, known, cell[_OBJECT], name, parts).roots)
        hits = month.law.hits(COMPLAINT_COUNT, value, figures)
        outcomes.append((cell, (hits, "" if value is None or not hits else str(value))))
    if not any(hits for _cell, (hits, _text) in outcomes):
        return
    note_dimensions(month, {code: choices for code, choices in dimensions.items() if code not in known}, base.event)
    merged = merge_alternatives(dimensions, known, outcomes)
    month.book.add_rows(
        replace(base, roots=tuple(sorted(roots))),
        [(condition, hits, measured) for condition, (hits, measured) in merged],
    )


def asks_availability(law: Law) -> bool:
    """Whether a row on complaints asks for missed availability as well."""
    return any(band.get("metric") == "availability" for row in law.rows for band in _bands(row))


def complaint_dimensions(month: Month) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The codes that complaints hang on with their choices, and what is known or said by the contract itself."""
    more, known = availability_dimensions(month) if asks_availability(month.law) else ({}, dict(month.known))
    return {WINDOW: _WINDOWS, **more}, known


def _bands(row: Mapping[str, object]) -> list[Mapping[str, object]]:
    bands = row.get("bands")
    return list(bands) if row.get("measures") == COMPLAINT_COUNT and isinstance(bands, list) else []


def count_complaints(month: Month, occurrence: Occurrence, window: str) -> Fraction | None:
    """How many complaints there were by an occurrence, in the month or since the term's start."""
    if occurrence.value is None or window == "month":
        return occurrence.value
    place = (occurrence.at, occurrence.id)
    counted = [
        one.value
        for one in month.inputs.occurrences
        if one.measures == COMPLAINT_COUNT and one.value is not None and (one.at, one.id) <= place
    ]
    return sum(counted, Fraction(0))


def handed_in(month: Month) -> dict[str, Fraction]:
    """The figures that no probe measures: the least that was handed in, or what was agreed for a month without."""
    found: dict[str, Fraction] = {}
    for metric in APART:
        values = [one.value for one in month.occurrences if one.measures == metric and one.value is not None]
        if values:
            found[metric] = min(values)
        elif month.known.get(f"{UNMEASURED}{metric}") == AS_MET:
            found[metric] = Fraction(1)
    return found
