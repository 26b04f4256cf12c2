"""Money in fen, exact; shares and rates as fractions; 大写 in and out."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation, Overflow
from fractions import Fraction
from typing import NewType

from yunqi.kernel.errors import Problem

Fen = NewType("Fen", int)
"""An amount of money in whole fen (1 yuan = 100 fen)."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿", "万亿")
_MAX_FEN = 10**18
_MAX_PLACES = 18
_PLAIN = re.compile(r"[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})", re.ASCII)
_VARIANTS = str.maketrans(
    {
        "〇": "零",
        "两": "贰",
        "貳": "贰",
        "叄": "叁",
        "陸": "陆",
        "萬": "万",
        "億": "亿",
        "圆": "元",
        "圓": "元",
        "正": "整",
    }
)


def round_fen(exact: Fraction) -> Fen:
    """Whole fen from an exact amount in fen, half away from zero (四舍五入).

    >>> round_fen(Fraction(24226417600001, 1000000))
    24226418
    >>> round_fen(Fraction(-1, 2)), round_fen(Fraction(1, 2))
    (-1, 1)
    """
    sign = -1 if exact < 0 else 1
    doubled = abs(exact) * 2 + 1
    return Fen(sign * (doubled.numerator // doubled.denominator // 2))


def parse_yuan(text: str, field: str = "amount") -> Fen:
    """Fen from a decimal amount of yuan such as 「1,211,320.88」; `field`: what it is given as.

    Raises `Problem` money.unreadable for anything that is not a number, or has parts of a fen.

    >>> parse_yuan("4,845,283.52"), parse_yuan("¥408")
    (484528352, 40800)
    """
    cleaned = text.strip().replace(",", "").replace("，", "").lstrip("¥￥").removesuffix("元").strip()
    try:
        value = Decimal(cleaned) * 100
    except (InvalidOperation, Overflow) as error:
        raise Problem(
            "money.unreadable",
            "金额「{value}」无法识别",
            field=field,
            value=text,
            way_out="请填写数字金额，例如 1211320.88",
        ) from error
    # An exponent costs a caller four characters, and the whole number all memory.
    if not value.is_finite() or value.adjusted() > _MAX_PLACES or value != value.to_integral_value():
        raise Problem(
            "money.unreadable", "金额「{value}」无法识别", field=field, value=text, way_out="金额最多两位小数"
        )
    return Fen(int(value))


def render_yuan(fen: int) -> str:
    """An amount in yuan with two decimals and grouping.

    >>> render_yuan(484528352), render_yuan(-5)
    ('4,845,283.52', '-0.05')
    """
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}"


def _render_section(number: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _UNITS[place]
        gap = False
    return words


def render_daxie(fen: int) -> str:
    """The amount in capital Chinese numerals (人民币大写), for 0 <= fen < 10^18.

    Source: 正确填写票据和结算凭证的基本规定 (rules on 零 and 整).

    >>> render_daxie(484528352)
    '肆佰捌拾肆万伍仟贰佰捌拾叁元伍角贰分'
    >>> render_daxie(10700053), render_daxie(1680032), render_daxie(100)
    ('壹拾万零柒仟元零伍角叁分', '壹万陆仟捌佰元零叁角贰分', '壹元整')
    """
    if not 0 <= fen < _MAX_FEN:
        raise Problem(
            "money.range",
            "金额 {value} 分超出大写金额可表示的范围",
            value=str(fen),
            way_out="金额应不小于零且小于一亿亿元",
        )
    yuan, cents = divmod(fen, 100)
    sections: list[int] = []
    rest = yuan
    while rest:
        rest, section = divmod(rest, 10000)
        sections.append(section)
    words, gap = "", False
    for index in range(len(sections) - 1, -1, -1):
        section = sections[index]
        if section == 0:
            gap = bool(words)
            continue
        if words and (gap or section < 1000 or sections[index + 1] % 10 == 0):
            words += "零"
        unit = "万" if index == 3 and sections[2] else _SECTIONS[index]
        words += _render_section(section) + unit
        gap = False
    jiao, fen_digit = divmod(cents, 10)
    if yuan:
        words += "元"
    if cents == 0:
        return (words or "零元") + "整"
    if jiao:
        words += ("零" if yuan and yuan % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    return words + (_DIGITS[fen_digit] + "分" if fen_digit else "整")


def parse_daxie(text: str) -> Fen:
    """Fen from an amount in capital Chinese numerals; tolerant of 圆, 正, spaces and a leading 人民币.

    Raises `Problem` money.daxie when a character is not a numeral or the places are out of order.

    >>> parse_daxie("人民币叁佰捌拾捌万柒仟零贰拾陆 元整"), parse_daxie("肆佰万肆仟柒佰叁拾陆元陆角")
    (388702600, 400473660)
    """
    words = re.sub(r"\s|人民币|大写|[:：()（）]", "", text).translate(_VARIANTS).removesuffix("整")
    total, section, digit = 0, 0, 0
    places = {"拾": 10, "佰": 100, "仟": 1000}
    yuan = fen = 0
    seen_yuan = False

    def refuse() -> Problem:
        return Problem(
            "money.daxie", "大写金额「{value}」无法识别", value=text, way_out="请使用规范的大写数字，例如 壹仟贰佰元整"
        )

    for char in words:
        if char in _DIGITS:
            if digit and char != "零":
                raise refuse()
            digit = _DIGITS.index(char)
        elif char in places:
            section += (digit or (1 if char == "拾" and not section else 0)) * places[char]
            digit = 0
        elif char == "万":
            section, digit = (section + digit) * 10**4, 0
            total, section = total + section, 0
        elif char == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif char == "元":
            yuan, total, section, digit, seen_yuan = total + section + digit, 0, 0, 0, True
        elif char == "角":
            fen, digit = fen + digit * 10, 0
        elif char == "分":
            fen, digit = fen + digit, 0
        else:
            raise refuse()
    if digit or section or total or not (seen_yuan or fen) or not 0 <= yuan * 100 + fen < _MAX_FEN:
        raise refuse()
    # Places that came twice or in the wrong order gave some number too: it must say the same words again.
    if _without_zeros(render_daxie(yuan * 100 + fen)) != _without_zeros(words):
        raise refuse()
    return Fen(yuan * 100 + fen)


def _without_zeros(words: str) -> str:
    plain = words.replace("零", "").removesuffix("整")
    plain = "壹" + plain if plain.startswith("拾") else plain
    return plain if any(char in _DIGITS for char in plain) else words.removesuffix("整").replace("零零", "零")


def parse_decimal(text: str) -> Fraction:
    """The exact number in a plain decimal string; raises ValueError for a fraction, an exponent or many digits.

    >>> parse_decimal(" 14.51 ")
    Fraction(1451, 100)
    """
    cleaned = text.strip()
    if _PLAIN.fullmatch(cleaned) is None:
        raise ValueError(f"no plain decimal: {cleaned[:40]!r}")
    return Fraction(cleaned)


def share_of(fen: int, share: Fraction) -> Fraction:
    """The exact share of an amount, in fen, not yet rounded."""
    return Fraction(fen) * share


def parse_share(text: str) -> Fraction:
    """A share or rate from a decimal string ("0.9999") or a percentage ("99.99%").

    >>> parse_share("200%"), parse_share("0.25")
    (Fraction(2, 1), Fraction(1, 4))
    """
    cleaned = text.strip().replace("％", "%")
    try:
        if cleaned.endswith("%"):
            return parse_decimal(cleaned[:-1]) / 100
        return parse_decimal(cleaned)
    except ValueError as error:
        raise Problem(
            "share.unreadable", "比例「{value}」无法识别", value=text, way_out="请填写小数或百分数，例如 0.05 或 5%"
        ) from error


def render_percent(share: Fraction, places: int = 4) -> str:
    """A share as a percentage, cut after `places` decimals, never rounded up: 99.99% is not claimed before it is so.

    >>> render_percent(Fraction(999899999, 1000000000))
    '99.9899%'
    """
    scaled = share * 100 * 10**places
    whole = scaled.numerator // scaled.denominator
    text = f"{whole // 10**places}.{whole % 10**places:0{places}d}" if places else str(whole)
    return f"{text}%"


def render_share(share: Fraction, places: int = 6) -> str:
    """A share as a percentage with no more decimals than it needs, cut with a sign that it goes on.

    >>> render_share(Fraction(9999, 10000)), render_share(Fraction(44639, 44640)), render_share(Fraction(1))
    ('99.99%', '99.997759…%', '100.00%')
    """
    whole, _dot, rest = render_percent(share, places).removesuffix("%").partition(".")
    if (share * 100 * 10**places).denominator != 1:
        return f"{whole}.{rest}…%"
    return f"{whole}.{rest.rstrip('0').ljust(2, '0')}%"


def decimal_text(value: Fraction | Decimal | int) -> str:
    """A decimal string without exponent or trailing zeros, as contract data holds shares and quantities.

    >>> decimal_text(Fraction(1, 4)), decimal_text(Decimal("14.510")), decimal_text(9000)
    ('0.25', '14.51', '9000')
    """
    number = (
        value
        if isinstance(value, Decimal)
        else Decimal(Fraction(value).numerator) / Decimal(Fraction(value).denominator)
    )
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
