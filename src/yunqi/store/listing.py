"""Pages of any list: sorted by any of its fields, filtered, continued by a cursor that holds while rows come and go."""

from __future__ import annotations

import base64
import json
import operator
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, and_, bindparam, or_, type_coerce

from yunqi.kernel.clock import parse_instant, render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Caller, scope_of
from yunqi.store.database import read_version
from yunqi.store.types import CanonicalJson, UtcInstant


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its query, the columns that it can be sorted by, and the one that makes every order total.

    `sorts` must not be null in any row. `default` is a field's name, with a minus for descending. `kept`: there is one
    object of this listing for all who ask the same (`keep_listings`).
    """

    query: Select[Any]
    key: ColumnElement[Any]
    sorts: Mapping[str, ColumnElement[Any]]
    default: str
    filters: Sequence[ColumnElement[bool]] = field(default_factory=tuple)
    kept: bool = False
    prepared: dict[Hashable, Prepared] = field(default_factory=dict, compare=False, repr=False)
    """Queries of its pages that were made already."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The query of a page, and what its first columns hold."""

    query: Select[Any]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page as the database keeps it: instants and JSON are text still. `forms` says of each column which it is."""

    rows: Sequence[Row[Any]]
    forms: tuple[Form, ...]
    following: str | None


Form = Literal["plain", "instant", "json"]
Arguments = ParamSpec("Arguments")


def keep_listings(make: Callable[Concatenate[Caller, Arguments], Listing]) -> Callable[..., Listing]:
    """The listings that a function makes, kept by the caller's scope and the filters: making a query takes longer than
    many a query itself.

    The function sees the caller without the person: what depends on more than organisation and roles is not for it.
    """

    @lru_cache(maxsize=_LISTINGS_KEPT)
    def kept(caller: Caller, *args: Any, **filters: Any) -> Listing:
        return replace(make(caller, *args, **filters), kept=True)

    @wraps(make)
    def listing(caller: Caller, *args: Arguments.args, **filters: Arguments.kwargs) -> Listing:
        return kept(scope_of(caller), *args, **filters)  # type: ignore[arg-type]  # what can be no key is refused

    return listing


_LISTINGS_KEPT = 128
_PAGES_KEPT = 16
"""Of each connection."""
Made = TypeVar("Made")


def keep_while_unchanged(
    connection: Connection, listing: Listing, shape: tuple[Hashable, ...], make: Callable[[], Made]
) -> Made:
    """What `make` makes of a page of this listing, made once as long as nothing in the database changes.

    `shape` holds all else that it depends on. It is called in the transaction that the page is of: the version is of
    the very moment that is read. Several processes and connections each know of every change by the database itself.
    """
    version = read_version(connection) if listing.kept else None
    if version is None:
        return make()
    pages: dict[Hashable, tuple[Any, Listing]]
    seen, pages = connection.info.get("yunqi_pages", (None, {}))
    if seen != version or len(pages) >= _PAGES_KEPT:
        pages = {}
        connection.info["yunqi_pages"] = (version, pages)
    key = (id(listing), *shape)
    found = pages.get(key)
    if found is None:
        found = pages[key] = (make(), listing)  # the listing lives as long as its id is a key
    made: Made = found[0]
    return made


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
    wanted = _check_sort(listing, sort)
    prepared, values = _asked(listing, None, wanted, limit, cursor)
    rows = connection.execute(prepared.query, values).all()
    return tuple(make(row) for row in rows[:limit]), _following(wanted, rows, limit)


def read_raw_page(
    connection: Connection,
    listing: Listing,
    *,
    fields: tuple[str, ...],
    limit: int,
    cursor: str | None = None,
    sort: str | None = None,
) -> RawPage:
    """As `read_page`, without making anything of the rows; their columns are `fields`, in this order.

    Raises KeyError for a field that the listing's query does not select.
    """
    wanted = _check_sort(listing, sort)
    prepared, values = _asked(listing, fields, wanted, limit, cursor)
    rows = connection.execute(prepared.query, values).all()
    return RawPage(rows[:limit], prepared.forms, _following(wanted, rows, limit))


def _check_sort(listing: Listing, sort: str | None) -> str:
    wanted = sort or listing.default
    if wanted.removeprefix("-") not in listing.sorts:
        raise Problem(
            "list.sort",
            "不能按「{value}」排序",
            field="sort",
            value=wanted[:60],
            known="、".join(sorted(listing.sorts)),
            way_out="可排序的字段：{known}；前面加减号为倒序",
        )
    return wanted


def _asked(
    listing: Listing, fields: tuple[str, ...] | None, wanted: str, limit: int, cursor: str | None
) -> tuple[Prepared, dict[str, Any]]:
    """The query of one page and its parameters."""
    shape = (fields, wanted, cursor is None)
    prepared = listing.prepared.get(shape)
    if prepared is None:
        query = _page_query(listing, fields, wanted, continued=cursor is not None)
        columns = listing.query.selected_columns
        prepared = listing.prepared[shape] = Prepared(query, tuple(_form(columns[name]) for name in fields or ()))
    values: dict[str, Any] = {"page_limit": limit + 1}
    if cursor is not None:
        values["after_value"], values["after_key"] = _read_cursor(cursor, wanted)
    return prepared, values


def _page_query(listing: Listing, fields: tuple[str, ...] | None, wanted: str, *, continued: bool) -> Select[Any]:
    descending = wanted.startswith("-")
    column = listing.sorts[wanted.removeprefix("-")]
    query = listing.query
    if fields is not None:
        columns = query.selected_columns
        query = query.with_only_columns(*(_raw(columns[name], name) for name in fields), maintain_column_froms=True)
    for condition in listing.filters:
        query = query.where(condition)
    if continued:
        after = operator.lt if descending else operator.gt
        last_value = bindparam("after_value", type_=column.type)
        last_key = bindparam("after_key", type_=listing.key.type)
        if column is listing.key:
            query = query.where(after(listing.key, last_key))
        else:
            query = query.where(
                or_(after(column, last_value), and_(column == last_value, after(listing.key, last_key)))
            )
    order = [column, listing.key] if column is not listing.key else [listing.key]
    query = query.order_by(*(each.desc() if descending else each.asc() for each in order))
    return query.add_columns(column.label("sort_value"), listing.key.label("sort_key")).limit(bindparam("page_limit"))


def _raw(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return column if _form(column) == "plain" else type_coerce(column, Text).label(name)


def _form(column: ColumnElement[Any]) -> Form:
    if isinstance(column.type, UtcInstant):
        return "instant"
    return "json" if isinstance(column.type, CanonicalJson) else "plain"


def _following(wanted: str, rows: Sequence[Row[Any]], limit: int) -> str | None:
    return _render_cursor(wanted, rows[limit - 1].sort_value, rows[limit - 1].sort_key) if len(rows) > limit else None


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
