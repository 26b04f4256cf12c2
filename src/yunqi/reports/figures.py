"""Figures as a document shows them, always from exact text and never rounded in somebody's favour."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from yunqi.kernel.clock import parse_instant, render_local
from yunqi.kernel.money import decimal_text, render_percent, render_yuan
from yunqi.kernel.period import Month
from yunqi.reports.words import event_word, unit_word

NONE = "—"
"""What stands for a value that is not known; it is never 0."""

_SHARE_METRICS = frozenset({"availability", "durability", "data_availability"})
_SHARE_UNITS = frozenset({"%", "share", "ratio", "percent"})
_DURATION_UNITS = frozenset({"second", "minute", "hour", "day", "natural_day", "working_day", "month", "year"})
_MINUTES = {"minute": 1, "hour": 60}
_SECONDS = 60
_DAY = 24
_LONG = 24 * 60
_PLACES = 4
_PERCENT_PLACES = 6


def parse_exact(text: str) -> Fraction | None:
    """The exact value of "n/d" or decimal text, or None when it is no number.

    >>> parse_exact("1/3"), parse_exact("3,435.5"), parse_exact("约 5")
    (Fraction(1, 3), Fraction(6871, 2), None)
    """
    cleaned = text.strip().replace(",", "")
    if not re.fullmatch(r"-?\d+(/\d+|\.\d+)?", cleaned) or cleaned.endswith("/0"):
        return None
    return Fraction(cleaned)


def quantity(text: str | None) -> str:
    """A quantity with grouping, at most four decimals (rounded half up); what is no number stays as it is.

    >>> quantity("171504"), quantity("10000/3"), quantity(None), quantity("2.50")
    ('171,504', '3,333.3333', '—', '2.5')
    """
    if text is None or text == "":
        return NONE
    exact = parse_exact(text)
    if exact is None:
        return text
    return f"{rounded(exact):,f}"


def rounded(exact: Fraction) -> Decimal:
    """The value with at most four decimals, half up, no trailing zeros."""
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    return Decimal(decimal_text(number.quantize(Decimal(1).scaleb(-_PLACES), ROUND_HALF_UP)))


def yuan(fen: int | None) -> str:
    """An amount in yuan, or the sign for not known."""
    return NONE if fen is None else render_yuan(fen)


def percent(text: str) -> str:
    """A share as a percentage: exact when six decimals do, else cut, never rounded up to a level that was not reached.

    >>> percent("0.9999"), percent("0.999999"), percent("44639/44640")
    ('99.99%', '99.9999%', '99.997759%')
    """
    exact = parse_exact(text.removesuffix("%"))
    if exact is None:
        return text
    if text.endswith("%"):
        exact /= 100
    whole, _, rest = render_percent(exact, _PERCENT_PLACES).removesuffix("%").partition(".")
    return f"{whole}.{rest.rstrip('0').ljust(2, '0')}%"


def is_share(metric: str, unit: str) -> bool:
    """Whether a level is a share of one."""
    return unit in _SHARE_UNITS or (metric in _SHARE_METRICS and unit not in _DURATION_UNITS)


def is_duration(unit: str) -> bool:
    """Whether a level is a length of time."""
    return unit in _DURATION_UNITS


def level_value(metric: str, unit: str, value: str | None) -> str:
    """A threshold or a measured value with its unit.

    >>> level_value("availability", "", "0.9999"), level_value("response", "minute", "15")
    ('99.99%', '15 分钟')
    >>> level_value("arrival", "hour", "2"), level_value("arrival", "hour", "5/6"), level_value("arrival", "hour", None)
    ('2 小时', '50 分钟', '—')
    """
    if value is None or value == "":
        return NONE
    if is_share(metric, unit):
        return percent(value)
    exact = parse_exact(value)
    if exact is None:
        return value
    if unit in _MINUTES and (exact.denominator > 1 or unit == "minute"):
        return minutes(str(exact * _MINUTES[unit]))
    return f"{quantity(value)} {unit_word(unit)}".strip()


def local(instant: str | None) -> str:
    """An instant as people in Beijing read it; a text that is no instant stays as it is."""
    if not instant:
        return NONE
    try:
        return render_local(parse_instant(instant))
    except ValueError:
        return instant


def day(text: str | None) -> str:
    """A date as a document writes it.

    >>> day("2026-03-01"), day(None)
    ('2026年3月1日', '—')
    """
    if not text:
        return NONE
    try:
        on = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{on.year}年{on.month}月{on.day}日"


def month(text: str) -> str:
    """A month as a document writes it.

    >>> month("2026-03")
    '2026年3月'
    """
    parsed = Month.parse(text)
    return f"{parsed.year}年{parsed.number}月"


def month_span(text: str) -> str:
    """The first and last day of a month."""
    parsed = Month.parse(text)
    return f"{day(parsed.start_on.isoformat())}至{day(parsed.end_on.isoformat())}"


def cite(source: Mapping[str, Any] | None) -> str:
    """Where a clause stands: article and, in a table, the cell.

    >>> cite({"article": "3.4"}), cite({"article": "附件2", "cell": "第1行"}), cite(None)
    ('第3.4条', '附件2 第1行', '—')
    """
    if not source:
        return NONE
    article = str(source.get("article") or "").strip()
    if re.fullmatch(r"[\d.]+", article):
        article = f"第{article.rstrip('.')}条"
    row = re.fullmatch(r"(.*\S)\s*#(\d+)", article)
    if row is not None:  # a row of an annex table, named by its own number
        return f"{row[1]}第{row[2]}行"
    cell = str(source.get("cell") or "").strip()
    if not article and source.get("page"):
        article = f"第{source['page']}页"
    return f"{article} {cell}".strip() or NONE


def quote(source: Mapping[str, Any] | None) -> str:
    """The exact words of a clause in corner brackets, or nothing."""
    words = str((source or {}).get("text") or "").strip()
    return f"「{words}」" if words else ""


def limit(value: object) -> str:
    """A limit given as `{count, unit}` or as text.

    >>> limit({"count": 15, "unit": "minute"}), limit("30"), limit(None)
    ('15 分钟', '30', '—')
    """
    if isinstance(value, Mapping):
        return f"{quantity(str(value.get('count', '')))} {unit_word(str(value.get('unit', '')))}".strip()
    return quantity(None if value is None else str(value))


def minutes(text: str | None) -> str:
    """A length in minutes: whole minutes, else with seconds, else with decimals; a second over a limit stays visible.

    >>> minutes("187/3"), minutes("15"), minutes("0.5"), minutes("1/7"), minutes(None)
    ('62 分 20 秒', '15 分钟', '30 秒', '0.1429 分钟', '—')
    """
    exact = parse_exact(text or "")
    if text is None or text == "" or exact is None:
        return text or NONE
    seconds = exact * _SECONDS
    if exact >= _LONG:
        hours, left = divmod(int(exact), _SECONDS)
        return f"{quantity(text)} 分钟（{hours // _DAY} 天 {hours % _DAY} 小时 {left} 分）"
    if exact.denominator == 1 or seconds.denominator > 1 or exact < 0:
        return f"{quantity(text)} 分钟"
    whole, rest = divmod(int(seconds), _SECONDS)
    return f"{whole} 分 {rest} 秒" if whole else f"{rest} 秒"


def event(value: Mapping[str, Any]) -> str:
    """One event of an incident on a line: when, what, by whom."""
    what = event_word(str(value.get("event") or value.get("kind") or value.get("name") or ""))
    by = str(value.get("by") or value.get("person") or value.get("channel") or "").strip()
    return f"{local(value.get('at'))} {what}" + (f"（{by}）" if by else "")
