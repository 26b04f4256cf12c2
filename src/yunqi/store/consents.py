"""Consents (授权同意): what was asked of a using unit, and what became of it. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, or_, select

from yunqi.kernel.consents import GIVEN, REFUSED, TENANT_DATA, WITHDRAWN, consent_holds, state_of
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import check_text
from yunqi.store.tables import consent, consent_event


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """What became of a consent: given, refused or withdrawn, by whom, when and why."""

    kind: str
    person_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """What was asked, with its events in order. No `person_id`: anybody of the organisation; no systems: all."""

    id: str
    using_unit_id: str
    organisation_id: str
    person_id: str | None
    scope: str
    roles: tuple[str, ...]
    system_ids: tuple[str, ...]
    reason: str
    valid_from: datetime
    valid_until: datetime
    asked_by: str
    recorded_at: datetime
    events: tuple[ConsentEvent, ...]

    def holds(self, at: datetime) -> bool:
        """Whether it holds at an instant, by what is known now."""
        return consent_holds([event.kind for event in self.events], self.valid_from, self.valid_until, at)

    def state(self, at: datetime) -> str:
        """asked, given, refused, withdrawn or over."""
        return state_of([event.kind for event in self.events], self.valid_until, at)


def add_consent(
    connection: Connection,
    *,
    using_unit_id: str,
    organisation_id: str,
    person_id: str | None,
    scope: str,
    roles: Sequence[str],
    system_ids: Sequence[str],
    reason: str,
    valid_from: datetime,
    valid_until: datetime,
    asked_by: str,
    now: datetime,
) -> Consent:
    """Records that a consent is asked for."""
    identifier = make_id("cst")
    connection.execute(
        consent.insert().values(
            id=identifier,
            using_unit_id=using_unit_id,
            organisation_id=organisation_id,
            person_id=person_id,
            scope=scope,
            roles=sorted(set(roles)),
            system_ids=sorted(set(system_ids)),
            reason=check_text("reason", reason, 300),
            valid_from=valid_from,
            valid_until=valid_until,
            asked_by=asked_by,
            recorded_at=now,
        )
    )
    return require_consent(connection, identifier)


def require_consent(connection: Connection, consent_id: str, *, lock: bool = False) -> Consent:
    """The consent of this id; `lock` keeps its row until the transaction ends. Raises `Problem` consent.unknown."""
    query = select(consent).where(consent.c.id == consent_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise Problem(
            "consent.unknown", "没有授权「{value}」", field="consent", value=consent_id[:60], way_out="请刷新列表"
        )
    return _with_events(connection, [row])[0]


def add_consent_event(
    connection: Connection, consent_id: str, *, kind: str, person_id: str, reason: str, now: datetime
) -> Consent:
    """Records what became of a consent.

    Raises `Problem` consent.settled when it was given or refused already, or can't be withdrawn as it does not hold.
    """
    found = require_consent(connection, consent_id, lock=True)
    kinds = {event.kind for event in found.events}
    fits = not kinds if kind in {GIVEN, REFUSED} else kinds == {GIVEN}
    if not fits or (kind == GIVEN and found.valid_until <= now):
        raise Problem(
            "consent.settled",
            "该授权当前状态为「{state}」，不能执行此操作",
            field="consent",
            state=found.state(now),
            way_out="请刷新后核对；如需要请重新申请",
        )
    row = {"kind": kind, "person_id": person_id, "reason": reason and check_text("reason", reason, 300), "at": now}
    connection.execute(consent_event.insert().values(consent_id=consent_id, **row))
    return require_consent(connection, consent_id)


def list_consents(
    connection: Connection, *, using_unit_id: str | None = None, organisation_id: str | None = None
) -> tuple[Consent, ...]:
    """Consents, the newest first: of a using unit, to an organisation, or all."""
    query: Select[Any] = select(consent).order_by(consent.c.id.desc())
    if using_unit_id is not None:
        query = query.where(consent.c.using_unit_id == using_unit_id)
    if organisation_id is not None:
        query = query.where(consent.c.organisation_id == organisation_id)
    return _with_events(connection, connection.execute(query).all())


def has_consent(
    connection: Connection, using_unit_id: str, organisation_id: str, person_id: str | None, at: datetime
) -> bool:
    """Whether the tenant's data may be reached by this organisation's person at an instant: `Target.consented`."""
    columns, events = consent.c, consent_event.c
    given = exists().where(events.consent_id == columns.id, events.kind == GIVEN, events.at <= at)
    undone = exists().where(events.consent_id == columns.id, events.kind == WITHDRAWN, events.at <= at)
    query = select(columns.id).where(
        columns.using_unit_id == using_unit_id,
        columns.organisation_id == organisation_id,
        columns.scope == TENANT_DATA,
        or_(columns.person_id.is_(None), columns.person_id == person_id),
        columns.valid_from <= at,
        columns.valid_until > at,
        given,
        ~undone,
    )
    return connection.execute(query.limit(1)).first() is not None


def _with_events(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Consent, ...]:
    events: dict[str, list[ConsentEvent]] = {row.id: [] for row in rows}
    table = consent_event
    query = select(table).where(table.c.consent_id.in_(list(events))).order_by(table.c.at, table.c.kind)
    for said in connection.execute(query) if events else ():
        events[said.consent_id].append(ConsentEvent(said.kind, said.person_id, said.reason, said.at))
    return tuple(
        Consent(
            row.id,
            row.using_unit_id,
            row.organisation_id,
            row.person_id,
            row.scope,
            tuple(row.roles),
            tuple(row.system_ids),
            row.reason,
            row.valid_from,
            row.valid_until,
            row.asked_by,
            row.recorded_at,
            tuple(events[row.id]),
        )
        for row in rows
    )
