"""Resources on the wire: what can be ordered, orders, what stands, what it draws and uses."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from yunqi.wire.base import Answer, ListRequest, Request
from yunqi.wire.contracts import Named

Reference = Annotated[str, Field(min_length=1, max_length=200)]


class ListResources(ListRequest):
    """Resources that the caller may see; those that are gone only if asked for."""

    contract: Named | None = None
    tenant: Annotated[str | None, Field(max_length=60)] = None
    system: Annotated[str | None, Field(max_length=60)] = None
    kind: Annotated[str | None, Field(max_length=30)] = None
    phase: Annotated[str | None, Field(max_length=20)] = None
    name: Annotated[str | None, Field(max_length=63)] = None
    gone: bool = False


class ResourceRow(Answer):
    """A resource as it stands."""

    id: str
    kind: str
    name: str
    phase: str
    tenant_id: str
    contract_id: str
    system_id: str | None
    spec: dict[str, Any]
    generation: int
    created_at: datetime
    ready_at: datetime | None
    delete_asked_at: datetime | None
    erase_approved_at: datetime | None
    gone_at: datetime | None


class ResourceDraw(Answer):
    """What the resource takes of a price item; the quantity is decimal text in the item's unit."""

    item: str
    quantity: str
    start_at: datetime
    end_at: datetime | None


class ResourceDetail(ResourceRow):
    """A resource with what was chosen for it, its state in words, its draws and its erase certificates."""

    detail: dict[str, Any]
    choices: dict[str, str]
    draws: tuple[ResourceDraw, ...]
    certificates: tuple[dict[str, Any], ...]


class KindInfo(Answer):
    """A kind of resource that can be ordered; `schema_` is the JSON schema of its spec."""

    kind: str
    name: str
    summary: str
    items: tuple[str, ...]
    references: dict[str, str]
    fixed: tuple[str, ...]
    grows: tuple[str, ...]
    keeps_data: bool
    spec_schema: dict[str, Any]


class KindList(Answer):
    """All kinds that can be ordered."""

    items: tuple[KindInfo, ...]


class PlaceOrder(Request):
    """An order within a contract's entitlement, under a filed and approved work order."""

    kind: Annotated[str, Field(max_length=30)]
    name: Annotated[str, Field(max_length=63)]
    contract: Named
    work_order: Reference | None = None
    system: Reference | None = None
    spec: Annotated[dict[str, Any], Field(default_factory=dict)]


class ChangeResource(Request):
    """New values for some fields of a resource's spec."""

    id: Reference
    work_order: Reference | None = None
    spec: dict[str, Any]


class ReadSamples(Request):
    """A resource's samples of one meter over [start_at, end_at), thinned to at most `points`."""

    id: Reference
    meter: Annotated[str | None, Field(max_length=60)] = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    points: Annotated[int, Field(ge=2, le=2000)] = 300


class SampleSeries(Answer):
    """One meter's samples: instants and counter or gauge values."""

    meter: str
    points: tuple[tuple[datetime, int], ...]


class SampleAnswer(Answer):
    """All series asked for, and the meters there are."""

    meters: tuple[str, ...]
    series: tuple[SampleSeries, ...]


class PlanAnswer(Answer):
    """What the next round of reconciling would do, as text: nothing is done."""

    text: str
