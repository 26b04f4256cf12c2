"""Reading a contract file into data with every source, against reading the bare file."""

from __future__ import annotations

import io
from collections.abc import Iterable

import docx

from bench.figures import Figure, paired_medians
from bench.world import SAMPLE
from yunqi.contract import read_contract
from yunqi.contract.documents import Table, read_document

PAGE_CHARACTERS = 800
PAGES = 40
TURNS = 5


def measure() -> Iterable[Figure]:
    """The sample in Word, and a text of forty pages."""
    content = SAMPLE.read_bytes()
    ours_s, bare_s = paired_medians(lambda: read_contract(SAMPLE), lambda: read_barely(content), TURNS)
    against = f"the same file's words by python-docx, {bare_s:.3f} s"
    yield Figure("contract: sample .docx read into data", ours_s, "s", against, ours_s / bare_s, "≤ 0.5 s")
    text = make_long_text().encode()
    ours_s, bare_s = paired_medians(
        lambda: read_contract(text, "long.txt"), lambda: read_document(text, "long.txt"), TURNS
    )
    against = f"its paragraphs and tables alone, {bare_s:.3f} s"
    yield Figure(f"contract: text of {PAGES} pages read into data", ours_s, "s", against, ours_s / bare_s, "≤ 0.5 s")


def read_barely(content: bytes) -> int:
    """How many characters python-docx finds in paragraphs and cells."""
    opened = docx.Document(io.BytesIO(content))
    count = sum(len(paragraph.text) for paragraph in opened.paragraphs)
    return count + sum(len(cell.text) for table in opened.tables for row in table.rows for cell in row.cells)


def make_long_text() -> str:
    """The sample's words as a text file, with further clauses until it has its forty pages."""
    lines: list[str] = []
    for block in read_document(SAMPLE).blocks:
        if isinstance(block, Table):
            lines += [
                "\t".join(cell.text if hasattr(cell, "text") else str(cell) for cell in row.cells) for row in block.rows
            ]
        else:
            lines.append(block.text)
    number = 0
    while sum(map(len, lines)) < PAGES * PAGE_CHARACTERS:
        number += 1
        lines.append(
            f"补充说明{number}.双方在履行第{number}项工作时应当相互配合,乙方应于每月{number % 28 + 1}日前提交工作记录,"
            f"甲方应在{number % 9 + 2}个工作日内予以确认;记录应当写明时间、地点、经办人员和处理结果,并"
            "由双方各自留存备查。"
        )
    return "\n".join(lines)
