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
    contract_number: str | None = None
    system: str | None = None
    tenant: str | None = None


class ResourceDraw(Answer):
    """What the resource takes of a price item; the quantity is decimal text in the item's unit."""

    item: str
    name: str = ""
    unit: str = ""
    quantity: str
    start_at: datetime
    end_at: datetime | None


class ResourceRef(Answer):
    """Another resource that this one stands on (`field` of its spec names it), or that stands on this one."""

    field: str
    id: str
    kind: str
    name: str


class ResourceOrder(Answer):
    """The order of a resource (`generation` 1) or a change of it: asked for when, there when (None: not yet)."""

    generation: int
    work_order_id: str
    work_order: str
    asked_at: datetime
    ready_at: datetime | None


class ResourceDetail(ResourceRow):
    """A resource with what was chosen for it, its state in words, its draws and its erase certificates.

    `stands_on` and `carries` name the resources beside it, of those that it carries the first hundred (`carries_more`:
    there are others); `orders`: its order and its changes, in their order; `ordered_by` to
    `erase_approved_by` the people; `adoption_id`: how it was taken in, for what Yunqi did not build.
    """

    detail: dict[str, Any]
    work_order_id: str | None = None
    work_order: str | None = None
    ordered_by: str = ""
    delete_asked_by: str = ""
    delete_asked_by_id: str | None = None
    erase_approved_by: str = ""
    stands_on: tuple[ResourceRef, ...] = ()
    carries: tuple[ResourceRef, ...] = ()
    carries_more: bool = False
    choices: dict[str, str]
    adoption_id: str | None = None
    orders: tuple[ResourceOrder, ...] = ()
    draws: tuple[ResourceDraw, ...]
    certificates: tuple[dict[str, Any], ...]


class SpecWords(Answer):
    """What a form calls a field of a spec, in the reader's language."""

    name: str
    unit: str = ""
    help: str = ""
    choices: Annotated[dict[str, str], Field(default_factory=dict)]


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
    words: Annotated[dict[str, SpecWords], Field(default_factory=dict)]


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


class CheckOrder(Request):
    """What an order of this kind would take of a contract, or, with `resource`, a change of that resource."""

    kind: Annotated[str, Field(max_length=30)]
    contract: Named
    resource: Reference | None = None
    spec: Annotated[dict[str, Any], Field(default_factory=dict)]


class NeedRow(Answer):
    """What the order takes of one price item: decimal text in `unit`; `after` below zero: it exceeds what is left.

    `before`: what the resource takes of it now. `left` and `after` are None where the contract has no such price line.
    """

    item: str
    no: int | None
    name: str
    unit: str
    asked: str
    before: str
    left: str | None
    after: str | None
    exceeds: bool


class OrderCheck(Answer):
    """What an order would take, and whether the contract allows it. Nothing is recorded."""

    contract_id: str
    items: tuple[NeedRow, ...]
    allowed: bool


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
