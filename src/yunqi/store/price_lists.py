"""Price lines of all contracts that a caller may see, with their parties."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from yunqi.kernel.rights import Caller
from yunqi.store.asof import holds, last_recorded
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, organisation, price_line

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")


def list_prices(connection: Connection, caller: Caller, *, at: datetime) -> tuple[Row[Any], ...]:
    """The lines in force at an instant of signed contracts that the caller may see, with number, term and parties."""
    query = (
        select(
            price_line,
            contract.c.number,
            contract.c.start_on,
            contract.c.end_on,
            contract.c.using_unit_id,
            contract.c.provider_id,
            _unit.c.name.label("using_unit"),
            _seller.c.name.label("provider"),
        )
        .join(contract, contract.c.id == price_line.c.contract_id)
        .join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
        .where(contract_scope(caller), contract.c.state == "signed", holds(price_line, at))
    )
    rows = last_recorded(connection.execute(query), "contract_id", "no")
    return tuple(row for _, row in sorted(rows.items()))
