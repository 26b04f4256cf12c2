"""统一工单: onboarding, go-live, change or exit; drafted, filed, approved, carried out, closed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.cases.machine import ROLE_LABELS, Case, Event, Machine, Transition
from yunqi.kernel.errors import Problem

SCALE_OUT = "scale_out"
KINDS: Mapping[str, str] = {
    "onboarding": "系统入云",
    "go_live": "系统上线",
    "change": "服务变更",
    SCALE_OUT: "扩容",
    "exit": "服务退出",
}
SCALE_OUT_FROM = "scale_out.from"
"""The reading of when the time to scale out begins: with the request, or with the filing."""
REQUEST, FILE, PRESS = "request", "file", "press"
DEPLOYABLE = ("approved", "carried_out")
"""The states in which resources may be ordered under the work order."""

_USING, _PROVIDER, _ADMINISTRATION = ("using_unit", "integrator"), ("provider",), ("administration",)

MACHINE = Machine(
    "work_order",
    "drafted",
    {
        "file": Transition(("drafted",), "filed", _ADMINISTRATION, ("filing_number",)),
        "approve": Transition(("filed",), "approved", _PROVIDER, after=("file",)),
        "reject": Transition(("drafted", "filed"), "rejected", (*_ADMINISTRATION, *_PROVIDER), ("reason",)),
        "withdraw": Transition(("drafted", "filed"), "withdrawn", _USING, ("reason",)),
        "carry_out": Transition(("approved",), "carried_out", _PROVIDER, after=("approve",)),
        PRESS: Transition(("filed", "approved"), None, _ADMINISTRATION, ("until_on", "evidence"), once=False),
        "close": Transition(("carried_out",), "closed", ("using_unit",), after=("carry_out",)),
    },
    {
        **ROLE_LABELS,
        "drafted": "已拟稿",
        "filed": "已备案",
        "approved": "已受理",
        "carried_out": "已实施",
        "closed": "已办结",
        "rejected": "已退回",
        "withdrawn": "已撤回",
        "file": "备案",
        "approve": "受理",
        "reject": "退回",
        "withdraw": "撤回",
        "carry_out": "实施",
        "close": "办结",
        PRESS: "书面通知限期满足",
        "until_on": "限期",
        "evidence": "凭证",
        "filing_number": "备案号",
        "reason": "原因",
    },
)


def open_work_order(kind: str, data: Mapping[str, Any]) -> Case:
    """A drafted work order; raises `Problem` work_order.kind for a kind that the rules do not know."""
    if kind not in KINDS:
        raise Problem(
            "work_order.kind",
            "工单类型「{kind}」无法识别",
            field="kind",
            kind=kind,
            kinds="、".join(KINDS),
            way_out="应为其中之一：{kinds}",
        )
    return MACHINE.open({**data, "kind": kind})


def apply(case: Case, event: Event) -> Case:
    """The work order after the event; raises `Problem` as `Machine.apply` does, and work_order.not_scale_out: only of
    more capacity the administration gives notice of a limit.
    """
    if event.name == PRESS and not may_press(case.data):
        raise Problem(
            "work_order.not_scale_out",
            "只有扩容工单可以书面通知限期满足",
            field="event",
            way_out="请核对工单的类型",
        )
    return MACHINE.apply(case, event)


def may_press(data: Mapping[str, Any]) -> bool:
    """Whether the administration may give notice of a limit: of more capacity."""
    return data.get("kind") == SCALE_OUT


def may_deploy(case: Case) -> bool:
    """Whether resources may be ordered under it: filed with the administration and approved by the provider, not
    closed.
    """
    return case.state in DEPLOYABLE


def waiting_states(role: str) -> tuple[str, ...]:
    """The states in which a work order waits for an organisation of this role to carry it on, not to call it off.

    >>> waiting_states("administration"), waiting_states("provider")
    (('drafted',), ('filed', 'approved'))
    """
    off = {"reject", "withdraw", PRESS}
    steps = [one for name, one in MACHINE.transitions.items() if name not in off and role in one.roles]
    return tuple(state for one in steps for state in one.sources)


def waits_for(state: str) -> tuple[str, ...]:
    """The roles of the organisations of which one carries on a work order in this state; none when it is over.

    >>> waits_for("drafted"), waits_for("carried_out"), waits_for("closed")
    (('administration',), ('using_unit',), ())
    """
    off = {"reject", "withdraw", PRESS}
    steps = [one for name, one in MACHINE.transitions.items() if name not in off and state in one.sources]
    return tuple(dict.fromkeys(role for one in steps for role in one.roles))
