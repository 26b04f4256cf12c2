"""A document that was read, as JSON text and back: a scan takes minutes to recognise, so it is done once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from yunqi.contract.documents.model import Block, Document, Doubt, Paragraph, Place, Row, Table

FORMAT = 1
"""Of the text; a text of another format is not understood, and the file is read again."""


def render_kept(document: Document) -> str:
    """The document as JSON text; `load_kept` gives the same document."""
    blocks = [
        [
            "p",
            block.text,
            block.place.line,
            block.place.page,
            block.heading,
            _render_doubts(block.doubts),
        ]
        if isinstance(block, Paragraph)
        else [
            "t",
            [
                [
                    list(row.cells),
                    row.place.line,
                    row.place.page,
                    [[column, _render_doubts(some)] for column, some in sorted(row.doubts.items())],
                ]
                for row in block.rows
            ],
            [[*cell, *by] for cell, by in sorted(block.covered.items())],
        ]
        for block in document.blocks
    ]
    head = [FORMAT, document.file_name, document.sm3, document.size_bytes, document.wrapped, document.recognised]
    return json.dumps([*head, blocks], ensure_ascii=False, separators=(",", ":"))


def load_kept(text: str) -> Document | None:
    """The document in a text; None for one of another format."""
    given = json.loads(text)
    if not given or given[0] != FORMAT:
        return None
    _format, file_name, sm3, size_bytes, wrapped, recognised, blocks = given
    return Document(file_name, sm3, size_bytes, tuple(map(_load_block, blocks)), wrapped, recognised)


def _render_doubts(doubts: Iterable[Doubt]) -> list[list[Any]]:
    return [[one.start, one.end, list(one.candidates)] for one in doubts]


def _load_doubts(given: Sequence[Sequence[Any]]) -> tuple[Doubt, ...]:
    return tuple(Doubt(start, end, tuple(candidates)) for start, end, candidates in given)


def _load_block(given: Sequence[Any]) -> Block:
    if given[0] == "p":
        _kind, text, line, page, heading, doubts = given
        return Paragraph(text, Place(line, page), heading, _load_doubts(doubts))
    _kind, rows, covered = given
    return Table(
        tuple(
            Row(tuple(cells), Place(line, page), {column: _load_doubts(some) for column, some in doubts})
            for cells, line, page, doubts in rows
        ),
        {(row, column): (top, left) for row, column, top, left in covered},
    )
