"""抽查: figures of a closed month drawn by a stated seed, each with its way down to clause and facts."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.ratings import month_of
from yunqi.web.tables import Column, Table, listing_of
from yunqi.wire.audit_samples import AuditSample, AuditSampleFile, AuditSampleOf

router = APIRouter(prefix="/audit-samples")
_FIELDS = ("month", "seed", "contract", "count", "recompute")


def _asked(page: Page) -> AuditSampleOf:
    given = {name: page.request.query_params.get(name, "").strip() for name in _FIELDS}
    try:
        return AuditSampleOf.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        raise Problem(
            "audit_sample.asked",
            "抽查条件「{value}」不可用",
            field=str(error.errors()[0]["loc"][0]),
            value=str(error.errors()[0]["input"])[:80],
            way_out="请填写月份、种子，抽查数为 1 至 200",
        ) from error


def _table(page: Page) -> Table:
    same = {True: _("一致"), False: _("不一致"), None: ""}
    return Table(
        "audit-sample",
        _("抽查"),
        (
            Column("no", _("样本"), "int"),
            Column(
                "label",
                _("数字"),
                main=True,
                link=lambda row: page.url(f"/statements/{row.statement_id}/trace", node=row.node),
            ),
            Column("value", _("数值")),
            Column("contract_number", _("合同"), "code"),
            Column("steps", _("步骤"), "int", value=lambda row: len(row.steps)),
            Column("fact_count", _("事实"), "int"),
            Column("unsealed", _("尚未封存"), "int"),
            Column("same", _("重算"), value=lambda row: same[row.same]),
            Column("ticket", _("签号（SM3）"), "code", value=lambda row: f"{row.ticket[:16]}…"),
        ),
        export=False,
    )


@router.get("")
def show_sample(page: PageOf, month: str = "", seed: str = "") -> Response:
    """The form; with a month and a seed the figures that they draw, each followed down to its facts."""
    shown = {
        "contracts": contract_choices(page),
        "form": Form({"month": month or month_of(page), **dict(page.request.query_params)}),
    }
    if not (month and seed):
        return page.render("audit_samples/page.html", found=None, **shown)
    asked = _asked(page)
    found: AuditSample = page.read("audit_sample.draw", asked)
    given = {name: str(value) for name, value in asked.model_dump().items() if value not in (None, False)}
    return page.render(
        "audit_samples/page.html",
        found=found,
        listing=listing_of(_table(page), found.items),
        file=page.url("/audit-samples/file.xlsx", **given),
        **shown,
    )


@router.get("/file.xlsx")
def hand_out_file(page: PageOf) -> Response:
    """The sample as a workbook."""
    return page.hand_out(page.read("audit_sample.file", AuditSampleFile(**_asked(page).model_dump())))
