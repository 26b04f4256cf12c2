"""The drills and trainings that a contract wants, as duties of the provider: done, open or late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.logbook import DRILL, LOGBOOKS, RESTORE_DRILL, TRAINING
from yunqi.cases.logbook.exercises import Standing, Wanted, compute_standings
from yunqi.contract.duties import Duty
from yunqi.contract.staff_terms import find_staff_terms
from yunqi.kernel.words import _
from yunqi.operations.logbook import read_held
from yunqi.store.contracts import Contract

EXERCISE = "exercise"
_OF = {DRILL: "drill", TRAINING: "training", RESTORE_DRILL: "drill.restore"}


def read_exercise_duties(
    connection: Connection, found: Contract, data: Mapping[str, Any], today: date
) -> Iterator[tuple[Duty, bool]]:
    """A duty for each wanted number over each of its spans, and whether it is done."""
    terms = find_staff_terms(data).exercises
    if not terms:
        return
    wanted = [Wanted(one.kind, one.count, one.every, str(one.source.get("text") or ""), one.source) for one in terms]
    standings = compute_standings(
        wanted, read_held(connection, found.id), start_on=found.start_on, end_on=found.end_on, today=today
    )
    for number, one in enumerate(standings, 1):
        yield _duty(number, one), one.state == "done"


def _duty(number: int, one: Standing) -> Duty:
    kind, count = _(LOGBOOKS[one.wanted.kind]), one.wanted.count
    words = _("定期{kind}，没有写明次数", kind=kind)
    if count is not None:
        words = _("{kind}不少于 {count} 次", kind=kind, count=count)
    shown = _(
        "{words}；已确认 {confirmed} 次，待确认 {waiting} 次",
        words=words,
        confirmed=len(one.confirmed),
        waiting=len(one.waiting),
    )
    due_on = one.last_on if count is not None else None
    return Duty(
        f"{EXERCISE}:{number}",
        EXERCISE,
        "provider",
        shown,
        due_on,
        evidence="、".join(each.number for each in one.confirmed),
        source=one.wanted.source,
        of=_OF[one.wanted.kind],
    )
