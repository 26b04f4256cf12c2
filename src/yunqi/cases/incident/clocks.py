"""The clocks of an incident: each starts where its clause says, and stops at its event.

Source: the articles on response, location, recovery and arrival of each contract; where a clause names no start, the
clock is *open*
and shows what each start would give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.clauses.service_level.rule import Measured, applies_to, judge_level, limit_of
from yunqi.kernel.units import is_exact_unit, minutes_of

STOPS: Mapping[str, str] = {
    "response": "responded",
    "location": "located",
    "recovery": "recovered",
    "handling": "recovered",
    "arrival": "arrived",
}
"""What stops the clock of a metric. A fault is handled when it is recovered: to respond and to arrive have their own.
"""
STARTS: Mapping[str, str] = {"occurrence": "occurred", "notice": "reported", "response": "responded"}
OPEN_STARTS = ("occurrence", "notice")
OPEN_STARTS_AFTER_RESPONSE = ("occurrence", "notice", "response")

_MOOT_AFTER_RECOVERY = frozenset({"location", "arrival"})

ClockState = Literal["running", "met", "breached", "not_started", "open"]


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """An incident as evidence has it. `times` holds the first instant of each event by name; `occurred` only where it
    is stated.

    `kind` is fault or request; `facts` are the ids of the records behind it.
    """

    id: str
    number: str
    title: str
    opened_at: datetime
    times: Mapping[str, datetime] = field(default_factory=dict)
    kind: str = "fault"
    type: str = "interruption"
    system: str | None = None
    object: str | None = None
    root_cause: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Downtime:
    """The measured outage behind an incident; `end_at` None while it lasts."""

    start_at: datetime
    end_at: datetime | None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ClockAlternative:
    """What a clock would show under one answer to what is open."""

    start: str
    started_at: datetime | None
    minutes: Fraction | None
    state: ClockState


@dataclass(frozen=True, slots=True)
class Clock:
    """One service level's clock. `minutes` is exact, up to now while it runs; `why` names what lacks (a code, no
    sentence).
    """

    metric: str
    operator: str
    limit_minutes: Fraction
    condition: str | None
    start: str | None
    started_at: datetime | None
    start_event: str | None
    stopped_at: datetime | None
    minutes: Fraction | None
    state: ClockState
    why: str
    source: Mapping[str, Any] | None
    alternatives: tuple[ClockAlternative, ...] = ()


def event_time(incident: IncidentFacts, event: str, outage: Downtime | None) -> datetime | None:
    """When an event happened. What was measured stands before what was entered: an outage's start and end are its
    edges.
    """
    if event == "occurred":
        return outage.start_at if outage else incident.times.get("occurred", incident.opened_at)
    if event == "recovered" and outage is not None:
        return outage.end_at
    return incident.times.get(event)


def stop_time(incident: IncidentFacts, metric: str, outage: Downtime | None) -> datetime | None:
    """When a metric's clock stops: at its event; to locate or to arrive is no longer asked once the fault is
    recovered.
    """
    stopped_at = event_time(incident, STOPS[metric], outage)
    if stopped_at is None and metric in _MOOT_AFTER_RECOVERY:
        return event_time(incident, "recovered", outage)
    return stopped_at


def compute_clocks(
    incident: IncidentFacts,
    service_levels: Iterable[Mapping[str, Any]],
    flags: Mapping[str, bool | None],
    outage: Downtime | None,
    now: datetime,
    agreed_starts: Mapping[str, str] | None = None,
) -> tuple[Clock, ...]:
    """The clocks that the service levels set on this incident, in the order of the levels.

    `flags` are the system's (`important`, `internet_facing`; None: not known). `outage` is the measured downtime, or
    None.
    `agreed_starts` holds the readings of clauses that name no start, by metric. A level with a condition that holds
    stands in place of
    the general one of its metric.
    """
    timed = [level for level in service_levels if level.get("metric") in STOPS and is_exact_unit(level.get("unit"))]
    down = True if outage is not None else (None if incident.type == "interruption" else False)
    applicable = [(level, applies_to(level, flags, down)) for level in timed]
    special = {level["metric"] for level, applies in applicable if applies and level.get("condition")}
    return tuple(
        _clock(incident, level, applies, outage, now, agreed_starts or {})
        for level, applies in applicable
        if applies is not False and (level.get("condition") or level["metric"] not in special)
    )


def _clock(
    incident: IncidentFacts,
    level: Mapping[str, Any],
    applies: bool | None,
    outage: Downtime | None,
    now: datetime,
    agreed: Mapping[str, str],
) -> Clock:
    metric = str(level["metric"])
    limit = limit_of(level)
    start = level.get("clock_start") or agreed.get(metric)
    stopped_at = stop_time(incident, metric, outage)

    def build(
        started: ClockAlternative, state: ClockState, why: str, others: tuple[ClockAlternative, ...] = ()
    ) -> Clock:
        return Clock(
            metric,
            str(level["operator"]),
            limit or Fraction(0),
            level.get("condition"),
            start,
            started.started_at,
            STARTS.get(str(start)) if start else None,
            stopped_at,
            started.minutes,
            state,
            why,
            level.get("source"),
            others,
        )

    empty = ClockAlternative("", None, None, "open")
    if limit is None:
        return build(empty, "open", "limit")
    if start is None:
        starts = OPEN_STARTS if metric == "response" else OPEN_STARTS_AFTER_RESPONSE
        others = tuple(_measure(incident, level, name, stopped_at, outage, now) for name in starts)
        return build(empty, "open", f"clock_start.{metric}", others)
    measured = _measure(incident, level, str(start), stopped_at, outage, now)
    if applies is None:
        return build(measured, "open", f"flag.{level.get('condition')}", (measured,))
    why = STARTS.get(str(start), str(start)) if measured.state == "not_started" else ""
    return build(measured, measured.state, why)


def _measure(
    incident: IncidentFacts,
    level: Mapping[str, Any],
    start: str,
    stopped_at: datetime | None,
    outage: Downtime | None,
    now: datetime,
) -> ClockAlternative:
    started_at = event_time(incident, STARTS.get(start, start), outage)
    if started_at is None:
        return ClockAlternative(start, None, None, "not_started")
    # What was done before the clock started took no time.
    until = max(started_at, stopped_at if stopped_at is not None else now)
    minutes = minutes_of(until - started_at)
    state = judge_level(level, Measured(minutes, minutes))
    if stopped_at is None and state == "met":
        return ClockAlternative(start, started_at, minutes, "running")
    return ClockAlternative(start, started_at, minutes, "met" if state == "met" else "breached")
