"""Word documents (.docx): paragraphs and tables in document order, merged cells, automatic numbers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from yunqi.contract.documents.model import Block, Mark, Paragraph
from yunqi.contract.documents.numbering import Numbering
from yunqi.contract.documents.plain import squeeze
from yunqi.contract.documents.word_body import BodyReader
from yunqi.kernel.errors import Problem

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_MAX_BYTES = 200 * 1024 * 1024
_MAX_READ_BYTES = 48 * 1024 * 1024
_MAX_PARTS = 5000
_MAX_NOTES = 50
_BESIDE = ("word/styles.xml", "word/numbering.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")
_HEAD = re.compile(r"^word/(?:header|footer)\d{0,3}\.xml$")
_NUMBER = re.compile(r"^(?:政府采购)?合同(?:编)?号:?[A-Za-z0-9一-龥()\[\]〔〕/.-]*\d[A-Za-z0-9一-龥()\[\]〔〕/.-]*$")


def load_docx(content: bytes, file_name: str) -> tuple[tuple[Block, ...], tuple[Mark, ...]]:
    """Paragraphs and tables of a Word file, and what it says beside them.

    Revisions that nobody decided are read as if accepted: that is what Word shows and prints; each is a mark. Hidden
    words, comments, heads and feet of pages are left out, save a contract number that stands nowhere else.
    Raises `Problem` for a damaged archive, one that unpacks to more than 200 MB, and one that is no Word file.
    """
    parts = {name: _parse(part, file_name) for name, part in _unpack(content, file_name).items()}
    body = parts[_BODY].find(f"{_W}body")
    if body is None:
        raise _damaged(file_name)

    def read(first: str = "") -> tuple[tuple[Block, ...], tuple[Mark, ...]]:
        styles = parts.get("word/styles.xml")
        numbering = Numbering(parts.get("word/numbering.xml"), styles)
        reader = BodyReader(numbering, _heading_styles(styles), _notes(parts))
        return reader.read(body, first), (*reader.marks, *_comments(parts))

    blocks, marks = read()
    number = "" if any(_is_number(block) for block in blocks) else _number_beside(parts)
    if number:
        blocks, marks = read(number)
    return blocks, (*marks, *_macros(content))


def _macros(content: bytes) -> tuple[Mark, ...]:
    """The macros that a file brings; they are never run."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return tuple(Mark("macro", name) for name in archive.namelist() if name.lower().endswith("vbaproject.bin"))


def _is_number(block: Block) -> bool:
    if isinstance(block, Paragraph):
        return _NUMBER.match(squeeze(block.text)) is not None
    rows = (squeeze("".join(row.cells)) for row in block.rows)
    return any(_NUMBER.match(row) or "合同编号" in row for row in rows)


def _number_beside(parts: Mapping[str, Any]) -> str:
    """The contract number in the heads and feet of the pages, where all that have one agree."""
    found: set[str] = set()
    for name, part in parts.items():
        if _HEAD.match(name):
            for paragraph in part.iter(f"{_W}p"):
                text = "".join(node.text or "" for node in paragraph.iter(f"{_W}t")).strip()
                if _NUMBER.match(squeeze(text)):
                    found.add(text)
    return found.pop() if len(found) == 1 else ""


def _notes(parts: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    found = {}
    for kind, tag in (("footnotes", "footnote"), ("endnotes", "endnote")):
        part = parts.get(f"word/{kind}.xml")
        for note in () if part is None else part.iter(f"{_W}{tag}"):
            if note.get(f"{_W}type") in {None, "normal"}:
                found[kind, note.get(f"{_W}id") or ""] = note
    return found


def _comments(parts: Mapping[str, Any]) -> list[Mark]:
    part = parts.get("word/comments.xml")
    texts = (
        "".join(node.text or "" for node in comment.iter(f"{_W}t")).strip()
        for comment in (() if part is None else part.iter(f"{_W}comment"))
    )
    return [Mark("comment", text) for text in texts if text][:_MAX_NOTES]


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
            if sum(info.file_size for info in archive.infolist()) > _MAX_BYTES or len(names) > _MAX_PARTS:
                raise Problem(
                    "document.bomb",
                    "文件「{value}」解压后超过上限 {limit_mb} MB，拒绝读取",
                    field="file",
                    value=file_name,
                    limit_mb=_MAX_BYTES // 2**20,
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
            wanted = [name for name in dict.fromkeys(names) if name in (_BODY, *_BESIDE) or _HEAD.match(name)]
            if sum(archive.getinfo(name).file_size for name in wanted) > _MAX_READ_BYTES:
                raise Problem(
                    "document.too_long",
                    "文件「{value}」的文字超过上限，拒绝读取",
                    field="file",
                    value=file_name,
                    way_out="请只导入合同正文及其附件",
                )
            return {name: _read_part(archive, name, file_name) for name in wanted}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise _damaged(file_name) from error


def _read_part(archive: zipfile.ZipFile, name: str, file_name: str) -> bytes:
    import zlib

    try:
        with archive.open(name) as part:
            data = part.read(_MAX_READ_BYTES + 1)
    except zlib.error as error:
        raise _damaged(file_name) from error
    if len(data) > _MAX_READ_BYTES:  # the directory of the archive lied about the size
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
