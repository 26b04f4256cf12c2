"""Webhooks on the wire: where an organisation is told of events, and what became of each telling."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, ListRequest, Request

Event = Literal[
    "incident.opened", "incident.ended", "statement.made", "certificate.issued", "proposal.waiting", "run.ended"
]


class ListWebhooks(ListRequest):
    """The webhooks of the caller's organisation."""


class WebhookRow(Answer):
    """A webhook: which events it is told, how many wait or are dead, when one last arrived."""

    id: str
    organisation_id: str
    organisation: str
    url: str
    events: tuple[str, ...]
    algorithm: str
    created_at: datetime
    created_by: str | None
    created_by_name: str
    waiting: int
    dead: int
    delivered_at: datetime | None


class AddWebhook(Request):
    """Where to send which events; what is sent is signed with HMAC-SHA-256 or HMAC-SM3."""

    url: Annotated[str, Field(min_length=1, max_length=500)]
    events: Annotated[tuple[Event, ...], Field(min_length=1, max_length=20)]
    algorithm: Literal["sha256", "sm3"] = "sha256"


class NewWebhook(WebhookRow):
    """A webhook just added; the secret that signs is shown this once."""

    secret: Annotated[str, Field(repr=False)]


class ListDeliveries(ListRequest):
    """What a webhook was told, the latest first."""

    id: Annotated[str, Field(min_length=1, max_length=60)]
    state: Literal["waiting", "done", "dead", "dropped"] | None = None


class DeliveryRow(Answer):
    """One telling: how often it was tried, the last HTTP status, why it failed (a code), when it is tried again."""

    id: str
    event: str
    payload: dict[str, Any]
    at: datetime
    state: str
    attempts: int
    next_at: datetime | None
    status: int | None
    error: str | None
    done_at: datetime | None


class Retried(Answer):
    """How many dead deliveries begin anew."""

    id: str
    count: int
