"""What a network draws."""

from __future__ import annotations

from yunqi.services.base import DrawNeed
from yunqi.services.network.spec import NetworkSpec


def compute_needs(spec: NetworkSpec) -> tuple[DrawNeed, ...]:
    """Nothing: the contracts promise a tenant's network with the platform, without a price line."""
    del spec
    return ()
