"""Instalments with their due dates, and what the penalty is taken from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

LAST, UNPAID, BOND = "last_instalment", "unpaid", "bond"
_LAST = frozenset({LAST, "final_payment", "tail", "尾款"})
_UNPAID = frozenset({UNPAID, "instalment", "current_fee"})
_BOND = frozenset({BOND, "履约保证金"})
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
        paid += inputs.taken_fen.get(f"instalment:{no}", 0)  # set off against a penalty, it is paid as well
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
                one.fact or f"payment:{one.no}:{one.on.isoformat()}"
                for one in inputs.payments
                if one.no == no and one.on <= today
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
        for trigger in ("effective", "assessment", "acceptance", "invoice", "funds", "expiry")
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

    From an instalment no more is taken than is unpaid of it, from the bond no more than is held; what the statements
    of other months take of either is gone already. Without an order in the contract nothing is deducted: the whole is
    to be paid.
    """
    left = penalty_fen
    plan: list[dict[str, Any]] = []
    rooms = {one.no: _room(one, inputs) for one in instalments}
    bond = max(0, (inputs.bond_held_fen or 0) - inputs.taken_fen.get(BOND, 0))

    def take(step: str, fen: int, note: str) -> int:
        nonlocal left
        taken = min(left, fen)
        if taken > 0:
            left -= taken
            plan.append({"from": step, "amount_fen": taken, "note": note})
        return max(taken, 0)

    for step in law.offset:
        if step in _LAST | _UNPAID:
            name = LAST if step in _LAST else UNPAID
            for one in instalments[-1:] if step in _LAST else _soonest_first(instalments):
                rooms[one.no] -= take(name, rooms[one.no], f"#{one.no}")
        elif step in _BOND:
            bond -= take(BOND, bond, "")
        elif step in _PAYS:
            take(_PAY, left, "")
    take(_PAY, left, "")
    trace.add(
        "offset",
        _("违约金抵扣"),
        _("{amount} 元", amount=render_yuan(penalty_fen)),
        formula=" → ".join(f"{one['from']} {render_yuan(int(one['amount_fen']))}" for one in plan),
        children=tuple(one.node for one in instalments if rooms[one.no] != _room(one, inputs))
        or tuple(one.node for one in instalments[-1:]),
    )
    return tuple(plan)


def sum_taken(plans: Iterable[Iterable[Mapping[str, Any]]]) -> dict[str, int]:
    """What several plans take, in fen by source: `instalment:N` or `bond`. What the provider pays is no source."""
    taken: dict[str, int] = {}
    for plan in plans:
        for one in plan:
            source, no = str(one.get("from")), str(one.get("note") or "").removeprefix("#")
            if source in {LAST, UNPAID}:
                source = f"instalment:{no}"
            elif source != BOND:
                continue
            taken[source] = taken.get(source, 0) + int(one["amount_fen"])
    return taken


def _room(instalment: Instalment, inputs: Inputs) -> int:
    paid = sum(one.amount_fen for one in inputs.payments if one.no == instalment.no)
    taken = inputs.taken_fen.get(f"instalment:{instalment.no}", 0)
    return max(0, (instalment.amount_fen or 0) - paid - taken)


def _soonest_first(instalments: Iterable[Instalment]) -> list[Instalment]:
    # What is due first is paid first; an instalment without a day yet comes after those that have one.
    return sorted(instalments, key=lambda one: (one.due_on is None, one.due_on or "", one.no))
