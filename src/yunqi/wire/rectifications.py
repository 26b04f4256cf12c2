"""Rectification notices and reclaim proposals on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.work_orders import NextEvent, TimelineEntry

Reference = Annotated[str, Field(min_length=1, max_length=200)]
Purpose = Literal["rectify", "reclaim"]
Party = Literal["provider", "using_unit"]
NoticeState = Literal["issued", "answered", "returned", "closed", "withdrawn"]
NoticeEvent = Literal["answer", "return", "extend", "close", "withdraw"]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Maybe = Annotated[str | None, Field(max_length=2000)]


class ListRectifications(ListRequest):
    """Notices under the contracts that the caller may see; `overdue`: an answer is waited for and its day is past."""

    contract: Named | None = None
    state: NoticeState | None = None
    overdue: bool | None = None
    purpose: Purpose | None = None
    to: Party | None = None


class RectificationRow(Answer):
    """A notice in a list. `standing`: open, overdue, answered, closed or withdrawn, as of today; `late`: a deadline of
    its was missed at some time.
    """

    id: str
    number: str
    purpose: str
    purpose_name: str
    title: str
    contract_id: str
    contract_number: str | None
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    to: str
    addressee: str
    issuer: str
    issuer_role: str
    clause: str
    due_on: date
    days_left: int | None
    state: str
    state_name: str
    standing: str
    late: bool
    opened_at: datetime


class ClauseWords(Answer):
    """The exact words that the contract has at the clause that a notice names."""

    article: str
    text: str


class AnswerFile(Answer):
    """A file handed in with an answer: `file` fetches it, `sm3` is what the ledger holds of it."""

    file: str
    name: str
    sm3: str
    at: datetime


class RectificationDetail(RectificationRow):
    """A notice: what is asked for on which clause, what was answered on what evidence, what may follow.

    `files`: what came with the answers, the newest first.
    """

    requirement: str
    resources: tuple[str, ...]
    measures: str
    evidence: str
    conclusion: str
    files: tuple[AnswerFile, ...]
    words: tuple[ClauseWords, ...]
    timeline: tuple[TimelineEntry, ...]
    next: tuple[NextEvent, ...]


class OpenRectification(Request):
    """A notice to a party of a contract: on which clause, what is to be done by when.

    The day: `due_on`, or so many days or working days from tomorrow on. `to` unless said: the provider sets right, the
    using unit gives back. `resources` names those that a reclaim proposal is on.
    """

    contract: Named
    title: Annotated[str, Field(min_length=1, max_length=300)]
    clause: Annotated[str, Field(min_length=1, max_length=200)]
    requirement: Words
    purpose: Purpose = "rectify"
    to: Party | None = None
    due_on: date | None = None
    within_days: Annotated[int | None, Field(ge=1, le=730)] = None
    within_working_days: Annotated[int | None, Field(ge=1, le=250)] = None
    resources: Annotated[tuple[str, ...], Field(max_length=500)] = ()


class AdvanceRectification(Request):
    """Answers a notice, returns the answer, extends its day, closes or withdraws it.

    `file`: an uploaded file that shows what was done; it comes with an answer.
    """

    id: Reference
    event: NoticeEvent
    measures: Maybe = None
    evidence: Maybe = None
    reason: Maybe = None
    conclusion: Maybe = None
    due_on: date | None = None
    file: Annotated[str | None, Field(max_length=60)] = None
