"""What a contract says about telling: notices of incidents and the two reports of a fault, each with its time. Pure.

It reads the duties and deliverables that reading found; a sentence with two times is two terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yunqi.contract.clauses.words import find_within

NOTICE, FIRST_REPORT, FINAL_REPORT = "notice", "first_report", "final_report"
STAGES = (NOTICE, FIRST_REPORT, FINAL_REPORT)
_WHOM = r"(?:甲方|使用单位|采购人|委托方|管理单位|监管服务商|主管部门|对方)"
_TELLS = re.compile(
    rf"(?:通知|告知|报告|通报|上报)(?:到|给|至|了)?{_WHOM}|向{_WHOM}[^,。;]{{0,20}}(?:通知|告知|报告|通报|反馈)"
)
_HEARS = re.compile(rf"(?:接到|收到|按照?|依照|根据|经){_WHOM}[^,。;]{{0,40}}(?:通知|报告|告知)|一经{_WHOM}")
_ABOUT = re.compile(r"事件|故障|中断|宕机|异常|攻击|入侵|篡改|泄露|漏洞|应急|安全|事故|严重危害|切断|违规")
_APART = re.compile(r"事先|提前|预先|保密|地址|账号|账户|不可抗力|转让|付款|发票|验收|欠费|维护升级|渗透测试|验证")
_HANDS = re.compile(
    r"(?:提交|提供|出具|报送|递交|形成|做好|编制|反馈)[^,。;]{0,24}(?:报告|故障记录|说明)"
    r"|(?:报告|说明)[^,。;]{0,6}(?:提交|报送|递交)"
)
_OF_A_FAULT = re.compile(r"故障|事件|宕机|中断|事故|处置|根因|根本原因|原因分析")
_FINAL = re.compile(
    r"(?:处理|处置|分析|总结|整改|根因|完整|最终|详细|宕机)[^,。;]{0,6}(?:报告|说明)|根本原因|原因分析"
    r"|(?:排除|解决|恢复|修复|消除|处置完[成毕]|处理完[成毕]|结束|闭环)[^,。;]{0,6}(?:后|之日|之后|起)"
)
_FIRST = re.compile(r"初步|首次|快报|初报|简报|第一时间")
_DOWNTIME = re.compile(r"宕机|停机")
_NO_DOWNTIME = re.compile(r"故障|事件|中断|事故|处置")
_SOON = re.compile(r"第一时间|立即|立刻|即时|及时|尽快|马上")
_CHANNELS = (
    ("mail", r"邮件|邮箱"),
    ("sms", r"短信"),
    ("telephone", r"电话"),
    ("letter", r"书面|信函|函件|公函"),
    ("fax", r"传真"),
)
_STARTS = (
    ("recovery", r"(?:排除|解决|恢复|修复|消除|处置完[成毕]|处理完[成毕]|结束|闭环)[^,。;]{0,6}(?:后|之日|之后|起)"),
    ("notice", rf"(?:接到|收到){_WHOM}[^,。;]{{0,12}}(?:通知|报告|要求)[^,。;]{{0,4}}(?:后|起)"),
    ("occurrence", r"(?:发生|发现|出现|产生|知悉|获知|切断)[^,。;]{0,10}(?:后|之时|时|起|的(?=,))"),
)


@dataclass(frozen=True, slots=True)
class NoticeTerm:
    """One thing to tell. `within` is `{count, unit}`, None where the text gives no time (`soon`: its word for it).

    `clock_start`: occurrence, notice, recovery, or None where the text does not say. `channels`: each of them is asked
    for, none where the text names none.
    """

    stage: str
    within: Mapping[str, Any] | None
    clock_start: str | None
    channels: tuple[str, ...]
    soon: str
    text: str
    source: Mapping[str, Any] | None


def list_notice_terms(contract: Mapping[str, Any]) -> tuple[NoticeTerm, ...]:
    """The terms of a contract in the order of its text.

    >>> text = "乙方应在故障发生后2小时内向甲方提交初步报告,恢复后3个工作日内提交故障分析报告"
    >>> found = list_notice_terms({"obligations": [{"party": "provider", "text": text}]})
    >>> [(one.stage, one.within, one.clock_start) for one in found][1]
    ('final_report', {'count': 3, 'unit': 'working_day'}, 'recovery')
    """
    found: list[NoticeTerm] = []
    for key in ("obligations", "deliverables"):
        for row in contract.get(key) or ():
            if row.get("party") in {"provider", "both", None} and not row.get("forbidden"):
                text = str(row.get("text") or row.get("name") or "")
                found += [one for one in _terms(text, row, named=key == "deliverables") if one not in found]
    return tuple(found)


def is_report_of(kind: str, term: NoticeTerm) -> bool:
    """Whether a report of this name is the one that a term asks for. One of a downtime is no report of a fault.

    >>> text = "恢复后3日内提交故障处理报告"
    >>> (term,) = list_notice_terms({"obligations": [{"party": "provider", "text": text}]})
    >>> is_report_of("故障处理报告", term), is_report_of("故障报告", term), is_report_of("系统宕机报告", term)
    (True, False, False)
    """
    named = list_notice_terms({"deliverables": [{"name": kind, "party": "provider"}]})
    if term.stage == NOTICE or term.stage not in {one.stage for one in named}:
        return False
    return bool(_DOWNTIME.search(term.text) if _DOWNTIME.search(kind) else _NO_DOWNTIME.search(term.text))


def _terms(text: str, row: Mapping[str, Any], *, named: bool) -> Iterator[NoticeTerm]:
    plain = re.sub(r"\s+", "", text).translate(str.maketrans("，；：（）", ",;:()"))
    if _APART.search(plain):
        return
    pieces = [piece for piece in re.split(r"[,;。]", plain) if piece]
    told = [(number, stage) for number, piece in enumerate(pieces) if (stage := _stage(piece, plain, named=named))]
    if len(told) > 1 and told[-1][1] == FINAL_REPORT:  # of two reports after the end, the earlier is the first
        told = [
            *((number, FIRST_REPORT if stage == FINAL_REPORT else stage) for number, stage in told[:-1]),
            told[-1],
        ]
    before = 0
    for number, stage in told:
        words = ",".join(pieces[before : number + 1])
        before = number + 1
        within = find_within(words)
        alone = len(told) == 1 and row.get("deadline") is not None and not _HEARS.search(plain)
        soon = _SOON.search(words)
        yield NoticeTerm(
            stage,
            within[0].model_dump() if within else dict(row["deadline"]) if alone else None,
            next((code for code, pattern in _STARTS if re.search(pattern, words)), None),
            tuple(code for code, pattern in _CHANNELS if re.search(pattern, words)),
            soon[0] if soon else "",
            text,
            row.get("source"),
        )


def _stage(piece: str, whole: str, *, named: bool) -> str | None:
    handed = _HANDS.search(piece) or (named and re.search(r"报告|通知", piece))
    if handed and _OF_A_FAULT.search(whole) and not _HEARS.search(piece):
        if named and "通知" in piece:
            return NOTICE
        return FIRST_REPORT if _FIRST.search(piece) or not _FINAL.search(whole) else _last_word(piece, whole)
    if not named and _TELLS.search(piece) and _ABOUT.search(whole) and not _HEARS.search(piece):
        return NOTICE
    return None


def _last_word(piece: str, whole: str) -> str:
    """Of a sentence that speaks of the end, the report in this piece: the first one where a later piece has it."""
    return FINAL_REPORT if _FINAL.search(piece) or not _FIRST.search(whole) else FIRST_REPORT
