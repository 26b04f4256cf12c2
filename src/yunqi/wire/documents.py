"""Documents on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, ListRequest, Request
from yunqi.wire.contracts import Named


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
