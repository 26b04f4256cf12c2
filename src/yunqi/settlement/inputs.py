"""What a statement is computed from: plain values, as known at one instant. Nothing here reads anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from yunqi.cases.incident import IncidentFacts
from yunqi.cases.logbook.protection import Protected
from yunqi.cases.logbook.staff import People
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.period import Month, Span
from yunqi.metering import Exclusion, Observation

EVERY_OBJECT = "*"
"""As the object of an exclusion: it applies to all."""
PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the parties agreed that an open point means, and where."""

    code: str
    value: str
    agreement: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class AgreedSpan:
    """What held of a point over a part of the month, half open; `value` None: nothing was agreed then."""

    code: str
    value: str | None
    start_at: datetime
    end_at: datetime
    agreement: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """An information system with its flags; None: not stated. `fee_share` is its share of the contract's price."""

    id: str
    name: str
    important: bool | None = None
    internet_facing: bool | None = None
    grade: str | None = None
    fee_share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class DrawFact:
    """A draw on a price line (`line_no`), or on a burst (`line_no` None, found by `item`). `quantity` in the line's
    unit.
    """

    id: str
    item: str
    quantity: Fraction
    start_at: datetime
    end_at: datetime | None = None
    line_no: int | None = None
    kind: str = "span"
    resource: str | None = None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class ObjectEvidence:
    """Verdicts on one object: `kind` is platform, system or resource; `system` the information system it belongs to.

    Observations may reach back before the month; windows longer than a month need them from the term's start.
    """

    object: str
    name: str
    observations: tuple[Observation, ...]
    kind: str = "resource"
    system: str | None = None
    labels: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adjudication:
    """A finding that counts: `answer` is yes, no or a whole number in text. `event` is what the statement calls the
    event.
    """

    event: str
    question: str
    answer: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something other than an incident that a penalty row measures: unattended minutes, complaints, a late scale-out …

    `measures` as in the rows; `value` is None for a plain finding. `other_clause` is the index of an entry of
    `penalties.other` instead. `of`: the key of the late duty that the same thing is by the ledger, "" for none.
    """

    id: str
    measures: str
    at: datetime
    value: Fraction | None = None
    title: str = ""
    system: str | None = None
    root_cause: str | None = None
    other_clause: int | None = None
    facts: tuple[str, ...] = ()
    sample: bool = False
    of: str = ""


@dataclass(frozen=True, slots=True)
class LateDuty:
    """What the provider had to do or hand in, and did not in time: `due_at` is the first instant that is too late,
    `done_at` None while it is not done. `key` names the duty within the contract, `kind` what it is: deliverable,
    obligation, bond, bond_renewal …

    Where the contract's words may mean more than one day, each stands here under the same key, with the answer
    (`choice`) to the `reading` that makes it the day. `article` is where the contract asks for it. `since` is when the
    time began, of more capacity; `pressed_at` when the limit that the administration gave for it in writing ran out.
    """

    key: str
    kind: str
    title: str
    due_at: datetime
    done_at: datetime | None = None
    facts: tuple[str, ...] = ()
    sample: bool = False
    reading: str = ""
    choice: str = ""
    since: datetime | None = None
    pressed_at: datetime | None = None
    system: str | None = None
    article: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    """A span of force majeure that both parties confirmed, of one system (None: of all).

    `proof_due_at`: the first instant at which proof comes too late; None where the contract asks for none by a day.
    `proved_at`: when proof was handed in that the other party accepted; `unanswered_at`: when proof was handed in that
    it has not answered yet. `needs_proof`: whether the contract says that without proof in time nothing is excused.
    """

    id: str
    number: str
    span: Span
    system: str | None
    clause: str
    approved_by: str
    proof_due_at: datetime | None = None
    proved_at: datetime | None = None
    unanswered_at: datetime | None = None
    needs_proof: bool | None = None
    source: Mapping[str, Any] | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of an instalment, with the fact that says so."""

    no: int
    on: date
    amount_fen: int
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that one statement needs.

    `readings` are those in force at the month's end. `changed` are the spans of those points whose reading was not the
    same over the whole month, in order: each holds for the facts of its span.

    `incidents` and `occurrences` may reach back to the term's start: only those of the month are settled, the earlier
    ones are counted where a clause counts over a longer window. `late` are the duties that were not done in time,
    since the term's start. `dates` holds when payment triggers happened
    (effective, acceptance, invoice, funds, expiry; `invoice:2` for one instalment). `payments` are all that are known,
    also those after the month. `taken_fen` is what the statements of other months take already, by source:
    `instalment:N`, `bond`. `charged_fen` is what the final statements of other months charge under clauses whose
    sum is capped: by clause (`other.N`), by month. `frozen` are the disputed lines (`adjudication.line_of`):
    computed, and not charged until that is settled. `metered_from` is when draws began to be recorded here; in a
    month before it a line without a draw was not metered (None: always metered). `before` is the contract as it
    stood on the month's first day, where an agreement that begins within the month has changed it since; `contract`
    is always as it stands at the end. `people` and `protected` are what both parties confirmed of staff and of
    protected periods.
    """

    contract: Mapping[str, Any]
    month: Month
    known_at: datetime
    calendar: WorkCalendar
    contract_id: str = ""
    readings: tuple[Reading, ...] = ()
    changed: tuple[AgreedSpan, ...] = ()
    systems: tuple[SystemFacts, ...] = ()
    draws: tuple[DrawFact, ...] = ()
    objects: tuple[ObjectEvidence, ...] = ()
    exclusions: tuple[tuple[str, Exclusion], ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    incidents: tuple[IncidentFacts, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    adjudications: tuple[Adjudication, ...] = ()
    payments: tuple[Payment, ...] = ()
    dates: Mapping[str, date] = field(default_factory=dict)
    bond_held_fen: int | None = None
    taken_fen: Mapping[str, int] = field(default_factory=dict)
    charged_fen: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()
    metered_from: datetime | None = None
    before: Mapping[str, Any] | None = None
    late: tuple[LateDuty, ...] = ()
    people: People = field(default_factory=People)
    protected: tuple[Protected, ...] = ()
