"""Contracts on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from yunqi.wire.base import Answer, ListRequest, Request

Named = Annotated[str, Field(min_length=1, max_length=100)]
"""A contract's id or number."""


class BoundaryRow(Answer):
    """A case at the edge of one number of a contract: what is supposed and what comes of it, as data and in words."""

    kind: str
    path: str
    name: str
    article: str
    facts: dict[str, Any]
    expected: dict[str, Any]


class Boundaries(Answer):
    """All cases of a contract's numbers."""

    contract_id: str
    items: tuple[BoundaryRow, ...]


class OfContract(Request):
    """A request about one contract."""

    contract: Named


class ListContracts(ListRequest):
    """Contracts that the caller may see."""

    state: Annotated[str | None, Field(pattern="^(imported|signed|ended)$")] = None
    text: Annotated[str | None, Field(max_length=100)] = None


class ContractRow(Answer):
    """A contract in a list; money in fen, None where the text states none."""

    id: str
    number: str | None
    title: str
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    state: str
    start_on: date | None
    end_on: date | None
    total_fen: int | None
    recorded_at: datetime


class ContractSignature(Answer):
    """One party's signature under the contract's data."""

    organisation_id: str
    organisation: str
    person_id: str
    person: str
    data_sm3: str
    signed_at: datetime


class ContractDetail(ContractRow):
    """A contract with its data in the fixed form, its signatures and the digest that is signed."""

    document_id: str
    file_name: str
    data: dict[str, Any]
    data_sm3: str
    signatures: tuple[ContractSignature, ...]


class ImportContract(Request):
    """Reads an uploaded file and keeps it as a contract. The parties are named where the text does not."""

    file: Annotated[str, Field(max_length=60)]
    using_unit: Annotated[str | None, Field(max_length=200)] = None
    provider: Annotated[str | None, Field(max_length=200)] = None


class ImportedContract(Answer):
    """What an import gave."""

    contract_id: str
    number: str | None
    new: bool
    price_lines: int
    findings: int
    uncertain: int
    unread: int


class ListEntitlements(OfContract):
    """A contract's price lines at an instant, now unless one is named."""

    at: AwareDatetime | None = None


class EntitlementRow(Answer):
    """What one price line still allows; quantities are decimal text in the line's unit, None where none is stated.

    `item_unit`: what the item is counted in where the line names no unit.
    """

    no: int
    item: str | None
    name: str
    unit: str | None
    item_unit: str | None = None
    unit_price: str | None
    contracted: str | None
    burst: str
    drawn: str
    left: str | None


class EntitlementList(Answer):
    """All price lines of a contract at an instant."""

    contract_id: str
    at: datetime
    items: tuple[EntitlementRow, ...]


class DrawRow(Answer):
    """What one resource takes of a price line (`no`; None: of a burst) now; the quantity is decimal text."""

    resource_id: str
    resource: str
    kind: str
    item: str
    no: int | None
    quantity: str
    start_at: datetime


class DrawList(Answer):
    """All that draws on a contract now."""

    contract_id: str
    items: tuple[DrawRow, ...]


class TextCell(Answer):
    """A cell of a table, with how many rows and columns it covers."""

    text: str
    rows: int = 1
    columns: int = 1


class TextRow(Answer):
    """A row of a table: the line or page it stands on, and its cells without those that another covers."""

    line: int
    page: int | None
    cells: tuple[TextCell, ...]


class TextBlock(Answer):
    """A paragraph (`text`) or a table (`rows`), in the order of the file, with the article it belongs to."""

    line: int
    page: int | None
    article: str
    heading: bool = False
    text: str = ""
    rows: tuple[TextRow, ...] = ()


class ReadPage(Request):
    """A page of the file that a contract was read from, counted from 1."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    page: Annotated[int, Field(ge=1, le=10_000)]


class ContractText(Answer):
    """The file that a contract was read from, as readable text; `sm3` is the digest of the file.

    `sentences`: how many sentences its articles have; those that became no data stand in the contract's `unread`.
    `recognised`: pages of it are pictures, whose words a machine recognised.
    """

    contract_id: str
    file_name: str
    sm3: str
    recognised: bool = False
    sentences: int = 0
    blocks: tuple[TextBlock, ...]
