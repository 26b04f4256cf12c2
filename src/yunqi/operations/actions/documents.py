"""Documents as actions: made of what is kept, listed, handed out."""

from __future__ import annotations

import mimetypes
import tempfile
from pathlib import Path

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.documents import make_certificate, make_documents
from yunqi.store.contracts import require_contract
from yunqi.store.document_lists import document_listing
from yunqi.store.files import keep_file, load_content, require_file
from yunqi.store.listing import read_page
from yunqi.store.resources import require_resource
from yunqi.store.statements import require_statement
from yunqi.wire.base import ById, Page
from yunqi.wire.documents import DocumentRow, ListDocuments, MadeDocuments, MakeDocuments


def _aim_make(desk: Desk, request: MakeDocuments) -> Target:
    return aims.target_of_contract(desk, require_contract(desk.connection, _contract_id(desk, request)))


def _contract_id(desk: Desk, request: MakeDocuments) -> str:
    with desk.site.database.read() as connection:
        if request.statement:
            return require_statement(connection, request.statement).contract_id
        if request.resource:
            return require_resource(connection, request.resource).contract_id
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
    with tempfile.TemporaryDirectory(prefix="yunqi-") as name:
        folder = Path(name)
        if desk.progress:
            desk.progress(_("正在编制文档"), 0, 1)
        if request.statement:
            paths = make_documents(desk.site, request.statement, only=request.only, folder=folder)
        else:
            certificate = make_certificate(desk.site, request.resource or "", folder=folder)
            if certificate is None:
                raise Problem(
                    "document.no_erasure",
                    "该资源还没有已擦除的数据，不能出具证明",
                    field="resource",
                    way_out="请在擦除完成之后再出具",
                )
            paths = (certificate,)
        with desk.site.database.write() as connection:
            kept = [
                keep_file(
                    connection,
                    name=path.name,
                    media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
                    content=path.read_bytes(),
                    now=desk.site.clock.now(),
                    organisation_id=desk.caller.organisation_id,
                    person_id=desk.caller.person_id,
                    contract_id=contract_id,
                    run_id=desk.run_id,
                )
                for path in paths
            ]
    return MadeDocuments(files=tuple(one.id for one in kept), names=tuple(one.name for one in kept))


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
    listing = document_listing(desk.caller, contract_id=contract_id, text=request.text)
    items, following = read_page(
        desk.connection,
        listing,
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=lambda row: DocumentRow.model_validate(dict(row._mapping)),  # noqa: SLF001 - SQLAlchemy's public name
    )
    return Page[DocumentRow](items=items, next_cursor=following)


def _aim(desk: Desk, request: ById) -> Target:
    found = require_file(desk.connection, request.id)
    if found.contract_id is None:
        raise Problem("file.unknown", "没有文件「{value}」", field="file", value=request.id, way_out="请重新上传")
    return aims.target_of_contract(desk, require_contract(desk.connection, found.contract_id))


@action("document.read", "GET", "/documents/{id}", "下载文档", request=ById, answer=Content, aim=_aim)
def read_document(desk: Desk, request: ById) -> Content:
    """A document's bytes."""
    found = require_file(desk.connection, request.id)
    return Content(found.name, found.media_type, load_content(desk.connection, found.id))
