"""租户网络: an isolated private network with its router."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from yunqi.engines.base import Thing
from yunqi.kernel.errors import Problem
from yunqi.services.base import Choices, DrawNeed, ResourceView, Spec
from yunqi.services.network.meter import compute_needs
from yunqi.services.network.spec import NetworkSpec
from yunqi.services.network.want import want_network


class NetworkService:
    """Knows networks."""

    kind = "network"
    spec_model: type[Spec] = NetworkSpec
    keeps_data = False
    pools: tuple[str, ...] = ("cidr", "gateway")
    references: Mapping[str, str] = MappingProxyType({})
    fixed = frozenset({"cidr"})
    grows: frozenset[str] = frozenset()
    beside = frozenset({"network"})

    def needs(self, spec: Spec) -> tuple[DrawNeed, ...]:
        """What the order draws."""
        return compute_needs(cast("NetworkSpec", spec))

    def complete(self, spec: Spec, ceilings: Mapping[str, int]) -> Mapping[str, Any]:
        """The order as it is."""
        del ceilings
        return {"cidr": cast("NetworkSpec", spec).cidr}

    def check_beside(self, spec: Spec, others: Sequence[ResourceView]) -> None:
        """Refuses a range that overlaps another network of the tenant: Problem network.overlap."""
        cidr = cast("NetworkSpec", spec).cidr
        if cidr is None:
            return
        for other in others:
            taken = other.spec.get("cidr") if other.kind == self.kind else None
            if taken and ipaddress.IPv4Network(taken).overlaps(ipaddress.IPv4Network(cidr)):
                raise Problem(
                    "network.overlap",
                    "网段「{value}」与本租户网络「{other}」的网段 {taken} 重叠",
                    field="cidr",
                    value=cidr,
                    other=other.name,
                    taken=taken,
                    way_out="请另选网段，或不填写网段由平台分配",
                )

    def want(
        self,
        resource: ResourceView,
        choices: Choices,
        neighbours: Mapping[str, tuple[ResourceView, Choices]],
    ) -> tuple[Thing, ...]:
        """One network."""
        del neighbours
        return (want_network(resource, choices),)


SERVICE = NetworkService()
