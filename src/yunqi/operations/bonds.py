"""The performance bond: each deed a fact, and the bond as it stands on a day computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection

from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of, day_start
from yunqi.operations.effective import read_dates
from yunqi.operations.installation import Installation
from yunqi.operations.payments import Recorded, parse_amount, past_day, record_said
from yunqi.operations.terms import read_term, read_wanted
from yunqi.operations.versions import data_at, in_force
from yunqi.settlement.bond import (
    DRAWN,
    EXTENDED,
    RECEIVED,
    RELEASED,
    TOPPED_UP,
    Bond,
    Kind,
    Move,
    check_extension,
    check_taking,
    compute_bond,
)
from yunqi.store.bonds import list_bond_facts
from yunqi.store.checks import check_text
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.facts import Fact, find_fact_of_key
from yunqi.store.locks import lock_contract

_PREFIX = "bond."
_MOMENT = timedelta(microseconds=1)
_LATEST = date(2900, 1, 1)


@dataclass(frozen=True, slots=True)
class BondWords:
    """What is said with a deed: the letter of guarantee with its last day, the reason, the document that proves it."""

    guarantee: str = ""
    form: str = ""
    issuer: str = ""
    expires_on: date | None = None
    reason: str = ""
    statement: str = ""
    document: str = ""
    document_sm3: str = ""


def move_of(fact: Fact) -> Move:
    """A fact as the rules take it."""
    payload = fact.payload
    expires_on = payload.get("expires_on")
    return Move(
        cast("Kind", fact.kind.removeprefix(_PREFIX)),
        date.fromisoformat(str(payload["on"])),
        int(payload.get("amount_fen") or 0),
        str(payload.get("guarantee") or ""),
        str(payload.get("form") or ""),
        None if expires_on is None else date.fromisoformat(str(expires_on)),
        fact.id,
    )


def read_bond(
    connection: Connection,
    found: Contract,
    calendar: WorkCalendar,
    *,
    as_of: date,
    known_at: datetime,
    clause: Mapping[str, Any] | None = None,
) -> Bond | None:
    """The bond at the end of a day as known at an instant; None where the contract has none.

    `clause`: of another text of the contract than that in force that day.
    """
    facts = list_bond_facts(connection, found.id, end_at=day_start(as_of + timedelta(days=1)), known_at=known_at)
    return _compute(connection, found, calendar, facts, as_of, known_at, clause)


def _compute(
    connection: Connection,
    found: Contract,
    calendar: WorkCalendar,
    facts: Iterable[Fact],
    as_of: date,
    known_at: datetime,
    clause: Mapping[str, Any] | None = None,
) -> Bond | None:
    end_at = day_start(as_of + timedelta(days=1))
    clause = clause or data_at(connection, found, end_at - _MOMENT, known_at).get("bond")
    if not clause:
        return None
    at = end_at - _MOMENT
    return compute_bond(
        clause,
        [move_of(one) for one in facts],
        calendar,
        total_fen=found.total_fen,
        signed_on=read_dates(connection, found).get("effective"),
        end_on=read_term(connection, found, at, known_at).end_on,
        as_of=as_of,
        wanted=read_wanted(connection, found, at, known_at),
    )


def _is_for_statement(fact: Fact) -> bool:
    return fact.kind == f"{_PREFIX}{DRAWN}" and bool(fact.payload.get("statement"))


def read_held(
    connection: Connection, found: Contract, calendar: WorkCalendar, *, end_at: datetime, known_at: datetime
) -> int | None:
    """What of the bond secures at the last moment before `end_at`, in fen, before statements take from it; None when
    nothing was ever handed in.

    What was drawn for a statement is not taken off: it stands in the statement's own offset, and would count twice.
    """
    facts = list_bond_facts(connection, found.id, end_at=end_at, known_at=known_at)
    if not facts:
        return None
    counted = [one for one in facts if not _is_for_statement(one)]
    bond = _compute(connection, found, calendar, counted, date_of(end_at - _MOMENT), known_at)
    return None if bond is None else bond.held_fen


def record_move(
    installation: Installation,
    contract: str,
    kind: Kind,
    *,
    on: date,
    actor: str,
    amount: str | None = None,
    words: BondWords = BondWords(),
) -> Recorded:
    """Records a deed on the bond: handed in, topped up, extended, drawn, given back.

    Raises `Problem` payment.no_bond, payment.amount, payment.future, money.unreadable, bond.more_than_held,
    bond.no_guarantee, bond.not_longer and bond.expires.
    """
    fen = None if amount is None else parse_amount(amount)
    with installation.database.write() as connection:
        now = installation.clock.now()
        found = in_force(connection, require_contract(connection, contract), now)
        if not found.data.get("bond"):
            raise Problem(
                "payment.no_bond",
                "合同「{contract}」没有约定履约保证金",
                field="contract",
                contract=found.number or found.id,
                way_out="请核对合同编号",
            )
        lock_contract(connection, found.id)
        payload: dict[str, Any] = {"on": past_day(installation, on)}
        if fen is not None:
            payload["amount_fen"] = fen
        payload |= _check_words(words, on)
        key = f"{_PREFIX}{kind}:{on.isoformat()}:{fen or payload.get('expires_on', '')}"
        if words.guarantee:
            key += f":{payload['guarantee']}"
        if kind not in (RECEIVED, TOPPED_UP) and find_fact_of_key(connection, found.id, key) is None:
            bond = read_bond(connection, found, installation.calendar, as_of=on, known_at=now)
            if bond is not None:
                _check_possible(bond, kind, fen or 0, words)
        fact = f"{_PREFIX}{kind}"
        return record_said(connection, installation, found, fact, "bond", day_start(on), payload, key, actor)


def _check_possible(bond: Bond, kind: Kind, fen: int, words: BondWords) -> None:
    if kind in (DRAWN, RELEASED):
        check_taking(bond, fen, words.guarantee, drawing=kind == DRAWN)
    if kind == EXTENDED and words.expires_on is not None:
        check_extension(bond, words.guarantee, words.expires_on)


def _check_words(words: BondWords, on: date) -> dict[str, Any]:
    if words.expires_on is not None and not on <= words.expires_on < _LATEST:
        raise Problem(
            "bond.expires",
            "保函的到期日 {value} 不可用",
            field="expires_on",
            value=words.expires_on.isoformat(),
            way_out="到期日不应早于办理之日，请按保函核对",
        )
    said = {
        "guarantee": check_text("guarantee", words.guarantee, 80) if words.guarantee else "",
        "form": check_text("form", words.form, 40) if words.form else "",
        "issuer": check_text("issuer", words.issuer, 200) if words.issuer else "",
        "expires_on": None if words.expires_on is None else words.expires_on.isoformat(),
        "reason": check_text("reason", words.reason, 300) if words.reason else "",
        "statement": words.statement,
        "document": words.document,
        "document_sm3": words.document_sm3,
    }
    return {name: value for name, value in said.items() if value}
