"""A contract's text as the review looks through it: sentences and table rows, each with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from yunqi.contract.clauses.base import Source, row_source, source_of
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or a table row in comparable form; `part` is "" for the body, else the annex."""

    text: str
    part: str
    source: Source


_PASSAGES = "passages"


def list_passages(outline: Outline) -> tuple[Passage, ...]:
    """Everything that a contract says, in the order of the text; rows after the sentences."""
    if _PASSAGES not in outline.once:
        outline.once[_PASSAGES] = (*_sentences(outline), *_rows(outline))
    found: tuple[Passage, ...] = outline.once[_PASSAGES]
    return found


def _sentences(outline: Outline) -> Iterator[Passage]:
    for clause in outline.everything():
        for start, end in clause.plain.sentences():
            yield Passage(clause.text[start:end], clause.part, source_of(clause, start, end))


def _rows(outline: Outline) -> Iterator[Passage]:
    for placed in outline.tables:
        for index, row in enumerate(placed.table.rows):
            text = "|".join(squeeze(cell) for cell in row.cells if cell.strip())
            if text:
                yield Passage(text, placed.part, row_source(placed, index))
