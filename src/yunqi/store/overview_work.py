"""What an overview needs of the work under way: cases, resources, outages, proposals, seals, the audit trail."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, and_, cast, func, or_, select, text, tuple_

from yunqi.kernel.clock import parse_instant
from yunqi.kernel.period import Span, date_of
from yunqi.kernel.rights import Caller
from yunqi.store.case_lists import case_scope
from yunqi.store.cases import CaseEvent, list_events_of_cases
from yunqi.store.scopes import contract_scope, resource_scope
from yunqi.store.tables import (
    audit,
    case,
    case_event,
    contract,
    day_root,
    exclusion,
    fact,
    fact_pending,
    information_system,
    person,
    probe_day,
    probe_result,
    resource,
    resource_status,
    verdict_day,
)

_phase = func.coalesce(resource_status.c.phase, "ordered")


def list_lasting_cases(
    connection: Connection, caller: Caller, kind: str, states: Iterable[str], *, limit: int = 500
) -> tuple[tuple[Row[Any], ...], dict[str, tuple[CaseEvent, ...]]]:
    """The cases of a kind that stand in some states, the oldest first, with their events by case."""
    query = (
        select(case, information_system.c.name.label("system"))
        .join(contract, contract.c.id == case.c.contract_id)
        .outerjoin(information_system, information_system.c.id == case.c.system_id)
        .where(case.c.kind == kind, case.c.state.in_(tuple(states)), contract_scope(caller), case_scope(caller))
        .order_by(case.c.opened_at, case.c.id)
        .limit(limit)
    )
    rows = tuple(connection.execute(query).all())
    return rows, list_events_of_cases(connection, tuple(row.id for row in rows)) if rows else {}


def list_confirmed(connection: Connection, caller: Caller, kind: str) -> frozenset[str]:
    """The cases of a kind that somebody of the caller's organisation has confirmed."""
    query = (
        select(case_event.c.case_id)
        .join(case, case.c.id == case_event.c.case_id)
        .join(person, person.c.id == case_event.c.person_id)
        .join(contract, contract.c.id == case.c.contract_id)
        .where(case.c.kind == kind, case_event.c.event == "confirm", contract_scope(caller))
        .where(person.c.organisation_id == caller.organisation_id)
    )
    return frozenset(connection.scalars(query))


def list_cases_since(connection: Connection, caller: Caller, kind: str, since: datetime) -> tuple[Row[Any], ...]:
    """Contract, state, opening and data of each case of a kind that was opened since an instant."""
    query: Select[Any] = (
        select(case.c.contract_id, case.c.state, case.c.opened_at, case.c.data)
        .join(contract, contract.c.id == case.c.contract_id)
        .where(case.c.kind == kind, case.c.opened_at >= since, contract_scope(caller), case_scope(caller))
        .order_by(case.c.opened_at)
    )
    return tuple(connection.execute(query).all())


def count_resources(connection: Connection, caller: Caller) -> dict[str, dict[str, int]]:
    """How many live resources are in each phase, by contract."""
    query = (
        select(resource.c.contract_id, _phase, func.count())
        .join(contract, contract.c.id == resource.c.contract_id)
        .outerjoin(resource_status, resource_status.c.resource_id == resource.c.id)
        .where(resource.c.gone_at.is_(None), contract_scope(caller), resource_scope(caller))
        .group_by(resource.c.contract_id, _phase)
    )
    found: dict[str, dict[str, int]] = {}
    for contract_id, phase, count in connection.execute(query):
        found.setdefault(contract_id, {})[phase] = count
    return found


def list_unready_resources(connection: Connection, caller: Caller, *, limit: int) -> tuple[Row[Any], ...]:
    """Live resources that are not ready and whose end nobody asked for, the oldest first."""
    query: Select[Any] = (
        select(resource.c.id, resource.c.kind, resource.c.name, resource.c.contract_id, resource.c.created_at)
        .add_columns(_phase.label("phase"), information_system.c.name.label("system"))
        .join(contract, contract.c.id == resource.c.contract_id)
        .outerjoin(resource_status, resource_status.c.resource_id == resource.c.id)
        .outerjoin(information_system, information_system.c.id == resource.c.system_id)
        .where(resource.c.gone_at.is_(None), resource.c.delete_asked_at.is_(None), _phase != "ready")
        .where(contract_scope(caller), resource_scope(caller))
        .order_by(resource.c.created_at, resource.c.id)
        .limit(limit)
    )
    return tuple(connection.execute(query).all())


def list_downtime(
    connection: Connection,
    caller: Caller,
    *,
    since: datetime,
    objects: Iterable[tuple[str, str]],
    longer: Collection[str] = (),
    longer_since: datetime | None = None,
) -> dict[tuple[str, str], tuple[Span, ...]]:
    """The spans since an instant over which an object was seen down, by contract and object, exclusions included.

    Of the contracts in `longer` they reach back to `longer_since`.
    Down wins over whatever else was seen, so nothing else is read. Days that are not closed yet are looked at for
    `objects` (contract and object) only: those that have an incident.
    """
    found: dict[tuple[str, str], list[Span]] = {}
    within: ColumnElement[bool] = verdict_day.c.day >= date_of(since).isoformat()
    if longer and longer_since is not None:
        early = verdict_day.c.day >= date_of(longer_since).isoformat()
        within = or_(within, and_(verdict_day.c.contract_id.in_(tuple(longer)), early))
    closed = (
        select(verdict_day.c.contract_id, verdict_day.c.object, verdict_day.c.spans)
        .join(contract, contract.c.id == verdict_day.c.contract_id)
        .where(contract_scope(caller), within)
        .where(cast(verdict_day.c.spans, Text).contains('"down"', autoescape=True))
    )
    for contract_id, subject, pieces in connection.execute(closed):
        for start, end, verdict, *_count in pieces:
            if verdict == "down":
                span = Span(parse_instant(start), parse_instant(end))
                found.setdefault((contract_id, subject), []).append(span)
    wanted = sorted(set(objects))
    if wanted:
        results = select(
            probe_result.c.contract_id, probe_result.c.object, probe_result.c.at, probe_result.c.until_at
        ).where(
            tuple_(probe_result.c.contract_id, probe_result.c.object).in_(wanted),
            probe_result.c.at >= since,
            probe_result.c.verdict == "down",
        )
        for contract_id, subject, at, until in connection.execute(results):
            found.setdefault((contract_id, subject), []).append(Span(at, until))
    return {key: tuple(spans) for key, spans in found.items()}


def measured_contracts(connection: Connection, caller: Caller, *, since: datetime) -> frozenset[str]:
    """The contracts of which anything was observed since an instant: without it nothing is known, not even up."""
    first = date_of(since).isoformat()
    found: set[str] = set()
    for table in (verdict_day, probe_day):
        observed = select(table.c.day).where(table.c.contract_id == contract.c.id, table.c.day >= first)
        query = select(contract.c.id).where(contract_scope(caller), observed.exists())
        found.update(connection.scalars(query))
    return frozenset(found)


def list_exclusions_since(connection: Connection, caller: Caller, since: datetime) -> tuple[Row[Any], ...]:
    """Exclusions whose time ends after an instant or that were recorded after it, the newest first."""
    query = (
        select(exclusion)
        .join(contract, contract.c.id == exclusion.c.contract_id)
        .where(contract_scope(caller), (exclusion.c.end_at > since) | (exclusion.c.recorded_at > since))
        .order_by(exclusion.c.recorded_at.desc(), exclusion.c.id.desc())
    )
    return tuple(connection.execute(query).all())


def count_unsealed(connection: Connection) -> tuple[tuple[str, int, datetime], ...]:
    """Contracts with facts that no chain holds yet: how many, and when the oldest was recorded."""
    query = (
        select(fact_pending.c.contract_id, func.count(), func.min(fact.c.recorded_at))
        .join(fact, fact.c.no == fact_pending.c.fact_no)
        .group_by(fact_pending.c.contract_id)
        .order_by(fact_pending.c.contract_id)
    )
    return tuple((row[0], row[1], row[2]) for row in connection.execute(query))


def last_root_days(connection: Connection) -> dict[str, str]:
    """The last day whose root is signed, by contract."""
    query = select(day_root.c.contract_id, func.max(day_root.c.day)).group_by(day_root.c.contract_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def count_audit(connection: Connection, since: datetime, actions: Iterable[str]) -> dict[str, int]:
    """Audit rows since an instant: `refused`, `assumed` (under an assumed role), `sensitive` (of these actions)."""
    window = audit.c.at >= since
    kinds = {
        "refused": audit.c.outcome.not_in(("done", "proposed")),
        "assumed": audit.c.assumption_id.is_not(None),
        "sensitive": audit.c.action.in_(tuple(actions)),
    }
    return {
        name: int(connection.execute(select(func.count()).where(window, condition)).scalar_one())
        for name, condition in kinds.items()
    }


_IDLE = text(
    "SELECT r.id, r.name, r.contract_id,"
    " (SELECT s.value FROM sample s WHERE s.resource_id = r.id AND s.meter = :meter AND s.at >= :since"
    "  ORDER BY s.at LIMIT 1) AS first_value,"
    " (SELECT s.value FROM sample s WHERE s.resource_id = r.id AND s.meter = :meter AND s.at >= :since"
    "  ORDER BY s.at DESC LIMIT 1) AS last_value"
    " FROM resource r JOIN resource_status t ON t.resource_id = r.id"
    " WHERE r.gone_at IS NULL AND r.kind = :kind AND t.phase = 'ready' AND t.ready_at < :since"
)


def read_counters(
    connection: Connection, *, kind: str, meter: str, since: str
) -> tuple[tuple[str, str, str, int, int], ...]:
    """First and last value of a counter since an instant (as text) of each resource of a kind that was ready before:
    id, name, contract, both values. A resource without samples is not among them.
    """
    rows = connection.execute(_IDLE, {"kind": kind, "meter": meter, "since": since})
    return tuple((row[0], row[1], row[2], row[3], row[4]) for row in rows if row[3] is not None and row[4] is not None)
