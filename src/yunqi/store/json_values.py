"""Single values out of JSON that is kept as text, read by the database: a list need not load whole documents."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Integer, Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_NAME = re.compile(r"[a-z_]+")


class _JsonValue(FunctionElement[Any]):
    """One value at the top of a document. The key is a clause too, so that it is a part of the statement's own key."""

    inherit_cache = True
    name = "json_value"

    def __init__(self, column: ColumnElement[Any], key: str) -> None:
        if not _NAME.fullmatch(key):
            raise ValueError(f"not a name of a field: {key!r}")
        super().__init__(column, literal_column(key))


class _Whole(_JsonValue):
    inherit_cache = True
    type = BigInteger()


class _Flag(_JsonValue):
    inherit_cache = True
    type = Boolean()


class _Length(_JsonValue):
    inherit_cache = True
    type = Integer()


class _Part(_JsonValue):
    inherit_cache = True
    type = Text()


class _Word(_JsonValue):
    inherit_cache = True
    type = Text()


def json_whole(column: ColumnElement[Any], key: str) -> ColumnElement[int | None]:
    """The whole number at a key; NULL where it is null."""
    return _Whole(column, key)


def json_flag(column: ColumnElement[Any], key: str) -> ColumnElement[bool | None]:
    """The boolean at a key."""
    return _Flag(column, key)


def json_length(column: ColumnElement[Any], key: str) -> ColumnElement[int | None]:
    """How many items the list at a key has."""
    return _Length(column, key)


def json_part(column: ColumnElement[Any], key: str) -> ColumnElement[str | None]:
    """The list or object at a key, as JSON text of its own."""
    return _Part(column, key)


def json_word(column: ColumnElement[Any], key: str) -> ColumnElement[str | None]:
    """The text at a key, without quotes; NULL where it is null."""
    return _Word(column, key)


@compiles(_JsonValue)
def _in_sqlite(element: _JsonValue, compiler: SQLCompiler, **words: Any) -> str:
    column, key = (compiler.process(one, **words) for one in element.clauses)
    name = "json_array_length" if isinstance(element, _Length) else "json_extract"
    return f"{name}({column}, '$.{key}')"


@compiles(_JsonValue, "postgresql")
def _in_postgresql(element: _JsonValue, compiler: SQLCompiler, **words: Any) -> str:
    column, key = (compiler.process(one, **words) for one in element.clauses)
    if isinstance(element, _Length):
        return f"jsonb_array_length(CAST({column} AS jsonb) -> '{key}')"
    if isinstance(element, _Part):
        return f"CAST(CAST({column} AS jsonb) -> '{key}' AS text)"
    if isinstance(element, _Word):
        return f"(CAST({column} AS jsonb) ->> '{key}')"
    kind = "boolean" if isinstance(element, _Flag) else "bigint"
    return f"CAST(CAST({column} AS jsonb) ->> '{key}' AS {kind})"
