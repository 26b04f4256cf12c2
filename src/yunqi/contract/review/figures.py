"""The figures of findings in words of the user's language: durations, what a finding is worth, what a reading gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _


def duration_words(duration: Mapping[str, Any] | None) -> str:
    """A duration such as `43.2 分钟`; "" for none."""
    if duration is None:
        return ""
    units = {
        "minute": _("分钟"),
        "hour": _("小时"),
        "day": _("天"),
        "working_day": _("个工作日"),
        "month": _("个月"),
        "year": _("年"),
    }
    return f"{duration.get('exact') or duration['count']} {units.get(duration['unit'], duration['unit'])}"


def worth_figures(worth: Mapping[str, Any]) -> str:
    """The amounts and times that a finding is worth, from the least to the most; "" where it has no figure."""
    amounts = [render_yuan(worth[key]) for key in ("fen_low", "fen_high") if worth.get(key) is not None]
    times = [duration_words(worth[key]) for key in ("duration", "duration_high") if worth.get(key) is not None]
    return " – ".join(dict.fromkeys([*amounts, *times]))


def figure_words(alternative: Mapping[str, Any]) -> str:
    """What a possible reading gives: its words and its amount or time."""
    fen = alternative.get("fen")
    figure = (
        _("{amount} 元", amount=render_yuan(fen)) if fen is not None else duration_words(alternative.get("duration"))
    )
    return f"{alternative.get('words') or ''} {figure}".strip()
