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


@dataclass(slots=True)
class Unpriced:
    """The breaches, what is open about them, and what agreed damages add."""

    found: list[tuple[str, LevelResult, str, int | None]] = field(default_factory=list)
    points: list[OpenPoint] = field(default_factory=list)
    amount_fen: int = 0

    def candidates(self, trace: Trace) -> tuple[Candidate, ...]:
        """A candidate for each breach, without a coefficient."""
        return tuple(self._candidate(one, trace) for one in self.found)

    def _candidate(self, one: tuple[str, LevelResult, str, int | None], trace: Trace) -> Candidate:
        code, level, answer, amount = one
        state: Literal["chosen", "proposed", "needs_adjudication", "needs_reading"]
        state = "needs_reading"
        needs: tuple[str, ...] = (code,)
        if answer == NONE:
            state, needs, amount = "proposed", (), 0
        elif answer == DAMAGES:
            state, needs = ("needs_adjudication", ("loss_fen",)) if amount is None else ("chosen", ())
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
    for level in levels.results:
        if level.state != "breached" or _is_priced(month, level):
            continue
        code = f"unpriced.{level.metric}"
        answer = month.known.get(code, "")
        losses = [month.known.get(f"loss_fen@{numbers.get(event, event)}") for event in level.events]
        known = [int(loss) for loss in losses if loss is not None]
        amount = sum(known) if losses and len(known) == len(losses) else None
        result.found.append((code, level, answer, amount if answer == DAMAGES else None))
        if answer == DAMAGES and amount is not None:
            result.amount_fen += amount
        elif answer != NONE:
            result.points.append(_point(code, level, answer))
    return result


def _is_priced(month: Month, level: LevelResult) -> bool:
    prefix = PRICED_BY.get(level.metric)
    if prefix is None:
        return False
    if level.metric == "availability" and level.metric in month.law.measures:
        # A longer window that is already lost is settled by its rows when it ends.
        stated = (month.law.level("availability") or {}).get("window")
        window = stated if stated in WINDOWS else month.known.get("availability.window")
        if window in WINDOWS and month.evidence.window(str(window)).end_at > month.evidence.month.end_at:
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
