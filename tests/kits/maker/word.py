"""A made contract as a Word file: merged cells, typed numbers or Word's own numbering, headings by style or not."""

from __future__ import annotations

import io
import random
import re
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from tests.kits.maker.draft import Block, Grid, Text


def render_word(
    blocks: tuple[Block, ...], seed: int, *, own_numbering: bool | None = None, headings: bool | None = None
) -> bytes:
    """The file's bytes. What is not given is drawn from the seed."""
    pick = random.Random(seed)
    numbered = pick.random() < 0.5 if own_numbering is None else own_numbering
    styled = pick.random() < 0.5 if headings is None else headings
    file = docx.Document()
    numbers = _Numbers(file) if numbered else None
    for block in blocks:
        if isinstance(block, Grid):
            _add_table(file, block)
            file.add_paragraph("")
            continue
        style = "Title" if block.centred and block.heading else "Heading 1" if block.heading and styled else None
        form = numbers.form_of(block) if numbers is not None else None
        paragraph = file.add_paragraph(block.words if form is not None else block.mark + block.words, style=style)
        if numbers is not None and form is not None:
            numbers.apply(paragraph, block, form)
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def _add_table(file: Any, grid: Grid) -> None:
    table = file.add_table(rows=0, cols=len(grid.rows[0]))
    table.style = "Table Grid"
    for row in grid.rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
    for first_row, first, last_row, last in grid.merges:
        words = grid.rows[first_row][first]
        merged = table.cell(first_row, first).merge(table.cell(last_row, last))
        merged.text = words


_FORMS = (
    (re.compile(r"^第[一二三四五六七八九十]+条 ?$"), "chineseCountingThousand", "第%{n}条"),
    (re.compile(r"^[一二三四五六七八九十]+、 ?$"), "chineseCountingThousand", "%{n}、"),
    (re.compile(r"^（[一二三四五六七八九十]+）$"), "chineseCountingThousand", "（%{n}）"),
    (re.compile(r"^\d+\.\d+$"), "decimal", "%1.%{n}"),
    (re.compile(r"^\d+\. ?$"), "decimal", "%{n}."),
    (re.compile(r"^\d+、$"), "decimal", "%{n}、"),
    (re.compile(r"^（\d+）$"), "decimal", "（%{n}）"),
)


class _Numbers:
    """Word's own numbering: one list of three levels, restarted under each article by Word itself."""

    def __init__(self, file: Any) -> None:
        self.part = file.part.numbering_part.element
        self.levels: dict[int, tuple[str, str]] = {}
        self.abstract = 77
        self.made = False

    def form_of(self, block: Text) -> tuple[str, str] | None:
        if block.level > 2 or not block.mark:
            return None
        for pattern, kind, template in _FORMS:
            if pattern.match(block.mark):
                form = kind, template.replace("{n}", str(block.level + 1))
                known = self.levels.setdefault(block.level, form)
                return form if known == form else None
        return None

    def apply(self, paragraph: Any, block: Text, form: tuple[str, str]) -> None:
        if not self.made:
            self._make()
        level = self.part.xpath(f"./w:abstractNum[@w:abstractNumId='{self.abstract}']/w:lvl[@w:ilvl='{block.level}']")[
            0
        ]
        level.find(qn("w:numFmt")).set(qn("w:val"), form[0])
        level.find(qn("w:lvlText")).set(qn("w:val"), form[1])
        if "%1" in form[1] and block.level and level.find(qn("w:isLgl")) is None:
            legal = OxmlElement("w:isLgl")
            level.insert(list(level).index(level.find(qn("w:numFmt"))) + 1, legal)
        properties = paragraph._p.get_or_add_pPr()
        number = OxmlElement("w:numPr")
        for tag, value in (("w:ilvl", str(block.level)), ("w:numId", str(self.abstract))):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            number.append(child)
        properties.append(number)

    def _make(self) -> None:
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), str(self.abstract))
        for level in range(3):
            element = OxmlElement("w:lvl")
            element.set(qn("w:ilvl"), str(level))
            for tag, value in (("w:start", "1"), ("w:numFmt", "decimal"), ("w:lvlText", f"%{level + 1}.")):
                child = OxmlElement(tag)
                child.set(qn("w:val"), value)
                element.append(child)
            abstract.append(element)
        self.part.insert(0, abstract)
        number = OxmlElement("w:num")
        number.set(qn("w:numId"), str(self.abstract))
        pointer = OxmlElement("w:abstractNumId")
        pointer.set(qn("w:val"), str(self.abstract))
        number.append(pointer)
        self.part.append(number)
        self.made = True
