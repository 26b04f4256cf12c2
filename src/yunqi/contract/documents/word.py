"""Word documents (.docx): paragraphs and tables in document order, merged cells, automatic numbers."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from yunqi.contract.documents.model import Block, Paragraph, Place, Row, Table
from yunqi.contract.documents.numbering import Numbering
from yunqi.contract.documents.rows import is_header
from yunqi.kernel.errors import Problem

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_MAX_PART_BYTES = 200 * 1024 * 1024
_MAX_PARTS = 5000
_CONTAINERS = frozenset({f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag", f"{_W}customXml"})


def load_docx(content: bytes, file_name: str) -> tuple[Block, ...]:
    """Paragraphs and tables of a Word file; deleted revisions are left out, inserted ones are in.

    Raises `Problem` for a damaged archive, one that unpacks to more than 200 MB, and one that is no Word file.
    """
    parts = _unpack(content, file_name)
    body = _parse(parts[_BODY], file_name).find(f"{_W}body")
    if body is None:
        raise _damaged(file_name)
    styles = _parse(parts["word/styles.xml"], file_name) if "word/styles.xml" in parts else None
    numbers = _parse(parts["word/numbering.xml"], file_name) if "word/numbering.xml" in parts else None
    return _Reader(Numbering(numbers, styles), _heading_styles(styles)).read(body)


def _damaged(file_name: str) -> Problem:
    return Problem(
        "document.damaged",
        "文件「{value}」已损坏或已加密，无法读取",
        field="file",
        value=file_name,
        way_out="请重新导出该文件，或使用 .docx 文件",
    )


def _unpack(content: bytes, file_name: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if sum(info.file_size for info in archive.infolist()) > _MAX_PART_BYTES or len(names) > _MAX_PARTS:
                raise Problem(
                    "document.bomb",
                    "文件「{value}」解压后超过上限 {limit_mb} MB，拒绝读取",
                    field="file",
                    value=file_name,
                    limit_mb=_MAX_PART_BYTES // 2**20,
                    way_out="请用 Word 打开并另存后重试",
                )
            if _BODY not in names:
                raise Problem(
                    "document.not_word",
                    "文件「{value}」不是 Word 文档",
                    field="file",
                    value=file_name,
                    way_out="请使用 .docx、.txt、.md 或文字版 .pdf 文件",
                )
            wanted = (_BODY, "word/styles.xml", "word/numbering.xml")
            return {name: _read_part(archive, name, file_name) for name in wanted if name in names}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _damaged(file_name) from error


def _read_part(archive: zipfile.ZipFile, name: str, file_name: str) -> bytes:
    import zlib

    try:
        with archive.open(name) as part:
            data = part.read(_MAX_PART_BYTES + 1)
    except zlib.error as error:
        raise _damaged(file_name) from error
    if len(data) > _MAX_PART_BYTES:  # the directory of the archive lied about the size
        raise _damaged(file_name)
    return data


def _parse(part: bytes, file_name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(file_name) from error


def _heading_styles(styles: Any) -> frozenset[str]:
    if styles is None:
        return frozenset()
    found = set()
    for style in styles.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        text = (name.get(f"{_W}val") or "").lower() if name is not None else ""
        if text.startswith(("heading", "标题", "title")):
            found.add(style.get(f"{_W}styleId") or "")
    return frozenset(found)


class _Reader:
    def __init__(self, numbering: Numbering, headings: frozenset[str]) -> None:
        self._numbering = numbering
        self._headings = headings
        self._line = 0

    def read(self, body: Any) -> tuple[Block, ...]:
        blocks: list[Block] = []
        self._walk(body, blocks)
        return tuple(blocks)

    def _walk(self, parent: Any, blocks: list[Block]) -> None:
        for child in parent:
            if child.tag == f"{_W}p":
                for text in self._paragraph_text(child).split("\n"):
                    if text.strip():
                        self._line += 1
                        blocks.append(Paragraph(text.strip(), Place(self._line), self._is_heading(child)))
            elif child.tag == f"{_W}tbl":
                table = self._table(child)
                if table.rows:
                    blocks[-1:] = _join(blocks[-1], table) if blocks else [table]
            elif child.tag in _CONTAINERS:
                self._walk(child, blocks)

    def _is_heading(self, paragraph: Any) -> bool:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return style is not None and style.get(f"{_W}val") in self._headings

    def _paragraph_text(self, paragraph: Any, *, in_cell: bool = False) -> str:
        words: list[str] = []
        for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}noBreakHyphen"):
            if node.tag == f"{_W}t":
                words.append(node.text or "")
            elif node.tag == f"{_W}br":
                words.append("\n" if node.get(f"{_W}type") is None else "")
            elif node.tag == f"{_W}noBreakHyphen":
                words.append("-")
            elif node.getparent().tag == f"{_W}r":  # the other tabs are tab stops of the layout
                words.append(" ")
        text = "".join(words)
        if text.strip():
            return self._numbering.next_number(paragraph) + text
        return self._numbering.next_number(paragraph).strip(" .、()（）") if in_cell else text

    def _cell_text(self, cell: Any) -> str:
        texts = [self._paragraph_text(paragraph, in_cell=True) for paragraph in cell.iter(f"{_W}p")]
        return "".join(text.replace("\n", "") for text in texts).strip()

    def _table(self, table: Any) -> Table:
        rows: list[Row] = []
        covered: dict[tuple[int, int], tuple[int, int]] = {}
        above: dict[int, tuple[int, int]] = {}
        for tr in table.iter(f"{_W}tr"):
            if next(tr.iterancestors(f"{_W}tbl")) is not table:  # a table within a cell is read with the cell
                continue
            cells: list[str] = []
            skip = tr.find(f"{_W}trPr/{_W}gridBefore")
            cells.extend([""] * (int(skip.get(f"{_W}val")) if skip is not None else 0))
            for tc in _cells_of(tr):
                column, row = len(cells), len(rows)
                span = tc.find(f"{_W}tcPr/{_W}gridSpan")
                width = max(1, int(span.get(f"{_W}val"))) if span is not None else 1
                merge = tc.find(f"{_W}tcPr/{_W}vMerge")
                if merge is not None and merge.get(f"{_W}val") != "restart" and column in above:
                    covered[row, column] = above[column]
                    cells.extend([""] * width)
                    continue
                above[column] = (row, column)
                cells.append(self._cell_text(tc))
                for extra in range(1, width):
                    covered[row, column + extra] = (row, column)
                    above[column + extra] = (row, column)
                    cells.append("")
            self._line += 1
            rows.append(Row(tuple(cells), Place(self._line)))
        width = max((len(row.cells) for row in rows), default=0)
        return Table(tuple(Row(r.cells + ("",) * (width - len(r.cells)), r.place) for r in rows), covered)


def _cells_of(tr: Any) -> list[Any]:
    cells: list[Any] = []
    for child in tr:
        if child.tag == f"{_W}tc":
            cells.append(child)
        elif child.tag in _CONTAINERS:
            cells.extend(_cells_of(child))
    return cells


def _join(before: Block, table: Table) -> list[Block]:
    """A table that directly follows one of the same header or without a header of its own is its continuation."""
    if not isinstance(before, Table) or not is_header(before.rows[0].cells):
        return [before, table]
    if is_header(table.rows[0].cells):
        if table.rows[0].cells != before.rows[0].cells:
            return [before, table]
        skip = 1
    else:
        skip = 0
    shift = len(before.rows) - skip
    if len(table.rows[0].cells) != len(before.rows[0].cells):
        return [before, table]
    covered = dict(before.covered)
    covered.update({(r + shift, c): (r0 + shift, c0) for (r, c), (r0, c0) in table.covered.items() if r >= skip})
    return [Table(before.rows + table.rows[skip:], covered)]
