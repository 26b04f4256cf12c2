"""What an inventory is matched against, and what comes of it: plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from yunqi.operations.adoption.inventory import Note, Part, Place


@dataclass(frozen=True, slots=True)
class Line:
    """A price line in force: quantities in its unit; `contracted` None where the text states none."""

    id: str
    no: int
    item: str | None
    name: str
    unit: str
    contracted: Fraction | None
    drawn: Fraction
    draw_kind: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class System:
    """An information system of the using unit; `here`: it is deployed in the tenant."""

    id: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What an inventory is matched against.

    `known`: the specs of the tenant's resources by kind and name; `adopted`: those of the contract that were adopted;
    `taken`: public addresses that somebody has; `grade`: what disks of which nothing is said count as.
    """

    unit: str
    from_on: date
    today: date
    end_on: date | None
    lines: Sequence[Line]
    systems: Sequence[System]
    known: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    adopted: frozenset[tuple[str, str]] = frozenset()
    taken: frozenset[str] = frozenset()
    grade: str | None = None


class Draw(Part):
    """What a resource takes of a line, in the line's unit."""

    line_id: str
    line_no: int
    item: str
    quantity: str


class Take(Part):
    """A resource to be taken in; `server`: the name of the machine that it belongs to."""

    kind: str
    name: str
    system_id: str | None
    system: str
    spec: dict[str, Any]
    server: str = ""
    start_on: date
    ips: tuple[str, ...] = ()
    public_ips: tuple[str, ...] = ()
    uuid: str = ""
    draws: tuple[Draw, ...] = ()
    place: Place = Place()


class LineUse(Part):
    """A price line beside the list: contracted, drawn before, listed now, and what is over."""

    no: int
    name: str
    item: str | None
    unit: str
    contracted: str | None
    before: str
    listed: str
    over: str | None


class Plan(Part):
    """What confirming would do, and what differs."""

    takes: tuple[Take, ...]
    lines: tuple[LineUse, ...]
    notes: tuple[Note, ...]

    @property
    def errors(self) -> int:
        """How many notes keep it from being confirmed."""
        return sum(1 for note in self.notes if note.severity == "error")
