"""Obligations on the wire: the list of what must be handed in or done, and how each stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import Named
from yunqi.wire.incidents import Reference

ObligationState = Literal["late", "due", "later", "waits", "unseen", "standing", "done"]


class ListObligations(Request):
    """What must be handed in or done, over all contracts that the caller may see or of one.

    `party`: what one party owes, with what both owe; `trigger`: what it is owed upon; `text` is found in the name, the
    words and the article. Days (`start_on`, `end_on`) leave out what has none.
    """

    contract: Named | None = None
    start_on: date | None = None
    end_on: date | None = None
    party: Literal["provider", "using_unit"] | None = None
    state: ObligationState | None = None
    trigger: Annotated[str | None, Field(max_length=20)] = None
    text: Annotated[str | None, Field(max_length=100)] = None


class ObligationRow(Answer):
    """One line: an obligation of the contract, or one of its days or periods.

    `obligation` is its kind's code ("" for none of the catalogue), `no` that kind's number. `due_on` None: the text
    gives no date; then `period_end` (of what recurs) or `waits_for` says more. `deadline`: the time that the text
    gives, in words; `due_at`: when the next running clock of minutes or hours is over; `seen`: what shows how it
    stands, in words; `was_late`: it was done, after its day.
    """

    key: str
    kind: str
    obligation: str
    no: str
    text: str
    party: str
    party_name: str
    trigger: str
    trigger_name: str
    deadline: str
    due_on: date | None
    due_at: datetime | None
    period_start: date | None
    period_end: date | None
    waits_for: str
    state: ObligationState
    state_name: str
    was_late: bool
    days_left: int | None
    evidence: str
    seen: str
    amount_fen: int | None
    article: str
    contract_id: str
    contract_number: str | None
    title: str
    source: dict[str, Any] | None


class ObligationList(Answer):
    """Obligations, the most urgent first."""

    today: date
    items: tuple[ObligationRow, ...]


Key = Annotated[str, Field(min_length=1, max_length=120)]


class ReadObligation(Request):
    """One line of the list, by its key."""

    contract: Named
    line: Key


class ObligationSource(Answer):
    """A sentence of the contract that says it."""

    article: str
    text: str


class ObligationDeed(Answer):
    """One time that it was owed, as the ledger shows it: since when, by when, done when. `done_on` None: not yet.

    `due_at`: when a clock of minutes or hours that runs is over.
    """

    object: str
    object_name: str
    id: str
    words: str
    at_on: date
    due_on: date | None
    due_at: datetime | None
    done_on: date | None
    late: bool


class ObligationAnswer(Answer):
    """What was said of a record: confirmed, contested, withdrawn."""

    what: str
    person: str
    organisation: str
    reason: str
    recorded_at: datetime


class ObligationRecord(Answer):
    """That it was done, as a party recorded it. `document`: the file that shows it, None for none.

    `may`: what this caller may do with it: confirm, contest, correct, withdraw.
    """

    id: str
    on: date
    event_on: date | None
    due_on: date | None
    late: bool
    words: str
    document: str | None
    name: str
    sm3: str
    person: str
    organisation: str
    recorded_at: datetime
    corrects: str | None
    state: Literal["recorded", "confirmed", "contested", "withdrawn"]
    state_name: str
    answers: tuple[ObligationAnswer, ...]
    may: tuple[str, ...]


class ObligationDetail(ObligationRow):
    """A line with the sentences that say it, what the ledger shows, and what the parties recorded, the newest first.

    `may_record`: this caller may record that it was done; `why_not`: why nobody does it here, "" where they may.
    `needs_event`: the day of the event must be given, as the time is counted from it.
    """

    sources: tuple[ObligationSource, ...]
    deeds: tuple[ObligationDeed, ...]
    records: tuple[ObligationRecord, ...]
    may_record: bool
    why_not: str
    needs_event: bool


class RecordObligation(Request):
    """That an obligation was done on a day, with words and a file (by the id of an upload) that show it.

    `event_on`: the day of the event upon which it was owed. `corrects`: a record of the same party that this one takes
    the place of, with its `reason`.
    """

    contract: Named
    line: Key
    on: date
    event_on: date | None = None
    words: Annotated[str, Field(min_length=1, max_length=1000)]
    file: Annotated[str | None, Field(max_length=60)] = None
    corrects: Annotated[str | None, Field(max_length=60)] = None
    reason: Annotated[str, Field(max_length=1000)] = ""


class AnswerObligation(Request):
    """The other party's word on a record; a contest needs its reason."""

    id: Reference
    answer: Literal["confirm", "contest"]
    reason: Annotated[str, Field(max_length=1000)] = ""


class WithdrawObligation(Request):
    """Takes one's own record back, with the reason."""

    id: Reference
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
