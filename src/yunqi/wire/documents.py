"""Documents and duties on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, ListRequest, Request
from yunqi.wire.contracts import Named

DutyState = Literal["late", "due", "later", "done", "unknown"]


class MakeDocuments(Request):
    """Makes the documents of a statement, or the erase certificate of a resource; `only` names one report."""

    statement: Annotated[str | None, Field(max_length=60)] = None
    resource: Annotated[str | None, Field(max_length=200)] = None
    only: Annotated[str | None, Field(max_length=60)] = None


class DocumentRow(Answer):
    """A document: a contract's original, one made of what is kept, or a certificate of erasure, which is made when it
    is read (then `size_bytes` is 0 and `sm3` empty).
    """

    id: str
    kind: Literal["original", "made", "certificate"]
    kind_name: str
    name: str
    media_type: str
    size_bytes: int
    sm3: str
    contract_id: str
    contract_number: str | None
    using_unit: str
    provider: str
    made_by: str
    created_at: datetime


class MadeDocuments(Answer):
    """What was made."""

    files: tuple[str, ...]
    names: tuple[str, ...]


class ListDocuments(ListRequest):
    """Documents that the caller may see."""

    contract: Named | None = None
    kind: Literal["original", "made", "certificate"] | None = None
    text: Annotated[str | None, Field(max_length=100)] = None


class ListObligations(Request):
    """What must be handed in or done, over all contracts that the caller may see or of one."""

    contract: Named | None = None
    start_on: date | None = None
    end_on: date | None = None
    party: Annotated[str | None, Field(max_length=20)] = None
    state: DutyState | None = None


class ObligationRow(Answer):
    """One duty. `due_on` None: the text gives no date; then `period_end` (of what recurs) or `waits_for` says more."""

    key: str
    kind: str
    party: str
    party_name: str
    text: str
    due_on: date | None
    period_start: date | None
    period_end: date | None
    waits_for: str
    state: DutyState
    days_left: int | None
    amount_fen: int | None
    contract_id: str
    contract_number: str | None
    title: str
    source: dict[str, Any] | None


class ObligationList(Answer):
    """Duties, the most urgent first; `undated` are those that wait for an event or have no date."""

    today: date
    items: tuple[ObligationRow, ...]
    undated: tuple[ObligationRow, ...]
