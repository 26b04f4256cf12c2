"""The methods of webhooks. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Done, Page
from yunqi.wire.webhooks import AddWebhook, DeliveryRow, ListDeliveries, ListWebhooks, NewWebhook, Retried, WebhookRow

_ADD = Deed("webhook.add", "POST", "/webhooks", "write", AddWebhook)
_DELIVERIES = Deed("webhook.deliveries", "GET", "/webhooks/{id}/deliveries", "read", ListDeliveries)
_LIST = Deed("webhook.list", "GET", "/webhooks", "read", ListWebhooks)
_PING = Deed("webhook.ping", "POST", "/webhooks/{id}/ping", "write", ById)
_REMOVE = Deed("webhook.remove", "DELETE", "/webhooks/{id}", "write", ById)
_RETRY = Deed("webhook.retry", "POST", "/webhooks/{id}/retry", "write", ById)


class WebhooksMethods(Noun):
    """What can be asked and done."""

    def add(
        self,
        *,
        url: str,
        events: tuple[
            Literal[
                "incident.opened",
                "incident.ended",
                "statement.made",
                "certificate.issued",
                "proposal.waiting",
                "run.ended",
            ],
            ...,
        ],
        algorithm: Literal["sha256", "sm3"] = "sha256",
        key: str | None = None,
    ) -> NewWebhook:
        """Adds a webhook of the caller's organisation; its secret is shown this once."""
        return self._answer(_ADD, {"url": url, "events": events, "algorithm": algorithm}, NewWebhook, key=key)

    def deliveries(
        self,
        id: str,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        state: Literal["waiting", "done", "dead", "dropped"] | None = None,
    ) -> Page[DeliveryRow]:
        """What a webhook was told, what waits, what died and why."""
        return self._answer(
            _DELIVERIES, {"id": id, "limit": limit, "cursor": cursor, "sort": sort, "state": state}, Page[DeliveryRow]
        )

    def iterate_deliveries(
        self, id: str, *, sort: str | None = None, state: Literal["waiting", "done", "dead", "dropped"] | None = None
    ) -> Iterator[DeliveryRow]:
        """What a webhook was told, what waits, what died and why; of all pages, one after another."""
        return self._iterate(
            _DELIVERIES, {"id": id, "sort": sort, "state": state, "limit": PAGE_LIMIT}, Page[DeliveryRow]
        )

    def list(self, *, limit: int = 100, cursor: str | None = None, sort: str | None = None) -> Page[WebhookRow]:
        """Where the caller's organisation is told of events."""
        return self._answer(_LIST, {"limit": limit, "cursor": cursor, "sort": sort}, Page[WebhookRow])

    def iterate(self, *, sort: str | None = None) -> Iterator[WebhookRow]:
        """Where the caller's organisation is told of events; of all pages, one after another."""
        return self._iterate(_LIST, {"sort": sort, "limit": PAGE_LIMIT}, Page[WebhookRow])

    def ping(self, id: str, *, key: str | None = None) -> Done:
        """Sends a delivery that tells of nothing, to see whether it arrives."""
        return self._answer(_PING, {"id": id}, Done, key=key)

    def remove(self, id: str, *, key: str | None = None) -> Done:
        """Removes a webhook; what still waited for it is dropped."""
        return self._answer(_REMOVE, {"id": id}, Done, key=key)

    def retry(self, id: str, *, key: str | None = None) -> Retried:
        """Lets the dead deliveries of a webhook begin anew."""
        return self._answer(_RETRY, {"id": id}, Retried, key=key)
