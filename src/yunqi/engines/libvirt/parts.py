"""Compares what a site's networks should be with what the kernel has, and says the commands that are missing. Pure.

One function serves both putting and observing: a network is whole when nothing is left to do for it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from yunqi.engines.base import Address, Domain, Network
from yunqi.engines.libvirt.kernel import NETNS_DIR, Link, Place, Seen, Shape
from yunqi.engines.libvirt.rules import (
    ROUTER_TABLE,
    find_wrong_owners,
    plan_guard,
    plan_router,
    render_ports,
    render_table,
)
from yunqi.engines.libvirt.settings import LibvirtSettings, Names

EDGE = "edge"
_BURST_S_PART = 100
_BURST_MIN_BYTES = 65_536
_QUEUE_S_PART = 10
_QUEUE_MIN_BYTES = 131_072
_QUANTUM_BYTES = 60_000
CLASS_BASE = 16
"""A traffic class's number is the place of its public address in the block, plus this."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command that is missing, and whose part it makes: a network's or address's id, or the edge's."""

    owner: str
    args: tuple[str, ...]
    stdin: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """What should be: the kept things of one site. `running` holds the ids of running domains."""

    settings: LibvirtSettings
    names: Names
    networks: Mapping[str, Network]
    addresses: Mapping[str, Address]
    domains: Mapping[str, Domain]
    running: frozenset[str] = frozenset()

    def ports(self, network_id: str | None = None) -> frozenset[tuple[str, str, str]]:
        """(tap, mac, ip) of every domain's port, or of those in one network."""
        return frozenset(
            (self.names.tap(domain.id, index), port.mac, port.ip)
            for domain in self.domains.values()
            for index, port in enumerate(domain.ports)
            if network_id is None or port.network == network_id
        )


def plan_edge(world: World, seen: Seen) -> tuple[Step, ...]:
    """What is missing of the parts that all networks share: the edge, the namespace outside, the guard."""
    names, settings = world.names, world.settings
    place = seen.places.get(names.outside, Place())
    steps = [
        *_plan_place(names.outside, place, seen),
        *_plan_bridge(names.edge_bridge, seen),
        *_plan_pair(
            names.edge_link, names.outside, "edge0", names.mac("edge", "outside"), names.edge_bridge, place, seen
        ),
        *_plan_inner("edge0", names.outside, place, {f"{settings.edge_gateway}/{settings.edge_prefix}"}),
    ]
    if find_wrong_owners(plan_guard(names), seen.guard):
        table = render_table("bridge", names.guard_table, plan_guard(names), extra=render_ports(world.ports()))
        steps.append(("nft", "-f", "-", table))
    return tuple(_steps(EDGE, steps))


def plan_network(world: World, network: Network, seen: Seen) -> tuple[Step, ...]:
    """What is missing or too much of a network, its addresses and its ports; the edge must be whole already."""
    names = world.names
    router, bridge, up_link = names.router(network.id), names.bridge(network.id), names.up_link(network.id)
    place = seen.places.get(router, Place())
    prefix = ipaddress.IPv4Network(network.cidr).prefixlen
    addresses = [address for address in world.addresses.values() if address.network == network.id]
    steps = [
        *_plan_place(router, place, seen),
        *_plan_bridge(bridge, seen),
        *_plan_pair(names.router_link(network.id), router, "lan", names.mac("lan", network.id), bridge, place, seen),
        *_plan_pair(up_link, router, "wan", names.mac("wan", network.id), names.edge_bridge, place, seen),
        *_plan_inner("lan", router, place, {f"{network.gateway}/{prefix}"}),
    ]
    if not _is_up(place, "wan"):
        steps.append(("ip", "-n", router, "link", "set", "dev", "wan", "up"))
    if place.default_route != (world.settings.edge_gateway, "wan") or not _is_up(place, "wan"):
        gateway = world.settings.edge_gateway
        steps.append(("ip", "-n", router, "route", "replace", "default", "via", gateway, "dev", "wan", "onlink"))
    return (
        *_steps(network.id, steps),
        *_plan_wan_addresses(network, router, place, addresses),
        *_plan_router_rules(network, router, place, addresses),
        *_plan_shape(world, network, up_link, "dst", seen.shapes.get(up_link, Shape()), addresses, ()),
        *_plan_shape(world, network, "wan", "src", place.shape, addresses, ("-n", router)),
        *_steps(network.id, _plan_ports(world, network, bridge, seen)),
    )


def plan_network_gone(names: Names, network_id: str, seen: Seen) -> tuple[Step, ...]:
    """What is left of a network. Links are taken away by name, for those of a dead namespace linger until it is
    swept.
    """
    router = names.router(network_id)
    steps: list[tuple[str, ...]] = [
        ("ip", "link", "delete", "dev", link)
        for link in (names.up_link(network_id), names.router_link(network_id), names.bridge(network_id))
        if link in seen.links
    ]
    return tuple(_steps(network_id, [*steps, *plan_place_gone(router, seen)]))


def plan_place_gone(place: str, seen: Seen) -> list[tuple[str, ...]]:
    """The command that takes a namespace away, if there is one."""
    if place in seen.broken_places:
        return [("rm", "-f", str(NETNS_DIR / place))]
    return [("ip", "netns", "delete", place)] if place in seen.places else []


def plan_ports_gone(world: World, taps: Iterable[str], seen: Seen) -> tuple[Step, ...]:
    """What the guard still lets through for these taps."""
    gone = [port for port in sorted(seen.ports) if port[0] in set(taps)]
    return tuple(_steps(EDGE, [_element("delete", world.names, port) for port in gone]))


def _steps(owner: str, commands: Iterable[tuple[str, ...]]) -> Iterator[Step]:
    for command in commands:
        if command[:3] == ("nft", "-f", "-") or "--stdin" in command:
            yield Step(owner, tuple(arg for arg in command[:-1] if arg != "--stdin"), command[-1])
        else:
            yield Step(owner, command)


def _is_up(place: Place, link: str) -> bool:
    return link in place.links and place.links[link].up


def _plan_place(name: str, place: Place, seen: Seen) -> Iterator[tuple[str, ...]]:
    if name in seen.broken_places:
        yield ("rm", "-f", str(NETNS_DIR / name))
    if name not in seen.places:
        yield ("ip", "netns", "add", name)
    if not _is_up(place, "lo"):
        yield ("ip", "-n", name, "link", "set", "dev", "lo", "up")
    if not place.forwards:
        script = (
            "cd /proc/sys/net && for kind in all default; do echo 1 > ipv6/conf/$kind/disable_ipv6; "
            "echo 0 > ipv4/conf/$kind/send_redirects; done; echo 1 > ipv4/ip_forward"
        )
        yield ("ip", "netns", "exec", name, "sh", "-c", script)


def _plan_bridge(name: str, seen: Seen) -> Iterator[tuple[str, ...]]:
    link = seen.links.get(name)
    if link is None:
        yield ("ip", "link", "add", "name", name, "type", "bridge", "stp_state", "0", "mcast_snooping", "0")
        yield ("ip", "link", "set", "dev", name, "addrgenmode", "none")
    if link is None or not link.up:
        yield ("ip", "link", "set", "dev", name, "up")


def _plan_pair(
    outer: str, place_name: str, inner: str, mac: str, master: str, place: Place, seen: Seen
) -> Iterator[tuple[str, ...]]:
    have: Link | None = seen.links.get(outer)
    if have is not None and inner not in place.links:
        yield ("ip", "link", "delete", "dev", outer)
        have = None
    if have is None:
        if inner in place.links:
            yield ("ip", "-n", place_name, "link", "delete", "dev", inner)
        peer = ("peer", "name", inner, "address", mac, "netns", place_name)
        yield ("ip", "link", "add", "name", outer, "type", "veth", *peer)
        yield ("ip", "link", "set", "dev", outer, "addrgenmode", "none")
    if have is None or have.master != master:
        yield ("ip", "link", "set", "dev", outer, "master", master)
    if have is None or not have.up:
        yield ("ip", "link", "set", "dev", outer, "up")


def _plan_inner(inner: str, place_name: str, place: Place, addresses: set[str]) -> Iterator[tuple[str, ...]]:
    if not _is_up(place, inner):
        yield ("ip", "-n", place_name, "link", "set", "dev", inner, "up")
    have = place.links[inner].addresses if inner in place.links else frozenset[str]()
    for address in sorted(have - addresses):
        yield ("ip", "-n", place_name, "addr", "delete", address, "dev", inner)
    for address in sorted(addresses - have):
        yield ("ip", "-n", place_name, "addr", "replace", address, "dev", inner)


def _plan_wan_addresses(network: Network, router: str, place: Place, addresses: list[Address]) -> Iterator[Step]:
    wanted = {f"{address.public_ip}/32": address.id for address in addresses}
    have = place.links["wan"].addresses if "wan" in place.links else frozenset[str]()
    for text in sorted(have - set(wanted)):
        yield Step(network.id, ("ip", "-n", router, "addr", "delete", text, "dev", "wan"))
    for text in sorted(set(wanted) - have):
        yield Step(wanted[text], ("ip", "-n", router, "addr", "replace", text, "dev", "wan"))


def _plan_router_rules(network: Network, router: str, place: Place, addresses: list[Address]) -> Iterator[Step]:
    chains = plan_router(network, addresses)
    known = {address.id for address in addresses}
    wrong = sorted({owner if owner in known else network.id for owner in find_wrong_owners(chains, place.chains)})
    command = ("ip", "netns", "exec", router, "nft", "-f", "-")
    for owner in wrong:  # the table is put whole; each owner is named so that it is known as not whole
        yield Step(owner, command, render_table("ip", ROUTER_TABLE, chains))


def _plan_shape(
    world: World,
    network: Network,
    device: str,
    side: str,
    shape: Shape,
    addresses: list[Address],
    place: tuple[str, ...],
) -> Iterator[Step]:
    edge = int(ipaddress.IPv4Network(world.settings.edge_cidr).network_address)
    wanted = {int(ipaddress.IPv4Address(a.public_ip)) - edge + CLASS_BASE: a for a in addresses}
    tc = ("tc", *place)
    for number in sorted((set(shape.rates_bit) | set(shape.picks)) - set(wanted)):
        if number in shape.picks:
            yield Step(network.id, (*tc, "filter", "delete", "dev", device, "parent", "1:", "prio", str(number)))
        if number in shape.rates_bit:
            yield Step(network.id, (*tc, "class", "delete", "dev", device, "classid", f"1:{number:x}"))
    if wanted and not shape.root:
        for address in addresses:  # named by the first, needed by all
            yield Step(address.id, (*tc, "qdisc", "add", "dev", device, "root", "handle", "1:", "htb"))
            break
    for number, address in sorted(wanted.items()):
        rate_bit = address.rate_mbit * 10**6
        class_id = f"1:{number:x}"
        rate = ("rate", f"{rate_bit}bit", "ceil", f"{rate_bit}bit", *_burst(rate_bit))
        if shape.rates_bit.get(number) != rate_bit:
            verb = "change" if number in shape.rates_bit else "add"
            command = (*tc, "class", verb, "dev", device, "parent", "1:", "classid", class_id, "htb", *rate)
            yield Step(address.id, command)
        if number not in shape.rates_bit:
            limit = max(rate_bit // 8 // _QUEUE_S_PART, _QUEUE_MIN_BYTES)
            queue = (*tc, "qdisc", "add", "dev", device, "parent", class_id, "bfifo", "limit", str(limit))
            yield Step(address.id, queue)
        if shape.picks.get(number) != address.public_ip:
            if number in shape.picks:
                yield Step(address.id, (*tc, "filter", "delete", "dev", device, "parent", "1:", "prio", str(number)))
            match = ("u32", "match", "ip", side, f"{address.public_ip}/32", "flowid", class_id)
            protocol = ("parent", "1:", "protocol", "ip", "prio", str(number))
            yield Step(address.id, (*tc, "filter", "add", "dev", device, *protocol, *match))


def _burst(rate_bit: int) -> tuple[str, ...]:
    burst = str(max(rate_bit // 8 // _BURST_S_PART, _BURST_MIN_BYTES))
    return ("burst", burst, "cburst", burst, "quantum", str(_QUANTUM_BYTES))


def _element(verb: str, names: Names, port: tuple[str, str, str]) -> tuple[str, ...]:
    tap, mac, ip = port
    return ("nft", verb, "element", "bridge", names.guard_table, "ports", f'{{ "{tap}" . {mac} . {ip} }}')


def _plan_ports(world: World, network: Network, bridge: str, seen: Seen) -> Iterator[tuple[str, ...]]:
    wanted = world.ports(network.id)
    taps = {tap for tap, _, _ in wanted}
    for port in sorted(seen.ports - wanted):
        if port[0] in taps:
            yield _element("delete", world.names, port)
    for port in sorted(wanted - seen.ports):
        yield _element("add", world.names, port)
    for tap in sorted(taps & set(seen.links)):
        if seen.links[tap].master != bridge:
            yield ("ip", "link", "set", "dev", tap, "master", bridge)
        if not seen.links[tap].up:
            yield ("ip", "link", "set", "dev", tap, "up")
