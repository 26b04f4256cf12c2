"""Words for what the review names: metrics, measures, durations, shares."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

METRICS: Final = {
    "availability": "可用性",
    "durability": "数据可靠性",
    "data_availability": "数据可用性",
    "response": "响应",
    "arrival": "到达现场",
    "location": "故障定位",
    "recovery": "恢复",
    "handling": "故障处理",
}
"""What a metric is called in a contract; these words stand in Chinese texts and are not translated."""

MEASURES: Final = {
    "response_average": "平均响应时间",
    "recovery_average": "平均恢复时间",
    "unattended": "无人值守时间",
    "availability": "可用性",
    "rectification_ignored": "整改通知未处置",
    "tampered": "网页篡改",
    "data_lost": "数据丢失",
    "intruded": "系统入侵",
    "outage_single": "宕机",
}
_UNITS = {
    "minute": "分钟",
    "hour": "小时",
    "day": "日",
    "working_day": "个工作日",
    "month": "个月",
    "year": "年",
    "time": "次",
}
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "working_day": 1440}


def duration_words(count: object, unit: str) -> str:
    """A duration as contracts write it.

    >>> duration_words("30", "minute"), duration_words(20, "working_day")
    ('30分钟', '20个工作日')
    """
    return f"{count}{_UNITS.get(unit, unit)}"


def in_minutes(value: str | None, unit: str) -> Fraction:
    """A duration in minutes.

    >>> in_minutes("2", "hour")
    Fraction(120, 1)
    """
    return Fraction(value or 0) * _MINUTES.get(unit, 1)


def share_words(share: str | None) -> str:
    """A share as a percentage, with all its digits and no idle zeros.

    >>> share_words("0.999999"), share_words("2")
    ('99.9999%', '200%')
    """
    value = Fraction(share or 0) * 100
    scaled = value * 10**8
    whole, part = divmod(scaled.numerator // scaled.denominator, 10**8)
    return f"{whole}.{part:08d}".rstrip("0").rstrip(".") + "%"
