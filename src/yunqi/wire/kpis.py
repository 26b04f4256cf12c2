"""The sheet of a contract's key figures on the wire. What can't be measured is unknown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import OfContract


class KpiOf(OfContract):
    """The key figures over a span of days: the whole term so far unless said."""

    start_on: date | None = None
    end_on: date | None = None


class KpiRecorded(Answer):
    """What an organisation recorded last of a figure, with its evidence."""

    value: str
    points: str | None
    evidence: str
    by: str
    role: str
    at: datetime


class KpiLine(Answer):
    """One key figure. `low` and `high`: what was measured (a share for percents, minutes for times), exact text, null
    where it can't be; `state`: met, missed, unknown or words; `differs`: what was recorded is not what was measured, or
    the parties recorded different values.
    """

    no: int
    name: str
    operator: str | None
    target: str | None
    unit: str | None
    source: dict[str, Any] | None
    low: str | None
    high: str | None
    shown: str
    ground: str
    recorded: tuple[KpiRecorded, ...]
    state: Literal["met", "missed", "unknown", "words"]
    differs: bool
    most: str | None
    points: str | None


class KpiSheet(Answer):
    """The sheet; `points` reached by what is known of `most`, and of so many figures they are not known."""

    contract_id: str
    contract_number: str | None
    title: str
    using_unit: str
    provider: str
    start_on: date
    end_on: date
    items: tuple[KpiLine, ...]
    points: str
    most: str
    points_unknown: int


class KpiFile(KpiOf):
    """The sheet as a workbook or as a document."""

    format: Literal["xlsx", "docx"] = "xlsx"


class RecordKpi(Request):
    """What a person says of a key figure, with the evidence; the last word of an organisation stands."""

    contract: Annotated[str, Field(min_length=1, max_length=200)]
    no: Annotated[int, Field(ge=0, le=10_000)]
    value: Annotated[str, Field(min_length=1, max_length=300)]
    evidence: Annotated[str, Field(min_length=1, max_length=1000)]
    points: Annotated[str | None, Field(pattern=r"^\d{1,4}(\.\d{1,2})?$")] = None
