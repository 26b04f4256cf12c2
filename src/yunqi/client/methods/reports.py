"""The methods of reports. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from yunqi.client.base import Deed, Download, Noun, Pending
from yunqi.wire.base import PAGE_LIMIT, ById, Page
from yunqi.wire.reports import (
    AttachReport,
    ComposeReport,
    DeliverReport,
    ListReports,
    NumberReport,
    ReadCalendar,
    ReceiveReport,
    ReportCalendar,
    ReportDetail,
    ReportRow,
)

_APPROVE = Deed("report.approve", "POST", "/reports/{id}/approve", "write", ById)
_ATTACH = Deed("report.attach", "POST", "/reports/{id}/file", "write", AttachReport)
_CALENDAR = Deed("report.calendar", "GET", "/report-calendar", "read", ReadCalendar)
_COMPOSE = Deed("report.compose", "POST", "/reports/compose", "run", ComposeReport)
_DELIVER = Deed("report.deliver", "POST", "/reports/{id}/deliver", "write", DeliverReport)
_FILE = Deed("report.file", "GET", "/reports/{id}/file", "read", ById)
_LIST = Deed("report.list", "GET", "/reports", "read", ListReports)
_NUMBER = Deed("report.number", "POST", "/reports", "write", NumberReport)
_READ = Deed("report.read", "GET", "/reports/{id}", "read", ById)
_RECEIPT = Deed("report.receipt", "POST", "/reports/{id}/receipt", "write", ReceiveReport)


class ReportsMethods(Noun):
    """What can be asked and done."""

    def approve(self, id: str, *, key: str | None = None) -> ReportRow:
        """Approves a draft, by somebody else than who drafted it. Raises `Problem` report_entry.state, …no_file,
        …own.
        """
        return self._answer(_APPROVE, {"id": id}, ReportRow, key=key)

    def attach(self, id: str, *, file: str, key: str | None = None) -> ReportRow:
        """The document of a draft. Raises `Problem` report_entry.state, …author and file.unknown."""
        return self._answer(_ATTACH, {"id": id, "file": file}, ReportRow, key=key)

    def calendar(
        self,
        *,
        contract: str | None = None,
        from_on: date | None = None,
        until_on: date | None = None,
        party: str | None = None,
        state: Literal["late", "lacking", "due", "sent", "later", "waits", "done"] | None = None,
    ) -> ReportCalendar:
        """What the contracts expect, what is late and by how many days; the most urgent first."""
        return self._answer(
            _CALENDAR,
            {"contract": contract, "from_on": from_on, "until_on": until_on, "party": party, "state": state},
            ReportCalendar,
        )

    def compose(
        self,
        *,
        contract: str,
        report: str | None = None,
        line: str | None = None,
        incident: str | None = None,
        revises: str | None = None,
        period_start: date | None = None,
        period_end: date | None = None,
        title: str | None = None,
        receiver: str | None = None,
        others: tuple[str, ...] | None = None,
        key: str | None = None,
    ) -> Pending[ReportRow]:
        """Makes the document of a calendar's line, of an incident or of a period; numbers it and attaches it as a
        draft.
        """
        return self._begin(
            _COMPOSE,
            {
                "contract": contract,
                "report": report,
                "line": line,
                "incident": incident,
                "revises": revises,
                "period_start": period_start,
                "period_end": period_end,
                "title": title,
                "receiver": receiver,
                "others": others,
            },
            ReportRow,
            key=key,
        )

    def deliver(
        self,
        id: str,
        *,
        way: Literal["platform", "paper", "mail", "courier", "fax", "exchange", "other"],
        at: datetime | None = None,
        receiver: str | None = None,
        key: str | None = None,
    ) -> ReportRow:
        """Says that an approved report was sent, to one receiver or to all that it was not sent to yet."""
        return self._answer(_DELIVER, {"id": id, "way": way, "at": at, "receiver": receiver}, ReportRow, key=key)

    def file(self, id: str) -> Download:
        """Its document. Raises `Problem` report_entry.no_file."""
        return self._download(_FILE, {"id": id})

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        kind: str | None = None,
        year: int | None = None,
        state: Literal["drafted", "approved", "delivered", "received"] | None = None,
        incident: str | None = None,
        replaced: bool = False,
    ) -> Page[ReportRow]:
        """The register of the contracts that the caller may see, the newest first; drafts are their author's alone."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "contract": contract,
                "kind": kind,
                "year": year,
                "state": state,
                "incident": incident,
                "replaced": replaced,
            },
            Page[ReportRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        kind: str | None = None,
        year: int | None = None,
        state: Literal["drafted", "approved", "delivered", "received"] | None = None,
        incident: str | None = None,
        replaced: bool = False,
    ) -> Iterator[ReportRow]:
        """The register of the contracts that the caller may see, the newest first; drafts are their author's alone;
        of all pages, one after another.
        """
        return self._iterate(
            _LIST,
            {
                "sort": sort,
                "contract": contract,
                "kind": kind,
                "year": year,
                "state": state,
                "incident": incident,
                "replaced": replaced,
                "limit": PAGE_LIMIT,
            },
            Page[ReportRow],
        )

    def number(
        self,
        *,
        contract: str,
        line: str | None = None,
        kind: str | None = None,
        revises: str | None = None,
        title: str | None = None,
        period_start: date | None = None,
        period_end: date | None = None,
        occasion_at: datetime | None = None,
        receiver: str | None = None,
        others: tuple[str, ...] | None = None,
        file: str | None = None,
        statement: str | None = None,
        key: str | None = None,
    ) -> ReportRow:
        """Gives a draft the next number of its contract, kind and year; its other versions keep theirs."""
        return self._answer(
            _NUMBER,
            {
                "contract": contract,
                "line": line,
                "kind": kind,
                "revises": revises,
                "title": title,
                "period_start": period_start,
                "period_end": period_end,
                "occasion_at": occasion_at,
                "receiver": receiver,
                "others": others,
                "file": file,
                "statement": statement,
            },
            ReportRow,
            key=key,
        )

    def read(self, id: str) -> ReportDetail:
        """One report with all its versions that the caller may see."""
        return self._answer(_READ, {"id": id}, ReportDetail)

    def receipt(
        self,
        id: str,
        *,
        received_by: str,
        way: Literal["platform", "paper", "mail", "courier", "fax", "exchange", "other"],
        at: datetime | None = None,
        file: str | None = None,
        receiver: str | None = None,
        key: str | None = None,
    ) -> ReportRow:
        """Records who received it, when and how: evidence of its arrival."""
        return self._answer(
            _RECEIPT,
            {"id": id, "received_by": received_by, "way": way, "at": at, "file": file, "receiver": receiver},
            ReportRow,
            key=key,
        )
