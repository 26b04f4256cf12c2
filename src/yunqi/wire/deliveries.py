"""Delivered against contracted by price line and day, on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import Named


class ReadDelivery(Request):
    """The price lines of a contract over a month (YYYY-MM; none: this month)."""

    contract: Named
    month: Annotated[str | None, Field(max_length=7)] = None


class DeliveredDay(Answer):
    """A line on a day, exact: contracted (None: not stated), average and peak (None: not known), short and over."""

    day: date
    contracted: str | None
    average: str | None
    peak: str | None
    short: str | None
    over: str | None


class DeliveredLine(Answer):
    """A price line over the month. `timed` False: drawn once, its days hold how many were drawn."""

    no: int
    item: str | None
    name: str
    unit: str | None
    timed: bool
    days: tuple[DeliveredDay, ...]


class Delivery(Answer):
    """All lines of a contract in a month."""

    contract_id: str
    contract_number: str | None
    month: str
    lines: tuple[DeliveredLine, ...]
