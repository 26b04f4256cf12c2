"""The independent program fed with the inputs of a statement, so that both can be set side by side."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from tests.kits.rederived_people import ledger_of
from tools.rederive.calendar_time import WorkingDays, month_bounds
from tools.rederive.clauses import Clauses
from tools.rederive.compare import Comparison, compare_month
from tools.rederive.draws import DrawOf
from tools.rederive.events import Event
from tools.rederive.month_case import Incident, Late, MonthCase, SystemFlags
from tools.rederive.registered import Excuse, excuses_in

from yunqi.kernel.clock import render_instant
from yunqi.settlement import Inputs, Statement, Suspension


def case_of(inputs: Inputs) -> MonthCase:
    """The same month as the independent program has it."""
    known = {one.code: one.value for one in inputs.readings}
    known |= {code: parts[-1][1] or "" for code, parts in changed_of(inputs).items()}
    known = {code: value for code, value in known.items() if not _is_unread(code, inputs)}
    known |= {f"{one.question}@{one.event}": one.answer for one in inputs.adjudications}
    start_at, end_at = month_bounds(str(inputs.month))
    notices = [
        {
            "year": one.year,
            "days_off": [day.isoformat() for day in one.days_off],
            "days_on": [day.isoformat() for day in one.days_on],
        }
        for one in inputs.calendar.notices
    ]
    return MonthCase(
        str(inputs.month),
        inputs.known_at,
        start_at,
        end_at,
        Clauses(inputs.contract, known),
        known,
        WorkingDays(notices),
        systems=[SystemFlags(one.id, one.important, one.internet_facing, one.fee_share) for one in inputs.systems],
        pieces={
            one.object: [(each.span.start_at, each.span.end_at, each.verdict.value) for each in one.observations]
            for one in inputs.objects
        },
        object_systems={one.object: one.system for one in inputs.objects},
        holes=[(name, one.span.start_at, one.span.end_at) for name, one in inputs.exclusions],
        excuses=[excuse_of(one, inputs) for one in inputs.suspensions],
        incidents=[
            Incident(
                one.id,
                one.number,
                one.opened_at,
                one.times,
                {"kind": one.kind, "type": one.type, "object": one.object, "root_cause": one.root_cause, **one.data},
                one.system,
            )
            for one in inputs.incidents
        ],
        events=[
            Event(one.id, one.measures, one.at, one.value, one.system, one.root_cause, one.other_clause, one.of)
            for one in inputs.occurrences
        ],
        draws=[
            DrawOf(one.id, one.item, one.line_no, one.kind, one.quantity, one.start_at, one.end_at, one.resource)
            for one in inputs.draws
        ],
        late=[
            Late(
                one.key,
                one.kind,
                one.due_at,
                one.done_at,
                one.reading,
                one.choice,
                one.since,
                one.pressed_at,
                one.system,
            )
            for one in inputs.late
        ],
        payments=[(one.no, one.on, one.amount_fen) for one in inputs.payments],
        dates=dict(inputs.dates),
        bond_fen=inputs.bond_held_fen,
        taken_fen=inputs.taken_fen,
        charged_fen=inputs.charged_fen,
        frozen=inputs.frozen,
        metered_from=inputs.metered_from,
        ledger=ledger_of(inputs),
        changed=changed_of(inputs),
    )


def changed_of(inputs: Inputs) -> dict[str, list[tuple[datetime, str | None]]]:
    """What was agreed differently in parts of the month."""
    codes = {one.code for one in inputs.changed}
    ordered = sorted(inputs.changed, key=lambda one: one.start_at)
    return {code: [(one.end_at, one.value) for one in ordered if one.code == code] for code in codes}


def _is_unread(code: str, inputs: Inputs) -> bool:
    return any(one.code == code and one.value is None for one in inputs.changed)


def excuse_of(one: Suspension, inputs: Inputs) -> Excuse:
    """A span of force majeure; what it hangs on is worked out from the same facts as of an export."""
    opened = {"kind": "force_majeure.opened", "at": render_instant(one.span.start_at), "subject": one.id}
    told: list[tuple[str, Any]] = [("end", one.span.end_at)]
    if one.proved_at is not None:
        told += [("prove", one.proved_at), ("accept_proof", one.proved_at)]
    elif one.unanswered_at is not None:
        told.append(("prove", one.unanswered_at))
    told.append(("confirm", one.span.end_at))
    head = {"number": one.number, "system": one.system}
    facts = [{**opened, "recorded_at": "", "payload": head}]
    for no, (step, at) in enumerate(told, 1):
        payload = {"no": no, "at": render_instant(at), "state": "confirmed" if step == "confirm" else "recorded"}
        recorded_at = render_instant(at) if step == "prove" else ""
        facts.append({**opened, "kind": f"force_majeure.{step}", "recorded_at": recorded_at, "payload": payload})
    clause = {"needs_proof": one.needs_proof}
    if one.proof_due_at is not None:
        minutes = (one.proof_due_at - one.span.start_at) // timedelta(minutes=1)
        clause["proof_within"] = {"count": minutes, "unit": "minute"}
    ledger = SimpleNamespace(facts=facts)
    agreed = next((each.value for each in inputs.readings if each.code == "force_majeure.late_proof"), None)
    (made,) = excuses_in(
        ledger,  # type: ignore[arg-type]
        render_instant(inputs.known_at),
        one.span.end_at,
        lambda _at: {"force_majeure": clause},
        WorkingDays([]),
        agreed,
    )
    return made


def compare(inputs: Inputs, statement: Statement) -> Comparison:
    """The statement against the month worked out by the independent program."""
    data: dict[str, Any] = statement.model_dump(mode="json")
    row = {"month": data["month"], "version": 1, "known_at": render_instant(inputs.known_at), "data": data}
    return compare_month({"after": case_of(inputs)}, row)
