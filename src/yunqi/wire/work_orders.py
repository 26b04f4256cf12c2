"""Work orders on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request
from yunqi.wire.contracts import Named

Kind = Literal["onboarding", "go_live", "change", "scale_out", "exit"]
State = Literal["drafted", "filed", "approved", "carried_out", "closed", "rejected", "withdrawn"]
Event = Literal["file", "approve", "reject", "withdraw", "carry_out", "press", "close"]
Reference = Annotated[str, Field(min_length=1, max_length=200)]


class ListWorkOrders(ListRequest):
    """Work orders that the caller may see; `waiting`: those that wait for somebody of the caller's organisation."""

    contract: Named | None = None
    system: Annotated[str | None, Field(max_length=60)] = None
    state: State | None = None
    kind: Kind | None = None
    text: Annotated[str | None, Field(max_length=100)] = None
    waiting: bool = False


class WorkOrderRow(Answer):
    """A work order in a list; `kind_name` and `state_name` in the reader's language; `filing_number` once filed.

    `waits_for`: the roles of organisations that carry it on next.
    """

    id: str
    number: str
    title: str
    kind: str
    kind_name: str
    state: str
    state_name: str
    filing_number: str | None = None
    contract_id: str
    contract_number: str | None
    tenant_id: str | None
    system_id: str | None
    system: str | None
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    opened_at: datetime
    waits_for: tuple[str, ...] = ()


class TimelineEntry(Answer):
    """One event: when it happened, when it was entered, who said it for whom, and what was said with it."""

    no: int
    event: str
    event_name: str
    at: datetime
    recorded_at: datetime
    person_id: str | None
    person: str
    organisation: str
    data: dict[str, str]


class NeededField(Answer):
    """Something that an event must come with."""

    name: str
    label: str


class NextEvent(Answer):
    """An event that may follow now: what it needs, whose roles it takes, and whether this caller may do it."""

    event: str
    event_name: str
    needs: tuple[NeededField, ...]
    roles: tuple[str, ...]
    may: bool


class WorkOrderDetail(WorkOrderRow):
    """A work order with its timeline, what may follow, and the resources that stand on it."""

    data: dict[str, str]
    timeline: tuple[TimelineEntry, ...]
    next: tuple[NextEvent, ...]
    resource_count: int


class OpenWorkOrder(Request):
    """A drafted work order of a contract, for one information system or for the whole tenant."""

    contract: Named
    kind: Kind
    title: Annotated[str, Field(min_length=1, max_length=300)]
    system: Reference | None = None
    number: Annotated[str | None, Field(min_length=1, max_length=60)] = None


class AdvanceWorkOrder(Request):
    """An event of a work order, with what it needs; `at` when it happened, now unless given.

    `until_on`, `evidence`: the last day that the administration's written notice allows, and the notice.
    """

    id: Reference
    event: Event
    at: Instant | None = None
    filing_number: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    reason: Annotated[str | None, Field(min_length=1, max_length=300)] = None
    until_on: date | None = None
    evidence: Annotated[str | None, Field(min_length=1, max_length=300)] = None
