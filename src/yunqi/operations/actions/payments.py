"""Money as actions: instalments with what they wait for; payments, triggers and other breaches recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_yuan, render_yuan
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations import payments as use_cases
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.money import Money, read_money
from yunqi.operations.subject_words import measure_words
from yunqi.operations.versions import in_force
from yunqi.reports.words import trigger_word
from yunqi.settlement.late import compute_late
from yunqi.settlement.model import Instalment
from yunqi.store.contracts import Contract
from yunqi.store.facts import Fact, list_facts
from yunqi.store.parties import require_person
from yunqi.wire.base import Done
from yunqi.wire.contracts import OfContract
from yunqi.wire.statements import (
    InstalmentRow,
    LatePart,
    LatePayments,
    LateRow,
    LateWay,
    MoneyRecord,
    PaymentList,
    ReadLate,
    RecordOccurrence,
    RecordPayment,
    RecordTrigger,
)


@action(
    "payment.list",
    "GET",
    "/contracts/{contract}/payments",
    "查看付款",
    request=OfContract,
    answer=PaymentList,
    aim=aims.contract,
)
def list_payments(desk: Desk, request: OfContract) -> PaymentList:
    """The money of a contract as it stands now, and all that was recorded of it."""
    found = aims.require_contract_of(desk, request.contract)
    money = read_money(desk.site, desk.connection, found, desk.now)
    held = in_force(desk.connection, found, desk.now)
    facts = list_facts(desk.connection, found.id, kind=use_cases.KINDS)
    terms = {int(one["no"]): one for one in held.data.get("instalments") or ()}
    rows = tuple(_row(one, terms.get(one.no) or {}, money) for one in money.instalments)
    return PaymentList(
        contract_id=found.id,
        total_fen=found.total_fen,
        paid_fen=sum(one.amount_fen for one in money.payments),
        bond=held.data.get("bond") or None,
        bond_held_fen=money.bond_held_fen,
        instalments=rows,
        records=tuple(_record(desk, one) for one in sorted(facts, key=lambda one: (one.at, one.recorded_at))),
        triggers=_triggers(held),
        measures=use_cases.recordable_measures(held),
    )


@action(
    "payment.late",
    "GET",
    "/contracts/{contract}/late-payments",
    "查看逾期付款",
    request=ReadLate,
    answer=LatePayments,
    aim=aims.contract,
)
def list_late(desk: Desk, request: ReadLate) -> LatePayments:
    """Days late by the contract's own triggers, and the sum where the contract sets one."""
    found = aims.require_contract_of(desk, request.contract)
    as_of = request.as_of or date_of(desk.now)
    money = read_money(desk.site, desk.connection, found, desk.now)
    data = in_force(desk.connection, found, desk.now).data
    rows = tuple(_late_row(one, money, data, as_of) for one in money.instalments)
    sums = [one.amount_fen for one in rows]
    total = None if None in sums else sum(one or 0 for one in sums)
    return LatePayments(contract_id=found.id, as_of=as_of, total_fen=total, items=rows)


def _late_row(one: Instalment, money: Money, data: Mapping[str, Any], as_of: date) -> LateRow:
    fixed = {"no": one.no, "instalment_fen": one.amount_fen, "notice": one.notice}
    if one.due_on is None or one.amount_fen is None:
        waiting = _("付款条件尚未成就，或金额未写明，不能计算逾期")
        # What can't be dated because a year's working days are not published is not known to be in time.
        known = 0 if one.amount_fen is not None and not one.notice else None
        none: dict[str, Any] = {"due_on": None, "days": 0, "parts": (), "amount_fen": known, "formula": "", "ways": ()}
        return LateRow(**fixed, **none, open_words=waiting, source=None)
    due_on = date.fromisoformat(one.due_on)
    mine = [each for each in money.payments if each.no == one.no]
    owed = max(0, one.amount_fen - money.taken_fen.get(f"instalment:{one.no}", 0))  # what is set off is not owed
    late = compute_late(one.no, owed, due_on, mine, data, as_of=as_of)
    return LateRow(
        **fixed,
        due_on=due_on,
        days=late.days,
        parts=tuple(
            LatePart(amount_fen=each.amount_fen, paid_on=each.paid_on, days=each.days, fact_id=each.fact)
            for each in late.parts
        ),
        amount_fen=late.amount_fen,
        formula=late.formula,
        open_words=late.open_words,
        ways=tuple(LateWay(words=way.words, amount_fen=way.amount_fen) for way in late.ways),
        source=dict(late.source) if late.source else None,
    )


def _row(one: Any, term: dict[str, Any], money: Money) -> InstalmentRow:
    triggers = tuple(str(name) for name in term.get("triggers") or ())
    happened = {
        name: day
        for name in triggers
        if (day := money.dates.get(f"{name}:{one.no}") or money.dates.get(name)) is not None
    }
    dated = {"date", "expiry"}  # what comes by itself is waited for by nobody
    return InstalmentRow(
        no=one.no,
        amount_fen=one.amount_fen,
        share=term.get("share"),
        triggers=triggers,
        happened=happened,
        waits_for=tuple(name for name in triggers if name not in happened and name not in dated),
        due_on=None if one.due_on is None else date.fromisoformat(one.due_on),
        state=one.state,
        paid_fen=sum(paid.amount_fen for paid in money.payments if paid.no == one.no),
        source=one.source,
    )


def _record(desk: Desk, fact: Fact) -> MoneyRecord:
    said_by = fact.payload.get("person")
    taken_back = fact.kind == use_cases.TRIGGER_FACT and fact.payload.get("on") is None
    return MoneyRecord(
        id=fact.id,
        kind=f"{fact.kind}_taken_back" if taken_back else fact.kind,
        subject=fact.subject,
        on=date.fromisoformat(str(fact.payload.get("on") or fact.payload.get("at") or fact.at.isoformat())[:10]),
        amount_fen=fact.payload.get("amount_fen"),
        person=require_person(desk.connection, said_by).name if said_by else "",
        recorded_at=fact.recorded_at,
        payload=dict(fact.payload),
    )


def _triggers(found: Contract) -> tuple[str, ...]:
    """What may be recorded as having happened: a condition, or one of several instalments that wait for it."""
    waiting = {
        name: [int(one["no"]) for one in found.data.get("instalments") or () if name in (one.get("triggers") or ())]
        for name in use_cases.TRIGGERS
    }
    single = [name for name, numbers in waiting.items() if numbers]
    each = [f"{name}:{number}" for name, numbers in waiting.items() if len(numbers) > 1 for number in numbers]
    return (*single, *each)


def _amount_words(text: str) -> str:
    try:
        return _("{amount} 元", amount=render_yuan(parse_yuan(text)))
    except Problem:
        return text[:40]


def said_now(done: use_cases.Recorded) -> Done:
    """What was recorded just now; raises `Problem` payment.known: two people don't agree on what changes nothing."""
    if not done.new:
        raise Problem(
            "payment.known",
            "此前已登记过（{id}）",
            id=done.id,
            way_out="如确为另一笔，请填写不同的凭证号、时间或事由",
        )
    return Done(id=done.id)


def _payment_title(_desk: Desk, request: RecordPayment) -> str:
    return _(
        "付款：第 {no} 期 {amount}，{on}",
        no=request.no,
        amount=_amount_words(request.amount),
        on=request.on.isoformat(),
    )


@action(
    "payment.record",
    "POST",
    "/contracts/{contract}/payments",
    "登记付款",
    request=RecordPayment,
    answer=Done,
    aim=aims.contract,
    title=_payment_title,
)
def record_payment(desk: Desk, request: RecordPayment) -> Done:
    """That an instalment, or a part of it, was paid; raises `Problem` payment.known when that is recorded already."""
    found = aims.require_contract_of(desk, request.contract)
    done = use_cases.record_payment(
        desk.site,
        found.id,
        request.no,
        amount=request.amount,
        on=request.on,
        actor=desk.person_id,
        voucher=request.voucher,
    )
    return said_now(done)


def _trigger_words(trigger: str) -> str:
    name, _colon, no = trigger.partition(":")
    return _("{trigger}（第 {no} 期）", trigger=trigger_word(name), no=no) if no else trigger_word(name)


def _trigger_title(_desk: Desk, request: RecordTrigger) -> str:
    return _("付款条件成就：{trigger}，{on}", trigger=_trigger_words(request.trigger), on=request.on.isoformat())


@action(
    "payment.trigger",
    "POST",
    "/contracts/{contract}/payment-triggers",
    "登记付款条件",
    request=RecordTrigger,
    answer=Done,
    aim=aims.contract,
    title=_trigger_title,
)
def record_trigger(desk: Desk, request: RecordTrigger) -> Done:
    """That what an instalment waits for has happened; said again with another day it is corrected.

    Raises `Problem` payment.known when the same day is recorded already.
    """
    found = aims.require_contract_of(desk, request.contract)
    done = use_cases.record_trigger(desk.site, found.id, request.trigger, on=request.on, actor=desk.person_id)
    return said_now(done)


def _occurrence_title(_desk: Desk, request: RecordOccurrence) -> str:
    words = [measure_words(request.measures), request.value, request.title, render_local(request.at)]
    return _("其他违约情形：{what}", what=" ".join(word for word in words if word))


@action(
    "occurrence.record",
    "POST",
    "/contracts/{contract}/occurrences",
    "登记其他违约情形",
    request=RecordOccurrence,
    answer=Done,
    aim=aims.contract,
    title=_occurrence_title,
)
def record_occurrence(desk: Desk, request: RecordOccurrence) -> Done:
    """Something other than an incident that a penalty clause measures; raises `Problem` payment.known."""
    found = aims.require_contract_of(desk, request.contract)
    done = use_cases.record_occurrence(
        desk.site,
        found.id,
        request.measures,
        at=request.at,
        actor=desk.person_id,
        value=request.value,
        system=request.system,
        title=request.title,
        root_cause=request.root_cause,
        work_order=request.work_order,
    )
    return said_now(done)
