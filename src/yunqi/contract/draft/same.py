"""Contract data compared by what it says, without where it was read and what a review found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_ABOUT_THE_READING = frozenset({"file", "findings", "uncertain", "unread", "coverage"})
_NEEDED = (
    "number", "title", "parties.using_unit", "parties.provider", "signed_on", "term.start_on", "term.end_on",
    "total_fen",
)  # fmt: skip


def plain_data(value: Any) -> Any:
    """The data without sources, findings, and what was unsure or unread."""
    if isinstance(value, Mapping):
        return {
            key: plain_data(item)
            for key, item in value.items()
            if key not in _ABOUT_THE_READING and not key.endswith(("source", "sources")) and not _is_sources(item)
        }
    if isinstance(value, (list, tuple)):
        return [plain_data(item) for item in value]
    return value


def _is_sources(value: Any) -> bool:
    """Whether a value is a list of places in the text, as the bond's deductions are."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(item, Mapping)
            and {"article", "text"} <= set(item) <= {"article", "text", "line", "page", "cell"}
            for item in value
        )
    )


def find_differences(left: Any, right: Any, path: str = "") -> list[str]:
    """The paths at which two contracts' data differ; a missing key is a null.

    >>> find_differences({"a": [{"b": 1}], "c": None}, {"a": [{"b": 2}]})
    ['a[0].b']
    """
    return list(_differences(left, right, path))


def _differences(left: Any, right: Any, path: str) -> Iterator[str]:
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in dict.fromkeys((*left, *right)):
            yield from _differences(left.get(key), right.get(key), f"{path}.{key}" if path else key)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]")
    elif left != right and not (left in (None, [], {}) and right in (None, [], {})):
        yield path


def find_gaps(data: Mapping[str, Any]) -> list[str]:
    """The paths that a draft leaves to fill in: unsure values, and what no contract of the kind goes without."""
    found = [str(one["path"]) for one in data.get("uncertain") or () if _value(data, str(one["path"])) is None]
    for path in _NEEDED:
        if _value(data, path) is None and path not in found:
            found.append(path)
    lines = data.get("price_lines") or ()
    priced = any(line.get("unit_price") is not None or line.get("total_fen") is not None for line in lines)
    for index, line in enumerate(lines if priced else ()):
        if line.get("bundle") is None:
            found += [
                f"price_lines[{index}].{name}"
                for name in ("unit_price", "quantity", "total_fen")
                if line.get(name) is None and f"price_lines[{index}].{name}" not in found
            ]
    return found


def _value(data: Any, path: str) -> Any:
    import re

    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data
