"""The methods of allocations. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date
from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.allocations import AgreeAllocation, AllocationView, ReadAllocation, SystemQuantity, SystemShare
from yunqi.wire.base import Done, Proposal

_AGREE = Deed("allocation.agree", "POST", "/contracts/{contract}/allocations", "write", AgreeAllocation)
_FILE = Deed("allocation.file", "GET", "/contracts/{contract}/allocation/file", "read", ReadAllocation)
_READ = Deed("allocation.read", "GET", "/contracts/{contract}/allocation", "read", ReadAllocation)


class AllocationsMethods(Noun):
    """What can be asked and done."""

    def agree(
        self,
        contract: str,
        *,
        valid_from: date,
        agreement: str,
        shares: tuple[SystemShare, ...] | None = None,
        quantities: tuple[SystemQuantity, ...] | None = None,
        spread: Literal["even", "days"] = "even",
        file: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """Keeps an allocation from a day on; each system's share of the price follows it from then on, in
        statements too.
        """
        return self._answer_or_proposal(
            _AGREE,
            {
                "contract": contract,
                "valid_from": valid_from,
                "agreement": agreement,
                "shares": shares,
                "quantities": quantities,
                "spread": spread,
                "file": file,
            },
            Done,
            key=key,
        )

    def file(self, contract: str, *, on: date | None = None) -> Download:
        """The fees by system and month as a workbook, sums in the last row. Raises `Problem` allocation.none."""
        return self._download(_FILE, {"contract": contract, "on": on})

    def read(self, contract: str, *, on: date | None = None) -> AllocationView:
        """The fees by system and month under the allocation in force on a day; they make the price to the fen."""
        return self._answer(_READ, {"contract": contract, "on": on}, AllocationView)
