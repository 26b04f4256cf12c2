"""Taking in a cloud that already runs, on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, ById
from yunqi.wire.contracts import OfContract

ITEMS_SHOWN = 1000
"""Most resources of a plan that one answer shows."""


class PreviewAdoption(OfContract):
    """Matches a list (an uploaded .xlsx or CSV file), what runs (`running`: a pattern of names such as `yjj-*`, for the
    provider), or both, to the contract; nothing is taken in. `from_on` is the first day that counts. `grade`: what
    disks count as of which the list says no grade.
    """

    file: Annotated[str | None, Field(max_length=60)] = None
    running: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    from_on: date
    grade: Literal["normal", "high"] | None = None


class PreviewedAdoption(Answer):
    """What a preview found: resources that would be taken in, cells to be mended, differences to be accepted."""

    adoption_id: str
    resources: int
    errors: int
    differences: int


class ConfirmAdoption(ById):
    """Takes in what was previewed, under a filed and approved work order."""

    work_order: Annotated[str, Field(min_length=1, max_length=200)]


class AdoptionRow(Answer):
    """An adoption in a list; `state`: previewed, confirmed or undone."""

    id: str
    contract_id: str
    contract_number: str | None
    state: str
    from_on: date
    source: str
    resources: int
    errors: int
    differences: int
    recorded_at: datetime
    made_by: str
    confirmed_at: datetime | None
    undone_at: datetime | None


class AdoptionList(Answer):
    """The adoptions of a contract, the newest first."""

    contract_id: str
    items: tuple[AdoptionRow, ...]


class AdoptionNote(Answer):
    """A cell that was not understood (`error`), a difference (`open`) or a remark (`note`), with its place and what to
    do about it.
    """

    code: str
    severity: str
    sentence: str
    way_out: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    subject: str = ""


class AdoptionLine(Answer):
    """A price line beside what is taken in: quantities as decimal text in its unit; `contracted` None: not stated."""

    no: int
    name: str
    item: str | None
    unit: str
    contracted: str | None
    before: str
    listed: str
    over: str | None


class AdoptionItem(Answer):
    """A resource that is taken in: its spec and what it draws in words."""

    kind: str
    kind_name: str
    name: str
    system: str
    server: str
    spec: str
    draws: str
    start_on: date
    row: int | None


class AdoptionDetail(AdoptionRow):
    """An adoption with its price lines, differences and the first of its resources."""

    grade: str | None
    plan_sm3: str
    work_order: str
    unit_person: str
    provider_person: str
    lines: tuple[AdoptionLine, ...]
    notes: tuple[AdoptionNote, ...]
    items: tuple[AdoptionItem, ...]
    items_more: int = 0
