"""Pages to paragraphs and tables: broken lines joined, running heads and page numbers dropped."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from yunqi.contract.documents.model import Block, Doubt, Paragraph, Place, Row
from yunqi.contract.documents.plain import squeeze
from yunqi.contract.documents.rows import Covered, build_table

_BAND = 0.1  # of the page's height: where running heads and page numbers stand
_PAGE_NUMBER = re.compile(
    r"^[-·.—_]*(?:第?\d{1,3}页?|第[一二三四五六七八九十]{1,4}页)(?:[,/(]?(?:共)?\d{1,3}页?\)?)?[-·.—_]*$"
)
_COUNTED = re.compile(r"[\d一二三四五六七八九十]+")
_MARK = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]{1,4}[条章节款部]|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}(?:[.．]\d{1,2})*(?:[.．、)）](?!\d)|\s)|[①-⑳●•▪]|附[件录表]\s*[一二三四五六七八九十\d]{0,3}\s*[:：]?)"
)
_END = ("。", "；", ";", "：", ":", "！", "？", "!", "?")
_LABEL = re.compile(r"^[^,，。()（）;；]{1,12}[:：]")
_UNBROKEN = re.compile(r"^[（(「“￥¥《]*[\dA-Za-z.,，%:/-]*[元）)%，。；;,.]*")
_NARROW = 0.6
_RAGGED = 2.6  # characters by which a full line may fall short of the margin
_INDENT = 1.2
_FAR = 1.9
_OTHER_SIZE = 1.3
_GAP = 1.1
_LONG_SHARE = 0.7
_ENOUGH = 6
_INDENTED_SHARE = 0.12
_EVERYWHERE = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page, or a piece of one, with its box in any unit; `size` is a character's height."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    doubts: tuple[Doubt, ...] = ()

    @property
    def size(self) -> float:
        """The height of its characters."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Grid:
    """A table on a page: rows of cells, the doubts in them by column, and which cells others cover."""

    top: float
    rows: tuple[tuple[str, ...], ...]
    doubts: tuple[dict[int, tuple[Doubt, ...]], ...] = ()
    covered: Covered = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one page, in the unit of `height`."""

    number: int
    height: float
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...]


@dataclass(slots=True)
class _Margins:
    left: float
    right: float
    pitch: float
    size: float


def plan_blocks(pages: Sequence[Page]) -> tuple[Block, ...]:
    """The pages' content in order; a table or a paragraph that goes on over the page is one."""
    return tuple(_Joiner(_drop_furniture([replace(page, lines=_merge(page.lines)) for page in pages])).join())


def _merge(pieces: Sequence[Line]) -> tuple[Line, ...]:
    """Pieces that stand side by side become one line."""
    rows: list[list[Line]] = []
    for piece in sorted((one for one in pieces if one.text.strip()), key=lambda one: (one.top + one.bottom) / 2):
        middle = (piece.top + piece.bottom) / 2
        last = rows[-1][-1] if rows else None
        if last is not None and middle - (last.top + last.bottom) / 2 < min(last.size, piece.size) / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return tuple(_beside(sorted(row, key=lambda one: one.x0)) for row in rows)


def _beside(pieces: list[Line]) -> Line:
    line = pieces[0]
    for piece in pieces[1:]:
        blank = " " if piece.x0 - line.x1 > _GAP * min(line.size, piece.size) else ""
        line = Line(
            line.text + blank + piece.text,
            line.x0,
            max(line.x1, piece.x1),
            min(line.top, piece.top),
            max(line.bottom, piece.bottom),
            line.doubts + shift(piece.doubts, len(line.text) + len(blank)),
        )
    return line


def shift(doubts: Sequence[Doubt], by: int) -> tuple[Doubt, ...]:
    """The doubts of a text that was put behind `by` other characters."""
    return tuple(Doubt(one.start + by, one.end + by, one.candidates) for one in doubts)


def _drop_furniture(pages: list[Page]) -> list[Page]:
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_form(line) for line in page.lines if _is_edge(line, page)})
    least = min(_EVERYWHERE, max(2, len(pages)))
    kept = []
    for page in pages:
        lines = tuple(
            line
            for line in page.lines
            if not (
                _is_edge(line, page)
                and (_PAGE_NUMBER.match(squeeze(line.text)) or (counts[_form(line)] >= least and len(line.text) < 60))
            )
        )
        kept.append(replace(page, lines=lines))
    return kept


def _is_edge(line: Line, page: Page) -> bool:
    return line.bottom < _BAND * page.height or line.top > (1 - _BAND) * page.height


def _form(line: Line) -> str:
    return _COUNTED.sub("#", squeeze(line.text))


class _Joiner:
    def __init__(self, pages: list[Page]) -> None:
        self.pages = pages
        self.margins = _measure([line for page in pages for line in page.lines])
        lines = [line for page in pages for line in page.lines]
        starts = [line for line in lines if self._indent(line, self.margins) > _INDENT]
        self.indents = len(starts) >= max(2, _INDENTED_SHARE * len(lines))
        self.number = 0
        self.blocks: list[Block] = []
        self.rows: list[Row] = []
        self.covered: dict[tuple[int, int], tuple[int, int]] = {}
        self.open: list[tuple[Line, Place]] = []

    def join(self) -> Iterator[Block]:
        for page in self.pages:
            margins = _measure(page.lines, self.margins)
            things: list[Line | Grid] = sorted([*page.lines, *page.grids], key=lambda one: one.top)
            fresh = True
            for thing in things:
                if isinstance(thing, Grid):
                    self._close_paragraph()
                    self._take_rows(thing, page.number)
                else:
                    self._close_table()
                    self._take_line(thing, page.number, margins, fresh=fresh)
                fresh = False
        self._close_paragraph()
        self._close_table()
        return iter(self.blocks)

    def _place(self, page: int) -> Place:
        self.number += 1
        return Place(self.number, page)

    def _take_rows(self, grid: Grid, page: int) -> None:
        shift_by = len(self.rows)
        for index, cells in enumerate(grid.rows):
            doubts = grid.doubts[index] if index < len(grid.doubts) else {}
            self.rows.append(Row(cells, self._place(page), doubts))
        self.covered.update({(r + shift_by, c): (top + shift_by, left) for (r, c), (top, left) in grid.covered.items()})

    def _close_table(self) -> None:
        if self.rows:
            self.blocks.extend(build_table(self.rows, self.covered))
        self.rows, self.covered = [], {}

    def _take_line(self, line: Line, page: int, margins: _Margins, *, fresh: bool) -> None:
        place = self._place(page)
        if not (self.open and self._continues(self.open[-1][0], line, margins, fresh=fresh)):
            self._close_paragraph()
        self.open.append((line, place))
        self.right = margins.right

    def _close_paragraph(self) -> None:
        if not self.open:
            return
        text, doubts = "", tuple[Doubt, ...]()
        for line, _place in self.open:
            blank = " " if text and text[-1].isascii() and text[-1].isalpha() and line.text[:1].isascii() else ""
            doubts += shift(line.doubts, len(text) + len(blank))
            text += blank + line.text
        self.blocks.append(Paragraph(text, self.open[0][1], doubts=doubts))
        self.open = []

    def _indent(self, line: Line, margins: _Margins) -> float:
        return (line.x0 - margins.left) / max(margins.size, 1e-6)

    def _continues(self, last: Line, line: Line, margins: _Margins, *, fresh: bool) -> bool:
        """Whether the last line was broken because it was full, and this one goes on with it."""
        size = margins.size
        if last.x1 < self.right - (_RAGGED + _first_word(line.text)) * size:
            return False
        if (
            max(line.size, last.size) > _OTHER_SIZE * min(line.size, last.size)
            and abs(line.size - last.size) > size / 2
        ):
            return False
        if not fresh and line.top - last.top > _FAR * max(margins.pitch, size):
            return False
        indented = self._indent(line, margins) > _INDENT
        ended = last.text.rstrip().endswith(_END)
        marked = bool(_MARK.match(line.text.strip()))
        if indented:
            same = abs(line.x0 - self.open[-1][0].x0) < size / 2 and len(self.open) > 1
            return not ended and not marked and (same or not self.indents)
        if marked or _LABEL.match(line.text):
            return self.indents and not ended and self._indent(self.open[0][0], margins) > _INDENT
        return True


def _first_word(text: str) -> float:
    """How many characters wide the first word is that can't be broken: a figure or a word of another script."""
    match = _UNBROKEN.match(text)
    return _NARROW * len(match[0]) if match else 0.0


def _measure(lines: Sequence[Line], whole: _Margins | None = None) -> _Margins:
    """The edges of the text: of most of the long lines."""
    if not lines:
        return whole or _Margins(0.0, 0.0, 1.0, 1.0)
    widest = max(line.x1 - line.x0 for line in lines)
    if whole is not None:
        widest = max(widest, whole.right - whole.left)
    long = [line for line in lines if line.x1 - line.x0 > _LONG_SHARE * widest]
    if whole is not None and len(long) < _ENOUGH:
        return whole
    size = median(line.size for line in long)
    gaps = sorted(b.top - a.top for a, b in itertools.pairwise(lines) if 0 < b.top - a.top < 4 * size)
    lefts, rights = sorted(line.x0 for line in long), sorted(line.x1 for line in long)
    # Of paragraphs that are one line long the first line's indent is all there is: the furthest left but the odd one.
    left = lefts[len(lefts) // 20]
    return _Margins(left, rights[-1 - len(rights) // 20], gaps[len(gaps) // 2] if gaps else 2 * size, size)
