"""A disk's spec -> what must exist."""

from __future__ import annotations

from yunqi.engines.base import Volume
from yunqi.services.base import ResourceView
from yunqi.services.fields import GIB


def want_disk(resource: ResourceView) -> Volume:
    """An empty volume; its server's domain names it."""
    return Volume(
        id=resource.id,
        tenant=resource.tenant,
        grade=resource.spec["grade"],
        size_bytes=resource.spec["size_gb"] * GIB,
        iops_max=resource.spec["iops_max"],
    )
