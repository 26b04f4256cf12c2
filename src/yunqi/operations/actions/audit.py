"""The audit trail as actions: read, checked, handed out as a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.actions.base import ACTIONS, Desk, action
from yunqi.reports.workbook import MEDIA_TYPE, Head, render_table
from yunqi.store.audit_lists import audit_listing, iterate_audit
from yunqi.store.audit_seal import verify_audit
from yunqi.store.files import keep_file
from yunqi.store.listing import read_page
from yunqi.wire.audit import (
    AuditFindingRow,
    AuditRow,
    AuditVerdict,
    ExportAudit,
    ExportedFile,
    ListAudit,
    VerifyAudit,
)
from yunqi.wire.base import Page

EXPORT_KEPT = timedelta(days=7)
MOST_ROWS = 200_000
OUTCOMES = {"done": "已办理", "proposed": "待复核"}
OTHER_DEEDS = {
    "sign_in": "登录",
    "sign_in.code": "登录第二步",
    "sign_in.lock": "登录锁定",
    "sign_in.oidc": "统一身份登录",
    "sign_out": "退出登录",
    "account.redeem": "使用重置码",
}
"""What is recorded and is no action of the table: it happens before anybody is known, or by itself."""


def action_word(name: str) -> str:
    """What a row's action is called; one of an older release stays its name."""
    if name in ACTIONS:
        return _(ACTIONS[name].summary)
    return _(OTHER_DEEDS[name]) if name in OTHER_DEEDS else name


def row_view(row: Any) -> AuditRow:
    """A row with its names."""
    outcome = row.outcome or "done"
    return AuditRow(
        no=row.no,
        at=row.at,
        person_id=row.person_id,
        person=row.person or "",
        organisation_id=row.organisation_id,
        organisation=row.organisation or "",
        action=row.action,
        action_name=action_word(row.action),
        object=row.object,
        outcome=outcome,
        outcome_name=_(OUTCOMES[outcome]) if outcome in OUTCOMES else _("已拒绝"),
        detail=dict(row.detail or {}),
        address=row.address or "",
        assumption_id=row.assumption_id,
        session_id=row.session_id,
        token_id=row.token_id,
        sealed=row.position is not None,
    )


@action("audit.list", "GET", "/audit", "查看审计记录", request=ListAudit, answer=Page[AuditRow])
def list_audit(desk: Desk, request: ListAudit) -> Page[AuditRow]:
    """Rows of the audit trail: of the caller's organisation, of all for who audits."""
    listing = audit_listing(
        desk.caller,
        who=request.person,
        of=request.organisation,
        action=request.action,
        about=request.object,
        outcome=request.outcome,
        no=request.no,
        assumption=request.assumption,
        since=request.since,
        until=request.until,
    )
    items, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=row_view
    )
    return Page[AuditRow](items=items, next_cursor=following)


@action(
    "audit.verify", "POST", "/audit/verification", "校验审计记录", request=VerifyAudit, answer=AuditVerdict, kind="run"
)
def verify(desk: Desk, request: VerifyAudit) -> AuditVerdict:
    """Checks every row and every link of the chain; says what was changed, removed or put in later."""
    if (request.position is None) != (request.head is None):
        raise Problem("audit.expected", "链首位置与摘要须同时提供", field="head", way_out="请填写两项，或都不填")
    if desk.progress:
        desk.progress(_("正在校验审计记录"))
    expected = None if request.position is None or request.head is None else (request.position, request.head)
    with desk.site.database.read() as connection:
        report = verify_audit(connection, expected=expected)
    return AuditVerdict(
        passed=report.passed,
        rows=report.rows,
        position=report.position,
        head=report.head,
        unsealed=report.unsealed,
        findings=tuple(AuditFindingRow.model_validate(one, from_attributes=True) for one in report.findings),
    )


@action("audit.export", "POST", "/audit/exports", "导出审计记录", request=ExportAudit, answer=ExportedFile, kind="run")
def export(desk: Desk, request: ExportAudit) -> ExportedFile:
    """A span of the trail as a file of the caller's, kept for a week; raises `Problem` audit.too_many."""
    if desk.progress:
        desk.progress(_("正在导出审计记录"))
    now = desk.site.clock.now()
    with desk.site.database.read() as connection:
        rows = [
            row_view(row)
            for row in iterate_audit(connection, since=request.since, until=request.until, limit=MOST_ROWS + 1)
        ]
    if len(rows) > MOST_ROWS:
        raise Problem(
            "audit.too_many",
            "所选期间的审计记录超过 {most} 条",
            field="since",
            most=MOST_ROWS,
            way_out="请缩短期间，分次导出",
        )
    content = _render_workbook(rows, now, desk.caller.person_name) if request.form == "xlsx" else _render_lines(rows)
    name = f"{_('审计记录')}-{date_of(now).isoformat()}.{request.form}"
    with desk.site.database.write() as connection:
        kept = keep_file(
            connection,
            name=name,
            media_type=MEDIA_TYPE if request.form == "xlsx" else "application/jsonl",
            content=content,
            now=now,
            organisation_id=desk.caller.organisation_id,
            person_id=desk.caller.person_id,
            run_id=desk.run_id,
            expires_at=now + EXPORT_KEPT,
        )
    return ExportedFile(file_id=kept.id, name=kept.name, rows=len(rows), size_bytes=kept.size_bytes, sm3=kept.sm3)


def _render_lines(rows: Iterable[AuditRow]) -> bytes:
    return b"".join(row.model_dump_json().encode() + b"\n" for row in rows)


def _render_workbook(rows: Iterable[AuditRow], made_at: datetime, by: str) -> bytes:
    """A sheet with a row each."""
    heads = (
        Head(_("序号"), "int"),
        Head(_("时间"), "instant"),
        Head(_("人员")),
        Head(_("单位")),
        Head(_("操作")),
        Head(_("操作代码")),
        Head(_("对象")),
        Head(_("结果")),
        Head(_("结果代码")),
        Head(_("地址")),
        Head(_("已封存")),
        Head(_("明细")),
    )
    cells = (
        (
            row.no,
            row.at,
            row.person,
            row.organisation,
            row.action_name,
            row.action,
            row.object,
            row.outcome_name,
            row.outcome,
            row.address,
            _("是") if row.sealed else _("否"),
            json.dumps(row.detail, ensure_ascii=False) if row.detail else "",
        )
        for row in rows
    )
    return render_table(_("审计记录"), heads, cells, made_at=made_at, by=by)
