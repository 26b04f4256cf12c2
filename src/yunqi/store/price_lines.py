"""Price lines: what a contract lets be drawn, version by version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from yunqi.kernel.ids import make_id
from yunqi.store.asof import holds, last_recorded
from yunqi.store.checks import check_text, to_micro
from yunqi.store.moment import of_each
from yunqi.store.tables import price_line


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price line as it holds at some instant; `quantity_micro` in millionths of the unit, None where not stated."""

    id: str
    no: int
    item: str | None
    name: str
    unit: str | None
    unit_price: str | None
    quantity_micro: int | None
    period_count: int | None
    period_unit: str | None
    total_fen: int | None
    bundle_no: int | None
    parameters: Mapping[str, Any]
    draw_kind: str


def list_price_lines(
    connection: Connection, contract_id: str, *, at: datetime, known_at: datetime | None = None
) -> tuple[PriceLine, ...]:
    """The price lines in force at an instant, by number; of two versions of a line the one recorded last holds."""
    query = select(price_line).where(price_line.c.contract_id == contract_id, holds(price_line, at, known_at))
    rows = last_recorded(connection.execute(query), "no")
    return tuple(to_price_line(row) for _, row in sorted(rows.items()))


def read_line_numbers(connection: Connection, contract_id: str) -> dict[str, int]:
    """The number of a contract's line by the id of each of its versions: a draw names the version it was made on."""

    def read(ids: Collection[str]) -> dict[str, dict[str, int]]:
        columns = (price_line.c.contract_id, price_line.c.id, price_line.c.no)
        found: dict[str, dict[str, int]] = {}
        for of, identifier, no in connection.execute(select(*columns).where(price_line.c.contract_id.in_(ids))):
            found.setdefault(of, {})[identifier] = no
        return found

    return of_each(connection, "line numbers", contract_id, read) or {}


def make_price_line_row(contract_id: str, line: Mapping[str, Any], draw_kinds: Mapping[str, str]) -> dict[str, Any]:
    """The row of a line in the JSON form of a contract; what is drawn by run is what is priced by run."""
    periods = line.get("periods") or {}
    item, quantity = line.get("item"), line.get("quantity")
    kind = "run" if periods.get("unit") == "run" else draw_kinds.get(item or "", "span")
    return {
        "id": make_id("pln"),
        "contract_id": contract_id,
        "no": line["no"],
        "item": item,
        "name": check_text("name", str(line["name"]), 400),
        "unit": line.get("unit"),
        "unit_price": line.get("unit_price"),
        "quantity_micro": None if quantity is None else to_micro(str(quantity)),
        "period_count": periods.get("count"),
        "period_unit": periods.get("unit"),
        "total_fen": line.get("total_fen"),
        "bundle_no": line.get("bundle"),
        "parameters": dict(line.get("parameters") or {}),
        "draw_kind": kind,
        "source": line.get("source") or {},
    }


def to_price_line(row: Row[Any]) -> PriceLine:
    """A price line from its row."""
    return PriceLine(
        id=row.id,
        no=row.no,
        item=row.item,
        name=row.name,
        unit=row.unit,
        unit_price=row.unit_price,
        quantity_micro=row.quantity_micro,
        period_count=row.period_count,
        period_unit=row.period_unit,
        total_fen=row.total_fen,
        bundle_no=row.bundle_no,
        parameters=row.parameters,
        draw_kind=row.draw_kind,
    )


def add_price_lines(
    connection: Connection,
    contract_id: str,
    lines: Sequence[Mapping[str, Any]],
    draw_kinds: Mapping[str, str],
    *,
    valid_from: datetime,
    valid_until: datetime | None,
    now: datetime,
) -> None:
    """Writes the lines of a contract's data, all for one span."""
    span = {"valid_from": valid_from, "valid_until": valid_until, "recorded_at": now}
    rows = [make_price_line_row(contract_id, line, draw_kinds) | span for line in lines]
    if rows:
        connection.execute(price_line.insert(), rows)
