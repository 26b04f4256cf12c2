"""What the checklist of an exit consists of, and what it is made from. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from yunqi.cases.machine import Event
from yunqi.kernel.calendar import WorkCalendar

StepState = Literal["done", "done_late", "waiting", "late", "not_needed"]


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that a step was done: a record of the ledger, a document, a certificate, in words, with its SM3."""

    kind: str
    reference: str
    words: str = ""
    sm3: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `due_on` None where the contract names no day or `open_days` holds more than one that it may mean;
    `basis` says in words what the day rests on, or why there is none.
    """

    key: str
    title: str
    party: str
    state: StepState
    due_on: date | None = None
    done_on: date | None = None
    basis: str = ""
    open_days: tuple[date, ...] = ()
    proofs: tuple[Proof, ...] = ()
    source: Mapping[str, Any] | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasing:
    """A store of the using unit's data: a resource that keeps data, or a replica elsewhere, and what proves its end."""

    id: str
    name: str
    gone: bool
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the checklist is made from. `events` are the case's, with the days they happened on."""

    contract: Mapping[str, Any]
    cause: str
    noticed_on: date
    left_on: date | None
    end_on: date | None
    notice_end_on: date | None
    """The last day of service as agreed when the notice was given."""
    events: Sequence[Event]
    stores: Sequence[Erasing]
    notice_proofs: tuple[Proof, ...]
    last_statement: Proof | None
    statement_provisional: bool
    statement_covers: bool
    """Whether the last statement is of the last month of service."""
    refund_fen: int | None
    refund_open: bool
    bond_held_fen: int | None
    bond_until_on: date | None
    """The last day of security by all that was agreed; the end of service where none is agreed."""
    today: date
    calendar: WorkCalendar
    facts: Mapping[int, str] = field(default_factory=dict)
    """The ledger's record of each event, by its place among them."""
    readings: Mapping[str, str] = field(default_factory=dict)
    """What the parties agreed that the contract's words mean, by code."""
    early_agreed: bool = True
    """Whether an early end binds both parties."""
