"""The methods of audit. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.audit import AuditRow, AuditVerdict, ExportAudit, ExportedFile, ListAudit, VerifyAudit
from yunqi.wire.base import PAGE_LIMIT, Page

_EXPORT = Deed("audit.export", "POST", "/audit/exports", "run", ExportAudit)
_LIST = Deed("audit.list", "GET", "/audit", "read", ListAudit)
_VERIFY = Deed("audit.verify", "POST", "/audit/verification", "run", VerifyAudit)


class AuditMethods(Noun):
    """What can be asked and done."""

    def export(
        self,
        *,
        form: Literal["xlsx", "jsonl"] = "xlsx",
        since: datetime | None = None,
        until: datetime | None = None,
        key: str | None = None,
    ) -> Pending[ExportedFile]:
        """A span of the trail as a file of the caller's, kept for a week; raises `Problem` audit.too_many."""
        return self._begin(_EXPORT, {"form": form, "since": since, "until": until}, ExportedFile, key=key)

    def list(
        self,
        *,
        limit: int = 100,
        cursor: str | None = None,
        sort: str | None = None,
        person: str | None = None,
        organisation: str | None = None,
        action: str | None = None,
        object: str | None = None,
        outcome: str | None = None,
        no: int | None = None,
        assumption: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Page[AuditRow]:
        """Rows of the audit trail: of the caller's organisation, of all for who audits."""
        return self._answer(
            _LIST,
            {
                "limit": limit,
                "cursor": cursor,
                "sort": sort,
                "person": person,
                "organisation": organisation,
                "action": action,
                "object": object,
                "outcome": outcome,
                "no": no,
                "assumption": assumption,
                "since": since,
                "until": until,
            },
            Page[AuditRow],
        )

    def iterate(
        self,
        *,
        sort: str | None = None,
        person: str | None = None,
        organisation: str | None = None,
        action: str | None = None,
        object: str | None = None,
        outcome: str | None = None,
        no: int | None = None,
        assumption: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[AuditRow]:
        """Rows of the audit trail: of the caller's organisation, of all for who audits; of all pages, one after
        another.
        """
        return self._iterate(
            _LIST,
            {
                "sort": sort,
                "person": person,
                "organisation": organisation,
                "action": action,
                "object": object,
                "outcome": outcome,
                "no": no,
                "assumption": assumption,
                "since": since,
                "until": until,
                "limit": PAGE_LIMIT,
            },
            Page[AuditRow],
        )

    def verify(
        self, *, position: int | None = None, head: str | None = None, key: str | None = None
    ) -> Pending[AuditVerdict]:
        """Checks every row and every link of the chain; says what was changed, removed or put in later."""
        return self._begin(_VERIFY, {"position": position, "head": head}, AuditVerdict, key=key)
