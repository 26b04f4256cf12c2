"""Functions that make the plans of a contract: of its data and of the ledger as they stand."""

from __future__ import annotations

from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.composed import Made, Subject
from yunqi.operations.actions.made import safe_name
from yunqi.operations.service_plan import read_plan
from yunqi.reports import load_report, render_bytes


def _make(desk: Desk, subject: Subject, report: str) -> Made:
    data = read_plan(desk.site, desk.connection, desk.caller, subject.contract) | {"title": subject.kind}
    data["by"] = data["by"] or _("云契")
    found = load_report(report)
    number = safe_name(subject.contract.number or subject.contract.id)
    name = f"{safe_name(subject.kind)}-{number}-{date_of(desk.now).isoformat()}{found.suffix}"
    return Made(name, render_bytes(report, data))


def make_operation(desk: Desk, subject: Subject) -> Made:
    """The plan of operation and service, the plan of inspection in it."""
    return _make(desk, subject, "operation_plan")


def make_inspection(desk: Desk, subject: Subject) -> Made:
    """The plan of inspection by itself."""
    return _make(desk, subject, "inspection_plan")


def make_implementation(desk: Desk, subject: Subject) -> Made:
    """The plan of implementation."""
    return _make(desk, subject, "implementation_plan")


def make_overall(desk: Desk, subject: Subject) -> Made:
    """The overall plan of service."""
    return _make(desk, subject, "overall_plan")
