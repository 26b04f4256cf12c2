"""公网地址: an address on the Internet side that leads to one server, with its bandwidth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from yunqi.engines.base import Thing
from yunqi.kernel.errors import Problem
from yunqi.services.address.meter import compute_needs
from yunqi.services.address.spec import AddressSpec
from yunqi.services.address.want import want_address
from yunqi.services.base import Choices, DrawNeed, ResourceView, Spec


class AddressService:
    """Knows public addresses."""

    kind = "address"
    spec_model: type[Spec] = AddressSpec
    keeps_data = False
    pools: tuple[str, ...] = ("public_ip",)
    references: Mapping[str, str] = MappingProxyType({"server": "server"})
    fixed = frozenset({"server"})
    grows: frozenset[str] = frozenset()
    beside = frozenset({"address"})

    def needs(self, spec: Spec) -> tuple[DrawNeed, ...]:
        """What the order draws."""
        return compute_needs(cast("AddressSpec", spec))

    def complete(self, spec: Spec, ceilings: Mapping[str, int]) -> Mapping[str, Any]:
        """The order as it is."""
        del ceilings
        return cast("AddressSpec", spec).model_dump(mode="json")

    def check_beside(self, spec: Spec, others: Sequence[ResourceView]) -> None:
        """Refuses a second address of one server, whose outgoing address would be ambiguous: Problem address.second."""
        server = cast("AddressSpec", spec).server
        for other in others:
            if other.kind == self.kind and other.spec["server"] == server:
                raise Problem(
                    "address.second",
                    "该云服务器已有公网地址「{other}」",
                    field="server",
                    value=server,
                    other=other.name,
                    way_out="请变更已有公网地址的带宽，或先退订它",
                )

    def want(
        self,
        resource: ResourceView,
        choices: Choices,
        neighbours: Mapping[str, tuple[ResourceView, Choices]],
    ) -> tuple[Thing, ...]:
        """One address."""
        return (want_address(resource, choices, neighbours),)


SERVICE = AddressService()
