"""The review of what a file says beside its words: open revisions, hidden words, comments, dates that change."""

from __future__ import annotations

from collections.abc import Iterator

from yunqi.contract.clauses.base import Finding, Source
from yunqi.contract.documents import Mark
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by

_CODES = (
    ("file.tracked_changes", frozenset({"inserted", "deleted"})),
    ("file.hidden_text", frozenset({"hidden"})),
    ("file.comments", frozenset({"comment"})),
    ("file.date_field", frozenset({"date_field"})),
    ("file.macros", frozenset({"macro"})),
)
_SHOWN = 6
_LONGEST = 60


def check_marks(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """One finding for each kind of mark that the file has.

    A contract with open revisions is read as if they were accepted, which is what Word shows and prints; nobody has
    said that the parties agreed to them, so that this is an error and the words are named.
    """
    for code, kinds in _CODES:
        marks = [mark for mark in outline.document.marks if mark.kind in kinds]
        if marks:
            words = "、".join(f"“{_short(mark.text)}”" for mark in marks[:_SHOWN])
            yield find_by(code, [_source(mark, outline) for mark in marks[:_SHOWN]], count=len(marks), words=words)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _source(mark: Mark, outline: Outline) -> Source:
    before = [clause for clause in outline.everything() if clause.place.line <= mark.line]
    article = max(before, key=lambda clause: clause.place.line).article if before else ""
    return Source(article=article, text=mark.text, line=mark.line or None)


FILE_CHECKS = (check_marks,)
