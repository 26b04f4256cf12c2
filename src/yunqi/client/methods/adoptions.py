"""The methods of adoptions. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date
from typing import Literal

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.adoptions import AdoptionDetail, AdoptionList, ConfirmAdoption, PreviewAdoption, PreviewedAdoption
from yunqi.wire.base import ById, Proposal
from yunqi.wire.contracts import OfContract

_CONFIRM = Deed("adoption.confirm", "POST", "/adoptions/{id}/confirmation", "write", ConfirmAdoption)
_LIST = Deed("adoption.list", "GET", "/contracts/{contract}/adoptions", "read", OfContract)
_PREVIEW = Deed("adoption.preview", "POST", "/contracts/{contract}/adoptions", "run", PreviewAdoption)
_READ = Deed("adoption.read", "GET", "/adoptions/{id}", "read", ById)
_UNDO = Deed("adoption.undo", "POST", "/adoptions/{id}/undo", "write", ById)


class AdoptionsMethods(Noun):
    """What can be asked and done."""

    def confirm(self, id: str, *, work_order: str, key: str | None = None) -> AdoptionDetail | Proposal:
        """Takes in what was previewed, whole or not at all: resources that Yunqi did not build, with draws from the
        day.
        """
        return self._answer_or_proposal(_CONFIRM, {"id": id, "work_order": work_order}, AdoptionDetail, key=key)

    def list(self, contract: str) -> AdoptionList:
        """The adoptions of a contract, the newest first."""
        return self._answer(_LIST, {"contract": contract}, AdoptionList)

    def preview(
        self,
        contract: str,
        *,
        from_on: date,
        file: str | None = None,
        running: str | None = None,
        grade: Literal["normal", "high"] | None = None,
        key: str | None = None,
    ) -> Pending[PreviewedAdoption]:
        """Reads a list or what runs and matches it to systems and price lines; the differences are kept, nothing
        else.
        """
        return self._begin(
            _PREVIEW,
            {"contract": contract, "from_on": from_on, "file": file, "running": running, "grade": grade},
            PreviewedAdoption,
            key=key,
        )

    def read(self, id: str) -> AdoptionDetail:
        """One adoption: what is taken in, each price line beside it, and every difference with its place."""
        return self._answer(_READ, {"id": id}, AdoptionDetail)

    def undo(self, id: str, *, key: str | None = None) -> AdoptionDetail | Proposal:
        """Takes it back whole, until the first month that it counts in is closed; what was recorded of it stays
        evidence.
        """
        return self._answer_or_proposal(_UNDO, {"id": id}, AdoptionDetail, key=key)
