"""The rota as actions: planned by the provider, taken, handed over; unmanned time is for everybody to see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from yunqi.cases.duty import POSTS, Unmanned, post_word
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Span
from yunqi.kernel.rights import Target
from yunqi.kernel.units import render_length
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.duty import read_unmanned
from yunqi.store import duty as store
from yunqi.store.cases import list_cases
from yunqi.store.listing import read_page
from yunqi.wire.base import ById, Done, Page
from yunqi.wire.duty import (
    HandOverShift,
    ListShifts,
    ListUnmanned,
    PlanShift,
    PostRow,
    ShiftRow,
    TakeShift,
    UnmannedRow,
)
from yunqi.wire.duty import Unmanned as UnmannedAnswer
from yunqi.wire.incidents import source_of

STATES = {
    "planned": "已排班",
    "due": "应到未到",
    "on": "在岗",
    "over": "未登记交班",
    "handed_over": "已交班",
    "missed": "无人到岗",
}
_SHOWN = timedelta(days=30)
_LASTING = frozenset({"open", "responded"})


def state_of(row: Any, now: datetime) -> str:
    """How a shift stands at an instant: a code of `STATES`."""
    if row.left_at is not None:
        return "handed_over"
    if row.taken_at is not None:
        return "on" if now < row.end_at else "over"
    if now < row.start_at:
        return "planned"
    return "due" if now < row.end_at else "missed"


def shift_view(row: Any, now: datetime) -> ShiftRow:
    """A shift in a list."""
    state = state_of(row, now)
    same = ["id", "contract_id", "contract_number", "post", "telephone", "start_at", "end_at"]
    same += ["taken_at", "taken_recorded_at", "left_at", "next_id"]
    return ShiftRow(
        **{name: getattr(row, name) for name in same},
        post_name=post_word(row.post),
        person=row.person_name,
        note=row.note or "",
        state=state,
        state_name=_(STATES[state]),
    )


@action(
    "shift.list",
    "GET",
    "/shifts",
    "列出值班表",
    request=ListShifts,
    answer=Page[ShiftRow],
    aim=aims.contract_if_named,
)
def list_(desk: Desk, request: ListShifts) -> Page[ShiftRow]:
    """The shifts that the caller may see, the latest first."""
    listing = store.shift_listing(
        desk.caller,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        post=request.post,
        start_at=request.since,
        end_at=request.until,
    )
    rows, following = read_page(
        desk.connection,
        listing,
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: shift_view(row, desk.now),
    )
    return Page[ShiftRow](items=tuple(rows), next_cursor=following)


@action("shift.plan", "POST", "/shifts", "排班", request=PlanShift, answer=Done, aim=aims.contract)
def plan(desk: Desk, request: PlanShift) -> Done:
    """Plans a shift; raises `Problem` shift.span, shift.past and shift.twice."""
    found = aims.require_contract_of(desk, request.contract)
    identifier = store.plan_shift(
        desk.connection,
        found.id,
        post=request.post,
        person_name=request.person,
        telephone=request.telephone,
        start_at=request.start_at,
        end_at=request.end_at,
        planned_by=desk.person_id,
        now=desk.now,
    )
    return Done(id=identifier)


def _aim(desk: Desk, request: ById | TakeShift | HandOverShift) -> Target:
    found = store.require_shift(desk.connection, request.id)
    return aims.target_of_contract(desk, aims.require_contract_of(desk, found.contract_id))


@action("shift.take", "POST", "/shifts/{id}/take", "登记到岗", request=TakeShift, answer=Done, aim=_aim)
def take(desk: Desk, request: TakeShift) -> Done:
    """Somebody is there; raises `Problem` shift.taken, shift.over, shift.future and shift.unknown."""
    found = store.require_shift(desk.connection, request.id)
    store.take_shift(desk.connection, found, at=request.at or desk.now, by=desk.person_id, now=desk.now)
    return Done(id=found.id)


@action("shift.hand_over", "POST", "/shifts/{id}/hand-over", "交班", request=HandOverShift, answer=Done, aim=_aim)
def hand_over(desk: Desk, request: HandOverShift) -> Done:
    """Ends a shift; the incidents that last are handed over with it. Raises `Problem` shift.…."""
    found = store.require_shift(desk.connection, request.id)
    if request.to == found.id:
        raise Problem("shift.self", "不能交班给同一班次", field="to", way_out="请选择接班的班次")
    following = None if request.to is None else store.require_shift(desk.connection, request.to)
    cases = list_cases(desk.connection, found.contract_id, kind="incident")
    store.hand_over(
        desk.connection,
        found,
        following,
        at=request.at or desk.now,
        note=request.note,
        open_cases=[one.number for one in cases if one.state in _LASTING],
        by=desk.person_id,
        now=desk.now,
    )
    return Done(id=found.id)


@action("shift.drop", "POST", "/shifts/{id}/drop", "撤销班次", request=ById, answer=Done, aim=_aim)
def drop(desk: Desk, request: ById) -> Done:
    """Drops a shift that has not begun; raises `Problem` shift.begun and shift.unknown."""
    found = store.require_shift(desk.connection, request.id)
    store.drop_shift(desk.connection, found, by=desk.person_id, now=desk.now)
    return Done(id=found.id)


@action(
    "shift.unmanned",
    "GET",
    "/contracts/{contract}/unmanned",
    "查看无人值守时间",
    request=ListUnmanned,
    answer=UnmannedAnswer,
    aim=aims.contract,
)
def unmanned(desk: Desk, request: ListUnmanned) -> UnmannedAnswer:
    """Who is on duty now, and when nobody was; raises `Problem` shift.span for a span that ends before it begins."""
    found = aims.require_contract_of(desk, request.contract)
    start, end = request.since or desk.now - _SHOWN, request.until or desk.now
    if start > end:
        raise Problem("shift.window", "起止时间颠倒", field="until", way_out="请核对起止时间")
    gaps, continuous, rows = read_unmanned(desk.connection, found, Span(start, end), desk.now)
    facts = store.list_unmanned_facts(desk.connection, found.id)
    people = {row.id: row.person_name for row in rows}

    def view(one: Unmanned) -> UnmannedRow:
        length = one.end_at - one.start_at
        return UnmannedRow(
            post=one.post,
            post_name=post_word(one.post),
            start_at=one.start_at,
            end_at=one.end_at,
            length_s=length // timedelta(seconds=1),
            length_name=render_length(length),
            planned=tuple(people[each] for each in one.planned),
            claimed=one.claimed,
            lasts=one.lasts,
            fact=facts.get((one.post, render_instant(one.start_at), render_instant(one.end_at))),
        )

    items = tuple(view(one) for one in sorted(gaps, key=lambda one: one.start_at, reverse=True))
    wanted = [post for post in POSTS if post in continuous or any(row.post == post for row in rows)]
    return UnmannedAnswer(
        contract_id=found.id,
        at=desk.now,
        posts=tuple(_post(post, rows, continuous, desk.now) for post in wanted),
        spans=items,
        total_s=sum(one.length_s for one in items if not one.claimed),
    )


def _post(post: str, rows: tuple[Any, ...], continuous: Any, now: datetime) -> PostRow:
    there = next((row for row in rows if row.post == post and state_of(row, now) == "on"), None)
    return PostRow(
        post=post,
        post_name=post_word(post),
        continuous=post in continuous,
        source=source_of(continuous.get(post)),
        person=there.person_name if there else "",
        telephone=there.telephone if there else "",
        until_at=there.end_at if there else None,
    )
