"""登记: complaints, emergency cut-offs, force majeure, unmanned time: one party says, both confirm. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yunqi.cases.machine import ROLE_LABELS, Case, Event, Machine, Transition
from yunqi.contract.deadlines import Due
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

COMPLAINT, CUT_OFF, FORCE_MAJEURE, UNATTENDED = "complaint", "cut_off", "force_majeure", "unattended"
REGISTERS: Mapping[str, str] = {
    COMPLAINT: "投诉",
    CUT_OFF: "应急断开与恢复",
    FORCE_MAJEURE: "不可抗力",
    UNATTENDED: "无人值守",
}
CONFIRMED = "confirmed"
"""The only state in which an entry counts: both parties have confirmed it."""
WRONGFUL = "wrongful"
FINDINGS: Mapping[str, str] = {"justified": "断开有据", WRONGFUL: "错误断开"}
"""What both parties find of a cut-off: time of a wrongful one is an outage."""
PARTIES = ("using_unit", "provider")
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
    "remove_cause": "原因消除",
    "ask_restore": "要求恢复",
    "restore": "恢复",
    "tell": "通知使用单位",
    "notify": "书面通知对方",
    "confirm_notice": "确认收到通知",
    "prove": "提交证明",
    "accept_proof": "认可证明",
    "refuse_proof": "不认可证明",
    "end": "中止结束",
    "confirm": "确认",
    "contest": "提出异议",
    "withdraw": "撤回",
    "note": "说明",
    "evidence": "证据",
    "reason": "理由",
    "finding": "认定",
}


def _machine(
    kind: str, steps: Mapping[str, Transition], confirmable: tuple[str, ...], needed: tuple[str, ...] = ()
) -> Machine:
    open_states = dict.fromkeys(("recorded", "cut", "restored", *confirmable, "half_confirmed", "contested"))
    sources = (*confirmable, "half_confirmed", "contested")
    return Machine(
        kind,
        "recorded",
        {
            **steps,
            "confirm": Transition(sources, None, PARTIES, needed, once=False),
            "contest": Transition((*confirmable, "half_confirmed"), "contested", PARTIES, ("reason",), once=False),
            "withdraw": Transition(tuple(open_states), "withdrawn", PARTIES, ("reason",)),
        },
        _LABELS,
    )


HANDED_IN, ACCEPTED, REFUSED = "handed_in", "accepted", "refused"
"""How the proof of force majeure stands: handed in by the invoker, then accepted or refused by the other party."""
_PROOF: Mapping[str, str] = {"prove": HANDED_IN, "accept_proof": ACCEPTED, "refuse_proof": REFUSED}
_BY_INVOKER, _BY_OTHER = ("notify", "prove"), ("accept_proof", "refuse_proof")
NOTICE_CAME = "confirm_notice"
"""The other party says when notice of force majeure reached it."""
_STANDING = ("recorded", "half_confirmed", "contested", CONFIRMED)
MACHINES: Mapping[str, Machine] = {
    COMPLAINT: _machine(COMPLAINT, {"answer": Transition(_STANDING, None, ("provider",), ("note",))}, ("recorded",)),
    CUT_OFF: _machine(
        CUT_OFF,
        {
            "carry_out": Transition(("recorded",), "cut", ("provider",)),
            "remove_cause": Transition(("cut",), None, PARTIES, after=("carry_out",)),
            "ask_restore": Transition(("cut",), None, PARTIES, after=("carry_out",)),
            "restore": Transition(
                ("cut",), "restored", ("provider",), after=("carry_out", "remove_cause", "ask_restore")
            ),
        },
        ("restored",),
        ("finding",),
    ),
    FORCE_MAJEURE: _machine(
        FORCE_MAJEURE,
        {
            "notify": Transition(_STANDING, None, PARTIES),
            "confirm_notice": Transition(_STANDING, None, PARTIES),
            "prove": Transition(_STANDING, None, PARTIES, ("evidence",), once=False),
            "accept_proof": Transition(_STANDING, None, PARTIES, once=False, after=("prove",)),
            "refuse_proof": Transition(_STANDING, None, PARTIES, ("reason",), once=False, after=("prove",)),
            "end": Transition(_STANDING, None, PARTIES),
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


def invoker_of(data: Mapping[str, Any]) -> str:
    """The role of the party that invokes force majeure; "" where nobody is known to."""
    return str(data.get("invoked_by") or "")


def may_say(case: Case, event: str, role: str) -> bool:
    """Whether a party of this role is the one to say it: nobody confirms twice; what was entered is its own to take
    back (unmanned time the using unit's); notice and proof of force majeure are the invoker's, what the proof is worth
    is the other's.
    """
    if event == "withdraw":
        return role == str(case.data.get("entered_by") or invoker_of(case.data) or PARTIES[0])
    if event == "confirm":
        return role != case.data.get("confirmed_by")
    if case.kind != FORCE_MAJEURE or event not in (*_BY_INVOKER, *_BY_OTHER, NOTICE_CAME):
        return True
    if event == NOTICE_CAME:
        return role != invoker_of(case.data)
    waits = case.data.get("proof") == HANDED_IN
    if (event in _BY_OTHER and not waits) or (event == "prove" and (waits or case.data.get("proof") == ACCEPTED)):
        return False
    return (role == invoker_of(case.data)) is (event in _BY_INVOKER)


def apply(case: Case, event: Event) -> Case:
    """The entry after the event: a second party's confirmation confirms it, and an objection is met by confirming anew.

    Raises `Problem` as `Machine.apply` does, register.confirmed_before, register.not_ended, register.not_invoker,
    register.not_other, register.not_entered, register.no_proof, register.proof_stands, register.finding and
    register.finding_differs.
    """
    after = MACHINES[case.kind].apply(case, event)
    data = {**after.data, f"{event.name}_at": render_instant(event.at)}
    _check_sides(case, event)
    if event.name in _PROOF:
        data["proof"] = _PROOF[event.name]
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
    if case.kind == CUT_OFF:
        _check_finding(case, event, before)
    state = CONFIRMED if before else "half_confirmed"
    data["confirmed_by"] = f"{before},{event.role}" if before else event.role
    return Case(after.kind, state, data, after.events)


def _check_sides(case: Case, event: Event) -> None:
    proof = case.data.get("proof")
    if event.name in _BY_OTHER and proof != HANDED_IN:
        raise Problem(
            "register.no_proof",
            "没有等待认可的证明",
            field="event",
            way_out="请由提出不可抗力的一方先提交证明",
        )
    if event.name == "prove" and proof in (HANDED_IN, ACCEPTED):
        raise Problem(
            "register.proof_stands",
            "证明已经提交，对方{answer}",
            field="event",
            answer=_("已认可") if proof == ACCEPTED else _("尚未答复"),
            way_out="对方不认可之后才能重新提交",
        )
    if event.name == "confirm" or may_say(case, event.name, event.role):
        return
    if event.name == "withdraw":
        raise Problem("register.not_entered", "只有登记的一方可以撤回", field="role", way_out="不同意的请提出异议")
    if event.name == NOTICE_CAME:
        raise Problem(
            "register.not_other",
            "通知何时送达须由收到的一方确认",
            field="role",
            way_out="提出的一方登记「书面通知对方」，以登记的时间为准",
        )
    mine = event.name in _BY_INVOKER
    raise Problem(
        "register.not_invoker" if mine else "register.not_other",
        "「{event}」须由提出不可抗力的一方办理" if mine else "「{event}」须由对方办理，提出的一方不能认可自己的证明",
        field="role",
        event=_LABELS[event.name],
        role=_LABELS.get(invoker_of(case.data), "—"),
        way_out="提出的一方为{role}",
    )


def _check_finding(case: Case, event: Event, before: str) -> None:
    found = str(event.data.get("finding"))
    if found not in FINDINGS:
        raise Problem(
            "register.finding",
            "没有「{value}」这种认定",
            field="finding",
            value=found[:40],
            known="、".join(FINDINGS),
            way_out="应为其中之一：{known}",
        )
    said = case.data.get("finding")
    if before and said != found:
        raise Problem(
            "register.finding_differs",
            "对方认定为「{said}」，与「{value}」不一致",
            field="finding",
            said=FINDINGS.get(str(said), "—"),
            value=FINDINGS[found],
            way_out="协商一致后由双方作同一认定；不同意的请提出异议",
        )


@dataclass(frozen=True, slots=True)
class Clock:
    """What must be done from an instant on; `due` None: the contract has no single limit for it."""

    name: str
    started_at: datetime
    due: Due | None
    done_at: datetime | None

    def length(self, now: datetime) -> timedelta:
        """From its start to what was done, or to now."""
        return (now if self.done_at is None else self.done_at) - self.started_at

    def standing(self, now: datetime) -> str:
        """`running`, `overdue`, `kept`, `late`, or `open` and `done` where there is no limit.

        >>> from datetime import UTC
        >>> at = datetime(2026, 1, 1, tzinfo=UTC)
        >>> hour = Due(None, at)
        >>> Clock("answer", at, hour, None).standing(at), Clock("answer", at, None, at).standing(at)
        ('running', 'done')
        """
        if self.due is None:
            return "open" if self.done_at is None else "done"
        if self.done_at is None:
            return "overdue" if self.due.is_late(now) else "running"
        return "late" if self.due.is_late(self.done_at) else "kept"
