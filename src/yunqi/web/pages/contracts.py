"""Contracts: the list, one contract at a glance, signing it, importing one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.clock import BEIJING
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import Content
from yunqi.web import badges
from yunqi.web.clauses import list_sections
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Rows, Table
from yunqi.wire.base import ById
from yunqi.wire.contracts import (
    ContractDetail,
    ContractRow,
    ContractSignature,
    ImportContract,
    ListContracts,
    OfContract,
)

router = APIRouter(prefix="/contracts")
CHOICES = ("imported", "signed", "ended")


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that is left to do about a contract: the sentence, where one does it, its colour and icon."""

    words: str
    path: str
    colour: str
    icon: str


def number_of(contract: ContractRow) -> str:
    """What a contract is called: its number, else its title."""
    return contract.number or contract.title


def target_of(contract: ContractRow) -> Target:
    """The contract as an object of rights."""
    return Target(contract.using_unit_id, contract.provider_id)


def contracts_table(page: Page, part: str = "") -> Table:
    """The list of contracts; each leads to a part of its page."""
    states = tuple((code, badges.state_words("contract", code)) for code in CHOICES)
    mine = page.caller.organisation_role
    columns = [
        Column(
            "title", _("合同"), "long", link=lambda row: page.url(f"/contracts/{row.id}{part}"), sort="title", main=True
        ),
        Column("number", _("编号"), "code", sort="number"),
    ]
    columns += [Column("using_unit", _("使用单位"))] if mine != "using_unit" else []
    columns += [Column("provider", _("云服务商"))] if mine != "provider" else []
    columns += [
        Column("state", _("状态"), "state", of="contract", sort="state"),
        Column("total_fen", _("总金额"), "money", sort="total_fen"),
        Column("start_on", _("起始日"), "date", sort="start_on"),
        Column("end_on", _("截止日"), "date", sort="end_on"),
    ]
    importing = page.may("contract.import")
    return Table(
        "contracts",
        _("合同"),
        tuple(columns),
        filters=(Filter("text", _("名称、编号或单位")), Filter("state", _("状态"), states)),
        empty=Empty(
            _("还没有合同"),
            _("导入合同文件后，这里会列出条款、金额、审查意见和额度。"),
            page.url("/contracts/import") if importing else "",
            _("导入合同"),
            "file-text",
        ),
    )


@router.get("")
def list_contracts(page: PageOf) -> Response:
    """The contracts that the caller may see."""
    return page.show_list("contracts/list.html", contracts_table(page), page.reader("contract.list", ListContracts))


def choose_contract(page: Page, part: str, title: str) -> Response:
    """A part of the only contract that there is; where there are several, the list to choose from."""
    found = page.read("contract.list", ListContracts(limit=2))
    if len(found.items) == 1:
        return page.redirect(f"/contracts/{found.items[0].id}{part}")
    table = contracts_table(page, part)
    reader = page.reader("contract.list", ListContracts)
    return page.show_list(
        "contracts/choose.html", table, reader if found.items else lambda _query: Rows(()), title=title
    )


@router.get("/import")
def show_import(page: PageOf) -> Response:
    """The form that takes a contract's file."""
    return page.render("contracts/import.html")


@router.post("/import")
def import_contract(page: PageOf) -> Response:
    """Keeps the file and begins to read it; refuses what is no file of a kind that can be read."""
    try:
        file = page.keep_upload("file")
        asked = ImportContract(
            file=file, using_unit=page.form.optional("using_unit"), provider=page.form.optional("provider")
        )
        outcome = page.do("contract.import", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("contracts/import.html", error)
    return page.done(outcome, "/contracts")


def read_contract(page: Page, identifier: str) -> ContractDetail:
    """One contract, whole."""
    found: ContractDetail = page.read("contract.read", ById(id=identifier))
    return found


@router.get("/{id}")
def show_contract(page: PageOf, id: str) -> Response:  # noqa: A002
    """One contract at a glance: who, how long, how much, signed by whom, and what is left to do."""
    contract = read_contract(page, id)
    today = page.console.clock.now().astimezone(BEIJING).date()
    return page.render(
        "contracts/one.html",
        contract=contract,
        parties=signing_parties(contract, contract.signatures),
        todos=_todos(page, contract),
        days_left=_days_left(contract, today),
        days_before=(contract.start_on - today).days if contract.start_on else 0,
        severities=_count_severities(contract),
        may_sign=may_sign(page, contract),
        sections={section.key: section for section in list_sections(contract.data)},
        target=target_of(contract),
    )


def signing_parties(contract: ContractDetail, signatures: Iterable[ContractSignature]) -> list[dict[str, Any]]:
    """Both parties, each with its signature under the contract or under an agreement to it."""
    signed = {one.organisation_id: one for one in signatures}
    return [
        {"role": _("使用单位（甲方）"), "name": contract.using_unit, "signature": signed.get(contract.using_unit_id)},
        {"role": _("云服务商（乙方）"), "name": contract.provider, "signature": signed.get(contract.provider_id)},
    ]


def may_sign(page: Page, contract: ContractDetail) -> bool:
    """Whether the caller's party has still to sign, and the caller may do it."""
    waits = contract.state == "imported" and page.caller.organisation_id not in {
        one.organisation_id for one in contract.signatures
    }
    return waits and page.may("contract.sign", target_of(contract))


def _days_left(contract: ContractDetail, today: date) -> int | None:
    return None if contract.end_on is None else (contract.end_on - today).days


def _count_severities(contract: ContractDetail) -> dict[str, int]:
    counts = dict.fromkeys(("error", "warning", "note"), 0)
    for one in contract.data["findings"]:
        counts[one["severity"]] = counts.get(one["severity"], 0) + 1
    return counts


def _todos(page: Page, contract: ContractDetail) -> list[ToDo]:
    found = []
    base = f"/contracts/{contract.id}"
    if contract.state == "imported":
        found += [
            ToDo(_("等待{name}签署", name=party["name"]), f"{base}/sign", "orange", "signature")
            for party in signing_parties(contract, contract.signatures)
            if party["signature"] is None
        ]
    errors = _count_severities(contract)["error"]
    if errors:
        found.append(
            ToDo(
                _("审查发现 {count} 处错误，请先改正", count=errors),
                f"{base}/findings?severity=error",
                "red",
                "shield-search",
            )
        )
    uncertain = len(contract.data["uncertain"])
    if uncertain:
        words = _("{count} 处读得没有把握，请对照正文核实", count=uncertain)
        found.append(ToDo(words, f"{base}/text?only=doubt#doubt-1", "orange", "help"))
    points = page.read("reading.points", OfContract(contract=contract.id)).items
    waiting = [one for one in points if one.months]
    if waiting:
        words = _("结算单有 {count} 个待约定事项，约定后才能定稿", count=len(waiting))
        found.append(ToDo(words, f"{base}/readings", "orange", "quote"))
    return found


@router.get("/{id}/document")
def hand_out_document(page: PageOf, id: str) -> Response:  # noqa: A002
    """The file that the contract was read from, byte for byte."""
    found: Content = page.read("contract.document", ById(id=id))
    return page.hand_out(found)


@router.get("/{id}/sign")
def show_signing(page: PageOf, id: str) -> Response:  # noqa: A002
    """What is signed, with its digest, and who has signed."""
    return page.render("contracts/sign.html", **_signing(page, id))


def _signing(page: Page, identifier: str) -> dict[str, Any]:
    seen = page.look("contract.read", ById(id=identifier))
    contract: ContractDetail = seen.value
    return {
        "contract": contract,
        "etag": seen.etag,
        "parties": signing_parties(contract, contract.signatures),
        "severities": _count_severities(contract),
        "may_sign": may_sign(page, contract),
    }


@router.post("/{id}/sign")
def sign(page: PageOf, id: str) -> Response:  # noqa: A002
    """Signs the data that was shown: if it has changed since, the signature is refused."""
    if not page.form.ticked("agreed"):
        problem = Problem("form.agreed", "请勾选，确认已核对合同数据", field="agreed", way_out="核对后再签署")
        return page.refuse("contracts/sign.html", problem, **_signing(page, id))
    try:
        outcome = page.do("contract.sign", ById(id=id), if_match=page.form.text("etag") or None)
    except Problem as error:
        return page.refuse("contracts/sign.html", error, **_signing(page, id))
    return page.done(outcome, f"/contracts/{id}", _("已签署"))
