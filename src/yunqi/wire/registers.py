"""Complaints, emergency cut-offs, force majeure and unmanned time on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.work_orders import NextEvent, TimelineEntry

Reference = Annotated[str, Field(min_length=1, max_length=200)]
Register = Literal["complaint", "cut_off", "force_majeure", "unattended"]
Opened = Literal["complaint", "cut_off", "force_majeure"]
Channel = Literal["telephone", "letter", "fax", "mail", "web", "meeting"]
EntryEvent = Literal[
    "answer",
    "carry_out",
    "remove_cause",
    "ask_restore",
    "restore",
    "notify",
    "confirm_notice",
    "prove",
    "accept_proof",
    "refuse_proof",
    "end",
    "confirm",
    "contest",
    "withdraw",
]
ToldBy = Literal["mail", "sms", "telephone", "letter", "fax", "in_person"]
Finding = Literal["justified", "wrongful"]
Maybe = Annotated[str | None, Field(max_length=2000)]


class ListRegister(ListRequest):
    """The entries of one register under the contracts that the caller may see."""

    kind: Register = "complaint"
    contract: Named | None = None
    state: Annotated[str | None, Field(max_length=30)] = None


class RegisterClock(Answer):
    """One thing that must be done: `limit` in the contract's words of time, empty where its data have no single one.

    `standing`: running, overdue, kept, late; open or done where there is no limit. `elapsed_minutes`: whole minutes
    from its start to what was done, or to now. `lacking`: ways of telling the contract asks for that lack a receipt.
    """

    name: str
    name_words: str
    started_at: datetime
    limit: str
    due_at: datetime | None
    done_at: datetime | None
    standing: str
    elapsed_minutes: int
    lacking: tuple[str, ...] = ()


class RegisterRow(Answer):
    """An entry of a register; it counts once its state is `confirmed`. `at`: when it happened or was received."""

    id: str
    number: str
    kind: str
    kind_name: str
    title: str
    contract_id: str
    contract_number: str | None
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    who: str
    channel: str
    at: datetime
    state: str
    state_name: str
    clocks: tuple[RegisterClock, ...]


class RegisterExclusion(Answer):
    """Time that an entry proposes to leave out of availability; it counts once recorded as an exclusion by both."""

    object: str
    start_at: datetime
    end_at: datetime
    reason: str


class ExtensionOption(Answer):
    """What a suspension comes to under one meaning of the contract's words."""

    choice: str
    label: str
    days: int
    extended_end: date | None
    bond_extended: date | None


class RegisterExtension(Answer):
    """What a suspension proposes for a supplementary agreement: so many days, and the day the term would end on.

    `days` null: the parties have not agreed how days are counted; `options` has each meaning. `agreed`: whether the
    contract extends the term by it; null where it does not say. `bond_until`: the bond's last day, moved alike.
    """

    days: int | None
    term_end: date | None
    extended_end: date | None
    bond_until: date | None
    bond_extended: date | None
    options: tuple[ExtensionOption, ...]
    agreed: bool | None
    clause: str


class RegisterTelling(Answer):
    """One telling of the using unit that a system was cut off, with its receipt."""

    channel: str
    channel_name: str
    recipient: str
    state: str
    done_at: datetime | None
    answer: str
    error: str


class RegisterDetail(RegisterRow):
    """An entry with what was said of it, what it proposes, and what may follow.

    `relief`: of force majeure, whether a month excuses its time: unconfirmed, stands, waits (for proof or its answer),
    open (late proof, and the contract does not say what follows), falls; "" for other registers. `proof_received_at`:
    when its proof counts as received, `proof_receipt` confirmed by the other party or as recorded; of its notice
    `notice_received_at` and `notice_receipt` say the same, or that a message of ours arrived. `finding`: of a cut-off,
    justified or wrongful; `incident`: the outage that a wrongful one is.
    """

    text: str
    evidence: str
    answer: str
    counts: bool
    notice: str
    invoked_by: str
    proof: str
    proof_name: str
    proof_received_at: datetime | None
    proof_receipt: str
    notice_received_at: datetime | None
    notice_receipt: str
    relief: str
    finding: str
    finding_name: str
    incident_id: str
    incident_number: str
    tellings: tuple[RegisterTelling, ...]
    exclusion: RegisterExclusion | None
    extension: RegisterExtension | None
    timeline: tuple[TimelineEntry, ...]
    next: tuple[NextEvent, ...]


class RecordEntry(Request):
    """A complaint received, a cut-off asked for, or a force majeure notified: by `who`, at an instant, about what.

    `system` names an information system of the contract. `notified_at`: when the other party was told of force majeure
    in writing. Unmanned time is entered by the rota itself.
    """

    contract: Named
    kind: Opened
    title: Annotated[str, Field(min_length=1, max_length=300)]
    who: Annotated[str, Field(min_length=1, max_length=200)]
    at: Instant
    channel: Channel | None = None
    system: Annotated[str | None, Field(max_length=200)] = None
    text: Annotated[str, Field(max_length=2000)] = ""
    notified_at: Instant | None = None


class TellOfCutOff(Request):
    """That the using unit was told by hand that a system was cut off: how, whom, when (now), and what shows it."""

    id: Reference
    channel: ToldBy
    recipient: Annotated[str, Field(min_length=1, max_length=200)]
    receipt: Annotated[str, Field(min_length=1, max_length=300)]
    at: Instant | None = None


class AdvanceEntry(Request):
    """A step of an entry: answered, cut off, restored, proved, ended, confirmed, contested or withdrawn; `at`: now.

    `finding`: what is confirmed of a cut-off. `received_at`: when the other party received the proof that it accepts;
    without it the proof counts as received when it was recorded here.
    """

    id: Reference
    event: EntryEvent
    at: Instant | None = None
    note: Maybe = None
    evidence: Maybe = None
    reason: Maybe = None
    finding: Finding | None = None
    received_at: Instant | None = None
