"""Idle resources and reclaim proposals on the wire. What nobody measured is unknown, never idle."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import Named

IdleState = Literal["idle", "used", "unknown", "new"]


class IdleOf(Request):
    """What was drawn over the last `days` and not used: below a share of the processors and bytes a day.

    `gap_hours`: how much of the time the meters may leave open altogether before the use counts as unknown.
    """

    contract: Named | None = None
    days: Annotated[int, Field(ge=1, le=400)] = 30
    cpu_share: Annotated[str, Field(pattern=r"^0(\.\d{1,6})?$|^1$")] = "0.02"
    bytes_per_day: Annotated[int, Field(ge=0, le=10**15)] = 2**20
    gap_hours: Annotated[int, Field(ge=0, le=10_000)] = 24
    state: IdleState | None = None


class DrawnPart(Answer):
    """What a resource draws of a price line; `monthly_yuan` exact text, null where the price is not known."""

    line_no: int | None
    name: str
    item: str
    quantity: str
    unit: str
    monthly_yuan: str | None


class IdleRow(Answer):
    """A resource with its state and why. Figures are exact text, null where they are not known."""

    resource_id: str
    kind: str
    name: str
    system: str | None
    contract_id: str
    contract_number: str | None
    using_unit: str
    provider: str
    state: IdleState
    why: str
    why_words: str
    drawn_since: datetime
    used_share: str | None
    used_bytes_per_day: str | None
    open_hours: str | None
    parts: tuple[DrawnPart, ...]
    saves_yuan: str | None


class UndrawnRow(Answer):
    """A price line of which part was not drawn at any time; `undrawn` null: nobody records its use here."""

    contract_id: str
    contract_number: str | None
    line_no: int
    name: str
    unit: str
    contracted: str
    peak: str | None
    undrawn: str | None


class IdleList(Answer):
    """The resources by state, the idle first; `saves_yuan` a month by known prices, of so many it is not known."""

    start_at: datetime
    end_at: datetime
    items: tuple[IdleRow, ...]
    undrawn: tuple[UndrawnRow, ...]
    counts: dict[str, int]
    saves_yuan: str
    saves_unknown: int


class IdleFile(IdleOf):
    """The reclaim proposal as a workbook or as a document."""

    format: Literal["xlsx", "docx"] = "xlsx"
