"""Contracts with the names of their parties, in pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from yunqi.kernel.period import Span, date_of
from yunqi.kernel.rights import Caller
from yunqi.store.listing import Listing, keep_listings
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, organisation

_MOMENT = timedelta(microseconds=1)
_unit = organisation.alias("unit")
_seller = organisation.alias("seller")


@keep_listings
def contract_listing(caller: Caller, *, state: str | None = None, text: str | None = None) -> Listing:
    """The contracts that a caller may see; `text` is looked for in number, title and the parties' names."""
    conditions = [contract_scope(caller)]
    if state is not None:
        conditions.append(contract.c.state == state)
    if text:
        places = (contract.c.number, contract.c.title, _unit.c.name, _seller.c.name)
        conditions.append(or_(*(place.contains(text, autoescape=True) for place in places)))
    return Listing(
        query=_query(),
        key=contract.c.id,
        sorts={
            "id": contract.c.id,
            "number": func.coalesce(contract.c.number, ""),
            "title": contract.c.title,
            "state": contract.c.state,
            "start_on": func.coalesce(contract.c.start_on, ""),
            "end_on": func.coalesce(contract.c.end_on, ""),
            "total_fen": func.coalesce(contract.c.total_fen, 0),
            "recorded_at": contract.c.recorded_at,
        },
        default="-recorded_at",
        filters=conditions,
    )


def list_running_contracts(connection: Connection, caller: Caller, span: Span) -> tuple[tuple[str, str | None], ...]:
    """Id and number of the signed contracts that a caller may see and whose term touches the span, by id."""
    first, last = date_of(span.start_at), date_of(span.end_at - _MOMENT)
    query = (
        select(contract.c.id, contract.c.number)
        .where(
            contract_scope(caller),
            contract.c.state == "signed",
            or_(contract.c.start_on.is_(None), contract.c.start_on <= last.isoformat()),
            or_(contract.c.end_on.is_(None), contract.c.end_on >= first.isoformat()),
        )
        .order_by(contract.c.id)
    )
    return tuple((row.id, row.number) for row in connection.execute(query))


def read_contract_row(connection: Connection, contract_id: str) -> Row[Any]:
    """One contract as it stands in the list."""
    return connection.execute(_query().where(contract.c.id == contract_id)).one()


def _query() -> Select[Any]:
    columns = [contract.c[name] for name in ("id", "number", "title", "using_unit_id", "provider_id", "state")]
    columns += [contract.c[name] for name in ("start_on", "end_on", "total_fen", "recorded_at")]
    joined = contract.join(_unit, _unit.c.id == contract.c.using_unit_id).join(
        _seller, _seller.c.id == contract.c.provider_id
    )
    return select(*columns, _unit.c.name.label("using_unit"), _seller.c.name.label("provider")).select_from(joined)
