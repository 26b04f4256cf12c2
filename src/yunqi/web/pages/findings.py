"""What the review found wrong or open in a contract: each with its places in the text and a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.words import _
from yunqi.reports.opinion import SUBJECTS, sort_findings, subject_of
from yunqi.web import badges
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import choose_contract, read_contract
from yunqi.wire.base import ById
from yunqi.wire.drafts import OpinionOf, SupplementOf

router = APIRouter()
SEVERITIES = ("error", "warning", "note")


@router.get("/findings")
def choose_findings(page: PageOf) -> Response:
    """The findings of the only contract, or the contracts to choose from."""
    return choose_contract(page, "/findings", _("审查意见"))


@router.get("/contracts/{id}/findings")
def show_findings(page: PageOf, id: str, severity: str = "", subject: str = "", text: str = "") -> Response:  # noqa: A002
    """The findings of a contract, the gravest first; what is uncertain and what became no data below.

    `subject` and `text` narrow them: to one part of the law, and to those in whose words the text stands.
    """
    contract = read_contract(page, id)
    everything = sort_findings(contract.data["findings"])
    subjects = [one for one in SUBJECTS.values() if any(subject_of(each["code"]) == one for each in everything)]
    findings = [
        one for one in everything if subject in {"", subject_of(one["code"])} and text.strip() in _words_of(one)
    ]
    chosen = severity if severity in SEVERITIES else ""
    return page.render(
        "contracts/findings.html",
        contract=contract,
        findings=[one for one in findings if chosen in {"", one["severity"]}],
        chips=_chips(page, id, findings, chosen, {"subject": subject, "text": text}),
        subjects=subjects,
        subject=subject,
        sought=text,
        severity=chosen,
        subject_of=subject_of,
        uncertain=[_uncertain(one) for one in contract.data["uncertain"]],
        unread=contract.data["unread"],
    )


@router.get("/contracts/{id}/supplement")
def hand_out_supplement(page: PageOf, id: str) -> Response:  # noqa: A002
    """What the review proposes, as a supplementary agreement to edit."""
    return page.hand_out(page.read("contract.supplement", SupplementOf(contract=id)))


@router.get("/contracts/{id}/opinion.docx")
def hand_out_opinion(page: PageOf, id: str) -> Response:  # noqa: A002
    """The findings as a document to hand over."""
    return page.hand_out(page.read("contract.opinion", OpinionOf(contract=id, format="docx")))


@router.get("/contracts/{id}/opinion.xlsx")
def hand_out_opinion_table(page: PageOf, id: str) -> Response:  # noqa: A002
    """The findings as a workbook."""
    return page.hand_out(page.read("contract.opinion", OpinionOf(contract=id, format="xlsx")))


@router.get("/contracts/{id}/draft")
def hand_out_draft(page: PageOf, id: str) -> Response:  # noqa: A002
    """The data of the contract as a document in proper form."""
    return page.hand_out(page.read("contract.draft", ById(id=id)))


def _words_of(one: Mapping[str, Any]) -> str:
    told = [one["message"], one.get("matters") or "", one.get("proposal") or ""]
    return "\n".join([*told, *(each["text"] for each in one["sources"])])


def _chips(
    page: Page, identifier: str, findings: list[Any], chosen: str, kept: Mapping[str, str]
) -> list[tuple[str, int, str, bool]]:
    """The filter: words, how many, the address, whether it is the present one; the other filters are kept."""
    counts = {code: sum(one["severity"] == code for one in findings) for code in SEVERITIES}
    chips = []
    for code in ("", *SEVERITIES):
        words = badges.state_words("finding", code) if code else _("全部")
        asked = {name: value for name, value in {"severity": code, **kept}.items() if value}
        address = page.url(f"/contracts/{identifier}/findings", **asked)
        chips.append((words, counts[code] if code else len(findings), address, chosen == code))
    return chips


def _uncertain(one: dict[str, Any]) -> dict[str, Any]:
    candidates = [str(each) for each in one.get("candidates") or ()]
    return {"path": one["path"], "candidates": _("、").join(candidates), "source": one.get("source")}
