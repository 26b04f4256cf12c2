"""Options with a box before them: what was not ticked is no term of the contract."""

from __future__ import annotations

import re
from dataclasses import replace

from yunqi.contract.documents.model import Document, Paragraph, Table
from yunqi.contract.documents.plain import cut

_TICKED = re.compile(r"[☑☒■✓✔√](?=\s*[一-龥A-Za-z\d])")
_EMPTY = re.compile(r"[☐□](?=\s*[一-龥A-Za-z\d])[^☐□☑☒■✓✔√。；;\n]*[。；;]?")


def has_choices(document: Document) -> bool:
    """Whether a document ticks options; a recognised one shows boxes where a character is not known."""
    if document.recognised:
        return False
    texts = (
        text
        for block in document.blocks
        for text in ((block.text,) if isinstance(block, Paragraph) else (c for row in block.rows for c in row.cells))
    )
    return any(_TICKED.search(text) for text in texts)


def find_unticked(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the options that are not ticked, each up to the next box or the end of the sentence.

    >>> find_unticked("形式：☐现金 ☑保函"), find_unticked("面积20□")
    (((3, 7),), ())
    """
    return tuple(match.span() for match in _EMPTY.finditer(text))


def keep_ticked(table: Table) -> Table:
    """The table without the options that are not ticked; the same table where all are."""
    rows = tuple(replace(row, cells=tuple(cut(cell, find_unticked(cell)) for cell in row.cells)) for row in table.rows)
    return table if rows == table.rows else replace(table, rows=rows)
