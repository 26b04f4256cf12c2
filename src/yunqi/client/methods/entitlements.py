"""The methods of entitlements. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.contracts import EntitlementList, ListEntitlements

_LIST = Deed("entitlement.list", "GET", "/contracts/{contract}/entitlements", "read", ListEntitlements)


class EntitlementsMethods(Noun):
    """What can be asked and done."""

    def list(self, contract: str, *, at: datetime | None = None) -> EntitlementList:
        """What each price line allows at an instant, now unless one is named."""
        return self._answer(_LIST, {"contract": contract, "at": at}, EntitlementList)
