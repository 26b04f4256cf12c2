"""Complaints of a month or of the term, with the availability that a row asks for besides them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from .breach import About
from .clauses import HANDED_IN, bands_of
from .events import Event
from .seen import OBJECTS
from .table_rows import Placed

if TYPE_CHECKING:
    from .breaches import Breaches

COMPLAINTS = "complaint_count"
WINDOW, OBJECT = "complaint.window", "availability.object"


def add_complaints(breaches: Breaches, event: Event, about: About) -> None:
    """The rows for one entry of complaints; of one event with the availability that fell short."""
    seen = breaches.seen
    dimensions: dict[str, tuple[str, ...]] = {WINDOW: ("month", "term")}
    rows = [one for one in breaches.law.rows if one.get("measures") == COMPLAINTS]
    if any(band.get("metric") == "availability" for row in rows for band in bands_of(row)):
        dimensions |= {OBJECT: OBJECTS, **breaches.dimensions()}
    given = _figures_given(breaches)
    roots = set(about.roots)

    def shares(cell: Mapping[str, str]) -> list[tuple[str, list[str], Fraction]]:
        if OBJECT not in cell:
            return []
        measured = [
            (name, parts, seen.share_of(parts, cell["availability.window"], cell["availability.unknown_time"]))
            for name, parts in seen.groups(cell[OBJECT])
        ]
        return [(name, parts, share) for name, parts, share in measured if share is not None]

    def placed(cell: Mapping[str, str]) -> list[Placed]:
        figures = dict(given)
        found = [share for _name, _parts, share in shares(cell)]
        if found:
            figures["availability"] = min(found)
        return seen.rows(COMPLAINTS, _number_of(breaches, event, cell[WINDOW]), figures)

    for cell in breaches.answers.possible_cells(dimensions):
        for name, parts, share in shares(cell):
            if seen.rows("availability", share):
                roots |= breaches.about_object(cell[OBJECT], name, parts).roots
    if any(placed(cell) for cell in breaches.answers.possible_cells(dimensions)):
        breaches.named.add(event.id)
        joint = replace(about, roots=frozenset(roots))
        breaches.add_rows(joint, COMPLAINTS, breaches.answers.settle(dimensions, placed))


def _number_of(breaches: Breaches, event: Event, window: str) -> Fraction | None:
    if event.value is None or window == "month":
        return event.value
    until = (event.at, event.id)
    earlier = (one for one in breaches.case.events if one.measures == COMPLAINTS and (one.at, one.id) <= until)
    return sum((one.value or Fraction(0) for one in earlier), Fraction(0))


def _figures_given(breaches: Breaches) -> dict[str, Fraction]:
    """What no probe measures: the least handed in for the month, or as agreed for a month without."""
    case = breaches.case
    found: dict[str, Fraction] = {}
    for metric in HANDED_IN:
        said = [
            one.value
            for one in case.events
            if one.measures == metric and one.value is not None and case.start_at <= one.at < case.end_at
        ]
        if said:
            found[metric] = min(said)
        elif breaches.answers.find(f"unmeasured.{metric}") == "met":
            found[metric] = Fraction(1)
    return found
