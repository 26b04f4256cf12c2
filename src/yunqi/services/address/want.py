"""An address's spec -> what must exist."""

from __future__ import annotations

from collections.abc import Mapping

from yunqi.engines.base import Address
from yunqi.services.base import Choices, ResourceView


def want_address(
    resource: ResourceView, choices: Choices, neighbours: Mapping[str, tuple[ResourceView, Choices]]
) -> Address:
    """The translation on the edge of its server's network."""
    server, server_choices = neighbours[resource.spec["server"]]
    return Address(
        id=resource.id,
        tenant=resource.tenant,
        network=server.spec["network"],
        public_ip=choices.values["public_ip"],
        private_ip=server_choices.values["ip"],
        rate_mbit=resource.spec["bandwidth_mbit"],
    )
