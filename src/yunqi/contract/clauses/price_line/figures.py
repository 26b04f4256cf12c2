"""What a cell of a price table says: a figure with its unit, period and scale, nothing, free, or included elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from yunqi.contract.clauses.code_words import BLANK as TO_FILL_IN
from yunqi.contract.clauses.price_line.columns import PERIODS
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import read_number

_NUM = r"(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,15})(?:\.\d{1,8})?"
_WORD = r"[^\d*/×xX每,;()¥元]{1,6}?"
_TIME = r"(?:个)?(?P<{0}>月|年|天|日|次|季度|季|期)"
_PRICE = re.compile(
    rf"(?:人民币|RMB|CNY)?¥?(?P<value>{_NUM})(?P<scale>万)?(?:元|圆)?整?"
    rf"(?:[/每](?:1)?(?P<unit>{_WORD}))??(?:[/每*.](?:1)?{_TIME.format('per')})?",
    re.IGNORECASE,
)
_EACH = re.compile(
    rf"每(?P<unit>{_WORD})(?:[/每]?{_TIME.format('per')})?(?:人民币)?¥?(?P<value>{_NUM})(?P<scale>万)?元"
)
_QUANTITY = re.compile(
    rf"(?P<value>{_NUM})(?P<unit>[^\d*×xX/,;()¥%]{{0,8}}?)"
    rf"(?:[*xX/,(](?P<count>\d{{1,4}}){_TIME.format('time')}\)?)?"
)
_LOOKALIKE = re.compile(r"\d[OoIlSZB](?![A-Za-z])|\d[OoIlSZB]\d|(?<![A-Za-z])[OoIlSZ]\d")
_COUNT = re.compile(rf"(?P<count>\d{{1,5}}|[一二三四五六七八九十两]{{1,3}}){_TIME.format('time')}?(?:度)?")
_SHARE = re.compile(rf"(?P<value>{_NUM})(?P<mark>%|折)?")
_BLANK = re.compile(r"[-/\\*—~]*|无|N/?A", re.IGNORECASE)
_FREE = re.compile(r"免费.{0,4}|赠送.{0,4}|无偿.{0,4}|免|赠|不收费|0元\(?(?:免费|赠送)\)?", re.IGNORECASE)
_INCLUDED = re.compile(
    r"(?:已|均|全部)?(?:包?含|包括|计入|并入).{0,16}|同上|合并报价|见上(?:行|项)?|见第?\d+[项行]|〃|″|\""
)
_WHOLE_TERM = re.compile(r"(?:整个?|本)?(?:服务期|合同期)(?:内|限)?|全期|一次性|一次|全程")


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell's figure; `value` null where the cell holds none. `kind`: figure, blank, open (____, still to be filled
    in), free, included, unreadable.
    """

    kind: str
    value: Decimal | None = None
    unit: str = ""
    per: str = ""
    count: int | None = None
    words: str = ""


BLANK = Figure("blank")


def read_price(cell: str) -> Figure:
    """An amount of money, perhaps per unit and period, in yuan.

    >>> read_price("45元/核/月")
    Figure(kind='figure', value=Decimal('45'), unit='核', per='month', count=None, words='45元/核/月')
    >>> read_price("¥1,234.50").value, read_price("1.2万元").value, read_price("赠送").kind
    (Decimal('1234.50'), Decimal('12000.0'), 'free')
    """
    words = squeeze(cell)
    plain = _plain_kind(words, cell)
    if plain is not None:
        return plain
    match = _PRICE.fullmatch(words) or _EACH.fullmatch(words)
    if match is None:
        return Figure("unreadable", words=words)
    value = _decimal(match["value"]) * (10**4 if match["scale"] else 1)
    unit, per = match["unit"] or "", match["per"] or ""
    if unit in PERIODS and not per:
        unit, per = "", unit
    return Figure("figure", value, unit, PERIODS.get(per, ""), words=words)


def read_quantity(cell: str) -> Figure:
    """A quantity with its unit, and the periods where the cell multiplies by them.

    >>> read_quantity("269台×12月")
    Figure(kind='figure', value=Decimal('269'), unit='台', per='month', count=12, words='269台*12月')
    """
    words = squeeze(cell)
    plain = _plain_kind(words, cell)
    if plain is not None:
        return plain
    match = _QUANTITY.fullmatch(words)
    if match is None:
        return Figure("unreadable", words=words)
    unit = match["unit"]
    count = int(match["count"]) if match["count"] else None
    return Figure("figure", _decimal(match["value"]), unit, PERIODS.get(match["time"] or "", ""), count, words)


def read_count(cell: str) -> Figure:
    """A count of periods: 12个月, 一年, 8次, 12; a bare 月 is a period without a count; the whole term is one.

    >>> [(read_count(cell).count, read_count(cell).per) for cell in ("12个月", "一年", "8 次", "12", "月", "服务期内")]
    [(12, 'month'), (1, 'year'), (8, 'run'), (12, ''), (None, 'month'), (1, 'term')]
    """
    words = squeeze(cell)
    plain = _plain_kind(words, cell)
    if plain is not None:
        return plain
    bare = words.removeprefix("按").removeprefix("每").removeprefix("元/").removeprefix("个")
    if bare in PERIODS:
        return Figure("figure", per=PERIODS[bare], words=words)
    if _WHOLE_TERM.fullmatch(words):
        return Figure("figure", per="term", count=1, words=words)
    match = _COUNT.fullmatch(words) or re.fullmatch(rf"{_COUNT.pattern}(?:期|项)", words)
    if match is None:
        return Figure("unreadable", words=words)
    return Figure(
        "figure", per=PERIODS.get(match["time"] or "", ""), count=int(read_number(match["count"])), words=words
    )


def read_discount(cell: str, title: str) -> Decimal | None:
    """What the price is multiplied by; null where the cell holds no share. A 下浮率 or 优惠率 is taken off.

    >>> read_discount("85%", "折扣率"), read_discount("8.5折", "折扣"), read_discount("15%", "下浮率")
    (Decimal('0.85'), Decimal('0.85'), Decimal('0.85'))
    """
    match = _SHARE.fullmatch(squeeze(cell))
    if match is None:
        return None
    value = _decimal(match["value"])
    if match["mark"] == "%":
        value = value.scaleb(-2)
    elif match["mark"] == "折" or value > 1:
        value = value.scaleb(-1 if value <= 10 else -2)
    if re.search(r"下浮|让利|优惠(?:率|比例)", title):
        value = 1 - value
    return value if 0 < value <= 1 else None


def _plain_kind(words: str, cell: str) -> Figure | None:
    if TO_FILL_IN in cell:
        return Figure("open")
    if _BLANK.fullmatch(words):
        return BLANK
    if _FREE.fullmatch(words):
        return Figure("free", Decimal(0), words=words)
    if _INCLUDED.fullmatch(words):
        return Figure("included", words=words)
    if _LOOKALIKE.search(words):  # a letter that looks like a digit
        return Figure("unreadable", words=words)
    return None


def _decimal(words: str) -> Decimal:
    return Decimal(words.replace(",", ""))
