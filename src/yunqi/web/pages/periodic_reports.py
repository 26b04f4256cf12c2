"""周报与方案: documents that are made of the contract and the ledger, to be completed and handed in."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.web.choices import contract_choices
from yunqi.web.forms import Form
from yunqi.web.page import PageOf
from yunqi.wire.base import ById
from yunqi.wire.weekly_reports import WeeklyReportFile

router = APIRouter(prefix="/periodic-reports")


@router.get("")
def choose(page: PageOf) -> Response:
    """Which contract; where there is one only, that one."""
    contracts = contract_choices(page)
    if len(contracts) == 1:
        return page.redirect(f"/periodic-reports/{contracts[0][0]}")
    return page.render("periodic_reports/choose.html", contracts=contracts)


@router.get("/{contract}")
def show(page: PageOf, contract: str) -> Response:
    """What can be made for one contract."""
    found = page.read("contract.read", ById(id=contract))
    return page.render("periodic_reports/one.html", contract=found.id, title=found.title)


@router.get("/{contract}/weekly.docx")
def hand_out_weekly(page: PageOf, contract: str, on: str = "") -> Response:
    """The report of the week of a day; of the last week unless said."""
    day = Form({"on": on}).day("on") if on else None
    return page.hand_out(page.read("weekly_report.file", WeeklyReportFile(contract=contract, on=day)))
