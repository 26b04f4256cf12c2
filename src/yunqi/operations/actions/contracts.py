"""Contracts as actions: listed, read, handed out, imported, signed; what each price line still allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yunqi.kernel.clock import require_utc
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text
from yunqi.kernel.rights import PROVIDER, USING_UNIT, Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.intake import page_teller, silent
from yunqi.operations.actions.rows import RowPage, read_rows
from yunqi.operations.contracts import keep_contract, read_file
from yunqi.operations.settling import refuse_uncertain
from yunqi.store.checks import from_micro
from yunqi.store.contract_lists import contract_listing, read_contract_row
from yunqi.store.contracts import list_signatures, load_document, sign_contract
from yunqi.store.entitlements import list_entitlements
from yunqi.store.files import load_content, require_file
from yunqi.store.parties import find_organisation, require_organisation, require_person
from yunqi.store.resource_lists import list_draws_now
from yunqi.wire.base import ById, Page
from yunqi.wire.contracts import (
    ContractDetail,
    ContractRow,
    ContractSignature,
    ContractText,
    DrawList,
    DrawRow,
    EntitlementList,
    EntitlementRow,
    ImportContract,
    ImportedContract,
    ListContracts,
    ListEntitlements,
    OfContract,
    ReadPage,
)

_MEDIA = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
}


def row_view(row: Any) -> ContractRow:
    """A contract in a list, from a row with the names of its parties."""
    return ContractRow.model_validate(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it


@action("contract.list", "GET", "/contracts", "列出合同", request=ListContracts, answer=Page[ContractRow])
def list_contracts(desk: Desk, request: ListContracts) -> RowPage[ContractRow]:
    """Contracts that the caller may see, with their parties."""
    listing = contract_listing(desk.caller, state=request.state, text=request.text)
    return read_rows(desk, listing, request, ContractRow)


@action("contract.read", "GET", "/contracts/{id}", "查看合同", request=ById, answer=ContractDetail, aim=aims.contract)
def read_contract(desk: Desk, request: ById) -> ContractDetail:
    """One contract, whole."""
    found = aims.require_contract_of(desk, request.id)
    row = read_contract_row(desk.connection, found.id)
    file_name, _content = load_document(desk.connection, found.document_id)
    signatures = tuple(
        ContractSignature(
            organisation_id=one.organisation_id,
            organisation=require_organisation(desk.connection, one.organisation_id).name,
            person_id=one.person_id,
            person=require_person(desk.connection, one.person_id).name,
            data_sm3=one.data_sm3,
            signed_at=one.signed_at,
        )
        for one in list_signatures(desk.connection, found.id)
    )
    return ContractDetail(
        **row_view(row).model_dump(),
        document_id=found.document_id,
        file_name=file_name,
        data=dict(found.data),
        data_sm3=found.data_sm3,
        signatures=signatures,
    )


@action(
    "contract.document",
    "GET",
    "/contracts/{id}/document",
    "下载合同原文",
    request=ById,
    answer=Content,
    aim=aims.contract,
)
def read_document(desk: Desk, request: ById) -> Content:
    """The file that the contract was read from, byte for byte."""
    found = aims.require_contract_of(desk, request.id)
    file_name, content = load_document(desk.connection, found.document_id)
    return Content(file_name, _MEDIA.get(Path(file_name).suffix.lower(), "application/octet-stream"), content)


@action(
    "contract.text",
    "GET",
    "/contracts/{id}/text",
    "查看合同正文",
    request=ById,
    answer=ContractText,
    aim=aims.contract,
)
def read_contract_text(desk: Desk, request: ById) -> ContractText:
    """The file that the contract was read from as paragraphs and tables, each with its article and place."""
    from yunqi.contract.outline import plan_outline
    from yunqi.operations.contract_text import count_sentences, load_read, plan_blocks

    found = aims.require_contract_of(desk, request.id)
    document = load_read(desk.connection, found.document_id)
    outline = plan_outline(document)
    return ContractText(
        contract_id=found.id,
        file_name=document.file_name,
        sm3=document.sm3,
        recognised=document.recognised,
        sentences=count_sentences(outline, found.data),
        blocks=plan_blocks(document, outline),
    )


@action(
    "contract.page",
    "GET",
    "/contracts/{id}/pages/{page}",
    "查看合同原文的一页",
    request=ReadPage,
    answer=Content,
    aim=aims.contract,
)
def read_page(desk: Desk, request: ReadPage) -> Content:
    """A page of a PDF or picture file as a picture; raises `Problem` document.page where there is none."""
    from yunqi.contract.documents.scan.picture import MEDIA, render_picture

    found = aims.require_contract_of(desk, request.id)
    _file_name, content = load_document(desk.connection, found.document_id)
    return Content(f"{request.page}.jpg", MEDIA, render_picture(content, request.page))


def _aim_import(desk: Desk, request: ImportContract) -> Target:
    """A file of the caller's own organisation; which contract it is nobody knows yet."""
    kept = require_file(desk.connection, request.file)
    return Target(organisation_id=kept.organisation_id)


@action(
    "contract.import",
    "POST",
    "/contracts",
    "导入合同",
    request=ImportContract,
    answer=ImportedContract,
    aim=_aim_import,
    kind="run",
)
def import_contract(desk: Desk, request: ImportContract) -> ImportedContract:
    """Reads the file, reviews it, and keeps the contract whole.

    Raises `Problem` for what is no contract, and contract.foreign when the caller's organisation is no party to it.
    """
    say = desk.progress or silent
    with desk.site.database.read() as connection:
        kept = require_file(connection, request.file)
        content = load_content(connection, request.file)
    say(_("正在读取 {name}", name=kept.name), 0, None)

    read = read_file(content, kept.name, page_teller(desk), lambda: say(_("正在读出条款并审查"), 0, None))
    data = read.data
    say(_("正在登记合同"), 0, None)
    _require_party(desk, data, request)
    imported = keep_contract(
        desk.site,
        data,
        content,
        kept.name,
        using_unit=request.using_unit,
        provider=request.provider,
        document=read.document,
    )
    say(_("已登记"), 1, 1)
    return ImportedContract(
        contract_id=imported.contract.id,
        number=imported.contract.number,
        new=imported.new,
        price_lines=len(data["price_lines"]),
        findings=len(data["findings"]),
        uncertain=len(data["uncertain"]),
        unread=len(data["unread"]),
    )


def _require_party(desk: Desk, data: dict[str, Any], request: ImportContract) -> None:
    caller = desk.caller
    if caller.organisation_role not in (USING_UNIT, PROVIDER):
        return
    field = "using_unit" if caller.organisation_role == USING_UNIT else "provider"
    named = getattr(request, field) or data["parties"].get(field)
    with desk.site.database.read() as connection:
        known = find_organisation(connection, named) if named else None
    if known is None or known.id != caller.organisation_id:
        raise Problem(
            "contract.foreign",
            "合同中的{party}是「{value}」，不是您的单位「{own}」",
            field=field,
            party=_("使用单位") if field == "using_unit" else _("云服务商"),
            value=named or "—",
            own=caller.organisation_name,
            way_out="请由合同的当事单位导入；名称写法不同的，请在导入时指明本单位",
        )


@action(
    "contract.sign",
    "POST",
    "/contracts/{id}/signatures",
    "签署合同",
    request=ById,
    answer=ContractDetail,
    aim=aims.contract,
    follows="contract.read",
)
def sign(desk: Desk, request: ById) -> ContractDetail:
    """The caller's party signs the contract data as it stands; `If-Match` binds the signature to what was seen."""
    found = aims.require_contract_of(desk, request.id)
    refuse_uncertain(found)
    sign_contract(desk.connection, found.id, person_id=desk.person_id, now=desk.now, data_sm3=found.data_sm3)
    return read_contract(desk, ById(id=found.id))


@action(
    "entitlement.list",
    "GET",
    "/contracts/{contract}/entitlements",
    "查看额度",
    request=ListEntitlements,
    answer=EntitlementList,
    aim=aims.contract,
)
def entitlements(desk: Desk, request: ListEntitlements) -> EntitlementList:
    """What each price line allows at an instant, now unless one is named."""
    from yunqi.operations.order_needs import item_unit

    found = aims.require_contract_of(desk, request.contract)
    at = desk.now if request.at is None else require_utc(request.at)

    def text(micro: int | None) -> str | None:
        return None if micro is None else decimal_text(from_micro(micro))

    items = tuple(
        EntitlementRow(
            no=one.line.no,
            item=one.line.item,
            name=one.line.name,
            unit=one.line.unit,
            item_unit=item_unit(one.line.item) if one.line.item else None,
            unit_price=one.line.unit_price,
            contracted=text(one.contracted_micro),
            burst=text(one.burst_micro) or "0",
            drawn=text(one.drawn_micro) or "0",
            left=text(one.left_micro),
        )
        for one in list_entitlements(desk.connection, found.id, at=at)
    )
    return EntitlementList(contract_id=found.id, at=at, items=items)


@action(
    "entitlement.draws",
    "GET",
    "/contracts/{contract}/draws",
    "查看额度的占用",
    request=OfContract,
    answer=DrawList,
    aim=aims.contract,
)
def draws(desk: Desk, request: OfContract) -> DrawList:
    """What each resource takes of the contract now, the most first."""
    found = aims.require_contract_of(desk, request.contract)
    items = tuple(
        DrawRow(
            resource_id=row.resource_id,
            resource=row.resource,
            kind=row.kind,
            item=row.item,
            no=row.no,
            quantity=decimal_text(from_micro(row.quantity_micro)),
            start_at=row.start_at,
        )
        for row in list_draws_now(desk.connection, found.id, at=desk.now)
    )
    return DrawList(contract_id=found.id, items=items)
