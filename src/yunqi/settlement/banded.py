"""Penalties for a band of a measure, and credits for a band of availability -> candidates, by the month's own figures.

What people handed in for such a clause stands before what is found here: it is not asked for twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from yunqi.cases.incident import IncidentFacts
from yunqi.contract.clauses.other_penalty.rule import compute_other_penalty
from yunqi.contract.conditions import ALWAYS, Condition, all_of, any_of, needs
from yunqi.contract.terms import Band, number
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
from yunqi.settlement.titles import measured_title

AVAILABILITY, OUTAGE, RECOVERY = "availability", "outage_single", "recovery"
TIMED = ("response", RECOVERY)
FEE_CODE = "penalty_fee."
"""The reading of what fee a clause's share is of, where the contract does not say of which period."""
TOTAL, MONTHLY = "contract_total", "month"
FEE_CHOICES = (TOTAL, MONTHLY)
_FEES = frozenset({"service_fee", "affected_fee"})
_WHOLE = "term"
_KINDS = frozenset({"fixed", "per_case", "percentage"})
_MONTHS: Mapping[str, int] = {MONTHLY: 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Banded:
    """A clause that prices a band of a measure; `name` tells it apart from the others."""

    name: str
    metric: str
    band: Band
    clause: Mapping[str, Any]
    order: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Way:
    # One meaning of what the clause asks: a multiple of the monthly fee or a sum, and when it is meant.
    suffix: str
    condition: Condition
    coefficient: Fraction | None = None
    fixed: Fraction | None = None


def find_banded_clauses(law: Law) -> list[Banded]:
    """The penalties of the provider for a band of a measure, and the credits."""
    found: list[Banded] = []
    for index, clause in enumerate(law.others):
        band = Band.of(clause.get("band"))
        if band is not None and clause.get("kind") in _KINDS and clause.get("party") != "using_unit":
            found.append(Banded(f"other.{index}", str(clause["band"]["metric"]), band, clause, (2, index)))
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


def find_banded_breaches(month: Month) -> None:
    """Writes the candidates of all such clauses into the book."""
    by_hand = {f"other.{one.other_clause}" for one in month.occurrences if one.other_clause is not None}
    clauses = [one for one in find_banded_clauses(month.law) if one.name not in by_hand]
    for incident in month.incidents:
        _outage(month, incident, [one for one in clauses if one.metric == OUTAGE])
        for metric in TIMED:
            _timed(month, incident, metric, [one for one in clauses if one.metric == metric])
    _availability(month, [one for one in clauses if one.metric == AVAILABILITY])


def _outage(month: Month, incident: IncidentFacts, clauses: Sequence[Banded]) -> None:
    minutes = outage_minutes(month, incident)
    for one in clauses:
        if minutes is not None and one.band.contains(minutes):
            base = incident_draft(month, incident)
            _add(month, replace(base, condition=ask_responsible(month, base)), one, ALWAYS, [str(minutes)])


def _timed(month: Month, incident: IncidentFacts, metric: str, clauses: Sequence[Banded]) -> None:
    starts = start_choices(month.law, metric)
    code = f"clock_start.{metric}"
    known = {**month.known, code: starts[0]} if len(starts) == 1 else month.known
    for one in clauses if incident.kind == "fault" else ():
        outcomes: list[tuple[dict[str, str], str]] = []
        for choice in cube({code: starts}, known):
            spent = incident_minutes(month, incident, metric, choice[code])
            outcomes.append((choice, "" if spent is None or not one.band.contains(spent) else str(spent)))
        if not any(text for _, text in outcomes):
            continue
        base = incident_draft(month, incident)
        if metric == RECOVERY:
            base = replace(base, condition=ask_responsible(month, base))
        note_dimensions(month, {code: starts}, incident.id)
        merged = [(held, text) for held, text in merge_alternatives({code: starts}, known, outcomes) if text]
        _add(month, base, one, any_of(*(held for held, _ in merged)), [text for _, text in merged])


def _availability(month: Month, clauses: Sequence[Banded]) -> None:
    if not clauses:
        return
    dimensions, known = availability_dimensions(month)
    inner = {code: choices for code, choices in dimensions.items() if code != "availability.object"}
    for choice in (known["availability.object"],) if "availability.object" in known else OBJECTS:
        for name, parts in availability_events(month, choice):
            values = [
                (cell, availability_value(month, parts, cell["availability.window"], cell["availability.unknown_time"]))
                for cell in cube(inner, known)
            ]
            for one in clauses:
                outcomes = [
                    (cell, "" if value is None or not one.band.contains(value) else str(value))
                    for cell, value in values
                ]
                if not any(text for _, text in outcomes):
                    continue
                base = availability_base(month, known, choice, name, parts)
                note_dimensions(month, dimensions, base.event)
                merged = [(held, text) for held, text in merge_alternatives(inner, known, outcomes) if text]
                _add(month, base, one, any_of(*(held for held, _ in merged)), [text for _, text in merged])


def _add(month: Month, base: Draft, one: Banded, held: Condition, texts: Iterable[str]) -> None:
    source = one.clause.get("source") or {}
    measured = measured_title(one.metric, list(texts))
    for way in _ways(month, base, one):
        month.book.drafts.append(
            replace(
                base,
                id=f"{base.event}/{one.name}{way.suffix}",
                clause=str(source.get("article") or one.clause.get("duty") or one.name),
                text=str(source.get("text") or one.clause.get("duty") or ""),
                severity="other",
                condition=all_of(base.condition, held, way.condition),
                source=one.clause.get("source"),
                coefficient=way.coefficient,
                fixed=way.fixed,
                limit=_limit(month.law, one.clause),
                order=one.order,
                table=f"other.{one.metric}",
                measured=measured,
            )
        )


def _ways(month: Month, base: Draft, one: Banded) -> list[_Way]:
    clause, rate = one.clause, number(one.clause.get("rate"))
    of, window = clause.get("of"), clause.get("window")
    total = compute_other_penalty({**clause, "of": TOTAL}, month.law.total_fen, 1)
    if rate is None or of == TOTAL or (of in _FEES and window == _WHOLE):
        return [_Way("", ALWAYS, fixed=total)]
    if of in _FEES and window in _MONTHS:
        return [_Way("", ALWAYS, coefficient=rate * _MONTHS[str(window)])]
    code = f"{FEE_CODE}{one.name}"
    month.book.ask(code, FEE_CHOICES, base.event, clause.get("source"))
    return [
        _Way(f".{TOTAL}", needs(code, TOTAL), fixed=total),
        _Way(f".{MONTHLY}", needs(code, MONTHLY), coefficient=rate),
    ]


def _limit(law: Law, clause: Mapping[str, Any]) -> Fraction | None:
    # The most that one line comes to, of a sum or of the price.
    cap, share = number(clause.get("cap")), number(clause.get("cap_share"))
    if cap is not None:
        return cap
    capped = (clause.get("cap_of") or TOTAL) == TOTAL
    return share * law.total_fen if share is not None and capped and law.total_fen is not None else None
