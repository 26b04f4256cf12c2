"""The methods of entitlements. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.contracts import DrawList, EntitlementList, ListEntitlements, OfContract

_DRAWS = Deed("entitlement.draws", "GET", "/contracts/{contract}/draws", "read", OfContract)
_LIST = Deed("entitlement.list", "GET", "/contracts/{contract}/entitlements", "read", ListEntitlements)


class EntitlementsMethods(Noun):
    """What can be asked and done."""

    def draws(self, contract: str) -> DrawList:
        """What each resource takes of the contract now, the most first."""
        return self._answer(_DRAWS, {"contract": contract}, DrawList)

    def list(self, contract: str, *, at: datetime | None = None) -> EntitlementList:
        """What each price line allows at an instant, now unless one is named."""
        return self._answer(_LIST, {"contract": contract, "at": at}, EntitlementList)
