"""The methods of notices. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import PAGE_LIMIT, ById, Done, Page
from yunqi.wire.notices import (
    GradeIncident,
    IncidentNotices,
    ListNotices,
    NoticeRow,
    OfIncident,
    RecordNotice,
    ReportFault,
    SendNotice,
)

_GRADE = Deed("notice.grade", "POST", "/incidents/{incident}/grade", "write", GradeIncident)
_LIST = Deed("notice.list", "GET", "/notices", "read", ListNotices)
_RECORD = Deed("notice.record", "POST", "/incidents/{incident}/told", "write", RecordNotice)
_REPORT = Deed("notice.report", "POST", "/incidents/{incident}/reports", "write", ReportFault)
_RETRY = Deed("notice.retry", "POST", "/notices/{id}/retry", "write", ById)
_SEND = Deed("notice.send", "POST", "/incidents/{incident}/notices", "write", SendNotice)
_STANDING = Deed("notice.standing", "GET", "/incidents/{incident}/notices", "read", OfIncident)


class NoticesMethods(Noun):
    """What can be asked and done."""

    def grade(
        self,
        incident: str,
        *,
        grade: Literal["ordinary", "larger", "major", "grave"],
        operator: Literal["cii", "state_organ", "other"],
        reason: str,
        known_at: datetime | None = None,
        key: str | None = None,
    ) -> Done:
        """Grades an incident under the national text: its clock runs from when it was known. The last word holds."""
        return self._answer(
            _GRADE,
            {"incident": incident, "grade": grade, "operator": operator, "reason": reason, "known_at": known_at},
            Done,
            key=key,
        )

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal["waiting", "done", "dead"] | None = None,
    ) -> Page[NoticeRow]:
        """Tellings with their receipts, the newest first."""
        return self._answer(
            _LIST,
            {"limit": limit, "cursor": cursor, "sort": sort, "contract": contract, "state": state},
            Page[NoticeRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        contract: str | None = None,
        state: Literal["waiting", "done", "dead"] | None = None,
    ) -> Iterator[NoticeRow]:
        """Tellings with their receipts, the newest first; of all pages, one after another."""
        return self._iterate(
            _LIST, {"sort": sort, "contract": contract, "state": state, "limit": PAGE_LIMIT}, Page[NoticeRow]
        )

    def record(
        self,
        incident: str,
        *,
        channel: Literal["telephone", "letter", "fax", "in_person", "portal", "mail", "sms"],
        recipient: str,
        receipt: str,
        stage: Literal["notice", "first_report", "final_report", "report", "summary"] = "notice",
        to: Literal["using_unit", "provider", "authority"] = "using_unit",
        text: str = "",
        at: datetime | None = None,
        key: str | None = None,
    ) -> Done:
        """Records what was told by hand with what shows it; raises `Problem` notice.time and notice.to."""
        return self._answer(
            _RECORD,
            {
                "incident": incident,
                "channel": channel,
                "recipient": recipient,
                "receipt": receipt,
                "stage": stage,
                "to": to,
                "text": text,
                "at": at,
            },
            Done,
            key=key,
        )

    def report(
        self,
        incident: str,
        *,
        stage: Literal["first_report", "final_report"],
        happened: str = "",
        impact: str = "",
        measures: str = "",
        root_cause: str = "",
        remedy: str = "",
        prevention: str = "",
        key: str | None = None,
    ) -> Done:
        """Submits a stage of the fault report to the using unit's contacts; raises `Problem` report.part and
        notice.nobody.
        """
        return self._answer(
            _REPORT,
            {
                "incident": incident,
                "stage": stage,
                "happened": happened,
                "impact": impact,
                "measures": measures,
                "root_cause": root_cause,
                "remedy": remedy,
                "prevention": prevention,
            },
            Done,
            key=key,
        )

    def retry(self, id: str, *, key: str | None = None) -> Done:
        """Lets what of a notice never arrived begin anew."""
        return self._answer(_RETRY, {"id": id}, Done, key=key)

    def send(
        self, incident: str, *, text: str, contacts: tuple[str, ...] | None = None, key: str | None = None
    ) -> Done:
        """Tells the contacts named, or all that are told at once; raises `Problem` notice.nobody and
        contact.unknown.
        """
        return self._answer(_SEND, {"incident": incident, "text": text, "contacts": contacts}, Done, key=key)

    def standing(self, incident: str) -> IncidentNotices:
        """What was told of an incident with its receipts, and the clocks of telling."""
        return self._answer(_STANDING, {"incident": incident}, IncidentNotices)
