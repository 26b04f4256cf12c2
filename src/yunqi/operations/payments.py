"""What a contract's money waits for: payments, their triggers, and occurrences that are no incidents.

All of it is facts, said by a person; a month reads them as known at its instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.incident.clocks import STOPS
from yunqi.contract.clauses.coefficient.rule import APART
from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, parse_decimal, parse_yuan
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.units import is_exact_unit
from yunqi.operations.installation import Installation, require_actor
from yunqi.operations.late_capacity import require_scale_out
from yunqi.operations.parties import require_system
from yunqi.operations.registered import COMPLAINT_COUNT, leave_out_doubles, month_at, read_registered
from yunqi.operations.scored import (
    ASSESSMENT,
    OCCURRENCE_FACT,
    check_assessment,
    leave_out_entered,
    read_found,
    require_not_found,
)
from yunqi.operations.versions import in_force
from yunqi.settlement.breaches import FAILURES
from yunqi.settlement.inputs import Occurrence, Payment
from yunqi.settlement.lateness import SCALE_OUT
from yunqi.settlement.scores import SCORE
from yunqi.store.bonds import BOND_FACTS
from yunqi.store.checks import check_text, sm3_hex
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.facts import MEASURED, REPORTED, Fact, NewFact, find_fact_of_key, list_facts, record_fact
from yunqi.store.locks import lock_contract
from yunqi.store.types import canonical_json

PAYMENT_FACT = "payment.made"
TRIGGER_FACT = "payment.trigger"
KINDS = (PAYMENT_FACT, TRIGGER_FACT, *BOND_FACTS, OCCURRENCE_FACT)
TRIGGERS = ("assessment", "acceptance", "invoice", "funds")
"""What somebody must say; that a contract is effective or over, it says itself."""
_OTHER = "other:"
_MOMENT = timedelta(microseconds=1)
# These are computed from evidence and incidents; said once more they would count twice.
_COMPUTED = frozenset(
    {
        "availability",
        "response_average",
        "recovery_average",
        "outage_single",
        "outage_count_or_total",
        "tampered",
        "data_lost",
        "intruded",
    }
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact's id, and whether it is new: the same said again changes nothing."""

    id: str
    new: bool


def record_payment(
    installation: Installation, contract: str, no: int, *, amount: str, on: date, actor: str, voucher: str = ""
) -> Recorded:
    """That an instalment, or a part of it, was paid on a day; `voucher` tells two equal payments of a day apart.

    Raises `Problem` payment.no_instalment, payment.amount, payment.future and money.unreadable.
    """
    fen = parse_amount(amount)
    with installation.database.write() as connection:
        found = in_force(connection, require_contract(connection, contract), installation.clock.now())
        require_instalment(found, no)
        payload: dict[str, Any] = {"no": no, "on": past_day(installation, on), "amount_fen": fen}
        if voucher:
            payload["voucher"] = check_text("voucher", voucher, 60)
        key = f"{PAYMENT_FACT}:{no}:{on.isoformat()}:{fen}:{payload.get('voucher', '')}"
        return record_said(
            connection, installation, found, PAYMENT_FACT, f"instalment:{no}", day_start(on), payload, key, actor
        )


def record_trigger(installation: Installation, contract: str, trigger: str, *, on: date, actor: str | None) -> Recorded:
    """That what an instalment waits for has happened: `acceptance`, `invoice`, `funds`, or `invoice:2` for one of them.

    Said again with another day it is corrected: the last word counts. `actor` None: the system says so.

    Raises `Problem` payment.no_trigger, payment.no_instalment, payment.future.
    """
    with installation.database.write() as connection:
        found = in_force(connection, require_contract(connection, contract), installation.clock.now())
        _require_trigger(found, trigger)
        payload: dict[str, Any] = {"trigger": trigger, "on": past_day(installation, on)}
        lock_contract(connection, found.id)
        known = list_facts(connection, found.id, kind=TRIGGER_FACT, subject=trigger)
        last = max(known, key=lambda one: one.recorded_at, default=None)
        if last is not None and last.payload["on"] == payload["on"]:
            return Recorded(last.id, new=False)
        return record_said(connection, installation, found, TRIGGER_FACT, trigger, day_start(on), payload, None, actor)


def take_trigger_back(installation: Installation, contract: str, trigger: str, *, actor: str) -> None:
    """That what an instalment waits for has not happened after all; nothing where nothing was said of it."""
    with installation.database.write() as connection:
        found = require_contract(connection, contract)
        lock_contract(connection, found.id)
        known = list_facts(connection, found.id, kind=TRIGGER_FACT, subject=trigger)
        last = max(known, key=lambda one: one.recorded_at, default=None)
        if last is None or last.payload["on"] is None:
            return
        payload = {"trigger": trigger, "on": None}
        record_said(connection, installation, found, TRIGGER_FACT, trigger, last.at, payload, None, actor)


def record_occurrence(
    installation: Installation,
    contract: str,
    measures: str,
    *,
    at: datetime,
    actor: str,
    value: str | None = None,
    system: str | None = None,
    title: str = "",
    root_cause: str | None = None,
    work_order: str | None = None,
) -> Recorded:
    """Something other than an incident that a penalty row measures; `value` in minutes, a count, or a share.

    Late capacity names its `work_order`: the ledger finds the same. `other:N` is the Nth of the contract's other
    penalties; `assessment` the result of a month's assessment, 1 where it passed, 0 where it failed. Raises `Problem`
    occurrence.measures, occurrence.computed, occurrence.value, occurrence.assessment, occurrence.registered,
    occurrence.found, occurrence.future, occurrence.work_order, system.unknown.
    """
    now = installation.clock.now()
    if at > now:
        raise Problem(
            "occurrence.future", "发生时间 {at} 尚未到来", field="at", at=render_local(at), way_out="请核对时间"
        )
    with installation.database.write() as connection:
        found = in_force(connection, require_contract(connection, contract), at)
        _require_measures(found, measures)
        plain = None if value is None else decimal_text(_parse_value(value))
        check_assessment(measures, plain)
        _require_unregistered(connection, found, measures, at, now)
        require_not_found(read_found(connection, found.id, end_at=now + _MOMENT, known_at=now), measures, at)
        payload = {
            "measures": measures,
            "at": render_instant(at),
            "value": plain,
            "system": None if system is None else require_system(connection, found.using_unit_id, system, now).id,
            "title": check_text("title", title, 300) if title else "",
            "root_cause": check_text("root_cause", root_cause, 300) if root_cause else None,
        }
        order = require_scale_out(connection, found, measures, work_order, now)
        payload |= {"work_order": order} if order else {}
        key = f"{OCCURRENCE_FACT}:{sm3_hex(canonical_json(payload).encode())[:32]}"
        return record_said(connection, installation, found, OCCURRENCE_FACT, measures, at, payload, key, actor)


def list_recorded(installation: Installation, contract: str) -> tuple[Contract, tuple[Fact, ...]]:
    """The contract and all that was recorded here of it, in order of time."""
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
        facts = list_facts(connection, found.id, kind=KINDS)
    return found, tuple(sorted(facts, key=lambda one: (one.at, one.recorded_at)))


def read_payments(connection: Connection, contract_id: str, *, known_at: datetime) -> tuple[Payment, ...]:
    """All payments, as known at an instant."""
    return tuple(
        Payment(int(one.payload["no"]), date.fromisoformat(one.payload["on"]), int(one.payload["amount_fen"]), one.id)
        for one in list_facts(connection, contract_id, kind=PAYMENT_FACT, known_at=known_at)
    )


def read_trigger_dates(
    connection: Connection, contract_id: str, *, end_at: datetime, known_at: datetime
) -> dict[str, date]:
    """The day of each trigger, the last word of those known; one that was moved behind `end_at`, or
    taken back, has not happened.
    """
    facts = list_facts(connection, contract_id, kind=TRIGGER_FACT, known_at=known_at)
    said = {one.subject: one for one in sorted(facts, key=lambda one: one.recorded_at)}
    stands = {name: one for name, one in said.items() if one.at < end_at and one.payload["on"] is not None}
    return {name: date.fromisoformat(one.payload["on"]) for name, one in stands.items()}


def read_occurrences(
    connection: Connection, contract_id: str, *, end_at: datetime, known_at: datetime
) -> tuple[Occurrence, ...]:
    """What occurred before `end_at`, each under the id of its fact, with what the registers count."""
    found = []
    for one in list_facts(connection, contract_id, kind=OCCURRENCE_FACT, end_at=end_at, known_at=known_at):
        payload: Mapping[str, Any] = one.payload
        measures = str(payload["measures"])
        if measures == ASSESSMENT:
            continue  # counted as runs
        found.append(
            Occurrence(
                one.id,
                measures,
                one.at,
                None if payload["value"] is None else Fraction(payload["value"]),
                payload["title"],
                payload["system"],
                payload["root_cause"],
                int(measures.removeprefix(_OTHER)) - 1 if measures.startswith(_OTHER) else None,
                (one.id,),
                one.sample,
                f"{SCALE_OUT}:{payload['work_order']}" if payload.get("work_order") else "",
            )
        )
    registered = read_registered(connection, contract_id, end_at=end_at, known_at=known_at)
    counted = leave_out_doubles(found, registered)
    return leave_out_entered(counted, read_found(connection, contract_id, end_at=end_at, known_at=known_at))


def recordable_measures(contract: Contract) -> tuple[str, ...]:
    """What may be recorded as an occurrence of this contract: what its rows and levels measure and nobody computes."""
    penalties = contract.data.get("penalties") or {}
    rows = {row.get("measures") for row in penalties.get("coefficients") or ()}
    bands = [band for row in penalties.get("coefficients") or () for band in row.get("bands") or ()]
    rows |= {band.get("metric") for band in bands} & {*APART}
    rows |= ({ASSESSMENT} if FAILURES in rows else set()) | ({SCORE} if penalties.get("score_bands") else set())
    levels = {level.get("metric") for level in contract.data.get("service_levels") or () if not _is_timed(level)}
    others = [f"{_OTHER}{number}" for number, _clause in enumerate(penalties.get("other") or (), 1)]
    return (*sorted({str(one) for one in (rows | levels) if one} - _COMPUTED), *others)


def _is_timed(level: Mapping[str, Any]) -> bool:
    """Whether the level is worked out from the clocks of incidents."""
    return level.get("metric") in STOPS and is_exact_unit(level.get("unit"))


def record_said(
    connection: Connection,
    installation: Installation,
    contract: Contract,
    kind: str,
    subject: str,
    at: datetime,
    payload: dict[str, Any],
    key: str | None,
    actor: str | None,
) -> Recorded:
    """Records what a person says of the contract's money (None: what the system found); with a key, the same again
    changes nothing.

    Who says it is part of the fact, but not of what makes it the same fact: the first to say it stands.

    Raises `Problem` payment.not_signed: an unsigned text may give way to another, and its facts with it.
    """
    lock_contract(connection, contract.id)
    require_signed(contract)
    person = None if actor is None else require_actor(connection, actor).id
    known = None if key is None else find_fact_of_key(connection, contract.id, key)
    if known is not None:
        return Recorded(known, new=False)
    new = NewFact(
        contract.id, kind, subject, at, {**payload, "person": person}, MEASURED if actor is None else REPORTED, key=key
    )
    return Recorded(record_fact(connection, new, now=installation.clock.now()), new=True)


def require_signed(contract: Contract) -> None:
    """Raises `Problem` payment.not_signed for a contract that the parties have not signed yet."""
    if contract.state == "imported":
        raise Problem(
            "payment.not_signed",
            "合同「{contract}」尚未由双方签署",
            field="contract",
            contract=contract.number or contract.id,
            way_out="请先由双方签署：yunqi contract sign",
        )


def parse_amount(text: str) -> int:
    """Fen of an amount that was paid; raises `Problem` payment.amount and money.unreadable."""
    fen = parse_yuan(text)
    if fen <= 0:
        raise Problem("payment.amount", "金额「{value}」不大于零", field="amount", value=text, way_out="请填写实付金额")
    return fen


def _parse_value(text: str) -> Fraction:
    try:
        value = parse_decimal(text)
        if value >= 0:
            return value
    except ValueError:
        pass
    raise Problem(
        "occurrence.value",
        "数值「{value}」不可用",
        field="value",
        value=text[:40],
        way_out="请填写不小于零的分钟数、次数或占比（99.99% 写作 0.9999）",
    )


def past_day(installation: Installation, on: date) -> str:
    """A day that has come, as facts hold it; raises `Problem` payment.future."""
    today = date_of(installation.clock.now())
    if on > today:
        raise Problem(
            "payment.future", "日期 {on} 尚未到来", field="on", on=on.isoformat(), way_out="请在事情发生之后登记"
        )
    return on.isoformat()


def _instalments(contract: Contract) -> list[Mapping[str, Any]]:
    return list(contract.data.get("instalments") or ())


def require_instalment(contract: Contract, no: int) -> Mapping[str, Any]:
    """The instalment of this number; raises `Problem` payment.no_instalment."""
    for instalment in _instalments(contract):
        if int(instalment["no"]) == no:
            return instalment
    raise Problem(
        "payment.no_instalment",
        "合同「{contract}」没有第 {no} 期款，约定的期数为：{numbers}",
        field="no",
        contract=contract.number or contract.id,
        no=no,
        numbers="、".join(str(one["no"]) for one in _instalments(contract)) or "—",
        way_out="请核对期数：yunqi payment list",
    )


def _require_trigger(contract: Contract, text: str) -> None:
    trigger, colon, no = text.partition(":")
    among = _instalments(contract)
    if colon:
        among = [require_instalment(contract, int(no))] if no.isascii() and no.isdigit() and len(no) < 4 else []
    if trigger in TRIGGERS and any(trigger in (one.get("triggers") or ()) for one in among):
        return
    awaited = [name for name in TRIGGERS if any(name in (one.get("triggers") or ()) for one in _instalments(contract))]
    raise Problem(
        "payment.no_trigger",
        "合同「{contract}」的付款不以「{value}」为条件，可登记的条件为：{triggers}",
        field="trigger",
        contract=contract.number or contract.id,
        value=text[:40],
        triggers="、".join(awaited) or "—",
        way_out="请核对付款条件：yunqi payment list；只对一期登记时写作 invoice:2",
    )


def _require_unregistered(
    connection: Connection, contract: Contract, measures: str, at: datetime, now: datetime
) -> None:
    """Raises `Problem` occurrence.registered for a month whose complaints both parties have confirmed one by one."""
    counted = read_registered(connection, contract.id, end_at=now, known_at=now) if measures == COMPLAINT_COUNT else ()
    month = str(month_at(at))
    if any(one.measures == measures and str(month_at(one.at)) == month for one in counted):
        raise Problem(
            "occurrence.registered",
            "{month} 的投诉次数由双方确认的投诉登记算出，不能另行登记",
            field="measures",
            month=month,
            way_out="请在投诉登记中补登并由双方确认：yunqi register record",
        )


def _require_measures(contract: Contract, measures: str) -> None:
    if measures in _COMPUTED:
        raise Problem(
            "occurrence.computed",
            "「{value}」由证据与事件算出，不能另行登记",
            field="measures",
            value=measures,
            way_out="请登记事件：yunqi incident open，或导入证据：yunqi evidence import",
        )
    known = recordable_measures(contract)
    if measures not in known:
        raise Problem(
            "occurrence.measures",
            "合同「{contract}」没有就「{value}」约定违约责任或时限，可登记的为：{measures}",
            field="measures",
            contract=contract.number or contract.id,
            value=measures[:40],
            measures="、".join(known) or "—",
            way_out="请核对合同条款：yunqi contract show",
        )
