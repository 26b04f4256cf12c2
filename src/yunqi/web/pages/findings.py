"""What the review found wrong or open in a contract: each with its places in the text and a proposal."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.words import _
from yunqi.web import badges
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import choose_contract, read_contract
from yunqi.wire.base import ById
from yunqi.wire.drafts import SupplementOf

router = APIRouter()
SEVERITIES = ("error", "warning", "note")


@router.get("/findings")
def choose_findings(page: PageOf) -> Response:
    """The findings of the only contract, or the contracts to choose from."""
    return choose_contract(page, "/findings", _("审查意见"))


@router.get("/contracts/{id}/findings")
def show_findings(page: PageOf, id: str, severity: str = "") -> Response:  # noqa: A002
    """The findings of a contract, the gravest first; what is uncertain and what became no data below."""
    contract = read_contract(page, id)
    findings = sorted(contract.data["findings"], key=lambda one: SEVERITIES.index(one["severity"]))
    chosen = severity if severity in SEVERITIES else ""
    return page.render(
        "contracts/findings.html",
        contract=contract,
        findings=[one for one in findings if chosen in {"", one["severity"]}],
        chips=_chips(page, id, findings, chosen),
        uncertain=[_uncertain(one) for one in contract.data["uncertain"]],
        unread=contract.data["unread"],
    )


@router.get("/contracts/{id}/supplement")
def hand_out_supplement(page: PageOf, id: str) -> Response:  # noqa: A002
    """What the review proposes, as a supplementary agreement to edit."""
    return page.hand_out(page.read("contract.supplement", SupplementOf(contract=id)))


@router.get("/contracts/{id}/draft")
def hand_out_draft(page: PageOf, id: str) -> Response:  # noqa: A002
    """The data of the contract as a document in proper form."""
    return page.hand_out(page.read("contract.draft", ById(id=id)))


def _chips(page: Page, identifier: str, findings: list[Any], chosen: str) -> list[tuple[str, int, str, bool]]:
    """The filter: words, how many, the address, whether it is the present one."""
    address = page.url(f"/contracts/{identifier}/findings")
    counts = {code: sum(one["severity"] == code for one in findings) for code in SEVERITIES}
    chips = [(_("全部"), len(findings), address, chosen == "")]
    for code in SEVERITIES:
        words = badges.state_words("finding", code)
        chips.append((words, counts[code], f"{address}?severity={code}", chosen == code))
    return chips


def _uncertain(one: dict[str, Any]) -> dict[str, Any]:
    candidates = [str(each) for each in one.get("candidates") or ()]
    return {"path": one["path"], "candidates": _("、").join(candidates), "source": one.get("source")}
