"""A network's spec -> what must exist."""

from __future__ import annotations

from yunqi.engines.base import Network
from yunqi.services.base import Choices, ResourceView


def want_network(resource: ResourceView, choices: Choices) -> Network:
    """The tenant's Ethernet with its router."""
    return Network(
        id=resource.id, tenant=resource.tenant, cidr=choices.values["cidr"], gateway=choices.values["gateway"]
    )
