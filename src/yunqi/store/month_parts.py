"""What a month's comparison reads of many contracts at once: their parties, texts in force and newest statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Text, and_, func, or_, select, type_coerce

from yunqi.kernel.period import Span, date_of
from yunqi.kernel.rights import Caller
from yunqi.store.json_values import json_flag, json_length, json_part, json_whole
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, contract_version, organisation, price_line, statement

_MOMENT = timedelta(microseconds=1)
_SPAN = "span"
_AT_ONCE = 50
_unit = organisation.alias("unit")
_seller = organisation.alias("seller")


def iterate_month_parts(connection: Connection, caller: Caller, month: str, span: Span) -> Iterator[Row[Any]]:
    """A row for each signed contract that the caller may see and whose term touches the month, by number.

    With the contract's data and the parts of the newest statement of the month that a comparison needs, as JSON text,
    one row after the other; `statement_id` None: the month has no statement.
    """
    first, last = date_of(span.start_at), date_of(span.end_at - _MOMENT)
    newest = (
        select(statement.c.contract_id, func.max(statement.c.version).label("version"))
        .where(statement.c.month == month)
        .group_by(statement.c.contract_id)
        .subquery()
    )
    joined = (
        contract.join(_unit, _unit.c.id == contract.c.using_unit_id)
        .join(_seller, _seller.c.id == contract.c.provider_id)
        .outerjoin(newest, newest.c.contract_id == contract.c.id)
        .outerjoin(
            statement,
            and_(
                statement.c.contract_id == contract.c.id,
                statement.c.month == month,
                statement.c.version == newest.c.version,
            ),
        )
    )
    data = statement.c.data
    query = (
        select(
            contract.c.id.label("contract_id"),
            contract.c.number.label("contract_number"),
            contract.c.title,
            contract.c.using_unit_id,
            contract.c.provider_id,
            contract.c.start_on,
            contract.c.end_on,
            type_coerce(contract.c.data, Text).label("contract_data"),
            _unit.c.name.label("using_unit"),
            _seller.c.name.label("provider"),
            statement.c.id.label("statement_id"),
            statement.c.provisional,
            json_flag(data, "sample").label("sample"),
            json_whole(data, "penalty_fen").label("penalty_fen"),
            json_whole(data, "penalty_low_fen").label("penalty_low_fen"),
            json_whole(data, "penalty_high_fen").label("penalty_high_fen"),
            json_length(data, "open_points").label("open_points"),
            json_part(data, "levels").label("levels"),
            json_part(data, "incidents").label("incidents"),
            json_part(data, "delivery").label("delivery"),
        )
        .select_from(joined)
        .where(
            contract_scope(caller),
            contract.c.state == "signed",
            or_(contract.c.start_on.is_(None), contract.c.start_on <= last.isoformat()),
            or_(contract.c.end_on.is_(None), contract.c.end_on >= first.isoformat()),
        )
        .order_by(func.coalesce(contract.c.number, ""), contract.c.id)
    )
    yield from connection.execute(query.execution_options(yield_per=_AT_ONCE))


def parse_data(text: str) -> Mapping[str, Any]:
    """A contract's data from its text."""
    found: Mapping[str, Any] = orjson.loads(text)
    return found


def parse_part(text: str | None) -> list[dict[str, Any]]:
    """A part of a statement as it is worked with; of none, nothing."""
    found: list[dict[str, Any]] = [] if text is None else orjson.loads(text)
    return found


def list_amended(connection: Connection) -> frozenset[str]:
    """The ids of the contracts that have more than the text that was signed first."""
    return frozenset(connection.scalars(select(contract_version.c.contract_id).distinct()))


def list_lasting_lines(connection: Connection) -> Mapping[str, frozenset[int]]:
    """By contract the numbers of the price lines that are drawn over time, not by run, piece or deliverable."""
    query = select(price_line.c.contract_id, price_line.c.no).where(price_line.c.draw_kind == _SPAN).distinct()
    found: dict[str, set[int]] = {}
    for identifier, no in connection.execute(query):
        found.setdefault(identifier, set()).add(no)
    return {identifier: frozenset(numbers) for identifier, numbers in found.items()}
