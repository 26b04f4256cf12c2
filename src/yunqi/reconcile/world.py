"""What the planner is told: the resources, their choices and states, and the site. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yunqi.services.base import ResourceView


@dataclass(frozen=True, slots=True)
class Status:
    """What was last recorded of a resource. `wait` is the code of what it waits for, or empty."""

    phase: str = "ordered"
    observed_generation: int = 0
    wait: str = ""
    ever_ready: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """All that is wanted, as recorded: live resources only.

    `choices` is by resource, then pool. `taken` holds every recorded allocation as (pool, scope, value).
    `open_erasures` are volumes whose erase has begun and not ended; `certified` are volumes of live resources with a
    certificate.
    """

    resources: Mapping[str, ResourceView]
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    taken: frozenset[tuple[str, str, str]] = frozenset()
    statuses: Mapping[str, Status] = field(default_factory=dict)
    open_erasures: frozenset[str] = frozenset()
    certified: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Site:
    """Where choices are made from: the range of tenant networks and that of public addresses.

    The first address of `public_cidr` is the edge's own.
    """

    tenant_cidr: str
    public_cidr: str
    mac_prefix: str = "52:54:00"
