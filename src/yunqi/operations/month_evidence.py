"""What a month reads of the evidence: draws and systems, incidents, and what was found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.adjudication import DISPUTED, FINAL, PENDING
from yunqi.cases.adjudication import MACHINE as ADJUDICATION
from yunqi.cases.incident import IncidentFacts
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.period import Span
from yunqi.settlement.inputs import Adjudication, DrawFact, SystemFacts
from yunqi.store import cases as cases_store
from yunqi.store.checks import from_micro
from yunqi.store.contracts import Contract, list_signatures
from yunqi.store.evidence_import import USAGE_FACT
from yunqi.store.facts import list_facts, list_marks
from yunqi.store.parties import list_systems
from yunqi.store.price_lines import read_line_numbers
from yunqi.store.resources import find_first_draw, list_draws


def read_metered_from(connection: Connection, contract: Contract, known_at: datetime) -> datetime | None:
    """When draws began to be recorded here: both parties had signed, or the first draw if that was earlier."""
    signatures = list_signatures(connection, contract.id)
    if contract.state != "signed" or not signatures:
        return None
    signed_at = max(one.signed_at for one in signatures)
    first = find_first_draw(connection, contract.id, known_at=known_at)
    return signed_at if first is None else min(signed_at, first)


def read_systems(
    connection: Connection, contract: Contract, data: Mapping[str, Any], at: datetime, known_at: datetime
) -> tuple[SystemFacts, ...]:
    """The systems that the contract covers by its data: those it names, all of the using unit where it names none."""

    def flag(flags: Mapping[str, str], name: str) -> bool | None:
        return {"yes": True, "no": False}.get(flags.get(name, ""))

    named = {one["name"] for one in data.get("systems") or ()}
    return tuple(
        SystemFacts(
            one.id,
            one.name,
            important=flag(one.flags, "important"),
            internet_facing=flag(one.flags, "internet_facing"),
            grade=one.flags.get("grade"),
            fee_share=Fraction(one.flags["fee_share"]) if "fee_share" in one.flags else None,
        )
        for one in list_systems(connection, contract.using_unit_id, at=at, known_at=known_at)
        if not named or one.name in named
    )


def read_draws(connection: Connection, contract: Contract, span: Span, known_at: datetime) -> tuple[DrawFact, ...]:
    """The draws of a contract that touch the span, as known at an instant: of resources, and of metered files."""
    numbers = read_line_numbers(connection, contract.id)
    drawn = [
        DrawFact(
            one.id,
            one.item,
            from_micro(one.quantity_micro),
            one.start_at,
            one.end_at,
            numbers.get(one.price_line_id or ""),
            one.kind,
            one.resource_id,
        )
        for one in list_draws(connection, contract.id, start_at=span.start_at, end_at=span.end_at, known_at=known_at)
    ]
    # Use that a foreign system metered before this installation governed it, handed in as a file.
    for fact in list_facts(connection, contract.id, kind=USAGE_FACT, end_at=span.end_at, known_at=known_at):
        payload = fact.payload
        end_at = parse_instant(payload["end_at"])
        if end_at > span.start_at:
            drawn.append(
                DrawFact(
                    fact.id,
                    payload["item"],
                    Fraction(payload["quantity"]),
                    fact.at,
                    end_at,
                    payload["line_no"],
                    payload.get("kind", "span"),
                    sample=fact.sample,
                )
            )
    return tuple(drawn)


def read_incidents(connection: Connection, contract: Contract, known_at: datetime) -> tuple[IncidentFacts, ...]:
    """The incidents of a contract that were not withdrawn, as known at an instant, in order of opening."""
    rows = cases_store.list_cases(connection, contract.id, kind="incident", known_at=known_at)
    events = cases_store.list_events_of(connection, rows, known_at=known_at)
    facts: dict[str, list[str]] = {}
    samples: set[str] = set()
    told = list_marks(connection, contract.id, kinds=_INCIDENT_FACTS, known_at=known_at)
    for one in sorted(told, key=lambda mark: _INCIDENT_FACTS.index(mark.kind)):
        facts.setdefault(one.subject, []).append(one.id)
        if one.sample:
            samples.add(one.subject)
    found = []
    for row in rows:
        mine = events.get(row.id, ())
        if any(event.event == "withdrawn" for event in mine):
            continue
        found.append(facts_of_incident(row, mine, facts=tuple(facts.get(row.id, ())), sample=row.id in samples))
    return tuple(found)


def facts_of_incident(
    row: cases_store.Case,
    events: Iterable[cases_store.CaseEvent],
    *,
    facts: tuple[str, ...] = (),
    sample: bool = False,
) -> IncidentFacts:
    """A kept incident as its clocks see it: the first instant of each event, the last word of its data."""
    times: dict[str, datetime] = {"occurred": row.opened_at}
    data: dict[str, Any] = dict(row.data)
    for event in events:
        times.setdefault(event.event, event.at)
        data |= dict(event.data)
    return IncidentFacts(
        row.id,
        row.number,
        row.title,
        row.opened_at,
        times,
        kind=str(data.get("kind", "fault")),
        type=str(data.get("type", "interruption")),
        system=row.system_id,
        object=data.get("object"),
        root_cause=data.get("root_cause"),
        data=data,
        facts=facts,
        sample=sample,
    )


_INCIDENT_FACTS = tuple(
    f"incident.{event}" for event in ("opened", "reported", "responded", "arrived", "located", "recovered", "closed")
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found by an instant: the findings that count, and the lines of penalties that are disputed."""

    counted: tuple[Adjudication, ...]
    frozen: frozenset[str]


def read_findings(connection: Connection, contract: Contract, known_at: datetime) -> Findings:
    """The findings of a contract as they stood: what was found, or taken back, later is not known yet."""
    rows = cases_store.list_cases(connection, contract.id, kind="adjudication", known_at=known_at)
    later = cases_store.list_changed_after(connection, rows, known_at)
    stood = {row.id: (row.state, row.data) for row in rows}
    if later:
        stood |= _read_as_known(connection, contract, later, known_at)
    return Findings(
        tuple(
            Adjudication(str(event), str(data["question"]), str(data["answer"]), row_id)
            # What was found of one event by itself stands against what was found of several.
            for row_id, (state, data) in sorted(stood.items(), key=lambda one: "events" not in one[1][1])
            if state in FINAL
            for event in data.get("events") or (data["event"],)
        ),
        frozenset(
            str(data["event"]) for state, data in stood.values() if state in PENDING and data["question"] == DISPUTED
        ),
    )


def _read_as_known(
    connection: Connection, contract: Contract, ids: Collection[str], known_at: datetime
) -> dict[str, tuple[str, Mapping[str, Any]]]:
    # How a case stood is in the facts of its events; a case itself has only its last state.
    found: dict[str, tuple[str, Mapping[str, Any]]] = {}
    kinds = tuple(f"adjudication.{event}" for event in ("opened", *ADJUDICATION.transitions))
    facts = list_facts(connection, contract.id, kind=kinds, known_at=known_at)
    mine = [one for one in facts if one.subject in ids]
    for one in sorted(mine, key=lambda fact: int(fact.payload.get("no") or 0)):
        data = {**found.get(one.subject, ("", {}))[1], **(one.payload.get("data") or {})}
        found[one.subject] = (str(one.payload.get("state") or ADJUDICATION.initial), data)
    return {name: found.get(name, ("", {})) for name in ids}
