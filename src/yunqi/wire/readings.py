"""Readings and bursts on the wire: what the parties agreed beside the text."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import Named


class RecordReading(Request):
    """What both parties agreed that an open point means, from an instant on, by which document."""

    contract: Named
    code: Annotated[str, Field(max_length=60)]
    value: Annotated[str, Field(max_length=200)]
    agreement: Annotated[str, Field(min_length=1, max_length=200)]
    valid_from: datetime | None = None


class ReadingRow(Answer):
    """A reading in force, in words."""

    code: str
    question: str
    value: str
    agreement: str
    using_unit_person: str
    provider_person: str
    valid_from: datetime
    recorded_at: datetime


class ReadingList(Answer):
    """The readings of a contract that hold now."""

    contract_id: str
    items: tuple[ReadingRow, ...]
