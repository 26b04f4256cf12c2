"""Instalments with their due dates, and what the penalty is taken from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from yunqi.contract.clauses.instalment.rule import compute_amount, compute_instalment_due
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_yuan
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.settlement.inputs import Inputs
from yunqi.settlement.law import Law
from yunqi.settlement.model import Instalment
from yunqi.settlement.trace import Trace

_LAST = frozenset({"last_instalment", "final_payment", "tail", "尾款"})
_BOND = frozenset({"bond", "履约保证金"})
_PAYS = frozenset({"pay", "provider_payment"})
_PAY = "pay"


def compute_instalments(inputs: Inputs, law: Law, trace: Trace) -> tuple[Instalment, ...]:
    """Each instalment as it stands at the end of the month.

    A due date that falls in a year whose working days are not published yet stays unknown, and `notice` says so.
    """
    today = min(date_of(inputs.known_at), inputs.month.end_on)
    result = []
    for instalment in law.contract.get("instalments") or ():
        no = int(instalment["no"])
        amount = compute_amount(instalment, law.total_fen)
        paid = sum(one.amount_fen for one in inputs.payments if one.no == no and one.on <= today)
        due_on, notice = _due(inputs, law, instalment, no)
        state = _state(due_on, today, paid_up=amount is not None and paid >= amount)
        triggers = [str(trigger) for trigger in instalment.get("triggers") or ()]
        node = trace.add(
            f"instalment.{no}",
            _("第 {no} 期款", no=no),
            _("{amount} 元", amount=render_yuan(amount)) if amount is not None else "—",
            formula=notice if due_on is None else f"{due_on.isoformat()}（{notice}）" if notice else due_on.isoformat(),
            source=instalment.get("source"),
            facts=tuple(
                one.fact or f"payment:{one.no}:{one.on.isoformat()}" for one in inputs.payments if one.no == no
            ),
        )
        result.append(
            Instalment.model_construct(
                no=no,
                amount_fen=amount,
                trigger="+".join(triggers) or "date",
                due_on=None if due_on is None else due_on.isoformat(),
                state=state,
                notice=notice,
                source=instalment.get("source"),
                node=node,
            )
        )
    trace.add(
        "instalments", _("分期付款"), _("{count} 期", count=len(result)), children=tuple(one.node for one in result)
    )
    return tuple(result)


def _due(inputs: Inputs, law: Law, instalment: Mapping[str, Any], no: int) -> tuple[date | None, str]:
    return compute_due_on(law, instalment, no, inputs.dates, inputs.calendar, as_of=inputs.month.end_on)


def compute_due_on(
    law: Law,
    instalment: Mapping[str, Any],
    no: int,
    given: Mapping[str, date],
    calendar: WorkCalendar,
    *,
    as_of: date,
) -> tuple[date | None, str]:
    """The last day to pay an instalment as of a day, with the notices it rests on; or None, with what lacks.

    `given` holds the day of each trigger that has happened; `invoice:2` is that of one instalment.
    """
    effective = given.get("effective", law.signed_on)
    dates = {
        trigger: given.get(f"{trigger}:{no}", given.get(trigger, effective if trigger == "effective" else None))
        for trigger in ("effective", "acceptance", "invoice", "funds", "expiry")
    }
    if dates["expiry"] is None and law.end_on is not None and law.end_on <= as_of:
        dates["expiry"] = law.end_on
    try:
        due = compute_instalment_due(instalment, dates, calendar)
    except Problem as problem:
        if problem.code != "calendar.no_notice":
            raise
        return None, _("{year} 年的放假安排尚未发布，付款日待定", year=problem.values.get("year"))
    return due.on, "、".join(due.notices)


def _state(due_on: date | None, today: date, *, paid_up: bool) -> Literal["waiting", "due", "overdue", "later", "paid"]:
    if paid_up:
        return "paid"
    if due_on is not None and due_on > today and (due_on.year, due_on.month) != (today.year, today.month):
        return "later"
    if due_on is None:
        return "waiting"
    return "overdue" if due_on < today else "due"


def plan_offset(
    penalty_fen: int, law: Law, instalments: tuple[Instalment, ...], inputs: Inputs, trace: Trace
) -> tuple[dict[str, Any], ...]:
    """What the penalty is taken from, in the contract's order, each with its amount; the rest is paid by the provider.

    Without an order in the contract nothing is deducted: the whole is to be paid.
    """
    left = penalty_fen
    plan: list[dict[str, Any]] = []

    def take(step: str, fen: int, note: str) -> None:
        nonlocal left
        if fen > 0:
            left -= fen
            plan.append({"from": step, "amount_fen": fen, "note": note})

    for step in law.offset:
        if step in _LAST and instalments:
            last = instalments[-1]
            take(
                "last_instalment",
                min(left, max(0, (last.amount_fen or 0) - inputs.penalties_before_fen)),
                f"#{last.no}",
            )
        elif step in _BOND:
            take("bond", min(left, inputs.bond_held_fen or 0), "")
        elif step in _PAYS:
            take(_PAY, left, "")
    take(_PAY, left, "")
    trace.add(
        "offset",
        _("违约金抵扣"),
        _("{amount} 元", amount=render_yuan(penalty_fen)),
        formula=" → ".join(f"{one['from']} {render_yuan(int(one['amount_fen']))}" for one in plan),
        children=tuple(one.node for one in instalments[-1:]),
    )
    return tuple(plan)
