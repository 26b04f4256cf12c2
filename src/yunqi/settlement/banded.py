"""Penalties for a band of a measure or for the length of an outage, and credits for a band of availability ->
candidates, by the month's own figures.

What people handed in for such a clause stands before what is found here: it is not asked for twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from yunqi.cases.incident import IncidentFacts
from yunqi.contract.clauses.other_penalty.rule import LASTING, length_of_clause
from yunqi.contract.conditions import Condition, all_of, any_of, needs
from yunqi.contract.terms import Band
from yunqi.kernel.period import date_of
from yunqi.kernel.units import MICROSECOND, is_exact_unit
from yunqi.settlement.availability import (
    OBJECTS,
    availability_base,
    availability_dimensions,
    availability_events,
    availability_value,
)
from yunqi.settlement.averages import incident_minutes, start_choices
from yunqi.settlement.case import Month, ask_responsible, incident_draft, note_dimensions, outage_minutes
from yunqi.settlement.drafts import Draft, cube, merge_alternatives
from yunqi.settlement.law import Law
from yunqi.settlement.sums import LATENESS, MONTHLY, About, Counts, find_counts, find_ways
from yunqi.settlement.titles import measured_title

AVAILABILITY, OUTAGE, RECOVERY = "availability", "outage_single", "recovery"
TIMED = ("response", RECOVERY)
INTERRUPTION = "interruption"
OUTAGE_DAYS = "outage_days."
"""The reading of what a day of an outage is: 24 hours from its start, or each calendar day that it touches."""
SPAN, CALENDAR = "span", "calendar"
_KINDS = frozenset({"fixed", "per_case", "percentage"})


@dataclass(frozen=True, slots=True)
class Banded:
    """A clause that prices a band of a measure; `name` tells it apart from the others. `band` None: any outage."""

    name: str
    metric: str
    band: Band | None
    clause: Mapping[str, Any]
    order: tuple[int, int]

    def holds(self, value: Fraction | None) -> bool:
        """Whether the clause prices the value."""
        return value is not None and (self.band is None or self.band.contains(value))

    @property
    def lasts(self) -> bool:
        """Whether it costs again for each day or length."""
        return self.clause.get("kind") in LASTING


def find_banded_clauses(law: Law) -> list[Banded]:
    """The penalties of the provider for a band of a measure or by the day of an outage, and the credits."""
    found: list[Banded] = []
    for index, clause in enumerate(law.others):
        if clause.get("party") == "using_unit":
            continue
        band, name = Band.of(clause.get("band")), f"other.{index}"
        if band is None:
            if clause.get("duty") == INTERRUPTION and _lasts_minutes(clause):
                found.append(Banded(name, OUTAGE, None, clause, (2, index)))
            continue
        metric = str(clause["band"]["metric"])
        if metric != LATENESS and (
            clause.get("kind") in _KINDS or (_lasts_minutes(clause) and metric in {OUTAGE, *TIMED})
        ):
            found.append(Banded(name, metric, band, clause, (2, index)))
    for index, credit in enumerate(law.credits):
        band = Band.of(credit.get("band"))
        if band is not None:
            clause = {
                "kind": "percentage",
                "rate": credit.get("coefficient"),
                "of": "service_fee",
                "window": MONTHLY,
                "source": credit.get("source"),
            }
            found.append(Banded(f"credits.{index}", str(credit.get("measures")), band, clause, (3, index)))
    return found


def _lasts_minutes(clause: Mapping[str, Any]) -> bool:
    # By the working day or the month, how long an outage was is for people to say.
    return clause.get("kind") in LASTING and is_exact_unit(length_of_clause(clause).get("unit"))


def find_banded_breaches(month: Month) -> None:
    """Writes the candidates of all such clauses into the book."""
    clauses = asked_clauses(month)
    for incident in month.incidents:
        find_banded_of(month, incident, clauses)
    _availability(month, [one for one in clauses if one.metric == AVAILABILITY])


def asked_clauses(month: Month) -> list[Banded]:
    """The clauses for which nobody handed in anything in the month."""
    by_hand = {f"other.{one.other_clause}" for one in month.occurrences if one.other_clause is not None}
    return [one for one in find_banded_clauses(month.law) if one.name not in by_hand]


def find_banded_of(month: Month, incident: IncidentFacts, clauses: Sequence[Banded]) -> None:
    """Writes the candidates of one incident under such clauses into the book."""
    _outage(month, incident, [one for one in clauses if one.metric == OUTAGE])
    for metric in TIMED:
        _timed(month, incident, metric, [one for one in clauses if one.metric == metric])


def _outage(month: Month, incident: IncidentFacts, clauses: Sequence[Banded]) -> None:
    minutes = outage_minutes(month, incident)
    for one in clauses:
        if minutes is not None and one.holds(minutes):
            base = incident_draft(month, incident)
            counts = _outage_counts(month, incident, base, one, minutes)
            add_banded(
                month,
                replace(base, condition=ask_responsible(month, base)),
                one,
                incident.opened_at,
                counts,
                [str(minutes)],
            )


def _outage_counts(month: Month, incident: IncidentFacts, base: Draft, one: Banded, minutes: Fraction) -> Counts:
    """How often the clause counts the outage; by the day, a day may be 24 hours from its start or a calendar day."""
    about = _about(base, one, incident.opened_at)
    counts = find_counts(month, about, minutes)
    outage = month.evidence.downtimes[incident.id]
    if not one.lasts or one.clause.get("per") or one.band is not None or outage is None:
        return counts
    end_at = outage.end_at or month.inputs.known_at
    last_on = date_of(max(outage.start_at, end_at - MICROSECOND))
    touched = (last_on - date_of(outage.start_at)).days + 1
    if all(count == touched for _held, count in counts):
        return counts
    code = f"{OUTAGE_DAYS}{one.name}"
    month.book.ask(code, (SPAN, CALENDAR), base.event, one.clause.get("source"))
    spans = [(all_of(needs(code, SPAN), held), count) for held, count in counts]
    return _merge([*spans, (needs(code, CALENDAR), touched)])


def _merge(counts: Iterable[tuple[Condition, int]]) -> Counts:
    found: dict[int, list[Condition]] = {}
    for held, count in counts:
        found.setdefault(count, []).append(held)
    return [(any_of(*conditions), count) for count, conditions in found.items()]


def _about(base: Draft, one: Banded, at: datetime) -> About:
    return About(base.event, one.name, one.clause, at, base.line_nos)


def _timed(month: Month, incident: IncidentFacts, metric: str, clauses: Sequence[Banded]) -> None:
    starts = start_choices(month.law, metric)
    code = f"clock_start.{metric}"
    known = month.known_at(incident.opened_at)
    known = {**known, code: starts[0]} if len(starts) == 1 else known
    for one in clauses if incident.kind == "fault" else ():
        outcomes: list[tuple[dict[str, str], str]] = []
        for choice in cube({code: starts}, known):
            spent = incident_minutes(month, incident, metric, choice[code])
            outcomes.append((choice, "" if spent is None or not one.holds(spent) else str(spent)))
        if not any(text for _, text in outcomes):
            continue
        base = incident_draft(month, incident)
        if metric == RECOVERY:
            base = replace(base, condition=ask_responsible(month, base))
        note_dimensions(month, {code: starts}, incident.id)
        merged = [(held, text) for held, text in merge_alternatives({code: starts}, known, outcomes) if text]
        about = _about(base, one, incident.opened_at)
        counts = _merge(
            (all_of(held, each), count)
            for held, text in merged
            for each, count in find_counts(month, about, Fraction(text))
        )
        add_banded(month, base, one, incident.opened_at, counts, [text for _, text in merged])


def _availability(month: Month, clauses: Sequence[Banded]) -> None:
    if not clauses:
        return
    dimensions, known = availability_dimensions(month)
    for choice in (known["availability.object"],) if "availability.object" in known else OBJECTS:
        for name, parts in availability_events(month, choice):
            find_credits_of(month, dimensions, known, choice, name, parts, clauses)


def find_credits_of(
    month: Month,
    dimensions: Mapping[str, tuple[str, ...]],
    known: Mapping[str, str],
    choice: str,
    name: str,
    parts: tuple[str, ...],
    clauses: Sequence[Banded],
) -> None:
    """Writes the candidates of one event of availability under such clauses into the book."""
    inner = {code: choices for code, choices in dimensions.items() if code != "availability.object"}
    values = [
        (cell, availability_value(month, parts, cell["availability.window"], cell["availability.unknown_time"]))
        for cell in cube(inner, known)
    ]
    for one in clauses:
        outcomes = [(cell, str(value) if one.holds(value) else "") for cell, value in values]
        if not any(text for _, text in outcomes):
            continue
        base = availability_base(month, known, choice, name, parts)
        note_dimensions(month, dimensions, base.event)
        merged = [(held, text) for held, text in merge_alternatives(inner, known, outcomes) if text]
        held = any_of(*(held for held, _ in merged))
        add_banded(month, base, one, month.inputs.month.span.start_at, [(held, 1)], [text for _, text in merged])


def add_banded(month: Month, base: Draft, one: Banded, at: datetime, counts: Counts, texts: Iterable[str]) -> None:
    """Writes what a clause asks for one event into the book, in each way to read it."""
    source = one.clause.get("source") or {}
    measured = measured_title(one.metric, list(texts))
    about = _about(base, one, at)
    for held, count in counts:
        of_count = f".x{count}" if len(counts) > 1 else ""
        for way in find_ways(month, about, count):
            drafted = replace(
                base,
                id=f"{base.event}/{one.name}{of_count}{way.suffix}",
                clause=str(source.get("article") or one.clause.get("duty") or one.name),
                text=str(source.get("text") or one.clause.get("duty") or ""),
                severity="other",
                condition=all_of(base.condition, held, way.condition),
                source=one.clause.get("source"),
                order=one.order,
                table=f"other.{one.metric}",
                measured=measured,
            )
            month.book.drafts.append(way.price(drafted))
