"""The methods of rectifications. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.rectifications import (
    AdvanceRectification,
    ListRectifications,
    OpenRectification,
    RectificationDetail,
    RectificationRow,
)

_ADVANCE = Deed("rectification.advance", "POST", "/rectifications/{id}/events", "write", AdvanceRectification)
_FILE = Deed("rectification.file", "GET", "/rectifications/{id}/file", "read", ById)
_LIST = Deed("rectification.list", "GET", "/rectifications", "read", ListRectifications)
_OPEN = Deed("rectification.open", "POST", "/rectifications", "write", OpenRectification)
_READ = Deed("rectification.read", "GET", "/rectifications/{id}", "read", ById)


class RectificationsMethods(Noun):
    """What can be asked and done."""

    def advance(
        self,
        id: str,
        *,
        event: Literal["answer", "return", "extend", "close", "withdraw"],
        measures: str | None = None,
        evidence: str | None = None,
        reason: str | None = None,
        conclusion: str | None = None,
        due_on: date | None = None,
        file: str | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> RectificationDetail:
        """Answers, returns, extends, closes or withdraws; raises `Problem` case.… and rectification.… where it may
        not.
        """
        return self._answer(
            _ADVANCE,
            {
                "id": id,
                "event": event,
                "measures": measures,
                "evidence": evidence,
                "reason": reason,
                "conclusion": conclusion,
                "due_on": due_on,
                "file": file,
            },
            RectificationDetail,
            key=key,
            if_match=if_match,
        )

    def file(self, id: str) -> Download:
        """The notice as a letter in Word, with the contract's words at its clause and what has become of it."""
        return self._download(_FILE, {"id": id})

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal["issued", "answered", "returned", "closed", "withdrawn"] | None = None,
        overdue: bool | None = None,
        purpose: Literal["rectify", "reclaim"] | None = None,
        to: Literal["provider", "using_unit"] | None = None,
    ) -> Page[RectificationRow]:
        """Notices under the contracts that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "contract": contract,
                "state": state,
                "overdue": overdue,
                "purpose": purpose,
                "to": to,
            },
            Page[RectificationRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal["issued", "answered", "returned", "closed", "withdrawn"] | None = None,
        overdue: bool | None = None,
        purpose: Literal["rectify", "reclaim"] | None = None,
        to: Literal["provider", "using_unit"] | None = None,
    ) -> Iterator[RectificationRow]:
        """Notices under the contracts that the caller may see, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST,
            {
                "sort": sort,
                "contract": contract,
                "state": state,
                "overdue": overdue,
                "purpose": purpose,
                "to": to,
                "limit": PAGE_LIMIT,
            },
            Page[RectificationRow],
        )

    def open(
        self,
        *,
        contract: str,
        title: str,
        clause: str,
        requirement: str,
        purpose: Literal["rectify", "reclaim"] = "rectify",
        to: Literal["provider", "using_unit"] | None = None,
        due_on: date | None = None,
        within_days: int | None = None,
        within_working_days: int | None = None,
        resources: tuple[str, ...] | None = None,
        key: str | None = None,
    ) -> RectificationDetail:
        """Issues a notice in the name of the caller's organisation; it is a fact of the contract from then on."""
        return self._answer(
            _OPEN,
            {
                "contract": contract,
                "title": title,
                "clause": clause,
                "requirement": requirement,
                "purpose": purpose,
                "to": to,
                "due_on": due_on,
                "within_days": within_days,
                "within_working_days": within_working_days,
                "resources": resources,
            },
            RectificationDetail,
            key=key,
        )

    def read(self, id: str) -> RectificationDetail:
        """A notice with the contract's own words at its clause, what was answered, and what may follow from this
        caller.
        """
        return self._answer(_READ, {"id": id}, RectificationDetail)
