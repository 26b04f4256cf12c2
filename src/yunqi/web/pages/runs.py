"""Long work: what goes on, how far it is, what came of it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.words import _
from yunqi.operations.actions.base import ACTIONS
from yunqi.web import badges
from yunqi.web.page import Page, PageOf
from yunqi.web.run_results import findings_of, result_facts, result_path, result_words
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById, Run
from yunqi.wire.desk import ListRuns

router = APIRouter(prefix="/runs")


def action_words(name: str) -> str:
    """What an action does, in words."""
    return _(ACTIONS[name].summary) if name in ACTIONS else name


def runs_table(page: Page) -> Table:
    """The list of runs."""
    states = tuple((code, badges.state_words("run", code)) for code in badges.STATES["run"])
    return Table(
        "runs",
        _("后台任务"),
        (
            Column(
                "action",
                _("任务"),
                value=lambda run: action_words(run.action),
                link=lambda run: page.url(f"/runs/{run.id}"),
                main=True,
            ),
            Column("state", _("状态"), "state", of="run"),
            Column("note", _("进展"), "long", value=lambda run: "" if run.state == "done" else run.note),
            Column("opened_at", _("开始时间"), "instant"),
            Column("closed_at", _("结束时间"), "instant"),
        ),
        filters=(Filter("state", _("状态"), states),),
        empty=Empty(_("没有后台任务"), _("导入合同、关闭月度、制作文档等费时的工作会列在这里，可随时查看进度。")),
    )


@router.get("")
def list_runs(page: PageOf) -> Response:
    """All that the caller may see, the newest first."""
    return page.show_list("runs/list.html", runs_table(page), page.reader("run.list", ListRuns))


@router.get("/{id}")
def show_run(page: PageOf, id: str) -> Response:  # noqa: A002
    """One run with its progress."""
    run: Run = page.read("run.read", ById(id=id))
    return page.render(
        "runs/one.html",
        run=run,
        words=action_words(run.action),
        result=result_path(run),
        result_words=result_words(run),
        facts=result_facts(run),
        findings=findings_of(run),
    )


@router.get("/{id}/progress")
def show_progress(page: PageOf, id: str) -> Response:  # noqa: A002
    """The progress alone, for a page that is open; once the run is over the page is shown anew."""
    run: Run = page.read("run.read", ById(id=id))
    answer = page.render("runs/progress.html", run=run)
    if run.state != "open":
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/{id}/cancel")
def cancel_run(page: PageOf, id: str) -> Response:  # noqa: A002
    """Asks that it end at its next step."""
    page.do("run.cancel", ById(id=id))
    return page.redirect(f"/runs/{id}", _("已要求取消，将在当前步骤完成后停止"), "info")
