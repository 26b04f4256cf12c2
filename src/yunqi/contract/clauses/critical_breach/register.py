"""Reads a table of critical events whose columns are titled, each row complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.base import Source
from yunqi.contract.clauses.critical_breach.schema import CriticalBreach, EventCount, LastsFor
from yunqi.contract.clauses.register import rows_of
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import PlacedTable

_TITLES = {
    "no": r"序号|编号",
    "level": r"事件级别",
    "type": r"事件类型",
    "object": r"影响范围",
    "text": r"认定条件",
    "duration": r"持续时间",
    "count": r"发生次数",
    "responsible": r"责任认定",
}
_NEEDED = frozenset({"level", "type", "text", "count", "responsible"})
MAIN_RESPONSIBLE = "云服务商主责"


def is_register(placed: PlacedTable) -> bool:
    """Whether the table is one of critical events whose columns are titled."""
    return next(iter(rows_of(placed, _TITLES, _NEEDED)), None) is not None


def read_register(
    placed: PlacedTable,
    remedies: Mapping[str, tuple[list[str], Source, EventCount]],
    read_count: Callable[[str], EventCount | None],
    read_time: Callable[[str], LastsFor | None],
    read_facts: Callable[[str], tuple[dict[str, Any], str | None]],
) -> list[CriticalBreach] | None:
    """The events of the table; None where it is no table of that kind."""
    rows = list(rows_of(placed, _TITLES, _NEEDED))
    if not rows:
        return None
    found: list[CriticalBreach] = []
    for _no, row, source in rows:
        level = words.read_text(row["level"].removesuffix("级"))
        conditions, joined = read_facts(squeeze(row["text"]))
        remedy = remedies.get(level or "")
        found.append(
            CriticalBreach(
                level=level,
                type=words.BREACH_TYPES.read(row["type"]),
                object=words.read_text(row["object"]),
                conditions=conditions,
                joined=joined,
                duration=read_time(squeeze(row["duration"])),
                count=read_count(squeeze(row["count"])),
                remedy=remedy[0] if remedy is not None else [],
                remedy_source=remedy[1] if remedy is not None else None,
                provider_responsible=True if squeeze(row["responsible"]) == MAIN_RESPONSIBLE else None,
                text=row["text"],
                source=source,
            )
        )
    return found
