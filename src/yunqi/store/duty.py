"""The rota as rows: planned, taken over, handed over, dropped before it began; each a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.kernel.rights import Caller
from yunqi.store.checks import check_text
from yunqi.store.facts import MEASURED, REPORTED, NewFact, record_fact
from yunqi.store.listing import Listing
from yunqi.store.locks import lock_contract
from yunqi.store.scopes import contract_scope
from yunqi.store.tables import contract, duty_shift, fact

LONGEST = timedelta(days=7)
UNMANNED = "duty.unmanned"
_COLUMNS = tuple(
    duty_shift.c[name]
    for name in (
        "id",
        "contract_id",
        "post",
        "person_name",
        "telephone",
        "start_at",
        "end_at",
        "taken_at",
        "taken_recorded_at",
        "left_at",
        "next_id",
        "note",
    )
)


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """A shift as it stands: `taken_at` None while nobody came, `left_at` None until it is handed over."""

    id: str
    contract_id: str
    post: str
    person_name: str
    telephone: str
    start_at: datetime
    end_at: datetime
    taken_at: datetime | None
    taken_recorded_at: datetime | None
    left_at: datetime | None
    next_id: str | None
    note: str | None


def plan_shift(
    connection: Connection,
    contract_id: str,
    *,
    post: str,
    person_name: str,
    telephone: str,
    start_at: datetime,
    end_at: datetime,
    planned_by: str,
    now: datetime,
) -> str:
    """Plans a shift; returns its id. Raises `Problem` shift.span, shift.past and shift.twice."""
    lock_contract(connection, contract_id)
    if not start_at < end_at <= start_at + LONGEST:
        raise Problem(
            "shift.span",
            "班次 {start} 至 {end} 不可用：应先起后止，且不超过 7 天",
            field="end_at",
            start=render_local(start_at),
            end=render_local(end_at),
            way_out="请核对起止时间",
        )
    if end_at <= now:
        raise Problem(
            "shift.past",
            "班次已于 {end} 结束，不能补排",
            field="end_at",
            end=render_local(end_at),
            way_out="值班表须在班次结束前排定",
        )
    given: dict[str, Any] = {
        "post": post,
        "person_name": check_text("person", person_name, 60),
        "telephone": check_text("telephone", telephone, 40),
        "start_at": start_at,
        "end_at": end_at,
    }
    same = [duty_shift.c[name] == value for name, value in given.items() if name != "telephone"]
    query = select(duty_shift.c.id).where(duty_shift.c.contract_id == contract_id, *same)
    if connection.execute(query.where(duty_shift.c.dropped_at.is_(None))).first() is not None:
        raise Problem("shift.twice", "这一班次已经排定", field="start_at", way_out="无需重复排班")
    identifier = make_id("shf")
    row = {"id": identifier, "contract_id": contract_id, **given, "planned_by": planned_by, "recorded_at": now}
    connection.execute(duty_shift.insert().values(**row))
    said = {**given, "start_at": render_instant(start_at), "end_at": render_instant(end_at), "person": planned_by}
    _record(connection, contract_id, "shift.planned", identifier, now, said, now)
    return identifier


def take_shift(connection: Connection, shift: PlannedShift, *, at: datetime, by: str, now: datetime) -> None:
    """Somebody is at the post from `at` on; raises `Problem` shift.taken, shift.over and shift.future."""
    lock_contract(connection, shift.contract_id)
    shift = require_shift(connection, shift.id)
    if shift.taken_at is not None:
        raise Problem(
            "shift.taken",
            "该班次已于 {at} 到岗",
            field="id",
            at=render_local(shift.taken_at),
            way_out="无需重复登记；离岗请登记交班",
        )
    if at > now:
        raise _future(at)
    if at >= shift.end_at:
        raise Problem(
            "shift.over",
            "到岗时间 {at} 不早于班次结束 {end}",
            field="at",
            at=render_local(at),
            end=render_local(shift.end_at),
            way_out="请排定下一班次后登记",
        )
    values = {"taken_at": at, "taken_by": by, "taken_recorded_at": now}
    connection.execute(update(duty_shift).where(duty_shift.c.id == shift.id).values(**values))
    said = {"post": shift.post, "name": shift.person_name, "person": by, "at": render_instant(at)}
    _record(connection, shift.contract_id, "shift.taken", shift.id, at, said, now)


def hand_over(
    connection: Connection,
    shift: PlannedShift,
    following: PlannedShift | None,
    *,
    at: datetime,
    note: str,
    open_cases: Sequence[str],
    by: str,
    now: datetime,
) -> None:
    """Ends a shift with what is handed over; `following` is taken over at the same instant.

    Raises `Problem` shift.not_taken, shift.left, shift.before, shift.future, shift.post and those of `take_shift`.
    """
    lock_contract(connection, shift.contract_id)
    shift = require_shift(connection, shift.id)
    if shift.taken_at is None:
        raise Problem("shift.not_taken", "该班次无人到岗，不能交班", field="id", way_out="请先登记到岗")
    if shift.left_at is not None:
        raise Problem(
            "shift.left", "该班次已于 {at} 交班", field="id", at=render_local(shift.left_at), way_out="无需重复登记"
        )
    if at > now:
        raise _future(at)
    if at < shift.taken_at:
        raise Problem(
            "shift.before",
            "交班时间 {at} 早于到岗时间 {taken}",
            field="at",
            at=render_local(at),
            taken=render_local(shift.taken_at),
            way_out="请核对两个时间",
        )
    if following is not None and (following.contract_id, following.post) != (shift.contract_id, shift.post):
        raise Problem("shift.post", "接班的班次不是同一岗位", field="to", way_out="请选择同一合同、同一岗位的班次")
    text = check_text("note", note, 2000)
    values = {"left_at": at, "left_by": by, "left_recorded_at": now, "note": text}
    values["next_id"] = None if following is None else following.id
    connection.execute(update(duty_shift).where(duty_shift.c.id == shift.id).values(**values))
    said = {
        "post": shift.post,
        "name": shift.person_name,
        "person": by,
        "at": render_instant(at),
        "to": values["next_id"],
        "note": text,
        "incidents": list(open_cases),
    }
    _record(connection, shift.contract_id, "shift.handed_over", shift.id, at, said, now)
    if following is not None and following.taken_at is None:
        take_shift(connection, following, at=at, by=by, now=now)


def drop_shift(connection: Connection, shift: PlannedShift, *, by: str, now: datetime) -> None:
    """Drops a shift that has not begun; raises `Problem` shift.begun: what nobody came to stays to be seen."""
    lock_contract(connection, shift.contract_id)
    shift = require_shift(connection, shift.id)
    if shift.start_at <= now or shift.taken_at is not None:
        raise Problem(
            "shift.begun",
            "班次已于 {at} 开始，不能撤销",
            field="id",
            at=render_local(shift.start_at),
            way_out="换人值守的，请另排班次并登记到岗",
        )
    connection.execute(update(duty_shift).where(duty_shift.c.id == shift.id).values(dropped_at=now, dropped_by=by))
    _record(connection, shift.contract_id, "shift.dropped", shift.id, now, {"post": shift.post, "person": by}, now)


def record_unmanned(
    connection: Connection,
    contract_id: str,
    *,
    post: str,
    start_at: datetime,
    end_at: datetime,
    claimed: bool,
    now: datetime,
) -> str:
    """A span without anybody at a post as a fact; the same again is the same fact. Returns its id."""
    started, ended = render_instant(start_at), render_instant(end_at)
    payload = {"post": post, "start_at": started, "end_at": ended, "claimed": claimed}
    key = f"unmanned:{post}:{started}:{ended}:{int(claimed)}"
    new = NewFact(contract_id, UNMANNED, f"duty:{post}", start_at, payload, MEASURED, key=key)
    return record_fact(connection, new, now=now)


def list_unmanned_facts(connection: Connection, contract_id: str) -> dict[tuple[str, str, str], str]:
    """The ids of the facts of unmanned time, by post, start and end."""
    query = select(fact.c.id, fact.c.payload).where(fact.c.contract_id == contract_id, fact.c.kind == UNMANNED)
    rows = connection.execute(query)
    return {(row.payload["post"], row.payload["start_at"], row.payload["end_at"]): row.id for row in rows}


def require_shift(connection: Connection, shift_id: str) -> PlannedShift:
    """The shift of this id that was not dropped; raises `Problem` shift.unknown."""
    query = select(*_COLUMNS).where(duty_shift.c.id == shift_id, duty_shift.c.dropped_at.is_(None))
    row = connection.execute(query).first()
    if row is None:
        raise Problem("shift.unknown", "没有班次「{value}」", field="id", value=shift_id[:60], way_out="请刷新值班表")
    return PlannedShift(*row)


def list_shifts(
    connection: Connection, contract_id: str, *, start_at: datetime | None = None, end_at: datetime | None = None
) -> tuple[PlannedShift, ...]:
    """The shifts of a contract that touch a span, its end included, in order."""
    query = select(*_COLUMNS).where(duty_shift.c.contract_id == contract_id, duty_shift.c.dropped_at.is_(None))
    if start_at is not None:
        query = query.where(duty_shift.c.end_at > start_at)
    if end_at is not None:
        query = query.where(duty_shift.c.start_at <= end_at)
    ordered = query.order_by(duty_shift.c.start_at, duty_shift.c.id)
    return tuple(PlannedShift(*row) for row in connection.execute(ordered))


def list_rota_contracts(connection: Connection) -> tuple[str, ...]:
    """The ids of the contracts that have a rota."""
    query = select(duty_shift.c.contract_id).distinct().order_by(duty_shift.c.contract_id)
    return tuple(connection.execute(query).scalars())


def shift_listing(
    caller: Caller,
    *,
    contract_id: str | None = None,
    post: str | None = None,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
) -> Listing:
    """The shifts under the contracts that a caller may see, those that touch a span."""
    conditions = [contract_scope(caller), duty_shift.c.dropped_at.is_(None)]
    if contract_id is not None:
        conditions.append(duty_shift.c.contract_id == contract_id)
    if post is not None:
        conditions.append(duty_shift.c.post == post)
    if start_at is not None:
        conditions.append(duty_shift.c.end_at > start_at)
    if end_at is not None:
        conditions.append(duty_shift.c.start_at < end_at)
    joined = duty_shift.join(contract, contract.c.id == duty_shift.c.contract_id)
    columns = duty_shift.c
    sorts = {"id": columns.id, "start_at": columns.start_at, "post": columns.post, "person": columns.person_name}
    return Listing(
        select(duty_shift, contract.c.number.label("contract_number")).select_from(joined),
        columns.id,
        sorts,
        default="-start_at",
        filters=conditions,
    )


def _future(at: datetime) -> Problem:
    return Problem("shift.future", "时间 {at} 尚未到来", field="at", at=render_local(at), way_out="请核对时间")


def _record(
    connection: Connection,
    contract_id: str,
    kind: str,
    subject: str,
    at: datetime,
    payload: Mapping[str, Any],
    now: datetime,
) -> None:
    record_fact(connection, NewFact(contract_id, kind, subject, at, payload, REPORTED), now=now)
