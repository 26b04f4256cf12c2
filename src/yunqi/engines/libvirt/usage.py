"""Counters of what runs: domains from the hypervisor, addresses from traffic control."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from yunqi.engines.base import Domain, Usage
from yunqi.engines.libvirt.daemon import Hypervisor
from yunqi.engines.libvirt.kernel import Seen, Shape
from yunqi.engines.libvirt.parts import CLASS_BASE, World

_BLOCK = {
    "rd.reqs": "read_operations",
    "rd.bytes": "read_bytes",
    "wr.reqs": "write_operations",
    "wr.bytes": "write_bytes",
}
_PORT = {"rx.bytes": "received_bytes", "tx.bytes": "sent_bytes"}


def read_domain_usage(hypervisor: Hypervisor, domains: Mapping[str, Domain]) -> tuple[Usage, ...]:
    """Counters of every running domain; `domains` by their names in the hypervisor."""

    def ask(connection: Any) -> list[tuple[str, dict[str, int]]]:
        found = []
        for domain, stats in connection.getAllDomainStats(0, 0):
            if domain.name() in domains and domain.isActive():
                found.append((domain.name(), stats))
        return found

    return tuple(
        Usage(domains[name].id, _load_counters(domains[name], stats)) for name, stats in sorted(hypervisor.ask(ask))
    )


def read_address_usage(world: World, seen: Seen) -> tuple[Usage, ...]:
    """Bytes shaped towards the guest (in) and away from it (out), since the address was put."""
    edge = int(ipaddress.IPv4Network(world.settings.edge_cidr).network_address)
    usages = []
    for address in sorted(world.addresses.values(), key=lambda address: address.id):
        number = int(ipaddress.IPv4Address(address.public_ip)) - edge + CLASS_BASE
        inward = seen.shapes.get(world.names.up_link(address.network), Shape())
        place = seen.places.get(world.names.router(address.network))
        outward = place.shape if place else Shape()
        if number in inward.sent_bytes and number in outward.sent_bytes:
            counters = {"bytes_in": inward.sent_bytes[number], "bytes_out": outward.sent_bytes[number]}
            usages.append(Usage(address.id, counters))
    return tuple(usages)


def _load_counters(domain: Domain, stats: Mapping[str, int]) -> dict[str, int]:
    return load_counters(domain.volumes, len(domain.ports), stats)


def load_counters(volumes: Sequence[str], ports: int, stats: Mapping[str, int]) -> dict[str, int]:
    """The counters of a domain, of its volumes by name and of so many ports."""
    counters = {"cpu_time_ns": stats.get("cpu.time", 0), "memory_bytes": stats.get("balloon.current", 0) * 1024}
    for index, volume in enumerate(volumes):
        for source, target in _BLOCK.items():
            if f"block.{index}.{source}" in stats:
                counters[f"volume.{volume}.{target}"] = stats[f"block.{index}.{source}"]
    for index in range(ports):
        for source, target in _PORT.items():
            if f"net.{index}.{source}" in stats:
                counters[f"port.{index}.{target}"] = stats[f"net.{index}.{source}"]
    return counters
