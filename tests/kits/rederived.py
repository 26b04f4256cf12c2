"""The independent program fed with the inputs of a statement, so that both can be set side by side."""

from __future__ import annotations

from typing import Any

from tools.rederive.calendar_time import WorkingDays, month_bounds
from tools.rederive.clauses import Clauses
from tools.rederive.compare import Comparison, compare_month
from tools.rederive.month_case import DrawOf, Event, Incident, Late, MonthCase, SystemFlags

from yunqi.kernel.clock import render_instant
from yunqi.settlement import Inputs, Statement


def case_of(inputs: Inputs) -> MonthCase:
    """The same month as the independent program has it."""
    known = {one.code: one.value for one in inputs.readings}
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
            Event(one.id, one.measures, one.at, one.value, one.system, one.root_cause, one.other_clause)
            for one in inputs.occurrences
        ],
        draws=[
            DrawOf(one.id, one.item, one.line_no, one.kind, one.quantity, one.start_at, one.end_at, one.resource)
            for one in inputs.draws
        ],
        late=[Late(one.key, one.kind, one.due_at, one.done_at) for one in inputs.late],
        payments=[(one.no, one.on, one.amount_fen) for one in inputs.payments],
        dates=dict(inputs.dates),
        bond_fen=inputs.bond_held_fen,
        taken_fen=inputs.taken_fen,
        frozen=inputs.frozen,
        metered_from=inputs.metered_from,
    )


def compare(inputs: Inputs, statement: Statement) -> Comparison:
    """The statement against the month worked out by the independent program."""
    data: dict[str, Any] = statement.model_dump(mode="json")
    row = {"month": data["month"], "version": 1, "known_at": render_instant(inputs.known_at), "data": data}
    return compare_month({"after": case_of(inputs)}, row)
