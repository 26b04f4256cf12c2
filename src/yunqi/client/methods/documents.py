"""The methods of documents. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from yunqi.client.base import Deed, Download, Noun, Pending
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.documents import DocumentRow, ListDocuments, MadeDocuments, MakeDocuments

_LIST = Deed("document.list", "GET", "/documents", "read", ListDocuments)
_MAKE = Deed("document.make", "POST", "/documents", "run", MakeDocuments)
_READ = Deed("document.read", "GET", "/documents/{id}", "read", ById)


class DocumentsMethods(Noun):
    """What can be asked and done."""

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        kind: Literal["original", "made", "certificate"] | None = None,
        text: str | None = None,
    ) -> Page[DocumentRow]:
        """Documents of the contracts that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract, "kind": kind, "text": text},
            Page[DocumentRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        kind: Literal["original", "made", "certificate"] | None = None,
        text: str | None = None,
    ) -> Iterator[DocumentRow]:
        """Documents of the contracts that the caller may see, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {"sort": sort, "contract": contract, "kind": kind, "text": text, "limit": PAGE_LIMIT},
            Page[DocumentRow],
        )

    def make(
        self,
        *,
        statement: str | None = None,
        resource: str | None = None,
        only: str | None = None,
        key: str | None = None,
    ) -> Pending[MadeDocuments]:
        """The documents of a statement (report, workbook, PDF), or the erase certificate of a resource, kept as
        files.
        """
        return self._begin(_MAKE, {"statement": statement, "resource": resource, "only": only}, MadeDocuments, key=key)

    def read(self, id: str) -> Download:
        """A document's bytes."""
        return self._download(_READ, {"id": id})
