"""Logbooks on the wire: exercises, protected periods, and the people of a contract."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.incidents import Reference, Source
from yunqi.wire.protection import ProtectedManning
from yunqi.wire.work_orders import TimelineEntry

LogbookKind = Literal[
    "drill",
    "training",
    "restore_drill",
    "protected_period",
    "staff_member",
    "staff_promise",
    "attendance",
    "staff_request",
    "staff_breach",
]
LogbookStep = Literal[
    "permit",
    "refuse",
    "hold",
    "close",
    "return",
    "confirm",
    "contest",
    "withdraw",
    "cancel",
    "add_plan",
    "sign",
    "check_background",
    "agree",
    "leave",
    "replace",
    "remedy",
]
Details = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=4000)]], Field(max_length=20)
]


class ListLogbook(ListRequest):
    """The entries of one logbook under the contracts that the caller may see; `text` is found in number and title."""

    kind: LogbookKind = "drill"
    contract: Named | None = None
    state: Annotated[str | None, Field(max_length=30)] = None
    text: Annotated[str | None, Field(max_length=100)] = None


class LogbookRow(Answer):
    """An entry of a logbook. `at`: what its logbook counts from; `until_at`: when it ends, where it has an end.

    `summary`: its main figures in words. `due_at` and `standing` (running, overdue, kept, late, open, done) where
    something must be done by then.
    """

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
    at: datetime
    until_at: datetime | None
    summary: str
    state: str
    state_name: str
    counts: bool
    due_at: datetime | None
    standing: str


class LogbookField(Answer):
    """One thing that an entry says or may say. `kind`: text, lines, names, count, day, month, instant, choice, file."""

    name: str
    label: str
    kind: str
    required: bool
    choices: tuple[tuple[str, str], ...]


class LogbookValue(Answer):
    """Something that an entry says, in words; `file`: it is a file that may be fetched by its name."""

    name: str
    label: str
    value: str
    file: bool


class LogbookNext(Answer):
    """A step that may follow: what it says, whose roles it takes, and whether this caller may do it."""

    event: str
    event_name: str
    fields: tuple[LogbookField, ...]
    roles: tuple[str, ...]
    may: bool


class LogbookDetail(LogbookRow):
    """An entry with all that was said of it, its clause, and what may follow."""

    values: tuple[LogbookValue, ...]
    clause: Source | None
    manning: ProtectedManning | None
    timeline: tuple[TimelineEntry, ...]
    next: tuple[LogbookNext, ...]
    document: bool


class OpenLogbook(Request):
    """A new entry: its title (a person's name on the roster), its instant (now), and what its logbook asks for.

    `details` are texts by field; names by commas or lines, days as YYYY-MM-DD, files by the id of an upload.
    """

    contract: Named
    kind: LogbookKind
    title: Annotated[str, Field(min_length=1, max_length=200)]
    at: Instant | None = None
    details: Details = Field(default_factory=dict)


class AdvanceLogbook(Request):
    """A step of an entry, at an instant (now), with what the step asks for."""

    id: Reference
    event: LogbookStep
    at: Instant | None = None
    details: Details = Field(default_factory=dict)


class LogbookFile(Request):
    """A file that an entry names in one of its fields."""

    id: Reference
    name: Annotated[str, Field(min_length=1, max_length=40)]


class ReadStaff(Request):
    """The people of a contract on a day (today)."""

    contract: Named
    on: date | None = None


class StaffPerson(Answer):
    """Somebody on the roster on the day. `lacks`: what the contract asks for and is not recorded of them, in words."""

    id: str
    name: str
    role: str
    employment_name: str
    key: bool
    start_at: datetime
    undertaking_on: date | None
    checked_on: date | None
    lacks: tuple[str, ...]


class StaffCount(Answer):
    """Promised against present in one month. `role` empty: all together. `present` and `short` null: not known."""

    month: str
    role: str
    promised: int
    present: int | None
    unlisted: int
    short: bool | None


class StaffTerm(Answer):
    """What the contract says of its people, in words, and where."""

    name: str
    words: str
    clause: Source


class StaffGround(Answer):
    """A ground of termination or a counter as it stands at the end of a month: met, not_met, unknown or open.

    It costs nothing itself.
    """

    code: str
    title: str
    state: str
    state_name: str
    detail: str
    clause: Source | None
    month: str


class Staff(Answer):
    """The people of a contract on a day: who, promised against present for each month, what follows from it."""

    contract_id: str
    on: date
    people: tuple[StaffPerson, ...]
    counts: tuple[StaffCount, ...]
    terms: tuple[StaffTerm, ...]
    grounds: tuple[StaffGround, ...]
