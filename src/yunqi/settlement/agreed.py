"""The readings of a month as its statement shows them, and those that changed within it."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.clock import render_local
from yunqi.settlement.inputs import AgreedSpan, Inputs
from yunqi.settlement.readings import choice_label, render_question


def spans_by_code(inputs: Inputs) -> dict[str, tuple[AgreedSpan, ...]]:
    """The spans of each point whose reading was not the same over the whole month, in order."""
    found: dict[str, tuple[AgreedSpan, ...]] = {}
    for one in sorted(inputs.changed, key=lambda each: (each.code, each.start_at)):
        found[one.code] = (*found.get(one.code, ()), one)
    return found


def view_agreed(inputs: Inputs) -> tuple[dict[str, Any], ...]:
    """What was agreed, by code; where it changed within the month each reading with its span."""
    spans = spans_by_code(inputs)
    plain = [
        (one.code, "", _entry(one.code, one.value, one.agreement, one.id))
        for one in inputs.readings
        if one.code not in spans
    ]
    changed = [
        (one.code, entry["start"], entry)
        for each in spans.values()
        for one in each
        if one.value is not None
        for entry in (_entry(one.code, one.value, one.agreement, one.id) | _times(one),)
    ]
    return tuple(entry for _code, _start, entry in sorted([*plain, *changed], key=lambda one: one[:2]))


def _entry(code: str, value: str, agreement: str, identifier: str) -> dict[str, Any]:
    return {
        "code": code,
        "question": render_question(code),
        "choice": value,
        "choice_label": choice_label(code, value),
        "agreement": agreement,
        "id": identifier,
    }


def _times(one: AgreedSpan) -> dict[str, str]:
    return {"start": render_local(one.start_at), "end": render_local(one.end_at)}
