"""How incidents stand: the outage behind each, the clocks of the contract's clauses, and what a breach would cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from yunqi.cases.incident import Clock, Downtime, IncidentFacts, compute_clocks
from yunqi.cases.logbook.protection import CALENDAR, CONDITION, is_protected
from yunqi.kernel.period import Span
from yunqi.kernel.units import minutes_of
from yunqi.metering import Exclusion, Observation, Verdict, VerdictSpan, compute_outages, compute_spans
from yunqi.operations.logbook import read_protected_where_asked
from yunqi.operations.month_evidence import facts_of_incident, read_findings, read_systems
from yunqi.operations.versions import data_at, read_texts
from yunqi.operations.wrongful import add_wrongful
from yunqi.settlement.at_stake import OUTAGE, Edge, Stake, Stakes
from yunqi.settlement.evidence import choose_downtime
from yunqi.settlement.inputs import EVERY_OBJECT, SystemFacts
from yunqi.settlement.law import Law
from yunqi.store.cases import Case, CaseEvent, list_case_events
from yunqi.store.contracts import Contract
from yunqi.store.facts import list_facts
from yunqi.store.readings import list_readings
from yunqi.store.resources import iterate_resources
from yunqi.store.statements import list_exclusions
from yunqi.store.verdicts import list_verdicts

_AROUND = timedelta(days=1)
_OVER = frozenset({"closed", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Standing:
    """An incident as it stands at an instant. `stakes` has an entry for each clock that is not met yet."""

    facts: IncidentFacts
    outage: Downtime | None
    clocks: tuple[Clock, ...]
    stakes: Mapping[int, Stake]
    edges: tuple[Edge, ...]
    sample: bool


def read_standing(
    connection: Connection,
    contract: Contract,
    found: Case,
    now: datetime,
    *,
    events: Iterable[CaseEvent] | None = None,
    known_at: datetime | None = None,
) -> Standing:
    """The clocks that the contract sets on an incident, with what each would cost if it were broken.

    For how it stood earlier: `found` and its `events` as they were then, `now` the instant, `known_at` the present.
    """
    known_facts = list_facts(connection, contract.id, subject=found.id)
    known_at = known_at or now
    facts = facts_of_incident(
        found,
        list_case_events(connection, found.id) if events is None else events,
        facts=tuple(one.id for one in known_facts),
        sample=any(one.sample for one in known_facts),
    )
    readings = {code: str(one.value) for code, one in list_readings(connection, contract.id, at=known_at).items()}
    found_by = read_findings(connection, contract, known_at).counted
    findings = {f"{one.question}@{one.event}": one.answer for one in found_by}
    known = {**readings, **findings}
    law = Law(data_at(connection, contract, facts.opened_at, known_at), known)
    systems = read_systems(connection, contract, data_at(connection, contract, known_at, known_at), known_at, known_at)
    outage = _find_outage(facts, read_seen(connection, contract, facts, now))
    periods = read_protected_where_asked(connection, contract.id, law.levels)
    protected = is_protected(periods, facts, outage, readings.get(CALENDAR))
    flags = {**_flags(systems, facts.system), CONDITION: protected}
    clocks = compute_clocks(facts, law.levels, flags, outage, now, _agreed_starts(readings))
    stakes = Stakes(law, systems, known)
    lasts = found.state not in _OVER and outage is not None and outage.end_at is None
    spent = {} if outage is None or not lasts else {OUTAGE: minutes_of(now - outage.start_at)}
    return Standing(
        facts,
        outage,
        clocks,
        {
            number: stakes.of_clock(clock, facts)
            for number, clock in enumerate(clocks)
            if clock.state != "met" and found.state != "withdrawn"
        },
        stakes.edges(facts, spent) if spent else (),
        facts.sample or (outage is not None and outage.sample),
    )


def read_clocks(
    connection: Connection, contract: Contract, cases: Sequence[tuple[Case, Sequence[CaseEvent]]], now: datetime
) -> dict[str, tuple[Clock, ...]]:
    """The clocks of several incidents of one contract by the incident's id, as `read_standing` has them: what they need
    is read once for all of them.
    """
    if not cases:
        return {}
    incidents = [facts_of_incident(row, events) for row, events in cases]
    readings = {code: str(one.value) for code, one in list_readings(connection, contract.id, at=now).items()}
    texts = read_texts(connection, contract, now)
    levels = [Law(one.data, readings).levels for one in texts]
    systems = read_systems(connection, contract, texts[-1].data, now, now)
    periods = read_protected_where_asked(connection, contract.id, [level for some in levels for level in some])
    objects, seen = _read_seen_of_all(connection, contract, incidents, now)
    found = {}
    for one in incidents:
        mine = next(
            some
            for text, some in reversed(list(zip(texts, levels, strict=True)))
            if text.start_at is None or text.start_at <= one.opened_at
        )
        outage = _find_outage(one, _part_of(seen, objects[one.id], _window(one, now)))
        protected = is_protected(periods, one, outage, readings.get(CALENDAR))
        flags = {**_flags(systems, one.system), CONDITION: protected}
        found[one.id] = compute_clocks(one, mine, flags, outage, now, _agreed_starts(readings))
    return found


def _read_seen_of_all(
    connection: Connection, contract: Contract, incidents: Sequence[IncidentFacts], now: datetime
) -> tuple[dict[str, frozenset[str]], Seen]:
    """The objects of each incident, and what was seen of them all from the first to the last."""
    carriers: dict[str | None, set[str]] = {}
    if any(one.object is None and one.system is not None for one in incidents):
        for each in iterate_resources(connection, contract_id=contract.id, gone=True):
            carriers.setdefault(each.system_id, set()).add(each.id)
    objects = {
        one.id: frozenset({one.object})
        if one.object is not None
        else frozenset({f"system:{one.system}", *carriers.get(one.system, ())} if one.system else ())
        for one in incidents
    }
    windows = [_window(one, now) for one in incidents]
    whole = Span(min(one.start_at for one in windows), max(one.end_at for one in windows))
    return objects, read_spans(connection, contract, whole, frozenset().union(*objects.values()))


def _part_of(seen: Seen, objects: frozenset[str], window: Span) -> Seen:
    """What was seen of some objects within a window."""
    spans = {
        name: tuple(replace(one, span=part) for one in some if (part := one.span.intersect(window)) is not None)
        for name, some in seen.spans.items()
        if name in objects
    }
    ends = (one.span.end_at for some in spans.values() for one in some if one.verdict is not Verdict.UNKNOWN)
    return Seen(spans, {}, max(ends, default=window.end_at))


def incident_times(connection: Connection, found: Case) -> Mapping[str, datetime]:
    """The first instant of each event of an incident by name, `occurred` among them."""
    return facts_of_incident(found, list_case_events(connection, found.id)).times


def _flags(systems: tuple[SystemFacts, ...], system: str | None) -> dict[str, bool | None]:
    mine = next((one for one in systems if one.id == system), None)
    return {
        "important": mine.important if mine else None,
        "internet_facing": mine.internet_facing if mine else None,
    }


def _agreed_starts(readings: Mapping[str, str]) -> dict[str, str]:
    return {code.partition(".")[2]: value for code, value in readings.items() if code.startswith("clock_start.")}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen around an incident of the objects that it may be about: their spans, and who saw them (probe and
    origin), by object. `until`: the end of what was seen.
    """

    spans: Mapping[str, tuple[VerdictSpan, ...]]
    watchers: Mapping[str, tuple[tuple[str, str], ...]]
    until: datetime


def read_seen(connection: Connection, contract: Contract, facts: IncidentFacts, now: datetime) -> Seen:
    """The spans of a day before the incident to a day after it, of its objects."""
    return read_spans(connection, contract, _window(facts, now), objects_of(connection, contract, facts))


def _window(facts: IncidentFacts, now: datetime) -> Span:
    times = [facts.opened_at, *facts.times.values()]
    ends_at = max(now, min(times)) if "recovered" not in facts.times else max(times) + _AROUND
    return Span(min(times) - _AROUND, ends_at)


def read_spans(connection: Connection, contract: Contract, window: Span, objects: Collection[str] | None) -> Seen:
    """What was seen in a window of these objects, or of all of the contract's, less what is excluded."""
    observed: dict[str, list[Observation]] = {}
    watchers: dict[str, set[tuple[str, str]]] = {}
    for stream in list_verdicts(connection, contract.id, start_at=window.start_at, end_at=window.end_at):
        if objects is None or stream.object in objects:
            watchers.setdefault(stream.object, set()).add((stream.probe, stream.origin))
            observed.setdefault(stream.object, []).extend(
                Observation(Span(span.start_at, span.end_at), Verdict(span.verdict), stream.sample)
                for span in stream.spans
            )
    add_wrongful(connection, contract.id, observed)
    holes: dict[str, list[Exclusion]] = {}
    for one in list_exclusions(connection, contract.id) if observed else ():
        holes.setdefault(one.object, []).append(
            Exclusion(one.id, Span(one.start_at, one.end_at), one.clause, one.approved_by)
        )
    return Seen(
        {
            name: compute_spans(seen, window, [*holes.get(EVERY_OBJECT, ()), *holes.get(name, ())])
            for name, seen in observed.items()
        },
        {name: tuple(sorted(some)) for name, some in watchers.items()},
        max((item.span.end_at for seen in observed.values() for item in seen), default=window.end_at),
    )


def _find_outage(facts: IncidentFacts, seen: Seen) -> Downtime | None:
    """As a statement finds it; one that nobody measured and nobody said is over lasts since it was reported."""
    outages = [outage for spans in seen.spans.values() for outage in compute_outages(spans)]
    found = choose_downtime(facts, outages, [one for one in outages if one.span.end_at >= seen.until])
    if found is None and facts.type == "interruption" and "recovered" not in facts.times:
        return Downtime(facts.times["occurred"], None, facts.sample)
    return found


def objects_of(connection: Connection, contract: Contract, facts: IncidentFacts) -> frozenset[str]:
    """Where an incident's outage is looked for: its object, else what carries its information system."""
    if facts.object is not None or facts.system is None:
        return frozenset({facts.object} - {None})  # type: ignore[arg-type]
    resources = iterate_resources(connection, contract_id=contract.id, gone=True)
    return frozenset({f"system:{facts.system}", *(one.id for one in resources if one.system_id == facts.system)})
