"""Finds the duties in the articles, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, source_of
from yunqi.contract.clauses.obligation.register import read_obligations
from yunqi.contract.clauses.obligation.schema import Obligation
from yunqi.contract.clauses.words import find_within
from yunqi.contract.outline import Outline

AFTER = ("party",)

_WHO = r"(?P<party>甲、?乙双方|甲乙双方|双方|任何一方|一方|乙方|甲方|云服务商|服务商|供应商|使用单位)"
_VERB = (
    r"(?P<verb>应当|应该|(?<![响供相对效])应(?![急用由对])|必?须|(?<![所无如])需要?(?!求)|不得|负责(?!人)|保证(?!金)|承诺|承担"
    r"|有义务|(?:向|为)(?:甲方|使用单位)提供(?!的|过程|服务过程)|提供(?=7\*24))"
)
_DUTY = re.compile(rf"{_WHO}(?P<who>(?:(?!甲方|乙方|有权)[^,。;:]){{0,24}}?){_VERB}")
_LATER_DUTY = re.compile(
    rf"^(?:[^,。;]{{0,30}}?){_WHO}(?:(?!有权)[^。;])*?,(?:并|且)?(?P<verb>应当?|须|需要?|不得)(?![急用由])"
)
_RIGHT_THEN_DUTY = re.compile(
    rf"{_WHO}有权(?:[^。;])*?,(?P<verb>并应?)(?:在|于|须|将)?[^,。;]{{0,12}}内[^。;]{{0,30}}?(?:通知|告知|报告)"
)
"""Whoever has a right may owe notice of having used it."""
_CARRIED_ON = re.compile(r"^(?:且|并|亦|也)?(?P<verb>不得|应当?|须|需要?)(?![急用由])")
_PARTIES = {
    "乙方": "provider",
    "云服务商": "provider",
    "服务商": "provider",
    "供应商": "provider",
    "甲方": "using_unit",
    "使用单位": "using_unit",
}
_TRIGGER = re.compile(r"^(?:如|若|当|因|由于|在)?[^,]{2,60}?(?:后|时|期间|的|前|之日起)(?=,)")
_FREQUENCIES = (
    ("daily", r"每日|每天"),
    ("weekly", r"每周"),
    ("monthly", r"每月|按月"),
    ("yearly", r"每年"),
    ("periodic", r"定期|(?<![约规指])定时"),
)
_EVIDENCE = re.compile(
    r"《[^》]{2,24}(?:工单|协议|报告|单|表)》|统一工单|书面报告|故障记录|验收材料|书面申请|补充协议|履约保函|证明文件|发票|操作手册"
    r"|(?:政务云服务|重保|应急|运维|监控|审计|巡检|总结|故障处理|宕机)(?:报告|方案|预案|记录|月报|周报)"
)


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Obligations in the order of the text; a sentence without a subject goes on with the one before it."""
    found = read_obligations(document)
    for clause in document.body():
        party = ""
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            match = _DUTY.search(sentence) or _LATER_DUTY.search(sentence) or _RIGHT_THEN_DUTY.search(sentence)
            if match is not None:
                party = _PARTIES.get(match["party"], "both")
            else:
                match = _CARRIED_ON.search(sentence) if party else None
            if match is None:
                continue
            within = find_within(sentence)
            evidence = _EVIDENCE.search(sentence)
            trigger = _TRIGGER.match(sentence)
            found.append(
                Obligation(
                    party=party,
                    text=clause.plain.words(start, end),
                    forbidden=match["verb"] == "不得",
                    trigger=trigger[0] if trigger is not None and trigger.end() <= match.end() else None,
                    deadline=within[0] if within is not None else None,
                    frequency=next((code for code, pattern in _FREQUENCIES if re.search(pattern, sentence)), None),
                    evidence=evidence[0] if evidence is not None else None,
                    source=source_of(clause, start, end),
                )
            )
    return Extraction(values={"obligations": found})
