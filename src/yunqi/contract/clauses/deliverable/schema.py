"""The form of a deliverable."""

from __future__ import annotations

import re

from yunqi.contract.clauses.base import Duration, Source, Term
from yunqi.contract.documents import squeeze

_FREQUENCIES = (
    ("daily", r"日报|每日|每天"),
    ("weekly", r"周报|每周"),
    ("monthly", r"月报|每月|按月"),
    ("quarterly", r"季报|每季"),
    ("yearly", r"年报|每年"),
)
_AS_NEEDED = re.compile(r"按实际|按需|如有|视情况|发生时")


class Deliverable(Term):
    """A document that a party must hand in."""

    name: str
    phase: str | None = None
    party: str = "provider"
    trigger: str | None = None
    deadline: Duration | None = None
    due_by: str | None = None
    frequency: str | None = None
    evidence: str
    note: str | None = None
    source: Source


def make_deliverable(name: str, phase: str, note: str, source: Source, *, before_acceptance: bool) -> Deliverable:
    """A deliverable of a list without columns for occasion and frequency: both come from its own words."""
    words = squeeze(f"{name},{note}")
    frequency = next((code for code, pattern in _FREQUENCIES if re.search(pattern, words)), None)
    needed = _AS_NEEDED.search(words) is not None
    usual = "calendar" if frequency else "acceptance" if "验收" in phase else "operation"
    return Deliverable(
        name=name,
        phase=phase or None,
        trigger="as_needed" if needed else usual,
        due_by="acceptance" if before_acceptance else None,
        frequency=frequency or ("as_needed" if needed else None),
        evidence=name,
        note=note or None,
        source=source,
    )
