"""The methods of logbooks. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from yunqi.client.base import Deed, Download, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.logbooks import (
    AdvanceLogbook,
    ListLogbook,
    LogbookDetail,
    LogbookFile,
    LogbookRow,
    OpenLogbook,
    ReadStaff,
    Staff,
)

_ADVANCE = Deed("logbook.advance", "POST", "/logbooks/{id}/events", "write", AdvanceLogbook)
_ATTACHMENT = Deed("logbook.attachment", "GET", "/logbooks/{id}/attachments/{name}", "read", LogbookFile)
_FILE = Deed("logbook.file", "GET", "/logbooks/{id}/file", "read", ById)
_LIST = Deed("logbook.list", "GET", "/logbooks", "read", ListLogbook)
_OPEN = Deed("logbook.open", "POST", "/logbooks", "write", OpenLogbook)
_READ = Deed("logbook.read", "GET", "/logbooks/{id}", "read", ById)
_STAFF = Deed("logbook.staff", "GET", "/contracts/{contract}/staff", "read", ReadStaff)


class LogbooksMethods(Noun):
    """What can be asked and done."""

    def advance(
        self,
        id: str,
        *,
        event: Literal[
            "permit",
            "refuse",
            "hold",
            "close",
            "return",
            "confirm",
            "contest",
            "withdraw",
            "cancel",
            "add_plan",
            "sign",
            "check_background",
            "agree",
            "leave",
            "replace",
            "remedy",
        ],
        at: datetime | None = None,
        details: dict[str, str] | None = None,
        key: str | None = None,
        if_match: str | None = None,
    ) -> LogbookDetail:
        """One step; raises `Problem` case.…, logbook.… and file.unknown."""
        return self._answer(
            _ADVANCE,
            {"id": id, "event": event, "at": at, "details": details},
            LogbookDetail,
            key=key,
            if_match=if_match,
        )

    def attachment(self, id: str, *, name: str) -> Download:
        """A file that the entry names; raises `Problem` logbook.no_file."""
        return self._download(_ATTACHMENT, {"id": id, "name": name})

    def file(self, id: str) -> Download:
        """The record of an exercise, or the plan and roster of a protected period, in Word."""
        return self._download(_FILE, {"id": id})

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        kind: Literal[
            "drill",
            "training",
            "restore_drill",
            "protected_period",
            "staff_member",
            "staff_promise",
            "attendance",
            "staff_request",
            "staff_breach",
        ] = "drill",
        contract: str | None = None,
        state: str | None = None,
        text: str | None = None,
    ) -> Page[LogbookRow]:
        """Entries of one logbook under the contracts that the caller may see, the newest first."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "kind": kind,
                "contract": contract,
                "state": state,
                "text": text,
            },
            Page[LogbookRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        kind: Literal[
            "drill",
            "training",
            "restore_drill",
            "protected_period",
            "staff_member",
            "staff_promise",
            "attendance",
            "staff_request",
            "staff_breach",
        ] = "drill",
        contract: str | None = None,
        state: str | None = None,
        text: str | None = None,
    ) -> Iterator[LogbookRow]:
        """Entries of one logbook under the contracts that the caller may see, the newest first; of all pages, one
        after another.
        """
        return self._iterate(
            _LIST,
            {"sort": sort, "kind": kind, "contract": contract, "state": state, "text": text, "limit": PAGE_LIMIT},
            Page[LogbookRow],
        )

    def open(
        self,
        *,
        contract: str,
        kind: Literal[
            "drill",
            "training",
            "restore_drill",
            "protected_period",
            "staff_member",
            "staff_promise",
            "attendance",
            "staff_request",
            "staff_breach",
        ],
        title: str,
        at: datetime | None = None,
        details: dict[str, str] | None = None,
        key: str | None = None,
    ) -> LogbookDetail:
        """A new entry. Raises `Problem` logbook.… where it may not be, logbook.month_taken and file.unknown."""
        return self._answer(
            _OPEN,
            {"contract": contract, "kind": kind, "title": title, "at": at, "details": details},
            LogbookDetail,
            key=key,
        )

    def read(self, id: str) -> LogbookDetail:
        """An entry with all that was said of it, how a protected period is manned, and what may follow from this
        caller.
        """
        return self._answer(_READ, {"id": id}, LogbookDetail)

    def staff(self, contract: str, *, on: date | None = None) -> Staff:
        """Who is on the roster, promised against present month by month, and what the contract makes of it."""
        return self._answer(_STAFF, {"contract": contract, "on": on}, Staff)
