"""What is watched, and what observers of their own have seen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request
from yunqi.wire.contracts import Named

OBSERVATION_LIMIT = 5000
"""Most results of one request."""


class ListWatches(ListRequest):
    """What is watched under the contracts that the caller may see; `ended`: also what no longer is."""

    contract: Named | None = None
    ended: bool = False


class WatchRow(Answer):
    """One thing watched. `network_name` None: from outside the cloud."""

    id: str
    contract_id: str
    contract_number: str | None
    object: str
    object_name: str
    probe: str
    address: str
    network_id: str | None
    network_name: str | None
    begun_at: datetime
    ended_at: datetime | None


class BeginWatch(Request):
    """Begins to watch an object (a resource, `system:<id>` or `platform`) at an address as the probe takes it.

    `network` names a network of the contract to ask from; without it the probe asks from outside.
    """

    contract: Named
    object: Annotated[str, Field(min_length=1, max_length=120)]
    probe: Annotated[str, Field(min_length=1, max_length=20)]
    address: Annotated[str, Field(min_length=1, max_length=300)]
    network: Named | None = None


class Observation(Request):
    """What an observer saw of an object over a span; between two of them nothing is known."""

    object: Annotated[str, Field(min_length=1, max_length=120)]
    probe: Annotated[str, Field(min_length=1, max_length=20)]
    start_at: Instant
    end_at: Instant
    verdict: Literal["up", "down", "unknown"]
    detail: Annotated[str, Field(max_length=200)] = ""


class RecordObservations(Request):
    """Results of probes of the caller's own, kept apart from all others under the name of its organisation."""

    contract: Named
    observations: Annotated[tuple[Observation, ...], Field(min_length=1, max_length=OBSERVATION_LIMIT)]


class RecordedObservations(Answer):
    """How many were new, how many were known already, and how many came after their day was closed: those are lost."""

    written: int
    known: int
    late: int
    origin: str
