"""云服务器: a virtual machine with a system disk and one port in a tenant network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from yunqi.engines.base import Thing
from yunqi.kernel.money import decimal_text
from yunqi.services.base import Choices, DrawNeed, ResourceView, Spec
from yunqi.services.catalogue import load_catalogue_entry
from yunqi.services.server.meter import compute_needs
from yunqi.services.server.spec import ServerSpec
from yunqi.services.server.want import want_server

_ENTRY = load_catalogue_entry(__file__)


class ServerService:
    """Knows servers."""

    kind = "server"
    spec_model: type[Spec] = ServerSpec
    keeps_data = True
    pools: tuple[str, ...] = ("ip", "mac")
    references: Mapping[str, str] = MappingProxyType({"network": "network"})
    fixed = frozenset({"grade", "image", "network"})
    grows = frozenset({"system_disk_gb"})
    beside = frozenset[str]()

    def needs(self, spec: Spec) -> tuple[DrawNeed, ...]:
        """What the order draws."""
        return compute_needs(cast("ServerSpec", spec), _ENTRY.each)

    def complete(self, spec: Spec, ceilings: Mapping[str, int]) -> Mapping[str, Any]:
        """The order, memory as decimal text, and the ceiling of its system disk."""
        server = cast("ServerSpec", spec)
        kept = server.model_dump(mode="json") | {"memory_gb": decimal_text(server.memory_gb)}
        return kept | {"iops_max": _ENTRY.ceiling_of(server.grade, ceilings)}

    def check_beside(self, spec: Spec, others: Sequence[ResourceView]) -> None:
        """Nothing beyond its references."""
        del spec, others

    def want(
        self,
        resource: ResourceView,
        choices: Choices,
        neighbours: Mapping[str, tuple[ResourceView, Choices]],
    ) -> tuple[Thing, ...]:
        """The system disk and the machine."""
        return want_server(resource, choices, neighbours)


SERVICE = ServerService()
