"""Work orders, incidents and adjudications: what the state machines allow, kept in the store with its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.cases import acceptance, adjudication, incident, logbook, rectification, work_order
from yunqi.cases import exit as leaving
from yunqi.cases import register as registers
from yunqi.cases.machine import PROBE, Event, Machine
from yunqi.cases.machine import Case as CaseState
from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.operations.installation import Installation
from yunqi.operations.parties import require_system
from yunqi.store import cases as store
from yunqi.store.contracts import require_contract
from yunqi.store.facts import MEASURED, REPORTED, NewFact, record_fact
from yunqi.store.parties import require_organisation, require_person

_APPLY: Mapping[str, Callable[[CaseState, Event], CaseState]] = {
    "work_order": work_order.apply,
    "incident": incident.apply,
    "adjudication": adjudication.apply,
    "rectification": rectification.apply,
    "acceptance": acceptance.apply,
    "exit": leaving.apply,
    **dict.fromkeys(registers.REGISTERS, registers.apply),
    **dict.fromkeys(logbook.LOGBOOKS, logbook.apply),
}
MACHINES: Mapping[str, Machine] = {
    "work_order": work_order.MACHINE,
    "incident": incident.MACHINE,
    "adjudication": adjudication.MACHINE,
    "rectification": rectification.MACHINE,
    "acceptance": acceptance.MACHINE,
    "exit": leaving.MACHINE,
    **registers.MACHINES,
    **logbook.MACHINES,
}


def open_work_order(
    installation: Installation,
    *,
    contract_id: str,
    kind: str,
    title: str,
    tenant_id: str,
    person_id: str,
    system_id: str | None = None,
    number: str | None = None,
) -> store.Case:
    """A drafted work order of a contract."""
    state = work_order.open_work_order(kind, {})
    return _open(installation, state, contract_id, title, person_id, tenant_id, system_id, number)


def open_adjudication(
    installation: Installation,
    *,
    contract_id: str,
    event: str,
    question: str,
    answer: object,
    evidence: str,
    person_id: str,
    role: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> store.Case:
    """A proposed finding on an event of a statement; it counts once both parties have confirmed it.

    `data`: the `events` that the event stands for, where it stands for several, and what they are called (`line`).
    `role`: that of the organisation in whose name the person proposes it, where it is not their own; it alone may take
    it back.
    """
    with installation.database.write() as connection:
        said = {**(data or {}), "opened_by": role or role_of(connection, person_id)}
        state = adjudication.open_adjudication(event, question, answer, evidence, said)
        return open_within(connection, installation, state, contract_id, f"{event} {question}"[:300], person_id)


def _open(
    installation: Installation,
    state: CaseState,
    contract_id: str,
    title: str,
    person_id: str,
    tenant_id: str | None,
    system_id: str | None,
    number: str | None,
) -> store.Case:
    with installation.database.write() as connection:
        return open_within(connection, installation, state, contract_id, title, person_id, tenant_id, system_id, number)


def open_within(
    connection: Connection,
    installation: Installation,
    state: CaseState,
    contract_id: str,
    title: str,
    person_id: str,
    tenant_id: str | None = None,
    system_id: str | None = None,
    number: str | None = None,
) -> store.Case:
    """Opens a case within the caller's transaction, as a fact too."""
    now = installation.clock.now()
    opened = store.open_case(
        connection,
        kind=state.kind,
        contract_id=contract_id,
        title=title,
        state=state.state,
        data=state.data,
        opened_at=now,
        now=now,
        number=number,
        tenant_id=tenant_id,
        system_id=system_id,
    )
    payload = {"number": opened.number, "title": opened.title, "person": person_id, "data": dict(state.data)}
    new = NewFact(contract_id, f"{state.kind}.opened", opened.id, now, payload, REPORTED)
    record_fact(connection, new, now=now)
    return opened


def add_event(
    installation: Installation,
    case_id: str,
    event: str,
    *,
    person_id: str | None,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> store.Case:
    """One event of a case by a person (None: a probe), refused where the state machine refuses it."""
    with installation.database.write() as connection:
        return add_event_within(connection, installation, case_id, event, person_id=person_id, at=at, data=data)


def add_event_within(
    connection: Connection,
    installation: Installation,
    case_id: str,
    event: str,
    *,
    person_id: str | None,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
    sample: bool = False,
    origin: str | None = None,
    role: str | None = None,
) -> store.Case:
    """As `add_event`, within the caller's transaction; `role` is that of the organisation in whose name the person
    acts, where it is not their own (an assumed role).
    """
    now = installation.clock.now()
    found = store.require_case(connection, case_id)
    state = load_state(connection, found)
    said_by = role or role_of(connection, person_id)
    after = _APPLY[found.kind](state, Event(event, at or now, said_by, person_id, dict(data or {})))
    return store.add_case_event(
        connection,
        found.id,
        event=event,
        at=at or now,
        state=after.state,
        now=now,
        expected_count=found.event_count,
        person_id=person_id,
        event_data=dict(data or {}),
        case_data=dict(after.data),
        origin=origin or (MEASURED if person_id is None else REPORTED),
        sample=sample,
    )


def load_state(connection: Connection, found: store.Case) -> CaseState:
    """The case as its state machine sees it."""
    events = tuple(
        Event(one.event, one.at, role_of(connection, one.person_id), one.person_id, one.data)
        for one in store.list_case_events(connection, found.id)
    )
    return CaseState(found.kind, found.state, dict(found.data), events)


def role_of(connection: Connection, person_id: str | None) -> str:
    """The role of a person's organisation; a probe's own for no person."""
    if person_id is None:
        return PROBE
    return require_organisation(connection, require_person(connection, person_id).organisation_id).role


def open_incident(
    installation: Installation,
    contract: str,
    title: str,
    *,
    occurred_at: datetime | None,
    system: str | None,
    subject: str,
    kind: str,
    type_: str,
    person_id: str | None = None,
) -> store.Case:
    """An incident that a person opens; raises `Problem` system.unknown and incident.future."""
    now = installation.clock.now()
    at = occurred_at or now
    if at > now:
        raise Problem(
            "incident.future",
            "事件的发生时间 {at} 尚未到来",
            field="at",
            at=render_local(at),
            way_out="请核对时间",
        )
    with installation.database.write() as connection:
        found = require_contract(connection, contract)
        return open_incident_within(
            connection,
            installation,
            contract_id=found.id,
            title=title,
            occurred_at=at,
            subject=subject,
            system_id=None if system is None else require_system(connection, found.using_unit_id, system, now).id,
            tenant_id=None,
            kind=kind,
            type_=type_,
            origin=REPORTED,
            person_id=person_id,
        )


def open_incident_within(
    connection: Connection,
    installation: Installation,
    *,
    contract_id: str,
    title: str,
    occurred_at: datetime,
    subject: str,
    system_id: str | None,
    tenant_id: str | None,
    kind: str = "fault",
    type_: str = "interruption",
    data: Mapping[str, Any] | None = None,
    origin: str = MEASURED,
    sample: bool = False,
    number: str | None = None,
    person_id: str | None = None,
) -> store.Case:
    """An open incident on an object, as a fact too; `person_id` is who reports it."""
    now = installation.clock.now()
    state = incident.open_incident(kind, type_, {"object": subject, **dict(data or {})})
    opened = store.open_case(
        connection,
        kind="incident",
        contract_id=contract_id,
        title=title,
        state=state.state,
        data=state.data,
        opened_at=occurred_at,
        now=now,
        number=number,
        tenant_id=tenant_id,
        system_id=system_id,
    )
    payload: dict[str, Any] = {
        "number": opened.number,
        "object": subject,
        "title": title,
        "occurred_at": render_instant(occurred_at),
        "system": system_id,
        "data": dict(state.data),
    }
    if person_id is not None:
        payload["person"] = person_id
    record_fact(
        connection, NewFact(contract_id, "incident.opened", opened.id, occurred_at, payload, origin, sample), now=now
    )
    return opened
