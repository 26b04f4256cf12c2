"""Clocks of the contract: how long until a clause is broken, in words and in a colour."""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from yunqi.kernel.clock import render_instant
from yunqi.kernel.words import _
from yunqi.web.figures import instant_of, length

_LEAST_URGENT = timedelta(minutes=15)
_URGENT_SHARE = 5  # the last fifth of the time allowed


def urgency(now: datetime, until_at: datetime, start_at: datetime | None = None) -> str:
    """Red when it is late, orange in the last fifth of the time allowed and in the last 15 minutes, else blue."""
    left = until_at - now
    if left < timedelta(0):
        return "red"
    return "orange" if left <= urgent_span(until_at, start_at) else "blue"


def urgent_span(until_at: datetime, start_at: datetime | None) -> timedelta:
    """How long before the end a clock turns urgent."""
    allowed = until_at - start_at if start_at is not None else timedelta(0)
    return max(_LEAST_URGENT, allowed / _URGENT_SHARE)


def clock_words(now: datetime, until_at: datetime) -> str:
    """What is left, or how long it is late."""
    minutes = abs(until_at - now) // timedelta(minutes=1)
    if until_at < now:
        return _("超期 {time}", time=length(minutes))
    return _("剩 {time}", time=length(minutes))


def render_clock(
    now: datetime,
    until_at: datetime | str,
    start_at: datetime | str | None = None,
    done_at: datetime | str | None = None,
) -> Markup:
    """A clock that runs; with `done_at` one that has stopped, in time (green) or too late (red)."""
    until = instant_of(until_at)
    start = instant_of(start_at) if start_at else None
    if done_at:
        done = instant_of(done_at)
        if done > until:
            words = _("超期 {time}", time=length((done - until) // timedelta(minutes=1)))
            return Markup('<span class="yq-badge yq-red">{}</span>').format(words)
        return Markup('<span class="yq-badge yq-green">{}</span>').format(_("按时"))
    shape = (
        '<span class="yq-badge yq-clock yq-{}" data-until="{}" data-now="{}" data-urgent="{}" title="{}">'
        "<span data-words>{}</span></span>"
    )
    return Markup(shape).format(  # noqa: S704
        urgency(now, until, start),
        render_instant(until),
        render_instant(now),
        urgent_span(until, start) // timedelta(minutes=1),
        render_instant(until),
        clock_words(now, until),
    )
