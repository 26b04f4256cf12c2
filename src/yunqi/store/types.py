"""Column types of our own: UTC instants that refuse naive values, canonical JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from yunqi.kernel.clock import parse_instant, render_instant


class UtcInstant(TypeDecorator[datetime]):
    """A UTC instant, stored as text `YYYY-MM-DDTHH:MM:SS.ffffffZ` on both databases: it sorts, and both give the same bytes."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Text from an instant; raises ValueError for a naive one."""
        return None if value is None else render_instant(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """An instant from text."""
        return None if value is None else parse_instant(value)


class CanonicalJson(TypeDecorator[Any]):
    """JSON as canonical text: keys sorted, no spaces, UTF-8 as it is; floats are refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Text from a value of dicts, lists, strings, ints, booleans and None."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The value again."""
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """The one text of a JSON value.

    Raises TypeError for a float: evidence holds decimals as strings.

    >>> canonical_json({"b": 1, "a": ["0.25", None]})
    '{"a":["0.25",null],"b":1}'
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"a float in canonical JSON: {value!r}")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
