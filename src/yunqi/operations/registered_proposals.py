"""What an entry of a register proposes: time to leave out of availability, and days to extend the term by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from yunqi.cases.register import CONFIRMED, CUT_OFF, FORCE_MAJEURE
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.period import date_of
from yunqi.settlement.inputs import EVERY_OBJECT
from yunqi.store.cases import Case
from yunqi.wire.registers import RegisterExclusion, RegisterExtension


def compute_exclusion(found: Case) -> RegisterExclusion | None:
    """The span that a cut-off or a suspension took, once both its ends are known; None for one withdrawn."""
    start, end = {CUT_OFF: ("carry_out_at", "restore_at"), FORCE_MAJEURE: ("", "end_at")}.get(found.kind, ("", ""))
    if not end or not found.data.get(end) or found.state == "withdrawn":
        return None
    start_at = parse_instant(str(found.data[start])) if start else found.opened_at
    end_at = parse_instant(str(found.data[end]))
    if end_at <= start_at:
        return None
    subject = EVERY_OBJECT if found.system_id is None else f"system:{found.system_id}"
    return RegisterExclusion(
        object=subject, start_at=start_at, end_at=end_at, reason=f"{found.number} {found.title}"[:300]
    )


def compute_extension(found: Case, data: Mapping[str, Any]) -> RegisterExtension | None:
    """By how many days a suspension that both confirmed would extend the term: each begun day of it, counted once.

    It is a proposal for a supplementary agreement and changes nothing by itself.
    """
    if found.kind != FORCE_MAJEURE or found.state != CONFIRMED or not found.data.get("end_at"):
        return None
    last = parse_instant(str(found.data["end_at"])) - timedelta(microseconds=1)
    days = (date_of(last) - date_of(found.opened_at)).days + 1
    clause = data.get("force_majeure") or {}
    end = (data.get("term") or {}).get("end_on")
    term_end = date.fromisoformat(str(end)) if end else None
    return RegisterExtension(
        days=max(days, 0),
        term_end=term_end,
        extended_end=None if term_end is None else term_end + timedelta(days=max(days, 0)),
        agreed=clause.get("extends_term"),
        clause=str((clause.get("source") or {}).get("article") or ""),
    )
