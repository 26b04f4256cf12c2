"""认定: a human finding (main responsibility, severity, people, loss) with its evidence, that both parties confirm.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.cases.machine import ROLE_LABELS, Case, Event, Machine, Transition
from yunqi.contract.conditions import NO, YES
from yunqi.kernel.errors import Problem

DISPUTED = "disputed"
"""The question of a dispute: whether one line of a month's penalties is not owed. While it is open, it is frozen."""
YES_NO: Mapping[str, str] = {YES: "是", NO: "否"}
"""The answers of most questions, in words."""

QUESTIONS: Mapping[str, str] = {
    "responsible": "是否由云服务商所提供的服务引起（主责）",
    "severity.重大损失": "是否造成重大损失",
    "severity.重大影响": "是否造成重大影响",
    "severity.重大事故": "是否构成重大事故",
    "people_affected": "受影响人数",
    "loss_fen": "经济损失（分）",
    "late": "该项义务是否逾期、且属于违约金条款所指的逾期",
    "base_fen": "计算违约金的基数（分）",
    DISPUTED: "该项违约金是否不应支付（争议）",
}
OPEN_QUESTIONS = ("severity.", "row.", "critical.")
"""Questions beyond the list: a severity word, a penalty row or a critical row of the contract."""
NUMERIC = frozenset({"people_affected", "loss_fen", "base_fen"})

_PARTIES = ("using_unit", "provider")

MACHINE = Machine(
    "adjudication",
    "proposed",
    {
        "confirm": Transition(("proposed", "half_confirmed"), None, _PARTIES, once=False),
        "contest": Transition(("proposed", "half_confirmed"), "contested", _PARTIES, ("reason",)),
        "decide": Transition(("contested",), "decided", ("administration",), ("answer", "evidence")),
        "withdraw": Transition(("proposed", "half_confirmed", "contested"), "withdrawn", _PARTIES, ("reason",)),
    },
    {
        **ROLE_LABELS,
        "proposed": "已提出",
        "half_confirmed": "一方已确认",
        "confirmed": "双方已确认",
        "contested": "有异议",
        "decided": "已裁定",
        "withdrawn": "已撤回",
        "confirm": "确认",
        "contest": "提出异议",
        "decide": "裁定",
        "withdraw": "撤回",
        "reason": "理由",
        "answer": "结论",
        "evidence": "证据",
    },
    own=("withdraw",),
)
FINAL = ("confirmed", "decided")
"""The states in which a finding counts."""
PENDING = ("proposed", "half_confirmed", "contested")
"""The states in which it may still come to count."""


def line_of(month: str, candidate: str) -> str:
    """What a dispute calls one line of a month's penalties."""
    return f"{month}#{candidate}"


def open_adjudication(event: str, question: str, answer: object, evidence: str, data: Mapping[str, Any]) -> Case:
    """A proposed finding on an event; raises `Problem` adjudication.question, adjudication.answer or
    adjudication.evidence.
    """
    if question not in QUESTIONS and not question.startswith(OPEN_QUESTIONS):
        raise Problem(
            "adjudication.question",
            "认定事项「{question}」无法识别",
            field="question",
            question=question,
            questions="、".join(QUESTIONS),
            way_out="应为其中之一：{questions}",
        )
    if not evidence.strip():
        raise Problem(
            "adjudication.evidence", "认定缺少证据", field="evidence", way_out="请写明所依据的证据（记录编号或文件）"
        )
    return MACHINE.open(
        {**data, "event": event, "question": question, "answer": parse_answer(question, answer), "evidence": evidence}
    )


def parse_answer(question: str, answer: object) -> str:
    """The answer as kept: `yes` or `no`, or a whole number in text for people, loss and a base; raises `Problem`
    adjudication.answer.
    """
    text = {True: YES, False: NO}.get(answer) if isinstance(answer, bool) else str(answer).strip()
    if question in NUMERIC:
        if text is not None and text.isascii() and text.isdigit():
            return str(int(text))
    elif text in {YES, NO}:
        return str(text)
    raise Problem(
        "adjudication.answer",
        "认定结论「{answer}」无法识别",
        field="answer",
        answer=str(answer),
        way_out="人数、损失和基数应为不小于零的整数，其他事项应为 yes 或 no",
    )


def apply(case: Case, event: Event) -> Case:
    """The finding after the event: it is confirmed once both parties have said so, each once.

    Raises `Problem` as `Machine.apply` does, and case.twice where a party confirms again.
    """
    if event.name == "confirm" and any(one.name == "confirm" and one.role == event.role for one in case.events):
        raise Problem(
            "case.twice",
            "「{role}」已经确认过",
            field="role",
            role=MACHINE.label(event.role),
            way_out="请由另一方确认",
        )
    after = MACHINE.apply(case, event)
    if event.name != "confirm":
        return after
    state = "confirmed" if case.state == "half_confirmed" else "half_confirmed"
    return Case(after.kind, state, after.data, after.events)
