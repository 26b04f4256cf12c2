"""Exit on the wire: notice, inventory, plan, steps, refund, checklist, sign-off."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.acceptances import Digest, SignOff
from yunqi.wire.base import Answer, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.incidents import Source
from yunqi.wire.work_orders import NextEvent, Reference, TimelineEntry

State = Literal["open", "half_signed", "closed", "withdrawn"]
Cause = Literal["expiry", "provider", "using_unit", "termination"]
ExitEvent = Literal[
    "inventory",
    "plan",
    "agree_end",
    "agree_plan",
    "migrated",
    "cut_over_begin",
    "cut_over_end",
    "data_back",
    "data_received",
    "confidential_asked",
    "confidential_back",
    "confidential_received",
    "replica",
    "replica_erased",
    "final_statement",
    "refunded",
    "bond_returned",
    "withdraw",
]
Words = Annotated[str, Field(min_length=1, max_length=300)]


class ListExits(ListRequest):
    """Exits that the caller may see."""

    contract: Named | None = None
    state: State | None = None
    text: Annotated[str | None, Field(max_length=100)] = None


class ExitRow(Answer):
    """An exit from a contract; `left_on` the last day of service where it ends early."""

    id: str
    number: str
    title: str
    cause: str
    cause_name: str
    state: str
    state_name: str
    noticed_on: date
    left_on: date | None
    contract_id: str
    contract_number: str | None
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    opened_at: datetime


class ProofRow(Answer):
    """What shows that a step was done: a record, a document, a certificate or a statement, with its SM3."""

    kind: str
    kind_name: str
    reference: str
    words: str
    sm3: str
    on: date | None


class StepRow(Answer):
    """One step of the checklist. `due_on` null where the contract names no day, or may mean any of `open_days`."""

    key: str
    title: str
    party: str
    party_name: str
    state: Literal["done", "done_late", "waiting", "late", "not_needed"]
    state_name: str
    due_on: date | None
    days_left: int | None
    done_on: date | None
    basis: str
    open_days: tuple[date, ...]
    proofs: tuple[ProofRow, ...]
    missing: tuple[str, ...]
    source: Source | None


class PlanStep(Request):
    """One system's part of the migration plan."""

    system: Words
    start_on: date
    end_on: date
    target: Annotated[str, Field(max_length=300)] = ""
    note: Annotated[str, Field(max_length=300)] = ""


class DrawRow(Answer):
    """What a resource draws of a price item."""

    item: str
    quantity: str


class InventoryRow(Answer):
    """One resource that the tenant still has; `keeps_data`: its end needs a certificate of erasure."""

    id: str
    kind: str
    name: str
    system: str
    phase: str
    keeps_data: bool
    spec: dict[str, str]
    draws: tuple[DrawRow, ...]


class Inventory(Answer):
    """All that the tenant has under a contract now; `sm3` is of its canonical text."""

    contract_id: str
    sm3: str
    resources: tuple[InventoryRow, ...]


class OfInventory(Request):
    """The inventory of a contract."""

    contract: Named


class OfRefund(Request):
    """What leaving after a day (`left_on`, the last of service) gives back; `ground`: the level of the critical breach
    that ends the contract.
    """

    contract: Named
    left_on: date
    ground: Annotated[str | None, Field(min_length=1, max_length=20)] = None


class RefundWay(Answer):
    """One way to count the rest of the term: its part (exact, as n/d) and the refund; below zero: still to be paid."""

    way: str
    words: str
    part: str
    rest_fen_exact: str
    refund_fen: int


class RefundView(Answer):
    """The refund of an early end. `state` open: each way stands beside the others until the parties agree one
    (`code`); unknown: `lacks` says what the contract does not state. `offset_fen` of what was paid was set off.
    """

    left_on: date
    start_on: date | None
    end_on: date | None
    total_fen: int | None
    paid_fen: int
    offset_fen: int
    state: Literal["open", "settled", "unknown"]
    chosen: str | None
    amount_fen: int | None
    code: str
    lacks: tuple[str, ...]
    ways: tuple[RefundWay, ...]
    source: Source | None


class OpenExit(Request):
    """Notice of an exit. `on`: the day of the notice, where whoever received it records it; `left_on` and `ground` for
    an early end; `file`: the notice itself.
    """

    contract: Named
    cause: Cause
    evidence: Words
    file: Annotated[str | None, Field(max_length=60)] = None
    on: date | None = None
    left_on: date | None = None
    ground: Annotated[str | None, Field(min_length=1, max_length=20)] = None


class AdvanceExit(Request):
    """One step with what it needs: `evidence` in words and `file`; `medium` and `sm3` of data handed back; `place` and
    `method` of a replica; `steps` of the plan.
    """

    id: Reference
    event: ExitEvent
    evidence: Words | None = None
    file: Annotated[str | None, Field(max_length=60)] = None
    medium: Words | None = None
    sm3: Digest | None = None
    place: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    method: Words | None = None
    steps: Annotated[tuple[PlanStep, ...], Field(max_length=200)] = ()
    reason: Words | None = None


class SignExit(Request):
    """A party signs the checklist that it saw."""

    id: Reference
    sm3: Digest


class ExitFile(Request):
    """The checklist as a document (`docx`) or a workbook (`xlsx`)."""

    id: Reference
    format: Literal["docx", "xlsx"] = "docx"


class StoreRow(Answer):
    """A store of the using unit's data, whether it is gone, and the certificates of its erasure."""

    id: str
    name: str
    gone: bool
    proofs: tuple[ProofRow, ...]


class ExitDetail(ExitRow):
    """An exit with its checklist (`sm3` is what is signed), stores, plan, refund, course and signatures."""

    sm3: str
    complete: bool
    steps: tuple[StepRow, ...]
    stores: tuple[StoreRow, ...]
    plan: tuple[PlanStep, ...]
    refund: RefundView | None
    signatures: tuple[SignOff, ...]
    timeline: tuple[TimelineEntry, ...]
    next: tuple[NextEvent, ...]
