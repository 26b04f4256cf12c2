"""Breaches of a service level that no penalty row prices: recorded, never costing 0 in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _
from yunqi.settlement.availability import WINDOWS
from yunqi.settlement.case import Month
from yunqi.settlement.levels import Levels
from yunqi.settlement.model import Candidate, LevelResult, OpenPoint
from yunqi.settlement.readings import choice_label, render_question
from yunqi.settlement.trace import Trace

PRICED_BY: Mapping[str, str] = {
    "availability": "availability.",
    "response": "average.response:",
    "recovery": "average.recovery:",
}
NONE, DAMAGES = "none", "damages"


@dataclass(frozen=True, slots=True)
class Breach:
    """One breached level with what was agreed on it. `counted`: another level's damages are these events' loss."""

    code: str
    level: LevelResult
    answer: str
    amount_fen: int | None
    counted: bool = False


@dataclass(slots=True)
class Unpriced:
    """The breaches, what is open about them, and what agreed damages add."""

    found: list[Breach] = field(default_factory=list)
    points: list[OpenPoint] = field(default_factory=list)
    amount_fen: int = 0

    def candidates(self, trace: Trace) -> tuple[Candidate, ...]:
        """A candidate for each breach, without a coefficient."""
        return tuple(self._candidate(one, trace) for one in self.found)

    def _candidate(self, one: Breach, trace: Trace) -> Candidate:
        code, level, answer, amount = one.code, one.level, one.answer, one.amount_fen
        state: Literal["chosen", "not_gravest", "proposed", "needs_adjudication", "needs_reading"]
        state = "needs_reading"
        needs: tuple[str, ...] = (code,)
        if answer == NONE:
            state, needs, amount = "proposed", (), 0
        elif answer == DAMAGES:
            state, needs = ("needs_adjudication", ("loss_fen",)) if amount is None else ("chosen", ())
            state = "not_gravest" if one.counted else state
        events = "、".join(level.events)
        node = trace.add(
            f"candidate.{code}",
            level.title,
            "—" if amount is None else _("{amount} 元", amount=render_yuan(amount)),
            source=level.source,
            reading=code if answer else None,
            children=(level.node,),
            sample=level.sample,
        )
        alternatives: tuple[dict[str, str], ...] = ()
        if not answer:
            alternatives = ({"choice": NONE, "label": choice_label(code, NONE), "amount_fen": "0"},)
        source: dict[str, Any] | None = None if level.source is None else dict(level.source)
        return Candidate.model_construct(
            id=code,
            event=events,
            root_cause=events,
            clause=str((level.source or {}).get("article") or level.metric),
            text=level.title,
            severity="other",
            coefficient=None,
            amount_fen=amount,
            state=state,
            needs=needs,
            alternatives=alternatives,
            source=source,
            sample=level.sample,
            node=node,
        )


def find_unpriced(month: Month, levels: Levels) -> Unpriced:
    """The breached levels without a row, or whose rows the month's figures don't reach."""
    result = Unpriced()
    numbers = {one.number: one.id for one in month.incidents}
    counted: set[str] = set()
    for code, level in zip(_codes(month), levels.results, strict=True):
        if level.state != "breached" or _is_priced(month, level):
            continue
        answer = NONE if month.is_not_owed(code) else month.known.get(code, "")
        if answer != DAMAGES:
            result.found.append(Breach(code, level, answer, None))
            if answer != NONE:
                result.points.append(_point(code, level, answer))
            continue
        # The loss of an event is one, however many levels it broke.
        events = [event for event in level.events if event not in counted]
        losses = [month.known.get(f"loss_fen@{numbers.get(event, event)}") for event in events]
        known = [int(loss) for loss in losses if loss is not None]
        amount = sum(known) if level.events and len(known) == len(losses) else None
        result.found.append(Breach(code, level, answer, amount, counted=bool(level.events) and not events))
        counted.update(events)
        if amount is None:
            result.points.append(_point(code, level, answer))
        else:
            result.amount_fen += amount
    return result


def _codes(month: Month) -> list[str]:
    """One code for each level: by metric and condition; a further one of both the same is numbered."""
    codes: list[str] = []
    for level in month.law.levels:
        plain = ".".join(
            ("unpriced", str(level.get("metric")), *([str(level["condition"])] if level.get("condition") else []))
        )
        same = sum(code.partition("#")[0] == plain for code in codes)
        codes.append(f"{plain}#{same + 1}" if same else plain)
    return codes


def _is_priced(month: Month, level: LevelResult) -> bool:
    prefix = PRICED_BY.get(level.metric)
    if prefix is None:
        return any(draft.event in level.events for draft in month.book.drafts)
    if level.metric == "availability" and level.metric in month.law.measures:
        # A longer window that is already lost is settled by its rows when it ends.
        stated = (month.law.level("availability") or {}).get("window")
        window = stated if stated in WINDOWS else month.known.get("availability.window")
        if window in WINDOWS and month.evidence.window(str(window)).end_at > month.evidence.month.end_at:
            return True
    numbers = {one.number: one.id for one in month.incidents}
    banded = {draft.event for draft in month.book.drafts if draft.table == f"other.{level.metric}"}
    if level.events and all(numbers.get(event, event) in banded for event in level.events):
        return True
    return any(draft.event.startswith(prefix) for draft in month.book.drafts)


def _point(code: str, level: LevelResult, answer: str) -> OpenPoint:
    choices: tuple[dict[str, str], ...] = (
        {"choice": NONE, "label": choice_label(code, NONE), "amount_fen": "0"},
        {"choice": DAMAGES, "label": choice_label(code, DAMAGES)},
    )
    return OpenPoint.model_construct(
        code="loss_fen" if answer else code,
        question=render_question("loss_fen" if answer else code),
        kind="adjudication" if answer else "reading",
        subjects=level.events,
        choices=() if answer else choices,
        source=level.source,
    )
