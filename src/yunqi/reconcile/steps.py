"""A plan as data: steps in order, and what waits for a person or for the world.

`key` is the id that a step is about, `needs` the ids whose earlier steps must have succeeded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from yunqi.engines.base import Address, Domain, Network, Volume

_NOTHING: frozenset[str] = frozenset()


class _Step:
    """What steps share. No dataclass: every step says its own fields."""

    __slots__ = ()

    @property
    def needs(self) -> frozenset[str]:
        """Nothing, unless the step says otherwise."""
        return _NOTHING


@dataclass(frozen=True, slots=True)
class Reserve(_Step):
    """Records a choice: `value` of `pool`, unique within `scope`."""

    name: ClassVar[str] = "reserve"
    resource: str
    pool: str
    scope: str
    value: str

    @property
    def key(self) -> str:
        """The resource."""
        return self.resource


@dataclass(frozen=True, slots=True)
class MarkPhase(_Step):
    """Records that a resource is on its way, waits or is being ended. `wait` is a code or empty."""

    name: ClassVar[str] = "mark_phase"
    resource: str
    phase: str
    wait: str = ""

    @property
    def key(self) -> str:
        """The record of the resource, which no other step needs."""
        return f"{self.resource}.status"


@dataclass(frozen=True, slots=True)
class PutNetwork(_Step):
    """Makes a network so."""

    name: ClassVar[str] = "put_network"
    network: Network

    @property
    def key(self) -> str:
        """The network."""
        return self.network.id


@dataclass(frozen=True, slots=True)
class PutVolume(_Step):
    """Makes or grows a volume."""

    name: ClassVar[str] = "put_volume"
    volume: Volume

    @property
    def key(self) -> str:
        """The volume."""
        return self.volume.id


@dataclass(frozen=True, slots=True)
class PutDomain(_Step):
    """Defines a domain."""

    name: ClassVar[str] = "put_domain"
    domain: Domain

    @property
    def key(self) -> str:
        """The domain."""
        return self.domain.id

    @property
    def needs(self) -> frozenset[str]:
        """Its volumes and networks."""
        return frozenset(self.domain.volumes) | {port.network for port in self.domain.ports}


@dataclass(frozen=True, slots=True)
class StartDomain(_Step):
    """Starts a domain, which needs its volumes and networks."""

    name: ClassVar[str] = "start_domain"
    domain: Domain

    @property
    def key(self) -> str:
        """The domain."""
        return self.domain.id

    @property
    def needs(self) -> frozenset[str]:
        """Its volumes and networks."""
        return frozenset(self.domain.volumes) | {port.network for port in self.domain.ports}


@dataclass(frozen=True, slots=True)
class StopDomain(_Step):
    """Stops a domain, so that its changed definition takes effect."""

    name: ClassVar[str] = "stop_domain"
    domain: str

    @property
    def key(self) -> str:
        """The domain."""
        return self.domain


@dataclass(frozen=True, slots=True)
class DropDomain(_Step):
    """Takes a domain away; its volumes stay."""

    name: ClassVar[str] = "drop_domain"
    domain: str

    @property
    def key(self) -> str:
        """The domain."""
        return self.domain


@dataclass(frozen=True, slots=True)
class EraseVolume(_Step):
    """Destroys a volume's data, reads back, certifies, removes; `attached` are domains that must have let go of it."""

    name: ClassVar[str] = "erase_volume"
    volume: str
    resource: str
    attached: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The volume."""
        return self.volume

    @property
    def needs(self) -> frozenset[str]:
        """The domains that had it."""
        return frozenset(self.attached)


@dataclass(frozen=True, slots=True)
class DropVolume(_Step):
    """Removes an erased volume; `attached` are domains that must have let go of it."""

    name: ClassVar[str] = "drop_volume"
    volume: str
    attached: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The volume."""
        return self.volume

    @property
    def needs(self) -> frozenset[str]:
        """The domains that had it."""
        return frozenset(self.attached)


@dataclass(frozen=True, slots=True)
class PutAddress(_Step):
    """Makes a public address so."""

    name: ClassVar[str] = "put_address"
    address: Address

    @property
    def key(self) -> str:
        """The address."""
        return self.address.id

    @property
    def needs(self) -> frozenset[str]:
        """Its network."""
        return frozenset({self.address.network})


@dataclass(frozen=True, slots=True)
class DropAddress(_Step):
    """Takes a public address away."""

    name: ClassVar[str] = "drop_address"
    address: str

    @property
    def key(self) -> str:
        """The address."""
        return self.address


@dataclass(frozen=True, slots=True)
class DropNetwork(_Step):
    """Takes a network away; `used_by` are domains and addresses that must be gone before."""

    name: ClassVar[str] = "drop_network"
    network: str
    used_by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The network."""
        return self.network

    @property
    def needs(self) -> frozenset[str]:
        """What stood on it."""
        return frozenset(self.used_by)


@dataclass(frozen=True, slots=True)
class SweepStrays(_Step):
    """Removes half-made parts without data."""

    name: ClassVar[str] = "sweep_strays"
    strays: tuple[str, ...]

    @property
    def key(self) -> str:
        """No resource."""
        return "strays"


@dataclass(frozen=True, slots=True)
class MarkReady(_Step):
    """Records that everything the resource wants was read back."""

    name: ClassVar[str] = "mark_ready"
    resource: str
    generation: int

    @property
    def key(self) -> str:
        """The record of the resource, which no other step needs."""
        return f"{self.resource}.status"


@dataclass(frozen=True, slots=True)
class MarkGone(_Step):
    """Records that nothing is left of the resource, ends its draws and frees its choices."""

    name: ClassVar[str] = "mark_gone"
    resource: str

    @property
    def key(self) -> str:
        """The record of the resource, which no other step needs."""
        return f"{self.resource}.status"


Step: TypeAlias = (
    Reserve
    | MarkPhase
    | PutNetwork
    | PutVolume
    | PutDomain
    | StartDomain
    | StopDomain
    | DropDomain
    | EraseVolume
    | DropVolume
    | PutAddress
    | DropAddress
    | DropNetwork
    | SweepStrays
    | MarkReady
    | MarkGone
)


@dataclass(frozen=True, slots=True)
class Wait:
    """What can't go on, and why. `subject` is a resource or an engine's orphan; `others` are ids that matter to it."""

    subject: str
    code: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in order; no steps when all is as wanted. `waits` are for people to see."""

    steps: tuple[Step, ...]
    waits: tuple[Wait, ...] = ()
