"""The file of a contract as readable text: paragraphs and tables in order, each with its article and place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.documents import Document, Paragraph, Table, read_document
from yunqi.contract.documents.kept import load_kept
from yunqi.contract.outline import Outline
from yunqi.store.contracts import load_document
from yunqi.store.document_texts import load_text
from yunqi.wire.contracts import TextBlock, TextCell, TextRow

_KEPT = 16


def load_read(connection: Connection, document_id: str) -> Document:
    """The document of a kept file: as it was recognised when it was taken in, else read from the file.

    Raises `Problem` document.* for what can't be read.
    """
    kept = load_text(connection, document_id)
    found = None if kept is None else load_kept(kept)
    if found is not None:
        return found
    file_name, content = load_document(connection, document_id)
    return _read(content, file_name)


@lru_cache(maxsize=_KEPT)
def _read(content: bytes, file_name: str) -> Document:
    # The last few are kept: a contract is looked at many times.
    return read_document(content, file_name)


def count_sentences(outline: Outline, data: Mapping[str, Any]) -> int:
    """How many sentences and rows the articles of a document have that became data or are listed as unread.

    Data that was read before that was counted has no `coverage`: then the sentences of the articles are counted.
    """
    coverage = data.get("coverage")
    if coverage:
        return int(coverage["sentences"])
    return sum(
        end - start > 1
        for clause in outline.clauses
        if not clause.is_heading and clause.text != clause.part_title
        for start, end in clause.plain.sentences()
    )


def plan_blocks(document: Document, outline: Outline) -> tuple[TextBlock, ...]:
    """The blocks of a document. A paragraph belongs to the article of the last clause that begins before its end."""
    clauses = sorted(outline.everything(), key=lambda clause: clause.place.line)
    starts = [clause.place.line for clause in clauses]
    tables = {id(placed.table): placed.article for placed in outline.tables}
    blocks = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            at = bisect_right(starts, block.place.line) - 1
            blocks.append(
                TextBlock(
                    line=block.place.line,
                    page=block.place.page,
                    article=clauses[at].article if at >= 0 else "",
                    heading=block.heading or (at >= 0 and clauses[at].is_heading and starts[at] == block.place.line),
                    text=block.text,
                )
            )
        elif block.rows:
            blocks.append(_plan_table(block, tables.get(id(block), "")))
    return tuple(blocks)


def _plan_table(table: Table, article: str) -> TextBlock:
    """A table; a cell reaches over the cells that `covered` says it covers."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), (top, left) in table.covered.items():
        high, wide = spans.get((top, left), (1, 1))
        spans[top, left] = (max(high, row - top + 1), max(wide, column - left + 1))
    lines = []
    for number, one in enumerate(table.rows):
        cells = []
        for place, text in enumerate(one.cells):
            if (number, place) not in table.covered:
                high, wide = spans.get((number, place), (1, 1))
                cells.append(TextCell(text=text, rows=high, columns=wide))
        lines.append(TextRow(line=one.place.line, page=one.place.page, cells=tuple(cells)))
    first = table.rows[0].place
    return TextBlock(line=first.line, page=first.page, article=article, rows=tuple(lines))
