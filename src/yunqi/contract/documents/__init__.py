"""Readers of contract files: .docx, .txt, .md, text and scanned .pdf, a page's .png or .jpg: to one document model."""

from __future__ import annotations

from pathlib import Path, PurePath

from yunqi.contract.documents.model import Block, Document, Doubt, Paragraph, Place, Row, Table
from yunqi.contract.documents.plain import Plain, squeeze
from yunqi.contract.documents.scan.reading import Progress
from yunqi.kernel.errors import Problem

__all__ = [
    "Block",
    "Document",
    "Doubt",
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
_SUFFIXES = (".docx", ".txt", ".md", ".pdf")


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
    if content.startswith(_OLE_MAGIC):
        raise Problem(
            "document.encrypted_or_old",
            "文件「{value}」是加密的文档或旧版 .doc 文件，无法读取",
            field="file",
            value=name,
            way_out="请用 Word 去掉密码并另存为 .docx 后重试",
        )
    wrapped = recognised = False
    if content.startswith(b"%PDF"):
        from yunqi.contract.documents.portable import load_pdf

        blocks, recognised = load_pdf(content, name, progress)
    elif content.startswith(_PICTURES):
        from yunqi.contract.documents.portable import load_picture

        blocks, recognised = load_picture(content, name, progress), True
    elif content.startswith(b"PK") or suffix == ".docx":
        from yunqi.contract.documents.word import load_docx

        blocks = load_docx(content, name)
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
    return Document(
        file_name=name,
        sm3=compute_sm3(content),
        size_bytes=len(content),
        blocks=blocks,
        wrapped=wrapped,
        recognised=recognised,
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
