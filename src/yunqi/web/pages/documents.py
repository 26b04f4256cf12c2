"""Documents: originals, what was made of what is kept, certificates of erasure."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from yunqi.kernel.words import _
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.documents import ListDocuments

router = APIRouter(prefix="/documents")


def documents_table(page: Page) -> Table:
    """The list."""
    return Table(
        "documents",
        _("文档"),
        (
            Column("name", _("文件"), main=True, link=lambda one: page.url(f"/documents/{one.id}")),
            Column("kind_name", _("类型")),
            Column("contract_number", _("合同"), "code"),
            Column("using_unit", _("使用单位")),
            Column("provider", _("云服务商")),
            Column("size_bytes", _("大小（字节）"), "int", value=lambda one: one.size_bytes or None),
            Column("made_by", _("编制人")),
            Column("created_at", _("时间"), "instant", sort="created_at"),
        ),
        filters=(
            Filter("text", _("文件名")),
            Filter(
                "kind",
                _("类型"),
                (("original", _("合同原文")), ("made", _("编制的文档")), ("certificate", _("擦除证明"))),
            ),
        ),
        empty=Empty(
            _("还没有文档"),
            _("导入合同、结算月份之后，会列在这里。"),
            page.url("/statements"),
            _("查看结算单"),
        ),
        default_sort="-created_at",
    )


@router.get("")
def list_documents(page: PageOf) -> Response:
    """All that the caller may see, the newest first."""
    return page.show_list("documents/list.html", documents_table(page), page.reader("document.list", ListDocuments))


@router.get("/{id}")
def read_document(page: PageOf, id: str) -> Response:  # noqa: A002
    """The file, to keep; recorded in the audit trail."""
    return page.hand_out(page.read("document.read", ById(id=id)))
