"""The methods of exclusions. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, Done, Page, Proposal
from yunqi.wire.incidents import ExclusionRow, ListExclusions, RecordExclusion

_LIST = Deed("exclusion.list", "GET", "/exclusions", "read", ListExclusions)
_RECORD = Deed("exclusion.record", "POST", "/exclusions", "write", RecordExclusion)


class ExclusionsMethods(Noun):
    """What can be asked and done."""

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        object: str | None = None,
    ) -> Page[ExclusionRow]:
        """Exclusions of the contracts that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract, "object": object},
            Page[ExclusionRow],
        )

    def iterate(
        self, *, sort: str | None = None, contract: str | None = None, object: str | None = None
    ) -> Iterator[ExclusionRow]:
        """Exclusions of the contracts that the caller may see, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST, {"sort": sort, "contract": contract, "object": object, "limit": PAGE_LIMIT}, Page[ExclusionRow]
        )

    def record(
        self,
        *,
        contract: str,
        start_at: datetime,
        end_at: datetime,
        clause: str,
        reason: str,
        object: str = "*",
        key: str | None = None,
    ) -> Done | Proposal:
        """Records time that does not count, approved by the using unit, whichever party asked for it."""
        return self._answer_or_proposal(
            _RECORD,
            {
                "contract": contract,
                "start_at": start_at,
                "end_at": end_at,
                "clause": clause,
                "reason": reason,
                "object": object,
            },
            Done,
            key=key,
        )
