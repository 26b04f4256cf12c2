"""The methods of deliveries. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.deliveries import Delivery, ReadDelivery

_FILE = Deed("delivery.file", "GET", "/contracts/{contract}/delivery/file", "read", ReadDelivery)
_READ = Deed("delivery.read", "GET", "/contracts/{contract}/delivery", "read", ReadDelivery)


class DeliveriesMethods(Noun):
    """What can be asked and done."""

    def file(self, contract: str, *, month: str | None = None) -> Download:
        """The same as a workbook: a row a line and day."""
        return self._download(_FILE, {"contract": contract, "month": month})

    def read(self, contract: str, *, month: str | None = None) -> Delivery:
        """Each price line on each day of a month, as known now. Raises `Problem` month.unreadable."""
        return self._answer(_READ, {"contract": contract, "month": month}, Delivery)
