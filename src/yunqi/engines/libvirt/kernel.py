"""Reads what the kernel has of one site: links, namespaces, routes, packet filter, traffic control."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yunqi.engines.command import run
from yunqi.engines.libvirt.rules import ROUTER_TABLE, SeenChain, load_ruleset
from yunqi.engines.libvirt.settings import Names

NETNS_DIR = Path("/run/netns")
_MARK = "=yunqi="

# One process a namespace: each section is printed between marks; a section that fails is empty and read as "not there".
_PLACE_SCRIPT = f"""
ip -j -d addr show; echo {_MARK}
ip -j route show; echo {_MARK}
nft -j list table ip {ROUTER_TABLE} 2>/dev/null; echo {_MARK}
tc -j qdisc show dev wan 2>/dev/null; echo {_MARK}
tc -s class show dev wan 2>/dev/null; echo {_MARK}
tc -j filter show dev wan 2>/dev/null; echo {_MARK}
cat /proc/sys/net/ipv4/ip_forward
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A network interface: `kind` is bridge, veth, tun …; `addresses` with prefix length."""

    name: str
    kind: str
    mac: str
    up: bool
    master: str
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """Traffic control of one interface: whether our tree is there, rates by class number, and the address that each
    number's filter picks.
    """

    root: bool = False
    rates_bit: Mapping[int, int] = field(default_factory=dict)
    picks: Mapping[int, str] = field(default_factory=dict)
    sent_bytes: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """What one namespace has."""

    links: Mapping[str, Link] = field(default_factory=dict)
    default_route: tuple[str, str] = ("", "")
    chains: Mapping[str, SeenChain] = field(default_factory=dict)
    shape: Shape = field(default_factory=Shape)
    forwards: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What the kernel has of one site. `places` holds the namespaces that could be entered, `broken_places` files in
    their folder that are none (left by a crash while one was made).
    """

    links: Mapping[str, Link]
    shapes: Mapping[str, Shape]
    places: Mapping[str, Place]
    broken_places: frozenset[str]
    guard: Mapping[str, SeenChain]
    ports: frozenset[tuple[str, str, str]]


def read_kernel(names: Names, only_places: Iterable[str] | None = None) -> Seen:
    """What the kernel has of the site; with `only_places`, of the namespaces only these are entered."""
    links = {
        name: link
        for name, link in _load_links(run(["ip", "-j", "-d", "addr", "show"])).items()
        if name.startswith(names.link_prefix)
    }
    mounted = {
        Path(line.split()[4]).name
        for line in Path("/proc/self/mountinfo").read_text().splitlines()
        if " - nsfs " in line and line.split()[4].startswith(f"{NETNS_DIR}/")
    }
    files = {path.name for path in NETNS_DIR.glob(f"{names.place_prefix}*")} if NETNS_DIR.exists() else set()
    chosen = files & mounted if only_places is None else files & mounted & set(only_places)
    guard = _read_guard(names)
    return Seen(
        links=links,
        shapes=_read_shapes(sorted(name for name in links if name.startswith(f"{names.link_prefix}u"))),
        places={
            **{name: Place() for name in files & mounted},
            **{name: _read_place(name) for name in sorted(chosen)},
        },
        broken_places=frozenset(files - mounted),
        guard=guard["chains"],
        ports=frozenset(guard["ports"]),
    )


def _read_guard(names: Names) -> Mapping[str, Any]:
    tables = run(["nft", "-j", "list", "tables", "bridge"])
    if f'"{names.guard_table}"' not in tables:
        return {"chains": {}, "ports": set()}
    return load_ruleset(run(["nft", "-j", "list", "table", "bridge", names.guard_table]))


def _read_place(name: str) -> Place:
    text = run(["ip", "netns", "exec", name, "sh", "-c", _PLACE_SCRIPT])
    addr, route, table, qdiscs, classes, filters, forward = (part.strip() for part in text.split(_MARK))
    default: dict[str, str] = next((entry for entry in json.loads(route or "[]") if entry["dst"] == "default"), {})
    return Place(
        links=_load_links(addr),
        default_route=(default.get("gateway", ""), default.get("dev", "")),
        chains=load_ruleset(table)["chains"],
        shape=_load_shape(qdiscs, classes, filters),
        forwards=forward == "1",
    )


def _load_links(text: str) -> dict[str, Link]:
    return {
        entry["ifname"]: Link(
            name=entry["ifname"],
            kind=entry.get("linkinfo", {}).get("info_kind", ""),
            mac=entry.get("address", ""),
            up="UP" in entry.get("flags", []),
            master=entry.get("master", ""),
            addresses=frozenset(
                f"{info['local']}/{info['prefixlen']}"
                for info in entry.get("addr_info", [])
                if info["family"] == "inet"
            ),
        )
        for entry in json.loads(text or "[]")
    }


def _read_shapes(devices: list[str]) -> dict[str, Shape]:
    roots = {entry["dev"] for entry in json.loads(run(["tc", "-j", "qdisc", "show"])) if entry["kind"] == "htb"}
    shapes = {}
    for device in roots.intersection(devices):
        classes = run(["tc", "-s", "class", "show", "dev", device])
        shapes[device] = _load_shape('[{"kind": "htb"}]', classes, run(["tc", "-j", "filter", "show", "dev", device]))
    return shapes


# Class statistics have no JSON form in iproute2 6.1.
_CLASS = re.compile(
    r"class htb 1:(?P<number>[0-9a-f]+) .*?rate (?P<rate>\d+)(?P<unit>[KMGT]?)bit .*\n Sent (?P<sent>\d+) bytes"
)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def _load_shape(qdiscs: str, classes: str, filters: str) -> Shape:
    rates, sent, picks = {}, {}, {}
    for found in _CLASS.finditer(classes):
        number = int(found["number"], 16)
        rates[number] = int(found["rate"]) * _UNITS[found["unit"]]
        sent[number] = int(found["sent"])
    for entry in json.loads(filters or "[]"):
        options = entry.get("options", {})
        match, flow = options.get("match"), options.get("flowid")
        if match and flow:
            raw = int(match["value"], 16)
            picks[int(flow.partition(":")[2], 16)] = ".".join(str(raw >> shift & 255) for shift in (24, 16, 8, 0))
    root = any(entry["kind"] == "htb" for entry in json.loads(qdiscs or "[]"))
    return Shape(root, rates, picks, sent)
