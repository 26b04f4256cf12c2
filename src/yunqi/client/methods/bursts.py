"""The methods of bursts. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Done, Proposal
from yunqi.wire.contracts import OfContract
from yunqi.wire.readings import BurstList, RecordBurst

_LIST = Deed("burst.list", "GET", "/contracts/{contract}/bursts", "read", OfContract)
_RECORD = Deed("burst.record", "POST", "/contracts/{contract}/bursts", "write", RecordBurst)


class BurstsMethods(Noun):
    """What can be asked and done."""

    def list(self, contract: str) -> BurstList:
        """All bursts of a contract."""
        return self._answer(_LIST, {"contract": contract}, BurstList)

    def record(
        self,
        contract: str,
        *,
        item: str,
        quantity: str,
        start_at: datetime,
        end_at: datetime,
        reason: str,
        key: str | None = None,
    ) -> Done | Proposal:
        """Records agreed use beyond the entitlement, free and for a limited time."""
        return self._answer_or_proposal(
            _RECORD,
            {
                "contract": contract,
                "item": item,
                "quantity": quantity,
                "start_at": start_at,
                "end_at": end_at,
                "reason": reason,
            },
            Done,
            key=key,
        )
