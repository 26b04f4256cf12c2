"""Finds notices, disputes, changes and the burst clause."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, source_of
from yunqi.contract.clauses.general_terms.schema import AmendmentRules, Burst, Disputes, Notices
from yunqi.contract.clauses.words import find_within
from yunqi.contract.outline import Clause, Outline

AFTER: tuple[str, ...] = ()

_CHOSEN = re.compile(r"第\(?([一二三四1-4])\)?(?:种|项)?方式")
_COURT = re.compile(r"([^,。;:(]{0,20}?(?:所在地|住所地|仲裁)?[^,。;:(]{0,6})(?:的)?(?:有管辖权的)?人民法院")
_ARBITRATION = re.compile(r"([一-龥]{2,12}?仲裁委员会)")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """The four, each null where the contract is silent."""
    return Extraction(
        values={
            "notices": _find_notices(document),
            "disputes": _find_disputes(document),
            "amendment_rules": _find_amendment_rules(document),
            "burst": _find_burst(document),
        }
    )


def _find_notices(document: Outline) -> Notices | None:
    clauses = document.under("通知")
    if not clauses:
        clauses = [c for c in document.clauses if "通知" in c.heading and not c.is_heading]
    if not clauses:
        return None
    notices = Notices(sources=[source_of(clause) for clause in clauses])
    text = "".join(clause.text for clause in clauses)
    notices.written = True if "书面" in text else None
    for clause in clauses:
        within = find_within(clause.text)
        if within is not None and "变更" in clause.text:
            notices.change_within = within[0]
    return notices


def _find_disputes(document: Outline) -> Disputes | None:
    clauses = document.under("争议")
    if not clauses:
        return None
    disputes = Disputes(sources=[source_of(clause) for clause in clauses])
    chosen = next((m for clause in clauses for m in [_CHOSEN.search(clause.text)] if m is not None), None)
    options = clauses
    if chosen is not None:
        wanted = {"一": "1", "二": "2", "三": "3", "四": "4"}.get(chosen[1], chosen[1])
        numerals = {"1": "一", "2": "二", "3": "三", "4": "四"}
        options = [
            c for c in clauses if re.search(rf"[( ]?(?:{wanted}|{numerals[wanted]})\)?$", c.article) and _is_option(c)
        ]
    for clause in options:
        arbitration, court = _ARBITRATION.search(clause.text), _COURT.search(clause.text)
        if court is not None:
            disputes.forum, disputes.place = "court", re.sub(r"^.*?(?:依法)?向|^(?:提交|提请|由)", "", court[1]) or None
        elif arbitration is not None:
            disputes.forum, disputes.place = "arbitration", re.sub(r"^.*?(?:提交|提请|向|由)", "", arbitration[1])
        within = find_within(clause.text)
        if within is not None and "协商" in clause.text:
            disputes.negotiate_within = within[0]
    return disputes


def _is_option(clause: Clause) -> bool:
    return _CHOSEN.search(clause.text) is None


def _find_amendment_rules(document: Outline) -> AmendmentRules | None:
    rules = AmendmentRules()
    for clause in document.body():
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            if re.search(r"补充(?:协议|合同)", sentence) and re.search("签订|签署|为准", sentence):
                rules.form = "supplementary_agreement"
                rules.prevails = True if re.search(r"以补充(?:协议|合同)为准", sentence) else rules.prevails
                rules.sources.append(source_of(clause, start, end))
    return rules if rules.sources else None


def _find_burst(document: Outline) -> Burst | None:
    for clause in document.body():
        match = re.search(r"高峰[^。]*?扩容|临时[^。]{0,10}扩容|短期[^。]{0,16}扩容", clause.text)
        if match is None:
            continue
        for start, end in clause.plain.sentences():
            if not start <= match.start() < end:
                continue
            sentence = clause.text[start:end]
            return Burst(
                free=True if re.search("免费|无偿|不另行?收费", sentence) else None,
                by_agreement=True if re.search("协商|同意|确认", sentence) else None,
                duration="short_term" if re.search("短期|临时|短时", sentence) else None,
                longer_use="supplementary_agreement" if re.search("补充(?:协议|合同)", sentence) else None,
                source=source_of(clause, start, end),
            )
    return None
