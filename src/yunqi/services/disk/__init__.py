"""云硬盘: a data disk of one server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from yunqi.engines.base import Thing
from yunqi.services.base import Choices, DrawNeed, ResourceView, Spec
from yunqi.services.catalogue import load_catalogue_entry
from yunqi.services.disk.meter import compute_needs
from yunqi.services.disk.spec import DiskSpec
from yunqi.services.disk.want import want_disk

_ENTRY = load_catalogue_entry(__file__)


class DiskService:
    """Knows data disks."""

    kind = "disk"
    spec_model: type[Spec] = DiskSpec
    keeps_data = True
    pools: tuple[str, ...] = ()
    references: Mapping[str, str] = MappingProxyType({"server": "server"})
    fixed = frozenset({"grade", "server"})
    grows = frozenset({"size_gb"})
    beside = frozenset[str]()

    def needs(self, spec: Spec) -> tuple[DrawNeed, ...]:
        """What the order draws."""
        return compute_needs(cast("DiskSpec", spec))

    def complete(self, spec: Spec, ceilings: Mapping[str, int]) -> Mapping[str, Any]:
        """The order and its ceiling."""
        disk = cast("DiskSpec", spec)
        return disk.model_dump(mode="json") | {"iops_max": _ENTRY.ceiling_of(disk.grade, ceilings)}

    def check_beside(self, spec: Spec, others: Sequence[ResourceView]) -> None:
        """Nothing beyond its references."""
        del spec, others

    def want(
        self,
        resource: ResourceView,
        choices: Choices,
        neighbours: Mapping[str, tuple[ResourceView, Choices]],
    ) -> tuple[Thing, ...]:
        """One volume."""
        del choices, neighbours
        return (want_disk(resource),)


SERVICE = DiskService()
