"""Runs: work that runs to its end, with named steps and their outputs, resumed by name after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from yunqi.kernel.ids import make_id
from yunqi.store.dialect import insert_into
from yunqi.store.tables import run as table
from yunqi.store.tables import run_step


@dataclass(frozen=True, slots=True)
class Run:
    """One run; `steps` holds the outputs of the finished steps by name."""

    id: str
    kind: str
    key: str
    arguments: Mapping[str, Any]
    state: str
    attempts: int
    opened_at: datetime
    steps: Mapping[str, Any]


def open_run(connection: Connection, kind: str, key: str, arguments: Mapping[str, Any], now: datetime) -> Run:
    """The run of that kind and key: a new one, or the one that was opened before, with its arguments."""
    connection.execute(
        insert_into(connection, table)
        .values(
            id=make_id("run"),
            kind=kind,
            key=key,
            arguments=dict(arguments),
            state="open",
            attempts=0,
            opened_at=now,
        )
        .on_conflict_do_nothing(index_elements=["kind", "key"])
    )
    connection.execute(
        update(table)
        .where(table.c.kind == kind, table.c.key == key, table.c.state == "open")
        .values(attempts=table.c.attempts + 1)
    )
    return _read_one(connection, kind, key)


def _read_one(connection: Connection, kind: str, key: str) -> Run:
    row = connection.execute(select(table).where(table.c.kind == kind, table.c.key == key)).one()
    steps = connection.execute(select(run_step.c.name, run_step.c.output).where(run_step.c.run_id == row.id))
    outputs = {step.name: step.output for step in steps}
    return Run(row.id, row.kind, row.key, row.arguments, row.state, row.attempts, row.opened_at, outputs)


def read_run(connection: Connection, kind: str, key: str) -> Run | None:
    """The run of that kind and key, or None."""
    known = connection.execute(select(table.c.id).where(table.c.kind == kind, table.c.key == key)).one_or_none()
    return None if known is None else _read_one(connection, kind, key)


def read_open_keys(connection: Connection, kind: str) -> frozenset[str]:
    """The keys of the runs that are not at their end."""
    return frozenset(
        connection.execute(select(table.c.key).where(table.c.kind == kind, table.c.state == "open")).scalars()
    )


def record_step(connection: Connection, run_id: str, name: str, output: Any, now: datetime) -> None:
    """Records a finished step; a step that is recorded keeps its first output."""
    connection.execute(
        insert_into(connection, run_step)
        .values(run_id=run_id, name=name, output=output, finished_at=now)
        .on_conflict_do_nothing(index_elements=["run_id", "name"])
    )


def record_error(connection: Connection, run_id: str, error: str) -> None:
    """Records why the last attempt stopped; the run stays open."""
    connection.execute(update(table).where(table.c.id == run_id).values(error=error))


def close_run(connection: Connection, run_id: str, state: str, now: datetime) -> None:
    """Ends an open run as done, failed or cancelled."""
    connection.execute(
        update(table)
        .where(table.c.id == run_id, table.c.state == "open")
        .values(state=state, closed_at=now, error=None if state == "done" else table.c.error)
    )
