"""The methods of runs. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page, Run
from yunqi.wire.desk import ListRuns

_CANCEL = Deed("run.cancel", "POST", "/runs/{id}/cancellation", "write", ById)
_LIST = Deed("run.list", "GET", "/runs", "read", ListRuns)
_READ = Deed("run.read", "GET", "/runs/{id}", "read", ById)


class RunsMethods(Noun):
    """What can be asked and done."""

    def cancel(self, id: str, *, key: str | None = None) -> Run:
        """Asks that a run end at its next step."""
        return self._answer(_CANCEL, {"id": id}, Run, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        state: str | None = None,
        contract: str | None = None,
    ) -> Page[Run]:
        """Long work of the caller's organisation, the newest first."""
        return self._answer(
            _LIST, {"limit": limit, "cursor": cursor, "sort": sort, "state": state, "contract": contract}, Page[Run]
        )

    def iterate(
        self, *, sort: str | None = None, state: str | None = None, contract: str | None = None
    ) -> Iterator[Run]:
        """Long work of the caller's organisation, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST, {"sort": sort, "state": state, "contract": contract, "limit": PAGE_LIMIT}, Page[Run]
        )

    def read(self, id: str) -> Run:
        """One run: how far it is, what came of it."""
        return self._answer(_READ, {"id": id}, Run)
