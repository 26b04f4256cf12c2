"""Long work: what goes on, how far it is, what came of it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.words import _
from yunqi.operations.actions.base import ACTIONS
from yunqi.web import badges
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById, Run
from yunqi.wire.desk import ListRuns

router = APIRouter(prefix="/runs")
# Where one sees what a run made, by its action: the field of the result that names it, and the address.
RESULTS = {
    "contract.import": ("contract_id", "/contracts/{}"),
    "adoption.preview": ("adoption_id", "/adoptions/{}"),
    "amendment.import": ("amendment_id", "/amendments/{}"),
    "audit.verify": ("", "/audit/verification/{run}"),
    "audit.export": ("file_id", "/audit/files/{}"),
    "evidence.package": ("file", "/evidence/made/{}"),
    "evidence.export": ("file", "/evidence/made/{}"),
    "report.compose": ("id", "/reports/{}"),
}
"""Without a field it is the run itself."""


def result_facts(run: Run) -> list[tuple[str, object]]:
    """What an import gave, in words; nothing for other runs, whose result is a page of its own."""
    if run.action != "contract.import" or not isinstance(run.result, dict):
        return []
    made = run.result
    return [
        (_("合同编号"), made.get("number")),
        (_("导入结果"), _("新合同") if made.get("new") else _("此文件已导入过，没有重复登记")),
        (_("价目"), _("{count} 行", count=made.get("price_lines"))),
        (_("审查意见"), _("{count} 条", count=made.get("findings"))),
        (_("没有把握的数据"), _("{count} 处", count=made.get("uncertain"))),
        (_("没有成为数据的文字"), _("{count} 句", count=made.get("unread"))),
    ]


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
            Column("note", _("进展"), "long"),
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


def _result_path(run: Run) -> str:
    field, path = RESULTS.get(run.action, ("", ""))
    if not path or not isinstance(run.result, dict):
        return ""
    made = run.result.get(field) if field else run.id
    if run.action == "contract.import" and made and run.result.get("uncertain"):
        return f"/contracts/{made}/text#doubt-1"  # what needs a person comes first
    return path.format(made, run=run.id) if made else ""


@router.get("/{id}")
def show_run(page: PageOf, id: str) -> Response:  # noqa: A002
    """One run with its progress."""
    run: Run = page.read("run.read", ById(id=id))
    return page.render(
        "runs/one.html", run=run, words=action_words(run.action), result=_result_path(run), facts=result_facts(run)
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
