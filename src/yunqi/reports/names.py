"""Names for what a statement refers to by id: incidents by their number, figures of a month by what they measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from yunqi.reports import figures
from yunqi.reports.words import metric_word, object_word
from yunqi.settlement.model import Statement

_MONTHLY = re.compile(r"(availability|average|outages)\.(.+):(20\d\d-\d\d)")


def number_incidents(statement: Statement) -> dict[str, str]:
    """The number of each incident by its id."""
    return {incident.id: incident.number for incident in statement.incidents}


def name_event(event: str, numbers: Mapping[str, str]) -> str:
    """What a person calls an event; one that is none of ours stays as it is.

    >>> name_event("inc-1", {"inc-1": "G-7"}), name_event("availability.platform:2026-03", {})
    ('G-7', '2026年3月云平台整体可用性')
    >>> name_event("average.response:2026-03", {}), name_event("outages.门户:2026-03", {})
    ('2026年3月平均响应时间', '2026年3月门户宕机')
    """
    if event in numbers:
        return numbers[event]
    found = _MONTHLY.fullmatch(event)
    if found is None:
        return event
    kind, rest, month = found.groups()
    if kind == "average":
        named = metric_word(f"{rest}_average")
    else:
        what = "可用性" if kind == "availability" else "宕机"
        named = f"{numbers.get(rest, object_word(rest))}{what}"
    return figures.month(month) + named


def name_events(events: Iterable[str], numbers: Mapping[str, str]) -> str:
    """Several events in a row, each once."""
    return "、".join(dict.fromkeys(name_event(event, numbers) for event in events))
