"""Statements with their contracts, in pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from yunqi.kernel.rights import Caller
from yunqi.store.json_values import json_flag, json_length, json_whole
from yunqi.store.listing import Listing
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import chain, contract, fact, organisation, statement

_unit = organisation.alias("unit")
_seller = organisation.alias("seller")


def statement_listing(
    caller: Caller,
    *,
    contract_id: str | None = None,
    month: str | None = None,
    provisional: bool | None = None,
    last: bool = False,
) -> Listing:
    """The statements that a caller may see, the newest month first; `last`: of each month the last version."""
    conditions = [contract_scope(caller)]
    if contract_id is not None:
        conditions.append(statement.c.contract_id == contract_id)
    if month is not None:
        conditions.append(statement.c.month == month)
    if provisional is not None:
        conditions.append(statement.c.provisional.is_(provisional))
    if last:
        other = statement.alias("other")
        newest = (
            select(func.max(other.c.version))
            .where(other.c.contract_id == statement.c.contract_id, other.c.month == statement.c.month)
            .scalar_subquery()
        )
        conditions.append(statement.c.version == newest)
    return Listing(
        query=_query(),
        key=statement.c.id,
        sorts={
            "id": statement.c.id,
            "month": statement.c.month,
            "made_at": statement.c.made_at,
            "penalty_high_fen": json_whole(statement.c.data, "penalty_high_fen"),
        },
        default="-month",
        filters=conditions,
    )


def read_statement_row(connection: Connection, statement_id: str) -> Row[Any] | None:
    """One statement as it stands in the list, None when there is none."""
    return connection.execute(_query().where(statement.c.id == statement_id)).first()


def list_facts_by_id(connection: Connection, ids: tuple[str, ...]) -> list[Row[Any]]:
    """Facts of these ids in order of time, with their places in the chain."""
    query = (
        select(fact, chain.c.position, chain.c.sm3)
        .select_from(fact.outerjoin(chain, chain.c.fact_no == fact.c.no))
        .where(fact.c.id.in_(ids))
        .order_by(fact.c.at, fact.c.no)
    )
    return list(connection.execute(query))


def list_waiting_points(connection: Connection, contract_id: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The open points of the newest statement of each month that is provisional still, each with its month."""
    newest = (
        select(statement.c.month, func.max(statement.c.version).label("version"))
        .where(statement.c.contract_id == contract_id)
        .group_by(statement.c.month)
        .subquery()
    )
    rows = connection.execute(
        select(statement.c.month, statement.c.data)
        .join(newest, (newest.c.month == statement.c.month) & (newest.c.version == statement.c.version))
        .where(statement.c.contract_id == contract_id, statement.c.provisional.is_(True))
        .order_by(statement.c.month)
    )
    return [(row.month, point) for row in rows for point in row.data["open_points"]]


def _query() -> Select[Any]:
    joined = (
        statement.join(contract, contract.c.id == statement.c.contract_id)
        .join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
    )
    data = statement.c.data
    return select(
        *(column for column in statement.c if column.name not in {"data", "sm3"}),
        json_flag(data, "sample").label("sample"),
        json_whole(data, "penalty_fen").label("penalty_fen"),
        json_whole(data, "penalty_low_fen").label("penalty_low_fen"),
        json_whole(data, "penalty_high_fen").label("penalty_high_fen"),
        json_length(data, "open_points").label("open_points"),
        contract.c.number.label("contract_number"),
        contract.c.title,
        contract.c.using_unit_id,
        contract.c.provider_id,
        _unit.c.name.label("using_unit"),
        _seller.c.name.label("provider"),
    ).select_from(joined)
