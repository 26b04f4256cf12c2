"""Finds the clocks of confidentiality, in the articles and in the agreement of the annex."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, source_of
from yunqi.contract.clauses.confidentiality.schema import Confidentiality
from yunqi.contract.clauses.words import find_duration, find_within
from yunqi.contract.outline import Clause, Outline

AFTER: tuple[str, ...] = ()

_RETURN = re.compile(r"归还|返还|交回|销毁")
_TERM = re.compile(r"期限为?|保密期|责任期")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Confidentiality, or null where no article speaks of it."""
    found = Confidentiality()
    for clause in document.under("保密"):
        _read(clause, found)
        found.sources.append(source_of(clause))
    for clause in document.clauses:
        if clause.part and "保密" in clause.part_title and not clause.is_heading:
            _read_annex(clause, found)
    if not found.sources and not found.annex_sources:
        return Extraction(values={"confidentiality": None})
    found.source = (found.sources or found.annex_sources)[0]
    return Extraction(values={"confidentiality": found})


def _read(clause: Clause, found: Confidentiality) -> None:
    text = clause.text
    within = find_within(text)
    if _RETURN.search(text) and within is not None and found.return_within is None:
        found.return_within = within[0]
        found.return_from = "notice" if "通知" in text else None
    if _TERM.search(text) and found.term is None:
        if re.search(r"长期|永久|直至.{0,12}公开", text):
            found.term = "indefinite"
        elif re.search(r"保密(?:义务)?[^。]{0,12}期限", text):
            found.term_length = find_duration(text)
            found.term = "fixed" if found.term_length is not None else None


def _read_annex(clause: Clause, found: Confidentiality) -> None:
    text = clause.text
    used = False
    if _RETURN.search(text) and "立即" in text and found.annex_return is None:
        found.annex_return, used = "immediately", True
    if re.search(r"保密期限为|保密责任期", text) and found.annex_term_length is None:
        tail = text[re.search(r"保密期限为|保密责任期", text).end() :]  # type: ignore[union-attr]
        found.annex_term_length, used = find_duration(tail), True
    if used:
        found.annex_sources.append(source_of(clause))
