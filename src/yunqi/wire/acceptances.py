"""Acceptance on the wire: material, requests, answers, sign-off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from yunqi.wire.base import Answer, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.incidents import Source
from yunqi.wire.work_orders import NextEvent, Reference, TimelineEntry

State = Literal["requested", "rework", "passed", "failed", "deemed", "disputed", "half_signed", "signed", "withdrawn"]
Digest = Annotated[str, Field(min_length=64, max_length=64, pattern=r"^[0-9a-f]+$")]
Count = Annotated[int, Field(ge=0, le=100_000)]


class ListAcceptances(ListRequest):
    """Acceptances that the caller may see."""

    contract: Named | None = None
    state: State | None = None
    text: Annotated[str | None, Field(max_length=100)] = None


class AcceptanceRow(Answer):
    """A request for acceptance, of a phase of the contract (`stage`) or of all of it.

    `due_on` is the last day of what it waits for: the answer, or the rework; `days_left` is below zero once that is
    over, and `clock_state` says what the contract makes of it, in words `clock_name`.
    """

    id: str
    number: str
    title: str
    stage: str
    state: str
    state_name: str
    asked_on: date
    accepted_on: date | None
    due_on: date | None
    days_left: int | None
    clock_state: str
    clock_name: str
    contract_id: str
    contract_number: str | None
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    opened_at: datetime


class Handed(Answer):
    """One hand-in: the record of the ledger, the document or statement with its SM3, a figure, who recorded it."""

    fact: str
    on: date
    name: str
    sm3: str
    document: str | None = None
    statement: str | None = None
    value: str | None = None
    words: str = ""
    by: str = ""


class MaterialItem(Answer):
    """An item of the contract's list. `state`: present, late, missing, not_due, as_needed (nothing occurred), not_met
    (a key figure below its limit).
    """

    key: str
    name: str
    phase: str
    party: str
    due_on: date | None
    period: tuple[date, date] | None
    note: str
    limit: str
    state: str
    state_name: str
    days_late: int
    source: Source | None
    handed: tuple[Handed, ...]


class MonthFigures(Answer):
    """What a month's statement says, bound to it: its id, version and SM3; `levels` with the node of each figure."""

    month: str
    statement: str
    version: int
    sm3: str
    provisional: bool
    sample: bool
    penalty_fen: int | None
    levels: tuple[dict[str, Any], ...]


class Material(Answer):
    """The material of a contract, or of one phase, as it stands on a day; `listed`: the contract has a list.

    `dossier` is the SM3 of what this is made of; `counts` how many items stand where. `complete`: nothing that should
    be there is missing; `missing` names what is, with its period and article.
    """

    contract_id: str
    phase: str
    phases: tuple[str, ...]
    on: date
    listed: bool
    dossier: str
    counts: dict[str, int]
    complete: bool
    missing: tuple[str, ...]
    entries: tuple[MaterialItem, ...]
    months: tuple[MonthFigures, ...]
    root: dict[str, str] | None


class OfMaterial(Request):
    """The acceptance material of a contract; `phase` for one of its phases, `on` for another day than today."""

    contract: Named
    phase: Annotated[str | None, Field(max_length=200)] = None
    on: date | None = None


class HandIn(Request):
    """Something handed in for an item: an upload (`file`), a document that is kept, or a statement; `value` for a key
    figure. `on`: the day on which the using unit received it, which only the using unit may say.
    """

    contract: Named
    item: Annotated[str, Field(min_length=1, max_length=60)]
    file: Annotated[str | None, Field(max_length=60)] = None
    document: Annotated[str | None, Field(max_length=60)] = None
    statement: Annotated[str | None, Field(max_length=60)] = None
    value: Annotated[str | None, Field(min_length=1, max_length=40)] = None
    words: Annotated[str, Field(max_length=300)] = ""
    on: date | None = None


class RequestAcceptance(Request):
    """Asks for acceptance with the material as it is now; `instalments` are the payments that it starts."""

    contract: Named
    title: Annotated[str, Field(min_length=1, max_length=200)]
    phase: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    instalments: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(max_length=60)] = ()


class ScoreCount(Request):
    """How often a row of the score sheet happened."""

    no: int
    count: Count


class AnswerAcceptance(Request):
    """The using unit's answer to the dossier that it saw; `score` and `full` (its highest score) by the sheet."""

    id: Reference
    event: Literal["pass", "rework", "fail"]
    dossier: Digest
    reason: Annotated[str | None, Field(min_length=1, max_length=1000)] = None
    score: Annotated[tuple[ScoreCount, ...], Field(max_length=200)] = ()
    full: Annotated[str | None, Field(min_length=1, max_length=20)] = None


class AdvanceAcceptance(Request):
    """Asks again after rework, records that silence has accepted, takes the request back, admits that an answer had
    been received in time, or upholds (the administration, with its reason) that silence has accepted.

    `prove` (the using unit): its `answer` had been received at `received_at`, before silence accepted, as `file` shows.
    """

    id: Reference
    event: Literal["resubmit", "deem", "withdraw", "prove", "admit", "uphold"]
    reason: Annotated[str | None, Field(min_length=1, max_length=1000)] = None
    answer: Literal["pass", "rework", "fail"] | None = None
    received_at: AwareDatetime | None = None
    file: Annotated[str | None, Field(max_length=60)] = None


class SignAcceptance(Request):
    """A party signs the dossier that was accepted."""

    id: Reference
    dossier: Digest


class AcceptanceFile(Request):
    """The dossier as a document (`docx`) or a workbook (`xlsx`)."""

    id: Reference
    format: Literal["docx", "xlsx"] = "docx"


class AcceptanceClock(Answer):
    """Where a request stands by the contract's deadlines: waiting, overdue, deemed_accepted, rejected (rework),
    accepted, no_deadline. `basis`: what the days count from (request, expiry, rework).
    """

    state: str
    state_name: str
    due_on: date | None
    from_on: date | None
    basis: str
    days_left: int | None
    silence_accepts: bool
    notice: str
    source: Source | None


class ScoreRow(Answer):
    """A row of the score sheet; `taken` null where the contract does not say how many points."""

    no: int
    text: str
    points: str | None
    count: int
    taken: str | None


class ScoreView(Answer):
    """A score with the part of the fee that it earns; null where the sheet leaves it open."""

    full: str
    score: str | None
    share: str | None
    open_rows: tuple[int, ...]
    rows: tuple[ScoreRow, ...]


class SignOff(Answer):
    """A party's signature under the dossier, with the SM2 signature over it, its key and the text it is over."""

    organisation_id: str
    organisation: str
    person: str
    at: datetime
    sm3: str
    signature: str
    public_key: str
    text: str


class AcceptanceDetail(AcceptanceRow):
    """A request with its material, clock, score, what was said, and what may follow.

    `changed`: the ledger holds other material now than what the request is of.
    """

    dossier: str
    changed: bool
    material: Material
    clock: AcceptanceClock
    instalments: tuple[int, ...]
    may_score: bool
    score_sheet: tuple[ScoreRow, ...]
    score: ScoreView | None
    signatures: tuple[SignOff, ...]
    timeline: tuple[TimelineEntry, ...]
    next: tuple[NextEvent, ...]
