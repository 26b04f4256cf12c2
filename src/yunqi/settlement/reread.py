"""A month within which a reading changed: each holds for the facts of its span; a figure of the whole month cannot be
split, and stays open between both while they come to different sums.

Source: 民法典 第142、466、510条 (what the parties agree that a term means); docs/adr/0030.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.settlement.agreed import spans_by_code
from yunqi.settlement.inputs import Inputs, Reading
from yunqi.settlement.model import Statement
from yunqi.settlement.sides import differ, leave_open
from yunqi.settlement.statement import compute_by_one_text

_MOST = 4


def compute_by_readings(inputs: Inputs) -> Statement:
    """The statement by one text. Raises `Problem` month.readings where too many points changed that matter."""
    choices: dict[str, tuple[str, ...]] = {}
    unread = set()
    for code, spans in spans_by_code(inputs).items():
        values = tuple(dict.fromkeys(one.value for one in spans if one.value is not None))
        if any(one.value is None for one in spans):
            unread.add(code)  # not agreed for a part of the month: of a figure of the month nothing is agreed
        elif len(values) > 1:
            choices[code] = values
    last = {code: value for code in choices if (value := spans_by_code(inputs)[code][-1].value)}
    kept = replace(inputs, readings=tuple(one for one in inputs.readings if one.code not in unread))
    given = _read(kept, last)
    shown = compute_by_one_text(given)
    if not choices:
        return shown
    matters = {
        code: values
        for code, values in choices.items()
        if any(
            differ(shown, compute_by_one_text(_read(given, {code: value}))) for value in values if value != last[code]
        )
    }
    if len(matters) > _MOST:
        raise Problem(
            "month.readings",
            "{month} 有 {count} 项约定在月内变更，不能同时推算",
            field="month",
            month=str(inputs.month),
            count=len(matters),
            codes="、".join(sorted(matters)),
            way_out="请先将其中几项约定为自月初起适用同一解释：{codes}",
        )
    return _play(given, matters, last, {})


def _play(
    inputs: Inputs, matters: Mapping[str, tuple[str, ...]], last: Mapping[str, str], answers: Mapping[str, str]
) -> Statement:
    code = next((code for code in matters if code not in answers), None)
    if code is None:
        return compute_by_one_text(_read(inputs, answers))
    sides = {value: _play(inputs, matters, last, {**answers, code: value}) for value in matters[code]}
    note = _("（本月内改变了约定，而按整月计算的数值不能分段：请约定本月适用哪一个，自月初起登记）")
    return leave_open(code, "reading", sides, shown=last[code], note=note)


def _read(inputs: Inputs, answers: Mapping[str, str]) -> Inputs:
    others = tuple(one for one in inputs.readings if one.code not in answers)
    return replace(inputs, readings=(*others, *(Reading(code, value, "") for code, value in answers.items())))
