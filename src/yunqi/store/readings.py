"""Readings: what both parties agreed that an open point of their contract means."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.period import Span
from yunqi.store.asof import holds, last_recorded
from yunqi.store.checks import check_text
from yunqi.store.contracts import require_contract
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.moment import by_contract, of_each
from yunqi.store.parties import require_person
from yunqi.store.tables import reading


@dataclass(frozen=True, slots=True)
class Reading:
    """One agreed meaning, with the agreement that it stands in."""

    id: str
    code: str
    value: Any
    agreement: str
    using_unit_person_id: str
    provider_person_id: str
    valid_from: datetime
    recorded_at: datetime
    valid_until: datetime | None = None


def record_reading(
    connection: Connection,
    contract_id: str,
    *,
    code: str,
    value: Any,
    agreement: str,
    using_unit_person_id: str,
    provider_person_id: str,
    valid_from: datetime,
    now: datetime,
    valid_until: datetime | None = None,
) -> str:
    """Records a reading (value None: taken back) from an instant on; returns its id.

    An earlier one stays: a statement can be made again as known then. Raises `Problem` reading.party when a person
    is not of the party they stand for.
    """
    require_both_parties(connection, contract_id, using_unit_person_id, provider_person_id)
    identifier = make_id("rdg")
    connection.execute(
        reading.insert().values(
            id=identifier,
            contract_id=contract_id,
            code=check_text("code", code, 60),
            value=value,
            agreement=check_text("agreement", agreement, 200),
            using_unit_person_id=using_unit_person_id,
            provider_person_id=provider_person_id,
            valid_from=valid_from,
            valid_until=valid_until,
            recorded_at=now,
        )
    )
    payload = {
        "reading": identifier,
        "value": value,
        "agreement": agreement,
        "valid_from": render_instant(valid_from),
        "valid_until": None if valid_until is None else render_instant(valid_until),
    }
    record_fact(connection, NewFact(contract_id, "reading.recorded", code, now, payload, REPORTED), now=now)
    return identifier


def list_readings(
    connection: Connection, contract_id: str, *, at: datetime, known_at: datetime | None = None
) -> dict[str, Reading]:
    """The readings in force at an instant by code, as known then or now."""

    def read(ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        query = select(reading).where(reading.c.contract_id.in_(ids), holds(reading, at, known_at))
        return by_contract(connection.execute(query), lambda row: str(row.contract_id))

    rows = last_recorded(of_each(connection, ("readings", at, known_at), contract_id, read) or (), "code")
    return {code: _to_reading(row) for (code,), row in sorted(rows.items()) if row.value is not None}


def list_reading_spans(
    connection: Connection, contract_id: str, span: Span, *, known_at: datetime | None = None
) -> dict[str, tuple[tuple[Span, Reading | None], ...]]:
    """What held of each point over a span, as known then or now: in order, without a break; None where nothing did.

    A point about which the same was agreed throughout has one part.
    """

    def read(ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        query = select(reading).where(
            reading.c.contract_id.in_(ids),
            reading.c.valid_from < span.end_at,
            or_(reading.c.valid_until.is_(None), reading.c.valid_until > span.start_at),
        )
        if known_at is not None:
            query = query.where(reading.c.recorded_at <= known_at)
        return by_contract(connection.execute(query), lambda row: str(row.contract_id))

    held_once = of_each(connection, ("reading spans", span, known_at), contract_id, read) or ()
    rows = sorted(held_once, key=lambda row: (row.recorded_at, row.id))
    found: dict[str, tuple[tuple[Span, Reading | None], ...]] = {}
    for code in sorted({row.code for row in rows}):
        mine = [row for row in rows if row.code == code]
        edges = {span.start_at, *(row.valid_from for row in mine), *(row.valid_until for row in mine)} - {None}
        starts = sorted(at for at in edges if span.start_at <= at < span.end_at)
        parts: list[tuple[Span, Reading | None]] = []
        for start, end in zip(starts, [*starts[1:], span.end_at], strict=True):
            held = [row for row in mine if row.valid_from <= start and (row.valid_until or span.end_at) > start]
            now = None if not held or held[-1].value is None else _to_reading(held[-1])
            if parts and (parts[-1][1] is None) == (now is None) and _value(parts[-1][1]) == _value(now):
                parts[-1] = (Span(parts[-1][0].start_at, end), now)
            else:
                parts.append((Span(start, end), now))
        found[code] = tuple(parts)
    return found


def _value(one: Reading | None) -> Any:
    return None if one is None else one.value


def list_past_readings(connection: Connection, contract_id: str) -> tuple[Reading, ...]:
    """Every reading ever recorded about a contract, those that take one back (value None) too; the last first."""
    query = select(reading).where(reading.c.contract_id == contract_id)
    rows = sorted(connection.execute(query), key=lambda row: (row.recorded_at, row.id), reverse=True)
    return tuple(_to_reading(row) for row in rows)


def _to_reading(row: Row[Any]) -> Reading:
    return Reading(
        row.id,
        row.code,
        row.value,
        row.agreement,
        row.using_unit_person_id,
        row.provider_person_id,
        row.valid_from,
        row.recorded_at,
        row.valid_until,
    )


def require_both_parties(
    connection: Connection, contract_id: str, using_unit_person_id: str, provider_person_id: str
) -> None:
    """Raises `Problem` reading.party unless the first is of the using unit and the second of the provider."""
    found = require_contract(connection, contract_id)
    for person_id, organisation_id in (
        (using_unit_person_id, found.using_unit_id),
        (provider_person_id, found.provider_id),
    ):
        one = require_person(connection, person_id)
        if one.organisation_id != organisation_id:
            raise Problem(
                "reading.party",
                "「{name}」不能代表合同「{contract}」的这一方",
                field="person",
                name=one.name,
                contract=found.number or found.id,
                way_out="约定需由甲乙双方各一名人员确认",
            )
