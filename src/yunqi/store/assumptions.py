"""Assumed roles (代入角色): who acted in whose name, under which consent, why, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.tables import assumption


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """One assumption. `organisation_id` is the using unit in whose name the person acted."""

    id: str
    consent_id: str
    person_id: str
    organisation_id: str
    roles: tuple[str, ...]
    system_ids: tuple[str, ...]
    reason: str
    begun_at: datetime
    until_at: datetime
    ended_at: datetime | None
    ended_by: str | None


def add_assumption(
    connection: Connection,
    *,
    consent_id: str,
    person_id: str,
    organisation_id: str,
    roles: Sequence[str],
    system_ids: Sequence[str],
    reason: str,
    until_at: datetime,
    now: datetime,
) -> AssumedRole:
    """Records that a role is assumed from now on."""
    identifier = make_id("asm")
    connection.execute(
        assumption.insert().values(
            id=identifier,
            consent_id=consent_id,
            person_id=person_id,
            organisation_id=organisation_id,
            roles=sorted(roles),
            system_ids=sorted(system_ids),
            reason=reason,
            begun_at=now,
            until_at=until_at,
        )
    )
    return require_assumption(connection, identifier)


def require_assumption(connection: Connection, assumption_id: str) -> AssumedRole:
    """The assumption of this id; raises `Problem` assumption.unknown."""
    row = connection.execute(select(assumption).where(assumption.c.id == assumption_id)).first()
    if row is None:
        raise Problem(
            "assumption.unknown",
            "没有代入记录「{value}」",
            field="assumption",
            value=assumption_id[:60],
            way_out="请刷新列表",
        )
    return _to_assumption(row)


def end_assumption(connection: Connection, assumption_id: str, *, by: str | None, now: datetime) -> bool:
    """Ends an assumption; False when it was ended before."""
    columns = assumption.c
    live = (columns.id == assumption_id, columns.ended_at.is_(None))
    return connection.execute(update(assumption).where(*live).values(ended_at=now, ended_by=by)).rowcount == 1


def end_assumptions_under(connection: Connection, consent_id: str, *, by: str | None, now: datetime) -> int:
    """Ends all live assumptions under a consent; returns how many."""
    columns = assumption.c
    live = (columns.consent_id == consent_id, columns.ended_at.is_(None))
    return connection.execute(update(assumption).where(*live).values(ended_at=now, ended_by=by)).rowcount


def list_assumptions(
    connection: Connection,
    *,
    organisation_id: str | None = None,
    person_id: str | None = None,
    live_at: datetime | None = None,
) -> tuple[AssumedRole, ...]:
    """Assumptions, the newest first: in the name of an organisation, by a person, or all; perhaps only live ones."""
    columns = assumption.c
    query = select(assumption).order_by(columns.id.desc())
    if organisation_id is not None:
        query = query.where(columns.organisation_id == organisation_id)
    if person_id is not None:
        query = query.where(columns.person_id == person_id)
    if live_at is not None:
        query = query.where(columns.until_at > live_at, or_(columns.ended_at.is_(None), columns.ended_at > live_at))
    return tuple(_to_assumption(row) for row in connection.execute(query))


def _to_assumption(row: Row[Any]) -> AssumedRole:
    return AssumedRole(
        row.id,
        row.consent_id,
        row.person_id,
        row.organisation_id,
        tuple(row.roles),
        tuple(row.system_ids),
        row.reason,
        row.begun_at,
        row.until_at,
        row.ended_at,
        row.ended_by,
    )
