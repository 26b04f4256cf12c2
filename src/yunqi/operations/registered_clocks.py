"""The clocks of an entry of a register against the contract of its time: answer, cut-off, telling, restoring, proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.incident.notices import Receipt, compute_notice_clocks
from yunqi.cases.register import COMPLAINT, CUT_OFF, FORCE_MAJEURE, MACHINES, Clock, invoker_of
from yunqi.contract.deadlines import Due, compute_due
from yunqi.contract.notification import NOTICE
from yunqi.contract.register_limits import find_limit, find_tell
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.notices.words import channel_word, within_words
from yunqi.operations.suspensions import Proof, find_notice, find_proof
from yunqi.store.notices import DONE, Delivery, list_deliveries
from yunqi.wire.registers import RegisterClock

PROVIDER = "provider"
SOON: Mapping[str, str] = {"immediately": "立即", "promptly": "及时", "as_soon_as_possible": "尽快"}
"""How soon a contract wants notice of force majeure, where it says so in words."""
_STEPS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    COMPLAINT: (("answer", ()),),
    CUT_OFF: (("carry_out", ()), ("tell", ("carry_out_at",)), ("restore", ("remove_cause_at", "ask_restore_at"))),
    FORCE_MAJEURE: (("notify", ()), ("prove", ())),
}
"""What runs in each register, and from what: the entry's own instant, or the first of some events."""


def soon_word(code: object) -> str:
    """How soon notice must be given, in words; "" where the contract does not say."""
    return _(SOON[str(code)]) if str(code) in SOON else ""


def compute_clocks(
    connection: Connection,
    case_id: str,
    kind: str,
    at: datetime,
    said: Mapping[str, Any],
    data: Mapping[str, Any],
    now: datetime,
    calendar: WorkCalendar,
    using_unit_id: str,
) -> Iterator[RegisterClock]:
    """What had to be done and when it was, as it stands now."""
    for step, since in _STEPS.get(kind, ()):
        starts = [parse_instant(str(said[name])) for name in since if said.get(name)]
        if since and not starts:
            continue
        start = min(starts, default=at)
        if step == "tell":
            receipts = receipts_of(list_deliveries(connection, case_id), using_unit_id)
            yield _tell(start, data, receipts, now, calendar)
            continue
        within, done = find_limit(data, step), said.get(f"{step}_at")
        due, lasts = _due(start, within, calendar)
        done_at = None if done is None else parse_instant(str(done))
        if step == "prove" and (proof := find_proof(connection, case_id)) is not None:
            done_at = proof.received_at
        if step == "notify" and (notice := read_notice(connection, case_id, said, using_unit_id)) is not None:
            done_at = notice.received_at
        clock = Clock(step, start, due, done_at)
        words = within_words(within)
        if step == "notify":
            words = soon_word((data.get("force_majeure") or {}).get("notice"))
        yield RegisterClock(
            name=step,
            name_words=_(MACHINES[kind].label(step)),
            started_at=start,
            limit=words,
            due_at=None if due is None else due.at,
            done_at=clock.done_at,
            standing=clock.standing(now) if lasts or within is None else "open",
            elapsed_minutes=clock.length(now) // timedelta(minutes=1),
        )


def read_notice(connection: Connection, case_id: str, said: Mapping[str, Any], using_unit_id: str) -> Proof | None:
    """Notice of force majeure, with what of our messages about it arrived at the party that does not invoke it."""
    of_unit = invoker_of(said) == PROVIDER
    arrived = (
        one.done_at
        for one in list_deliveries(connection, case_id)
        if one.state == DONE and one.done_at is not None and (one.organisation_id == using_unit_id) is of_unit
    )
    return find_notice(connection, case_id, arrived)


def _due(start: datetime, within: Mapping[str, Any] | None, calendar: WorkCalendar) -> tuple[Due | None, bool]:
    """When a period ends, and whether anybody can say so: not in a year without a holiday notice."""
    if within is None:
        return None, True
    try:
        return compute_due(start, within, calendar), True
    except Problem:
        return None, False


def receipts_of(deliveries: tuple[Delivery, ...], organisation_id: str) -> tuple[Receipt, ...]:
    """What an organisation had really been told, by which way and when."""
    return tuple(
        Receipt(one.stage, one.channel, one.done_at)
        for one in deliveries
        if one.state == DONE
        and one.done_at is not None
        and one.organisation_id == organisation_id
        and one.stage == NOTICE
    )


def _tell(
    start: datetime, data: Mapping[str, Any], receipts: tuple[Receipt, ...], now: datetime, calendar: WorkCalendar
) -> RegisterClock:
    term = find_tell(data)
    if term is None:
        done_at = min((one.at for one in receipts), default=None)
        lacking: tuple[str, ...] = ()
        clock = Clock("tell", start, None, done_at)
    else:
        (made,) = compute_notice_clocks((term,), {"occurred": start}, receipts, now, calendar)
        clock, lacking = Clock("tell", start, made.due, made.met_at), made.lacking
    return RegisterClock(
        name="tell",
        name_words=_(MACHINES[CUT_OFF].label("tell")),
        started_at=start,
        limit="" if term is None else _limit_words(term.within, term.channels),
        due_at=None if clock.due is None else clock.due.at,
        done_at=clock.done_at,
        standing=clock.standing(now),
        elapsed_minutes=clock.length(now) // timedelta(minutes=1),
        lacking=tuple(channel_word(one) for one in lacking),
    )


def _limit_words(within: Mapping[str, Any] | None, channels: tuple[str, ...]) -> str:
    ways = _("、").join(channel_word(one) for one in channels)
    return _("，").join(part for part in (within_words(within), ways) if part)
