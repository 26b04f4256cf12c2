"""Recurring turns of contract language that several clause kinds read."""

from __future__ import annotations

import re
from typing import Final

from yunqi.contract.clauses.base import Duration
from yunqi.contract.numbers import DURATION, read_duration

ROLES: Final = {
    "使用单位": "using_unit",
    "云服务商": "provider",
    "政务云管理单位": "administration",
    "云综合监管服务商": "supervisor",
    "信息系统服务商": "integrator",
}
_NOT: Final = "不(?:得|应|应当|能|可|会)?"
NOT_OVER: Final = rf"{_NOT}(?:超过|超出|高于|大于|多于|长于|晚于)"
_NOT_UNDER: Final = rf"{_NOT}(?:低于|少于|小于|短于)"
_AT_MOST: Final = f"{NOT_OVER}|小于等于|少于等于|≤|<=|最多|以内|之内|内完成"
_AT_LEAST: Final = f"{_NOT_UNDER}|大于等于|高于等于|≥|>=|至少|达到|达|以上|保持在|维持在|确保|保证"
_MORE: Final = "高于|超过|大于|多于|>"
_LESS: Final = "低于|小于|少于|<|不足"
WITHIN: Final = re.compile(rf"(?:{NOT_OVER}|≤|在|须在|应在)?{DURATION}(?:以|之)?(?:内|完成)")


def read_operator(words: str, default: str = ">=") -> str:
    """The comparison that the words around a limit mean; 以上 includes the number, 超过 does not.

    Source: 民法典 第1259条.

    >>> [read_operator(words) for words in ("应不低于", "不得低于", "超过", "不得超过", "小于等于", "低于")]
    ['>=', '>=', '>', '<=', '<=', '<']
    """
    for pattern, operator in ((_AT_MOST, "<="), (_AT_LEAST, ">="), (_MORE, ">"), (_LESS, "<")):
        if re.search(pattern, words):
            return operator
    return default


def find_within(text: str) -> tuple[Duration, int, int] | None:
    """The first 「N 单位内」 of a comparable text, with its span.

    >>> find_within("合同生效后90个工作日内支付")[0].model_dump()
    {'count': 90, 'unit': 'working_day'}
    """
    for match in WITHIN.finditer(text):
        duration = read_duration(match["count"], match["unit"])
        if duration is not None:
            return Duration(count=duration[0], unit=duration[1]), match.start(), match.end()
    return None


def find_duration(text: str) -> Duration | None:
    """The first duration of a comparable text."""
    for match in re.finditer(DURATION, text):
        duration = read_duration(match["count"], match["unit"])
        if duration is not None:
            return Duration(count=duration[0], unit=duration[1])
    return None
