"""A month within which a reading changed: each holds for the facts of its span; a figure of the whole month cannot be
split, and stays open between both while they come to different sums.

Source: 民法典 第142、466、510条 (what the parties agree that a term means); docs/adr/0030.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod

from yunqi.kernel.words import _
from yunqi.settlement.agreed import spans_by_code
from yunqi.settlement.bounds import Opened, bound_penalty
from yunqi.settlement.gravest import Bounds
from yunqi.settlement.inputs import Inputs, Reading, Suspension
from yunqi.settlement.model import Statement
from yunqi.settlement.readings import render_question
from yunqi.settlement.sides import ask_between, differ, leave_between, leave_open, say_reach
from yunqi.settlement.statement import compute_by_one_text

_MOST, _WAYS = 4, 64
"""So many points that changed, or so many ways to read them, are played through; more are bounded together."""


@dataclass(frozen=True, slots=True)
class _Changes:
    """The month with the last word on each point, and what was agreed of those that changed throughout the month."""

    inputs: Inputs
    choices: Opened
    last: Mapping[str, str]


def compute_by_readings(inputs: Inputs) -> Statement:
    """The statement by one text."""
    changes = _find_changes(inputs)
    shown = compute_by_one_text(changes.inputs)
    if not changes.choices:
        return shown
    matters = {
        code: values
        for code, values in changes.choices.items()
        if any(
            differ(shown, compute_by_one_text(_read(changes.inputs, {code: value})))
            for value in values
            if value != changes.last[code]
        )
    }
    if not _can_play(matters):
        return _bound(changes, shown, matters)
    made = _play(changes, matters, {})
    if len(matters) == len(changes.choices):
        return made
    low, high = bound_penalty(changes.inputs, changes.choices)
    if made.penalty_low_fen <= low and high <= made.penalty_high_fen:
        return made
    # Some may matter together that do not alone.
    return _play(changes, changes.choices, {}) if _can_play(changes.choices) else _bound(changes, shown, matters)


def _can_play(choices: Opened) -> bool:
    return len(choices) <= _MOST or prod(len(values) for values in choices.values()) <= _WAYS


def bound_by_readings(inputs: Inputs, undecided: Sequence[Suspension]) -> Bounds:
    """The least and the greatest that the month comes to by one text, however its changed readings are read and
    whichever of the undecided suspensions excuse.
    """
    changes = _find_changes(inputs)
    return bound_penalty(changes.inputs, changes.choices, undecided)


def _find_changes(inputs: Inputs) -> _Changes:
    choices: dict[str, tuple[str, ...]] = {}
    last: dict[str, str] = {}
    unread = set()
    for code, spans in spans_by_code(inputs).items():
        values = tuple(dict.fromkeys(one.value for one in spans if one.value is not None))
        if any(one.value is None for one in spans):
            unread.add(code)  # not agreed for a part of the month: of a figure of the month nothing is agreed
        elif len(values) > 1:
            choices[code] = values
            last[code] = spans[-1].value or ""
    kept = replace(inputs, readings=tuple(one for one in inputs.readings if one.code not in unread))
    return _Changes(_read(kept, last), choices, last)


def _play(changes: _Changes, matters: Opened, answers: Mapping[str, str]) -> Statement:
    code = next((code for code in matters if code not in answers), None)
    if code is None:
        return compute_by_one_text(_read(changes.inputs, answers))
    sides = {value: _play(changes, matters, {**answers, code: value}) for value in matters[code]}
    return leave_open(code, "reading", sides, shown=changes.last[code], note=_note())


def _bound(changes: _Changes, shown: Statement, matters: Opened) -> Statement:
    """The statement by the last word on each point, each that `matters` alone or together with others open between what
    was agreed of it, the others open too.

    All are bounded together; the bounds are exact where some way to read them all is found to come to them.
    """
    bounds = bound_penalty(changes.inputs, changes.choices)
    costs: dict[str, dict[str, Bounds]] = {
        code: {
            value: bound_penalty(_read(changes.inputs, {code: value}), _without(changes.choices, code))
            for value in values
        }
        for code, values in changes.choices.items()
    }
    guesses = [
        {code: min(sides, key=lambda value: sides[value][0]) for code, sides in costs.items()},
        {code: max(sides, key=lambda value: sides[value][1]) for code, sides in costs.items()},
    ]
    ways = [shown, *(compute_by_one_text(_read(changes.inputs, one)) for one in guesses)]
    said = _note() + say_reach(bounds, ways)
    asked = {code: sides for code, sides in costs.items() if code in matters or len(set(sides.values())) > 1}
    points = [
        ask_between(code, "reading", sides, question=render_question(code) + said, subject=shown.month)
        for code, sides in (asked or costs).items()
    ]
    return leave_between(changes.inputs, shown, bounds, points)


def _without(opened: Opened, code: str) -> Opened:
    return {name: values for name, values in opened.items() if name != code}


def _note() -> str:
    return _("（本月内改变了约定，而按整月计算的数值不能分段：请约定本月适用哪一个，自月初起登记）")


def _read(inputs: Inputs, answers: Mapping[str, str]) -> Inputs:
    others = tuple(one for one in inputs.readings if one.code not in answers)
    return replace(inputs, readings=(*others, *(Reading(code, value, "") for code, value in answers.items())))
