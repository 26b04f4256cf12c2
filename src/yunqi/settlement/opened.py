"""A month opened to be worked out: its law, evidence and what is known of it, before anything is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.settlement.agreed import spans_by_code
from yunqi.settlement.case import Month
from yunqi.settlement.drafts import Book
from yunqi.settlement.evidence import Evidence
from yunqi.settlement.inputs import Inputs
from yunqi.settlement.law import Law
from yunqi.settlement.readings import check_reading


def open_month(inputs: Inputs) -> Month:
    """The month with an empty book.

    Raises `Problem` month.not_over before its end (as known), month.outside_term, and reading.code or reading.value for
    a reading that answers nothing.
    """
    known = _known(inputs)
    law = Law(inputs.contract, known)
    _check_month(inputs, law)
    inputs = _within_term(inputs, law)
    span = inputs.month.span
    return Month(
        law,
        inputs,
        Evidence(inputs, law.start_on, law.end_on),
        known,
        Book(),
        sorted(
            (one for one in inputs.incidents if span.contains(one.opened_at)), key=lambda one: (one.opened_at, one.id)
        ),
        sorted((one for one in inputs.occurrences if span.contains(one.at)), key=lambda one: (one.at, one.id)),
        spans_by_code(inputs),
    )


def drop_what_is_not_owed(month: Month) -> None:
    """Takes the lines out of the book that a dispute settled as not owed."""
    # A dispute that ended for whoever raised it: the line falls away, and a lesser one of its cause comes up.
    month.book.drafts = [one for one in month.book.drafts if not month.is_not_owed(one.id)]


def _known(inputs: Inputs) -> dict[str, str]:
    known: dict[str, str] = {}
    for reading in inputs.readings:
        check_reading(reading.code, reading.value)
        known[reading.code] = reading.value
    for one in inputs.changed:
        if one.value is not None:
            check_reading(one.code, one.value)
    known |= {f"{one.question}@{one.event}": one.answer for one in inputs.adjudications}
    return known


def _check_month(inputs: Inputs, law: Law) -> None:
    span = inputs.month.span
    if inputs.known_at < span.end_at:
        raise Problem(
            "month.not_over",
            "{month} 尚未结束，不能结算",
            field="month",
            month=str(inputs.month),
            end=render_local(span.end_at),
            way_out="请在 {end} 之后结算该月",
        )
    outside = (law.start_on is not None and span.end_at <= day_start(law.start_on)) or (
        law.end_on is not None and inputs.month.start_on > law.end_on
    )
    if outside:
        raise Problem(
            "month.outside_term",
            "{month} 不在合同服务期内（{start} 至 {end}）",
            field="month",
            month=str(inputs.month),
            start=law.start_on,
            end=law.end_on,
            way_out="请填写服务期内的月份",
        )


def _within_term(inputs: Inputs, law: Law) -> Inputs:
    # What happens before the service begins or after it ends is no incident of the contract, though its month is.
    begins = None if law.start_on is None else day_start(law.start_on)
    ends = None if law.end_on is None else day_start(law.end_on + timedelta(days=1))
    kept = tuple(
        one
        for one in inputs.incidents
        if (begins is None or begins <= one.opened_at) and (ends is None or one.opened_at < ends)
    )
    return inputs if len(kept) == len(inputs.incidents) else replace(inputs, incidents=kept)
