"""Fulfilment recorded by people: by one party, confirmed or contested by the other, withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.obligations.fulfilment import (
    CONFIRMED,
    CONTESTED,
    FULFILLED,
    KINDS,
    WITHDRAWN,
    Record,
    Said,
    compute_records,
)
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.kernel.rights import USING_UNIT
from yunqi.store.contracts import Contract
from yunqi.store.facts import REPORTED, Fact, NewFact, find_fact, list_facts, record_fact
from yunqi.store.locks import lock_contract

ANSWERS = {"confirm": CONFIRMED, "contest": CONTESTED}


def said_of(fact: Fact | Any) -> Said:
    """A fact, or a row of one, as the rules take it."""
    return Said(fact.id, fact.kind, str(fact.payload.get("record") or fact.id), fact.payload, fact.recorded_at)


def read_records(connection: Connection, contract_id: str) -> dict[str, tuple[Record, ...]]:
    """All records under a contract as they stand, by the key of their line."""
    found: dict[str, list[Record]] = {}
    for one in compute_records(said_of(fact) for fact in list_facts(connection, contract_id, kind=KINDS)):
        found.setdefault(one.key, []).append(one)
    return {key: tuple(records) for key, records in found.items()}


def read_agreed_days(connection: Connection, contract_id: str) -> dict[str, date]:
    """The first day on which each line was done that the using unit has recorded itself or confirmed: what a provider
    says of its own duties, and nobody else, moves no money.
    """
    found: dict[str, date] = {}
    for key, records in read_records(connection, contract_id).items():
        for one in records:
            if one.counts and (one.state == "confirmed" or one.payload["role"] == USING_UNIT):
                found[key] = min(one.on, found.get(key, one.on))
    return found


def find_record_fact(connection: Connection, record: str) -> Fact | None:
    """The fact that a record is; None for what is none."""
    fact = find_fact(connection, record)
    return fact if fact is not None and fact.kind == FULFILLED else None


def record_fulfilment(
    connection: Connection, contract: Contract, key: str, said: Mapping[str, Any], *, role: str, now: datetime
) -> str:
    """Records that an obligation was done, in place of another record where it corrects one; returns its id.

    `said`: on, event_on, words, document, name, sm3, person, corrects, reason. Raises `Problem` obligation.twice,
    obligation.corrects and obligation.not_own.
    """
    lock_contract(connection, contract.id)
    mine = read_records(connection, contract.id).get(key, ())
    corrects = said.get("corrects")
    if corrects:
        before = next((one for one in mine if one.id == corrects), None)
        if before is None:
            raise Problem(
                "obligation.corrects",
                "该义务没有登记「{value}」",
                field="corrects",
                value=str(corrects)[:60],
                way_out="请从该义务的登记中选取",
            )
        withdraw(connection, contract, before, str(said.get("reason") or ""), str(said["person"]), role, now)
        mine = tuple(one for one in mine if one.id != corrects)
    same = next((one for one in mine if one.counts and _essence(one.payload) == _essence(said)), None)
    if same is not None:
        raise Problem(
            "obligation.twice",
            "{on} 的履行已经登记",
            field="on",
            on=same.on.isoformat(),
            way_out="如需改正，请更正已有的登记",
        )
    on = date.fromisoformat(str(said["on"]))
    payload = {**said, "key": key, "role": role}
    new = NewFact(contract.id, FULFILLED, key, day_start(on), payload, REPORTED)
    return record_fact(connection, new, now=now)


def _essence(said: Mapping[str, Any]) -> tuple[Any, ...]:
    return said.get("on"), said.get("event_on"), said.get("words")


def answer(
    connection: Connection,
    contract: Contract,
    record: Record,
    *,
    said: str,
    reason: str,
    person: str,
    role: str,
    now: datetime,
) -> None:
    """The other party's word on a record: that it is so, or that it is not.

    Raises `Problem` obligation.own, obligation.withdrawn, obligation.answered and obligation.reason.
    """
    _require_not_withdrawn(record)
    if record.payload["role"] == role:
        raise Problem(
            "obligation.own",
            "本方登记的履行应由对方确认",
            field="id",
            way_out="请等待对方确认；有误的，请更正或撤回",
        )
    kind = ANSWERS[said]
    if record.said and record.said[-1].kind == kind:
        raise Problem("obligation.answered", "该登记已经这样答复过", field="answer", way_out="无需再次办理")
    if kind == CONTESTED:
        _require_reason(reason)
    payload = {"record": record.id, "key": record.key, "reason": reason, "person": person, "role": role}
    record_fact(connection, NewFact(contract.id, kind, record.key, now, payload, REPORTED), now=now)


def withdraw(
    connection: Connection, contract: Contract, record: Record, reason: str, person: str, role: str, now: datetime
) -> None:
    """Takes a record back, by the party that made it; it stays with its reason.

    Raises `Problem` obligation.not_own, obligation.withdrawn and obligation.reason.
    """
    _require_not_withdrawn(record)
    if record.payload["role"] != role:
        raise Problem(
            "obligation.not_own", "该履行由对方登记，不能代为撤回", field="id", way_out="可以提出异议，写明理由"
        )
    _require_reason(reason)
    payload = {"record": record.id, "key": record.key, "reason": reason, "person": person, "role": role}
    record_fact(connection, NewFact(contract.id, WITHDRAWN, record.key, now, payload, REPORTED), now=now)


def _require_not_withdrawn(record: Record) -> None:
    if record.state == "withdrawn":
        raise Problem("obligation.withdrawn", "该登记已经撤回", field="id", way_out="请重新登记")


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Problem("obligation.reason", "缺少理由", field="reason", way_out="请写明理由，对方会看到")
