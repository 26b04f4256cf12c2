"""What a recognised document may say instead: its doubtful places, and the document with other words put there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from yunqi.contract.documents.model import Block, Document, Doubt, Paragraph, Row
from yunqi.contract.documents.plain import squeeze

_MOST_CANDIDATES = 3
_CLASSES = ("0123456789", "一二三四五六七八九", "壹贰叁肆伍陆柒捌玖")
_STEPS = (1, 5, 2, 6, 3)
_PROBES = 2
_ANY = "□"


@dataclass(frozen=True, slots=True)
class Spot:
    """A doubtful place: the block's index, for a table the row and the column, and what is doubted there.

    `candidates` are what the recogniser thought of, `probes` what it did not but might stand there as well: other
    numerals for a numeral, else a character that means nothing.
    """

    block: int
    row: int
    column: int
    doubt: Doubt
    candidates: tuple[str, ...]
    probes: tuple[str, ...]

    @property
    def readings(self) -> tuple[str, ...]:
        """All that may stand there instead."""
        return (*self.candidates, *self.probes)


def find_spots(document: Document) -> list[Spot]:
    """The doubtful places of a document in order."""
    return [
        _spot(index, row, column, text, doubt)
        for index, block in enumerate(document.blocks)
        for row, column, text, doubts in _texts(block)
        for doubt in doubts
    ]


def put_readings(document: Document, words: Mapping[Spot, str]) -> Document:
    """The document with these words at these places instead; the doubts there are gone."""
    by_block: dict[int, dict[Spot, str]] = {}
    for spot, said in words.items():
        by_block.setdefault(spot.block, {})[spot] = said
    blocks = tuple(
        _put(block, by_block[index]) if index in by_block else block for index, block in enumerate(document.blocks)
    )
    return replace(document, blocks=blocks)


def _texts(block: Block) -> Iterator[tuple[int, int, str, tuple[Doubt, ...]]]:
    if isinstance(block, Paragraph):
        yield -1, -1, block.text, block.doubts
        return
    for index, row in enumerate(block.rows):
        for column, doubts in sorted(row.doubts.items()):
            yield index, column, row.cells[column], doubts


def _spot(block: int, row: int, column: int, text: str, doubt: Doubt) -> Spot:
    said = text[doubt.start : doubt.end]
    others = (other for other in doubt.candidates if squeeze(other) != squeeze(said))
    candidates = tuple(islice(others, _MOST_CANDIDATES))
    probes: tuple[str, ...] = (_ANY,) if said.strip() else ()
    for numerals in _CLASSES:
        if said and said in numerals:
            at = numerals.index(said)
            others = (numerals[(at + step) % len(numerals)] for step in _STEPS)
            probes = tuple(islice((other for other in others if other not in candidates), _PROBES))
    return Spot(block, row, column, doubt, candidates, probes)


def _put(block: Block, words: Mapping[Spot, str]) -> Block:
    if isinstance(block, Paragraph):
        text, doubts = _replaced(block.text, block.doubts, {spot.doubt: said for spot, said in words.items()})
        return replace(block, text=text, doubts=doubts)
    rows = list(block.rows)
    by_cell: dict[tuple[int, int], dict[Doubt, str]] = {}
    for spot, said in words.items():
        by_cell.setdefault((spot.row, spot.column), {})[spot.doubt] = said
    for (index, column), put in by_cell.items():
        rows[index] = _with_cell(rows[index], column, put)
    return replace(block, rows=tuple(rows))


def _with_cell(row: Row, column: int, put: Mapping[Doubt, str]) -> Row:
    text, doubts = _replaced(row.cells[column], row.doubts[column], put)
    cells = (*row.cells[:column], text, *row.cells[column + 1 :])
    return replace(row, cells=cells, doubts={**row.doubts, column: doubts})


def _replaced(text: str, doubts: tuple[Doubt, ...], put: Mapping[Doubt, str]) -> tuple[str, tuple[Doubt, ...]]:
    made, at, kept = "", 0, []
    for doubt in sorted(doubts, key=lambda one: (one.start, one.end)):
        made += text[at : doubt.start]
        if doubt in put:
            made += put[doubt]
        else:
            kept.append(Doubt(len(made), len(made) + doubt.end - doubt.start, doubt.candidates))
            made += text[doubt.start : doubt.end]
        at = doubt.end
    return made + text[at:], tuple(kept)
