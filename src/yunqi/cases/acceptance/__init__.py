"""验收: a request with its dossier, the using unit's answer, rework, and the sign-off by both parties. Pure.

Silence that accepted is recorded by the system itself, or by a party. It is undone where it is shown that an answer
had been received in time: the provider admits it, or the administration decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yunqi.cases.machine import PROBE, ROLE_LABELS, Case, Event, Machine, Transition
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
        "deem": Transition(("requested",), "deemed", (*_PARTIES, PROBE), ("dossier",), once=False),
        "prove": Transition(
            ("deemed", "half_signed"), "disputed", ("using_unit",), ("answer", "received_at", "document"), once=False
        ),
        "admit": Transition(("disputed",), "passed", ("provider", "administration"), ("dossier", "on"), once=False),
        "uphold": Transition(("disputed",), "deemed", ("administration",), ("reason",), once=False),
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
        PROBE: "系统",
        "disputed": "对视为合格有异议",
        "half_signed": "一方已签认",
        "signed": "双方已签认",
        "withdrawn": "已撤回",
        "pass": "验收合格",
        "fail": "验收不合格",
        "resubmit": "返工后再次提请",
        "deem": "逾期未答复，视为合格",
        "prove": "举证期限内已答复",
        "admit": "认可期限内已答复",
        "uphold": "维持视为合格",
        "sign": "签认",
        "withdraw": "撤回",
        "reason": "理由",
        "answer": "答复",
        "received_at": "收到答复的时间",
        "document": "凭据",
        "on": "日期",
        "dossier": "验收材料摘要值",
        "score": "评分",
    },
    ("admit",),
)
REQUESTED = "requested"
WAITING = (REQUESTED, "rework")
"""The states in which somebody still has to do something before it is accepted or not."""
ACCEPTED = ("passed", "deemed", "disputed", "half_signed", "signed")
"""The states in which what was delivered is accepted."""


_ANSWERED: Mapping[str, str] = {"pass": "passed", "rework": "rework", "fail": "failed"}


def is_by_silence(names: Sequence[str]) -> bool:
    """Whether what was accepted was so by silence, by the names of its events.

    >>> is_by_silence(["deem", "sign"]), is_by_silence(["deem", "prove", "admit"]), is_by_silence(["pass", "sign"])
    (True, False, False)
    """
    return next((one == "deem" for one in reversed(names) if one in ("deem", "pass", "admit")), False)


def open_acceptance(title: str, dossier: str, data: Mapping[str, Any]) -> Case:
    """A request for acceptance of what a dossier (its SM3) shows; raises `Problem` acceptance.title."""
    if not title.strip():
        raise Problem("acceptance.title", "验收缺少名称", field="title", way_out="请填写验收的名称，例如“终验”")
    return MACHINE.open({**data, "title": title.strip(), "dossier": dossier})


def apply(case: Case, event: Event) -> Case:
    """The request after the event: it is signed once both parties have signed the same dossier, each once. An answer
    that is admitted stands in place of the silence, and nothing is signed of it yet.

    Raises `Problem` as `Machine.apply` does, case.twice where a party signs again, acceptance.other_dossier where
    somebody signs something else than what was accepted, acceptance.answered where it was no silence that accepted, and
    acceptance.own_signature where the using unit has signed what
    it says it had answered.
    """
    after = MACHINE.apply(case, event)
    since = MACHINE.since_renewed([one.name for one in case.events])
    signed = [one.role for one in case.events[since:] if one.name == "sign"]
    if event.name == "admit":
        return Case(after.kind, _ANSWERED[str(case.data.get("answer"))], after.data, after.events)
    if event.name == "uphold":
        return Case(after.kind, "half_signed" if signed else "deemed", after.data, after.events)
    if event.name == "prove" and not is_by_silence([one.name for one in case.events]):
        raise Problem(
            "acceptance.answered",
            "验收合格出自使用单位的答复，不是逾期未答复",
            field="event",
            way_out="只有视为验收合格的，才能举证期限内已答复",
        )
    if event.name == "prove" and event.role in signed:
        raise Problem(
            "acceptance.own_signature",
            "本方已签认视为合格的结果，不能再举证期限内已答复",
            field="event",
            way_out="如有争议，请由双方另行协商",
        )
    if event.name != "sign":
        return after
    if event.role in signed:
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
