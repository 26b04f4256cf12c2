"""What the documents of a fault are made of: one incident as codes and exact values, nothing computed that it has not.

Instants are texts in UTC, lengths exact minutes as text, sums in fen; what is not known is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.incident import Clock
from yunqi.cases.incident.clocks import event_time
from yunqi.cases.incident.notices import NoticeClock
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import render_instant
from yunqi.kernel.period import Span
from yunqi.kernel.units import length_of, minutes_of
from yunqi.metering import Verdict, VerdictSpan, compute_outages
from yunqi.operations.incidents import Standing, objects_of, read_seen, read_spans
from yunqi.operations.month_evidence import read_systems
from yunqi.operations.notices.standing import ToldStanding, read_told
from yunqi.operations.versions import data_at
from yunqi.settlement.at_stake import Stake
from yunqi.settlement.inputs import EVERY_OBJECT
from yunqi.store.cases import Case, list_case_events, list_cases
from yunqi.store.contracts import Contract
from yunqi.store.facts import list_facts
from yunqi.store.object_names import name_objects, name_people
from yunqi.store.parties import require_organisation, require_person
from yunqi.store.resources import read_places
from yunqi.store.statements import list_exclusions

_PARTS = ("happened", "impact", "measures", "root_cause", "remedy", "prevention")
_REPORTS = ("first_report", "final_report")


def read_fault(
    connection: Connection, contract: Contract, found: Case, now: datetime, calendar: WorkCalendar
) -> dict[str, Any]:
    """All that is known of an incident at an instant, as `reports/fault_view.py` takes it."""
    told = read_told(connection, contract, found, now, calendar)
    standing, facts = told.standing, told.standing.facts
    began_at = event_time(facts, "occurred", standing.outage) or facts.opened_at
    ended_at = event_time(facts, "recovered", standing.outage)
    window = Span(began_at, ended_at or now) if began_at < (ended_at or now) else None
    names = name_objects(connection, [facts.object])
    closed = facts.times.get("closed")
    return {
        "contract": {
            "number": contract.number or contract.id,
            "title": contract.title,
            "using_unit": require_organisation(connection, contract.using_unit_id).name,
            "provider": require_organisation(connection, contract.provider_id).name,
        },
        "incident": {
            "id": found.id,
            "number": found.number,
            "title": found.title,
            "kind": facts.kind,
            "type": facts.type,
            "state": found.state,
            "object": names.get(facts.object or "", facts.object or ""),
            "occurred_at": _instant(began_at),
            "recovered_at": _instant(ended_at),
            "closed_at": _instant(closed),
        },
        "root_cause": facts.root_cause,
        "origin": _origin(connection, contract, found, standing),
        "systems": list(_systems(connection, contract, standing, window, now)),
        "timeline": _timeline(connection, contract, found),
        "clocks": [_clock(one, standing.stakes.get(number)) for number, one in enumerate(standing.clocks)],
        "edges": [_edge(one.measures, one.limit_minutes, one.stake) for one in standing.edges],
        "telling": [_telling(one) for one in told.clocks],
        "outage": _outage(standing, now),
        "measured": list(_measured(connection, contract, standing, window, now)),
        "pauses": list(_pauses(connection, contract, standing, window)),
        "parts": _parts(told),
        "notes": _notes(connection, told),
        "findings": [
            {
                "number": row.number,
                **{name: str(row.data.get(name) or "") for name in ("question", "answer", "evidence")},
                "state": row.state,
            }
            for row in list_cases(connection, contract.id, kind="adjudication")
            if row.data.get("event") == found.id
        ],
        "sample": standing.sample,
        "made_at": render_instant(now),
    }


def withhold(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what is between the parties alone: what a breach may cost, the findings, other systems."""
    return {
        **data,
        "withheld": True,
        "systems": [one for one in data["systems"] if one["why"] == "named"],
        "clocks": [{**one, "stake": None} for one in data["clocks"]],
        "edges": [],
        "findings": [],
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else render_instant(at)


def _source(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return dict(found) if found else None


def _origin(connection: Connection, contract: Contract, found: Case, standing: Standing) -> dict[str, Any]:
    """Who saw it first, and how the using unit said it."""
    opened = list_facts(connection, contract.id, kind="incident.opened", subject=found.id)
    person_id = str(opened[0].payload.get("person") or "") if opened else ""
    person = require_person(connection, person_id) if person_id else None
    return {
        "origin": opened[0].origin if opened else "",
        "person": person.name if person else "",
        "organisation": require_organisation(connection, person.organisation_id).name if person else "",
        "recorded_at": _instant(opened[0].recorded_at) if opened else None,
        "reported_at": _instant(standing.facts.times.get("reported")),
        "channel": str(standing.facts.data.get("channel") or ""),
    }


def _systems(
    connection: Connection, contract: Contract, standing: Standing, window: Span | None, now: datetime
) -> Iterator[dict[str, Any]]:
    """The system that the incident names; and whatever else of the contract was down meanwhile, with how long."""
    known = {
        one.id: one for one in read_systems(connection, contract, data_at(connection, contract, now, now), now, now)
    }
    places = read_places(connection, contract.id)
    mine = objects_of(connection, contract, standing.facts)
    down: dict[tuple[str, str | None], Fraction] = {}
    if window is not None:
        seen = read_spans(connection, contract, window, None)
        for name, spans in seen.spans.items():
            minutes = _minutes(spans, Verdict.DOWN)
            if name not in mine and minutes:
                system = name.removeprefix("system:") if name.startswith("system:") else places.get(name, ("", None))[1]
                label = "" if name.startswith("system:") else places.get(name, (name, None))[0]
                down[(label, system)] = minutes
    named = standing.facts.system
    rows: list[tuple[str, str | None, str, Fraction | None]] = [] if named is None else [("", named, "named", None)]
    rows += [(label, system, "same_time", minutes) for (label, system), minutes in sorted(down.items(), key=_of_pair)]
    for label, system, why, spent in rows:
        facts = known.get(system or "")
        yield {
            "name": facts.name if facts else "",
            "object": label,
            "why": why,
            "important": facts.important if facts else None,
            "internet_facing": facts.internet_facing if facts else None,
            "grade": facts.grade if facts else None,
            "down_minutes": None if spent is None else str(spent),
        }


def _of_pair(item: tuple[tuple[str, str | None], Fraction]) -> tuple[str, str]:
    return item[0][0], item[0][1] or ""


def _timeline(connection: Connection, contract: Contract, found: Case) -> list[dict[str, Any]]:
    origins = {one.kind: one.origin for one in list_facts(connection, contract.id, subject=found.id)}
    events = []
    for one in list_case_events(connection, found.id):
        person = None if one.person_id is None else require_person(connection, one.person_id)
        of = None if person is None else require_organisation(connection, person.organisation_id)
        events.append(
            {
                "event": one.event,
                "at": render_instant(one.at),
                "recorded_at": render_instant(one.recorded_at),
                "by": " ".join(part for part in (of.name if of else "", person.name if person else "") if part),
                "origin": origins.get(f"incident.{one.event}", ""),
                "data": {name: str(value) for name, value in one.data.items()},
            }
        )
    return sorted(events, key=lambda event: str(event["at"]))


def _clock(clock: Clock, stake: Stake | None) -> dict[str, Any]:
    limited = clock.why != "limit"
    due_at = None
    if limited and clock.started_at is not None:
        due_at = clock.started_at + length_of(clock.limit_minutes, "minute")
    return {
        "metric": clock.metric,
        "condition": clock.condition,
        "operator": clock.operator,
        "limit_minutes": str(clock.limit_minutes) if limited else None,
        "start": clock.start_event,
        "started_at": _instant(clock.started_at),
        "due_at": _instant(due_at),
        "stopped_at": _instant(clock.stopped_at),
        "minutes": None if clock.minutes is None else str(clock.minutes),
        "state": clock.state,
        "why": clock.why,
        "alternatives": [
            {"start": one.start, "minutes": None if one.minutes is None else str(one.minutes), "state": one.state}
            for one in clock.alternatives
        ],
        "source": _source(clock.source),
        "stake": None if stake is None else _stake(stake),
    }


def _stake(stake: Stake) -> dict[str, Any]:
    return {
        "low_fen": stake.low_fen,
        "high_fen": stake.high_fen,
        "why": stake.why,
        "source": _source(stake.source),
    }


def _edge(measures: str, limit_minutes: Fraction, stake: Stake) -> dict[str, Any]:
    return {"measures": measures, "limit_minutes": str(limit_minutes), "stake": _stake(stake)}


def _telling(one: NoticeClock) -> dict[str, Any]:
    return {
        "stage": one.term.stage,
        "within": dict(one.term.within) if one.term.within else None,
        "soon": one.term.soon,
        "channels": list(one.term.channels),
        "lacking": list(one.lacking),
        "started_at": _instant(one.started_at),
        "due_at": _instant(one.due_at),
        "met_at": _instant(one.met_at),
        "state": one.state,
        "why": one.why,
        "source": _source(one.term.source),
    }


def _outage(standing: Standing, now: datetime) -> dict[str, Any] | None:
    if standing.outage is None:
        return None
    end_at = standing.outage.end_at
    return {
        "start_at": render_instant(standing.outage.start_at),
        "end_at": _instant(end_at),
        "minutes": str(minutes_of((end_at or now) - standing.outage.start_at)),
    }


def _minutes(spans: Iterable[VerdictSpan], verdict: Verdict) -> Fraction:
    return sum((minutes_of(one.span.length) for one in spans if one.verdict is verdict), Fraction(0))


def _clip(spans: Iterable[VerdictSpan], window: Span) -> Iterator[VerdictSpan]:
    for one in spans:
        part = one.span.intersect(window)
        if part is not None:
            yield VerdictSpan(part, one.verdict, one.sample, one.exclusion)


def _measured(
    connection: Connection, contract: Contract, standing: Standing, window: Span | None, now: datetime
) -> Iterator[dict[str, Any]]:
    """What probes saw of each of the incident's objects, from its beginning to its end or now, and what they missed."""
    if window is None:
        return
    seen = read_seen(connection, contract, standing.facts, now)
    names = name_objects(connection, seen.spans)
    for name, spans in sorted(seen.spans.items()):
        within = list(_clip(spans, window))
        yield {
            "object": names.get(name, name),
            "watchers": [list(one) for one in seen.watchers[name]],
            "outages": [
                {
                    "start_at": render_instant(one.span.start_at),
                    "end_at": render_instant(one.span.end_at),
                    "minutes": str(minutes_of(one.span.length)),
                    "start_certain": one.start_certain,
                    "end_certain": one.end_certain,
                    "sample": one.sample,
                }
                for one in compute_outages(spans)
                if one.span.intersect(window) is not None
            ],
            **{
                f"{verdict.value}_minutes": str(_minutes(within, verdict))
                for verdict in (Verdict.UP, Verdict.DOWN, Verdict.UNKNOWN, Verdict.EXCLUDED)
            },
        }


def _pauses(
    connection: Connection, contract: Contract, standing: Standing, window: Span | None
) -> Iterator[dict[str, Any]]:
    """The time of the incident's objects that does not count, with the clause that allows it and who approved it."""
    objects = {EVERY_OBJECT, *objects_of(connection, contract, standing.facts)}
    rows = [
        one
        for one in list_exclusions(connection, contract.id)
        if one.object in objects and window is not None and Span(one.start_at, one.end_at).intersect(window) is not None
    ]
    names = name_objects(connection, [one.object for one in rows])
    people = name_people(connection, [one.approved_by for one in rows])
    for one in sorted(rows, key=lambda row: (row.start_at, row.id)):
        yield {
            "object": names.get(one.object, one.object),
            "start_at": render_instant(one.start_at),
            "end_at": render_instant(one.end_at),
            "clause": one.clause,
            "reason": one.reason,
            "approved_by": people.get(one.approved_by, one.approved_by),
        }


def _parts(told: ToldStanding) -> dict[str, str]:
    """What people wrote in the two reports, the last word of each part."""
    said: dict[str, str] = {}
    for one in told.notices:
        if one.stage in _REPORTS:
            said |= {name: str(one.data[name]) for name in _PARTS if one.data.get(name)}
    return {name: said[name] for name in _PARTS if name in said}


def _notes(connection: Connection, told: ToldStanding) -> list[dict[str, Any]]:
    """What was told meanwhile, by whom, and by what way it had arrived when."""
    people = name_people(connection, [one.person_id for one in told.notices])
    return [
        {
            "at": render_instant(one.recorded_at),
            "stage": one.stage,
            "text": one.text,
            "by": people.get(one.person_id or "", ""),
            "receipts": [
                {"channel": each.channel, "to": each.organisation or each.recipient, "at": _instant(each.done_at)}
                for each in told.deliveries
                if each.notice_id == one.id
            ],
        }
        for one in told.notices
    ]
