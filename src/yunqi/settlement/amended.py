"""A month's statement by the contract in force: one text, or two where an agreement begins within the month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from yunqi.settlement.gravest import Bounds
from yunqi.settlement.inputs import Inputs, Suspension
from yunqi.settlement.model import Statement
from yunqi.settlement.reread import bound_by_readings, compute_by_readings
from yunqi.settlement.sides import leave_open

WITHIN_MONTH = "amendment.month"
"""The reading by which text a month is settled within which a supplementary agreement begins."""


def compute_by_texts(inputs: Inputs) -> Statement:
    """The month's statement. A month within which an agreement begins that changes its outcome is provisional until the
    parties agree by which text it is settled.

    Raises `Problem` month.not_over before the month's end (as known), month.outside_term, and reading.code
    or reading.value for a reading that answers nothing.
    """
    if inputs.before is None or _has_ended(inputs):
        return compute_by_readings(replace(inputs, before=None))
    sides = {
        "before": compute_by_readings(replace(inputs, contract=inputs.before, before=None)),
        "after": compute_by_readings(replace(inputs, before=None)),
    }
    agreed = next((one.value for one in inputs.readings if one.code == WITHIN_MONTH), None)
    if agreed is not None:
        return sides[agreed]
    return leave_open(WITHIN_MONTH, "reading", sides, shown="after")


def bound_by_texts(inputs: Inputs, undecided: Sequence[Suspension]) -> Bounds:
    """The least and the greatest that the month comes to by the texts that it may be settled by, in fen, whichever of
    the undecided suspensions excuse.
    """
    texts = {"after": inputs.contract}
    if inputs.before is not None and not _has_ended(inputs):
        texts["before"] = inputs.before
        agreed = next((one.value for one in inputs.readings if one.code == WITHIN_MONTH), None)
        texts = texts if agreed is None else {agreed: texts[agreed]}
    ends = [
        bound_by_readings(replace(inputs, contract=text, before=None, suspensions=()), undecided)
        for text in texts.values()
    ]
    return min(low for low, _high in ends), max(high for _low, high in ends)


def _has_ended(inputs: Inputs) -> bool:
    """Whether the earlier text was out of its term when the month began: then it says nothing of the month."""
    ends = ((inputs.before or {}).get("term") or {}).get("end_on")
    return ends is not None and date.fromisoformat(str(ends)) < inputs.month.start_on
