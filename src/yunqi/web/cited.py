"""A contract's text with the words marked that its data was read from: which words belong to which fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from yunqi.contract.documents import Plain
from yunqi.wire.contracts import TextBlock, TextRow

DOUBT, UNREAD = "doubt-", "unread-"
"""How the ids begin of what was not read for sure, and of sentences that became no data."""
_LEAST = 2  # a shorter remainder is a mark of punctuation, and no place of its own


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, and the ids of the facts that stand on them ("" where none does)."""

    text: str
    facts: str = ""

    @property
    def first(self) -> str:
        """The fact that a link leads to."""
        return self.facts.partition(" ")[0]

    @property
    def style(self) -> str:
        """The class that shows what stands on the words: read for sure, in doubt, or not read."""
        facts = self.facts.split()
        if any(fact.startswith(DOUBT) for fact in facts):
            return "yq-cited yq-doubt"
        if facts and all(fact.startswith(UNREAD) for fact in facts):
            return "yq-cited yq-unread"
        return "yq-cited"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its pieces, and how many rows and columns it covers."""

    pieces: tuple[Piece, ...]
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph (`pieces`) or a row of a table (`cells`); `facts` of a row are those of its cells."""

    anchor: str
    article: str
    heading: bool = False
    pieces: tuple[Piece, ...] = ()
    cells: tuple[Cell, ...] = ()
    facts: str = ""

    def each_fact(self) -> Iterator[str]:
        """The facts that stand on it, one after another."""
        for piece in (*self.pieces, *(piece for cell in self.cells for piece in cell.pieces)):
            yield from piece.facts.split()


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph (one line) or a table (its rows) of the text."""

    is_table: bool
    lines: tuple[Line, ...]
    page: int | None = None


class Marks:
    """Spans of texts by the number of the text, each with the fact that it belongs to."""

    def __init__(self) -> None:
        self.spans: dict[int, list[tuple[int, int, str]]] = {}
        self.rows: dict[int, list[str]] = {}

    def pieces(self, number: int, text: str) -> tuple[Piece, ...]:
        """A text cut where facts begin and end."""
        spans = self.spans.get(number, [])
        cuts = sorted({0, len(text), *(end for span in spans for end in span[:2])})
        found = []
        for start, end in pairwise(cuts):
            facts = dict.fromkeys(fact for low, high, fact in spans if low <= start and end <= high)
            found.append(Piece(text[start:end], " ".join(facts)))
        return tuple(found)


def mark_text(blocks: Iterable[TextBlock], sources: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Part]:
    """The text with the words of each source marked by the fact it belongs to.

    A source names a line, or a page and its article where the file has pages; what is not found there is left out.
    """
    blocks = tuple(blocks)
    plains = [Plain(block.text) for block in blocks]
    by_line: dict[int, int] = {block.line: number for number, block in enumerate(blocks) if not block.rows}
    rows = {row.line: row for block in blocks for row in block.rows}
    by_row = {row.line: _squeezed(row) for row in rows.values()}
    marks = Marks()
    for fact, source in sources:
        wanted = Plain(str(source.get("text") or "")).text
        line, page = source.get("line"), source.get("page")
        if line in rows:
            marks.rows.setdefault(line, []).append(fact)
        elif line in by_line:
            _mark_from(marks, plains, by_line[line], wanted, fact)
        elif page is not None and wanted:
            found = next((one for one, row in rows.items() if row.page == page and by_row[one] == wanted), None)
            if found is not None:
                marks.rows.setdefault(found, []).append(fact)
                continue
            starts = [number for number, block in enumerate(blocks) if block.page == page and not block.rows]
            for number in starts:
                if _mark_from(marks, plains, number, wanted, fact):
                    break
    return [_part(marks, number, block) for number, block in enumerate(blocks)]


def _squeezed(row: TextRow) -> str:
    return Plain(" ".join(cell.text for cell in row.cells)).text


def _mark_from(marks: Marks, plains: list[Plain], number: int, wanted: str, fact: str) -> bool:
    """Marks the words in this paragraph; words that go on in the next ones (lines that the layout broke) there, too."""
    plain = plains[number]
    at = plain.text.find(wanted)
    if at >= 0 and wanted:
        marks.spans.setdefault(number, []).append((*_exact(plain, at, at + len(wanted)), fact))
        return True
    # The words begin within this line and go on: the longest end of the line that begins them.
    for start in range(len(plain.text)):
        rest = plain.text[start:]
        if len(rest) < _LEAST:
            return False
        if wanted.startswith(rest):
            marks.spans.setdefault(number, []).append((*_exact(plain, start, len(plain.text)), fact))
            _mark_rest(marks, plains, number + 1, wanted[len(rest) :], fact)
            return True
    return False


def _mark_rest(marks: Marks, plains: list[Plain], number: int, wanted: str, fact: str) -> None:
    while wanted and number < len(plains):
        text = plains[number].text
        if not text:
            number += 1
            continue
        length = len(wanted) if text.startswith(wanted) else len(text) if wanted.startswith(text) else 0
        if not length:
            return
        marks.spans.setdefault(number, []).append((*_exact(plains[number], 0, length), fact))
        wanted, number = wanted[length:], number + 1


def _exact(plain: Plain, start: int, end: int) -> tuple[int, int]:
    """Where comparable text stands in the exact words."""
    words = plain.words(start, end)
    before = plain.words(0, start)
    low = plain.raw.find(words, len(before))
    return low, low + len(words)


def _part(marks: Marks, number: int, block: TextBlock) -> Part:
    if not block.rows:
        pieces = marks.pieces(number, block.text)
        line = Line(f"p-{block.line}", block.article, block.heading, pieces)
        return Part(is_table=False, lines=(line,), page=block.page)
    lines = []
    for row in block.rows:
        facts = " ".join(dict.fromkeys(marks.rows.get(row.line, ())))
        cells = tuple(
            Cell((Piece(cell.text, facts if cell.text.strip() else ""),), cell.rows, cell.columns) for cell in row.cells
        )
        lines.append(Line(f"p-{row.line}", block.article, cells=cells, facts=facts))
    return Part(is_table=True, lines=tuple(lines), page=block.page)


def list_anchors(parts: Iterable[Part]) -> dict[str, str]:
    """Each fact's first place in the text."""
    found: dict[str, str] = {}
    for part in parts:
        for line in part.lines:
            for fact in line.each_fact():
                found.setdefault(fact, line.anchor)
    return found


def choose_parts(parts: Iterable[Part], prefix: str) -> list[Part]:
    """Of the text only the paragraphs and tables with words of facts whose id begins so."""
    return [part for part in parts if any(fact.startswith(prefix) for line in part.lines for fact in line.each_fact())]
