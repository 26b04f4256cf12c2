"""What an engine must be able to do: capabilities as Protocols over plain objects.

An engine keeps *things* (networks, volumes, domains, addresses). Each wanted thing is a frozen value; an engine is
told one thing at a time and must end with the world so, however often it is told (idempotent), or raise `Trouble`.
`observe` reads everything of this installation back in one go: never from memory, always from the outside program,
the files and the kernel.

Every thing carries the fencing `token` of the executor that last wrote it, and the installation the highest of them;
an engine refuses a lower token than the highest (`StaleToken`), so that an executor that lost its lease cannot undo
its successor's work, nor bring back what its successor dropped.

Conditions that all engines keep (`engines/things.py`), as `Trouble` unless said otherwise: a thing that refers to one
that is not there, engine.missing; a network, volume or domain that others stand on is not taken away, nor a running
domain's volume erased, engine.in_use; a volume whose content was destroyed is not used again, engine.erased; a volume
never shrinks, Problem engine.no_shrink.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from yunqi.kernel.errors import Trouble


class StaleToken(Trouble):
    """An executor with an older lease tried to change the engine."""


@dataclass(frozen=True, slots=True)
class Network:
    """One tenant's isolated network: an Ethernet of its own, and a router with the gateway address in a namespace of
    its own.
    """

    id: str
    tenant: str
    cidr: str
    gateway: str


@dataclass(frozen=True, slots=True)
class Volume:
    """A disk: `size_bytes` long, at most `iops_max` operations a second when attached, `grade` normal or high.

    `image` names the catalogue image it starts from, or None for an empty one.
    """

    id: str
    tenant: str
    grade: str
    size_bytes: int
    iops_max: int
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """A server's interface in a tenant network. `mac` in colon form, `ip` without prefix length."""

    network: str
    mac: str
    ip: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A virtual machine. `volumes` in order of attachment, the first the system disk. `memory_mib` in MiB."""

    id: str
    tenant: str
    hostname: str
    vcpus: int
    memory_mib: int
    image: str
    volumes: tuple[str, ...]
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A public address that leads to one port, with bandwidth in Mbit/s (10^6 bit), the same in both directions."""

    id: str
    tenant: str
    network: str
    public_ip: str
    private_ip: str
    rate_mbit: int


Thing: TypeAlias = Network | Volume | Domain | Address


@dataclass(frozen=True, slots=True)
class ObservedVolume:
    """A volume as read back. `erased` is true once its content was destroyed and only the name is left."""

    thing: Volume
    allocated_bytes: int
    erased: bool = False


@dataclass(frozen=True, slots=True)
class ObservedDomain:
    """A domain as read back; `running` from the hypervisor, not from what we asked."""

    thing: Domain
    running: bool


@dataclass(frozen=True, slots=True)
class Observed:
    """All that the engine has of this installation, by id. `strays` are names of ours that belong to no whole thing
    (a half-made file, a namespace without its network): the engine's `sweep_strays` removes those that hold no data.
    """

    networks: Mapping[str, Network] = field(default_factory=dict)
    volumes: Mapping[str, ObservedVolume] = field(default_factory=dict)
    domains: Mapping[str, ObservedDomain] = field(default_factory=dict)
    addresses: Mapping[str, Address] = field(default_factory=dict)
    strays: tuple[str, ...] = ()
    incomplete: frozenset[str] = frozenset()
    """Ids of networks and addresses of which a part is missing or differs (a lost rule, a changed rate): to be put
    again.

    The parts of a network include the interfaces of the running domains in it and the rules that bind them to their
    addresses.
    """


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erase did and what was read back after it.

    `method` is a code such as overwrite.random-zero (NIST SP 800-88 Clear) ; `bytes_overwritten` counts data extents,
    holes hold no data; `bytes_read_back` were read again and found to be zero; `sm3` is the hash of the erased
    content as read back.
    """

    volume: str
    medium: str
    method: str
    size_bytes: int
    bytes_overwritten: int
    bytes_read_back: int
    nonzero_found: int
    sm3: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Counters of one running domain since it started: cpu time in ns, memory in bytes, per-volume operations and
    bytes, per-port bytes; of an address: bytes in (to the guest) and out.
    """

    subject: str
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ForeignDomain:
    """A virtual machine that no Yunqi made. `disks`: bytes that the guest sees, the first the system disk; None where
    the hypervisor can't say. `title` is what people call it, where they said so.
    """

    name: str
    uuid: str
    vcpus: int
    memory_mib: int
    disks: tuple[int | None, ...]
    running: bool
    title: str = ""
    macs: tuple[str, ...] = ()


class Compute(Protocol):
    """Virtual machines."""

    def put_domain(self, domain: Domain, token: int) -> None:
        """Defines the domain if it is missing or differs (a changed definition takes effect at its next start)."""

    def start_domain(self, domain_id: str, token: int) -> None:
        """Starts it unless it runs."""

    def stop_domain(self, domain_id: str, token: int) -> None:
        """Stops it at once if it runs."""

    def drop_domain(self, domain_id: str, token: int) -> None:
        """Stops and undefines it; its volumes stay. Nothing happens when it is not there."""


class BlockStorage(Protocol):
    """Disks."""

    def put_volume(self, volume: Volume, token: int) -> None:
        """Makes the volume, whole or not at all; grows it if it is smaller. Never shrinks, never replaces content."""

    def erase_volume(self, volume_id: str, token: int) -> Erasure:
        """Destroys the content by the method that fits the medium and reads back. May be told again after a crash at
        any point.
        """

    def drop_volume(self, volume_id: str, token: int) -> None:
        """Removes an erased volume; raises `Trouble` engine.not_erased for one that still has content."""


class Networking(Protocol):
    """Tenant networks and public addresses."""

    def put_network(self, network: Network, token: int) -> None:
        """Makes it so: Ethernet, router, gateway, isolation rules."""

    def drop_network(self, network_id: str, token: int) -> None:
        """Takes it away with all its parts."""

    def put_address(self, address: Address, token: int) -> None:
        """Makes it so: address on the edge, translation both ways, rate both ways."""

    def drop_address(self, address_id: str, token: int) -> None:
        """Takes it away with all its parts."""


class Observation(Protocol):
    """Reading back."""

    def observe(self) -> Observed:
        """Everything of this installation, one bulk read."""

    def sweep_strays(self, token: int) -> tuple[str, ...]:
        """Removes the strays that hold no data; returns the names removed."""

    def read_usage(self) -> tuple[Usage, ...]:
        """Counters of all running things."""

    def list_foreign(self) -> tuple[ForeignDomain, ...]:
        """The machines that run beside ours and that no Yunqi made, those that are shut off included; only looked
        at.
        """

    def read_foreign_usage(self, subjects: Mapping[str, str]) -> tuple[Usage, ...]:
        """Counters of those of them that run, by what their uuids are called here; volumes and ports by number."""


class Engine(Compute, BlockStorage, Networking, Observation, Protocol):
    """An engine with all capabilities of the one-machine installation."""

    name: str


class GuestAccess(Protocol):
    """How a probe reaches a guest from a place apart: the argument list that runs a command inside the right network
    place.
    """

    def place_of_network(self, network_id: str) -> Path:
        """The path of the network namespace from which the tenant network's guests are reached (the router's)."""

    def place_outside(self) -> Path:
        """The path of the network namespace that stands for the Internet, from which public addresses are reached."""

    def agent_of_domain(self, domain_id: str) -> str:
        """The hypervisor's connection URI and the guest's name there, with # between: how its agent is asked."""
