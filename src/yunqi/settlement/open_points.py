"""What the parties must still agree or find before a month is final, and what each answer would cost."""

from __future__ import annotations

from dataclasses import replace

from yunqi.settlement.capped import Caps
from yunqi.settlement.case import Month
from yunqi.settlement.late_points import group_late, make_late_points
from yunqi.settlement.lateness import LATE
from yunqi.settlement.levels import Levels
from yunqi.settlement.model import OpenPoint
from yunqi.settlement.penalties import FEE_BASE, FEE_SHARED, SHARED, Prices, Verdicts, decide
from yunqi.settlement.readings import choice_label, point_of, render_question
from yunqi.settlement.unpriced import Unpriced

FEE_EVIDENCE = "evidence.fee:"


def find_open_points(
    month: Month, verdicts: Verdicts, levels: Levels, unpriced: Unpriced, caps: Caps
) -> tuple[OpenPoint, ...]:
    """All open points of a month, in the order of their codes, then those on late duties and on what fees are."""
    book = month.book
    subjects: dict[str, list[str]] = {code: list(book.subjects.get(code, ())) for code in verdicts.open_codes}
    if FEE_BASE in subjects:
        subjects[FEE_BASE] = sorted({one.draft.event for group in verdicts.groups for one in group})
    for code, named in levels.open_codes.items():
        subjects.setdefault(code, []).extend(one for one in named if one not in subjects[code])
    numbers = {one.id: one.number for one in month.incidents} | book.titles
    points = []
    groups = group_late(month, verdicts.open_codes)
    grouped = {f"{LATE}@{event}" for events in groups.values() for event in events}
    for code in sorted(subjects.keys() - grouped):
        point = point_of(code)
        choices = book.choices.get(code) or (verdicts.bases if code == FEE_BASE else ())
        if not choices and point is not None:
            choices = tuple(choice for choice, _label in point.choices)
        points.append(
            OpenPoint.model_construct(
                code=code,
                question=render_question(code),
                kind=point.kind if point else "reading",
                subjects=tuple(numbers.get(name, name) for name in subjects[code]),
                choices=tuple(_choice(code, choice, verdicts, unpriced.amount_fen) for choice in choices),
                source=None if (source := book.sources.get(code)) is None else dict(source),
            )
        )
    points.extend(make_late_points(month, verdicts, groups, caps, unpriced.amount_fen))
    points.extend(_fee_points(month, verdicts, unpriced, caps))
    return (*points, *unpriced.points)


def _fee_points(month: Month, verdicts: Verdicts, unpriced: Unpriced, caps: Caps) -> list[OpenPoint]:
    # What the fee is can't be computed: a system's share is not registered, or it is not agreed what a breach costs
    # that concerns no single system.
    prices = Prices(month.law, month.inputs.systems, month.known.get(FEE_SHARED), month.held_at)
    names = {one.id: one.name for one in month.inputs.systems}
    result: dict[str, list[str]] = {}
    for placed in verdicts.unpriced_fees:
        lacking = prices.lacking(placed.draft, prices.base_of(placed.draft, verdicts.bases[0]))
        for code in [f"{FEE_EVIDENCE}{system}" for system in lacking] or [FEE_SHARED]:
            result.setdefault(code, []).append(placed.draft.event)
    points = []
    for code, events in sorted(result.items()):
        system = code.removeprefix(FEE_EVIDENCE)
        choices: list[dict[str, str]] = []
        for choice in SHARED if code == FEE_SHARED else ():
            known = {**month.known, FEE_SHARED: choice}
            found = decide(month.book, month.law, month.inputs.systems, known, caps, month.held_at)
            costs = {(code, choice): (found.low, found.high)}
            choices.append(_choice(code, choice, replace(found, costs=costs), unpriced.amount_fen))
        points.append(
            OpenPoint.model_construct(
                code=code,
                question=render_question(code, names.get(system)),
                kind="reading" if code == FEE_SHARED else "evidence",
                subjects=tuple(events),
                choices=tuple(choices),
                source=None,
            )
        )
    return points


def _choice(code: str, choice: str, verdicts: Verdicts, extra: int) -> dict[str, str]:
    head = {"choice": choice, "label": choice_label(code, choice)}
    bounds = verdicts.costs.get((code, choice), (verdicts.low, verdicts.high))
    low, high = bounds[0] + extra, bounds[1] + extra
    return head | ({"amount_fen": str(low)} if low == high else {"low_fen": str(low), "high_fen": str(high)})
