"""Closing a month: what the store knows of it, as known at one instant, becomes the inputs of the one computation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.adjudication import DISPUTED, FINAL, PENDING
from yunqi.cases.adjudication import MACHINE as ADJUDICATION
from yunqi.cases.incident import IncidentFacts
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.errors import Trouble
from yunqi.kernel.period import Month, Span, day_start
from yunqi.metering import Exclusion
from yunqi.operations.bonds import read_held
from yunqi.operations.changed_readings import read_changed
from yunqi.operations.effective import read_dates
from yunqi.operations.installation import Installation
from yunqi.operations.lateness import find_new_lateness, read_late, record_new_lateness
from yunqi.operations.logbook import read_people_of, read_protected
from yunqi.operations.month_facts import foresee_month
from yunqi.operations.month_objects import read_objects
from yunqi.operations.payments import read_occurrences, read_payments, read_trigger_dates
from yunqi.operations.suspensions import read_suspensions
from yunqi.operations.terms import read_expiry
from yunqi.operations.versions import data_at
from yunqi.settlement import compute_statement
from yunqi.settlement.capped import sum_charged
from yunqi.settlement.inputs import Adjudication, DrawFact, Inputs, Reading, SystemFacts
from yunqi.settlement.model import Statement
from yunqi.settlement.payments import sum_taken
from yunqi.store import cases as cases_store
from yunqi.store.checks import from_micro
from yunqi.store.contracts import Contract, list_signatures, require_contract
from yunqi.store.evidence_import import USAGE_FACT
from yunqi.store.facts import list_facts, list_marks
from yunqi.store.locks import lock_contract, lock_contract_alone
from yunqi.store.parties import list_systems
from yunqi.store.price_lines import read_line_numbers
from yunqi.store.readings import list_readings
from yunqi.store.resources import find_first_draw, list_draws
from yunqi.store.statements import (
    StatementRow,
    keep_statement,
    last_known_at,
    list_charging,
    list_exclusions,
)


def close_month(
    installation: Installation, contract: str, month_text: str, *, known_at: datetime | None = None
) -> StatementRow:
    """Computes and keeps the statement of a month that is over, as known now or at an earlier instant.

    Raises `Problem` month.unreadable, month.not_over, month.outside_term, and `Trouble` month.overtaken.
    """
    month = Month.parse(month_text)
    if known_at is None:
        inputs = _read_as_known_now(installation, contract, month)
        now = inputs.known_at
    else:
        inputs, now = read_inputs(installation, contract, month, known_at), installation.clock.now()
    computed = compute_statement(inputs)
    with installation.database.write() as connection:
        if known_at is None:
            _refuse_overtaken(connection, inputs)
        return keep_statement(
            connection,
            inputs.contract_id,
            month=str(month),
            provisional=computed.provisional,
            data=computed.model_dump(mode="json"),
            known_at=inputs.known_at,
            now=now,
        )


def _read_as_known_now(installation: Installation, contract: str, month: Month) -> Inputs:
    """What a month needs as known now, with every lateness that the ledger shows; one not recorded yet is recorded."""
    now = _settle_writers(installation, contract)
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
        foresee_month(connection, found.id)
        fresh = find_new_lateness(connection, installation, found, now)
        if not fresh.facts:
            return _read_inputs(connection, installation, found, month, now)
    with installation.database.write() as connection:
        lock_contract_alone(connection, found.id)
        now = installation.clock.now()
        record_new_lateness(connection, installation, found, fresh, now)
    return read_inputs(installation, found.id, month, now)


def _settle_writers(installation: Installation, contract: str) -> datetime:
    """Now, at a moment when whoever has begun to write about the contract is done: "as known now" can be read again."""
    with installation.database.write() as connection:
        lock_contract_alone(connection, require_contract(connection, contract).id)
        return installation.clock.now()


def _refuse_overtaken(connection: Connection, inputs: Inputs) -> None:
    """Raises `Trouble` month.overtaken: of two who close months of a contract at once, the one who knew less comes too
    late. Both would take their penalties from the same rest of an instalment, of the bond, or under a cap.
    """
    lock_contract(connection, inputs.contract_id)
    known_at = last_known_at(connection, inputs.contract_id)
    charging = list_charging(connection, inputs.contract_id, but_month=str(inputs.month), known_at=inputs.known_at)
    taken, charged = sum_taken(data["offset"] for _month, data in charging), sum_charged(charging)
    later = known_at is not None and known_at > inputs.known_at
    if later or (taken, charged) != (inputs.taken_fen, inputs.charged_fen):
        raise Trouble(
            "month.overtaken",
            "结算 {month} 期间，他人已以更新的数据生成了结算单",
            month=inputs.month,
            way_out="请重试，以最新数据计算",
        )


def recompute(installation: Installation, row: StatementRow) -> Statement:
    """The statement of a month again, as known when it was made."""
    return compute_statement(read_inputs(installation, row.contract_id, Month.parse(row.month), row.known_at))


def read_inputs(installation: Installation, contract: str, month: Month, known_at: datetime) -> Inputs:
    """Everything that one statement needs, read in one transaction."""
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
        foresee_month(connection, found.id)
        return _read_inputs(connection, installation, found, month, known_at)


def _read_inputs(
    connection: Connection, installation: Installation, found: Contract, month: Month, known_at: datetime
) -> Inputs:
    at = month.span.end_at - timedelta(microseconds=1)
    data = data_at(connection, found, at, known_at)
    begun = month.span.start_at
    if found.start_on is not None:
        begun = max(begun, day_start(found.start_on))
    before = data_at(connection, found, begun, known_at)
    findings = read_findings(connection, found, known_at)
    charging = list_charging(connection, found.id, but_month=str(month), known_at=known_at)
    return Inputs(
        contract=data,
        before=None if before == data else before,
        month=month,
        known_at=known_at,
        calendar=installation.calendar,
        contract_id=found.id,
        readings=tuple(
            Reading(code, str(one.value), one.agreement, one.id)
            for code, one in list_readings(connection, found.id, at=at, known_at=known_at).items()
        ),
        changed=read_changed(connection, found, begun, month.span.end_at, known_at),
        systems=read_systems(connection, found, data, at, known_at),
        draws=read_draws(connection, found, month.span, known_at),
        objects=read_objects(connection, found, month, known_at),
        exclusions=tuple(
            (one.object, Exclusion(one.id, Span(one.start_at, one.end_at), one.clause, one.approved_by))
            for one in list_exclusions(connection, found.id, known_at=known_at)
        ),
        suspensions=read_suspensions(
            connection, found, installation.calendar, end_at=month.span.end_at, known_at=known_at
        ),
        incidents=_read_incidents(connection, found, known_at),
        adjudications=findings.counted,
        dates={
            **read_dates(connection, found),
            **read_expiry(connection, found, month.end_on, known_at),
            **read_trigger_dates(connection, found.id, end_at=month.span.end_at, known_at=known_at),
        },
        payments=read_payments(connection, found.id, known_at=known_at),
        bond_held_fen=read_held(connection, found, installation.calendar, end_at=month.span.end_at, known_at=known_at),
        occurrences=read_occurrences(connection, found.id, end_at=month.span.end_at, known_at=known_at),
        late=read_late(connection, found.id, end_at=month.span.end_at, known_at=known_at),
        frozen=findings.frozen,
        taken_fen=sum_taken(data["offset"] for _month, data in charging),
        charged_fen=sum_charged(charging),
        metered_from=read_metered_from(connection, found, known_at),
        people=read_people_of(connection, found.id, data, installation.calendar, known_at=known_at),
        protected=read_protected(connection, found.id, known_at=known_at),
    )


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


def _read_incidents(connection: Connection, contract: Contract, known_at: datetime) -> tuple[IncidentFacts, ...]:
    rows = cases_store.list_cases(connection, contract.id, kind="incident", known_at=known_at)
    events = cases_store.list_events_of_cases(connection, tuple(row.id for row in rows), known_at=known_at)
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
    later = cases_store.list_changed_after(connection, tuple(row.id for row in rows), known_at)
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
