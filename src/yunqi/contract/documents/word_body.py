"""The body of a Word file as paragraphs and tables in order: merged cells, numbers, tables within cells, text boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.contract.documents.model import Block, Mark, Paragraph, Place, Row, Table
from yunqi.contract.documents.numbering import Numbering
from yunqi.contract.documents.rows import is_header
from yunqi.contract.documents.word_text import W, Words, ends_taken_out, read_words

_CONTAINERS = frozenset(
    {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}smartTag", f"{W}customXml", f"{W}tc"}
)
_MOST_COLUMNS = 200


class BodyReader:
    """Reads one body; `marks` is filled on the way. `notes` holds the foot- and endnotes by kind and id."""

    def __init__(self, numbering: Numbering, headings: frozenset[str], notes: Mapping[tuple[str, str], Any]) -> None:
        self.marks: list[Mark] = []
        self._numbering = numbering
        self._headings = headings
        self._notes = dict(notes)
        self._line = 0
        self._carried = ""
        self._later: list[Any] = []

    def read(self, body: Any, first: str = "") -> tuple[Block, ...]:
        """The blocks; `first` is a line put before them."""
        blocks: list[Block] = []
        if first:
            self._line += 1
            blocks.append(Paragraph(first, Place(self._line)))
        self._walk(body, blocks)
        return tuple(blocks)

    def _walk(self, parent: Any, blocks: list[Block]) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                self._add_paragraph(child, blocks)
            elif child.tag == f"{W}tbl":
                self._add_table(child, blocks)
            elif child.tag in _CONTAINERS:
                self._walk(child, blocks)
            self._add_later(blocks)

    def _add_later(self, blocks: list[Block]) -> None:
        """Text boxes, notes and tables within cells stand after the paragraph or table that holds them."""
        later, self._later = self._later, []
        for node in later:
            if node.tag == f"{W}tbl":
                self._add_table(node, blocks, joins=False)
            else:
                self._walk(node, blocks)
            self._add_later(blocks)

    def _add_paragraph(self, node: Any, blocks: list[Block]) -> None:
        words = self._words(node)
        text = self._numbered(node, words)
        if ends_taken_out(node):
            self._carried += text
            return
        text, self._carried = self._carried + text, ""
        for line in text.split("\n"):
            if line.strip():
                self._line += 1
                blocks.append(Paragraph(line.strip(), Place(self._line), self._is_heading(node)))

    def _add_table(self, node: Any, blocks: list[Block], *, joins: bool = True) -> None:
        if _is_frame(node):
            for row in _own(node, "tr"):
                self._walk(row, blocks)
            return
        table = self._table(node)
        if not table.rows:
            return
        if joins and blocks:
            blocks[-1:] = _join(blocks[-1], table)
        else:
            blocks.append(table)

    def _is_heading(self, paragraph: Any) -> bool:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        return style is not None and style.get(f"{W}val") in self._headings

    def _words(self, paragraph: Any) -> Words:
        words = read_words(paragraph)
        self.marks += [Mark(kind, text.strip(), self._line + 1) for kind, text in words.marks if text.strip()]
        self._later += words.boxes
        self._later += [note for key in words.notes if (note := self._notes.pop(key, None)) is not None]
        return words

    def _numbered(self, paragraph: Any, words: Words, *, in_cell: bool = False) -> str:
        if not words.number_follows:
            return words.text
        number = self._numbering.next_number(paragraph)
        if words.text.strip():
            return number + words.text
        return number.strip(" .、()（）") if in_cell else words.text

    def _cell_text(self, cell: Any) -> str:
        texts = [self._numbered(paragraph, self._words(paragraph), in_cell=True) for paragraph in _own(cell, "p")]
        self._later += _own(cell, "tbl")
        return "".join(text.replace("\n", "") for text in texts).strip()

    def _table(self, table: Any) -> Table:
        rows: list[Row] = []
        covered: dict[tuple[int, int], tuple[int, int]] = {}
        above: dict[int, tuple[int, int]] = {}
        for tr in _own(table, "tr"):
            if self._is_taken_out(tr):
                continue
            cells: list[str] = []
            cells.extend([""] * _count(tr.find(f"{W}trPr/{W}gridBefore"), 0))
            for tc in _own(tr, "tc"):
                column, row = len(cells), len(rows)
                width = max(1, _count(tc.find(f"{W}tcPr/{W}gridSpan"), 1))
                merge = tc.find(f"{W}tcPr/{W}vMerge")
                if merge is not None and merge.get(f"{W}val") != "restart" and column in above:
                    covered.update({(row, column + extra): above[column] for extra in range(width)})
                    cells.extend([""] * width)
                    continue
                above[column] = (row, column)
                cells.append(self._cell_text(tc))
                for extra in range(1, width):
                    covered[row, column + extra] = (row, column)
                    above[column + extra] = (row, column)
                    cells.append("")
            self._line += 1
            rows.append(Row(tuple(cells), Place(self._line)))
        width = max((len(row.cells) for row in rows), default=0)
        return Table(tuple(Row(r.cells + ("",) * (width - len(r.cells)), r.place) for r in rows), covered)

    def _is_taken_out(self, tr: Any) -> bool:
        """Whether a revision took the row out; a row that one put in, or took out, is marked."""
        for kind, tag in (("deleted", "del"), ("inserted", "ins")):
            if tr.find(f"{W}trPr/{W}{tag}") is not None:
                text = " ".join("".join(tc.itertext()).strip() for tc in _own(tr, "tc"))
                self.marks.append(Mark(kind, text.strip(), self._line + 1))
                return kind == "deleted"
        return False


def _count(node: Any, default: int) -> int:
    said = None if node is None else node.get(f"{W}val")
    return min(int(said), _MOST_COLUMNS) if said is not None and said.isdecimal() and len(said) < 9 else default


def _is_frame(table: Any) -> bool:
    """Whether a table of one cell is only a frame around text or other tables: its content is read as if without."""
    cells = [cell for row in _own(table, "tr") for cell in _own(row, "tc")]
    if len(cells) != 1:
        return False
    return cells[0].find(f".//{W}tbl") is not None or len(_own(cells[0], "p")) > 1


def _own(node: Any, tag: str) -> list[Any]:
    """The parts of a kind (`tr`, `tc`, `p`, `tbl`) that belong to a node itself, not to a part of that kind within."""
    found: list[Any] = []
    for child in node:
        if child.tag == f"{W}{tag}":
            found.append(child)
        elif child.tag in _CONTAINERS:
            found.extend(_own(child, tag))
    return found


def _join(before: Block, table: Table) -> list[Block]:
    """A table that directly follows one of the same header or without a header of its own is its continuation."""
    if not isinstance(before, Table) or not is_header(before.rows[0].cells):
        return [before, table]
    if is_header(table.rows[0].cells):
        if table.rows[0].cells != before.rows[0].cells:
            return [before, table]
        skip = 1
    else:
        skip = 0
    shift = len(before.rows) - skip
    if len(table.rows[0].cells) != len(before.rows[0].cells):
        return [before, table]
    covered = dict(before.covered)
    covered.update({(r + shift, c): (r0 + shift, c0) for (r, c), (r0, c0) in table.covered.items() if r >= skip})
    return [Table(before.rows + table.rows[skip:], covered)]
