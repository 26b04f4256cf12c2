"""补充协议: taken in, read beside the contract in force, completed by a person, signed by both parties."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.path_words import label_of, value_words
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.contracts import read_contract, signing_parties, target_of
from yunqi.web.tables import Column, Empty, Table, fixed
from yunqi.wire.amendments import AmendmentDetail, AmendmentRow, ChangeAmendment, DropChange, ImportAmendment
from yunqi.wire.base import ById
from yunqi.wire.contracts import ContractDetail, OfContract

router = APIRouter()


def amendments_table(page: Page) -> Table:
    """The supplementary agreements of a contract."""
    return Table(
        "amendments",
        _("补充协议"),
        (
            Column("title", _("标题"), main=True, link=lambda row: page.url(f"/amendments/{row.id}")),
            Column("number", _("编号"), "code"),
            Column("state", _("状态"), "state", of="amendment"),
            Column("effective_on", _("生效日"), "date"),
            Column("changes", _("变更"), "int"),
            Column("uncertain", _("没有把握"), "int"),
            Column("recorded_at", _("导入"), "instant"),
        ),
        empty=Empty(
            _("还没有补充协议"),
            _("合同生效后的任何改变都以补充协议办理：导入双方商定的文本，核对读出的变更，双方签署后自生效日起执行。"),
            icon="file-text",
        ),
    )


def _listed(page: Page, contract: ContractDetail) -> dict[str, Any]:
    return {
        "contract": contract,
        "may_import": contract.state == "signed" and page.may("amendment.import", target_of(contract)),
    }


def _rows(page: Page, contract: ContractDetail) -> tuple[AmendmentRow, ...]:
    found: tuple[AmendmentRow, ...] = page.read("amendment.list", OfContract(contract=contract.id)).items
    return found


@router.get("/contracts/{id}/amendments")
def list_amendments(page: PageOf, id: str) -> Response:  # noqa: A002
    """The agreements of a contract, and the way to take in another."""
    contract = read_contract(page, id)
    rows = _rows(page, contract)
    return page.show_list("amendments/list.html", amendments_table(page), fixed(rows), **_listed(page, contract))


@router.get("/contracts/{id}/amendments/import")
def show_import(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form that takes an agreement's file."""
    return page.render("amendments/import.html", **_listed(page, read_contract(page, id)))


@router.post("/contracts/{id}/amendments/import")
def import_amendment(page: PageOf, id: str) -> Response:  # noqa: A002
    """Keeps the file and begins to read it."""
    try:
        outcome = page.do("amendment.import", ImportAmendment(contract=id, file=page.keep_upload("file")))
    except (Problem, ValidationError) as error:
        return page.refuse("amendments/import.html", error, **_listed(page, read_contract(page, id)))
    return page.done(outcome, f"/contracts/{id}/amendments")


def _context(page: Page, identifier: str) -> dict[str, Any]:
    seen = page.look("amendment.read", ById(id=identifier))
    one: AmendmentDetail = seen.value
    contract = read_contract(page, one.contract_id)
    signed = {each.organisation_id for each in one.signatures}
    target = target_of(contract)
    waits = one.state == "imported"
    return {
        "one": one,
        "etag": seen.etag,
        "contract": contract,
        "doubts": [_doubt(contract, each) for each in one.data.get("uncertain") or ()],
        "unread": one.data.get("unread") or (),
        "parties": signing_parties(contract, one.signatures),
        "may_change": waits and not one.signatures and page.may("amendment.change", target),
        "may_sign": waits
        and page.caller.organisation_id not in signed
        and not one.problem
        and page.may("amendment.sign", target),
    }


def _doubt(contract: ContractDetail, given: dict[str, Any]) -> dict[str, Any]:
    path = given["path"]
    try:
        label = label_of(path, contract.data)
        words = [value_words(path, one) for one in given.get("candidates") or ()]
    except (Problem, KeyError, ValueError):  # a path that nobody knows yet stands for itself
        label, words = path, [str(one) for one in given.get("candidates") or ()]
    return {"path": path, "label": label, "words": words, "source": given.get("source")}


@router.get("/amendments/{id}")
def show_amendment(page: PageOf, id: str) -> Response:  # noqa: A002
    """One agreement: what it changes, what that makes of the contract, what is still open, who has signed."""
    return page.render("amendments/one.html", **_context(page, id))


@router.post("/amendments/{id}/changes")
def change_amendment(page: PageOf, id: str) -> Response:  # noqa: A002
    """Enters what could not be read: a value, or the day from which the agreement holds."""
    form = page.form
    asked = {"path": form.text("path"), "text": form.text("text"), "why": form.text("why")}
    if not asked["text"]:
        empty = Problem("form.empty", "请照原文填写", field="text", way_out="补充协议没有这一变更的，请选「略过」")
        return page.refuse("amendments/one.html", empty, **_context(page, id))
    try:
        page.do("amendment.change", ChangeAmendment(id=id, **asked), if_match=form.text("etag") or None)
    except (Problem, ValidationError) as error:
        return page.refuse("amendments/one.html", error, **_context(page, id))
    return page.redirect(f"/amendments/{id}", _("已填写"))


@router.post("/amendments/{id}/drop")
def drop_change(page: PageOf, id: str) -> Response:  # noqa: A002
    """Leaves out a change that the agreement does not make."""
    try:
        page.do("amendment.drop", DropChange(id=id, no=int(page.form.text("no") or 0), path=page.form.text("path")))
    except (Problem, ValueError) as error:
        return page.refuse("amendments/one.html", error, **_context(page, id))
    return page.redirect(f"/amendments/{id}", _("已略过"))


@router.post("/amendments/{id}/sign")
def sign_amendment(page: PageOf, id: str) -> Response:  # noqa: A002
    """Signs what was shown: if it has changed since, the signature is refused."""
    if not page.form.ticked("agreed"):
        problem = Problem("form.agreed", "请勾选，确认已核对补充协议", field="agreed", way_out="核对后再签署")
        return page.refuse("amendments/one.html", problem, **_context(page, id))
    try:
        outcome = page.do("amendment.sign", ById(id=id), if_match=page.form.text("etag") or None)
    except Problem as error:
        return page.refuse("amendments/one.html", error, **_context(page, id))
    return page.done(outcome, f"/amendments/{id}", _("已签署"))
