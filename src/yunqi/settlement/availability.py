"""Availability of a month -> candidates under every reading of window, object and unknown time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from yunqi.cases.incident import IncidentFacts
from yunqi.contract.conditions import ALWAYS, needs
from yunqi.settlement.case import Month, common_value, inherit_answers, note_dimensions
from yunqi.settlement.drafts import Draft, cube, merge_alternatives
from yunqi.settlement.inputs import PLATFORM

WINDOWS = ("month", "year", "term")
OBJECTS = ("platform", "average", "system", "resource")
UNKNOWN_TIME = ("excluded", "up", "down")


def availability_events(month: Month, choice: str) -> list[tuple[str, tuple[str, ...]]]:
    """The objects that a choice of object means: a name for each, with the probed objects whose times are summed."""
    objects = month.evidence.objects
    if choice == PLATFORM:
        return [(PLATFORM, tuple(name for name, one in objects.items() if one.kind == PLATFORM))]
    if choice == "average":
        whole = tuple(name for name, one in objects.items() if one.kind == "resource") or tuple(
            name for name, one in objects.items() if one.kind == "system"
        )
        return [("average", whole)]
    if choice == "system":
        return [(system, tuple(month.evidence.objects_of(system))) for system in month.evidence.by_system]
    return [(name, (name,)) for name, one in objects.items() if one.kind == "resource"]


def availability_value(month: Month, names: tuple[str, ...], window: str, unknown: str) -> Fraction | None:
    """The share of a month's event under a choice of window and of unknown time; None without evidence or before the
    window's end.
    """
    shares = [month.evidence.share(name, window) for name in names]
    if not shares or not all(share.over for share in shares):
        return None
    joined = month.evidence.join(names, window)
    if not joined.up and not joined.down:
        return None
    return {"excluded": joined.share, "up": joined.high, "down": joined.low}[unknown]


def availability_dimensions(month: Month) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The codes that an availability hangs on with their choices, and what is known or said by the contract itself."""
    level = month.law.level("availability") or {}
    windows = (str(level["window"]),) if level.get("window") in WINDOWS else WINDOWS
    dimensions: dict[str, tuple[str, ...]] = {
        "availability.window": windows,
        "availability.object": OBJECTS,
        "availability.unknown_time": UNKNOWN_TIME,
    }
    known = dict(month.known)
    if len(windows) == 1:
        known["availability.window"] = windows[0]
    return dimensions, known


def find_availability_breaches(month: Month) -> None:
    """Writes the candidates of availability into the book."""
    dimensions, known = availability_dimensions(month)
    for choice in (known["availability.object"],) if "availability.object" in known else OBJECTS:
        for name, parts in availability_events(month, choice):
            find_availability_of(month, dimensions, known, choice, name, parts)


def find_availability_of(
    month: Month,
    dimensions: Mapping[str, tuple[str, ...]],
    known: Mapping[str, str],
    choice: str,
    name: str,
    parts: tuple[str, ...],
) -> None:
    """Writes the candidates of one event of availability into the book."""
    inner = {code: dimensions[code] for code in ("availability.window", "availability.unknown_time")}
    outcomes = []
    for cell in cube(inner, known):
        value = availability_value(month, parts, cell["availability.window"], cell["availability.unknown_time"])
        hits = () if value is None else month.law.hits("availability", value)
        outcomes.append((cell, (hits, "" if value is None or not hits else str(value))))
    if not any(hits for _, (hits, _) in outcomes):
        return
    base = availability_base(month, known, choice, name, parts)
    alternatives = [
        (condition, hits, measured) for condition, (hits, measured) in merge_alternatives(inner, known, outcomes)
    ]
    note_dimensions(month, dimensions, base.event)
    month.book.add_rows(base, alternatives)


def involved_in(month: Month, choice: str, parts: tuple[str, ...]) -> list[IncidentFacts]:
    """The incidents of the month that have a share in an event of availability."""
    if choice in {PLATFORM, "average"}:
        return [one for one in month.incidents if month.evidence.downtimes[one.id] is not None]
    return [one for one in month.incidents if set(month.evidence.incident_objects(one)) & set(parts)]


def availability_base(month: Month, known: Mapping[str, str], choice: str, name: str, parts: tuple[str, ...]) -> Draft:
    """A draft with nothing but the event of an object that fell short, and whose outages made it."""
    involved = involved_in(month, choice, parts)
    event = f"availability.{name}:{month.name}"
    subject = involved[0].id if len(involved) == 1 else event
    if len(involved) > 1:
        inherit_answers(month, subject, [one.id for one in involved])
    systems = {one.system for one in (month.evidence.objects[part] for part in parts)}
    return replace(
        month.blank(event, subject, [month.root(one) for one in involved]),
        condition=ALWAYS if "availability.object" in known else needs("availability.object", choice),
        system=common_value(systems if choice in {"system", "resource"} else (one.system for one in involved)),
        facts=tuple(fact for part in parts for fact in month.evidence.objects[part].facts),
        sample=any(month.evidence.share(part, "month").measured.sample for part in parts),
    )
