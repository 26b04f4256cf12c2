"""Finds what excuses a party."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Duration, Extraction, source_of
from yunqi.contract.clauses.force_majeure.schema import ForceMajeure
from yunqi.contract.clauses.words import find_within
from yunqi.contract.outline import Outline

AFTER: tuple[str, ...] = ()

_EVENTS = re.compile(
    r"(?:不可抗力(?:是)?指|不可抗力(?:事件)?包括(?:但不限于)?:?|由于|因)([一-龥、]{4,80}?)(?:以及|等|及其他|,|。)"
)
_FORFEITS = re.compile(
    r"(?:否则|逾期|未(?:能)?按[期时]|未(?:能)?在[^。]{0,20}内|不(?:能)?提供)[^。]{0,30}?"
    r"(?:无权|不得|不能|不再|不予|视为放弃)[^。]{0,24}?(?:不可抗力|免除|免责|减轻)"
)
"""Who brings no proof in time can't rely on force majeure."""


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Force majeure, or null where no article speaks of it."""
    found = ForceMajeure()
    for clause in document.under("不可抗力", "免责"):
        text = clause.text
        events = _EVENTS.search(text)
        if events is not None and not found.events and "、" in events[1]:
            found.events = [word for word in events[1].split("、") if word]
        if re.search(r"运营商", text):
            found.carrier_fault = re.search(r"属于[^。]*不可抗力", text) is not None
        if found.proof_within is None:
            found.proof_within = _find_proof(text)
        if re.search(r"证明", text) and _FORFEITS.search(text):
            found.needs_proof = True
        notice = re.search(r"(立即|及时|尽快)[^。]{0,30}?书面通知|书面通知", text)
        if notice is not None and found.notice is None:
            found.notice = {"立即": "immediately", "及时": "promptly", "尽快": "as_soon_as_possible"}.get(
                notice[1] or ""
            )
        if re.search(r"顺延|延长", text):
            found.extends_term = True
        found.sources.append(source_of(clause))
    if not found.sources:
        return Extraction(values={"force_majeure": None})
    found.source = found.sources[0]
    return Extraction(values={"force_majeure": found})


def _find_proof(text: str) -> Duration | None:
    """The time within which proof is due: the one nearest before the word."""
    proof = text.find("证明")
    found: Duration | None = None
    at = 0
    while proof > 0 and (within := find_within(text[at:proof])) is not None:
        found, at = within[0], at + within[2]
    return found
