"""The methods of statements. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.incidents import FindingDetail
from yunqi.wire.statements import (
    ListStatements,
    RaiseDispute,
    ReadTrace,
    Recomputed,
    StatementDetail,
    StatementRow,
    TraceDetail,
)

_DISPUTE = Deed("statement.dispute", "POST", "/statements/{id}/disputes", "write", RaiseDispute)
_LIST = Deed("statement.list", "GET", "/statements", "read", ListStatements)
_READ = Deed("statement.read", "GET", "/statements/{id}", "read", ById)
_RECOMPUTE = Deed("statement.recompute", "GET", "/statements/{id}/recomputation", "read", ById)
_TRACE = Deed("statement.trace", "GET", "/statements/{id}/trace", "read", ReadTrace)


class StatementsMethods(Noun):
    """What can be asked and done."""

    def dispute(
        self, id: str, *, line: str, reason: str, key: str | None = None, if_match: str | None = None
    ) -> FindingDetail:
        """Freezes one line of a statement's penalties; the others are charged as ever."""
        return self._answer(
            _DISPUTE, {"id": id, "line": line, "reason": reason}, FindingDetail, key=key, if_match=if_match
        )

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        month: str | None = None,
        provisional: bool | None = None,
        last: bool = False,
    ) -> Page[StatementRow]:
        """Statements that the caller may see, the newest month first."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "contract": contract,
                "month": month,
                "provisional": provisional,
                "last": last,
            },
            Page[StatementRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        month: str | None = None,
        provisional: bool | None = None,
        last: bool = False,
    ) -> Iterator[StatementRow]:
        """Statements that the caller may see, the newest month first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {
                "sort": sort,
                "contract": contract,
                "month": month,
                "provisional": provisional,
                "last": last,
                "limit": PAGE_LIMIT,
            },
            Page[StatementRow],
        )

    def read(self, id: str) -> StatementDetail:
        """One statement: what was delivered, kept and breached, what it costs, what is due, and what is still open."""
        return self._answer(_READ, {"id": id}, StatementDetail)

    def recompute(self, id: str) -> Recomputed:
        """The same month computed again from what was known when the statement was made: it must be the same to the
        fen.
        """
        return self._answer(_RECOMPUTE, {"id": id}, Recomputed)

    def trace(self, id: str, *, node: str) -> TraceDetail:
        """How one figure came about: formula, clause and its words, reading, facts with their places in the chain."""
        return self._answer(_TRACE, {"id": id, "node": node}, TraceDetail)
