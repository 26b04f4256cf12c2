"""What an entry of a register proposes: time to leave out of availability, and days to extend the term by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from yunqi.cases.register import CONFIRMED, CUT_OFF, FORCE_MAJEURE, WRONGFUL
from yunqi.cases.register.suspension import DAYS, RULES, compute_days
from yunqi.kernel.clock import parse_instant
from yunqi.settlement.inputs import EVERY_OBJECT
from yunqi.settlement.readings import choice_label
from yunqi.store.cases import Case
from yunqi.wire.registers import ExtensionOption, RegisterExclusion, RegisterExtension


def compute_exclusion(found: Case, restore_due_at: datetime | None = None) -> RegisterExclusion | None:
    """The time of a cut-off that was right, until it was restored, or until it had to be where that came too late.

    None while an end is not known, for one withdrawn or found wrongful, and for force majeure: a month leaves that out
    by itself once both have confirmed it.
    """
    if found.kind != CUT_OFF or found.state == "withdrawn" or found.data.get("finding") == WRONGFUL:
        return None
    if not found.data.get("restore_at"):
        return None
    start_at, end_at = (parse_instant(str(found.data[name])) for name in ("carry_out_at", "restore_at"))
    if restore_due_at is not None:
        end_at = max(start_at, min(end_at, restore_due_at))
    if end_at <= start_at:
        return None
    subject = EVERY_OBJECT if found.system_id is None else f"system:{found.system_id}"
    return RegisterExclusion(
        object=subject, start_at=start_at, end_at=end_at, reason=f"{found.number} {found.title}"[:300]
    )


def compute_extension(
    found: Case, clause: Mapping[str, Any], agreed_rule: str | None, *, term_end: date | None, bond_until: date | None
) -> RegisterExtension | None:
    """By how many days a suspension that both confirmed would extend the term, as agreed, else under each meaning.

    It is a proposal for a supplementary agreement and changes nothing by itself. `term_end`, `bond_until`: the last
    days of service and of security as agreed before. The bond's moves with the term's by as many days, unless that
    agreement names another.
    """
    if found.kind != FORCE_MAJEURE or found.state != CONFIRMED or not found.data.get("end_at"):
        return None
    end_at = parse_instant(str(found.data["end_at"]))
    options = tuple(
        ExtensionOption(
            choice=rule,
            label=choice_label(DAYS, rule),
            days=days,
            extended_end=_later(term_end, days),
            bond_extended=_later(bond_until, days),
        )
        for rule in RULES
        if agreed_rule in (None, rule)
        for days in (compute_days(found.opened_at, end_at, rule),)
    )
    chosen = options[0] if len(options) == 1 else None
    return RegisterExtension(
        days=None if chosen is None else chosen.days,
        term_end=term_end,
        extended_end=None if chosen is None else chosen.extended_end,
        bond_until=bond_until,
        bond_extended=None if chosen is None else chosen.bond_extended,
        options=options,
        agreed=clause.get("extends_term"),
        clause=str((clause.get("source") or {}).get("article") or ""),
    )


def _later(on: date | None, days: int) -> date | None:
    return None if on is None else on + timedelta(days=days)
