"""Key figures (绩效指标) of a contract: what each asks for, which this system can measure, the judgement. Pure.

A name says what is to be measured only where it leaves no doubt: 「修复响应时间」 may be the time of response or of
repair, so it is not measured here, and a person records it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.terms import OPERATORS

Measure = Literal["server_count", "server_use", "server_availability", "platform_availability", "response"]
State = Literal["met", "missed", "unknown", "words"]
"""words: a figure in words (定性), which nobody compares by number."""
_SERVER = r"(?:云主机|虚拟机|云服务器|弹性主机)"
_RULES: Sequence[tuple[str, Measure]] = (
    (rf"{_SERVER}(?:的)?(?:数量|台数|总数)", "server_count"),
    (rf"{_SERVER}(?:的)?(?:CPU|处理器)?(?:平均)?(?:使用率|利用率)", "server_use"),
    (rf"{_SERVER}(?:的)?(?:可用率|可用性)", "server_availability"),
    (r"云?平台(?:整体)?(?:的)?(?:可用率|可用性)", "platform_availability"),
    (r"(?:(?!修复|恢复|处置|排除|定位).)*响应(?:时间|时限|时长)", "response"),
)
_UNITS: Mapping[Measure, frozenset[str]] = {
    "server_count": frozenset({"台", "个"}),
    "server_use": frozenset({"%", "％"}),
    "server_availability": frozenset({"%", "％"}),
    "platform_availability": frozenset({"%", "％"}),
    "response": frozenset({"分钟", "分", "小时", "秒"}),
}
_PERCENT = frozenset({"%", "％"})
_PER_PERCENT = Fraction("0.01")
_MINUTES: Mapping[str, Fraction] = {
    "分钟": Fraction(1),
    "分": Fraction(1),
    "小时": Fraction(60),
    "秒": Fraction("1/60"),
}
_EQUAL = "="


@dataclass(frozen=True, slots=True)
class Bounds:
    """A measured value, or between which two it lies; exact."""

    low: Fraction
    high: Fraction


def measure_of(name: str, unit: str | None) -> Measure | None:
    """What this system can measure of a key figure; None where it can't, or the name leaves a doubt.

    >>> measure_of("云主机可用率", "%"), measure_of("系统故障修复响应时间", "分钟"), measure_of("客户满意度", "%")
    ('server_availability', None, None)
    """
    squeezed = re.sub(r"\s+", "", name)
    for pattern, measure in _RULES:
        if re.fullmatch(pattern, squeezed) and (unit or "").strip() in _UNITS[measure]:
            return measure
    return None


def target_of(figure: Mapping[str, Any]) -> Fraction | None:
    """The figure asked for as a number: a share for percents, minutes for times; None for words.

    >>> target_of({"value": "90", "unit": "%"}), target_of({"value": "合同金额", "unit": "万元"})
    (Fraction(9, 10), None)
    """
    return parse_value(str(figure.get("value") or ""), figure.get("unit"))


def parse_value(text: str, unit: str | None) -> Fraction | None:
    """A value in a key figure's unit: a share for percents, minutes for times; None for what is no number."""
    squeezed, given = text.strip(), (unit or "").strip()
    if squeezed.endswith(("%", "％")):
        squeezed, given = squeezed[:-1].strip(), "%"
    if not re.fullmatch(r"\d{1,15}(?:\.\d{1,9})?", squeezed):
        return None
    exact = Fraction(squeezed)
    if given in _PERCENT:
        return exact * _PER_PERCENT
    return exact * _MINUTES.get(given, Fraction(1))


def judge(figure: Mapping[str, Any], measured: Bounds | None) -> State:
    """Whether the figure is met: by every value that it may have, or by none; else it is unknown."""
    operator, target = figure.get("operator"), target_of(figure)
    if operator is None:
        return "words"
    if target is None or measured is None or (operator not in OPERATORS and operator != _EQUAL):
        return "unknown"
    kept = [
        end == target if operator == _EQUAL else OPERATORS[str(operator)](end, target)
        for end in (measured.low, measured.high)
    ]
    if all(kept):
        return "met"
    return "unknown" if any(kept) or _between(operator, target, measured) else "missed"


def _between(operator: object, target: Fraction, measured: Bounds) -> bool:
    return operator == _EQUAL and measured.low < target < measured.high


def most_points(figure: Mapping[str, Any]) -> Fraction | None:
    """The points that a figure is worth, where the contract says so (`score` or `weight`)."""
    for key in ("score", "weight"):
        value = figure.get(key)
        if value is not None and (found := parse_value(str(value), None)) is not None:
            return found
    return None


def points_of(most: Fraction | None, state: State, recorded: Fraction | None) -> Fraction | None:
    """The points reached: as a person recorded them, all of them where the figure is met; else not known.

    How many points a missed figure keeps, no contract says: a person does.
    """
    if recorded is not None:
        return recorded
    return most if state == "met" else None
