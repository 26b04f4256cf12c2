"""The file of a contract as readable text: paragraphs and tables in order, each with its article and place."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from yunqi.contract.documents import Document, Paragraph, Table, read_document
from yunqi.contract.outline import Outline, plan_outline
from yunqi.wire.contracts import TextBlock, TextCell, TextRow

_KEPT = 16


@lru_cache(maxsize=_KEPT)
def read_kept(content: bytes, file_name: str) -> Document:
    """The document in a file; raises `Problem` document.* for what can't be read.

    The last few files are kept: a contract is looked at many times, and a large one takes seconds to read.
    """
    return read_document(content, file_name)


@lru_cache(maxsize=_KEPT)
def read_text(content: bytes, file_name: str) -> tuple[str, tuple[TextBlock, ...]]:
    """The SM3 of a file and its blocks; raises `Problem` document.* for what can't be read."""
    document = read_kept(content, file_name)
    return document.sm3, plan_blocks(document, plan_outline(document))


@lru_cache(maxsize=_KEPT)
def count_sentences(content: bytes, file_name: str) -> int:
    """How many sentences the articles of a file have, headings not among them."""
    outline = plan_outline(read_kept(content, file_name))
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
