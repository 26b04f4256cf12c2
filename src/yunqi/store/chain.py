"""Sealing: facts are ordered and chained per contract, and each day's end is signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, text

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_span, day_start
from yunqi.store.database import Database
from yunqi.store.dialect import insert_into
from yunqi.store.locks import lock_contract
from yunqi.store.records import (
    coalesce,
    compute_genesis,
    compute_sm3_of_lines,
    render_day,
    render_result,
    render_root,
    render_sealed,
    render_verdict_day,
    sm3_of_text,
)
from yunqi.store.signing import SigningKey
from yunqi.store.tables import chain, contract, day_root, document, fact_pending, probe_day, signing_key, verdict_day
from yunqi.store.types import canonical_json

BATCH = 5000

_READ_PENDING = text(
    "SELECT f.no, f.id, f.kind, f.subject, f.at, f.payload, f.origin, f.sample, f.key, f.recorded_at "
    "FROM fact_pending p JOIN fact f ON f.no = p.fact_no "
    "WHERE p.contract_id = :contract ORDER BY p.fact_no LIMIT :limit"
)
_WRITE_CHAIN = "INSERT INTO chain (contract_id, position, fact_no, previous, sm3, sealed_at) VALUES "
_DROP_PENDING = text(
    "DELETE FROM fact_pending WHERE contract_id = :contract AND fact_no IN "
    "(SELECT fact_no FROM chain WHERE contract_id = :contract AND position >= :first)"
)
_READ_RESULTS = text(
    "SELECT at, until_at, verdict, detail, sample, recorded_at FROM probe_result WHERE contract_id = :contract "
    "AND object = :object AND probe = :probe AND origin = :origin AND at >= :start AND at < :end ORDER BY at"
)


@dataclass(frozen=True, slots=True)
class DayRoot:
    """A day's signed end: the records up to `last_position`, and `verdict_count` verdict days, are as hashed."""

    contract_id: str
    day: date
    first_position: int
    last_position: int
    verdict_count: int
    sm3: str
    signature: str
    key_id: str
    closed_at: datetime


def seal_contract(database: Database, contract_id: str, *, now: datetime) -> int:
    """Chains all pending facts of a contract, a batch a transaction; returns how many.

    One sealer at a time works on a contract: a second one waits and finds nothing left.
    """
    sealed = 0
    while True:
        with database.write() as connection:
            count = _seal_batch(connection, contract_id, now)
        sealed += count
        if count < BATCH:
            return sealed


def seal_all(database: Database, *, now: datetime) -> int:
    """Chains the pending facts of every contract; returns how many."""
    with database.read() as connection:
        waiting = list(connection.scalars(select(fact_pending.c.contract_id).distinct()))
    return sum(seal_contract(database, contract_id, now=now) for contract_id in waiting)


def count_unsealed(connection: Connection, contract_id: str) -> int:
    """How many facts of a contract wait for their seal."""
    query = select(func.count()).where(fact_pending.c.contract_id == contract_id)
    return connection.execute(query).scalar_one()


def close_day(database: Database, contract_id: str, day: date, *, key: SigningKey, now: datetime) -> DayRoot:
    """Seals what is pending, closes the verdict days up to `day` and signs the root; again, it returns the same root.

    Raises `Problem` evidence.day_not_over, and evidence.day_order for a day before the last one that was closed.
    """
    if now < day_span(day).end_at:
        raise Problem(
            "evidence.day_not_over",
            "{day} 尚未结束，不能封存",
            field="day",
            day=day,
            way_out="请在次日零时（北京时间）之后封存",
        )
    seal_contract(database, contract_id, now=now)
    with database.write() as connection:
        genesis = _lock_chain(connection, contract_id)
        query = select(day_root).where(day_root.c.contract_id == contract_id).order_by(day_root.c.day.desc()).limit(1)
        before = connection.execute(query).first()
        if before is not None and before.day >= render_day(day):
            present = find_day_root(connection, contract_id, day)
            if present is not None:
                return present
            raise Problem(
                "evidence.day_order",
                "{last} 已封存，不能再封存更早的 {day}",
                field="day",
                last=before.day,
                day=day,
                way_out="之后收到的证据会随下一次封存签名",
            )
        _keep_key(connection, key, now)
        hashes = _close_verdict_days(connection, contract_id, day, now)
        last_position, chain_sm3 = _read_end(connection, contract_id, genesis)
        row = (
            render_day(day),
            1 if before is None else before.last_position + 1,
            last_position,
            chain_sm3,
            len(hashes),
            compute_sm3_of_lines(hashes),
            genesis if before is None else before.sm3,
            key.key_id,
            render_instant(now),
        )
        record = render_root(row, contract_id)
        names = ("day", "first_position", "last_position", "chain_sm3", "verdict_count", "verdicts_sm3", "previous")
        values: dict[str, Any] = dict(zip(names, row, strict=False))
        connection.execute(
            day_root.insert().values(
                contract_id=contract_id,
                sm3=sm3_of_text(record),
                signature=key.sign(record),
                key_id=key.key_id,
                closed_at=now,
                **values,
            )
        )
        made = find_day_root(connection, contract_id, day)
    if made is None:
        raise AssertionError("a root that was just written")
    return made


def find_day_root(connection: Connection, contract_id: str, day: date) -> DayRoot | None:
    """The root of a day, or None while it is open."""
    table = day_root
    query = select(table).where(table.c.contract_id == contract_id, table.c.day == render_day(day))
    row = connection.execute(query).first()
    return None if row is None else _to_root(row)


def list_day_roots(connection: Connection, contract_id: str) -> tuple[DayRoot, ...]:
    """All roots of a contract, in order."""
    query = select(day_root).where(day_root.c.contract_id == contract_id).order_by(day_root.c.day)
    return tuple(_to_root(row) for row in connection.execute(query))


def list_key_ids(connection: Connection) -> tuple[str, ...]:
    """The ids of the keys that have signed roots here."""
    return tuple(connection.scalars(select(signing_key.c.key_id).order_by(signing_key.c.key_id)))


def _lock_chain(connection: Connection, contract_id: str) -> str:
    """Takes the contract's lock (on SQLite the transaction has it); returns the genesis."""
    lock_contract(connection, contract_id)
    query = select(document.c.sm3).join(contract, contract.c.document_id == document.c.id)
    document_sm3 = connection.execute(query.where(contract.c.id == contract_id)).scalar_one_or_none()
    if document_sm3 is None:
        raise Problem(
            "contract.unknown", "没有合同「{value}」", field="contract", value=contract_id, way_out="请核对合同编号"
        )
    return compute_genesis(contract_id, document_sm3)


def _read_end(connection: Connection, contract_id: str, genesis: str) -> tuple[int, str]:
    query = select(chain.c.position, chain.c.sm3).where(chain.c.contract_id == contract_id)
    row = connection.execute(query.order_by(chain.c.position.desc()).limit(1)).first()
    return (0, genesis) if row is None else (row.position, row.sm3)


def _seal_batch(connection: Connection, contract_id: str, now: datetime) -> int:
    genesis = _lock_chain(connection, contract_id)
    rows = connection.execute(_READ_PENDING, {"contract": contract_id, "limit": BATCH}).all()
    if not rows:
        return 0
    position, previous = _read_end(connection, contract_id, genesis)
    first = position + 1
    sealed_at = render_instant(now)
    empty = hashlib.new("sm3")
    links: list[tuple[Any, ...]] = []
    for row in rows:
        position += 1
        digest = empty.copy()
        digest.update(render_sealed(row[1:], contract_id, position, previous, sealed_at).encode())
        sm3 = digest.hexdigest()
        links.append((contract_id, position, row[0], previous, sm3, sealed_at))
        previous = sm3
    place = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    # Straight to the driver: naming 6 values in each of thousands of rows would cost as much as hashing them.
    connection.exec_driver_sql(f"{_WRITE_CHAIN}({', '.join([place] * 6)})", links)
    connection.execute(_DROP_PENDING, {"contract": contract_id, "first": first})
    return len(rows)


def _keep_key(connection: Connection, key: SigningKey, now: datetime) -> None:
    row = {"key_id": key.key_id, "public_key": key.public_key, "recorded_at": now}
    connection.execute(insert_into(connection, signing_key).values(row).on_conflict_do_nothing())


def _close_verdict_days(connection: Connection, contract_id: str, day: date, now: datetime) -> list[str]:
    """Closes every stream day up to `day` that is still open; returns the hashes of the new rows in their order."""
    waiting = connection.execute(
        select(probe_day)
        .where(probe_day.c.contract_id == contract_id, probe_day.c.day <= render_day(day))
        .order_by(probe_day.c.day, probe_day.c.object, probe_day.c.probe, probe_day.c.origin)
    ).all()
    rows: list[dict[str, Any]] = []
    # The order must be the same on every database, also for objects that are no ASCII: sort here, by code point.
    for one in sorted(waiting, key=lambda row: (row.day, row.object, row.probe, row.origin)):
        on = date.fromisoformat(one.day)
        span = day_span(on)
        given = {"contract": contract_id, "object": one.object, "probe": one.probe, "origin": one.origin}
        bounds = {"start": render_instant(day_start(on)), "end": render_instant(span.end_at)}
        results = connection.execute(_READ_RESULTS, given | bounds).all()
        stream = (contract_id, one.object, one.probe, one.origin)
        row: dict[str, Any] = {
            "contract_id": contract_id,
            "day": one.day,
            "object": one.object,
            "probe": one.probe,
            "origin": one.origin,
            "spans": coalesce((result[0], result[1], result[2]) for result in results),
            "probes": len(results),
            "raw_sm3": compute_sm3_of_lines(render_result(result, stream) for result in results),
            "sample": any(result[4] for result in results),
            "sealed_on": render_day(day),
            "closed_at": now,
        }
        row["sm3"] = sm3_of_text(_render_row(row))
        rows.append(row)
    if rows:
        connection.execute(verdict_day.insert(), rows)
        connection.execute(
            delete(probe_day).where(probe_day.c.contract_id == contract_id, probe_day.c.day <= render_day(day))
        )
    return [row["sm3"] for row in rows]


def _render_row(row: dict[str, Any]) -> str:
    values = (row["day"], row["object"], row["probe"], row["origin"], canonical_json(row["spans"]), row["probes"])
    rest = (row["raw_sm3"], row["sample"], row["sealed_on"], render_instant(row["closed_at"]))
    return render_verdict_day((*values, *rest), row["contract_id"])


def _to_root(row: Any) -> DayRoot:
    return DayRoot(
        row.contract_id,
        date.fromisoformat(row.day),
        row.first_position,
        row.last_position,
        row.verdict_count,
        row.sm3,
        row.signature,
        row.key_id,
        row.closed_at,
    )
