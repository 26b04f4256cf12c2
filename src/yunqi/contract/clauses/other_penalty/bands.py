"""The lateness, or the measure, that a penalty in prose is for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from yunqi.contract.clauses.code_words import say_duration, say_share
from yunqi.contract.clauses.coefficient.schema import Band
from yunqi.contract.clauses.score.limits import read_limits
from yunqi.contract.numbers import NUMBER, PERCENT, UNIT, read_duration, read_share

_MEASURES: Final = (
    ("availability", r"可用(?:性|率)"),
    ("response", r"响应(?:时间|时长)?"),
    ("recovery", r"(?:恢复|修复)(?:时间|时长)?"),
    ("outage_single", r"(?:中断|宕机)(?:时间|时长)?"),
    ("lateness", r"逾期|迟延|延迟|延误|延期|超期|超时|超过约定(?:时限|时间)"),
)
_SAID: Final = {
    "availability": "可用性",
    "response": "响应时间",
    "recovery": "恢复时间",
    "outage_single": "中断时间",
    "lateness": "逾期",
}
_OPERATORS: Final = {">": "超过", ">=": "不低于", "<": "低于", "<=": "不超过"}
_LENGTH = rf"{NUMBER}(?:{UNIT})?"
_LOOKALIKE = re.compile(r"\d[OoIlSZB]|[OoIlSZB]\d")
_LIMITED = re.compile(r"超过|大于|高于|不足|低于|小于|不超过|不低于|达到|以上|以下|至|到|-|~|≤|≥|<|>|^[(\[]")
_COUNTED = rf"{PERCENT}|{NUMBER}(?:{UNIT}|人次|次|起|例|项|个|人)"
_BARE = re.compile(
    rf"(?:累计)?(?:超过|大于|高于|不足|低于|小于|不超过|不低于|达到|满)(?:{_COUNTED})|(?:{_COUNTED})(?:以上|以下)"
)
"""A limit with nothing before it that says of what."""


def read_band(words: str) -> Band | None:
    """The interval that the words before a cost name; None where there is none, or it is not clear.

    Source: 民法典 第1259条.

    >>> read_band("故障恢复时间30分钟至60分钟(含)的,").model_dump(exclude_none=True)
    {'metric': 'recovery', 'min': '30', 'min_operator': '>=', 'max': '60', 'max_operator': '<=', 'unit': 'minute'}
    >>> read_band("逾期5日以内的,").model_dump(exclude_none=True)
    {'metric': 'lateness', 'max': '5', 'max_operator': '<=', 'unit': 'day'}
    >>> read_band("乙方逾期超过15日的,").model_dump(exclude_none=True)
    {'metric': 'lateness', 'min': '15', 'min_operator': '>', 'unit': 'day'}
    """
    if _LOOKALIKE.search(words):
        return None
    for part in re.split("[,;。](?![^(]{0,16}[)\\]])", words):
        for metric, pattern in _MEASURES:
            named = re.search(pattern, part)
            if named is None or re.search(rf"每(?:{pattern})", part):
                continue
            rest = part[named.end() :]
            band = _share_band(rest) if metric == "availability" else _length_band(metric, rest)
            if band is not None:
                return band
    return None


def is_unclear(words: str) -> bool:
    """Whether the words before a cost name an interval that `read_band` can't tell.

    >>> is_unclear("恢复时间超过约定的30分钟的,"), is_unclear("恢复时间超过6O分钟的,"), is_unclear("每逾期1日,")
    (True, True, False)
    """
    if read_band(words) is not None:
        return False
    for part in re.split("[,;。]", words):
        for metric, pattern in _MEASURES:
            named = re.search(pattern, part)
            if named is None or re.search(rf"每(?:{pattern})", part):
                continue
            figure = PERCENT if metric == "availability" else rf"{NUMBER}(?:{UNIT})"
            rest = part[named.end() :]
            if _LIMITED.search(rest) and (re.search(figure, rest) or _LOOKALIKE.search(rest)):
                return True
    return False


def find_measure(words: str) -> str | None:
    """What the words measure; None where they name nothing that is measured.

    >>> find_measure("服务中断超过2小时的"), find_measure("超过8小时的")
    ('outage_single', None)
    """
    return next((metric for metric, pattern in _MEASURES if re.search(pattern, words)), None)


def goes_further(words: str) -> bool:
    """Whether the words before a cost name a limit and not of what: it is of what was named before.

    >>> goes_further("超过8小时的,支付"), goes_further("逾期超过8小时的,支付"), goes_further("逾期的,支付")
    (True, False, False)
    """
    return find_measure(words) is None and any(_BARE.match(part) for part in re.split("[,;。]", words))


def read_further_band(words: str, measure: str) -> Band | None:
    """The interval of a measure that was named before; None where it is not clear.

    >>> read_further_band("超过8小时的,", "outage_single").model_dump(exclude_none=True)
    {'metric': 'outage_single', 'min': '8', 'min_operator': '>', 'unit': 'hour'}
    """
    for part in re.split("[,;。]", words):
        if _BARE.match(part) and not _LOOKALIKE.search(part):
            return _share_band(part) if measure == "availability" else _length_band(measure, part)
    return None


def say_band(band: Mapping[str, Any] | None) -> str | None:
    """An interval in words that read back as the same interval; None for one that has no words.

    >>> say_band({"metric": "lateness", "unit": "day", "min": "15", "min_operator": ">"})
    '逾期超过15日'
    """
    name = _SAID.get(str((band or {}).get("metric")))
    if band is None or name is None:
        return None
    share = band.get("unit") == "share"
    ends = [
        f"{_OPERATORS[band[f'{end}_operator']]}"
        f"{say_share(band[end]) if share else say_duration({'count': band[end], 'unit': band['unit']})}"
        for end in ("min", "max")
        if band.get(end) is not None
    ]
    return f"{name}{'且'.join(ends)}"


def _share_band(rest: str) -> Band | None:
    limits = read_limits(rest, PERCENT)
    if limits is None:
        return None
    low, high = (None if end is None else read_share(end) for end in (limits.low, limits.high))
    return Band(
        metric="availability", unit="share", min=low, min_operator=limits.low_operator, max=high,
        max_operator=limits.high_operator,
    )  # fmt: skip


def _length_band(metric: str, rest: str) -> Band | None:
    if metric == "lateness":
        rest = re.sub("(?:以|之)内", "以下", rest)
    found = list(re.finditer(_LENGTH, rest))
    units = [unit[0] for match in found for unit in [re.search(f"(?:{UNIT})$", match[0])] if unit is not None]
    bracket = re.match(
        rf"(?:为|在)?(?P<low>[(\[])(?P<min>\d{{1,4}}),(?P<max>\d{{1,4}})(?P<high>[)\]])(?P<unit>{UNIT})", rest
    )
    if bracket is not None:
        ends = (
            bracket["min"],
            ">" if bracket["low"] == "(" else ">=",
            bracket["max"],
            "<" if bracket["high"] == ")" else "<=",
        )
        return _named(metric, bracket["unit"], *ends)
    if not units or _LIMITED.search(rest) is None:
        return None
    limits = read_limits(rest, _LENGTH)
    if limits is None or len(set(units)) > 1:
        return None
    low, high = (None if end is None else re.sub(f"(?:{UNIT})$", "", end) for end in (limits.low, limits.high))
    return _named(metric, units[-1], low, limits.low_operator, high, limits.high_operator)


def _named(
    metric: str, unit: str, low: str | None, low_operator: str | None, high: str | None, high_operator: str | None
) -> Band | None:
    ends = [None if end is None else read_duration(end, unit) for end in (low, high)]
    codes = {end[1] for end in ends if end is not None}
    if len(codes) != 1:
        return None
    first, last = (None if end is None else str(end[0]) for end in ends)
    return Band(
        metric=metric, unit=codes.pop(), min=first, min_operator=low_operator, max=last, max_operator=high_operator
    )
