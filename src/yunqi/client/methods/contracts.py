"""The methods of contracts. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from yunqi.client.base import Deed, Download, Noun, Pending
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.contracts import (
    ContractDetail,
    ContractRow,
    ContractText,
    ImportContract,
    ImportedContract,
    ListContracts,
)

_DOCUMENT = Deed("contract.document", "GET", "/contracts/{id}/document", "read", ById)
_IMPORT = Deed("contract.import", "POST", "/contracts", "run", ImportContract)
_LIST = Deed("contract.list", "GET", "/contracts", "read", ListContracts)
_READ = Deed("contract.read", "GET", "/contracts/{id}", "read", ById)
_SIGN = Deed("contract.sign", "POST", "/contracts/{id}/signatures", "write", ById)
_TEXT = Deed("contract.text", "GET", "/contracts/{id}/text", "read", ById)


class ContractsMethods(Noun):
    """What can be asked and done."""

    def document(self, id: str) -> Download:
        """The file that the contract was read from, byte for byte."""
        return self._download(_DOCUMENT, {"id": id})

    def import_(
        self, *, file: str, using_unit: str | None = None, provider: str | None = None, key: str | None = None
    ) -> Pending[ImportedContract]:
        """Reads the file, reviews it, and keeps the contract whole."""
        return self._begin(
            _IMPORT, {"file": file, "using_unit": using_unit, "provider": provider}, ImportedContract, key=key
        )

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        state: str | None = None,
        text: str | None = None,
    ) -> Page[ContractRow]:
        """Contracts that the caller may see, with their parties."""
        return self._answer(
            _LIST, {"limit": limit, "cursor": cursor, "sort": sort, "state": state, "text": text}, Page[ContractRow]
        )

    def iterate(
        self, *, sort: str | None = None, state: str | None = None, text: str | None = None
    ) -> Iterator[ContractRow]:
        """Contracts that the caller may see, with their parties; of all pages, one after another."""
        return self._iterate(
            _LIST, {"sort": sort, "state": state, "text": text, "limit": PAGE_LIMIT}, Page[ContractRow]
        )

    def read(self, id: str) -> ContractDetail:
        """One contract, whole."""
        return self._answer(_READ, {"id": id}, ContractDetail)

    def sign(self, id: str, *, key: str | None = None, if_match: str | None = None) -> ContractDetail:
        """The caller's party signs the contract data as it stands; `If-Match` binds the signature to what was seen."""
        return self._answer(_SIGN, {"id": id}, ContractDetail, key=key, if_match=if_match)

    def text(self, id: str) -> ContractText:
        """The file that the contract was read from as paragraphs and tables, each with its article and place."""
        return self._answer(_TEXT, {"id": id}, ContractText)
