"""Every choice that can be made: ranges, addresses, Ethernet numbers. Equal worlds give equal choices."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Iterator, Mapping

from yunqi.reconcile.steps import Reserve, Wait
from yunqi.reconcile.world import Site, World
from yunqi.services.base import ResourceView, Service

SITE = "site"
_ORDER = ("cidr", "gateway", "mac", "ip", "public_ip")
_TENANT_PREFIX = 24


class Chooser:
    """Makes the choices that a world lacks; remembers them while it lives, so that none is made twice."""

    def __init__(self, world: World, site: Site, services: Mapping[str, Service]) -> None:
        self._world, self._site, self._services = world, site, services
        self.values: dict[str, dict[str, str]] = {key: dict(pools) for key, pools in world.choices.items()}
        self.reserves: list[Reserve] = []
        self.waits: list[Wait] = []
        self._taken = set(world.taken)
        self._ranges: dict[str, list[ipaddress.IPv4Network]] | None = None
        self._free: dict[tuple[str, str], Iterator[str]] = {}
        self._choose: dict[str, Callable[[ResourceView], tuple[str, str] | None]] = {
            "cidr": self._cidr,
            "gateway": self._gateway,
            "mac": self._mac,
            "ip": self._ip,
            "public_ip": self._public_ip,
        }

    def choose_all(self, resources: list[ResourceView]) -> None:
        """Fills `values`; what can't be chosen becomes a wait: pool.exhausted, cidr.overlaps or neighbour.waits."""
        for pool in _ORDER:
            for resource in resources:
                chosen = self.values.setdefault(resource.id, {})
                if pool not in self._services[resource.kind].pools or pool in chosen:
                    continue
                choice = self._choose[pool](resource)
                if choice is None:
                    continue
                scope, value = choice
                chosen[pool] = value
                self._taken.add((pool, scope, value))
                self.reserves.append(Reserve(resource.id, pool, scope, value))

    def _next_free(self, pool: str, scope: str, candidates: Iterator[str]) -> str | None:
        free = self._free.setdefault((pool, scope), candidates)
        return next((value for value in free if (pool, scope, value) not in self._taken), None)

    def _known_ranges(self) -> dict[str, list[ipaddress.IPv4Network]]:
        """The ranges in use, by scope; asked for only when a range is to be chosen."""
        if self._ranges is None:
            self._ranges = {}
            for pool, scope, value in sorted(self._world.taken):
                if pool == "cidr":
                    self._ranges.setdefault(scope, []).append(ipaddress.IPv4Network(value))
        return self._ranges

    def _cidr(self, resource: ResourceView) -> tuple[str, str] | None:
        ranges = self._known_ranges()
        own = ranges.setdefault(resource.tenant, [])
        wished = resource.spec.get("cidr")
        if wished is not None:
            wish = ipaddress.IPv4Network(wished)
            if any(wish.overlaps(other) for other in own):
                self.waits.append(Wait(resource.id, "cidr.overlaps"))
                return None
            own.append(wish)
            return resource.tenant, wished
        everywhere = [network for networks in ranges.values() for network in networks]
        everywhere += [
            ipaddress.IPv4Network(other.spec["cidr"])
            for other in self._world.resources.values()
            if other.kind == resource.kind and other.spec.get("cidr")
        ]
        free = self._free.setdefault(
            ("cidr", SITE),
            map(str, ipaddress.IPv4Network(self._site.tenant_cidr).subnets(new_prefix=_TENANT_PREFIX)),
        )
        for text in free:
            candidate = ipaddress.IPv4Network(text)
            if not any(candidate.overlaps(other) for other in everywhere):
                own.append(candidate)
                return resource.tenant, text
        self.waits.append(Wait(resource.id, "pool.exhausted"))
        return None

    def _gateway(self, resource: ResourceView) -> tuple[str, str] | None:
        cidr = self.values[resource.id].get("cidr")
        if cidr is None:
            return None
        return resource.id, str(ipaddress.IPv4Network(cidr).network_address + 1)

    def _mac(self, resource: ResourceView) -> tuple[str, str]:
        digest = hashlib.sha256(resource.id.encode())
        while True:
            tail = digest.hexdigest()[:6]
            value = f"{self._site.mac_prefix}:{tail[:2]}:{tail[2:4]}:{tail[4:]}"
            if ("mac", SITE, value) not in self._taken:
                return SITE, value
            digest.update(b"+")

    def _ip(self, resource: ResourceView) -> tuple[str, str] | None:
        field = next(key for key, kind in self._services[resource.kind].references.items() if kind == "network")
        network = resource.spec[field]
        cidr = self.values.get(network, {}).get("cidr")
        if cidr is None:
            self.waits.append(Wait(resource.id, "neighbour.waits", (network,)))
            return None
        hosts = ipaddress.IPv4Network(cidr).hosts()
        next(hosts)
        value = self._next_free("ip", network, map(str, hosts))
        if value is None:
            self.waits.append(Wait(resource.id, "pool.exhausted", (network,)))
            return None
        return network, value

    def _public_ip(self, resource: ResourceView) -> tuple[str, str] | None:
        hosts = ipaddress.IPv4Network(self._site.public_cidr).hosts()
        next(hosts)
        value = self._next_free("public_ip", SITE, map(str, hosts))
        if value is None:
            self.waits.append(Wait(resource.id, "pool.exhausted"))
            return None
        return SITE, value
