"""The codes of the review, as data: severity, words, the text proposed instead, the reading that one opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from yunqi.contract.clauses.base import Alternative, Finding, Source, Worth
from yunqi.kernel.words import _

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `message`, `matters` and `proposal` have places for the figures of the contract.

    `find` and the following are a check by pattern: the first is looked for in every sentence and row; `unless`
    anywhere in the text and `unless_here` in the same sentence lift it; `needs` must stand somewhere.
    """

    code: str
    severity: Severity
    subject: str
    title: str
    message: str
    matters: str
    proposal: str
    reading: str | None = None
    find: str | None = None
    unless: str | None = None
    unless_here: str | None = None
    needs: str | None = None


@cache
def load_codes() -> dict[str, Code]:
    """All codes by name, subject after subject."""
    found: dict[str, Code] = {}
    for entry in sorted((files(__package__) / "registry").iterdir(), key=lambda each: each.name):
        subject = entry.name.removesuffix(".yaml")
        for one in yaml.safe_load(entry.read_text("utf-8")):
            found[one["code"]] = Code(subject=subject, **one)
    return found


def find_by(
    code: str,
    sources: Sequence[Source | None],
    *,
    worth: Worth | None = None,
    reading: str | None = None,
    alternatives: Sequence[Alternative] = (),
    **values: Any,
) -> Finding:
    """A finding of a code; `values` fill its words; `reading` is the open point where the code's own ends in *."""
    entry = load_codes()[code]
    return Finding(
        code=code,
        severity=entry.severity,
        message=_(entry.message, **values),
        sources=[source for source in sources if source is not None],
        matters=_(entry.matters, **values),
        proposal=entry.proposal.format(**values),
        worth=worth,
        reading=reading or (None if (entry.reading or "").endswith("*") else entry.reading),
        alternatives=list(alternatives),
    )
