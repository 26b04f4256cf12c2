"""Notices of incidents on the wire: who is told, what was told with which receipt, and the clocks of telling."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.incidents import Reference, Source

Channel = Literal["mail", "sms", "wecom", "dingtalk"]
ByHand = Literal["telephone", "letter", "fax", "in_person", "portal", "mail", "sms"]
DeliveryState = Literal["waiting", "done", "dead"]
Grade = Literal["ordinary", "larger", "major", "grave"]
Operator = Literal["cii", "state_organ", "other"]
Stage = Literal["notice", "first_report", "final_report", "report", "summary"]
Words = Annotated[str, Field(max_length=4000)]


class ListContacts(ListRequest):
    """Who is told, under the contracts that the caller may see."""

    contract: Named | None = None


class ContactRow(Answer):
    """A person or a group that is told. `minutes_left` None: at once; else when so few are left on a clock."""

    id: str
    contract_id: str
    contract_number: str | None
    organisation: str
    name: str
    channel: str
    channel_name: str
    address: str
    minutes_left: int | None
    recorded_at: datetime


class AddContact(Request):
    """A contact of a party. `address`: a mail address, a number, or a robot's whole address, kept encrypted.

    `secret` signs what a 钉钉 robot is sent. `minutes_left`: told when a clock has so few left; without it at once.
    """

    contract: Named
    party: Literal["using_unit", "provider"]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    channel: Channel
    address: Annotated[str, Field(min_length=1, max_length=500)]
    secret: Annotated[str, Field(max_length=200)] = ""
    minutes_left: Annotated[int | None, Field(ge=0, le=100_000)] = None


class ListNotices(ListRequest):
    """Tellings under the contracts that the caller may see."""

    contract: Named | None = None
    state: DeliveryState | None = None


class NoticeRow(Answer):
    """One telling with its receipt: when the other side's server had taken it (`done_at`), and its answer.

    What it was about: `incident_id` is a case of the kind `case_kind`, an incident or an entry of a register.
    """

    id: str
    notice_id: str
    contract_id: str
    contract_number: str | None
    incident_id: str | None
    incident_number: str | None
    case_kind: str | None
    stage: str
    stage_name: str
    subject: str
    channel: str
    channel_name: str
    recipient: str
    address: str
    state: str
    attempts: int
    next_at: datetime
    answer: str | None
    error: str | None
    recorded_at: datetime
    done_at: datetime | None


class Telling(Answer):
    """One telling of a notice."""

    id: str
    organisation: str
    channel: str
    channel_name: str
    recipient: str
    state: str
    attempts: int
    answer: str
    error: str
    done_at: datetime | None


class NoticeDetail(Answer):
    """What was told of an incident; `person` empty: by the system itself."""

    id: str
    stage: str
    stage_name: str
    subject: str
    text: str
    data: dict[str, Any]
    person: str
    recorded_at: datetime
    tellings: tuple[Telling, ...]


class TellingClock(Answer):
    """The clock of one clause on telling. `lacking`: channels the clause asks for by which nothing has arrived.

    `state`: running, met, breached, not_started, or open where the text leaves time or start open; `why_name` says so.
    """

    stage: str
    stage_name: str
    limit_name: str
    channels: tuple[str, ...]
    started_at: datetime | None
    due_at: datetime | None
    met_at: datetime | None
    left_minutes: int | None
    lacking: tuple[str, ...]
    state: str
    state_name: str
    why_name: str
    source: Source | None


class NationalRow(Answer):
    """A clock of the national text. `what`: report, onward (another authority's) or summary; `unsure`: what is known of
    a figure that was not read in the text itself.
    """

    what: str
    what_name: str
    by: str
    to: str
    limit_name: str
    started_at: datetime | None
    due_at: datetime | None
    met_at: datetime | None
    left_minutes: int | None
    state: str
    state_name: str
    title: str
    source: str
    unsure: str


class Graded(Answer):
    """The grade that a person gave an incident, for whom, and since when it was known."""

    grade: str
    grade_name: str
    operator: str
    operator_name: str
    known_at: datetime
    reason: str
    recorded_at: datetime


class IncidentNotices(Answer):
    """What was told of an incident and what is still to be told, as of `at`."""

    incident_id: str
    at: datetime
    clocks: tuple[TellingClock, ...]
    notices: tuple[NoticeDetail, ...]
    graded: Graded | None
    national: tuple[NationalRow, ...]


class OfIncident(Request):
    """An incident by id or number."""

    incident: Reference


class SendNotice(Request):
    """Tells the contacts named (all that are told at once, unless given) of an incident."""

    incident: Reference
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    contacts: Annotated[tuple[Reference, ...], Field(max_length=50)] = ()


class ReportFault(Request):
    """A stage of the fault report. The first says what happened, what it means and what is done; the final one the
    root cause and the remedy.
    """

    incident: Reference
    stage: Literal["first_report", "final_report"]
    happened: Words = ""
    impact: Words = ""
    measures: Words = ""
    root_cause: Words = ""
    remedy: Words = ""
    prevention: Words = ""


class RecordNotice(Request):
    """Something told by hand: by which way, to whom, when, and what shows it (a receipt's number, who answered)."""

    incident: Reference
    stage: Stage = "notice"
    channel: ByHand
    to: Literal["using_unit", "provider", "authority"] = "using_unit"
    recipient: Annotated[str, Field(min_length=1, max_length=200)]
    receipt: Annotated[str, Field(min_length=1, max_length=300)]
    text: Words = ""
    at: Instant | None = None


class GradeIncident(Request):
    """Grades an incident under the national text; `known_at`: since when it is known (its opening unless given)."""

    incident: Reference
    grade: Grade
    operator: Operator
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    known_at: Instant | None = None
