"""What a month is computed from besides the facts: the registers of a contract, whole, each row with when it held and
when it was recorded. They go out with the evidence, so that somebody else can work the month out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.sql import ColumnElement

from yunqi.kernel.clock import render_instant
from yunqi.store.contracts import Contract
from yunqi.store.entitlements import render_quantity
from yunqi.store.statements import list_statements
from yunqi.store.tables import (
    case,
    contract_version,
    draw,
    information_system,
    price_line,
    reading,
    resource,
    system_flag,
)

FORMAT = "yunqi-registers-1"


def read_registers(connection: Connection, found: Contract) -> dict[str, Any]:
    """The registers of a contract as JSON data; instants as evidence writes them, quantities as decimal text.

    Of the using unit's systems only those that the contract names in any version; all, where it names none.
    """
    versions = _read_versions(connection, found.id)
    systems = _read_systems(connection, found, [found.data, *(one["data"] for one in versions)])
    return {
        "format": FORMAT,
        "contract": found.id,
        "state": found.state,
        "versions": versions,
        "lines": {
            row.id: row.no
            for row in connection.execute(
                select(price_line.c.id, price_line.c.no).where(price_line.c.contract_id == found.id)
            )
        },
        "systems": systems,
        "flags": _read_flags(connection, [one["id"] for one in systems]),
        "readings": _rows(
            connection,
            (
                reading.c.id,
                reading.c.code,
                reading.c.value,
                reading.c.agreement,
                reading.c.valid_from,
                reading.c.valid_until,
                reading.c.recorded_at,
            ),
            reading.c.contract_id == found.id,
        ),
        "resources": _rows(
            connection,
            (resource.c.id, resource.c.name, resource.c.system_id.label("system")),
            resource.c.contract_id == found.id,
        ),
        "draws": _read_draws(connection, found.id),
        "cases": _rows(
            connection,
            (
                case.c.id,
                case.c.kind,
                case.c.number,
                case.c.system_id.label("system"),
                case.c.data,
                case.c.opened_at,
                case.c.recorded_at,
            ),
            (case.c.contract_id == found.id) & case.c.kind.in_(("incident", "adjudication")),
        ),
    }


def read_statement_rows(connection: Connection, contract_id: str) -> list[dict[str, Any]]:
    """Every statement of a contract as it was made, by month and version."""
    return [
        {
            "id": one.id,
            "month": one.month,
            "version": one.version,
            "known_at": render_instant(one.known_at),
            "made_at": render_instant(one.made_at),
            "sm3": one.sm3,
            "data": dict(one.data),
        }
        for one in list_statements(connection, contract_id)
    ]


def _read_versions(connection: Connection, contract_id: str) -> list[dict[str, Any]]:
    columns = (
        contract_version.c.id,
        contract_version.c.amendment_id.label("amendment"),
        contract_version.c.data,
        contract_version.c.valid_from,
        contract_version.c.recorded_at,
    )
    return _rows(connection, columns, contract_version.c.contract_id == contract_id)


def _read_systems(connection: Connection, found: Contract, versions: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    columns = (information_system.c.id, information_system.c.name)
    every = _rows(connection, columns, information_system.c.organisation_id == found.using_unit_id)
    named = [{one["name"] for one in data.get("systems") or ()} for data in versions]
    return [one for one in every if not all(named) or one["name"] in set().union(*named)]


def _read_flags(connection: Connection, systems: list[str]) -> list[dict[str, Any]]:
    columns = (
        system_flag.c.id,
        system_flag.c.system_id.label("system"),
        system_flag.c.name,
        system_flag.c.value,
        system_flag.c.valid_from,
        system_flag.c.valid_until,
        system_flag.c.recorded_at,
    )
    return _rows(connection, columns, system_flag.c.system_id.in_(systems))


def _read_draws(connection: Connection, contract_id: str) -> list[dict[str, Any]]:
    columns = (
        draw.c.id,
        draw.c.price_line_id.label("line"),
        draw.c.burst_id.label("burst"),
        draw.c.resource_id.label("resource"),
        draw.c.item,
        draw.c.kind,
        draw.c.quantity_micro,
        draw.c.start_at,
        draw.c.end_at,
        draw.c.recorded_at,
        draw.c.end_recorded_at,
    )
    rows = _rows(connection, columns, draw.c.contract_id == contract_id)
    return [{**row, "quantity": render_quantity(row.pop("quantity_micro"))} for row in rows]


def _rows(
    connection: Connection, columns: tuple[ColumnElement[Any], ...], condition: ColumnElement[bool]
) -> list[dict[str, Any]]:
    # In the order of their ids: the same registers are the same bytes.
    found: Iterable[Row[Any]] = connection.execute(select(*columns).where(condition).order_by(columns[0]))
    return [_to_json(row._asdict()) for row in found]


def _to_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: render_instant(value) if isinstance(value, datetime) else value for name, value in row.items()}
