"""Finds the duties in the articles, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Extraction, source_of
from yunqi.contract.clauses.obligation.register import read_obligations
from yunqi.contract.clauses.obligation.schema import Obligation
from yunqi.contract.clauses.words import find_within
from yunqi.contract.numbers import DURATION
from yunqi.contract.outline import Outline

AFTER = ("party",)

_WHO = r"(?P<party>甲、?乙双方|甲乙双方|双方|任何一方|一方|乙方|甲方|云服务商|服务商|供应商|使用单位|云平台(?=应))"
_VERB = (
    r"(?P<verb>应当|应该|(?<![响供相对效])应(?![急用由对])|必?须|(?<![所无如])需要?(?!求)|不得|负责(?!人)|保证(?!金)|承诺|承担"
    r"|有义务|(?:向|为)(?:甲方|使用单位)提供(?!的|过程|服务过程)|提供(?=7\*24)|(?=每(?:个)?(?:日|天|周|月|季|半年|年)[^,。;]{0,8}(?:开展|组织|进行|提交|报送|反馈|提供|出具|检查|巡检)))"
)
_DUTY = re.compile(rf"{_WHO}(?P<who>(?:(?!甲方|乙方|有权)[^,。;:]){{0,24}}?){_VERB}")
_LATER_DUTY = re.compile(
    rf"^(?:[^,。;]{{0,30}}?){_WHO}(?:(?!有权)[^。;])*?,(?:并|且)?(?P<verb>应当?|须|需要?|不得)(?![急用由])"
)
_RIGHT_THEN_DUTY = re.compile(
    rf"{_WHO}有权(?:[^。;])*?,(?P<verb>并应?)(?:在|于|须|将)?[^,。;]{{0,12}}内[^。;]{{0,30}}?(?:通知|告知|报告)"
)
"""Whoever has a right may owe notice of having used it."""
_OTHERS = {"provider": "using_unit", "using_unit": "provider"}
_CONSENTS = re.compile("(?:未(?:经|征得|取得|获得|得到)|不经)$")
"""Whose consent is wanting: the other party may not."""
_BEFORE_WHO = re.compile(
    r"(?P<party>乙方|甲方|云服务商|服务商|供应商|使用单位)(?:应)?(?:在|于|自)?"
    r"(?:接到|收到|接获|接受|得到|获得|按照?|根据|依据|依照|遵照|经|配合|协助|向|为|对|与)[^,。;:]*$"
)
"""Who does what the party behind it is only the giver or the taker of: 「乙方接到甲方报告后应…」."""
_REGULARLY = re.compile(
    r"^(?:并)?(?:每(?:个)?(?:日|天|周|月|季度?|半年|年)|按(?:日|周|月|季)|定期)(?:度)?(?:首月|末|初|底)?"
    r"(?:\d{1,2}日(?:之|以)?前|(?:结束|期满|届满)?后\d{1,2}个?(?:工作)?(?:日|天)(?:之|以)?内)?(?:至少)?(?:一次)?(?:向甲方)?"
    r"(?P<verb>监测|监控|反馈|提交|提供|报送|出具|检查|巡检|备份|扫描|开展|进行|组织|更新|汇总|统计|报告|培训|演练)"
)
"""What is done regularly, in a sentence that names nobody."""
_IN_TIME = re.compile(
    rf"^[^,。;甲乙双]{{2,20}}?(?:后|时|之日起){DURATION}(?:之|以)?内(?:向甲方)?"
    r"(?P<verb>提交|提供|报送|出具|报告|通知|完成|开展|组织)"
)
"""What is done in a time after an event, in a sentence that names nobody."""
_PROMISES = re.compile(r"^(?:并)?(?P<verb>应)(?:能|能够|当)?(?:满足|达到|符合|通过|具备|支持|提供|保证|确保)")
_SERVICES = re.compile(r"服务(?:内容|要求|标准|质量|水平|响应|范围|保障)|乙方")
"""Articles about the service, whose duties are the provider's where nobody is named."""
_CARRIED_ON = re.compile(r"^(?:且|并|亦|也)?(?P<verb>不得|应当?|须|需要?)(?![急用由])")
_PARTIES = {
    "乙方": "provider",
    "云服务商": "provider",
    "服务商": "provider",
    "供应商": "provider",
    "云平台": "provider",
    "甲方": "using_unit",
    "使用单位": "using_unit",
}
_TRIGGER = re.compile(r"^(?:如|若|当|因|由于|在)?[^,]{2,60}?(?:后|时|期间|的|前|之日起)(?=,)")
_FREQUENCIES = (
    ("daily", r"每日|每天"),
    ("weekly", r"每周"),
    ("monthly", r"每个?月|按月"),
    ("quarterly", r"每个?季度?|按季"),
    ("yearly", r"每年"),
    ("periodic", r"定期|(?<![约规指])定时"),
)
_EVIDENCE = re.compile(
    r"《[^》]{2,24}(?:工单|协议|报告|单|表)》|统一工单|书面报告|故障记录|验收材料|书面申请|补充协议|履约保函|证明文件|发票|操作手册"
    r"|(?:政务云服务|重保|应急|运维|监控|审计|巡检|总结|故障处理|宕机)(?:报告|方案|预案|记录|月报|周报)"
)


def _read_party(sentence: str, duty: re.Match[str]) -> str:
    before = sentence[: duty.start("party")]
    party = _PARTIES.get((_BEFORE_WHO.search(before) or duty)["party"], "both")
    return _OTHERS.get(party, party) if _CONSENTS.search(before) else party


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Obligations in the order of the text; a sentence without a subject goes on with the one before it."""
    found = read_obligations(document)
    for clause in document.body():
        party = ""
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            match = _DUTY.search(sentence) or _LATER_DUTY.search(sentence) or _RIGHT_THEN_DUTY.search(sentence)
            if match is not None:
                party = _read_party(sentence, match)
            elif party:
                match = _CARRIED_ON.search(sentence) or _REGULARLY.search(sentence) or _IN_TIME.search(sentence)
            elif _SERVICES.search(clause.heading):
                match = _REGULARLY.search(sentence) or _PROMISES.search(sentence) or _IN_TIME.search(sentence)
                party = "provider" if match is not None else ""
            if match is None:
                continue
            within = find_within(sentence[match.start() :]) or find_within(sentence)
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
