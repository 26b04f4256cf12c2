"""The traces of a month's newest statements, one after the other: a city's month is not held at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, select

from yunqi.kernel.rights import Caller
from yunqi.store.json_values import json_part
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, statement


def iterate_traces(
    connection: Connection, caller: Caller, month: str, *, contract_id: str | None = None
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Id, contract and trace of the newest statement of a month, for each contract that the caller may see, by id."""
    newest = (
        select(statement.c.contract_id, func.max(statement.c.version).label("version"))
        .where(statement.c.month == month)
        .group_by(statement.c.contract_id)
        .subquery()
    )
    query = (
        select(statement.c.id, statement.c.contract_id, json_part(statement.c.data, "trace").label("trace"))
        .join(newest, (newest.c.contract_id == statement.c.contract_id) & (newest.c.version == statement.c.version))
        .join(contract, contract.c.id == statement.c.contract_id)
        .where(statement.c.month == month, contract_scope(caller))
        .order_by(statement.c.contract_id)
    )
    if contract_id is not None:
        query = query.where(statement.c.contract_id == contract_id)
    for row in connection.execute(query):
        yield row.id, row.contract_id, orjson.loads(row.trace)


def read_statement_names(connection: Connection, ids: tuple[str, ...]) -> dict[str, Row[Any]]:
    """Contract number, title, version, digest and data of statements, by id."""
    query = (
        select(statement, contract.c.number.label("contract_number"), contract.c.title)
        .join(contract, contract.c.id == statement.c.contract_id)
        .where(statement.c.id.in_(ids))
    )
    return {row.id: row for row in connection.execute(query)} if ids else {}
