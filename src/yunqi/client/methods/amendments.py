"""The methods of amendments. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from typing import Any, Literal

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.amendments import (
    AmendmentDetail,
    AmendmentList,
    ChangeAmendment,
    DropChange,
    ImportAmendment,
    ImportedAmendment,
)
from yunqi.wire.base import ById
from yunqi.wire.contracts import OfContract

_CHANGE = Deed("amendment.change", "POST", "/amendments/{id}/changes", "write", ChangeAmendment)
_DROP = Deed("amendment.drop", "DELETE", "/amendments/{id}/changes/{no}", "write", DropChange)
_IMPORT = Deed("amendment.import", "POST", "/contracts/{contract}/amendments", "run", ImportAmendment)
_LIST = Deed("amendment.list", "GET", "/contracts/{contract}/amendments", "read", OfContract)
_READ = Deed("amendment.read", "GET", "/amendments/{id}", "read", ById)
_SIGN = Deed("amendment.sign", "POST", "/amendments/{id}/signatures", "write", ById)


class AmendmentsMethods(Noun):
    """What can be asked and done."""

    def change(
        self,
        id: str,
        *,
        path: str,
        deed: Literal["set", "add", "end", "text", "reading"] = "set",
        value: Any = None,
        text: str | None = None,
        words: str = "",
        article: str = "",
        why: str = "",
        key: str | None = None,
        if_match: str | None = None,
    ) -> AmendmentDetail:
        """Enters a change, or the day from which the agreement holds, beside the text."""
        return self._answer(
            _CHANGE,
            {
                "id": id,
                "path": path,
                "deed": deed,
                "value": value,
                "text": text,
                "words": words,
                "article": article,
                "why": why,
            },
            AmendmentDetail,
            key=key,
            if_match=if_match,
        )

    def drop(
        self, id: str, *, no: int, path: str = "", key: str | None = None, if_match: str | None = None
    ) -> AmendmentDetail:
        """Takes out a change by its number, or with the number 0 an uncertain one by its path."""
        return self._answer(_DROP, {"id": id, "no": no, "path": path}, AmendmentDetail, key=key, if_match=if_match)

    def import_(self, contract: str, *, file: str, key: str | None = None) -> Pending[ImportedAmendment]:
        """Reads a file as a supplementary agreement to a signed contract and keeps it, to be signed by both
        parties.
        """
        return self._begin(_IMPORT, {"contract": contract, "file": file}, ImportedAmendment, key=key)

    def list(self, contract: str) -> AmendmentList:
        """The supplementary agreements of a contract."""
        return self._answer(_LIST, {"contract": contract}, AmendmentList)

    def read(self, id: str) -> AmendmentDetail:
        """One supplementary agreement: what it changes, and what differs in the contract by it."""
        return self._answer(_READ, {"id": id}, AmendmentDetail)

    def sign(self, id: str, *, key: str | None = None, if_match: str | None = None) -> AmendmentDetail:
        """The caller's party signs what the agreement changes; signed by both, it is in force from its day."""
        return self._answer(_SIGN, {"id": id}, AmendmentDetail, key=key, if_match=if_match)
