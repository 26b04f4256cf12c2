"""What a service is: the code that knows one kind of resource. Pure.

A service folder has `service.yaml` (kind, names, price items), `spec.py` (a pydantic model: the order's fields with bounds),
`want.py` (spec -> things) and `meter.py` (spec -> draws; usage names).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from yunqi.engines.base import Thing


class DrawKind(StrEnum):
    """How a resource uses a price line: a quantity over a span, one run, one piece, one deliverable."""

    SPAN = "span"
    RUN = "run"
    PIECE = "piece"
    DELIVERABLE = "deliverable"


@dataclass(frozen=True, slots=True)
class DrawNeed:
    """What an order takes of a price item: `quantity` in the item's unit (核, GB, Mb, IP …), exact."""

    item: str
    quantity: Fraction
    kind: DrawKind = DrawKind.SPAN


class Spec(BaseModel):
    """Base of all specs: unknown fields are refused, values are checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class ResourceView:
    """A resource as services and the planner see it: `spec` validated, `references` resolved to ids."""

    id: str
    kind: str
    name: str
    tenant: str
    system: str | None
    spec: Mapping[str, Any]
    generation: int
    delete_wanted: bool = False
    erase_approved: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What was allocated to a resource, by pool: `ip`, `mac`, `cidr`, `gateway`, `public_ip`, `host`."""

    values: Mapping[str, str]


class Service(Protocol):
    """One kind of resource."""

    kind: str
    spec_model: type[Spec]

    def needs(self, spec: Spec) -> tuple[DrawNeed, ...]:
        """What the order draws."""

    def pools(self, spec: Spec) -> tuple[str, ...]:
        """Which choices the planner must have made before `want` can be asked."""

    def references(self, spec: Spec) -> Mapping[str, str]:
        """Fields of the spec that name other resources, with the kind each must have: {"network": "network"}."""

    def want(self, resource: ResourceView, choices: Choices, neighbours: Mapping[str, tuple[ResourceView, Choices]]) -> tuple[Thing, ...]:
        """The things that must exist for it. `neighbours` holds the resources it refers to, and those that refer to it."""
