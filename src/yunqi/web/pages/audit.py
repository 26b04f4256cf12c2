"""The audit trail: who did what, when, in whose name, with what outcome; checked, and handed out as a file."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.actions import load_actions
from yunqi.operations.actions.audit import OTHER_DEEDS, action_word
from yunqi.services.registry import load_catalogue
from yunqi.web import badges, figures
from yunqi.web.forms import Form
from yunqi.web.instants import read_local
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Query, Rows, Table
from yunqi.wire.audit import AuditRow, AuditVerdict, ExportAudit, ListAudit, VerifyAudit
from yunqi.wire.base import ById, Run

router = APIRouter(prefix="/audit")
_DAY = timedelta(days=1)
_PATHS = {
    "con": "/contracts/{}",
    "stm": "/statements/{}",
    "sys": "/systems/{}",
    "prp": "/proposals/{}",
    "run": "/runs/{}",
    "org": "/organisations/{}",
    "per": "/people/{}",
    "acc": "/accounts/{}",
    "cst": "/consents/{}",
    "asm": "/assumptions/{}",
    "whk": "/webhooks/{}",
}
"""The page of an object by how its id begins."""
_CASE_PATHS = {
    "work_order": "/work-orders/{}",
    "incident": "/incidents/{}",
    "adjudication": "/adjudications/{}",
    "rectification": "/rectifications/{}",
    "register": "/registers/{}",
    "logbook": "/logbooks/entries/{}",
}
"""The page of a case by what was done with it."""


def outcome_state(row: AuditRow) -> str:
    """`done`, `proposed` or `refused`."""
    return row.outcome if row.outcome in ("done", "proposed") else "refused"


def action_choices() -> tuple[tuple[str, str], ...]:
    """All that may be recorded, in words."""
    names = [name for name, found in load_actions().items() if found.kind != "read" or found.right.sensitive]
    return tuple((name, action_word(name)) for name in [*OTHER_DEEDS, *names])


def audit_table(page: Page) -> Table:
    """The list of rows."""
    outcomes = (("done", _("已办理")), ("proposed", _("待复核")), ("refused", _("已拒绝")))
    return Table(
        "audit",
        _("审计记录"),
        (
            Column(
                "at",
                _("时间"),
                "html",
                value=lambda row: figures.instant(row.at, seconds=True),
                link=lambda row: page.url(f"/audit/{row.no}"),
                sort="at",
                main=True,
                export=lambda row: render_local(row.at),
            ),
            Column("person", _("人员"), value=lambda row: row.person or _("系统")),
            Column("organisation", _("以何单位名义")),
            Column("action_name", _("操作")),
            Column("object", _("对象"), "code"),
            Column("address", _("来自地址"), "code"),
            Column(
                "outcome",
                _("结果"),
                "state",
                value=outcome_state,
                of="audit",
                export=lambda row: badges.state_words("audit", outcome_state(row)),
            ),
        ),
        filters=(
            Filter("person", _("人员")),
            Filter("organisation", _("单位")),
            Filter("action", _("操作"), action_choices()),
            Filter("object", _("对象")),
            Filter("outcome", _("结果"), outcomes),
            Filter("since", _("自"), kind="date"),
            Filter("until", _("至"), kind="date"),
            *((Filter("assumption", _("代入编号")),) if page.request.query_params.get("assumption") else ()),
        ),
        empty=Empty(_("还没有审计记录"), _("登录、每次变更、敏感查看与每次拒绝都会自动记录在这里。"), icon="history"),
    )


def ask_of(query: Query) -> ListAudit:
    """The request of a list: days are Beijing's, the last one included. Raises `Problem` form.instant."""
    given: dict[str, Any] = {name: value for name, value in query.filters.items() if name not in ("since", "until")}
    form = Form(dict(query.filters))
    until = read_local(form, "until")
    return ListAudit(
        **given,
        since=read_local(form, "since"),
        until=until + _DAY if until else None,
        limit=query.limit,
        cursor=query.cursor or None,
        sort=query.sort or None,
    )


@router.get("")
def list_audit(page: PageOf) -> Response:
    """The latest first."""

    def read(query: Query) -> Rows:
        found = page.read("audit.list", ask_of(query))
        return Rows(found.items, found.next_cursor or "")

    return page.show_list("audit/list.html", audit_table(page), read)


# --- checked, and handed out -----------------------------------------------------------------------------------------


@router.get("/verification")
def ask_verify(page: PageOf) -> Response:
    """The form: perhaps with a head that was noted elsewhere."""
    page.read("audit.list", ListAudit(limit=1))
    return page.render("audit/verify.html")


@router.post("/verification")
def verify(page: PageOf) -> Response:
    """Begins the check."""
    form = page.form
    try:
        position = form.number("position") if form.text("position") else None
        asked = VerifyAudit(position=position, head=form.optional("head"))
        _require_both(asked)
        outcome = page.do("audit.verify", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("audit/verify.html", error)
    return page.done(outcome, "/audit")


def _require_both(asked: VerifyAudit) -> None:
    """Says at once what the run would say later."""
    if (asked.position is None) != (asked.head is None):
        raise Problem("audit.expected", "链首位置与摘要须同时提供", field="head", way_out="请填写两项，或都不填")


@router.get("/verification/{id}")
def show_verdict(page: PageOf, id: str) -> Response:  # noqa: A002
    """What a check found."""
    run: Run = page.read("run.read", ById(id=id))
    if run.action != "audit.verify" or run.result is None:
        return page.redirect(f"/runs/{id}")
    return page.render("audit/verdict.html", run=run, verdict=AuditVerdict.model_validate(run.result))


@router.get("/export")
def ask_export(page: PageOf) -> Response:
    """The form: a span and a form of file."""
    return page.render("audit/export.html", form=Form({"form": "xlsx"}), forms=_forms())


def _forms() -> list[tuple[str, str, str]]:
    return [("xlsx", _("Excel 工作簿"), _("给人看")), ("jsonl", "JSON Lines", _("给程序用，含全部明细"))]


@router.post("/export")
def export(page: PageOf) -> Response:
    """Begins the export."""
    form = page.form
    try:
        until = read_local(form, "until")
        given = {
            "form": form.text("form"),
            "since": read_local(form, "since"),
            "until": until + _DAY if until else None,
        }
        outcome = page.do("audit.export", ExportAudit.model_validate(given))
    except (Problem, ValidationError) as error:
        return page.refuse("audit/export.html", error, forms=_forms())
    return page.done(outcome, "/audit")


@router.get("/files/{id}")
def fetch_file(page: PageOf, id: str) -> Response:  # noqa: A002
    """The file that an export made."""
    return page.hand_out(page.read("file.read", ById(id=id)))


# --- one row ---------------------------------------------------------------------------------------------------------


@router.get("/{no}")
def show_row(page: PageOf, no: int) -> Response:
    """One row with all that was recorded."""
    found = page.read("audit.list", ListAudit(no=no))
    if not found.items:
        raise Problem("audit.unknown", "没有审计记录「{value}」", field="no", value=no, way_out="请核对序号")
    one: AuditRow = found.items[0]
    detail = json.dumps(one.detail, ensure_ascii=False, indent=2) if one.detail else ""
    path = path_of(one)
    opens = page.url(path) if path else ""
    return page.render("audit/one.html", one=one, code=outcome_state(one), detail=detail, opens=opens)


def path_of(row: AuditRow) -> str:
    """The console's path to the object of a row; empty where it has no page of its own."""
    prefix = row.object.partition("-")[0]
    if prefix == "cas":
        path = _CASE_PATHS.get(row.action.partition(".")[0], "")
    elif any(prefix == service.id_prefix for service in load_catalogue().values()):
        path = "/resources/{}"
    else:
        path = _PATHS.get(prefix, "")
    return path.format(row.object)
