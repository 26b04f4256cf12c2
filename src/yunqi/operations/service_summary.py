"""What a summary of the service (阶段性总结) says: month by month from the last statements, what was handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.acceptance import MACHINE as ACCEPTANCE
from yunqi.kernel.clock import parse_instant, render_instant
from yunqi.kernel.rights import Caller
from yunqi.operations.inspection import read_lines
from yunqi.operations.installation import Installation
from yunqi.operations.report_data import (
    View,
    Window,
    count_weeks,
    list_months,
    read_heading,
    read_incidents,
    read_notices,
    read_objects,
    read_reports,
)
from yunqi.store.cases import list_cases
from yunqi.store.contracts import Contract
from yunqi.store.statements import StatementRow, list_statements

_LEVEL_STATES = ("met", "breached", "open", "unknown", "not_due")
_COUNTED = ("chosen", "frozen")


def read_summary(site: Installation, connection: Connection, caller: Caller, found: Contract, window: Window) -> View:
    """The data of the report; a month that was not settled is there with None in place of its figures."""
    now, span = site.clock.now(), window.span
    months = list_months(span)
    rows = last_statements(connection, found.id)
    incidents = read_incidents(connection, found, span, now)
    objects = read_objects(connection, found, span, [part for _month, part in months])
    return read_heading(connection, caller, found, window, now) | {
        "sample": any(one["sample"] for one in objects)
        or any(bool(rows[month].data.get("sample")) for month, _part in months if month in rows),
        "months": [_month(month, rows.get(month)) for month, _part in months],
        "levels": _levels([(month, rows.get(month)) for month, _part in months]),
        "objects": objects,
        "usage": read_lines(connection, found, span, now),
        "incidents": incidents,
        "weeks": count_weeks([parse_instant(one["opened_at"]) for one in incidents], span),
        "breaches": [
            breach for month, _part in months if month in rows for breach in _breaches(month, rows[month].data)
        ],
        "reports": read_reports(connection, caller, found, span, site.calendar, now),
        "notices": read_notices(connection, found, span, now),
        "acceptances": [
            {
                "number": one.number,
                "title": one.title,
                "opened_at": render_instant(one.opened_at),
                "state_name": ACCEPTANCE.labels[one.state],
            }
            for one in list_cases(connection, found.id, kind="acceptance")
        ],
        "instalments": _instalments(rows, months[-1][0]),
    }


def last_statements(connection: Connection, contract_id: str) -> dict[str, StatementRow]:
    """The last version of each month's statement, by month."""
    return {row.month: row for row in list_statements(connection, contract_id)}


def _month(month: str, row: StatementRow | None) -> View:
    if row is None:
        return {"month": month, "statement": None}
    data: Mapping[str, Any] = row.data
    levels = [one["state"] for one in data.get("levels") or ()]
    return {
        "month": month,
        "statement": row.id,
        "version": row.version,
        "sm3": row.sm3,
        "provisional": row.provisional,
        "levels": {state: levels.count(state) for state in _LEVEL_STATES},
        "incidents": len(data.get("incidents") or ()),
        "penalty_fen": data.get("penalty_fen"),
        "penalty_low_fen": data.get("penalty_low_fen"),
        "penalty_high_fen": data.get("penalty_high_fen"),
        "open_points": len(data.get("open_points") or ()),
    }


def _levels(rows: Iterable[tuple[str, StatementRow | None]]) -> list[View]:
    """Each service level with its state month by month (None: not settled, or not in that month's text)."""
    given = list(rows)
    found: dict[tuple[str, ...], View] = {}
    for at, (_month_text, row) in enumerate(given):
        for one in row.data.get("levels") or () if row is not None else ():
            key = tuple(str(one.get(name)) for name in ("title", "metric", "object", "operator", "threshold", "unit"))
            level = found.setdefault(
                key,
                {name: one.get(name) for name in ("title", "metric", "object", "operator", "threshold", "unit")}
                | {"source": one.get("source"), "states": [None] * len(given), "measured": [None] * len(given)},
            )
            level["states"][at], level["measured"][at] = one.get("state"), one.get("measured")
    return list(found.values())


def _breaches(month: str, data: Mapping[str, Any]) -> Iterable[View]:
    """What counts of a month's breaches: chosen or disputed, with its amount as the statement has it."""
    for one in data.get("candidates") or ():
        if one["state"] in _COUNTED:
            yield {
                "month": month,
                **{name: one.get(name) for name in ("text", "severity", "amount_fen", "state", "source", "clause")},
            }


def _instalments(rows: Mapping[str, StatementRow], until: str) -> list[View]:
    """The instalments as the last statement up to a month has them."""
    last = max((month for month in rows if month <= until), default=None)
    if last is None:
        return []
    return [
        {name: one.get(name) for name in ("no", "amount_fen", "trigger", "due_on", "state")}
        for one in rows[last].data.get("instalments") or ()
    ]
