"""Force majeure as a month takes it: what both parties confirmed, with the time of its proof and what it excuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.register import CONFIRMED, FORCE_MAJEURE, MACHINES, NOTICE_CAME
from yunqi.contract.deadlines import compute_due
from yunqi.contract.register_limits import find_limit
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import parse_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Span
from yunqi.kernel.words import _
from yunqi.operations.versions import data_at
from yunqi.settlement.inputs import Suspension
from yunqi.store.cases import list_case_events
from yunqi.store.contracts import Contract
from yunqi.store.facts import Fact, list_facts

RECEIVED = "received_at"
"""In the answer to proof: when the other party received it."""
NEVER_YET = datetime.max.replace(tzinfo=UTC)
SUSPENSION_FACTS = tuple(f"{FORCE_MAJEURE}.{event}" for event in ("opened", *MACHINES[FORCE_MAJEURE].transitions))


def read_suspensions(
    connection: Connection, contract: Contract, calendar: WorkCalendar, *, end_at: datetime, known_at: datetime
) -> tuple[Suspension, ...]:
    """What began before `end_at` and both parties had confirmed, as known at an instant, in order of its beginning."""
    told: dict[str, list[Fact]] = {}
    for one in list_facts(connection, contract.id, kind=SUSPENSION_FACTS, known_at=known_at):
        told.setdefault(one.subject, []).append(one)
    found = []
    for facts in told.values():
        steps = sorted(facts, key=lambda one: int(one.payload.get("no") or 0))
        opened, *later = steps
        if opened.at < end_at and any(one.payload["state"] == CONFIRMED for one in later):
            data = data_at(connection, contract, opened.at, known_at)
            made = _suspension(opened, later, data, calendar)
            found += [] if made is None else [made]
    return tuple(sorted(found, key=lambda one: (one.span, one.id)))


def _suspension(opened: Fact, later: list[Fact], data: Mapping[str, Any], calendar: WorkCalendar) -> Suspension | None:
    last = {one.kind.partition(".")[2]: one for one in later}
    end_at = parse_instant(last["end"].payload["at"])
    if end_at <= opened.at:
        return None
    proof = [one for one in later if one.kind.partition(".")[2] in {"prove", "accept_proof", "refuse_proof"}]
    answered = proof[-1].kind.endswith(("accept_proof", "refuse_proof")) if proof else False
    handed_in = last.get("prove")
    accepted = proof[-1] if proof and proof[-1].kind.endswith("accept_proof") else None
    clause = data.get("force_majeure") or {}
    source = clause.get("source") or {}
    return Suspension(
        opened.subject,
        str(opened.payload["number"]),
        Span(opened.at, end_at),
        opened.payload.get("system"),
        str(source.get("article") or _("不可抗力")),
        str(last["confirm"].payload["person"]),
        proof_due_at=proof_due_at(opened.at, data, calendar),
        proved_at=received_at(handed_in.recorded_at, accepted.payload["data"]) if handed_in and accepted else None,
        unanswered_at=handed_in.at if handed_in and not answered else None,
        needs_proof=clause.get("needs_proof"),
        source=clause.get("source"),
        facts=(opened.id, *(one.id for one in later)),
    )


def received_at(recorded_at: datetime, answer: Mapping[str, Any]) -> datetime:
    """When proof counts as received: as the other party's answer confirms, else when it was recorded here.

    Whoever invokes force majeure can't date its own proof back.
    """
    confirmed = answer.get(RECEIVED)
    return recorded_at if confirmed is None else parse_instant(str(confirmed))


@dataclass(frozen=True, slots=True)
class Proof:
    """Notice or the last proof of force majeure: when its invoker says that it was given, when that was recorded, when
    the other party says that it came (None: it has not said), and when a message of ours that says so arrived there.
    """

    said_at: datetime
    recorded_at: datetime
    confirmed_at: datetime | None
    delivered_at: datetime | None = None

    @property
    def received_at(self) -> datetime:
        """When it counts as received: nobody can date what he gave back by himself."""
        return self.confirmed_at or min(filter(None, (self.recorded_at, self.delivered_at)))

    @property
    def shown_by(self) -> str:
        """What that instant rests on: `confirmed`, `delivered` or `recorded`."""
        if self.confirmed_at is not None:
            return "confirmed"
        return "recorded" if self.received_at == self.recorded_at else "delivered"


def find_proof(connection: Connection, case_id: str) -> Proof | None:
    """The last proof of an entry of force majeure; None where none was handed in."""
    last = {one.event: one for one in list_case_events(connection, case_id)}
    if "prove" not in last:
        return None
    given, answer = last["prove"], last.get("accept_proof")
    confirmed = None if answer is None else answer.data.get(RECEIVED)
    return Proof(given.at, given.recorded_at, None if confirmed is None else parse_instant(str(confirmed)))


def find_notice(connection: Connection, case_id: str, delivered: Iterable[datetime]) -> Proof | None:
    """Notice of force majeure; None where none was given. `delivered`: when messages of ours about the entry arrived at
    the other party. What the other party says that it received needs no record of the invoker's.
    """
    last = {one.event: one for one in list_case_events(connection, case_id)}
    given, came = last.get("notify"), last.get(NOTICE_CAME)
    arrived = min(delivered, default=None)
    said = came or given
    if said is None:
        return None if arrived is None else Proof(arrived, arrived, None, arrived)
    confirmed = None if came is None else parse_instant(str(came.data[RECEIVED]))
    told = given or said
    return Proof(told.at, told.recorded_at, confirmed, arrived)


def require_receipt(proof: Proof | None, due_at: datetime | None, received: datetime | None) -> None:
    """Raises `Problem` register.receipt where a proof is accepted that was dated in time and recorded too late, and
    nothing says when it was received.
    """
    if proof is None or due_at is None or received is not None:
        return
    if proof.said_at < due_at <= proof.recorded_at:
        raise Problem(
            "register.receipt",
            "证明写明 {at} 提交，而登记于 {recorded_at}，已过期限 {due_at}",
            field=RECEIVED,
            at=render_local(proof.said_at),
            recorded_at=render_local(proof.recorded_at),
            due_at=render_local(due_at),
            way_out="请填写贵方实际收到证明的时间；收到时已过期限的，如实填写即可",
        )


def proof_due_at(at: datetime, data: Mapping[str, Any], calendar: WorkCalendar) -> datetime | None:
    """The first instant at which proof of what happened at an instant is too late.

    None where the contract sets no time. In a year without a holiday notice nobody can say when it ends: never yet.
    """
    within = find_limit(data, "prove")
    if within is None:
        return None
    try:
        return compute_due(at, within, calendar).at
    except Problem:
        return NEVER_YET
