"""Average response and recovery of a month -> candidates under every reading of what the average is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from yunqi.cases.incident import IncidentFacts
from yunqi.cases.incident.clocks import OPEN_STARTS, OPEN_STARTS_AFTER_RESPONSE, STARTS, STOPS, event_time
from yunqi.contract.terms import Band
from yunqi.kernel.units import minutes_of
from yunqi.settlement.case import Month, common_value, inherit_answers, is_sampled, note_dimensions
from yunqi.settlement.drafts import cube, merge_alternatives
from yunqi.settlement.law import Law

AVERAGES: Mapping[str, str] = {"response_average": "response", "recovery_average": "recovery"}


def find_average_breaches(month: Month) -> None:
    """Writes the candidates of average response and recovery into the book."""
    for measures, metric in AVERAGES.items():
        if measures in month.law.measures:
            find_average(month, measures, metric)


def start_choices(law: Law, metric: str) -> tuple[str, ...]:
    """Where the clock of a metric may start: where its clause says, else every start that it might mean."""
    stated = {str(one["clock_start"]) for one in law.levels if one.get("metric") == metric and one.get("clock_start")}
    if len(stated) == 1:
        return tuple(stated)
    return OPEN_STARTS if metric == "response" else OPEN_STARTS_AFTER_RESPONSE


def incident_minutes(month: Month, incident: IncidentFacts, metric: str, start: str) -> Fraction | None:
    """How long a metric took for an incident, up to now while it lasts; None where its clock never started."""
    outage = month.evidence.downtimes[incident.id]
    started_at = event_time(incident, STARTS.get(start, start), outage)
    if started_at is None:
        return None
    stopped_at = event_time(incident, STOPS[metric], outage) or month.inputs.known_at
    return minutes_of(max(stopped_at, started_at) - started_at)


def average_dimensions(month: Month, metric: str) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """The codes that an average hangs on with their choices, and what is known or said by the contract itself."""
    starts = start_choices(month.law, metric)
    dimensions = {
        "average.population": ("faults", "tickets"),
        "average.window": ("month", "term"),
        f"clock_start.{metric}": starts,
    }
    known = dict(month.known)
    if len(starts) == 1:
        known[f"clock_start.{metric}"] = starts[0]
    return dimensions, known


def average_pool(month: Month, cell: Mapping[str, str]) -> list[IncidentFacts]:
    """The incidents that an average may be of under one way to read it; none while its term is not over."""
    ends_now = month.evidence.end_at is not None and month.evidence.end_at <= month.evidence.month.end_at
    whole_term = cell["average.window"] == "term"
    pool = [] if whole_term and not ends_now else list(month.inputs.incidents if whole_term else month.incidents)
    return [one for one in pool if one.kind == "fault"] if cell["average.population"] == "faults" else pool


def average_floor(law: Law, measures: str) -> Fraction:
    """The least average that a row prices: an incident beyond it has a share in the breach."""
    return min(
        (
            band.low
            for row in law.rows
            if row.get("measures") == measures and (band := _single(row)) and band.low is not None
        ),
        default=Fraction(0),
    )


def find_average(month: Month, measures: str, metric: str) -> None:
    """Writes the candidates of one average into the book."""
    dimensions, known = average_dimensions(month, metric)
    starts = dimensions[f"clock_start.{metric}"]
    minutes = {
        (start, incident.id): incident_minutes(month, incident, metric, start)
        for start in starts
        for incident in month.inputs.incidents
    }
    outcomes: list[tuple[dict[str, str], tuple[Fraction | None, tuple[str, ...]]]] = []
    for choice in cube(dimensions, known):
        pool = average_pool(month, choice)
        start = choice[f"clock_start.{metric}"]
        timed = [(one.id, spent) for one in pool if (spent := minutes[start, one.id]) is not None]
        value = sum((spent for _, spent in timed), Fraction(0)) / len(timed) if timed else None
        outcomes.append((choice, (value, tuple(name for name, _ in timed))))
    floor = average_floor(month.law, measures)
    involved = {name for _, (value, names) in outcomes if value is not None for name in names}
    heavy = [
        one
        for one in month.inputs.incidents
        if one.id in involved and any((minutes[start, one.id] or Fraction(0)) > floor for start in starts)
    ]
    event = f"average.{metric}:{month.name}"
    subject = heavy[0].id if len(heavy) == 1 else event
    if len(heavy) > 1:
        inherit_answers(month, subject, [one.id for one in heavy])
    base = replace(
        month.blank(event, subject, [month.root(one) for one in heavy]),
        system=common_value(one.system for one in heavy),
        facts=tuple(fact for one in heavy for fact in (one.facts or (one.id,))),
        sample=any(one.sample or is_sampled(month, one) for one in heavy),
    )
    alternatives = []
    for condition, (value, _) in merge_alternatives(dimensions, known, outcomes):
        hits = month.law.hits(measures, value) if value is not None else ()
        alternatives.append((condition, hits, "" if value is None else str(value)))
    note_dimensions(month, dimensions, event)
    month.book.add_rows(base, alternatives)


def _single(row: Mapping[str, Any]) -> Band | None:
    bands = row.get("bands") or [row.get("band")]
    return Band.of(bands[0]) if len(bands) == 1 else None
