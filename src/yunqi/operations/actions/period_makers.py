"""Functions that make the documents of a span: security inspection, summary, self-evaluation, submission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.composed import Made, Subject
from yunqi.operations.actions.made import safe_name
from yunqi.operations.report_data import Window, window_of
from yunqi.reports import load_report, render_bytes

Read = Callable[[Window], dict[str, Any]]


def _make(desk: Desk, subject: Subject, report: str, read: Read) -> Made:
    window = window_of(subject.contract, subject.period, desk.now)
    data = read(window) | {"title": subject.kind}
    data["by"] = data["by"] or _("云契")
    until = min(window.last_on, date_of(desk.now))
    days = f"{window.first_on.isoformat()}至{until.isoformat()}"
    found = load_report(report)
    number = safe_name(subject.contract.number or subject.contract.id)
    return Made(f"{safe_name(subject.kind)}-{number}-{days}{found.suffix}", render_bytes(report, data))


def make_security(desk: Desk, subject: Subject) -> Made:
    """The security inspection of a month; the whole evidence is checked for it. Raises `Problem` report_data.future."""
    from yunqi.operations.actions import load_actions
    from yunqi.operations.security_review import read_security

    titles = {name: one.summary for name, one in load_actions().items()}
    return _make(
        desk,
        subject,
        "security_monthly",
        lambda window: read_security(desk.site, desk.connection, desk.caller, subject.contract, window, titles),
    )


def make_summary(desk: Desk, subject: Subject) -> Made:
    """The summary of the term so far, or of a phase. Raises `Problem` report_data.no_term and report_data.future."""
    from yunqi.operations.service_summary import read_summary

    return _make(
        desk,
        subject,
        "service_summary",
        lambda window: read_summary(desk.site, desk.connection, desk.caller, subject.contract, window),
    )


def make_self_evaluation(desk: Desk, subject: Subject) -> Made:
    """The evaluation of the term so far. Raises `Problem` report_data.no_term and report_data.future."""
    from yunqi.operations.actions.kpis import show_sheet
    from yunqi.operations.self_evaluation import read_self_evaluation
    from yunqi.wire.kpis import KpiOf

    def read(window: Window) -> dict[str, Any]:
        until = min(window.last_on, date_of(desk.now))
        asked = KpiOf(contract=subject.contract.id, start_on=window.first_on, end_on=until)
        sheet = show_sheet(desk, asked).model_dump(mode="json")
        return read_self_evaluation(desk.site, desk.connection, desk.caller, subject.contract, window, sheet)

    return _make(desk, subject, "self_evaluation", read)


def make_submission(desk: Desk, subject: Subject) -> Made:
    """What is submitted to the administration and the supervisor for a span. Raises `Problem` report_data.future."""
    from yunqi.operations.submission import read_submission

    return _make(
        desk,
        subject,
        "submission",
        lambda window: read_submission(desk.site, desk.connection, desk.caller, subject.contract, window),
    )
