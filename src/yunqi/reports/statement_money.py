"""What a statement comes to and what it is taken from, and the readings it rests on, as its documents show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yunqi.kernel.money import render_daxie
from yunqi.kernel.words import _
from yunqi.reports import figures, words
from yunqi.settlement.model import Statement

View = dict[str, Any]


def view_penalty(statement: Statement) -> View:
    """The penalty, or the bounds between which it lies; and what of it is disputed."""
    known = statement.penalty_fen is not None
    fen = statement.penalty_fen or 0
    low, high = figures.yuan(statement.penalty_low_fen), figures.yuan(statement.penalty_high_fen)
    text = f"{figures.yuan(fen)} 元（{render_daxie(fen)}）" if known else f"暂定，{low} 元至 {high} 元之间"
    if statement.frozen_fen:
        text += f"，其中 {figures.yuan(statement.frozen_fen)} 元有争议，暂不计付"
    return {
        "known": known,
        "amount": figures.yuan(statement.penalty_fen),
        "capital": render_daxie(fen) if known else "",
        "low": low,
        "high": high,
        "text": text,
    }


def view_offset(item: Mapping[str, Any]) -> View:
    """One step of taking the penalty from what is owed."""
    fen = item.get("amount_fen")
    return {
        "from": words.offset_word(str(item.get("from") or item.get("against") or item.get("source") or "")),
        "amount": figures.yuan(fen) if isinstance(fen, int) else figures.NONE,
        "note": re.sub(r"^#(\d+)$", r"第 \1 期", str(item.get("note") or item.get("clause") or "")),
    }


def _choice(reading: Mapping[str, Any]) -> str:
    """What was chosen; with its span where it was not the same over the whole month."""
    chosen = str(reading.get("choice_label") or reading.get("choice") or reading.get("value") or "")
    if "start" not in reading:
        return chosen
    return _("{chosen}（{start} 至 {end}）", chosen=chosen, start=reading["start"], end=reading["end"])


def view_reading(reading: Mapping[str, Any]) -> View:
    """One agreed reading: what it settles, what was chosen, and in which document."""
    return {
        "code": str(reading.get("question") or reading.get("code") or "").rstrip("？?"),
        "choice": _choice(reading),
        "agreement": str(reading.get("agreement") or reading.get("id") or figures.NONE),
    }
