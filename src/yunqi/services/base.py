"""What a service is: the code that knows one kind of resource. Pure.

A service folder has `service.yaml` (kind, names, price items), `spec.py` (a pydantic model: the order's fields and
bounds), `want.py` (spec -> things) and `meter.py` (spec -> draws).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

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

    @field_validator("*", mode="before")
    @classmethod
    def refuse_bool(cls, value: object, info: ValidationInfo) -> object:
        """The value, unless it is a truth value where a number or a word is wanted: Python would take True for 1."""
        if isinstance(value, bool) and cls.model_fields[str(info.field_name)].annotation is not bool:
            raise ValueError("bool")
        return value


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
    """One kind of resource.

    A thing's id is its resource's id, or that id followed by `-` and the name of a part (`srv-…-sys`): so the owner of
    whatever an engine still has is known when the resource's spec no longer is.
    """

    kind: str
    spec_model: type[Spec]
    keeps_data: bool
    """Whether its end destroys data: then a person approves it, and a certificate is issued."""
    pools: tuple[str, ...]
    """Which choices the planner must have made, in this order, before `want` can be asked."""
    references: Mapping[str, str]
    """Fields of the spec that name other resources, with the kind each must have: {"network": "network"}."""
    fixed: frozenset[str]
    """Fields of the spec that no later order may change."""
    grows: frozenset[str]
    """Fields that may only grow."""
    beside: frozenset[str]
    """Kinds whose resources `check_beside` looks at; of other kinds it is shown only those that the order names."""

    def needs(self, spec: Spec) -> tuple[DrawNeed, ...]:
        """What the order draws."""

    def complete(self, spec: Spec, ceilings: Mapping[str, int]) -> Mapping[str, Any]:
        """What is kept of the order: plain JSON values, with what the contract decides (`ceilings`: price item -> most
        operations a second of one disk) filled in.
        """

    def check_beside(self, spec: Spec, others: Sequence[ResourceView]) -> None:
        """Raises `Problem` when the order contradicts the tenant's other resources."""

    def want(
        self, resource: ResourceView, choices: Choices, neighbours: Mapping[str, tuple[ResourceView, Choices]]
    ) -> tuple[Thing, ...]:
        """The things that must exist for it. `neighbours`: the resources it refers to, and those that refer to it."""
