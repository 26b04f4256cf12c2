"""The packet filter's tables as data: rendered for nft, and recognised when read back, whatever form this nft prints.
Pure.

Each rule carries a comment `owner:digest` of its own text. A table is as wanted when its chains hold the same
comments in the same order under the same hook and policy: a rule that was lost, replaced or added by another hand is
seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yunqi.engines.base import Address, Network
from yunqi.engines.libvirt.settings import Names

ROUTER_TABLE = "yunqi"
_BASE = "base"
_PRIVATE = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"


@dataclass(frozen=True, slots=True)
class Chain:
    """One base chain: `rules` are pairs of owner (base, or an address id) and nft text, in order."""

    name: str
    kind: str
    hook: str
    priority: int
    policy: str
    rules: tuple[tuple[str, str], ...]

    def tags(self) -> tuple[str, ...]:
        """The comments of its rules, in order."""
        return tuple(f"{owner}:{hashlib.sha256(text.encode()).hexdigest()[:12]}" for owner, text in self.rules)


@dataclass(frozen=True, slots=True)
class SeenChain:
    """A chain as read back; a rule without our comment has the tag "?"."""

    hook: str
    policy: str
    tags: tuple[str, ...]


def plan_router(network: Network, addresses: Iterable[Address]) -> tuple[Chain, ...]:
    """The chains of a network's router: nothing is forwarded and nothing answered but what is named here.

    Replies are let through for each address on its own, not by one rule for all, so that connections of an address end
    with it.
    """
    mine = sorted(addresses, key=lambda address: address.id)
    forward = [(_BASE, f'iifname "lan" oifname "wan" ip daddr {{ {_PRIVATE} }} drop')]
    destination, source = [], []
    for address in mine:
        private, public = address.private_ip, address.public_ip
        forward += [
            (address.id, f'iifname "wan" oifname "lan" ip daddr {private} ct status dnat accept'),
            (address.id, f'iifname "wan" oifname "lan" ip daddr {private} ct state established,related accept'),
            (address.id, f'iifname "lan" oifname "wan" ip saddr {private} accept'),
        ]
        destination.append((address.id, f'iifname "wan" ip daddr {public} dnat to {private}'))
        source.append((address.id, f'oifname "wan" ip saddr {private} snat to {public}'))
    inside = [
        (_BASE, 'iifname "lo" accept'),
        (_BASE, "ct state established,related accept"),
        (_BASE, f'iifname "lan" ip saddr {network.cidr} icmp type echo-request accept'),
    ]
    return (
        Chain("input", "filter", "input", 0, "drop", tuple(inside)),
        Chain("forward", "filter", "forward", 0, "drop", tuple(forward)),
        Chain("prerouting", "nat", "prerouting", -100, "accept", tuple(destination)),
        Chain("postrouting", "nat", "postrouting", 100, "accept", tuple(source)),
    )


def plan_guard(names: Names) -> tuple[Chain, ...]:
    """The chains that bind each tap to its address, and keep the host itself out of the tenants' Ethernets.

    A tap of which the set `ports` knows nothing is cut off. Without the input chain a guest could speak to the host's
    own addresses through the bridge, for Linux answers for any of its addresses on any interface.
    """
    tap = names.tap_pattern
    return (
        Chain(
            "prerouting",
            "filter",
            "prerouting",
            -300,
            "accept",
            (
                (_BASE, f'iifname != "{tap}" accept'),
                (_BASE, "ether type ip iifname . ether saddr . ip saddr @ports accept"),
                (_BASE, "ether type arp iifname . arp saddr ether . arp saddr ip @ports accept"),
                (_BASE, "drop"),
            ),
        ),
        Chain(
            "input",
            "filter",
            "input",
            -300,
            "accept",
            ((_BASE, f'iifname "{names.link_prefix}*" drop'),),
        ),
    )


def render_table(family: str, table: str, chains: Iterable[Chain], extra: str = "") -> str:
    """The nft commands that put the table in place of any older one, in one transaction."""
    lines = [f"table {family} {table}", f"delete table {family} {table}", f"table {family} {table} {{", extra]
    for chain in chains:
        lines.append(f"chain {chain.name} {{")
        lines.append(f"type {chain.kind} hook {chain.hook} priority {chain.priority}; policy {chain.policy};")
        lines += [f'{text} comment "{tag}"' for (_, text), tag in zip(chain.rules, chain.tags(), strict=True)]
        lines.append("}")
    return "\n".join([*lines, "}", ""])


def render_ports(ports: Iterable[tuple[str, str, str]]) -> str:
    """The set of the guard: one element (tap, mac, ip) a port."""
    elements = ", ".join(f'"{tap}" . {mac} . {ip}' for tap, mac, ip in sorted(ports))
    body = f"elements = {{ {elements} }}" if elements else ""
    return f"set ports {{ type ifname . ether_addr . ipv4_addr; {body} }}"


def load_ruleset(text: str) -> Mapping[str, Any]:
    """What `nft -j list table` printed, as {"chains": {name: SeenChain}, "ports": set of elements}."""
    chains: dict[str, tuple[str, str, list[str]]] = {}
    ports: set[tuple[str, str, str]] = set()
    for entry in json.loads(text or '{"nftables": []}')["nftables"]:
        if chain := entry.get("chain"):
            chains[chain["name"]] = (chain.get("hook", ""), chain.get("policy", ""), [])
        elif rule := entry.get("rule"):
            chains[rule["chain"]][2].append(rule.get("comment", "?"))
        elif (elements := entry.get("set")) and elements["name"] == "ports":
            for element in elements.get("elem", []):
                ports.add(tuple(element["concat"]))
    return {
        "chains": {name: SeenChain(hook, policy, tuple(tags)) for name, (hook, policy, tags) in chains.items()},
        "ports": ports,
    }


def find_wrong_owners(wanted: Iterable[Chain], seen: Mapping[str, SeenChain]) -> frozenset[str]:
    """Owners whose rules are not as wanted: address ids, or "base" when the table itself, or any order, is wrong."""
    wrong: set[str] = set()
    for chain in wanted:
        have = seen.get(chain.name)
        if have is None or (have.hook, have.policy) != (chain.hook, chain.policy):
            wrong.add(_BASE)
            continue
        lost = [tag for tag in chain.tags() if tag not in have.tags]
        strange = [tag for tag in have.tags if tag not in chain.tags()]
        wrong.update(tag.rpartition(":")[0] for tag in lost)
        if strange or (not lost and have.tags != chain.tags()):
            wrong.add(_BASE)
    return frozenset(wrong)
