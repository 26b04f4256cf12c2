"""How a page says a figure: exact, in the language of the page, with its precise form for whoever wants it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

from markupsafe import Markup, escape

from yunqi.kernel.clock import BEIJING, parse_instant, render_instant, require_utc
from yunqi.kernel.money import render_share, render_yuan
from yunqi.kernel.words import _

NONE = "—"
"""What stands for a value that is not known; it is never 0."""
_HOUR_MIN, _DAY_MIN = 60, 24 * 60


def nothing() -> Markup:
    """The sign for "not known", with its words for screen readers."""
    return Markup(f'<span class="yq-none" aria-label="{escape(_("无"))}">{NONE}</span>')  # noqa: S704


def money(fen: int | None) -> Markup:
    """An amount in yuan, exact to the fen.

    >>> str(money(484528352))
    '<span class="yq-figure">¥4,845,283.52</span>'
    """
    if fen is None:
        return nothing()
    sign, text = ("-", render_yuan(-fen)) if fen < 0 else ("", render_yuan(fen))
    return Markup(f'<span class="yq-figure">{sign}¥{text}</span>')  # noqa: S704


def whole(value: int | None) -> Markup:
    """A whole number with grouping."""
    return nothing() if value is None else Markup(f'<span class="yq-figure">{value:,}</span>')  # noqa: S704


def percent(share: Fraction | str | None) -> Markup:
    """A share of one as a percentage: never rounded up to a level that was not reached."""
    if share is None or share == "":
        return nothing()
    exact = share if isinstance(share, Fraction) else Fraction(share)
    return Markup(f'<span class="yq-figure">{render_share(exact)}</span>')  # noqa: S704


def instant_of(value: datetime | str) -> datetime:
    """An instant given as such or as ISO text."""
    return require_utc(value) if isinstance(value, datetime) else parse_instant(value)


def instant(value: datetime | str | None, *, seconds: bool = False) -> Markup:
    """An instant as Beijing reads it, to the minute; its ISO form is the tooltip."""
    if not value:
        return nothing()
    at = instant_of(value)
    shown = at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    precise = render_instant(at).replace(".000000Z", "Z")
    return Markup(f'<time datetime="{precise}" title="{precise}" class="yq-figure">{shown}</time>')  # noqa: S704


def day(value: date | str | None) -> Markup:
    """A date."""
    if not value:
        return nothing()
    text = escape(value.isoformat() if isinstance(value, date) else value)
    return Markup(f'<time datetime="{text}" class="yq-figure">{text}</time>')  # noqa: S704


def length(minutes: int) -> str:
    """A length of time in the two largest units that it has.

    >>> length(5), length(135), length(60 * 24 * 3 + 61)
    ('5 分钟', '2 小时 15 分钟', '3 天 1 小时')
    """
    if minutes < _HOUR_MIN:
        return _("{count} 分钟", count=minutes)
    if minutes < _DAY_MIN:
        hours, rest = divmod(minutes, _HOUR_MIN)
        return _("{hours} 小时 {minutes} 分钟", hours=hours, minutes=rest) if rest else _("{count} 小时", count=hours)
    days, rest = divmod(minutes, _DAY_MIN)
    hours = rest // _HOUR_MIN
    return _("{days} 天 {hours} 小时", days=days, hours=hours) if hours else _("{count} 天", count=days)


def minutes_between(start_at: datetime, end_at: datetime) -> int:
    """Whole minutes from one instant to the other; negative when the other is earlier."""
    return (end_at - start_at) // timedelta(minutes=1)
