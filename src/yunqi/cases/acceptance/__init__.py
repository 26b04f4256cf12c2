"""验收: a request with its dossier, the using unit's answer, rework, and the sign-off by both parties. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.cases.machine import ROLE_LABELS, Case, Event, Machine, Transition
from yunqi.kernel.errors import Problem

_PARTIES = ("using_unit", "provider")

MACHINE = Machine(
    "acceptance",
    "requested",
    {
        "pass": Transition(("requested",), "passed", ("using_unit",), ("dossier",)),
        "rework": Transition(("requested",), "rework", ("using_unit",), ("reason", "dossier"), once=False),
        "fail": Transition(("requested",), "failed", ("using_unit",), ("reason", "dossier")),
        "resubmit": Transition(("rework",), "requested", ("provider",), ("dossier",), once=False),
        "deem": Transition(("requested",), "deemed", _PARTIES, ("dossier",)),
        "sign": Transition(("passed", "deemed", "half_signed"), None, _PARTIES, ("dossier",), once=False),
        "withdraw": Transition(("requested", "rework"), "withdrawn", ("provider",), ("reason",)),
    },
    {
        **ROLE_LABELS,
        "requested": "待验收",
        "rework": "返工",
        "passed": "验收合格",
        "failed": "验收不合格",
        "deemed": "视为验收合格",
        "half_signed": "一方已签认",
        "signed": "双方已签认",
        "withdrawn": "已撤回",
        "pass": "验收合格",
        "fail": "验收不合格",
        "resubmit": "返工后再次提请",
        "deem": "逾期未答复，视为合格",
        "sign": "签认",
        "withdraw": "撤回",
        "reason": "理由",
        "dossier": "验收材料摘要值",
        "score": "评分",
    },
)
WAITING = ("requested", "rework")
"""The states in which somebody still has to do something before it is accepted or not."""
ACCEPTED = ("passed", "deemed", "half_signed", "signed")
"""The states in which what was delivered is accepted."""


def open_acceptance(title: str, dossier: str, data: Mapping[str, Any]) -> Case:
    """A request for acceptance of what a dossier (its SM3) shows; raises `Problem` acceptance.title."""
    if not title.strip():
        raise Problem("acceptance.title", "验收缺少名称", field="title", way_out="请填写验收的名称，例如“终验”")
    return MACHINE.open({**data, "title": title.strip(), "dossier": dossier})


def apply(case: Case, event: Event) -> Case:
    """The request after the event: it is signed once both parties have signed the same dossier, each once.

    Raises `Problem` as `Machine.apply` does, case.twice where a party signs again, and acceptance.other_dossier where
    somebody signs something else than what was accepted.
    """
    if event.name != "sign":
        return MACHINE.apply(case, event)
    after = MACHINE.apply(case, event)
    if any(one.name == "sign" and one.role == event.role for one in case.events):
        raise Problem(
            "case.twice",
            "「{role}」已经确认过",
            field="role",
            role=MACHINE.label(event.role),
            way_out="请由另一方确认",
        )
    accepted = case.data.get("dossier")
    if event.data["dossier"] != accepted:
        raise Problem(
            "acceptance.other_dossier",
            "签认的材料（{given}）不是所验收的材料（{accepted}）",
            field="dossier",
            given=str(event.data["dossier"]),
            accepted=str(accepted),
            way_out="请刷新后核对所验收的材料再签认",
        )
    state = "signed" if case.state == "half_signed" else "half_signed"
    return Case(after.kind, state, case.data, after.events)  # a signature adds nothing to what was accepted
