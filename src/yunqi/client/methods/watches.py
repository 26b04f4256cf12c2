"""The methods of watches. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Done, Page, Proposal
from yunqi.wire.watches import BeginWatch, ListWatches, WatchRow

_BEGIN = Deed("watch.begin", "POST", "/watches", "write", BeginWatch)
_END = Deed("watch.end", "POST", "/watches/{id}/end", "write", ById)
_LIST = Deed("watch.list", "GET", "/watches", "read", ListWatches)


class WatchesMethods(Noun):
    """What can be asked and done."""

    def begin(
        self,
        *,
        contract: str,
        object: str,
        probe: str,
        address: str,
        network: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """Begins to watch from the next round of probes on."""
        return self._answer_or_proposal(
            _BEGIN,
            {"contract": contract, "object": object, "probe": probe, "address": address, "network": network},
            Done,
            key=key,
        )

    def end(self, id: str, *, key: str | None = None) -> Done | Proposal:
        """Ends it; what was seen stays evidence. Raises `Problem` watch.unknown and access.two_parties."""
        return self._answer_or_proposal(_END, {"id": id}, Done, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        ended: bool = False,
    ) -> Page[WatchRow]:
        """What is watched under the contracts that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract, "ended": ended},
            Page[WatchRow],
        )

    def iterate(
        self, *, sort: str | None = None, contract: str | None = None, ended: bool = False
    ) -> Iterator[WatchRow]:
        """What is watched under the contracts that the caller may see, the newest first; of all pages, one after
        another.
        """
        return self._iterate(
            _LIST, {"sort": sort, "contract": contract, "ended": ended, "limit": PAGE_LIMIT}, Page[WatchRow]
        )
