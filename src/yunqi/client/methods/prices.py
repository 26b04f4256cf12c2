"""The methods of prices. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.comparisons import ListPrices, PriceList

_COMPARE = Deed("price.compare", "GET", "/prices", "read", ListPrices)


class PricesMethods(Noun):
    """What can be asked and done."""

    def compare(
        self,
        *,
        item: str | None = None,
        provider: str | None = None,
        using_unit: str | None = None,
        at: datetime | None = None,
    ) -> PriceList:
        """Unit prices of the contracts in force that the caller may see, as yuan a unit and month."""
        return self._answer(
            _COMPARE, {"item": item, "provider": provider, "using_unit": using_unit, "at": at}, PriceList
        )
