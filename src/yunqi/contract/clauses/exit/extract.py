"""Finds the clocks of leaving the contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses.base import Duration, Extraction, source_of
from yunqi.contract.clauses.exit.schema import Exit
from yunqi.contract.numbers import DURATION, read_duration
from yunqi.contract.outline import Outline

AFTER: tuple[str, ...] = ()

_NOTICE = re.compile(rf"(?:截止|届满|期满|到期|终止)(?:日)?前(?:至少|不少于|提前)?{DURATION}")
_NOTICE_OF_EXIT = re.compile(rf"提前(?:至少)?{DURATION}[^。;]{{0,16}}?退出")
_MIGRATION = re.compile(
    rf"(?:迁出|迁移|退出)(?:需求|要求|申请|通知)?(?:后|之日起|起)?(?:的)?{DURATION}(?:以|之)?内[^。;]*?(?:迁移|迁出)"
)
_MIGRATION_TOLD = re.compile(
    rf"(?:迁出|迁移|退出)[^。;]{{0,20}}?(?:收到|接到)[^,。;]{{0,10}}(?:通知|要求|申请|需求)[^,。;]{{0,6}}?{DURATION}(?:以|之)?内"
    r"[^。;]{0,12}?(?:迁移|迁出)"
)
_SWITCH = re.compile(rf"(?:切换|过渡|交接)期(?:限)?(?:为|不少于|不超过|:)?{DURATION}")
_SWITCH_OF = re.compile(rf"{DURATION}的?(?:切换|过渡|交接)期")
_REFUND = re.compile(
    rf"(?:解除|终止)(?:(?:本)?(?:合同|协议))?(?:之日|之后|后)?(?:起)?(?:的)?{DURATION}(?:以|之)?内[^。;]{{0,24}}?(?:退还|返还|退回)"
)

_OF_BOND = re.compile(r"保证金|保函|(?<![向给])甲方(?:应当?|须|向乙方)*(?:退还|返还|退回)")

_OF_THINGS = re.compile(r"(?:退还|返还|退回)[^,。;款费金]{0,12}(?:数据|资料|文件|材料|设备|信息|载体|物品)")
_MOVES_OUT = re.compile("(?:终止|解除|期满|到期|结束)后[^。]*(?:迁移|迁出)")
_FREE = re.compile(r"免费|无偿|不另(?:行)?收费|不(?:再|另)?收取[^,。;]{0,8}费用")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """Exit, or null where no article speaks of it."""
    found = Exit()
    clauses = document.under("退出", "迁移", "终止后")
    for clause in clauses or [one for one in document.body() if _MOVES_OUT.search(one.text)]:
        text = clause.text
        before_end = _NOTICE.search(text)
        notice = before_end or _NOTICE_OF_EXIT.search(text)
        if found.notice is None and notice is not None and "乙方" in text:
            found.notice = _duration(notice["count"], notice["unit"])
            found.notice_before = "term_end" if before_end is not None else "exit"
        migration = _MIGRATION.search(text) or _MIGRATION_TOLD.search(text)
        if found.migration is None and migration is not None:
            found.migration = _duration(migration["count"], migration["unit"])
            found.migration_from = "request"
        switch = _SWITCH.search(text) or _SWITCH_OF.search(text)
        if found.switch_over is None and switch is not None:
            found.switch_over = _duration(switch["count"], switch["unit"])
        if _FREE.search(text):
            found.free_of_charge = True
        if re.search(r"安全擦除|擦除|销毁|清除", text):
            found.erase = True
        if re.search(r"不可抗力[^。]{0,16}(?:延长|顺延)", text):
            found.extendable = True
        found.sources.append(source_of(clause))
    _find_refund(document, found)
    if not found.sources:
        return Extraction(values={"exit": None})
    found.source = found.sources[0]
    return Extraction(values={"exit": found})


def _find_refund(document: Outline, found: Exit) -> None:
    """The time for giving back money once the contract is ended, wherever a sentence says so."""
    for clause in document.clauses:
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end]
            match = None if _OF_BOND.search(sentence) or _OF_THINGS.search(sentence) else _REFUND.search(sentence)
            if match is not None and found.refund_within is None:
                found.refund_within = _duration(match["count"], match["unit"])
                found.refund_source = source_of(clause, start, end)
                if not found.sources:
                    found.sources.append(found.refund_source)


def _duration(count: str, unit: str) -> Duration | None:
    value = read_duration(count, unit)
    return Duration(count=value[0], unit=value[1]) if value is not None else None
