"""Copies of a contract's rows under other ids: many contracts of which as much is known as of the one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from yunqi.store import tables


def copy_contracts(connection: Connection, of: str, count: int) -> list[str]:
    """A contract and `count - 1` copies of its rows under other ids, with its cases, facts and what was seen."""
    marks = [f"-{number}" for number in range(1, count)]
    cases = set(connection.scalars(select(tables.case.c.id).where(tables.case.c.contract_id == of)))
    for table in COPIED:
        key = table.c.id if table is tables.contract else table.c.get("contract_id")
        condition = table.c.case_id.in_(cases) if key is None else key == of
        columns = [column for column in table.c if column is not table.autoincrement_column]
        rows = [dict(row._mapping) for row in connection.execute(select(*columns).where(condition))]
        copies = [_marked(row, mark, cases | {of}) for mark in marks for row in rows]
        if copies:
            connection.execute(table.insert(), copies)
    return [of, *(of + mark for mark in marks)]


COPIED = (
    tables.contract,
    tables.contract_signature,
    tables.price_line,
    tables.reading,
    tables.resource,
    tables.draw,
    tables.verdict_day,
    tables.probe_day,
    tables.probe_result,
    tables.case,
    tables.case_event,
    tables.fact,
)
OWN = ("id", "number", "contract_id", "price_line_id", "resource_id", "case_id")


def _marked(row: dict[str, Any], mark: str, ours: set[str]) -> dict[str, Any]:
    """A row of another contract: the ids of what is copied end in the mark."""
    changed = {name: row[name] + mark for name in OWN if row.get(name) is not None}
    if row.get("subject") in ours:
        changed["subject"] = row["subject"] + mark
    return {**row, **changed}
