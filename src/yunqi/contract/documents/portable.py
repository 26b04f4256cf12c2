"""PDF: lines and ruled tables, page by page; a page that is only a picture is recognised, as a picture's file is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from yunqi.contract.documents.layout import Grid, Line, Page, plan_blocks
from yunqi.contract.documents.model import Block
from yunqi.contract.documents.scan.reading import Progress, read_pages
from yunqi.kernel.errors import Problem, Trouble

_MAX_PAGES = 400
_MEMORY_BYTES = 2 * 2**30
_CPU_S = 60
_WAIT_S = 240


def load_pdf(content: bytes, file_name: str, progress: Progress | None = None) -> tuple[tuple[Block, ...], bool]:
    """Paragraphs and tables of a PDF, and whether any page was recognised from a picture."""
    said = _read_text(content, file_name)
    pages = {one["page"]: _page(one) for one in said["pages"]}
    pictures = said["pictures"]
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


def _read_text(content: bytes, file_name: str) -> dict[str, Any]:
    """What the process says that reads the text; a file that it can't read is refused."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    limits = [str(limit) for limit in (_MAX_PAGES, _MEMORY_BYTES, _CPU_S)]
    try:
        child = subprocess.run(
            [sys.executable, "-m", "yunqi.contract.documents.portable_child", *limits],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=_WAIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unbounded(file_name) from error
    except OSError as error:
        raise Trouble(
            "document.read_start", "无法启动文件读取：{reason}", reason=str(error), way_out="请稍后重试"
        ) from error
    if child.returncode == 1:  # the library raises its own and its parsers' errors alike for damaged files
        raise _damaged(file_name)
    if child.returncode != 0 or not child.stdout:
        raise _unbounded(file_name)
    said: dict[str, Any] = json.loads(child.stdout)
    if "refused" in said:
        raise _refusal(said, file_name)
    return said


def _refusal(said: dict[str, Any], file_name: str) -> Problem:
    if said["refused"] == "locked":
        return _locked(file_name)
    return _too_many(said["pages"], file_name) if said["refused"] == "long" else _damaged(file_name)


def _page(said: dict[str, Any]) -> Page:
    lines = tuple(Line(*line) for line in said["lines"])
    grids = tuple(Grid(top, tuple(map(tuple, rows))) for top, rows in said["grids"])
    return Page(said["page"], said["height"], lines, grids)


def _unbounded(file_name: str) -> Problem:
    return Problem(
        "document.too_heavy",
        "读取文件「{value}」所需的时间或内存超过上限，已停止",
        field="file",
        value=file_name,
        way_out="请用 PDF 软件重新导出该文件（打印为 PDF），或使用 .docx 文件",
    )


def _too_many(pages: int, file_name: str) -> Problem:
    return Problem(
        "document.too_many_pages",
        "文件「{value}」有 {pages} 页，超过上限 {limit} 页",
        field="file",
        value=file_name,
        pages=pages,
        limit=_MAX_PAGES,
        way_out="请只导入合同正文及其附件",
    )
