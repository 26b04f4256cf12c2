"""The audit trail on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request

Short = Annotated[str | None, Field(max_length=120)]


class ListAudit(ListRequest):
    """Rows of the audit trail, the latest first. `person` by id or name, `action` whole or its noun, `object` any part;
    `outcome` is done, proposed, refused (any refusal) or the code of a refusal; `no` names one row, `assumption` what
    was done in an assumed role.
    """

    person: Short = None
    organisation: Short = None
    action: Annotated[str | None, Field(max_length=60)] = None
    object: Short = None
    outcome: Annotated[str | None, Field(max_length=60)] = None
    no: Annotated[int | None, Field(ge=1, le=2**62)] = None
    assumption: Short = None
    since: Instant | None = None
    until: Instant | None = None


class AuditRow(Answer):
    """Who did what, in whose name, from where, with what outcome. `sealed`: the chain holds it."""

    no: int
    at: datetime
    person_id: str | None
    person: str
    organisation_id: str | None
    organisation: str
    action: str
    action_name: str
    object: str
    outcome: str
    outcome_name: str
    detail: dict[str, Any]
    address: str
    assumption_id: str | None
    session_id: str | None
    token_id: str | None
    sealed: bool


class VerifyAudit(Request):
    """Checks the whole trail, perhaps against a head that was noted elsewhere earlier."""

    position: Annotated[int | None, Field(ge=1, le=2**62)] = None
    head: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")] = None


class AuditFindingRow(Answer):
    """One row or link that is not as it was."""

    code: str
    position: int | None
    audit_no: int | None
    sentence: str


class AuditVerdict(Answer):
    """What was checked: rows, the chain's last position and head, rows that wait for their seal, what was found."""

    passed: bool
    rows: int
    position: int
    head: str
    unsealed: int
    findings: tuple[AuditFindingRow, ...]


class ExportAudit(Request):
    """A span of the trail as a file: a workbook, or one JSON object a line. At most 200 000 rows."""

    form: Literal["xlsx", "jsonl"] = "xlsx"
    since: Instant | None = None
    until: Instant | None = None


class ExportedFile(Answer):
    """A file that was made; it is fetched by its id within a week."""

    file_id: str
    name: str
    rows: int
    size_bytes: int
    sm3: str
