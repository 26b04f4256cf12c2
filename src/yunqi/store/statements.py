"""Statements as they were made: never changed, each with the digest of its data; and the exclusions they rest on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, and_, bindparam, func, select

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import check_text, sm3_hex
from yunqi.store.facts import REPORTED, NewFact, record_fact, record_facts
from yunqi.store.json_values import json_part
from yunqi.store.locks import lock_contract
from yunqi.store.moment import by_contract, of_each
from yunqi.store.parties import require_person
from yunqi.store.tables import exclusion, statement
from yunqi.store.types import CanonicalText, canonical_members, canonical_object


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


@dataclass(frozen=True, slots=True)
class NewStatement:
    """A statement to be kept: its data, their canonical text, and the digest of them without `known_at`."""

    contract_id: str
    month: str
    provisional: bool
    data: Mapping[str, Any]
    text: CanonicalText
    sm3: str
    known_at: datetime


def make_new(
    contract_id: str, *, month: str, provisional: bool, data: Mapping[str, Any], known_at: datetime
) -> NewStatement:
    """A statement as it is to be kept; its text and digest are made before the transaction that keeps it."""
    members = canonical_members(data)
    sm3 = sm3_hex(canonical_object({key: text for key, text in members.items() if key != "known_at"}).encode())
    return NewStatement(contract_id, month, provisional, dict(data), canonical_object(members), sm3, known_at)


def keep_statements(connection: Connection, new: Sequence[NewStatement], *, now: datetime) -> tuple[StatementRow, ...]:
    """Keeps statements, each as the next version of its contract's month; one that says the same as the last is that
    one. A contract has one of a month among them at most.
    """
    lock_contract(connection, *(one.contract_id for one in new))
    last = _list_last(connection, new)
    kept: list[StatementRow] = []
    rows: list[dict[str, Any]] = []
    facts: list[NewFact] = []
    for one in new:
        before = last.get((one.contract_id, one.month))
        if before is not None and before.sm3 == one.sm3:
            kept.append(require_statement(connection, before.id))
            continue
        names = ("contract_id", "month", "provisional", "sm3", "known_at")
        values: dict[str, Any] = {name: getattr(one, name) for name in names}
        values |= {"id": make_id("stm"), "version": 1 if before is None else before.version + 1, "made_at": now}
        kept.append(StatementRow(**values, data=one.data))
        rows.append({**values, "data": one.text})
        payload = {"statement": values["id"], "month": one.month, "sm3": one.sm3, "provisional": one.provisional}
        facts.append(NewFact(one.contract_id, "statement.made", values["id"], now, payload, REPORTED))
    if rows:
        connection.execute(statement.insert(), rows)
        record_facts(connection, facts, now=now)
    return tuple(kept)


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


Charging = tuple[tuple[str, dict[str, Any]], ...]
_CHARGES = ("offset", "caps")
_SOME = statement.c.contract_id.in_(bindparam("contracts", expanding=True))
_NEWEST = (
    select(statement.c.contract_id, statement.c.month, func.max(statement.c.version).label("version"))
    .where(
        _SOME,
        statement.c.month != bindparam("month"),
        statement.c.made_at <= bindparam("known_at", type_=statement.c.made_at.type),
    )
    .group_by(statement.c.contract_id, statement.c.month)
    .subquery()
)
_CHARGING = (
    select(
        statement.c.contract_id,
        statement.c.month,
        *(json_part(statement.c.data, name).label(name) for name in _CHARGES),
    )
    .join(
        _NEWEST,
        and_(
            _NEWEST.c.contract_id == statement.c.contract_id,
            _NEWEST.c.month == statement.c.month,
            _NEWEST.c.version == statement.c.version,
        ),
    )
    .where(_SOME, statement.c.provisional.is_(False))
    .order_by(statement.c.contract_id, statement.c.month)
)


def list_charging(connection: Connection, contract_id: str, *, but_month: str, known_at: datetime) -> Charging:
    """What the newest statement of each other month charges (month, its `offset` and `caps`), as made by `known_at`;
    provisional ones charge nothing yet. The rest of a statement is not read: there is one more with every month.
    """

    def read(ids: Collection[str]) -> dict[str, Charging]:
        return list_charging_of(connection, ids, but_month=but_month, known_at=known_at)

    return of_each(connection, ("charging", but_month, known_at), contract_id, read) or ()


def list_charging_of(
    connection: Connection, contract_ids: Collection[str], *, but_month: str, known_at: datetime
) -> dict[str, Charging]:
    """The same of several contracts, by contract; of one that is charged nothing, nothing."""
    given = {"contracts": list(contract_ids), "month": but_month, "known_at": known_at}
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for contract_id, month, *parts in connection.execute(_CHARGING, given):
        texts = zip(_CHARGES, parts, strict=True)
        charges = {name: orjson.loads(text) for name, text in texts if text is not None}
        found.setdefault(contract_id, []).append((month, charges))
    return {contract_id: tuple(charging) for contract_id, charging in found.items()}


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

    def read(ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        query = select(exclusion).where(exclusion.c.contract_id.in_(ids)).order_by(exclusion.c.id)
        if known_at is not None:
            query = query.where(exclusion.c.recorded_at <= known_at)
        return by_contract(connection.execute(query), lambda row: str(row.contract_id))

    rows = of_each(connection, ("exclusions", known_at), contract_id, read) or ()
    return tuple(
        ExclusionRow(row.id, row.object, row.start_at, row.end_at, row.clause, row.reason, row.approved_by)
        for row in rows
    )


def last_known_at(connection: Connection, contract_ids: Collection[str]) -> dict[str, datetime]:
    """By contract the latest instant as known at which a statement of it was made; without those that have none."""
    last = select(statement.c.contract_id, func.max(statement.c.known_at))
    query = last.where(statement.c.contract_id.in_(contract_ids)).group_by(statement.c.contract_id)
    return {row[0]: row[1] for row in connection.execute(query)}


def _list_last(
    connection: Connection, new: Sequence[NewStatement]
) -> dict[tuple[str, str], Row[Any, Any, Any, Any, Any]]:
    """The newest version, if there is one, by contract and month."""
    columns = (statement.c.contract_id, statement.c.month, statement.c.id, statement.c.version, statement.c.sm3)
    query = select(*columns).where(
        statement.c.contract_id.in_(sorted({one.contract_id for one in new})),
        statement.c.month.in_(sorted({one.month for one in new})),
    )
    rows = connection.execute(query.order_by(statement.c.version))
    found: dict[tuple[str, str], Row[Any, Any, Any, Any, Any]] = {}
    for row in rows:
        found[row.contract_id, row.month] = row
    return found


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
