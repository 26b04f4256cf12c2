"""Addresses that this installation is told to send to: what may be one, and which of them lie on the open network.

A stranger who may name an address must not reach through us what only we can reach: loopback, private and link-local
networks, the metadata services of a cloud, in whatever way they are written.

Source: OWASP ASVS 5.2.6, 12.6.1; RFC 6890; WHATWG URL (a host that ends in a number is an IPv4 address).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from yunqi.kernel.errors import Problem

LONGEST = 500
_PORTS = {"https": 443, "http": 80}
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TUNNELS = tuple(
    IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
)
"""IPv6 that carries an IPv4 address within it, or is of one site: where it ends up is not what it says."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to send: `host` in lower case, without brackets; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open network: what is within or mapped into another counts as that.

    >>> [is_public(one) for one in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "2606:4700::1")]
    [True, False, False, False, True]
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        if mapped is not None:
            found = mapped
        elif any(found in network for network in _TUNNELS):
            return False
    apart = found.is_multicast or found.is_reserved or found.is_loopback or found.is_link_local or found.is_unspecified
    return found.is_global and not apart


def read_endpoint(url: str, *, trusted: Collection[str] = (), only: Collection[str] = ()) -> Endpoint:
    """The endpoint of an address; raises `Problem` address.unreadable, address.scheme, address.host, address.closed.

    `trusted` hosts may be reached without TLS and on private networks. `only`, if not empty, are all the hosts that
    may be reached beside these; one that begins with a dot stands for every host under it.
    """
    parts = _split(url)
    host = (parts.hostname or "").lower().rstrip(".")
    endpoint = Endpoint(parts.scheme, host, _port_of(url, parts), _target_of(parts))
    known = host in trusted
    if parts.scheme != "https" and not known:
        raise Problem(
            "address.scheme",
            "地址须以 https:// 开头",
            field="url",
            way_out="请使用 https 地址；内网主机须由系统管理员登记",
        )
    if not known and only and not any(host == one or (one[:1] == "." and host.endswith(one)) for one in only):
        raise Problem(
            "address.closed",
            "本系统不向「{host}」发送",
            field="url",
            host=host[:80],
            way_out="请改用获准的主机，或请系统管理员在 webhook_only 中登记",
        )
    if not known and not _is_open(host):
        raise _closed(host)
    return endpoint


def check_resolved(host: str, addresses: Collection[str], *, trusted: Collection[str] = ()) -> str:
    """The address to connect to, of those that a host resolves to; raises `Problem` address.host where one of them is
    not of the open network: none of the others is taken then, for the next answer may be another.
    """
    if not addresses:
        raise Problem(
            "address.unresolved", "无法解析主机「{host}」", field="url", host=host[:80], way_out="请核对主机名"
        )
    if host not in trusted and not all(is_public(one) for one in addresses):
        raise _closed(host)
    return next(iter(addresses))


def _split(url: str) -> SplitResult:
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    try:
        parts = urlsplit(url)
        fits = plain and len(url) <= LONGEST and parts.scheme in _PORTS and parts.hostname
        if fits and parts.username is None and parts.password is None and not parts.fragment:
            return parts
    except ValueError:
        pass  # said below, as for every other address that does not fit
    raise Problem(
        "address.unreadable",
        "地址「{value}」不可用",
        field="url",
        value=ascii(url[:80]),
        way_out="请填写完整的 https 地址，不含用户名、密码与锚点；中文域名请用其 ASCII 形式",
    )


def _port_of(url: str, parts: SplitResult) -> int:
    try:
        port: int | None = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise Problem(
            "address.unreadable",
            "地址「{value}」不可用",
            field="url",
            value=ascii(url[:80]),
            way_out="请核对端口",
        )
    return port or _PORTS[parts.scheme]


def _target_of(parts: SplitResult) -> str:
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _is_open(host: str) -> bool:
    if ":" in host:
        return is_public(host)
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        # However such a host is written (decimal, octal, hexadecimal, short), programs read an IPv4 address in it.
        return is_public(host) and str(ip_address(host)) == host
    return len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and len(host) <= 253


def _closed(host: str) -> Problem:
    return Problem(
        "address.host",
        "「{host}」不是公网主机，不能向其发送",
        field="url",
        host=host[:80],
        way_out="请使用公网域名；内网主机须由系统管理员在 webhook_hosts 中登记",
    )
