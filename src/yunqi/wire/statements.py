"""Months, statements and money on the wire. Amounts in fen; None where the contract or the evidence does not say."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from yunqi.wire.base import Answer, ListRequest, Request
from yunqi.wire.contracts import Named


class CloseMonth(Request):
    """Computes the statement of a month that is over, as known now or at an earlier instant."""

    contract: Named
    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    known_at: datetime | None = None


class CloseMonths(Request):
    """Computes the statements of a month that is over for every contract that was running in it, as known now."""

    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]


Assumed = Annotated[str, Field(min_length=1, max_length=300)]


class AskWhatIf(Request):
    """A month under assumptions, each `kind:subject=value`; nothing is kept."""

    contract: Named
    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    assume: Annotated[tuple[Assumed, ...], Field(min_length=1, max_length=20)]


class WhatIfChange(Answer):
    """One figure that the assumptions change: the part of the statement, the figure, and both values in words."""

    what: str
    name: str
    before: str
    after: str


class WhatIfDetail(Answer):
    """What a month comes to as known now, and under assumptions; amounts in fen, None while something is open."""

    month: str
    penalty_fen: int | None
    low_fen: int
    high_fen: int
    assumed_penalty_fen: int | None
    assumed_low_fen: int
    assumed_high_fen: int
    changes: tuple[WhatIfChange, ...]


class RaiseDispute(Request):
    """Disputes one line of a statement's penalties: it is frozen until the parties or the administration settle it."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    line: Annotated[str, Field(min_length=1, max_length=100)]
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class RefusedMonth(Answer):
    """A contract whose month could not be closed, and why."""

    contract_id: str
    contract_number: str | None
    code: str
    message: str
    way_out: str


class ClosedMonths(Answer):
    """How many statements stand, how many of them are provisional, and what was refused."""

    month: str
    closed: int
    provisional: int
    refused: tuple[RefusedMonth, ...]


class ListStatements(ListRequest):
    """Statements that the caller may see; `last`: only the last version of each month."""

    contract: Named | None = None
    month: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}$")] = None
    provisional: bool | None = None
    last: bool = False


class StatementRow(Answer):
    """A statement in a list. `penalty_fen` None while provisional: then it lies between low and high."""

    id: str
    contract_id: str
    contract_number: str | None
    title: str
    using_unit: str
    provider: str
    month: str
    version: int
    provisional: bool
    sample: bool
    penalty_fen: int | None
    penalty_low_fen: int
    penalty_high_fen: int
    open_points: int
    known_at: datetime
    made_at: datetime


class StatementDetail(StatementRow):
    """A statement, whole: `data` as computed, a trace node for every figure; `view` in words as on paper."""

    sm3: str
    data: dict[str, Any]
    view: dict[str, Any]


class ReadTrace(Request):
    """One node of a statement's trace."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    node: Annotated[str, Field(min_length=1, max_length=300)]


class TraceFact(Answer):
    """A fact behind a figure: who said it or what measured it, and its place in the sealed chain (None: not yet)."""

    id: str
    kind: str
    subject: str
    at: datetime
    origin: str
    sample: bool
    payload: dict[str, Any]
    position: int | None = None
    sm3: str | None = None


class TraceStep(Answer):
    """One step of a computation as a list of children shows it."""

    id: str
    label: str
    value: str


class TraceDetail(Answer):
    """One step of a computation: the formula, the clause with its exact words, the reading, the facts, and what it is
    made of. `facts` that are streams of probes are named as they are.
    """

    id: str
    label: str
    value: str
    formula: str
    source: dict[str, Any] | None
    reading: dict[str, Any] | None
    facts: tuple[TraceFact, ...]
    streams: tuple[str, ...]
    children: tuple[TraceStep, ...]
    parents: tuple[TraceStep, ...]


class ClosedMonth(Answer):
    """What closing a month gave: the statement, and whether it says anything new."""

    statement_id: str
    month: str
    version: int
    provisional: bool
    open_points: int


class InstalmentRow(Answer):
    """One payment that is due some day: what triggers it, what of the triggers happened, what is paid."""

    no: int
    amount_fen: int | None
    share: str | None
    triggers: tuple[str, ...]
    happened: dict[str, date]
    waits_for: tuple[str, ...]
    due_on: date | None
    state: str
    paid_fen: int
    source: dict[str, Any] | None


class MoneyRecord(Answer):
    """Something recorded about money: a payment, a trigger, a bond, an occurrence."""

    id: str
    kind: str
    subject: str
    on: date
    amount_fen: int | None
    person: str
    recorded_at: datetime
    payload: dict[str, Any]


class PaymentList(Answer):
    """The money of a contract: instalments, the bond, and all that was recorded."""

    contract_id: str
    total_fen: int | None
    paid_fen: int
    bond: dict[str, Any] | None
    bond_held_fen: int | None
    instalments: tuple[InstalmentRow, ...]
    records: tuple[MoneyRecord, ...]
    triggers: tuple[str, ...]
    measures: tuple[str, ...]


class ReadLate(Request):
    """How late payments are, or were, as of a day (None: today)."""

    contract: Named
    as_of: date | None = None


class LatePart(Answer):
    """A part of an instalment that was not paid in time; `paid_on` None: not paid yet."""

    amount_fen: int
    paid_on: date | None
    days: int
    fact_id: str


class LateWay(Answer):
    """One way to read what the contract says of late payment, and what it comes to."""

    words: str
    amount_fen: int


class LateRow(Answer):
    """An instalment with its last day and lateness; `amount_fen` None: open, `open_words` says why, `ways` how much."""

    no: int
    instalment_fen: int | None
    due_on: date | None
    notice: str
    days: int
    parts: tuple[LatePart, ...]
    amount_fen: int | None
    formula: str
    open_words: str
    ways: tuple[LateWay, ...]
    source: dict[str, Any] | None


class LatePayments(Answer):
    """The lateness of all instalments; `total_fen` None where any of it is open."""

    contract_id: str
    as_of: date
    total_fen: int | None
    items: tuple[LateRow, ...]


class RecordPayment(Request):
    """That an instalment, or a part of it, was paid; `amount` in yuan, `voucher` tells two equal payments apart."""

    contract: Named
    no: Annotated[int, Field(ge=1, le=1000)]
    amount: Annotated[str, Field(min_length=1, max_length=40)]
    on: date
    voucher: Annotated[str, Field(max_length=60)] = ""


class RecordTrigger(Request):
    """That a condition of payment was fulfilled: acceptance, invoice, funds, or `invoice:2` for one instalment."""

    contract: Named
    trigger: Annotated[str, Field(min_length=1, max_length=40)]
    on: date


class RecordOccurrence(Request):
    """Something other than an incident that a penalty clause measures; `value` in minutes or a count.

    Of `other:1`, a clause that counts time, in its own unit: days late, minutes of "each 30 minutes". Late capacity
    (`scale_out_late`) names its `work_order`, number or id, where the contract has one.
    """

    contract: Named
    measures: Annotated[str, Field(min_length=1, max_length=60)]
    at: datetime
    value: Annotated[str | None, Field(max_length=40)] = None
    system: Annotated[str | None, Field(max_length=200)] = None
    title: Annotated[str, Field(max_length=300)] = ""
    root_cause: Annotated[str | None, Field(max_length=300)] = None
    work_order: Annotated[str | None, Field(max_length=200)] = None


class Recomputed(Answer):
    """Whether a statement comes out the same, computed again as known when it was made."""

    id: str
    same: bool


class MakeApplication(Request):
    """The pack with which an instalment's payment is asked for; an account not given stays open in the letter."""

    contract: Named
    no: Annotated[int, Field(ge=1, le=1000)]
    payee: Annotated[str, Field(max_length=200)] = ""
    bank: Annotated[str, Field(max_length=200)] = ""
    account: Annotated[str, Field(max_length=60)] = ""
