"""Readers of contract files: .docx, .txt, .md, text and scanned .pdf, a page's .png or .jpg: to one document model."""

from __future__ import annotations

from pathlib import Path, PurePath

from yunqi.contract.documents.model import Block, Document, Doubt, Mark, Paragraph, Place, Row, Table
from yunqi.contract.documents.plain import Plain, squeeze
from yunqi.contract.documents.scan.reading import Progress
from yunqi.kernel.errors import Problem

__all__ = [
    "Block",
    "Document",
    "Doubt",
    "Mark",
    "Paragraph",
    "Place",
    "Plain",
    "Progress",
    "Row",
    "Table",
    "read_document",
    "squeeze",
]

MAX_SIZE_BYTES = 50 * 1024 * 1024
_OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_OLE_DOOR = "EncryptedPackage".encode("utf-16-le")
_SUFFIXES = (".docx", ".txt", ".md", ".pdf")
_OTHER_KINDS = (
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"%!PS", "PostScript"),
)
_MAX_CHARACTERS = 1_200_000


def read_document(source: Path | bytes, file_name: str | None = None, progress: Progress | None = None) -> Document:
    """The document in a file or in bytes; the name says the format, and is never used as a path.

    `progress` hears of every page that has to be recognised from a picture, which takes seconds each. Raises
    `Problem` document.* for a file too large (before it is read), empty, of another format, damaged, encrypted.
    """
    name = PurePath(file_name if file_name is not None else str(source) if isinstance(source, Path) else "").name
    content = _read_bytes(source, name)
    suffix = PurePath(name).suffix.lower()
    if not content.strip():
        raise Problem(
            "document.empty", "文件「{value}」是空的", field="file", value=name, way_out="请选择有内容的合同文件"
        )
    _refuse_other_kinds(content, name)
    wrapped = recognised = False
    marks: tuple[Mark, ...] = ()
    if content.startswith(b"%PDF"):
        from yunqi.contract.documents.portable import load_pdf

        blocks, recognised = load_pdf(content, name, progress)
    elif content.startswith(_PICTURES):
        from yunqi.contract.documents.portable import load_picture

        blocks, recognised = load_picture(content, name, progress), True
    elif content.startswith(b"PK"):
        from yunqi.contract.documents.word import load_docx

        blocks, marks = load_docx(content, name)
    elif suffix in {".docx", ".pdf"}:
        raise Problem(
            "document.not_what_it_says",
            "文件「{value}」的内容与扩展名 {suffix} 不符，或文件已损坏",
            field="file",
            value=name,
            suffix=suffix,
            way_out="请核对文件，用原来的程序重新导出为 .docx 或 .pdf；纯文本请把扩展名改为 .txt",
        )
    elif suffix in _SUFFIXES or not suffix:
        from yunqi.contract.documents.text import load_text

        blocks, wrapped = load_text(content, name), True
    else:
        raise Problem(
            "document.format",
            "不支持文件「{value}」的格式",
            field="file",
            value=name,
            way_out="请使用 .docx、.txt、.md、.pdf 文件，或一页的 .png、.jpg 图片",
        )
    _refuse_long(blocks, name)
    return Document(
        file_name=name,
        sm3=compute_sm3(content),
        size_bytes=len(content),
        blocks=blocks,
        wrapped=wrapped,
        recognised=recognised,
        marks=marks,
    )


def compute_sm3(content: bytes) -> str:
    """The SM3 digest in hexadecimal.

    Source: GB/T 32905-2016, appendix A.1.

    >>> compute_sm3(b"abc")
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'
    """
    from cryptography.hazmat.primitives.hashes import SM3, Hash

    digest = Hash(SM3())
    digest.update(content)
    return digest.finalize().hex()


def _refuse_other_kinds(content: bytes, name: str) -> None:
    if content.startswith(_OLE_MAGIC) and _OLE_DOOR in content:
        raise Problem(
            "document.encrypted",
            "文件「{value}」有打开密码，无法读取",
            field="file",
            value=name,
            way_out="请去掉密码后重新导出该文件",
        )
    if content.startswith(_OLE_MAGIC):
        raise Problem(
            "document.old_format",
            "文件「{value}」是旧版 Office 文件（如 .doc），无法读取",
            field="file",
            value=name,
            way_out="请用 Word 打开后另存为 .docx 再导入",
        )
    kind = next((kind for start, kind in _OTHER_KINDS if content.startswith(start)), None)
    if kind is not None:
        raise Problem(
            "document.format",
            "不支持文件「{value}」的格式：内容是 {kind}",
            field="file",
            value=name,
            kind=kind,
            way_out="请使用 .docx、.txt、.md、.pdf 文件，或一页的 .png、.jpg 图片",
        )


def _refuse_long(blocks: tuple[Block, ...], name: str) -> None:
    """Refuses a text so long that no contract is: reading takes time by its length."""
    count = sum(
        len(block.text) if isinstance(block, Paragraph) else sum(len(cell) for row in block.rows for cell in row.cells)
        for block in blocks
    )
    if count > _MAX_CHARACTERS:
        raise Problem(
            "document.too_long",
            "文件「{value}」的文字超过上限，拒绝读取",
            field="file",
            value=name,
            way_out="请只导入合同正文及其附件",
        )


def _read_bytes(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        _refuse_large(len(source), name)
        return source
    try:
        if not source.is_file():
            raise Problem(
                "document.missing", "找不到文件「{value}」", field="file", value=str(source), way_out="请检查文件路径"
            )
        _refuse_large(source.stat().st_size, name)
        return source.read_bytes()
    except (OSError, ValueError) as error:
        raise Problem(
            "document.unreadable",
            "文件「{value}」无法打开：{reason}",
            field="file",
            value=str(source),
            reason=getattr(error, "strerror", None) or str(error),
            way_out="请检查文件路径和读取权限",
        ) from error


def _refuse_large(size_bytes: int, name: str) -> None:
    if size_bytes > MAX_SIZE_BYTES:
        raise Problem(
            "document.too_large",
            "文件「{value}」有 {size_mb} MB，超过上限 {limit_mb} MB",
            field="file",
            value=name,
            size_mb=-(-size_bytes // 2**20),
            limit_mb=MAX_SIZE_BYTES // 2**20,
            way_out="请只导入合同正文及其附件，扫描件请以 200 dpi 黑白或灰度扫描",
        )
