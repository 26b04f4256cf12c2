"""The methods of resources. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from yunqi.client.base import Deed, Noun
from yunqi.client.methods.specs import AddressSpec, DiskSpec, NetworkSpec, ServerSpec
from yunqi.wire.base import PAGE_LIMIT, ById, Nothing, Page
from yunqi.wire.resources import (
    ChangeResource,
    CheckOrder,
    KindList,
    ListResources,
    OrderCheck,
    PlaceOrder,
    PlanAnswer,
    ReadSamples,
    ResourceDetail,
    ResourceRow,
    SampleAnswer,
)

_CHANGE = Deed("resource.change", "PATCH", "/resources/{id}", "write", ChangeResource)
_CHECK = Deed("resource.check", "POST", "/orders/{kind}/check", "read", CheckOrder)
_DELETE = Deed("resource.delete", "DELETE", "/resources/{id}", "write", ById)
_ERASE = Deed("resource.erase", "POST", "/resources/{id}/erasure", "write", ById)
_KINDS = Deed("resource.kinds", "GET", "/kinds", "read", Nothing)
_LIST = Deed("resource.list", "GET", "/resources", "read", ListResources)
_ORDER_ADDRESS = Deed("resource.order", "POST", "/orders/address", "write", PlaceOrder, fixed=("kind",))
_ORDER_DISK = Deed("resource.order", "POST", "/orders/disk", "write", PlaceOrder, fixed=("kind",))
_ORDER_NETWORK = Deed("resource.order", "POST", "/orders/network", "write", PlaceOrder, fixed=("kind",))
_ORDER_SERVER = Deed("resource.order", "POST", "/orders/server", "write", PlaceOrder, fixed=("kind",))
_ORDER = Deed("resource.order", "POST", "/orders", "write", PlaceOrder)
_PLAN = Deed("resource.plan", "GET", "/plan", "read", Nothing)
_READ = Deed("resource.read", "GET", "/resources/{id}", "read", ById)
_SAMPLES = Deed("resource.samples", "GET", "/resources/{id}/samples", "read", ReadSamples)


class ResourcesMethods(Noun):
    """What can be asked and done."""

    def change(
        self,
        id: str,
        *,
        spec: dict[str, Any],
        work_order: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> ResourceRow:
        """Changes what is wanted of a resource; its draws follow."""
        return self._answer(
            _CHANGE, {"id": id, "spec": spec, "work_order": work_order}, ResourceRow, key=key, if_match=if_match
        )

    def check(
        self, kind: str, *, contract: str, resource: str | None = None, spec: dict[str, Any] | None = None
    ) -> OrderCheck:
        """What an order, or the change of a resource, would take of each price line, and what would be left."""
        return self._answer(
            _CHECK, {"kind": kind, "contract": contract, "resource": resource, "spec": spec}, OrderCheck
        )

    def delete(self, id: str, *, key: str | None = None, if_match: str | None = None) -> ResourceRow:
        """Asks for the end of a resource; where that destroys data, another person approves the erasure."""
        return self._answer(_DELETE, {"id": id}, ResourceRow, key=key, if_match=if_match)

    def erase(self, id: str, *, key: str | None = None, if_match: str | None = None) -> ResourceRow:
        """Approves that the data of a resource be destroyed, by a person other than the one who asked for its end."""
        return self._answer(_ERASE, {"id": id}, ResourceRow, key=key, if_match=if_match)

    def kinds(self) -> KindList:
        """Every kind of resource that can be ordered, with the schema of its spec."""
        return self._answer(_KINDS, {}, KindList)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        tenant: str | None = None,
        system: str | None = None,
        kind: str | None = None,
        phase: str | None = None,
        name: str | None = None,
        gone: bool = False,
    ) -> Page[ResourceRow]:
        """Resources that the caller may see."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "contract": contract,
                "tenant": tenant,
                "system": system,
                "kind": kind,
                "phase": phase,
                "name": name,
                "gone": gone,
            },
            Page[ResourceRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        tenant: str | None = None,
        system: str | None = None,
        kind: str | None = None,
        phase: str | None = None,
        name: str | None = None,
        gone: bool = False,
    ) -> Iterator[ResourceRow]:
        """Resources that the caller may see; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {
                "sort": sort,
                "contract": contract,
                "tenant": tenant,
                "system": system,
                "kind": kind,
                "phase": phase,
                "name": name,
                "gone": gone,
                "limit": PAGE_LIMIT,
            },
            Page[ResourceRow],
        )

    def order_address(
        self,
        *,
        spec: AddressSpec,
        name: str,
        contract: str,
        work_order: str | None = None,
        system: str | None = None,
        key: str | None = None,
    ) -> ResourceRow:
        """Orders a resource; its draws are taken in the same transaction."""
        return self._answer(
            _ORDER_ADDRESS,
            {
                "kind": "address",
                "spec": spec.model_dump(mode="json", exclude_unset=True),
                "name": name,
                "contract": contract,
                "work_order": work_order,
                "system": system,
            },
            ResourceRow,
            key=key,
        )

    def order_disk(
        self,
        *,
        spec: DiskSpec,
        name: str,
        contract: str,
        work_order: str | None = None,
        system: str | None = None,
        key: str | None = None,
    ) -> ResourceRow:
        """Orders a resource; its draws are taken in the same transaction."""
        return self._answer(
            _ORDER_DISK,
            {
                "kind": "disk",
                "spec": spec.model_dump(mode="json", exclude_unset=True),
                "name": name,
                "contract": contract,
                "work_order": work_order,
                "system": system,
            },
            ResourceRow,
            key=key,
        )

    def order_network(
        self,
        *,
        spec: NetworkSpec,
        name: str,
        contract: str,
        work_order: str | None = None,
        system: str | None = None,
        key: str | None = None,
    ) -> ResourceRow:
        """Orders a resource; its draws are taken in the same transaction."""
        return self._answer(
            _ORDER_NETWORK,
            {
                "kind": "network",
                "spec": spec.model_dump(mode="json", exclude_unset=True),
                "name": name,
                "contract": contract,
                "work_order": work_order,
                "system": system,
            },
            ResourceRow,
            key=key,
        )

    def order_server(
        self,
        *,
        spec: ServerSpec,
        name: str,
        contract: str,
        work_order: str | None = None,
        system: str | None = None,
        key: str | None = None,
    ) -> ResourceRow:
        """Orders a resource; its draws are taken in the same transaction."""
        return self._answer(
            _ORDER_SERVER,
            {
                "kind": "server",
                "spec": spec.model_dump(mode="json", exclude_unset=True),
                "name": name,
                "contract": contract,
                "work_order": work_order,
                "system": system,
            },
            ResourceRow,
            key=key,
        )

    def order(
        self,
        *,
        kind: str,
        name: str,
        contract: str,
        work_order: str | None = None,
        system: str | None = None,
        spec: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> ResourceRow:
        """Orders a resource; its draws are taken in the same transaction."""
        return self._answer(
            _ORDER,
            {
                "kind": kind,
                "name": name,
                "contract": contract,
                "work_order": work_order,
                "system": system,
                "spec": spec,
            },
            ResourceRow,
            key=key,
        )

    def plan(self) -> PlanAnswer:
        """What the next round of reconciling would do to the resources that the caller may see; only looked at."""
        return self._answer(_PLAN, {}, PlanAnswer)

    def read(self, id: str) -> ResourceDetail:
        """One resource with its draws and certificates."""
        return self._answer(_READ, {"id": id}, ResourceDetail)

    def samples(
        self,
        id: str,
        *,
        meter: str | None = None,
        start_at: datetime | None = None,
        end_at: datetime | None = None,
        points: int = 300,
    ) -> SampleAnswer:
        """A resource's samples by meter; of more than the points asked for, evenly spaced ones and the last."""
        return self._answer(
            _SAMPLES, {"id": id, "meter": meter, "start_at": start_at, "end_at": end_at, "points": points}, SampleAnswer
        )
