"""What waits for a second person: mine to decide first, what was proposed, and what came of it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.request_words import request_words
from yunqi.web.choices import contract_choices
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.runs import action_words
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById, Proposal
from yunqi.wire.desk import DecideProposal, ListProposals

router = APIRouter(prefix="/proposals")
NEEDS = {"colleague": "本单位另一名审批人", "counterparty": "合同另一方的审批人"}


def proposals_table(page: Page) -> Table:
    """The list."""
    return Table(
        "proposals",
        _("待确认事项"),
        (
            Column("title", _("事项"), link=lambda one: page.url(f"/proposals/{one.id}"), main=True),
            Column("action", _("操作"), value=lambda one: action_words(one.action)),
            Column("state", _("状态"), "state", of="proposal"),
            Column(
                "proposed_by_name", _("提出人"), value=lambda one: f"{one.organisation_name} {one.proposed_by_name}"
            ),
            Column("proposed_at", _("提出时间"), "instant", sort="proposed_at"),
            Column("expires_at", _("有效期至"), "instant", sort="expires_at"),
        ),
        filters=(
            Filter("mine", _("范围"), (("true", _("待我确认的")),)),
            Filter(
                "state",
                _("状态"),
                (
                    ("proposed", _("待第二人确认")),
                    ("agreed", _("已同意")),
                    ("refused", _("已拒绝")),
                    ("withdrawn", _("已撤回")),
                    ("expired", _("已过期")),
                ),
            ),
        ),
        empty=Empty(_("没有待确认的事项"), _("付款、约定解释、剔除等须两人办理的事，会在这里等待第二人确认。")),
    )


@router.get("")
def list_proposals(page: PageOf) -> Response:
    """All that concern the caller's organisation, the newest first."""
    return page.show_list("proposals/list.html", proposals_table(page), page.reader("proposal.list", ListProposals))


def _fields(page: Page, found: Proposal) -> list[tuple[str, str]]:
    """What is asked for, in words: the contract by its number."""
    named = dict(contract_choices(page))
    request = {
        key: named.get(str(value), value) if key == "contract" else value for key, value in found.request.items()
    }
    return request_words(request)


def _figures(page: Page, found: Proposal) -> str:
    """Where one sees what each choice of a reading comes to; "" for what is no reading."""
    code, contract = found.request.get("code"), found.contract_id
    if found.action != "reading.record" or not code or not contract or not page.may("reading.figures"):
        return ""
    return page.url(f"/contracts/{contract}/readings/figures", code=str(code))


def _next(page: Page, found: Proposal) -> Proposal | None:
    """What waits for the caller next, once this one is decided."""
    if found.state == "proposed":
        return None
    waiting = page.read("proposal.list", ListProposals(mine=True, sort="expires_at", limit=1)).items
    return waiting[0] if waiting else None


def _show(page: Page, proposal_id: str, error: Problem | None = None) -> Response:
    found: Proposal = page.read("proposal.read", ById(id=proposal_id))
    values = {
        "found": found,
        "words": action_words(found.action),
        "needs": _(NEEDS[found.needs]),
        "fields": _fields(page, found),
        "figures": _figures(page, found),
        "next": _next(page, found),
        "mine": found.proposed_by == page.caller.person_id and found.state == "proposed",
    }
    if error is not None:
        return page.refuse("proposals/one.html", error, **values)
    return page.render("proposals/one.html", **values)


@router.get("/{id}")
def show_proposal(page: PageOf, id: str) -> Response:  # noqa: A002
    """Exactly what will be done, and who may say so."""
    return _show(page, id)


@router.post("/{id}/agree")
def agree(page: PageOf, id: str) -> Response:  # noqa: A002
    """The second person agrees, and it is done."""
    try:
        page.do("proposal.decide", DecideProposal(id=id, agree=True))
    except Problem as error:
        return _show(page, id, error)
    return page.redirect(f"/proposals/{id}", _("已同意，事项已生效"))


@router.post("/{id}/refuse")
def refuse(page: PageOf, id: str) -> Response:  # noqa: A002
    """The second person refuses, with the reason."""
    try:
        page.do("proposal.decide", DecideProposal(id=id, agree=False, reason=page.form.text("reason")[:300]))
    except Problem as error:
        return _show(page, id, error)
    return page.redirect(f"/proposals/{id}", _("已拒绝"), "info")


@router.post("/{id}/withdraw")
def withdraw(page: PageOf, id: str) -> Response:  # noqa: A002
    """The proposer takes it back."""
    try:
        page.do("proposal.withdraw", ById(id=id))
    except Problem as error:
        return _show(page, id, error)
    return page.redirect(f"/proposals/{id}", _("已撤回"), "info")
