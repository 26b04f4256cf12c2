"""What a server draws."""

from __future__ import annotations

from fractions import Fraction

from yunqi.services.base import DrawNeed
from yunqi.services.server.spec import ServerSpec


def compute_needs(spec: ServerSpec, each: tuple[str, ...] = ()) -> tuple[DrawNeed, ...]:
    """Cores, memory (GB) and its system disk's storage (GB); of each item in `each` (service.yaml) one a server."""
    return (
        DrawNeed("compute.vcpu", Fraction(spec.vcpus)),
        DrawNeed("compute.memory", Fraction(spec.memory_gb)),
        DrawNeed(f"storage.{spec.grade}", Fraction(spec.system_disk_gb)),
        *(DrawNeed(item, Fraction(1)) for item in each),
    )
