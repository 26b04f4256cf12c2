"""A server's spec -> what must exist."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from yunqi.engines.base import Domain, Port, Volume
from yunqi.services.base import Choices, ResourceView
from yunqi.services.fields import GIB

_MIB_PER_GB = 1024


def want_server(
    resource: ResourceView, choices: Choices, neighbours: Mapping[str, tuple[ResourceView, Choices]]
) -> tuple[Volume, Domain]:
    """The system disk and the machine; data disks in order of their ids, which is the order of their making."""
    spec = resource.spec
    system_disk = Volume(
        id=f"{resource.id}-sys",
        tenant=resource.tenant,
        grade=spec["grade"],
        size_bytes=spec["system_disk_gb"] * GIB,
        iops_max=spec["iops_max"],
        image=spec["image"],
    )
    disks = sorted(other.id for other, _ in neighbours.values() if other.kind == "disk")
    domain = Domain(
        id=resource.id,
        tenant=resource.tenant,
        hostname=resource.name,
        vcpus=spec["vcpus"],
        memory_mib=int(Fraction(spec["memory_gb"]) * _MIB_PER_GB),
        image=spec["image"],
        volumes=(system_disk.id, *disks),
        ports=(Port(network=spec["network"], mac=choices.values["mac"], ip=choices.values["ip"]),),
    )
    return system_disk, domain
