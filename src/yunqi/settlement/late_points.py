"""Several duties that may have been late as the same clause means it: one open point for them all, each an item.

The parties may find it of all at once, or of any one by itself; what they found of one stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from yunqi.contract.conditions import NO, YES
from yunqi.settlement.capped import Caps
from yunqi.settlement.case import Month
from yunqi.settlement.lateness import LATE
from yunqi.settlement.model import OpenPoint
from yunqi.settlement.penalties import Verdicts, decide
from yunqi.settlement.readings import choice_label, render_question

_CODE = f"{LATE}@{LATE}:"
_GROUP = re.compile(rf"{LATE}:(?:(?:other\.|severe#|minor#)\d+\+?)+:(?P<month>\d{{4}}-\d{{2}})")


def month_of_group(event: str) -> str | None:
    """The month whose open point an event stands for, where it stands for several duties; else None.

    >>> month_of_group("late:other.0+minor#4:2026-02"), month_of_group("late:deliverable:1:2026-02")
    ('2026-02', None)
    """
    found = _GROUP.fullmatch(event)
    return None if found is None else found["month"]


def group_late(month: Month, codes: Sequence[str]) -> dict[str, list[str]]:
    """Of the open codes those that ask of several duties whether they were late under the same clauses: the events, by
    what stands for them all.
    """
    clauses: dict[str, dict[str, None]] = {}
    for draft in month.book.drafts:
        place = f"{draft.table}#{draft.order[1]}" if draft.coefficient is not None else f"other.{draft.order[1]}"
        clauses.setdefault(draft.event, {})[place] = None
    groups: dict[str, list[str]] = {}
    for code in codes:
        event = code.partition("@")[2]
        if code.startswith(_CODE) and event in clauses:
            groups.setdefault(f"{LATE}:{'+'.join(clauses[event])}:{month.name}", []).append(event)
    return {name: events for name, events in sorted(groups.items()) if len(events) > 1}


def make_late_points(
    month: Month, verdicts: Verdicts, groups: Mapping[str, Sequence[str]], caps: Caps, extra_fen: int
) -> Iterator[OpenPoint]:
    """The open point of each group: what it comes to if all of them were late, or none, and each by itself."""
    for name, events in groups.items():
        choices = []
        for answer in (YES, NO):
            known = month.known | {f"{LATE}@{event}": answer for event in events}
            made = decide(month.book, month.law, month.inputs.systems, known, caps, month.held_at)
            head = {"choice": answer, "label": choice_label(LATE, answer)}
            choices.append(head | _amounts(made.low + extra_fen, made.high + extra_fen))
        yield OpenPoint.model_construct(
            code=f"{LATE}@{name}",
            question=render_question(LATE),
            kind="adjudication",
            subjects=tuple(month.book.titles.get(event, event) for event in events),
            choices=tuple(choices),
            source=None if (source := month.book.sources.get(f"{LATE}@{events[0]}")) is None else dict(source),
            items=tuple(_item(month, verdicts, event) for event in events),
        )


def _item(month: Month, verdicts: Verdicts, event: str) -> dict[str, str]:
    bounds = [
        bound
        for group in verdicts.groups
        for placed in group
        if placed.draft.event == event
        for bound in placed.bounds.values()
    ]
    low, high = min((one for one, _high in bounds), default=0), max((one for _low, one in bounds), default=0)
    return {"event": event, "title": month.book.titles.get(event, event)} | _amounts(low, high)


def _amounts(low: int, high: int) -> dict[str, str]:
    return {"amount_fen": str(low)} if low == high else {"low_fen": str(low), "high_fen": str(high)}
