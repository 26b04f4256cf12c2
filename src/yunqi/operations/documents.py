"""Documents made of what is kept: a month's report, the statement as a workbook and as PDF, certificates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yunqi.kernel.clock import render_instant
from yunqi.operations.installation import Installation
from yunqi.reports import list_reports, load_report, render_report
from yunqi.store.certificates import list_certificates
from yunqi.store.contracts import require_contract
from yunqi.store.parties import list_systems, require_organisation
from yunqi.store.resources import require_resource
from yunqi.store.statements import StatementRow, require_statement

CERTIFICATE = "erase_certificate"


def make_documents(
    installation: Installation, statement_id: str, *, only: str | None = None, folder: Path | None = None
) -> tuple[Path, ...]:
    """The documents of a statement, written into a folder of their own; returns where they lie.

    `only` names one report; raises `Problem` report.unknown and report.data.
    """
    with installation.database.read() as connection:
        row = require_statement(connection, statement_id)
        number = require_contract(connection, row.contract_id).number or row.contract_id
    name = f"{_safe(number)}-{row.month}-v{row.version}"
    target = folder or installation.settings.document_dir / name
    data = statement_data(row)
    reports = [load_report(only)] if only else [one for one in list_reports() if one.takes == "statement"]
    return tuple(
        render_report(report.name, data, target / f"{report.title.partition('（')[0]}-{name}{report.suffix}")
        for report in reports
    )


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
    target = folder or installation.settings.document_dir / "certificates"
    return render_report(CERTIFICATE, data, target / f"{report.title.partition('（')[0]}-{found.id}{report.suffix}")


def _safe(name: str) -> str:
    """A name that is one folder, whatever it holds."""
    return "".join(char if char.isalnum() or char in "-_." else "_" for char in name).lstrip(".")[:80] or "_"
