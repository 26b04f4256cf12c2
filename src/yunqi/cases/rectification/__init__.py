"""整改通知: a party is told by the administration or the supervisor to set something right by a day, answers with
evidence, and the one who told it closes the notice or returns the answer. A reclaim proposal goes the same way. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from yunqi.cases.machine import ROLE_LABELS, Case, Event, Machine, Transition
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of

PURPOSES: Mapping[str, str] = {"rectify": "整改通知", "reclaim": "闲置资源回收建议"}
ADDRESSEES: Mapping[str, str] = {"rectify": "provider", "reclaim": "using_unit"}
"""Whom a notice is to unless somebody else is named: the provider sets right, the using unit gives back."""
Standing = Literal["open", "overdue", "answered", "closed", "withdrawn"]
OPEN_STATES = ("issued", "returned")
"""The states in which an answer is waited for."""
UNSETTLED = (*OPEN_STATES, "answered")
YES, NO = "yes", "no"
_PARTIES, _OVERSEERS = ("using_unit", "provider"), ("administration", "supervisor")

MACHINE = Machine(
    "rectification",
    "issued",
    {
        "answer": Transition(OPEN_STATES, "answered", _PARTIES, ("measures", "evidence"), once=False),
        "return": Transition(("answered",), "returned", _OVERSEERS, ("reason", "due_on"), once=False),
        "extend": Transition(OPEN_STATES, None, _OVERSEERS, ("reason", "due_on"), once=False),
        "close": Transition(("answered",), "closed", _OVERSEERS, ("conclusion",)),
        "withdraw": Transition(UNSETTLED, "withdrawn", _OVERSEERS, ("reason",)),
    },
    {
        **ROLE_LABELS,
        "issued": "待答复",
        "answered": "已答复",
        "returned": "退回重做",
        "closed": "已闭环",
        "withdrawn": "已撤销",
        "answer": "答复",
        "return": "退回",
        "extend": "延长期限",
        "close": "闭环",
        "withdraw": "撤销",
        "measures": "措施与结果",
        "evidence": "证据",
        "reason": "理由",
        "due_on": "新的期限",
        "conclusion": "核查结论",
    },
)


def open_rectification(data: Mapping[str, Any], *, today: date) -> Case:
    """An issued notice. `data`: purpose, to, clause, requirement, due_on, issuer_role.

    Raises `Problem` rectification.purpose, rectification.to, rectification.empty and rectification.due.
    """
    purpose, to = str(data.get("purpose")), str(data.get("to"))
    if purpose not in PURPOSES:
        raise Problem(
            "rectification.purpose",
            "通知的类别「{value}」无法识别",
            field="purpose",
            value=purpose,
            known="、".join(PURPOSES),
            way_out="应为其中之一：{known}",
        )
    if to not in _PARTIES:
        raise Problem(
            "rectification.to",
            "通知不能发给「{value}」",
            field="to",
            value=to,
            way_out="应发给云服务商（provider）或使用单位（using_unit）",
        )
    for name in ("clause", "requirement"):
        if not str(data.get(name) or "").strip():
            raise Problem(
                "rectification.empty",
                "通知没有写明依据或要求",
                field=name,
                way_out="请写明所依据的条款和整改（回收）的要求",
            )
    _check_due(str(data.get("due_on")), today)
    return MACHINE.open({**data, "late": NO})


def roles_for(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Who may take a step of this notice: its addressee answers it, and what the administration issued it alone leads
    on.

    >>> roles_for({"to": "provider", "issuer_role": "administration"}, "answer")
    ('provider',)
    """
    if name == "answer":
        return tuple(role for role in _PARTIES if role == data.get("to"))
    return ("administration",) if data.get("issuer_role") == "administration" else MACHINE.transitions[name].roles


def apply(case: Case, event: Event) -> Case:
    """The notice after the event: only its addressee answers, and the supervisor leaves alone what the administration
    issued. That a deadline was once missed stays on it, whatever is extended later.

    Raises `Problem` as `Machine.apply` does, and rectification.addressee, rectification.issuer, rectification.due.
    """
    if event.name == "answer" and event.role in _PARTIES and event.role not in roles_for(case.data, "answer"):
        raise Problem(
            "rectification.addressee",
            "这份通知不是发给{role}的",
            field="role",
            role=MACHINE.label(event.role),
            to=MACHINE.label(str(case.data.get("to"))),
            way_out="应由{to}答复",
        )
    leads = event.name != "answer" and event.name in MACHINE.transitions
    if event.role == "supervisor" and leads and event.role not in roles_for(case.data, event.name):
        raise Problem(
            "rectification.issuer",
            "这份通知由政务云管理单位发出，监管服务商不能「{event}」",
            field="event",
            event=MACHINE.label(event.name),
            way_out="请由政务云管理单位办理",
        )
    on = date_of(event.at)
    if event.data.get("due_on"):
        _check_due(str(event.data["due_on"]), on)
    after = MACHINE.apply(case, event)
    missed = case.state in OPEN_STATES and on > date.fromisoformat(str(case.data["due_on"]))
    late = YES if missed or case.data.get("late") == YES else NO
    return Case(after.kind, after.state, {**after.data, "late": late}, after.events)


def _check_due(text: str, today: date) -> None:
    try:
        due_on = date.fromisoformat(text)
    except ValueError:
        due_on = None
    if due_on is None or due_on < today:
        raise Problem(
            "rectification.due",
            "期限「{value}」不可用：应为今天或以后的日期",
            field="due_on",
            value=text,
            way_out="请按 YYYY-MM-DD 填写",
        )


def standing_of(state: str, due_on: str, today: date) -> Standing:
    """Where a notice stands today: an answer is waited for in time, or overdue; answered, closed, withdrawn.

    >>> standing_of("issued", "2026-03-10", date(2026, 3, 10)), standing_of("returned", "2026-03-10", date(2026, 3, 11))
    ('open', 'overdue')
    """
    if state in OPEN_STATES:
        return "overdue" if today > date.fromisoformat(due_on) else "open"
    return "answered" if state == "answered" else "closed" if state == "closed" else "withdrawn"
