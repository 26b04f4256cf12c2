"""PDF: lines and ruled tables, page by page; a page that is only a picture is recognised, as a picture's file is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from yunqi.contract.documents.layout import Grid, Line, Page, plan_blocks
from yunqi.contract.documents.model import Block
from yunqi.contract.documents.scan.reading import Progress, read_pages
from yunqi.kernel.errors import Problem

_MAX_PAGES = 400
_MOSTLY = 0.7
_FEW_WORDS = 8


def load_pdf(content: bytes, file_name: str, progress: Progress | None = None) -> tuple[tuple[Block, ...], bool]:
    """Paragraphs and tables of a PDF, and whether any page was recognised from a picture."""
    import pdfplumber
    from pdfplumber.utils.exceptions import PdfminerException

    pages: dict[int, Page] = {}
    pictures: list[int] = []
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            _refuse_long(len(pdf.pages), file_name)
            for number, page in enumerate(pdf.pages, start=1):
                if _is_picture(page):
                    pictures.append(number)
                else:
                    pages[number] = _read_page(page, number)
                page.close()
    except Problem:
        raise
    except PdfminerException as error:
        raise (_locked(file_name) if _is_locked(error) else _damaged(file_name)) from error
    except Exception as error:  # the library raises its own and its parsers' errors alike for damaged files
        raise _damaged(file_name) from error
    for read in read_pages(content, file_name, pictures, progress) if pictures else ():
        pages[read.number] = read
    return _plan([pages[number] for number in sorted(pages)], file_name), bool(pictures)


def load_picture(content: bytes, file_name: str, progress: Progress | None = None) -> tuple[Block, ...]:
    """Paragraphs and tables of one page's picture."""
    return _plan(list(read_pages(content, file_name, [1], progress)), file_name)


def _plan(pages: Sequence[Page], file_name: str) -> tuple[Block, ...]:
    blocks = plan_blocks(pages)
    if not blocks:
        raise Problem(
            "document.blank",
            "文件「{value}」的各页都没有文字",
            field="file",
            value=file_name,
            way_out="请检查文件是否完整，扫描件请以 200 dpi 重新扫描",
        )
    return blocks


def _is_locked(error: Exception) -> bool:
    from pdfminer.pdfdocument import PDFEncryptionError

    return any(isinstance(one, PDFEncryptionError) for one in (error, error.__cause__, *error.args))


def _locked(file_name: str) -> Problem:
    return Problem(
        "document.encrypted",
        "文件「{value}」有打开密码，无法读取",
        field="file",
        value=file_name,
        way_out="请去掉密码后重新导出该文件",
    )


def _damaged(file_name: str) -> Problem:
    return Problem(
        "document.damaged",
        "文件「{value}」已损坏或已加密，无法读取",
        field="file",
        value=file_name,
        way_out="请重新导出该文件，或使用 .docx 文件",
    )


def _refuse_long(pages: int, file_name: str) -> None:
    if pages > _MAX_PAGES:
        raise Problem(
            "document.too_many_pages",
            "文件「{value}」有 {pages} 页，超过上限 {limit} 页",
            field="file",
            value=file_name,
            pages=pages,
            limit=_MAX_PAGES,
            way_out="请只导入合同正文及其附件",
        )


def _is_picture(page: Any) -> bool:
    """Whether the page is a picture: one that covers most of it, or one with hardly any words beside it."""
    if not page.images:
        return False
    area = float(page.width) * float(page.height)
    covered = sum(
        max(0.0, image["x1"] - image["x0"]) * max(0.0, image["bottom"] - image["top"]) for image in page.images
    )
    return covered > _MOSTLY * area or (len(page.chars) < _FEW_WORDS and covered > 0)


def _read_page(page: Any, number: int) -> Page:
    tables = page.find_tables()
    boxes = [table.bbox for table in tables]

    def is_outside(item: dict[str, Any]) -> bool:
        middle = (item.get("top", 0) + item.get("bottom", 0)) / 2
        return not any(box[1] <= middle <= box[3] for box in boxes)

    lines = [
        Line(line["text"].strip(), line["x0"], line["x1"], line["top"], line["bottom"])
        for line in page.filter(is_outside).extract_text_lines()
    ]
    return Page(number, float(page.height), tuple(lines), tuple(_grid(table) for table in tables))


def _grid(table: Any) -> Grid:
    """A ruled table; a position that no cell of its own begins at is covered by the one that reaches over it."""
    rows = tuple(tuple((cell or "").replace("\n", "") for cell in row) for row in table.extract())
    return Grid(table.bbox[1], rows)
