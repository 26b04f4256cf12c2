"""The allocation of a contract's price to information systems, on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import Named

SystemName = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[str, Field(min_length=1, max_length=40)]


class SystemShare(Request):
    """A system's share of the contract's price: 25%, 0.25 or 1/3."""

    system: SystemName
    share: Number


class SystemQuantity(Request):
    """A system's quantity of a price line, in the line's unit."""

    no: Annotated[int, Field(ge=1, le=100_000)]
    system: SystemName
    quantity: Number


class AgreeAllocation(Request):
    """How the price is allocated from a day on: `shares` that make 100%, or `quantities` that make each line's.

    `spread`: even over the service months, or by the days of each calendar month. `agreement`: the paper that says so.
    """

    contract: Named
    shares: Annotated[tuple[SystemShare, ...], Field(max_length=500)] = ()
    quantities: Annotated[tuple[SystemQuantity, ...], Field(max_length=5000)] = ()
    spread: Literal["even", "days"] = "even"
    valid_from: date
    agreement: Annotated[str, Field(min_length=1, max_length=300)]
    file: Annotated[str | None, Field(max_length=60)] = None


class ReadAllocation(Request):
    """The allocation in force on a day (None: today)."""

    contract: Named
    on: date | None = None


class AllocatedMonth(Answer):
    """A month of service with the sum of its systems' fees."""

    start_on: date
    end_on: date
    fee_fen: int


class AllocatedSystem(Answer):
    """A system's part: its exact share, its fee, and the fee of each month in order."""

    system_id: str
    system_name: str
    share: str
    fee_fen: int
    months_fen: tuple[int, ...]


class AllocationView(Answer):
    """The fees by system and month; `agreed` False: nothing was. `problem`: why it can't be computed any more."""

    contract_id: str
    agreed: bool
    total_fen: int | None
    way: str
    spread: str
    valid_from: date | None
    agreement: str
    document_id: str | None
    fact_id: str | None
    recorded_at: datetime | None
    problem: str
    months: tuple[AllocatedMonth, ...]
    systems: tuple[AllocatedSystem, ...]
