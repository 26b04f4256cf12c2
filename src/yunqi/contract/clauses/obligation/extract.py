"""Finds the duties in the articles, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, source_of
from yunqi.contract.clauses.obligation.schema import Obligation
from yunqi.contract.clauses.words import find_within
from yunqi.contract.outline import Outline

AFTER = ("party",)

_DUTY = re.compile(
    r"(?P<party>甲、?乙?双方|双方|任何一方|受不可抗力影响一方|乙方|甲方|云服务商|使用单位|服务商)(?P<who>[^,。;:应须需]{0,16}?)"
    r"(?P<verb>应当|应该|应|须|需要|需(?!求)|不得|负责|保证|承诺|承担|将承担)"
)
_PARTIES = {"乙方": "provider", "云服务商": "provider", "服务商": "provider", "甲方": "using_unit", "使用单位": "using_unit"}
_RIGHT = re.compile(r"有权(?:要求|按|根据|选择|自行|拒绝|全部|解除|暂停|暂时|停止)")
_TRIGGER = re.compile(r"^(?:如|若|当|因|由于|在)?[^,]{2,60}?(?:后|时|期间|的|前|之日起)(?=,)")
_FREQUENCIES = (("daily", r"每日|每天"), ("weekly", r"每周"), ("monthly", r"每月|按月"), ("yearly", r"每年"), ("periodic", r"定期|定时"))
_EVIDENCE = re.compile(r"(?:书面)?[一-龥A-Za-z]{0,8}(?:报告|记录|方案|预案|工单|清单|协议|手册|证明文件|单据|登记)")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Obligations in the order of the text."""
    found: list[Obligation] = []
    for clause in document.body():
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            match = _DUTY.search(sentence)
            if match is None:
                continue
            right = _RIGHT.search(sentence)
            if right is not None and right.start() < match.start():
                continue
            within = find_within(sentence)
            evidence = _EVIDENCE.search(sentence, match.end())
            trigger = _TRIGGER.match(sentence)
            found.append(
                Obligation(
                    party=_PARTIES.get(match["party"], "both"),
                    text=clause.plain.words(start, end),
                    forbidden=match["verb"] == "不得",
                    trigger=trigger[0] if trigger is not None and trigger.end() <= match.start() + 12 else None,
                    deadline=within[0] if within is not None else None,
                    frequency=next((code for code, pattern in _FREQUENCIES if re.search(pattern, sentence)), None),
                    evidence=evidence[0] if evidence is not None else None,
                    source=source_of(clause, start, end),
                )
            )
    return Extraction(values={"obligations": found})
