"""Text PDF: lines and ruled tables, page by page."""

from __future__ import annotations

import io
from typing import Any

from yunqi.contract.documents.model import Block, Paragraph, Place
from yunqi.contract.documents.rows import build_table
from yunqi.kernel.errors import Problem

_MAX_PAGES = 400


def load_pdf(content: bytes, file_name: str) -> tuple[Block, ...]:
    """Paragraphs and tables of a PDF that holds text; a scanned one is refused."""
    import pdfplumber

    parts: list[tuple[bool, tuple[str, ...], Place]] = []
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            _refuse_long(len(pdf.pages), file_name)
            for number, page in enumerate(pdf.pages, start=1):
                parts.extend(_read_page(page, number, len(parts)))
    except Problem:
        raise
    except Exception as error:  # the library raises its own and its parsers' errors alike for damaged files
        raise Problem(
            "document.damaged",
            "文件「{value}」已损坏或已加密，无法读取",
            field="file",
            value=file_name,
            way_out="请重新导出该文件，或使用 .docx 文件",
        ) from error
    if not parts:
        raise Problem(
            "document.scanned",
            "文件「{value}」中没有文字，可能是扫描件",
            field="file",
            value=file_name,
            way_out="请提供文字版文件，或先完成文字识别",
        )
    return _join(parts)


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


def _read_page(page: Any, number: int, before: int) -> list[tuple[bool, tuple[str, ...], Place]]:
    tables = page.find_tables()
    boxes = [table.bbox for table in tables]

    def is_outside(item: dict[str, Any]) -> bool:
        middle = (item.get("top", 0) + item.get("bottom", 0)) / 2
        return not any(box[1] <= middle <= box[3] for box in boxes)

    found: list[tuple[Any, bool, tuple[str, ...]]] = [
        (line["top"], False, (line["text"].strip(),)) for line in page.filter(is_outside).extract_text_lines()
    ]
    for table in tables:
        for index, row in enumerate(table.extract()):
            cells = tuple((cell or "").replace("\n", "") for cell in row)
            found.append((table.bbox[1] + index / 1000, True, cells))
    found.sort(key=lambda item: item[0])
    return [(is_row, cells, Place(before + index, number)) for index, (_, is_row, cells) in enumerate(found, start=1)]


def _join(parts: list[tuple[bool, tuple[str, ...], Place]]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    rows: list[tuple[tuple[str, ...], Place]] = []
    for is_row, cells, place in parts:
        if is_row:
            rows.append((cells, place))
            continue
        if cells[0].isdigit() and len(cells[0]) <= 3:  # a page number
            continue
        if rows:
            blocks.extend(build_table(rows))
            rows = []
        blocks.append(Paragraph(cells[0], place))
    if rows:
        blocks.extend(build_table(rows))
    return tuple(blocks)
