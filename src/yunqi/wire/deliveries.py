"""Delivered against contracted by price line and day, on the wire."""

from __future__ import annotations

from datetime import date, datetime
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


class DeliveredOrder(Answer):
    """An order (`generation` 1) or a change of a resource: asked for when, and there when (None: not yet).

    `due_at`: when its time was over, of several days that may be meant the last; None where the contract gives none.
    `state`: in_time, late, running, overdue, gone, no_time; unclear where the days that may be meant differ in it.
    `fact` is the record of the ledger that shows that it was there.
    """

    resource_id: str
    name: str
    kind: str
    kind_name: str
    generation: int
    work_order_id: str
    work_order: str
    asked_at: datetime
    ready_at: datetime | None
    due_at: datetime | None
    state: str
    state_name: str
    article: str
    fact: str


class Delivery(Answer):
    """All lines of a contract in a month, and what was ordered and changed in it."""

    contract_id: str
    contract_number: str | None
    month: str
    lines: tuple[DeliveredLine, ...]
    orders: tuple[DeliveredOrder, ...] = ()
