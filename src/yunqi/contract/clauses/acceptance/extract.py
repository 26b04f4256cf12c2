"""Finds how the service is accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.acceptance.schema import Acceptance, Deadline, Part
from yunqi.contract.clauses.base import Extraction, source_of
from yunqi.contract.clauses.words import find_within
from yunqi.contract.numbers import DURATION
from yunqi.contract.outline import Outline

AFTER = ("deliverable",)

_DEADLINE = re.compile(
    rf"(?:期满|结束|到期|届满|终止)(?:后|之日起)?,?(?:甲方)?{DURATION}(?:以|之)?内(?!,?由?(?:乙方|云服务商|供应商))[^。;]*?验收(?!申请)"
)
_ASKED = re.compile(
    rf"(?:收到|接到)[^,。;]{{0,12}}?(?:申请|通知|报告|材料|资料)[^,。;]{{0,6}}?{DURATION}(?:以|之)?内[^。;]*?验收"
)
_SILENCE = re.compile(
    r"(?:逾期|未)[^,。;]{0,16}?(?:组织|验收|答复|回复|提出)[^。;]*?(?:视为|默认|视同)[^,。;]{0,10}?(?:合格|通过|认可|同意|接受)"
    r"|(?:没有|未)(?:作出|给出|提出)?(?:答复|回复|异议)[^。;]*?(?:视为|默认)|(?:逾期|到期)未(?:答复|验收)[^。;]*?(?:视为|默认)"
)
_REWORK = re.compile(rf"{DURATION}(?:以|之)?内[^。;]{{0,8}}?(?:返工|调整|整改)")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Acceptance; `deadline` stays null where the using unit has none."""
    acceptance = Acceptance()
    for clause in document.body():
        if "验收" not in clause.text or re.search("支付|费用|价款", clause.heading):
            continue
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            used = False
            asked = _ASKED.search(sentence)
            if acceptance.deadline is None and (asked is not None or _DEADLINE.search(sentence)):
                within = find_within(sentence[asked.start() if asked is not None else 0 :])
                if within is not None:
                    start_of = "expiry" if asked is None else "request"
                    acceptance.deadline = Deadline(**within[0].model_dump(), **{"from": start_of})
                    used = True
            if _SILENCE.search(sentence):
                acceptance.silence_accepts, used = True, True
                within = find_within(sentence)
                acceptance.silence_after = within[0] if within is not None else None
            rework = _REWORK.search(sentence)
            if rework is not None and acceptance.rework is None:
                within = find_within(sentence[rework.start() :])
                acceptance.rework, used = within[0] if within is not None else None, True
            if re.search(r"委托第三方|第三方(?:机构)?(?:进行)?验收|由第三方", sentence):
                acceptance.by_third_party, used = True, True
            if used or "验收" in clause.heading:
                acceptance.sources.append(source_of(clause, start, end))
    if acceptance.sources:
        acceptance.source = acceptance.sources[0]
    parts: dict[str, Part] = {}
    for deliverable in so_far.get("deliverables", []):
        if deliverable.phase:
            parts.setdefault(deliverable.phase, Part(phase=deliverable.phase)).deliverables.append(deliverable.name)
    acceptance.parts = list(parts.values())
    return Extraction(values={"acceptance": acceptance})
