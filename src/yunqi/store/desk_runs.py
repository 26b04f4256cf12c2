"""Runs that people begin: claimed by one worker at a time, with progress, a result or an error, and who asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.runs import close_run
from yunqi.store.tables import run as table
from yunqi.store.tables import run_step
from yunqi.store.webhook_outbox import tell_of_run

OPEN, DONE, FAILED, CANCELLED = "open", "done", "failed", "cancelled"


@dataclass(frozen=True, slots=True)
class DeskRun:
    """A run as it stands. `error`: code, sentence and way out of what ended it. `caller`: as whom it acts."""

    id: str
    kind: str
    arguments: Mapping[str, Any]
    state: str
    note: str
    done: int
    total: int | None
    person_id: str | None
    organisation_id: str | None
    contract_id: str | None
    opened_at: datetime
    closed_at: datetime | None
    result: Any
    error: Mapping[str, Any] | None
    caller: Mapping[str, Any]
    cancel_asked_at: datetime | None


def begin_run(
    connection: Connection,
    *,
    kind: str,
    arguments: Mapping[str, Any],
    caller: Mapping[str, Any],
    person_id: str | None,
    organisation_id: str | None,
    contract_id: str | None,
    now: datetime,
    total: int | None = None,
) -> DeskRun:
    """A new open run that waits for a worker."""
    identifier = make_id("run")
    connection.execute(
        table.insert().values(
            id=identifier,
            kind=kind,
            key=identifier,
            arguments=dict(arguments),
            state=OPEN,
            attempts=0,
            opened_at=now,
            person_id=person_id,
            organisation_id=organisation_id,
            contract_id=contract_id,
            caller=dict(caller),
            done=0,
            total=total,
        )
    )
    return require_run(connection, identifier)


def require_run(connection: Connection, run_id: str) -> DeskRun:
    """The run of this id; raises `Problem` run.unknown."""
    row = connection.execute(select(table).where(table.c.id == run_id)).first()
    if row is None:
        raise Problem("run.unknown", "没有任务「{value}」", field="id", value=run_id, way_out="请核对编号")
    return to_run(row)


def claim_next(
    connection: Connection, kinds: frozenset[str], *, holder: str, now: datetime, lease_s: int, only: str | None = None
) -> DeskRun | None:
    """Takes the oldest open run of these kinds that nobody holds, or whose holder is gone; None when there is none.

    `only` names the one run to take.

    The claim is one compare-and-set: of two workers at once one has it.
    """
    free = or_(table.c.lease_until.is_(None), table.c.lease_until < now)
    waiting = (
        select(table.c.id)
        .where(table.c.state == OPEN, table.c.kind.in_(kinds), free)
        .order_by(table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if only is not None:
        waiting = waiting.where(table.c.id == only)
    found = connection.execute(waiting).scalar_one_or_none()
    if found is None:
        return None
    until = now + timedelta(seconds=lease_s)
    taken = connection.execute(
        update(table)
        .where(table.c.id == found, table.c.state == OPEN, free)
        .values(holder=holder, lease_until=until, attempts=table.c.attempts + 1)
    )
    return require_run(connection, found) if taken.rowcount == 1 else None


def keep_claim(connection: Connection, run_id: str, *, holder: str, now: datetime, lease_s: int) -> bool:
    """Prolongs a claim; False when another worker has the run by now, or it is over."""
    kept = connection.execute(
        update(table)
        .where(table.c.id == run_id, table.c.holder == holder, table.c.state == OPEN)
        .values(lease_until=now + timedelta(seconds=lease_s))
    )
    return kept.rowcount == 1


def note_progress(connection: Connection, run_id: str, *, note: str, done: int, total: int | None) -> bool:
    """What the run is doing; returns whether its end was asked for."""
    connection.execute(
        update(table).where(table.c.id == run_id, table.c.state == OPEN).values(note=note[:300], done=done, total=total)
    )
    asked = connection.execute(select(table.c.cancel_asked_at).where(table.c.id == run_id)).scalar_one()
    return asked is not None


def read_steps(connection: Connection, run_id: str) -> dict[str, Any]:
    """The outputs of the finished steps by name."""
    rows = connection.execute(select(run_step.c.name, run_step.c.output).where(run_step.c.run_id == run_id))
    return {row.name: row.output for row in rows}


def end_run(
    connection: Connection,
    run_id: str,
    *,
    holder: str,
    state: str,
    now: datetime,
    result: Any = None,
    error: Mapping[str, Any] | None = None,
) -> bool:
    """Ends a run with what came of it; False when another worker has it by now."""
    changed = connection.execute(
        update(table)
        .where(table.c.id == run_id, table.c.state == OPEN, table.c.holder == holder)
        .values(result={"result": result, "error": error}, lease_until=None)
    )
    if changed.rowcount == 1:
        close_run(connection, run_id, state, now)
        row = connection.execute(select(table.c.kind, table.c.organisation_id).where(table.c.id == run_id)).one()
        tell_of_run(
            connection, run_id=run_id, action=row.kind, state=state, organisation_id=row.organisation_id, now=now
        )
    return changed.rowcount == 1


def ask_cancel(connection: Connection, run_id: str, now: datetime) -> DeskRun:
    """Asks that a run end at its next step; raises `Problem` run.over when it has ended."""
    changed = connection.execute(
        update(table).where(table.c.id == run_id, table.c.state == OPEN).values(cancel_asked_at=now)
    )
    if changed.rowcount != 1:
        raise Problem("run.over", "任务已经结束", field="id", way_out="无需再取消")
    return require_run(connection, run_id)


def to_run(row: Row[Any]) -> DeskRun:
    """A run from its row."""
    came = row.result or {}
    return DeskRun(
        id=row.id,
        kind=row.kind,
        arguments=row.arguments,
        state=row.state,
        note=row.note or "",
        done=row.done or 0,
        total=row.total,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        contract_id=row.contract_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        result=came.get("result"),
        error=came.get("error"),
        caller=row.caller or {},
        cancel_asked_at=row.cancel_asked_at,
    )
