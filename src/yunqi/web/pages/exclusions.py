"""剔除时段: time that does not count, under a clause, approved by the using unit."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web.choices import Choices, contract_choices, object_choices
from yunqi.web.figures import length, minutes_between
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.incidents import ListExclusions, RecordExclusion

router = APIRouter(prefix="/exclusions")


def exclusions_table(page: Page) -> Table:
    """The list of exclusions."""
    recording = page.may("exclusion.record")
    return Table(
        "exclusions",
        _("剔除时段"),
        (
            Column("object_name", _("对象"), main=True),
            Column("start_at", _("起"), "instant"),
            Column("end_at", _("止"), "instant"),
            Column("length", _("时长"), value=lambda row: length(minutes_between(row.start_at, row.end_at))),
            Column("clause", _("依据条款"), "long"),
            Column("reason", _("事由"), "long"),
            Column("approved_by_name", _("批准人")),
            Column("contract_number", _("合同"), "code"),
            Column("recorded_at", _("登记"), "instant"),
        ),
        filters=(Filter("contract", _("合同"), tuple(contract_choices(page))),),
        empty=Empty(
            _("还没有剔除时段"),
            _("计划内维护等合同约定不计入可用性的时间，由一方申请、对方同意、使用单位批准后剔除。"),
            page.url("/exclusions/new") if recording else "",
            _("申请剔除"),
            "clock-pause",
        ),
    )


@router.get("")
def list_exclusions(page: PageOf) -> Response:
    """The exclusions that the caller may see."""
    reader = page.reader("exclusion.list", ListExclusions)
    return page.show_list("exclusions/list.html", exclusions_table(page), reader)


def _values(page: Page, contract: str) -> dict[str, Any]:
    contracts = contract_choices(page)
    if not contract and len(contracts) == 1:
        contract = contracts[0][0]
    objects: Choices = object_choices(page, contract, every=True) if contract else []
    return {
        "contracts": contracts,
        "contract": contract,
        "contract_words": dict(contracts).get(contract, contract),
        "objects": objects,
    }


@router.get("/new")
def show_new(page: PageOf, contract: str = "", object: str = "*") -> Response:  # noqa: A002
    """The form that asks for one; where there are several contracts, first which."""
    return page.render("exclusions/new.html", **_values(page, contract), form=Form({"object": object}))


@router.post("/new")
def record(page: PageOf) -> Response:
    """Asks for it; the other party agrees."""
    form = page.form
    contract = form.text("contract")
    try:
        asked = RecordExclusion(
            contract=contract,
            object=form.text("object"),
            start_at=form.instant("start_at"),
            end_at=form.instant("end_at"),
            clause=form.text("clause"),
            reason=form.text("reason"),
        )
        outcome = page.do("exclusion.record", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("exclusions/new.html", error, **_values(page, contract))
    return page.done(outcome, "/exclusions", _("已登记"))
