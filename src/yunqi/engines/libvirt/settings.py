"""Settings of the one-machine engine, and the names that it gives to things in the kernel. Pure."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from yunqi.kernel.errors import Problem

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class LibvirtSettings:
    """Where the installation lives. `site` is 4 characters that every name carries, so that two installations on one
    machine never meet; `edge_cidr` is the public block, its first address the gateway of the namespace "outside".
    `accelerator` is kvm, tcg, or auto: asked of a tiny guest once and remembered.
    """

    site: str
    state_dir: Path
    image_dir: Path
    uri: str = "qemu:///system"
    edge_cidr: str = "203.0.113.0/24"
    accelerator: str = "auto"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-z]{4}", self.site):
            raise Problem(
                "engine.bad_site",
                "站点标识 {value} 必须是 4 个小写字母或数字",
                field="site",
                value=self.site,
                way_out="例如 a1b2",
            )
        if self.accelerator not in {"auto", "kvm", "tcg"}:
            raise Problem(
                "engine.bad_accelerator",
                "加速方式 {value} 应为 auto、kvm 或 tcg",
                field="accelerator",
                value=self.accelerator,
            )
        try:
            ipaddress.IPv4Network(self.edge_cidr)
        except ValueError as error:
            raise Problem(
                "engine.bad_edge",
                "公网地址段 {value} 不正确",
                field="edge_cidr",
                value=self.edge_cidr,
                way_out="例如 203.0.113.0/24",
            ) from error

    @property
    def edge_gateway(self) -> str:
        """The first address of the public block."""
        return str(ipaddress.IPv4Network(self.edge_cidr)[1])

    @property
    def edge_prefix(self) -> int:
        """The prefix length of the public block."""
        return ipaddress.IPv4Network(self.edge_cidr).prefixlen


class Names:
    """What things of one site are called in the kernel: links at most 15 characters, one letter a kind.

    >>> names = Names("a1b2")
    >>> names.bridge("net-1")[:6], len(names.bridge("net-1")), names.router("net-1")
    ('ya1b2b', 14, 'yqa1b2-net-1')
    """

    def __init__(self, site: str) -> None:
        self.site = site
        self.link_prefix = f"y{site}"
        self.place_prefix = f"yq{site}-"
        self.domain_prefix = f"yq-{site}-"
        self.guard_table = f"yq{site}"
        self.edge_bridge = f"y{site}edge"
        self.edge_link = f"y{site}out"
        self.outside = f"yq{site}-outside"

    def bridge(self, network_id: str) -> str:
        """The Ethernet of a network."""
        return f"{self.link_prefix}b{_digest(network_id)}"

    def router_link(self, network_id: str) -> str:
        """The end, in the bridge, of the router's inner interface."""
        return f"{self.link_prefix}r{_digest(network_id)}"

    def up_link(self, network_id: str) -> str:
        """The end, in the edge bridge, of the router's outer interface."""
        return f"{self.link_prefix}u{_digest(network_id)}"

    def tap(self, domain_id: str, index: int) -> str:
        """A domain's interface."""
        return f"{self.link_prefix}t{_digest(f'{domain_id}/{index}')}"

    @property
    def tap_pattern(self) -> str:
        """What the names of all taps match, as the packet filter writes it."""
        return f"{self.link_prefix}t*"

    def router(self, network_id: str) -> str:
        """The namespace of a network's router."""
        return f"{self.place_prefix}{network_id}"

    def domain(self, domain_id: str) -> str:
        """The domain's name in the hypervisor."""
        return f"{self.domain_prefix}{domain_id}"

    def mac(self, role: str, network_id: str) -> str:
        """A stable address of a router's interface, so that guests need not learn a new one when it is made again."""
        raw = hashlib.sha256(f"{self.site}/{role}/{network_id}".encode()).digest()
        return ":".join(f"{byte:02x}" for byte in (0x02, 0x59, *raw[:4]))


def _digest(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:5])
    return "".join(_BASE32[number >> shift & 31] for shift in range(35, -1, -5))
