"""The states of an incident and who may say what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.cases.machine import PROBE, ROLE_LABELS, Case, Event, Machine, Transition
from yunqi.kernel.errors import Problem

KINDS: Mapping[str, str] = {"fault": "故障", "request": "运维需求"}
TYPES: Mapping[str, str] = {
    "interruption": "服务中断",
    "degradation": "性能下降",
    "tampering": "篡改",
    "data_loss": "数据丢失",
    "intrusion": "恶意入侵",
    "request": "服务请求",
}

_OPEN = ("open", "responded", "recovered")
_PROVIDER = ("provider",)

MACHINE = Machine(
    "incident",
    "open",
    {
        "reported": Transition(_OPEN, None, ("using_unit", "integrator"), ("channel",)),
        "responded": Transition(("open", "recovered"), None, _PROVIDER, after=("reported",)),
        "arrived": Transition(_OPEN, None, _PROVIDER),
        "located": Transition(_OPEN, None, _PROVIDER, ("root_cause",)),
        "recovered": Transition(("open", "responded"), "recovered", (*_PROVIDER, PROBE)),
        "closed": Transition(("recovered",), "closed", ("using_unit",), after=("recovered", "reported", "responded")),
        "withdrawn": Transition(("open", "responded"), "withdrawn", ("using_unit",), ("reason",)),
    },
    {
        **ROLE_LABELS,
        "open": "处置中",
        "responded": "已响应",
        "recovered": "已恢复",
        "closed": "已关闭",
        "withdrawn": "已撤销",
        "reported": "甲方报告",
        "arrived": "已到场",
        "located": "已定位",
        "channel": "报告渠道",
        "root_cause": "根本原因",
        "reason": "原因",
    },
)


def open_incident(kind: str, type_: str, data: Mapping[str, Any]) -> Case:
    """An open incident of a kind (fault or request) and a type; raises `Problem` incident.kind or incident.type."""
    if kind not in KINDS:
        raise Problem(
            "incident.kind",
            "事件类别「{value}」无法识别",
            field="kind",
            value=kind,
            kinds="、".join(KINDS),
            way_out="应为其中之一：{kinds}",
        )
    if type_ not in TYPES:
        raise Problem(
            "incident.type",
            "事件类型「{value}」无法识别",
            field="type",
            value=type_,
            types="、".join(TYPES),
            way_out="应为其中之一：{types}",
        )
    return MACHINE.open({**data, "kind": kind, "type": type_})


def apply(case: Case, event: Event) -> Case:
    """The incident after the event; a response moves an open incident on, and leaves a recovered one as it is.

    Raises `Problem` as `Machine.apply` does, and case.time for an event before the incident began.
    """
    after = MACHINE.apply(case, event)
    if event.name == "responded" and case.state == "open":
        return Case(after.kind, "responded", after.data, after.events)
    return after
