"""Which logbooks there are: what an entry of each says when it is opened and at each step, and who may do it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yunqi.cases.logbook.fields import Field
from yunqi.cases.machine import ROLE_LABELS, Machine, Transition

DRILL, TRAINING, RESTORE_DRILL = "drill", "training", "restore_drill"
PROTECTED_PERIOD = "protected_period"
STAFF_PROMISE, STAFF_MEMBER, ATTENDANCE = "staff_promise", "staff_member", "attendance"
STAFF_REQUEST, STAFF_BREACH = "staff_request", "staff_breach"
EXERCISES = (DRILL, TRAINING, RESTORE_DRILL)
STAFF = (STAFF_MEMBER, STAFF_PROMISE, ATTENDANCE, STAFF_REQUEST, STAFF_BREACH)
LOGBOOKS: Mapping[str, str] = {
    DRILL: "应急演练",
    TRAINING: "培训",
    RESTORE_DRILL: "恢复演练",
    PROTECTED_PERIOD: "重要保障期",
    STAFF_MEMBER: "人员名册",
    STAFF_PROMISE: "承诺人数",
    ATTENDANCE: "月度到岗",
    STAFF_REQUEST: "更换人员要求",
    STAFF_BREACH: "人员违约情形",
}
TIMES: Mapping[str, str] = {
    DRILL: "计划开始时间",
    TRAINING: "计划开始时间",
    RESTORE_DRILL: "计划开始时间",
    PROTECTED_PERIOD: "开始时间",
    STAFF_MEMBER: "到岗时间",
    STAFF_PROMISE: "起算时间",
    ATTENDANCE: "填报时间",
    STAFF_REQUEST: "提出时间",
    STAFF_BREACH: "发生时间",
}
"""What the instant of an entry is."""
CONFIRMED = "confirmed"
"""The state in which an entry counts."""
_U, _P, _A = "using_unit", "provider", "administration"
_PARTIES = (_U, _P)
_WORDS: Mapping[str, str] = {
    **ROLE_LABELS,
    "planned": "已计划",
    "permitted": "已许可",
    "refused": "未许可",
    "held": "已开展",
    "closed": "问题已整改",
    "cancelled": "已取消",
    "recorded": "已登记",
    "half_confirmed": "一方已确认",
    "confirmed": "已确认",
    "contested": "有异议",
    "withdrawn": "已撤回",
    "on_post": "在岗",
    "left": "已离岗",
    "asked": "已提出",
    "replaced": "已更换",
    "permit": "许可",
    "refuse": "不许可",
    "hold": "登记开展情况",
    "close": "登记整改",
    "return": "退回补充",
    "confirm": "确认",
    "contest": "提出异议",
    "withdraw": "撤回",
    "cancel": "取消安排",
    "add_plan": "提交方案",
    "sign": "登记保密承诺",
    "check_background": "登记背景审查",
    "agree": "同意变动",
    "leave": "登记离岗",
    "replace": "登记更换",
    "remedy": "登记改正",
    "permission": "书面许可",
    "minutes": "时长（分钟）",
    "participants": "参加人员",
    "result": "结果",
    "sign_in": "签到记录",
    "restored_in": "恢复用时（分钟）",
    "verified": "数据核验",
    "closure": "问题整改",
    "plan": "方案",
    "undertaking_on": "保密承诺签署日",
    "undertaking": "保密承诺编号",
    "checked_on": "背景审查日",
    "check": "背景审查结论",
    "successor": "接替人员",
    "note": "说明",
    "reason": "理由",
}
"""The words of states, events and needed fields; `Machine` says them in its messages."""


@dataclass(frozen=True, slots=True)
class Logbook:
    """One kind of entry: what it says at its opening and at each step, which roles may open it, its machine.

    `ahead`: its instant may lie in the future. `steps` names the fields of each event, needed ones and others.
    """

    kind: str
    opened_by: tuple[str, ...]
    fields: tuple[Field, ...]
    steps: Mapping[str, tuple[Field, ...]]
    machine: Machine
    ahead: bool = False
    documents: bool = field(default=False)


_REASON = (Field("reason", "lines", required=True),)
_NOTE = (Field("note", "lines"),)


def _needed(steps: Mapping[str, tuple[Field, ...]], event: str) -> tuple[str, ...]:
    return tuple(one.name for one in steps.get(event, ()) if one.required)


def _exercise(kind: str, opened_by: tuple[str, ...], more: tuple[Field, ...], held: tuple[Field, ...]) -> Logbook:
    steps = {
        "permit": (Field("permission", required=True),),
        "refuse": _REASON,
        "hold": (
            Field("minutes", "count", required=True),
            Field("participants", "names", required=True),
            *held,
            Field("result", "choice", required=True),
            Field("findings", "lines"),
            Field("sign_in", required=True),
            Field("sign_in_file", "file"),
        ),
        "close": (Field("closure", "lines", required=True),),
        "return": _REASON,
        "confirm": _NOTE,
        "cancel": _REASON,
    }
    ready = ("planned", "permitted")
    transitions = {
        "permit": Transition(("planned",), "permitted", (_U,), _needed(steps, "permit")),
        "refuse": Transition(("planned",), "refused", (_U,), _needed(steps, "refuse")),
        "hold": Transition((*ready, "held"), "held", (_P,), _needed(steps, "hold"), once=False),
        "close": Transition(("held",), "closed", (_P,), _needed(steps, "close"), once=False, after=("hold",)),
        "return": Transition(("held", "closed"), "held", (_U,), _needed(steps, "return"), once=False),
        "confirm": Transition(("held", "closed"), CONFIRMED, (_U,), after=("hold",)),
        "cancel": Transition(ready, "cancelled", _PARTIES, _needed(steps, "cancel")),
    }
    fields = (*more, Field("plan", "lines", required=True), Field("plan_file", "file"))
    machine = Machine(kind, "planned", transitions, _WORDS)
    return Logbook(kind, opened_by, fields, steps, machine, ahead=True, documents=True)


def _agreed(
    kind: str,
    opened_by: tuple[str, ...],
    fields: tuple[Field, ...],
    more: Mapping[str, tuple[tuple[Field, ...], str]] | None = None,
    *,
    ahead: bool = False,
    documents: bool = False,
) -> Logbook:
    """An entry that counts once both parties have confirmed it; `more` are its further steps, each with its role."""
    standing = ("recorded", "half_confirmed", "contested", CONFIRMED)
    steps: dict[str, tuple[Field, ...]] = {"confirm": _NOTE, "contest": _REASON, "withdraw": _REASON}
    transitions = {
        "confirm": Transition(standing[:-1], None, _PARTIES, once=False),
        "contest": Transition(standing[:2], "contested", _PARTIES, ("reason",), once=False),
        "withdraw": Transition(standing[:-1], "withdrawn", _PARTIES, ("reason",)),
    }
    for event, (said, role) in (more or {}).items():
        steps[event] = said
        transitions[event] = Transition(standing, None, (role,), _needed(steps, event), once=False)
    machine = Machine(kind, "recorded", transitions, _WORDS)
    return Logbook(kind, opened_by, fields, steps, machine, ahead=ahead, documents=documents)


def _member() -> Logbook:
    fields = (
        Field("role", required=True),
        Field("employment", "choice", required=True),
        Field("key", "choice", required=True),
        Field("note", "lines"),
    )
    steps = {
        "sign": (Field("undertaking_on", "day", required=True), Field("undertaking", required=True)),
        "check_background": (Field("checked_on", "day", required=True), Field("check", "choice", required=True)),
        "agree": (Field("note", "lines", required=True),),
        "leave": _REASON,
        "withdraw": _REASON,
    }
    on = ("on_post",)
    transitions = {
        "sign": Transition(on, None, (_P,), _needed(steps, "sign"), once=False),
        "check_background": Transition(on, None, (_P,), _needed(steps, "check_background"), once=False),
        "agree": Transition((*on, "left"), None, (_U,), _needed(steps, "agree"), once=False),
        "leave": Transition(on, "left", (_P,), _needed(steps, "leave")),
        "withdraw": Transition(on, "withdrawn", (_P,), _needed(steps, "withdraw")),
    }
    machine = Machine(STAFF_MEMBER, "on_post", transitions, _WORDS)
    return Logbook(STAFF_MEMBER, (_P,), fields, steps, machine, ahead=True)


def _request() -> Logbook:
    steps = {
        "replace": (Field("successor", required=True), Field("note", "lines")),
        "withdraw": _REASON,
    }
    transitions = {
        "replace": Transition(("asked",), "replaced", (_P,), _needed(steps, "replace")),
        "withdraw": Transition(("asked",), "withdrawn", (_U,), _needed(steps, "withdraw")),
    }
    fields = (Field("person", required=True), Field("reason", "lines", required=True))
    return Logbook(STAFF_REQUEST, (_U,), fields, steps, Machine(STAFF_REQUEST, "asked", transitions, _WORDS))


KINDS: Mapping[str, Logbook] = {
    one.kind: one
    for one in (
        _exercise(DRILL, _PARTIES, (Field("scope", "choice", required=True), Field("system")), ()),
        _exercise(
            TRAINING, _PARTIES, (Field("audience", required=True), Field("material", "lines", required=True)), ()
        ),
        _exercise(
            RESTORE_DRILL,
            _PARTIES,
            (Field("backup", required=True), Field("system")),
            (Field("restored_in", "count", required=True), Field("verified", "lines", required=True)),
        ),
        _agreed(
            PROTECTED_PERIOD,
            (_U, _P, _A),
            (
                Field("until", "instant", required=True),
                Field("level", "choice", required=True),
                Field("set_by", required=True),
                Field("notice", required=True),
                Field("key_staff", "names"),
            ),
            {"add_plan": ((Field("plan", "lines", required=True), Field("plan_file", "file")), _P)},
            ahead=True,
            documents=True,
        ),
        _member(),
        _agreed(
            STAFF_PROMISE,
            _PARTIES,
            (Field("role", required=True), Field("count", "count", required=True), Field("basis", required=True)),
            ahead=True,
        ),
        _agreed(
            ATTENDANCE,
            _PARTIES,
            (Field("month", "month", required=True), Field("present", "names"), Field("sign_in_file", "file")),
        ),
        _request(),
        _agreed(
            STAFF_BREACH,
            _PARTIES,
            (
                Field("sort", "choice", required=True),
                Field("person"),
                Field("text", "lines", required=True),
            ),
            {"remedy": ((Field("note", "lines", required=True),), _P)},
        ),
    )
}
MACHINES: Mapping[str, Machine] = {kind: one.machine for kind, one in KINDS.items()}
