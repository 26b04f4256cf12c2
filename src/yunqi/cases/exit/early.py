"""When service ends before its term: what both parties agreed, or the using unit said on a critical breach. Pure.

Source: 民法典 第562条 (by agreement), 第563、565条 (by notice, from its arrival on).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yunqi.cases.exit import EARLY

AGREE, WITHDRAW, CLOSED = "agree_end", "withdraw", "closed"
_UNIT = "using_unit"


@dataclass(frozen=True, slots=True)
class EarlyEnd:
    """The last day of service of a term that ends early, and since when that binds the parties."""

    left_on: date
    since: datetime


def find_early_end(
    opened: Mapping[str, Any], recorded_at: datetime, later: Iterable[tuple[str, str, datetime]]
) -> EarlyEnd | None:
    """The early end that an exit makes: of what it was opened with, and its later events with the state that each led
    to. None for another exit, for one that was taken back, and while the other party has not agreed.

    A party agrees by saying so, or by signing the checklist that names the day. The using unit that ends the contract
    for a critical breach needs nobody's consent.
    """
    if opened.get("cause") != EARLY or not opened.get("left_on"):
        return None
    since = recorded_at if opened.get("ground") and opened.get("by") == _UNIT else None
    for event, state, at in later:
        if event == WITHDRAW:
            return None
        if since is None and (event == AGREE or state == CLOSED):
            since = at
    return None if since is None else EarlyEnd(date.fromisoformat(str(opened["left_on"])), since)
