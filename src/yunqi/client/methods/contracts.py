"""The methods of contracts. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from yunqi.client.base import Deed, Download, Noun, Pending
from yunqi.wire.amendments import ContractVersion, ReadVersion
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.comparisons import CompareContracts, ContractComparison, MonthFeeList
from yunqi.wire.contracts import (
    Boundaries,
    ContractDetail,
    ContractRow,
    ContractText,
    ImportContract,
    ImportedContract,
    ListContracts,
    OfContract,
    ReadPage,
)
from yunqi.wire.drafts import DraftCheck, OpinionOf, Requirements, RequirementsFile, RequirementsOf, SupplementOf
from yunqi.wire.settling import (
    CorrectValue,
    NoteSentence,
    RemoveItem,
    SettledList,
    SettleValue,
    UncertainList,
    UndoSettled,
)

_CASES = Deed("contract.cases", "GET", "/contracts/{contract}/cases", "read", OfContract)
_COMPARE = Deed("contract.compare", "GET", "/contracts/{contract}/comparison", "read", CompareContracts)
_COMPARE_MONTHS = Deed(
    "contract.compare_months", "GET", "/contracts/{contract}/comparison/months", "read", CompareContracts
)
_CORRECT = Deed("contract.correct", "POST", "/contracts/{id}/corrections", "write", CorrectValue)
_DOCUMENT = Deed("contract.document", "GET", "/contracts/{id}/document", "read", ById)
_DRAFT = Deed("contract.draft", "GET", "/contracts/{id}/draft", "read", ById)
_DRAFT_CHECK = Deed("contract.draft_check", "GET", "/contracts/{id}/draft/check", "read", ById)
_IMPORT = Deed("contract.import", "POST", "/contracts", "run", ImportContract)
_LIST = Deed("contract.list", "GET", "/contracts", "read", ListContracts)
_NOTE = Deed("contract.note", "POST", "/contracts/{id}/notes", "write", NoteSentence)
_OPINION = Deed("contract.opinion", "GET", "/contracts/{contract}/opinion", "read", OpinionOf)
_PAGE = Deed("contract.page", "GET", "/contracts/{id}/pages/{page}", "read", ReadPage)
_READ = Deed("contract.read", "GET", "/contracts/{id}", "read", ById)
_REMOVE = Deed("contract.remove", "POST", "/contracts/{id}/removals", "write", RemoveItem)
_REQUIREMENTS = Deed("contract.requirements", "GET", "/contracts/{contract}/requirements", "read", RequirementsOf)
_REQUIREMENTS_FILE = Deed(
    "contract.requirements_file", "GET", "/contracts/{contract}/requirements/file", "read", RequirementsFile
)
_SETTLE = Deed("contract.settle", "POST", "/contracts/{id}/settlements", "write", SettleValue)
_SETTLED = Deed("contract.settled", "GET", "/contracts/{contract}/settled", "read", OfContract)
_SIGN = Deed("contract.sign", "POST", "/contracts/{id}/signatures", "write", ById)
_SUPPLEMENT = Deed("contract.supplement", "GET", "/contracts/{contract}/supplement", "read", SupplementOf)
_TEXT = Deed("contract.text", "GET", "/contracts/{id}/text", "read", ById)
_UNCERTAIN = Deed("contract.uncertain", "GET", "/contracts/{contract}/uncertain", "read", OfContract)
_UNSETTLE = Deed("contract.unsettle", "DELETE", "/contracts/{id}/settled/{no}", "write", UndoSettled)
_VERSION = Deed("contract.version", "GET", "/contracts/{contract}/version", "read", ReadVersion)


class ContractsMethods(Noun):
    """What can be asked and done."""

    def cases(self, contract: str) -> Boundaries:
        """What the rules make of a value on each limit of the contract, just short of it and just beyond."""
        return self._answer(_CASES, {"contract": contract}, Boundaries)

    def compare(
        self, contract: str, *, other: str | None = None, on: date | None = None, other_on: date | None = None
    ) -> ContractComparison:
        """What differs from a contract to another, or from one version to a later one: by clause, month and money."""
        return self._answer(
            _COMPARE, {"contract": contract, "other": other, "on": on, "other_on": other_on}, ContractComparison
        )

    def compare_months(
        self, contract: str, *, other: str | None = None, on: date | None = None, other_on: date | None = None
    ) -> MonthFeeList:
        """The fee of each calendar month before and after."""
        return self._answer(
            _COMPARE_MONTHS, {"contract": contract, "other": other, "on": on, "other_on": other_on}, MonthFeeList
        )

    def correct(
        self,
        id: str,
        *,
        path: str,
        why: str,
        value: Any = None,
        text: str | None = None,
        words: str = "",
        article: str = "",
        key: str | None = None,
        if_match: str | None = None,
    ) -> ContractDetail:
        """Puts a wrongly read value right, or adds what was missed, with the contract's own words."""
        return self._answer(
            _CORRECT,
            {"id": id, "path": path, "why": why, "value": value, "text": text, "words": words, "article": article},
            ContractDetail,
            key=key,
            if_match=if_match,
        )

    def document(self, id: str) -> Download:
        """The file that the contract was read from, byte for byte."""
        return self._download(_DOCUMENT, {"id": id})

    def draft(self, id: str) -> Download:
        """The contract's data as a contract in Word; imported again it gives the same data."""
        return self._download(_DRAFT, {"id": id})

    def draft_check(self, id: str) -> DraftCheck:
        """The paths of the data that the draft leaves to fill in, and those that it would not read back the same."""
        return self._answer(_DRAFT_CHECK, {"id": id}, DraftCheck)

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

    def note(
        self,
        id: str,
        *,
        text: str,
        verdict: Literal["no_law", "noted"],
        why: str = "",
        key: str | None = None,
        if_match: str | None = None,
    ) -> ContractDetail:
        """Marks a sentence that became no data as seen."""
        return self._answer(
            _NOTE, {"id": id, "text": text, "verdict": verdict, "why": why}, ContractDetail, key=key, if_match=if_match
        )

    def opinion(self, contract: str, *, format: Literal["docx", "xlsx"] = "docx") -> Download:
        """What the review found, each with its places, what it is worth and the text proposed instead."""
        return self._download(_OPINION, {"contract": contract, "format": format})

    def page(self, id: str, *, page: int) -> Download:
        """A page of a PDF or picture file as a picture; raises `Problem` document.page where there is none."""
        return self._download(_PAGE, {"id": id, "page": page})

    def read(self, id: str) -> ContractDetail:
        """One contract, whole."""
        return self._answer(_READ, {"id": id}, ContractDetail)

    def remove(
        self, id: str, *, path: str, why: str, key: str | None = None, if_match: str | None = None
    ) -> ContractDetail:
        """Takes out an item of a list that the contract does not have."""
        return self._answer(_REMOVE, {"id": id, "path": path, "why": why}, ContractDetail, key=key, if_match=if_match)

    def requirements(
        self,
        contract: str,
        *,
        start_on: date | None = None,
        end_on: date | None = None,
        basis: Literal["peak", "percentile", "average"] = "peak",
        reserve: str = "0",
        months: int = 12,
    ) -> Requirements:
        """Next year's requirements: what was contracted and used, the proposed quantity by its rule, and the
        budget.
        """
        return self._answer(
            _REQUIREMENTS,
            {
                "contract": contract,
                "start_on": start_on,
                "end_on": end_on,
                "basis": basis,
                "reserve": reserve,
                "months": months,
            },
            Requirements,
        )

    def requirements_file(
        self,
        contract: str,
        *,
        start_on: date | None = None,
        end_on: date | None = None,
        basis: Literal["peak", "percentile", "average"] = "peak",
        reserve: str = "0",
        months: int = 12,
        format: Literal["xlsx", "docx"] = "xlsx",
    ) -> Download:
        """The requirements as a workbook (需求清单) or as a document (采购需求书)."""
        return self._download(
            _REQUIREMENTS_FILE,
            {
                "contract": contract,
                "start_on": start_on,
                "end_on": end_on,
                "basis": basis,
                "reserve": reserve,
                "months": months,
                "format": format,
            },
        )

    def settle(
        self,
        id: str,
        *,
        path: str,
        value: Any = None,
        text: str | None = None,
        why: str = "",
        key: str | None = None,
        if_match: str | None = None,
    ) -> ContractDetail:
        """Settles an uncertain value: a candidate or another; findings and digest follow."""
        return self._answer(
            _SETTLE,
            {"id": id, "path": path, "value": value, "text": text, "why": why},
            ContractDetail,
            key=key,
            if_match=if_match,
        )

    def settled(self, contract: str) -> SettledList:
        """What people decided about the data: settled, corrected, added, removed, noted."""
        return self._answer(_SETTLED, {"contract": contract}, SettledList)

    def sign(self, id: str, *, key: str | None = None, if_match: str | None = None) -> ContractDetail:
        """The caller's party signs the contract data as it stands; `If-Match` binds the signature to what was seen."""
        return self._answer(_SIGN, {"id": id}, ContractDetail, key=key, if_match=if_match)

    def supplement(self, contract: str, *, only: str = "", effective_on: date | None = None) -> Download:
        """What the review proposes to agree instead, as a supplementary agreement in Word."""
        return self._download(_SUPPLEMENT, {"contract": contract, "only": only, "effective_on": effective_on})

    def text(self, id: str) -> ContractText:
        """The file that the contract was read from as paragraphs and tables, each with its article and place."""
        return self._answer(_TEXT, {"id": id}, ContractText)

    def uncertain(self, contract: str) -> UncertainList:
        """What was not read for sure, with what it may be and what may be entered."""
        return self._answer(_UNCERTAIN, {"contract": contract}, UncertainList)

    def unsettle(self, id: str, *, no: int, key: str | None = None, if_match: str | None = None) -> ContractDetail:
        """Takes a decision back; what stood before stands again, to the byte."""
        return self._answer(_UNSETTLE, {"id": id, "no": no}, ContractDetail, key=key, if_match=if_match)

    def version(self, contract: str, *, on: date | None = None) -> ContractVersion:
        """The contract's data in force on a day."""
        return self._answer(_VERSION, {"contract": contract, "on": on}, ContractVersion)
