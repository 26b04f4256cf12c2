"""The weekly operations report with the inspection of the platform as an action: a Word document of what is kept."""

from __future__ import annotations

from datetime import timedelta

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.composed import Made, Subject
from yunqi.operations.actions.made import safe_name
from yunqi.operations.actions.makers import require_period
from yunqi.operations.documents import media_type_of
from yunqi.operations.weekly import Window, read_week, week_window, window_of
from yunqi.store.contracts import Contract
from yunqi.wire.weekly_reports import WeeklyReportFile

REPORT = "weekly"
_WEEK = timedelta(days=7)


@action(
    "weekly_report.file",
    "GET",
    "/contracts/{contract}/weekly-report/file",
    "编制云服务运维周报",
    request=WeeklyReportFile,
    answer=Content,
    aim=aims.contract,
)
def make_file(desk: Desk, request: WeeklyReportFile) -> Content:
    """The report of a week; one that is not over is marked as of now.

    Raises `Problem` weekly.future and weekly.outside_term.
    """
    found = aims.require_contract_of(desk, request.contract)
    window = week_window(found, request.on or date_of(desk.now - _WEEK), desk.now)
    return render_week(desk, found, window)


def make_weekly(desk: Desk, subject: Subject) -> Made:
    """The report of the days of a calendar's line, once they are over. Raises `Problem` weekly.not_over."""
    first_on, last_on = require_period(subject)
    window = window_of(subject.contract, first_on, last_on, desk.now)
    if window.to_date:
        raise Problem(
            "weekly.not_over",
            "{first} 至 {last} 尚未结束，不能编制「{kind}」",
            field="line",
            value=first_on.isoformat(),
            first=window.first_on.isoformat(),
            last=window.last_on.isoformat(),
            kind=subject.kind,
            way_out="请在期间结束之后编制；现在可先看截至此刻的周报（yunqi report weekly）",
        )
    made = render_week(desk, subject.contract, window, subject.kind)
    return Made(made.name, made.content)


def render_week(desk: Desk, found: Contract, window: Window, title: str = "") -> Content:
    """The document of some days; `title` where the contract gives it another name."""
    from yunqi.reports import load_report, render_bytes

    data = read_week(
        desk.connection, desk.caller, found, window, calendar=desk.site.calendar, now=desk.now, title=title
    )
    data["by"] = data["by"] or _("云契")
    report = load_report(REPORT)
    days = f"{window.first_on.isoformat()}至{window.last_on.isoformat()}"
    name = f"{safe_name(title or report.title)}-{safe_name(found.number or found.id)}-{days}{report.suffix}"
    return Content(name, media_type_of(name), render_bytes(REPORT, data))
