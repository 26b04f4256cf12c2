"""Documents as actions: made of what is kept, listed, handed out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.documents import CERTIFICATE as ERASURE
from yunqi.operations.documents import (
    Rendered,
    list_statement_reports,
    media_type_of,
    name_documents,
    read_days,
    render_certificate,
    render_document,
)
from yunqi.reports import load_report
from yunqi.store.checks import sm3_hex
from yunqi.store.contracts import load_document, require_contract
from yunqi.store.document_lists import (
    CERTIFICATE,
    MADE,
    ORIGINAL,
    document_listing,
    find_certified_resource,
    find_document_contract,
    find_made,
)
from yunqi.store.files import keep_file, load_content, require_file
from yunqi.store.listing import read_page
from yunqi.store.scopes import find_visible_resource
from yunqi.store.statements import require_statement
from yunqi.wire.base import ById, Page
from yunqi.wire.documents import DocumentRow, ListDocuments, MadeDocuments, MakeDocuments

KINDS = {ORIGINAL: "合同原文", MADE: "编制的文档", CERTIFICATE: "擦除证明"}


def _aim_make(desk: Desk, request: MakeDocuments) -> Target:
    return aims.target_of_contract(desk, require_contract(desk.connection, _contract_id(desk, request)))


def _contract_id(desk: Desk, request: MakeDocuments) -> str:
    with desk.site.database.read() as connection:
        if request.statement:
            return require_statement(connection, request.statement).contract_id
        if request.resource:
            return find_visible_resource(connection, request.resource, desk.caller).contract_id
    raise Problem(
        "document.of",
        "未指明据以编制文档的对象",
        field="statement",
        way_out="请指明结算单（statement）或资源（resource）",
    )


@action(
    "document.make",
    "POST",
    "/documents",
    "编制文档",
    request=MakeDocuments,
    answer=MadeDocuments,
    aim=_aim_make,
    kind="run",
)
def make(desk: Desk, request: MakeDocuments) -> MadeDocuments:
    """The documents of a statement (report, workbook, PDF), or the erase certificate of a resource, kept as files.

    Raises `Problem` document.no_erasure when nothing of the resource was erased yet.
    """
    contract_id = _contract_id(desk, request)
    kept = [_keep(desk, contract_id, one) for one in _render(desk, request)]
    return MadeDocuments(files=tuple(one for one, _name in kept), names=tuple(name for _one, name in kept))


def _render(desk: Desk, request: MakeDocuments) -> Iterator[Rendered]:
    """The documents one after another, each told before it is made."""
    if not request.statement:
        with desk.site.database.read() as connection:
            resource = find_visible_resource(connection, request.resource or "", desk.caller)
        certificate = render_certificate(desk.site, resource.id)
        if certificate is None:
            raise Problem(
                "document.no_erasure",
                "该资源还没有已擦除的数据，不能出具证明",
                field="resource",
                way_out="请在擦除完成之后再出具",
            )
        yield certificate
        return
    with desk.site.database.read() as connection:
        row = require_statement(connection, request.statement)
    reports, name = list_statement_reports(request.only), name_documents(desk.site, row)
    days = read_days(desk.site, row)
    for number, report in enumerate(reports):
        if desk.progress:
            desk.progress(_("正在编制 {title}", title=report.title), number, len(reports))
        yield render_document(report, row, name, days)


def _keep(desk: Desk, contract_id: str, made: Rendered) -> tuple[str, str]:
    """Keeps a document; one that is kept already, byte for byte, is that one."""
    with desk.site.database.write() as connection:
        known = find_made(connection, contract_id, made.name, sm3_hex(made.content))
        if known is not None:
            return known, made.name
        kept = keep_file(
            connection,
            name=made.name,
            media_type=made.media_type,
            content=made.content,
            now=desk.site.clock.now(),
            organisation_id=desk.caller.organisation_id,
            person_id=desk.caller.person_id,
            contract_id=contract_id,
            run_id=desk.run_id,
        )
        return kept.id, kept.name


@action(
    "document.list",
    "GET",
    "/documents",
    "列出文档",
    request=ListDocuments,
    answer=Page[DocumentRow],
    aim=aims.contract_if_named,
)
def list_documents(desk: Desk, request: ListDocuments) -> Page[DocumentRow]:
    """Documents of the contracts that the caller may see, the newest first."""
    contract_id = aims.require_contract_of(desk, request.contract).id if request.contract else None
    listing = document_listing(desk.caller, contract_id=contract_id, text=request.text, kind=request.kind)
    items, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=row_view
    )
    return Page[DocumentRow](items=items, next_cursor=following)


def row_view(row: Any) -> DocumentRow:
    """A document in a list."""
    fields = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    if row.kind == CERTIFICATE:
        fields["name"] = f"{load_report(ERASURE).title}-{row.name}.pdf"
    return DocumentRow(**fields, kind_name=_(KINDS[row.kind]), media_type=media_type_of(fields["name"]))


def _aim(desk: Desk, request: ById) -> Target:
    found = find_document_contract(desk.connection, request.id)
    if found is None:
        raise Problem("document.unknown", "没有文档「{value}」", field="id", value=request.id, way_out="请核对编号")
    return aims.target_of_contract(desk, require_contract(desk.connection, found[1]))


@action("document.read", "GET", "/documents/{id}", "下载文档", request=ById, answer=Content, aim=_aim)
def read_document(desk: Desk, request: ById) -> Content:
    """A document's bytes."""
    kind, _contract = find_document_contract(desk.connection, request.id) or ("", "")
    if kind == MADE:
        found = require_file(desk.connection, request.id)
        return Content(found.name, found.media_type, load_content(desk.connection, found.id))
    if kind == ORIGINAL:
        name, content = load_document(desk.connection, request.id)
        return Content(name, media_type_of(name), content)
    made = render_certificate(desk.site, find_certified_resource(desk.connection, request.id) or "")
    if made is None:
        raise LookupError(request.id)
    return Content(made.name, made.media_type, made.content)
