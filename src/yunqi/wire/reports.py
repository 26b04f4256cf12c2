"""Reports on the wire: what is due by when, the register of what was numbered, sent and received."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from yunqi.wire.base import Answer, Instant, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.evidence import MadeFile

CalendarState = Literal["late", "lacking", "due", "sent", "later", "waits", "done"]
EntryState = Literal["drafted", "approved", "delivered", "received"]
Way = Literal["platform", "paper", "mail", "courier", "fax", "exchange", "other"]
"""How a report travels: through this platform, handed over on paper, electronic mail, courier, fax, the official
document exchange of the administration, another way."""


class ReadCalendar(Request):
    """What is due by when, of one contract or of all that the caller may see; days up to `until_on` (a month ahead)."""

    contract: Named | None = None
    from_on: date | None = None
    until_on: date | None = None
    party: Annotated[str | None, Field(max_length=20)] = None
    state: CalendarState | None = None


class CalendarRow(Answer):
    """One expected report. `due_on`: the last day in time (None: `basis_text` says why); `late_days`: begun days after
    it, counted to the receipt, the sending or now; None where there is no day to be late for. `days_over`: whole days
    since its period ended. `line` names it when its report is numbered. `composed`: the documents that Yunqi can make
    for it (codes).
    """

    line: str
    kind: str
    party: str
    party_name: str
    frequency: str
    period_start: date | None
    period_end: date | None
    occasion_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    basis: str
    basis_text: str
    state: CalendarState
    late_days: int | None
    days_over: int | None
    report_id: str | None
    report_number: str
    contract_id: str
    contract_number: str | None
    title: str
    source: dict[str, Any] | None
    composed: tuple[str, ...] = ()


class ReportCalendar(Answer):
    """Expected reports, the most urgent first; `late` and `lacking` count them."""

    today: date
    late: int
    lacking: int
    items: tuple[CalendarRow, ...]


class ListReports(ListRequest):
    """The register; `replaced`: also versions that a later one replaced; `incident`: what is about it (its
    number or id).
    """

    contract: Named | None = None
    kind: Annotated[str | None, Field(max_length=120)] = None
    year: Annotated[int | None, Field(ge=2000, le=2999)] = None
    state: EntryState | None = None
    incident: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    replaced: bool = False


class FurtherReceiver(Answer):
    """Who else is to get a report, and how far it has come to it."""

    organisation_id: str
    organisation: str
    delivered_at: datetime | None
    way: str | None
    received_by: str | None
    received_at: datetime | None
    receipt_way: str | None
    receipt_file_id: str | None


class ReportRow(Answer):
    """One version of a numbered report, from its draft to its receipt. `others`: its further receivers."""

    id: str
    contract_id: str
    contract_number: str | None
    kind: str
    year: int
    number: int
    version: int
    reference: str
    title: str
    period_start: date | None
    period_end: date | None
    occasion_at: datetime | None
    statement_id: str | None
    author: str
    receiver_id: str
    receiver: str
    file_id: str | None
    file_name: str | None
    sm3: str | None
    state: EntryState
    drafted_by_name: str
    drafted_at: datetime
    approved_by_name: str | None
    approved_at: datetime | None
    delivered_at: datetime | None
    way: str | None
    received_by: str | None
    received_at: datetime | None
    receipt_way: str | None
    receipt_file_id: str | None
    replaced_by: str | None
    composed: str | None
    case_id: str | None
    others: tuple[FurtherReceiver, ...] = ()
    others_name: tuple[str, ...] = ()


class ReportDetail(Answer):
    """One report with its other versions, and what the caller's organisation is to it (`further`: one of `others`)."""

    entry: ReportRow
    versions: tuple[ReportRow, ...]
    side: Literal["author", "receiver", "further", "other"]
    mine: str | None
    drafted_by_me: bool
    letter: Literal["breach", "reclaim"] | None


class NumberReport(Request):
    """Numbers a draft: of a line of the calendar (`line`), of a `kind` of one's own, or the next version of another.

    `receiver` names who is to get it (the other party unless said), `others` who else. `file`: its document, uploaded
    before, if it is there already; `statement`: the statement that a breach letter is about.
    """

    contract: Named
    line: Annotated[str | None, Field(max_length=60)] = None
    kind: Annotated[str | None, Field(min_length=1, max_length=120)] = None
    revises: Annotated[str | None, Field(max_length=60)] = None
    title: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    period_start: date | None = None
    period_end: date | None = None
    occasion_at: Instant | None = None
    receiver: Named | None = None
    others: Annotated[tuple[Named, ...], Field(max_length=10)] = ()
    file: Annotated[str | None, Field(max_length=60)] = None
    statement: Annotated[str | None, Field(max_length=60)] = None

    @model_validator(mode="after")
    def _one_origin(self) -> NumberReport:
        if sum(one is not None for one in (self.line, self.kind, self.revises)) != 1:
            raise ValueError("exactly one of line, kind and revises")
        if (self.period_start is None) != (self.period_end is None):
            raise ValueError("a period has both its days")
        if self.period_start and self.period_end and self.period_end < self.period_start:
            raise ValueError("a period ends after it begins")
        return self


class ComposeReport(Request):
    """Makes a document and numbers it, in one: of a line of the calendar, of an incident, of a period, or anew.

    `report`: which document (`composed` of a line names them); what is not said is found by the report's name.
    `revises`: a draft's document is made again, what was approved or sent gets its next version. Without `receiver` it
    goes to the other party; a submission goes to the administration and the supervisors (`others`: who else gets it).
    """

    contract: Named
    report: Annotated[str | None, Field(min_length=1, max_length=40)] = None
    line: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    incident: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    revises: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    period_start: date | None = None
    period_end: date | None = None
    title: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    receiver: Named | None = None
    others: Annotated[tuple[Named, ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def _one_origin(self) -> ComposeReport:
        if self.revises is not None and (self.line, self.incident, self.period_start, self.receiver, self.others) != (
            None,
        ) * 4 + ((),):
            raise ValueError("a version is of what the one before is")
        if (self.revises, self.line, self.report) == (None,) * 3:
            raise ValueError("one of line, report and revises")
        if (self.period_start is None) != (self.period_end is None):
            raise ValueError("a period has both its days")
        if self.period_start and self.period_end and self.period_end < self.period_start:
            raise ValueError("a period ends after it begins")
        if self.period_start is not None and (self.line is not None or self.incident is not None):
            raise ValueError("a period of its own, a line or an incident")
        return self


class AttachReport(Request):
    """The document of a draft, uploaded before; another one takes its place."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    file: Annotated[str, Field(min_length=1, max_length=60)]


class DeliverReport(Request):
    """Says that it was sent: how, and when (now unless said); to `receiver`, or to all that it was not sent to yet."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    way: Way
    at: Instant | None = None
    receiver: Named | None = None


class ReceiveReport(Request):
    """Who received it, when (now unless said) and how; `file`: the signed receipt, which a sender must hand in.

    `receiver`: for which receiver it is recorded, the caller's organisation or the first unless said.
    """

    id: Annotated[str, Field(min_length=1, max_length=60)]
    received_by: Annotated[str, Field(min_length=1, max_length=100)]
    way: Way
    at: Instant | None = None
    file: Annotated[str | None, Field(max_length=60)] = None
    receiver: Named | None = None


class MakeLetter(Request):
    """Makes the letter of a numbered draft out of its statement. `code`: the sender's characters in the reference
    before the year; `dated_on`: the date of the letter (today unless said); `contact`: who answers questions.
    """

    id: Annotated[str, Field(min_length=1, max_length=60)]
    code: Annotated[str, Field(max_length=30)] = ""
    dated_on: date | None = None
    contact: Annotated[str, Field(max_length=100)] = ""


class MadeLetter(Answer):
    """The letter: as PDF it is the draft's document now; `word` is the same to be edited, kept for a week."""

    report: str
    pdf: str
    pdf_name: str
    word: MadeFile
