"""Column types of our own: ids, UTC instants that refuse naive values, canonical JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

import orjson
from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from yunqi.kernel.clock import parse_instant, render_instant

ID_LENGTH = 40
INSTANT_LENGTH = 27
# Whole numbers that may need more than 64 bits, which the quick reader would turn into floats.
_LONG = re.compile(r"[:,\[]-?\d{19}")
_PLAIN = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def binary_text(length: int) -> String:
    """Text that sorts by its bytes everywhere; PostgreSQL would otherwise sort by the language of its cluster."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class UtcInstant(TypeDecorator[datetime]):
    """A UTC instant as text `YYYY-MM-DDTHH:MM:SS.ffffffZ` on both databases: it sorts, and both give the same bytes."""

    impl = String(INSTANT_LENGTH)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type: sorted by bytes."""
        return dialect.type_descriptor(String(INSTANT_LENGTH, collation="C" if dialect.name == "postgresql" else None))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Text from an instant; raises ValueError for a naive one."""
        return None if value is None else render_instant(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """An instant from text."""
        return None if value is None else parse_instant(value)


class CanonicalJson(TypeDecorator[Any]):
    """JSON as canonical text: keys sorted, no spaces, UTF-8 as it is; floats are refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Text from a value of dicts, lists, strings, ints, booleans and None; `CanonicalText` is taken as it is."""
        if isinstance(value, CanonicalText):
            return str(value)
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """The value again."""
        return None if value is None else load_json(value)


def canonical_json(value: Any) -> str:
    """The one text of a JSON value.

    Raises TypeError for a float: evidence holds decimals as strings.

    >>> canonical_json({"b": 1, "a": ["0.25", None]})
    '{"a":["0.25",null],"b":1}'
    """
    refuse_floats(value)
    try:
        return orjson.dumps(value, option=_PLAIN).decode()
    except TypeError:  # keys that are no strings, numbers beyond 64 bits: rare, and written all the same
        pass
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def load_json(text: str) -> Any:
    """The value of canonical JSON; whole numbers of any length stay whole.

    >>> load_json('{"a":["0.25",123456789012345678901234567890]}')
    {'a': ['0.25', 123456789012345678901234567890]}
    """
    return json.loads(text) if _LONG.search(text) or text[:19].lstrip("-").isdigit() else orjson.loads(text)


class CanonicalText(str):
    """A value that is canonical JSON already."""

    __slots__ = ()


def canonical_members(value: Mapping[str, Any]) -> dict[str, str]:
    """The members of an object, each as canonical JSON: written once where several texts are made of them."""
    return {key: canonical_json(item) for key, item in value.items()}


def canonical_object(members: Mapping[str, str]) -> CanonicalText:
    """The canonical JSON of an object from its members.

    >>> canonical_object(canonical_members({"b": 1, "a": ["0.25", None]}))
    '{"a":["0.25",null],"b":1}'
    """
    return CanonicalText("{" + ",".join(f"{canonical_text(key)}:{members[key]}" for key in sorted(members)) + "}")


def canonical_text(text: str) -> str:
    r"""One string as canonical JSON, quotes included.

    >>> print(canonical_text('说"是"'))
    "说\"是\""
    """
    return encode_basestring(text)


def refuse_floats(value: Any) -> None:
    """Raises TypeError where a value of dicts, lists and tuples has a float in it, however deep."""
    waiting = [value]
    for item in waiting:  # grows while it is walked: each value is looked at once, and no call is made for it
        kind = type(item)
        if kind is str:
            continue
        if kind is dict or isinstance(item, dict):
            waiting.extend(item.values())
        elif kind is list or isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, float):
            raise TypeError(f"a float in canonical JSON: {item!r}")
