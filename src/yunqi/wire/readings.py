"""Readings and bursts on the wire: what the parties agreed beside the text."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from yunqi.wire.base import Answer, Instant, Request
from yunqi.wire.contracts import Named


class RecordReading(Request):
    """What both parties agreed that an open point means, from an instant on, by which document."""

    contract: Named
    code: Annotated[str, Field(max_length=60)]
    value: Annotated[str, Field(max_length=200)]
    agreement: Annotated[str, Field(min_length=1, max_length=200)]
    valid_from: AwareDatetime | None = None


class WithdrawReading(Request):
    """What both parties agreed no longer holds from an instant on (None: from now), by which document."""

    contract: Named
    code: Annotated[str, Field(max_length=60)]
    agreement: Annotated[str, Field(min_length=1, max_length=200)]
    valid_from: Instant | None = None


class FiguresOf(Request):
    """What a month's penalty would be under each meaning of a point; `month` None: the last month with a statement."""

    contract: Named
    code: Annotated[str, Field(max_length=60)]
    month: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}$")] = None


class PointChoice(Answer):
    """One of the meanings that an open point may be given, and between which bounds the month's penalty then lies.

    `figure`: what the review computed of it, in words; "" for nothing.
    """

    value: str
    label: str
    low_fen: int | None = None
    high_fen: int | None = None
    figure: str = ""


class ReadingRow(Answer):
    """A reading in force, in words; `choice` is what the rules read, `choices` what else could be agreed."""

    code: str
    question: str
    choice: str
    value: str
    agreement: str
    using_unit_person: str
    provider_person: str
    valid_from: datetime
    recorded_at: datetime
    why: str = ""
    choices: tuple[PointChoice, ...] = ()


class ReadingList(Answer):
    """The readings of a contract that hold now."""

    contract_id: str
    items: tuple[ReadingRow, ...]


class PastReading(Answer):
    """A reading as it was recorded. `state`: in_force, later (its day is to come), replaced (another was recorded that
    holds instead), withdrawn (this row takes one back; then `choice` and `value` are None), ended.
    """

    id: str
    code: str
    question: str
    choice: str | None
    value: str | None
    agreement: str
    using_unit_person: str
    provider_person: str
    valid_from: datetime
    recorded_at: datetime
    state: Literal["in_force", "later", "replaced", "withdrawn", "ended"]


class ReadingHistory(Answer):
    """Everything that was ever agreed about a contract's open points, the last recorded first."""

    contract_id: str
    items: tuple[PastReading, ...]


class ChoiceFigure(Answer):
    """What the month's penalty would be under one meaning; `penalty_fen` None while other points leave it open, then it
    lies between low and high. `agreed`: the meaning in force.
    """

    value: str
    label: str
    agreed: bool
    penalty_fen: int | None
    low_fen: int
    high_fen: int


class ReadingFigures(Answer):
    """One month under each meaning of one point."""

    contract_id: str
    code: str
    question: str
    month: str
    items: tuple[ChoiceFigure, ...]


class PointRow(Answer):
    """A point that the text leaves open: what is asked, why it matters, what may be agreed.

    `choices` is empty where any value may be agreed. `months`: the months whose last statement waits for it.
    `reviewed`: the review of the contract found it open.
    `proposal_id`: the proposal about it that waits for the other party.
    """

    code: str
    question: str
    why: str
    choices: tuple[PointChoice, ...]
    months: tuple[str, ...]
    proposal_id: str | None = None
    reviewed: bool = False


class PointList(Answer):
    """The open points of a contract: those that a statement waits for first."""

    contract_id: str
    items: tuple[PointRow, ...]


class RecordBurst(Request):
    """Agreed use of an item beyond the entitlement over [start_at, end_at); `quantity`: decimal text in its unit."""

    contract: Named
    item: Annotated[str, Field(max_length=60)]
    quantity: Annotated[str, Field(max_length=40)]
    start_at: AwareDatetime
    end_at: AwareDatetime
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class BurstRow(Answer):
    """An agreed burst; `item_name` is what the catalogue calls the item."""

    id: str
    item: str
    item_name: str
    quantity: str
    start_at: datetime
    end_at: datetime
    reason: str
    recorded_at: datetime


class BurstList(Answer):
    """All bursts of a contract."""

    contract_id: str
    items: tuple[BurstRow, ...]
