"""What one resource is: asked for, chosen, drawn, certified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.store.certificates import list_certificates, read_choices
from yunqi.store.checks import from_micro
from yunqi.store.resources import Resource, list_draws_of_resource, require_resource


@dataclass(frozen=True, slots=True)
class DrawView:
    """One draw, its quantity exact."""

    item: str
    quantity: Fraction
    start_at: datetime
    end_at: datetime | None


@dataclass(frozen=True, slots=True)
class Described:
    """A resource with its choices, draws and certificates."""

    resource: Resource
    choices: Mapping[str, str]
    draws: tuple[DrawView, ...]
    certificates: tuple[Mapping[str, Any], ...]


def describe_resource(connection: Connection, reference: str) -> Described:
    """Everything kept of a resource; raises `Problem` resource.unknown."""
    found = require_resource(connection, reference)
    draws = tuple(
        DrawView(one.item, from_micro(one.quantity_micro), one.start_at, one.end_at)
        for one in list_draws_of_resource(connection, found.id)
    )
    return Described(
        found, read_choices(connection, found.id), draws, list_certificates(connection, resource_id=found.id)
    )
