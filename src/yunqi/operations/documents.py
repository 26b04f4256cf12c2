"""Documents made of what is kept: a month's report, the statement as a workbook and as PDF, certificates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month
from yunqi.operations.installation import Installation
from yunqi.operations.report_data import list_days, read_objects
from yunqi.reports import Report, list_reports, load_report, render_bytes, write_document
from yunqi.store.certificates import list_certificates
from yunqi.store.contracts import require_contract
from yunqi.store.parties import list_systems, require_organisation
from yunqi.store.resources import require_resource
from yunqi.store.statements import StatementRow, require_statement

CERTIFICATE = "erase_certificate"
MEDIA = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}
BINARY = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document: the name of its report, the name of its file, and its bytes."""

    report: str
    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """The media type that its ending stands for."""
        return media_type_of(self.name)


def media_type_of(name: str) -> str:
    """The media type of a file, by its ending.

    >>> media_type_of("a.PDF"), media_type_of("a")
    ('application/pdf', 'application/octet-stream')
    """
    return MEDIA.get(Path(name).suffix.lower(), BINARY)


def list_statement_reports(only: str | None = None) -> tuple[Report, ...]:
    """The reports that can be made of a statement, or the one named.

    Raises `Problem` report.unknown, also for a report of something else.
    """
    known = [one for one in list_reports() if one.takes == "statement"]
    found = [one for one in known if only in (None, one.name)]
    if not found:
        raise Problem(
            "report.unknown",
            "没有名为「{name}」的报表",
            field="name",
            name=only,
            names="、".join(one.name for one in known),
            way_out="可用的报表：{names}",
        )
    return tuple(found)


def name_documents(installation: Installation, row: StatementRow) -> str:
    """What the documents of a statement have in common in their names: contract, month, version."""
    with installation.database.read() as connection:
        number = require_contract(connection, row.contract_id).number or row.contract_id
    return f"{_safe(number)}-{row.month}-v{row.version}"


def read_days(installation: Installation, row: StatementRow) -> dict[str, Any]:
    """How each object was seen on each day of a statement's month, from what was known when it was made.

    The monthly report draws it; the statement itself has only the month's figures.
    """
    span = Month.parse(row.month).span
    days = list_days(span)
    with installation.database.read() as connection:
        found = require_contract(connection, row.contract_id)
        objects = read_objects(connection, found, span, days, row.known_at)
    return {"days": {"starts": [render_instant(one.start_at) for one in days], "objects": objects}}


def render_document(report: Report, row: StatementRow, name: str, more: Mapping[str, Any]) -> Rendered:
    """One document of a statement; `name` as `name_documents` and `more` as `read_days` give it."""
    content = render_bytes(report.name, {**statement_data(row), **more})
    return Rendered(report.name, f"{report.title.partition('（')[0]}-{name}{report.suffix}", content)


def make_documents(
    installation: Installation, statement_id: str, *, only: str | None = None, folder: Path | None = None
) -> tuple[Path, ...]:
    """The documents of a statement, written into a folder of their own; returns where they lie.

    `only` names one report; raises `Problem` report.unknown and report.data.
    """
    with installation.database.read() as connection:
        row = require_statement(connection, statement_id)
    name, days = name_documents(installation, row), read_days(installation, row)
    target = folder or installation.settings.document_dir / name
    documents = [render_document(report, row, name, days) for report in list_statement_reports(only)]
    return tuple(write_document(one.content, target / one.name) for one in documents)


def statement_data(row: StatementRow) -> dict[str, Any]:
    """A statement as reports take it, with its identity."""
    return {
        **row.data,
        "id": row.id,
        "version": row.version,
        "made_at": render_instant(row.made_at),
        "sm3": row.sm3,
    }


def make_certificate(installation: Installation, resource: str, *, folder: Path | None = None) -> Path | None:
    """One PDF for the erased volumes of a resource, or None when none was erased; returns where it lies."""
    made = render_certificate(installation, resource)
    if made is None:
        return None
    return write_document(made.content, (folder or installation.settings.document_dir / "certificates") / made.name)


def render_certificate(installation: Installation, resource: str) -> Rendered | None:
    """One PDF for the erased volumes of a resource, or None when none was erased."""
    with installation.database.read() as connection:
        found = require_resource(connection, resource)
        contract = require_contract(connection, found.contract_id)
        provider = require_organisation(connection, contract.provider_id)
        unit = require_organisation(connection, contract.using_unit_id)
        systems = {one.id: one.name for one in list_systems(connection, unit.id, at=installation.clock.now())}
        certificates = list_certificates(connection, resource_id=found.id)
    if not certificates:
        return None
    first = certificates[0]["data"]
    data = {
        "number": certificates[0]["id"],
        "issued_at": render_instant(certificates[-1]["issued_at"]),
        "contract": {
            "number": contract.number or contract.id,
            "title": contract.title,
            "using_unit": unit.name,
            "provider": provider.name,
        },
        "resource": {
            "id": found.id,
            "name": found.name,
            "kind": found.kind,
            "system": systems.get(found.system_id or "", ""),
        },
        "erasures": [{"volume": one["volume_id"], **one["data"]} for one in certificates],
        "requested_by": first["asked_by"],
        "requested_at": first["asked_at"],
        "approved_by": first["approved_by"],
        "approved_at": first["approved_at"],
        "operator": first["operator"],
        "erased_at": certificates[-1]["data"]["finished_at"],
        "facts": [one["id"] for one in certificates],
    }
    report = load_report(CERTIFICATE)
    name = f"{report.title.partition('（')[0]}-{found.id}{report.suffix}"
    return Rendered(CERTIFICATE, name, render_bytes(CERTIFICATE, data))


def _safe(name: str) -> str:
    """A name that is one folder, whatever it holds."""
    return "".join(char if char.isalnum() or char in "-_." else "_" for char in name).lstrip(".")[:80] or "_"
