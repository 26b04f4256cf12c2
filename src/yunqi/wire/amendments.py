"""Supplementary agreements and versions of a contract on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, ById
from yunqi.wire.comparisons import DifferenceRow
from yunqi.wire.contracts import ContractSignature, OfContract


class ImportAmendment(OfContract):
    """Reads an uploaded file as a supplementary agreement to a signed contract."""

    file: Annotated[str, Field(max_length=60)]


class ImportedAmendment(Answer):
    """What an import gave: how many changes were read, how many are not sure, how many sentences became none."""

    amendment_id: str
    number: str | None
    effective_on: date | None
    changes: int
    uncertain: int
    unread: int


class AmendmentRow(Answer):
    """A supplementary agreement in a list; `state`: imported (waits for signatures) or signed."""

    id: str
    contract_id: str
    contract_number: str | None
    number: str | None
    title: str
    state: str
    effective_on: date | None
    changes: int
    uncertain: int
    unread: int
    recorded_at: datetime


class AmendmentList(Answer):
    """The supplementary agreements of a contract, in the order in which they come into force."""

    contract_id: str
    items: tuple[AmendmentRow, ...]


class AmendmentChange(Answer):
    """One change: `deed` set, add, end, text (words of an article replaced) or reading; before and after in words.

    `derived`: it follows from another change, the agreement does not state it. `person`: who entered it, "" where it
    was read.
    """

    no: int
    deed: str
    path: str
    label: str
    before: str
    after: str
    value: Any = None
    derived: bool
    person: str
    why: str
    source: dict[str, Any] | None


class AmendmentDetail(AmendmentRow):
    """A supplementary agreement, whole: `data` as read, its changes in words, what differs in the contract by it."""

    document_id: str
    file_name: str
    data: dict[str, Any]
    data_sm3: str
    signed_on: date | None
    change_rows: tuple[AmendmentChange, ...]
    differences: tuple[DifferenceRow, ...]
    problem: str = ""
    signatures: tuple[ContractSignature, ...]


class ChangeAmendment(ById):
    """A change that a person enters beside the text. `set`: a value at a path (`price_lines[no=3].quantity`, or
    `effective_on`, the day from which the agreement holds); `add`: an item of a list; `end`: an item; `text`: new words
    of an article (`path`); `reading`: what an open point means (`path`: its code). An uncertain change of the same
    path is settled by it. `value` as the form of a contract has it, or `text` as a person types it.
    """

    deed: Literal["set", "add", "end", "text", "reading"] = "set"
    path: Annotated[str, Field(min_length=1, max_length=200)]
    value: Any = None
    text: Annotated[str | None, Field(max_length=20_000)] = None
    words: Annotated[str, Field(max_length=2000)] = ""
    article: Annotated[str, Field(max_length=200)] = ""
    why: Annotated[str, Field(max_length=500)] = ""


class DropChange(ById):
    """Takes out a change that the agreement does not make: `no` is its number; or an uncertain one by its `path`."""

    no: Annotated[int, Field(ge=0)]
    path: Annotated[str, Field(max_length=200)] = ""


class ReadVersion(OfContract):
    """A contract's data on a day, today unless one is named."""

    on: date | None = None


class ContractVersion(Answer):
    """The contract's data in force on a day; `valid_from` None: as it was signed. `amended_by`: agreements in order."""

    contract_id: str
    on: date
    valid_from: date | None
    data: dict[str, Any]
    amended_by: tuple[dict[str, Any], ...]
