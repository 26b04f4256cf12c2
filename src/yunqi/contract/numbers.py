"""Numbers as contracts write them: durations, dates, shares, amounts. Input is comparable text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, parse_daxie, parse_yuan

_NUMERALS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_CHINESE = "零〇一二两三四五六七八九十百"
_DECIMAL = r"(?<![\d.OoIlSZB])\d{1,12}(?:\.\d{1,14})?"
_NUMERAL = rf"[{_CHINESE}]{{1,8}}(?:点[零〇一二三四五六七八九]{{1,8}})?"
NUMBER: Final = rf"(?:{_NUMERAL}\({_DECIMAL}\)|{_DECIMAL}|{_NUMERAL})"
"""A number in digits, Chinese numerals, or both as 「二十（20）」; bounded, so that no text makes the search slow."""

_PLAIN_UNITS = {"分钟": "minute", "分": "minute", "天": "day", "日": "day", "月": "month", "年": "year"}
_WEEKS = ("周", "个星期", "星期")
_COUNTED_UNITS = {  # with or without 个 before them
    "小时": "hour", "工作日": "working_day", "工作天": "working_day", "自然日": "day", "自然天": "day", "日历日": "day",
    "日历天": "day",
}  # fmt: skip
_UNITS = {
    **_PLAIN_UNITS,
    **_COUNTED_UNITS,
    **{f"个{word}": unit for word, unit in _COUNTED_UNITS.items()},
    "个月": "month",
}
_SMALLER = {"hour": ("minute", 60), "year": ("month", 12)}
_WEEK_DAYS, _FIRST_YEAR = 7, 1900
_SCALES = {"百": 2, "千": 3, "万": 4, "%": 2, "‰": 3, "‱": 4}
UNIT: Final = (
    "(?:" + "|".join(sorted((*_UNITS, "个星期", "星期"), key=len, reverse=True)) + "|周(?![期年末边岁])"  # no 周期
    ")"
)
DURATION: Final = rf"(?<![年月第{_CHINESE}])(?P<count>半(?=个?小时|年)|{NUMBER})(?P<unit>{UNIT})"
"""A duration with groups `count` and `unit`; the month and the day of a date, and a 「第三日」, are none."""

PERCENT: Final = rf"(?:{NUMBER}[%‰‱]|百分之{NUMBER}|千分之{NUMBER}|万分之{NUMBER})"
DATE: Final = (
    r"(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|[二〇零一三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_CAPITAL = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整正圆〇貳叄陸萬億圓两一二三四五六七八九十百千"
_DAXIE = re.compile(rf"[{_CAPITAL}]{{2,60}}")
_DAXIE_NUMERAL, _DAXIE_UNIT = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟貳叄陸]"), re.compile("[元圆圓角分]")
_DIGITS = re.compile(  # a letter that looks like a digit makes the whole figure doubtful; that of a unit (GB) does not
    r"(?<![\d.,])(?<!(?<![A-Za-z])[OoIlSZB])(¥?)(\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,15}(?:\.\d{1,6})?)(万元|元|圆)?"
    r"(?![\d%‰‱OoIlSZB]|,[\dOoIlSZB]{3}(?!\d)|\.[\dOoIlSZB])"
)
_BETWEEN = re.compile(r"^[,:;.(（)小写人民币大写即合计为¥金额]*$")


def read_number(text: str) -> Decimal:
    """The value of a `NUMBER`; digits in brackets win over the numerals before them.

    >>> read_number("二十(20)"), read_number("十五"), read_number("2.5"), read_number("两")
    (Decimal('20'), Decimal('15'), Decimal('2.5'), Decimal('2'))
    """
    match = re.search(r"\d+(?:\.\d+)?", text)
    if match:
        return Decimal(match[0])
    if text == "半":
        return Decimal("0.5")
    whole, point, part = text.partition("点")
    if point:
        return read_number(whole) + Decimal("0." + "".join(str(_NUMERALS[char]) for char in part))
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _NUMERALS[char]
    return Decimal(total + digit)


def read_duration(count: str, unit: str) -> tuple[int, str] | None:
    """Count and unit of a duration, a part of an hour or a year in the next smaller unit; None for any other part,
    and for the number of a year.

    >>> read_duration("7", "个自然日"), read_duration("二十(20)", "个工作日"), read_duration("半", "小时")
    ((7, 'day'), (20, 'working_day'), (30, 'minute'))
    """
    value = read_number(count)
    if unit in _WEEKS:
        value, code = value * _WEEK_DAYS, "day"
    else:
        code = _UNITS[unit]
    if value != value.to_integral_value() and code in _SMALLER:
        code, parts = _SMALLER[code]
        value *= parts
    if value != value.to_integral_value() or (code == "year" and value >= _FIRST_YEAR):
        return None
    return int(value), code


def read_share(text: str) -> str:
    """A share as decimal text.

    >>> read_share("99.99%"), read_share("千分之一"), read_share("百分之九十九点九"), read_share("0.5‰")
    ('0.9999', '0.001', '0.999', '0.0005')
    """
    scale = _SCALES.get(text[0] if "分之" in text else text[-1], 2)
    return decimal_text(
        read_number(text.replace("分之", "")[1:] if "分之" in text else text.rstrip("%‰‱")).scaleb(-scale)
    )


def read_date(text: str) -> date | None:
    """A date; None where the calendar has none such.

    >>> read_date("2025年7月1日"), read_date("二〇二五年十二月三十一日"), read_date("2025年2月30日")
    (datetime.date(2025, 7, 1), datetime.date(2025, 12, 31), None)
    """
    parts = re.split(r"[年月日/.-]", text)[:3]
    if not parts[0].isascii():
        numbers = [int("".join(str(_NUMERALS[char]) for char in parts[0])), *(int(read_number(p)) for p in parts[1:])]
    else:
        numbers = [int(part) for part in parts]
    try:
        return date(*numbers)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in a text, with its span; `daxie` holds the capital form where one stands beside it.

    `fen` is null where the two differ: `candidates` then holds what each says, the digits first. A capital form that
    can't be read leaves the digits as the only candidate, and digits with parts of a fen leave the capital form.
    """

    fen: int | None
    start: int
    end: int
    digits: str
    daxie: str
    candidates: tuple[int, ...] = ()


def find_amounts(text: str) -> Iterator[Amount]:
    """The amounts of a comparable text in order; 大写 and digits side by side are one amount.

    >>> [a.fen for a in find_amounts("大写:壹佰元整,(¥100.00元)。另付 5 元")]
    [10000]
    >>> [(a.fen, a.candidates) for a in find_amounts("大写:壹佰元整(¥100.50元)")]
    [(None, (10050, 10000))]
    >>> [(a.fen, a.candidates) for a in find_amounts("大写:壹佰元整(¥100.005元),每GB0.125元")]
    [(None, (10000,)), (None, ())]
    """
    marks = [
        (match.start(), match.end(), match[0], True)
        for match in _DAXIE.finditer(text)
        if _DAXIE_NUMERAL.search(match[0]) and _DAXIE_UNIT.search(match[0])
    ]
    marks.extend(
        (match.start(), match.end(), match[0], False) for match in _DIGITS.finditer(text) if match[1] or match[3]
    )
    for match in re.finditer(r"小写:?(\d[\d,]{0,20}(?:\.\d{1,6})?)", text):
        if not any(start <= match.start(1) < end for start, end, _, _ in marks):
            marks.append((match.start(1), match.end(1), match[1], False))
    marks.sort()
    index = 0
    while index < len(marks):
        start, end, words, capital = marks[index]
        following = marks[index + 1] if index + 1 < len(marks) else None
        if following and following[3] != capital and _BETWEEN.match(text[end : following[0]]):
            digits, daxie = (following[2], words) if capital else (words, following[2])
            yield _agree(start, following[1], digits, daxie)
            index += 2
            continue
        if capital:
            fen = _parse_capital(words)
            if fen is not None:  # else a lone word such as 「十分」: no amount stands here
                yield Amount(fen, start, end, "", words)
        else:
            yield Amount(_parse_digits(words), start, end, words, "")
        index += 1


def read_digits(words: str) -> int:
    """Fen from an amount in digits with its marks; 万元 counts in ten thousands.

    Raises `Problem` money.unreadable for parts of a fen.

    >>> read_digits("¥1,211,320.88元"), read_digits("50万元")
    (121132088, 50000000)
    """
    if words.endswith("万元"):
        return int((Decimal(words.strip("¥万元").replace(",", "")) * 10**6).to_integral_value())
    return parse_yuan(words.rstrip("圆"))


def _parse_digits(words: str) -> int | None:
    try:
        return read_digits(words)
    except Problem:  # parts of a fen: a price, or a digit too many
        return None


def _parse_capital(words: str) -> int | None:
    try:
        return parse_daxie(words)
    except Problem:
        return None


def _agree(start: int, end: int, digits: str, daxie: str) -> Amount:
    said = (_parse_digits(digits), _parse_capital(daxie))
    known = tuple(fen for fen in said if fen is not None)
    if len(known) == len(said) and known[0] == known[1]:
        return Amount(known[0], start, end, digits, daxie)
    return Amount(None, start, end, digits, daxie, known)
