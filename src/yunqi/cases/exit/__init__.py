"""退出: notice, inventory, migration plan, cut-over, data and confidential material handed back, erasure, the final
statement, and both parties' signatures. Pure.

What erases never comes before the using unit has its data: `erased` waits for `data_received`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.cases.machine import ROLE_LABELS, Case, Event, Machine, Transition
from yunqi.kernel.errors import Problem

_PARTIES = ("using_unit", "provider")
_OPEN = ("open",)
CAUSES: Mapping[str, str] = {
    "expiry": "服务期满",
    "provider": "云服务商退出",
    "using_unit": "使用单位迁出",
    "termination": "提前终止",
}
EARLY = "termination"

MACHINE = Machine(
    "exit",
    "open",
    {
        "inventory": Transition(_OPEN, None, _PARTIES, ("sm3",), once=False),
        "plan": Transition(_OPEN, None, ("provider",), ("steps",), once=False),
        "agree_end": Transition(_OPEN, None, _PARTIES, ()),
        "agree_plan": Transition(_OPEN, None, ("using_unit",), (), once=False, after=("plan",)),
        "migrated": Transition(_OPEN, None, ("using_unit",), ("evidence",)),
        "cut_over_begin": Transition(_OPEN, None, _PARTIES, ()),
        "cut_over_end": Transition(_OPEN, None, ("using_unit",), ("evidence",), after=("cut_over_begin",)),
        "data_back": Transition(_OPEN, None, ("provider",), ("medium", "sm3"), once=False),
        "data_received": Transition(_OPEN, None, ("using_unit",), ("evidence",), once=False, after=("data_back",)),
        "confidential_asked": Transition(_OPEN, None, ("using_unit",), ("evidence",)),
        "confidential_back": Transition(_OPEN, None, ("provider",), ("evidence",), once=False),
        "confidential_received": Transition(
            _OPEN, None, ("using_unit",), ("evidence",), once=False, after=("confidential_back",)
        ),
        "replica": Transition(_OPEN, None, ("provider",), ("place", "medium"), once=False),
        "replica_erased": Transition(_OPEN, None, ("provider",), ("place", "method", "evidence"), once=False),
        "final_statement": Transition(_OPEN, None, _PARTIES, ("statement", "sm3"), once=False),
        "refunded": Transition(_OPEN, None, ("using_unit",), ("evidence",)),
        "bond_returned": Transition(_OPEN, None, ("provider",), ("evidence",)),
        "sign": Transition(("open", "half_signed"), None, _PARTIES, ("sm3",), once=False),
        "withdraw": Transition(_OPEN, "withdrawn", _PARTIES, ("reason",)),
    },
    {
        **ROLE_LABELS,
        "open": "办理中",
        "half_signed": "一方已签认",
        "closed": "双方已签认，退出完成",
        "withdrawn": "已撤回",
        "inventory": "固定资源清单",
        "plan": "提交迁移方案",
        "agree_end": "同意终止时间",
        "agree_plan": "同意迁移方案",
        "migrated": "确认迁移完成",
        "cut_over_begin": "开始切换",
        "cut_over_end": "确认切换完成",
        "data_back": "移交数据",
        "data_received": "签收数据",
        "confidential_asked": "通知归还保密资料",
        "confidential_back": "归还保密资料",
        "confidential_received": "签收保密资料",
        "replica": "登记副本",
        "replica_erased": "登记副本擦除",
        "final_statement": "确认最终结算",
        "refunded": "确认收到退款",
        "bond_returned": "确认收到退还的保证金",
        "sign": "签认",
        "withdraw": "撤回",
        "reason": "理由",
        "evidence": "凭证",
        "medium": "介质",
        "place": "位置",
        "method": "方法",
        "sm3": "SM3 摘要值",
        "steps": "各步日期",
        "statement": "结算单",
    },
)
_AFTER = {
    "agree_plan": "plan",
    "cut_over_end": "cut_over_begin",
    "data_received": "data_back",
    "confidential_received": "confidential_back",
    "replica_erased": "data_received",
}


def open_exit(cause: str, data: Mapping[str, Any]) -> Case:
    """An exit from a contract for one of the causes; raises `Problem` exit.cause."""
    if cause not in CAUSES:
        raise Problem(
            "exit.cause",
            "退出原因「{value}」无法识别",
            field="cause",
            value=cause[:40],
            causes="、".join(CAUSES),
            way_out="应为其中之一：{causes}",
        )
    return MACHINE.open({**data, "cause": cause})


def may_agree(data: Mapping[str, Any], role: str) -> bool:
    """Whether a party of this role is the one to agree to the last day of service: the one that did not name it."""
    return data.get("cause") == EARLY and role != data.get("by")


def _check_agreeing(case: Case, event: Event) -> None:
    if not may_agree(case.data, event.role):
        early = case.data.get("cause") == EARLY
        raise Problem(
            "exit.own_end" if early else "exit.not_early",
            "最后服务日由对方提出时才能同意" if early else "只有提前终止才需要同意终止时间",
            field="event",
            way_out="请由另一方办理" if early else "服务期满或单方退出无需办理这一步",
        )


def apply(case: Case, event: Event) -> Case:
    """The exit after the event; it is closed once both parties have signed the same checklist, each once.

    Raises `Problem` as `Machine.apply` does, exit.not_early and exit.own_end, exit.before where something else comes
    first, case.twice, and exit.other_checklist where the second party signs something else than the first.
    """
    waits_for = _AFTER.get(event.name)
    if waits_for is not None and not any(one.name == waits_for for one in case.events):
        raise Problem(
            "exit.before",
            "「{event}」之前应先「{earlier}」",
            field="event",
            event=MACHINE.label(event.name),
            earlier=MACHINE.label(waits_for),
            way_out="请先办理「{earlier}」",
        )
    moved = MACHINE.apply(case, event)
    if event.name == "agree_end":
        _check_agreeing(case, event)
    # What an exit is of stays as it was opened; what its steps bring stands in its events, several of one kind.
    after = Case(moved.kind, moved.state, case.data, moved.events)
    if event.name != "sign":
        return after
    signed = [one for one in case.events if one.name == "sign"]
    if any(one.role == event.role for one in signed):
        raise Problem(
            "case.twice",
            "「{role}」已经确认过",
            field="role",
            role=MACHINE.label(event.role),
            way_out="请由另一方确认",
        )
    if signed and signed[-1].data["sm3"] != event.data["sm3"]:
        raise Problem(
            "exit.other_checklist",
            "签认的清单与另一方所签的不同",
            field="sm3",
            way_out="请刷新后核对清单再签认",
        )
    return Case(after.kind, "closed" if signed else "half_signed", after.data, after.events)
