"""Pages of any list: sorted by any of its fields, filtered, continued by a cursor that holds while rows come and go."""

from __future__ import annotations

import base64
import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_

from yunqi.kernel.clock import parse_instant, render_instant
from yunqi.kernel.errors import Problem


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its query, the columns that it can be sorted by, and the one that makes every order total.

    `sorts` must not be null in any row. `default` is a field's name, with a minus for descending.
    """

    query: Select[Any]
    key: ColumnElement[Any]
    sorts: Mapping[str, ColumnElement[Any]]
    default: str
    filters: Sequence[ColumnElement[bool]] = field(default_factory=tuple)


def read_page(
    connection: Connection,
    listing: Listing,
    *,
    limit: int,
    cursor: str | None = None,
    sort: str | None = None,
    make: Callable[[Row[Any]], Any],
) -> tuple[tuple[Any, ...], str | None]:
    """The rows of one page, each made by `make`, and the cursor of the next page (None: no more).

    Raises `Problem` list.sort and list.cursor.
    """
    wanted = sort or listing.default
    name = wanted.removeprefix("-")
    descending = wanted.startswith("-")
    if name not in listing.sorts:
        raise Problem(
            "list.sort",
            "不能按「{value}」排序",
            field="sort",
            value=wanted[:60],
            known="、".join(sorted(listing.sorts)),
            way_out="可排序的字段：{known}；前面加减号为倒序",
        )
    column = listing.sorts[name]
    query = listing.query
    for condition in listing.filters:
        query = query.where(condition)
    if cursor is not None:
        last_value, last_key = _read_cursor(cursor, wanted)
        after = operator.lt if descending else operator.gt
        if column is listing.key:
            query = query.where(after(listing.key, last_key))
        else:
            query = query.where(
                or_(after(column, last_value), and_(column == last_value, after(listing.key, last_key)))
            )
    order = [column, listing.key] if column is not listing.key else [listing.key]
    query = query.order_by(*(each.desc() if descending else each.asc() for each in order))
    query = query.add_columns(column.label("sort_value"), listing.key.label("sort_key")).limit(limit + 1)
    rows = connection.execute(query).all()
    more = len(rows) > limit
    some = rows[:limit]
    following = _render_cursor(wanted, some[-1].sort_value, some[-1].sort_key) if more else None
    return tuple(make(row) for row in some), following


def _render_cursor(sort: str, value: Any, key: Any) -> str:
    kind = "t" if isinstance(value, datetime) else "v"
    kept = render_instant(value) if isinstance(value, datetime) else value
    text = json.dumps([sort, kind, kept, key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, sort: str) -> tuple[Any, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        given, kind, value, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        fits = given == sort and kind in {"t", "v"} and all(type(part) in {str, int} for part in (value, key))
        if fits and "\0" not in f"{value}{key}" and f"{value}{key}".encode():
            return (parse_instant(str(value)) if kind == "t" else value), key
    except (ValueError, TypeError):
        pass  # said below, as for every other cursor that does not fit
    raise Problem(
        "list.cursor",
        "翻页标记不可用，或与排序不符",
        field="cursor",
        way_out="请去掉翻页标记，从第一页重新开始",
    )
