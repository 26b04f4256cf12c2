"""When a contract runs and how many service months it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from yunqi.contract.terms import number
from yunqi.kernel.period import months_end, whole_months


def compute_term(term: Mapping[str, Any], signed_on: date | None) -> tuple[date | None, date | None]:
    """First and last day of service; None where the data does not say (a start at signature without a signature).

    The first day is one of service. Source: 民法典 第202条 (a month ends before the same day, or at its end).
    """
    start = date.fromisoformat(term["start_on"]) if term.get("start_on") else None
    if start is None and term.get("from") == "signature":
        start = signed_on
    if term.get("end_on"):
        return start, date.fromisoformat(term["end_on"])
    months = number(term.get("months"))
    if start is None or months is None or months.denominator != 1:
        return start, None
    return start, months_end(start, int(months))


def compute_service_months(term: Mapping[str, Any], signed_on: date | None = None) -> Fraction | None:
    """The number of service months that a yearly fee is divided by; None where the contract does not settle it.

    The stated number, else whole months from start to end; a term that is no whole number of months asks for a reading.
    """
    stated = number(term.get("months"))
    if stated is not None:
        return stated
    start, end = compute_term(term, signed_on)
    if start is None or end is None:
        return None
    count = whole_months(start, end)
    return None if count is None else Fraction(count)


def judge(clause: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """A term and `{signed_on}` -> start, end, service months."""
    signed = facts.get("signed_on")
    signed_on = date.fromisoformat(signed) if signed else None
    start, end = compute_term(clause, signed_on)
    months = compute_service_months(clause, signed_on)
    return {
        "start_on": start.isoformat() if start else None,
        "end_on": end.isoformat() if end else None,
        "months": None if months is None else str(months),
    }
