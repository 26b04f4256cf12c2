"""台账: exercises, protected periods and the people who do the work; what counts, both parties have confirmed. Pure.

Source: the articles on drills, training, protection of major events and staff of each contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from yunqi.cases.logbook.fields import LABELS, Field, read_fields
from yunqi.cases.logbook.kinds import (
    ATTENDANCE,
    CONFIRMED,
    DRILL,
    EXERCISES,
    KINDS,
    LOGBOOKS,
    MACHINES,
    PROTECTED_PERIOD,
    RESTORE_DRILL,
    STAFF,
    STAFF_BREACH,
    STAFF_MEMBER,
    STAFF_PROMISE,
    STAFF_REQUEST,
    TIMES,
    TRAINING,
    Logbook,
)
from yunqi.cases.machine import ROLE_LABELS, Case, Event
from yunqi.kernel.clock import parse_instant, render_instant, render_local
from yunqi.kernel.errors import Problem

PLATFORM = "platform"
SYSTEM = "system"

__all__ = [
    "ATTENDANCE",
    "CONFIRMED",
    "DRILL",
    "EXERCISES",
    "KINDS",
    "LABELS",
    "LOGBOOKS",
    "MACHINES",
    "PROTECTED_PERIOD",
    "RESTORE_DRILL",
    "STAFF",
    "STAFF_BREACH",
    "STAFF_MEMBER",
    "STAFF_PROMISE",
    "STAFF_REQUEST",
    "TIMES",
    "TRAINING",
    "Field",
    "Logbook",
    "apply",
    "open_entry",
    "require_kind",
    "step_fields",
]


def require_kind(kind: str) -> Logbook:
    """The logbook of this kind; raises `Problem` logbook.unknown."""
    found = KINDS.get(kind)
    if found is None:
        raise Problem(
            "logbook.unknown",
            "没有「{value}」这种台账",
            field="kind",
            value=kind[:40],
            known="、".join(KINDS),
            way_out="应为其中之一：{known}",
        )
    return found


def open_entry(kind: str, given: Mapping[str, str], *, at: datetime, role: str, now: datetime) -> Case:
    """A new entry as one of a role says it.

    Raises `Problem` logbook.unknown, logbook.role, logbook.future, logbook.span, logbook.system and those of
    `read_fields`.
    """
    book = require_kind(kind)
    if role not in book.opened_by:
        raise Problem(
            "logbook.role",
            "「{kind}」不能由「{role}」登记",
            field="kind",
            kind=LOGBOOKS[kind],
            role=ROLE_LABELS.get(role, role),
            roles="、".join(ROLE_LABELS[one] for one in book.opened_by),
            way_out="应由{roles}登记",
        )
    if at > now and not book.ahead:
        raise Problem("logbook.future", "时间 {at} 尚未到来", field="at", at=render_local(at), way_out="请核对时间")
    said = read_fields(book.fields, given)
    until = said.get("until")
    if until is not None and parse_instant(until) <= at:
        raise Problem(
            "logbook.span",
            "结束时间 {until} 不晚于开始时间 {at}",
            field="until",
            until=render_local(parse_instant(until)),
            at=render_local(at),
            way_out="请核对起止时间",
        )
    if said.get("scope") == SYSTEM and not said.get("system"):
        raise Problem(
            "logbook.system", "信息系统的演练须写明是哪一系统", field="system", way_out="请填写信息系统的名称"
        )
    return book.machine.open({**said, "opened_by": role})


def step_fields(kind: str, event: str) -> tuple[Field, ...]:
    """What a step of an entry may say; nothing for a step that there is not."""
    return require_kind(kind).steps.get(event, ())


def apply(case: Case, event: Event) -> Case:
    """The entry after the event; what both must confirm is confirmed by the second party's word.

    Raises `Problem` as `Machine.apply` does, and logbook.not_permitted, logbook.findings_open, logbook.not_own and
    logbook.confirmed_before.
    """
    book = KINDS[case.kind]
    after = book.machine.apply(case, event)
    data = {**after.data, f"{event.name}_at": render_instant(event.at)}
    if event.name == "hold":
        _require_permission(case)
        for name in ("findings", "closure"):  # what is told anew stands in place of what was told before
            if name not in event.data:
                data.pop(name, None)
    if event.name == "confirm" and case.kind in EXERCISES:
        if case.data.get("findings") and case.state != "closed":
            raise Problem(
                "logbook.findings_open",
                "记录中有发现的问题，尚未登记整改",
                field="event",
                way_out="请由云服务商先登记整改，或退回补充",
            )
        return Case(after.kind, after.state, data, after.events)
    if event.name == "withdraw":
        _require_own(case, event.role)
    if event.name == "contest":
        data["confirmed_by"] = ""
    if event.name == "confirm":
        before = str(case.data.get("confirmed_by") or "")
        if event.role == before:
            raise Problem(
                "logbook.confirmed_before",
                "{role}已经确认过",
                field="role",
                role=ROLE_LABELS[event.role],
                way_out="请由另一方确认",
            )
        data["confirmed_by"] = f"{before},{event.role}" if before else event.role
        return Case(after.kind, CONFIRMED if before else "half_confirmed", data, after.events)
    return Case(after.kind, after.state, data, after.events)


def _require_own(case: Case, role: str) -> None:
    """What one party has entered the other may contest, not take back; what neither entered, either may."""
    opened_by = str(case.data.get("opened_by") or "")
    if opened_by in ("using_unit", "provider") and opened_by != role:
        raise Problem(
            "logbook.not_own",
            "该事项由{opened_by}登记，不能由{role}撤回",
            field="event",
            opened_by=ROLE_LABELS[opened_by],
            role=ROLE_LABELS.get(role, role),
            way_out="有异议的，请「提出异议」",
        )


def _require_permission(case: Case) -> None:
    """A drill of the platform is held only once the using unit has permitted it."""
    if case.kind == DRILL and case.data.get("scope") == PLATFORM and not case.data.get("permission"):
        raise Problem(
            "logbook.not_permitted",
            "云平台的演练须先取得使用单位的许可",
            field="event",
            way_out="请由使用单位先办理「许可」",
        )
