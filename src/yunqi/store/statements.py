"""Statements as they were made: never changed, each with the digest of its data; and the exclusions they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, select

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import check_text, sm3_hex
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.json_values import json_part
from yunqi.store.locks import lock_contract
from yunqi.store.parties import require_person
from yunqi.store.tables import exclusion, statement
from yunqi.store.types import canonical_members, canonical_object


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement as kept; `version` counts from 1 within contract and month."""

    id: str
    contract_id: str
    month: str
    version: int
    provisional: bool
    sm3: str
    known_at: datetime
    made_at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """Time of an object that does not count, approved by a person under a clause."""

    id: str
    object: str
    start_at: datetime
    end_at: datetime
    clause: str
    reason: str
    approved_by: str


def keep_statement(
    connection: Connection,
    contract_id: str,
    *,
    month: str,
    provisional: bool,
    data: Mapping[str, Any],
    known_at: datetime,
    now: datetime,
) -> StatementRow:
    """Keeps a statement as the next version of its month; one that says the same as the last is that one."""
    lock_contract(connection, contract_id)
    members = canonical_members(data)
    sm3 = sm3_hex(canonical_object({key: text for key, text in members.items() if key != "known_at"}).encode())
    last = _last(connection, contract_id, month)
    if last is not None and last.sm3 == sm3:
        return require_statement(connection, last.id)
    identifier = make_id("stm")
    version = 1 if last is None else last.version + 1
    made = StatementRow(identifier, contract_id, month, version, provisional, sm3, known_at, now, dict(data))
    values = {
        "id": identifier,
        "contract_id": contract_id,
        "month": month,
        "version": version,
        "provisional": provisional,
        "data": canonical_object(members),
        "sm3": sm3,
        "known_at": known_at,
        "made_at": now,
    }
    connection.execute(statement.insert().values(values))
    payload = {"statement": identifier, "month": month, "sm3": sm3, "provisional": provisional}
    record_fact(connection, NewFact(contract_id, "statement.made", identifier, now, payload, REPORTED), now=now)
    return made


def require_statement(connection: Connection, statement_id: str) -> StatementRow:
    """The statement of this id; raises `Problem` statement.unknown."""
    row = connection.execute(select(statement).where(statement.c.id == statement_id)).first()
    if row is None:
        raise Problem(
            "statement.unknown",
            "没有结算单「{value}」",
            field="statement",
            value=statement_id,
            way_out="请核对标识：yunqi statement list 合同编号",
        )
    return _to_row(row)


def list_statements(connection: Connection, contract_id: str) -> tuple[StatementRow, ...]:
    """All statements of a contract, by month and version."""
    query = select(statement).where(statement.c.contract_id == contract_id)
    return tuple(_to_row(row) for row in connection.execute(query.order_by(statement.c.month, statement.c.version)))


_CHARGES = ("offset", "caps")


def list_charging(
    connection: Connection, contract_id: str, *, but_month: str, known_at: datetime
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What the newest statement of each other month charges (month, its `offset` and `caps`), as made by `known_at`;
    provisional ones charge nothing yet. The rest of a statement is not read: there is one more with every month.
    """
    newest = (
        select(statement.c.month, func.max(statement.c.version).label("version"))
        .where(statement.c.contract_id == contract_id, statement.c.month != but_month, statement.c.made_at <= known_at)
        .group_by(statement.c.month)
        .subquery()
    )
    rows = connection.execute(
        select(statement.c.month, *(json_part(statement.c.data, name).label(name) for name in _CHARGES))
        .join(newest, (newest.c.month == statement.c.month) & (newest.c.version == statement.c.version))
        .where(statement.c.contract_id == contract_id, statement.c.provisional.is_(False))
        .order_by(statement.c.month)
    )
    return tuple(
        (month, {name: orjson.loads(text) for name, text in zip(_CHARGES, parts, strict=True) if text is not None})
        for month, *parts in rows
    )


def list_offsets(
    connection: Connection, contract_id: str, *, but_month: str, known_at: datetime
) -> tuple[tuple[dict[str, Any], ...], ...]:
    """What those statements take their penalty from."""
    charging = list_charging(connection, contract_id, but_month=but_month, known_at=known_at)
    return tuple(tuple(data["offset"]) for _month, data in charging)


def record_exclusion(
    connection: Connection,
    contract_id: str,
    *,
    object_: str,
    start_at: datetime,
    end_at: datetime,
    clause: str,
    reason: str,
    approved_by: str,
    now: datetime,
    asked_by: str | None = None,
) -> str:
    """Records that a time does not count, with approver and clause; `asked_by` is who asked for it.

    Raises `Problem` exclusion.span.
    """
    if start_at >= end_at:
        raise Problem(
            "exclusion.span",
            "剔除时段的结束 {end} 不晚于开始 {start}",
            field="until",
            start=render_instant(start_at),
            end=render_instant(end_at),
            way_out="请核对两个时间",
        )
    require_person(connection, approved_by)
    identifier = make_id("exc")
    values = {
        "object": check_text("object", object_, 120),
        "clause": check_text("clause", clause, 200),
        "reason": check_text("reason", reason, 300),
        "approved_by": approved_by,
    }
    connection.execute(
        exclusion.insert().values(
            id=identifier, contract_id=contract_id, start_at=start_at, end_at=end_at, recorded_at=now, **values
        )
    )
    payload = {"exclusion": identifier, "start": render_instant(start_at), "end": render_instant(end_at), **values}
    if asked_by is not None:
        payload["asked_by"] = asked_by
    record_fact(connection, NewFact(contract_id, "exclusion.recorded", object_, now, payload, REPORTED), now=now)
    return identifier


def list_exclusions(
    connection: Connection, contract_id: str, *, known_at: datetime | None = None
) -> tuple[ExclusionRow, ...]:
    """The exclusions of a contract, as known at an instant (None: now)."""
    query = select(exclusion).where(exclusion.c.contract_id == contract_id).order_by(exclusion.c.id)
    if known_at is not None:
        query = query.where(exclusion.c.recorded_at <= known_at)
    return tuple(
        ExclusionRow(row.id, row.object, row.start_at, row.end_at, row.clause, row.reason, row.approved_by)
        for row in connection.execute(query)
    )


def last_known_at(connection: Connection, contract_id: str) -> datetime | None:
    """The latest instant as known at which a statement of the contract was made; None when there is none."""
    query = select(func.max(statement.c.known_at)).where(statement.c.contract_id == contract_id)
    last: datetime | None = connection.execute(query).scalar_one()
    return last


def _last(connection: Connection, contract_id: str, month: str) -> Row[Any, Any, Any] | None:
    columns = (statement.c.id, statement.c.version, statement.c.sm3)
    query = select(*columns).where(statement.c.contract_id == contract_id, statement.c.month == month)
    return connection.execute(query.order_by(statement.c.version.desc()).limit(1)).first()


def _to_row(row: Row[Any]) -> StatementRow:
    return StatementRow(
        row.id,
        row.contract_id,
        row.month,
        row.version,
        row.provisional,
        row.sm3,
        row.known_at,
        row.made_at,
        row.data,
    )
