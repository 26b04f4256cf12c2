"""Terminations before the end of the term: which of them bind both parties, and since when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

SAID, LATER, LAST = (datetime(2026, 3, day, 2, tzinfo=UTC) for day in (2, 5, 9))
EARLY = {"cause": "termination", "left_on": "2026-03-31", "by": "using_unit"}
CASES: tuple[tuple[str, dict[str, Any], list[tuple[str, str, datetime]], datetime | None], ...] = (
    ("one party says so", EARLY, [], None),
    ("the other party agrees", EARLY, [("agree_end", "open", LATER)], LATER),
    ("it agrees, and other steps follow", EARLY, [("agree_end", "open", LATER), ("inventory", "open", LAST)], LATER),
    ("the other party makes an inventory", EARLY, [("inventory", "open", LATER)], None),
    ("one party signs the checklist", EARLY, [("sign", "half_signed", LATER)], None),
    (
        "both sign the checklist that names the day",
        EARLY,
        [("sign", "half_signed", LATER), ("sign", "closed", LAST)],
        LAST,
    ),
    ("the using unit, for a critical breach", {**EARLY, "ground": "A"}, [], SAID),
    ("the provider names a critical breach of its own", {**EARLY, "ground": "A", "by": "provider"}, [], None),
    ("agreed, then taken back", EARLY, [("agree_end", "open", LATER), ("withdraw", "withdrawn", LAST)], None),
    ("leaving at the end of the term", {**EARLY, "cause": "expiry"}, [("agree_end", "open", LATER)], None),
)
