"""登记: complaints, emergency cut-offs, force majeure, unmanned time: one party says, both confirm. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yunqi.cases.machine import ROLE_LABELS, Case, Event, Machine, Transition
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem

COMPLAINT, CUT_OFF, FORCE_MAJEURE, UNATTENDED = "complaint", "cut_off", "force_majeure", "unattended"
REGISTERS: Mapping[str, str] = {
    COMPLAINT: "投诉",
    CUT_OFF: "应急断开与恢复",
    FORCE_MAJEURE: "不可抗力",
    UNATTENDED: "无人值守",
}
CONFIRMED = "confirmed"
"""The only state in which an entry counts: both parties have confirmed it."""
_PARTIES = ("using_unit", "provider")
_LABELS: Mapping[str, str] = {
    **ROLE_LABELS,
    "recorded": "已登记",
    "cut": "已断开",
    "restored": "已恢复",
    "half_confirmed": "一方已确认",
    "confirmed": "双方已确认",
    "contested": "有异议",
    "withdrawn": "已撤回",
    "answer": "答复",
    "carry_out": "断开",
    "ask_restore": "要求恢复",
    "restore": "恢复",
    "prove": "提交证明",
    "end": "中止结束",
    "confirm": "确认",
    "contest": "提出异议",
    "withdraw": "撤回",
    "note": "说明",
    "evidence": "证据",
    "reason": "理由",
}


def _machine(kind: str, steps: Mapping[str, Transition], confirmable: tuple[str, ...]) -> Machine:
    open_states = dict.fromkeys(("recorded", "cut", "restored", *confirmable, "half_confirmed", "contested"))
    sources = (*confirmable, "half_confirmed", "contested")
    return Machine(
        kind,
        "recorded",
        {
            **steps,
            "confirm": Transition(sources, None, _PARTIES, once=False),
            "contest": Transition((*confirmable, "half_confirmed"), "contested", _PARTIES, ("reason",), once=False),
            "withdraw": Transition(tuple(open_states), "withdrawn", _PARTIES, ("reason",)),
        },
        _LABELS,
    )


_STANDING = ("recorded", "half_confirmed", "contested", CONFIRMED)
MACHINES: Mapping[str, Machine] = {
    COMPLAINT: _machine(COMPLAINT, {"answer": Transition(_STANDING, None, ("provider",), ("note",))}, ("recorded",)),
    CUT_OFF: _machine(
        CUT_OFF,
        {
            "carry_out": Transition(("recorded",), "cut", ("provider",)),
            "ask_restore": Transition(("cut",), None, _PARTIES, after=("carry_out",)),
            "restore": Transition(("cut",), "restored", ("provider",), after=("carry_out", "ask_restore")),
        },
        ("restored",),
    ),
    FORCE_MAJEURE: _machine(
        FORCE_MAJEURE,
        {
            "prove": Transition(_STANDING, None, _PARTIES, ("evidence",), once=True),
            "end": Transition(_STANDING, None, _PARTIES),
        },
        ("recorded",),
    ),
    UNATTENDED: _machine(UNATTENDED, {}, ("recorded",)),
}


def open_entry(register: str, data: Mapping[str, Any]) -> Case:
    """A new entry of a register; raises `Problem` register.unknown."""
    machine = MACHINES.get(register)
    if machine is None:
        raise Problem(
            "register.unknown",
            "没有「{value}」这种登记",
            field="kind",
            value=register[:40],
            known="、".join(REGISTERS),
            way_out="应为其中之一：{known}",
        )
    return machine.open(data)


def apply(case: Case, event: Event) -> Case:
    """The entry after the event: a second party's confirmation confirms it, and an objection is met by confirming anew.

    Raises `Problem` as `Machine.apply` does, register.confirmed_before and register.not_ended.
    """
    after = MACHINES[case.kind].apply(case, event)
    data = {**after.data, f"{event.name}_at": render_instant(event.at)}
    if event.name != "confirm":
        if event.name == "contest":
            data["confirmed_by"] = ""
        return Case(after.kind, after.state, data, after.events)
    if case.kind == FORCE_MAJEURE and not case.data.get("end_at"):
        raise Problem(
            "register.not_ended",
            "不可抗力的中止时段尚未结束，不能确认",
            field="event",
            way_out="请先登记中止结束的时间",
        )
    before = str(case.data.get("confirmed_by") or "")
    if event.role == before:
        raise Problem(
            "register.confirmed_before",
            "{role}已经确认过",
            field="role",
            role=_LABELS[event.role],
            way_out="请由另一方确认",
        )
    state = CONFIRMED if before else "half_confirmed"
    data["confirmed_by"] = f"{before},{event.role}" if before else event.role
    return Case(after.kind, state, data, after.events)


@dataclass(frozen=True, slots=True)
class Clock:
    """What must be done from an instant on; `due_at` None: the contract has no single limit for it."""

    name: str
    started_at: datetime
    due_at: datetime | None
    done_at: datetime | None

    def standing(self, now: datetime) -> str:
        """`running`, `overdue`, `kept`, `late`, or `open` and `done` where there is no limit.

        >>> from datetime import UTC
        >>> at = datetime(2026, 1, 1, tzinfo=UTC)
        >>> Clock("answer", at, at, None).standing(at), Clock("answer", at, None, at).standing(at)
        ('overdue', 'done')
        """
        if self.due_at is None:
            return "open" if self.done_at is None else "done"
        if self.done_at is None:
            return "overdue" if now >= self.due_at else "running"
        return "late" if self.done_at >= self.due_at else "kept"
