"""The parts of which the programs that write Word templates make them: page, banners, tables with a loop, sections.

`python -m yunqi.reports.make_layouts` writes all templates.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from yunqi.kernel.frozen_zip import freeze_zip
from yunqi.reports.word_styles import (
    ALIGN,
    FANGSONG,
    HEITI,
    KAITI,
    SONGTI,
    TWIPS_PER_MM,
    element,
    get_style,
    set_east_asian,
    set_font_table,
    set_fonts,
    set_language,
)

WIDTH_MM = 156
"""As wide as the text of a page. Source: GB/T 9704-2012, 5.2."""
PROVISIONAL, NOTE = "FDECEA", "FFF8E1"
"""What lies behind a banner: red where a document may not be signed, yellow for what is to be known."""
_ALARM = RGBColor(0xB3, 0x26, 0x1E)
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_SIGNED = ("经办人（签字）：", "负责人（签字）：", "（盖章）", "日期：　　　　年　　月　　日")

Column = tuple[str, float, str, str]
"""Head, width in mm, alignment (l r c), the template's place. A place `a|b` prints a in bold red, b plainly."""
Add = Callable[[Any], None]
"""What adds something to a document."""


def _style(document: Any, name: str, east_asian: str, size_pt: float, *, bold: bool = False) -> Any:
    style = get_style(document, name)
    set_fonts(style, east_asian, size_pt, bold=bold)
    return style


def _make_styles(document: Any) -> None:
    body = _style(document, "Normal", FANGSONG, 12)
    body.paragraph_format.space_after, body.paragraph_format.line_spacing = Pt(3), 1.25
    set_language(document)
    set_font_table(document)
    title = _style(document, "Title", SONGTI, 22, bold=True)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(0), Pt(6)
    border = title.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)
    for name, font, size_pt in (("Heading 1", HEITI, 14), ("Heading 2", KAITI, 12)):
        heading = _style(document, name, font, size_pt, bold=name == "Heading 2")
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(4)
        heading.paragraph_format.keep_with_next = True
    table = _style(document, "表格", FANGSONG, 9)
    table.paragraph_format.space_after, table.paragraph_format.line_spacing = Pt(0), 1.0
    _style(document, "提示", HEITI, 11, bold=True)
    _style(document, "Header", FANGSONG, 9)
    _style(document, "Footer", SONGTI, 10.5)


def add_banner(document: Any, flag: str, place: str, fill: str) -> None:
    """A framed line that stands there when `flag` is true."""
    add_tag(document, f"if {flag}")
    paragraph = document.add_paragraph(style="提示")
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(place)
    run.font.color.rgb = _ALARM
    borders = element("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        borders.append(element(f"w:{side}", val="single", sz="8", space="4", color="B3261E"))
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders or shading of paragraphs
    properties.append(borders)
    properties.append(element("w:shd", val="clear", color="auto", fill=fill))
    add_tag(document, "endif")


def fill_cell(cell: Any, text: str, align: str, *, head: bool = False) -> None:
    """Writes a place of the template into a cell; a place `a|b` prints a in bold red, b plainly."""
    paragraph = cell.paragraphs[0]
    paragraph.style = "表格"
    paragraph.alignment = ALIGN["c" if head else align]
    alarm, bar, calm = text.partition("|")
    run = paragraph.add_run(alarm)
    run.bold = True if head or bar else None
    if bar:
        run.font.color.rgb = _ALARM
        paragraph.add_run(calm)
    if head:
        set_east_asian(run, HEITI)
        cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill="F1F3F4"))  # noqa: SLF001
    cell.vertical_alignment = 1


def new_table(document: Any, rows: int, widths_mm: Sequence[float]) -> Any:
    """An empty table with a frame; its rows are not broken over pages."""
    table = document.add_table(rows=rows, cols=len(widths_mm), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for index, width in enumerate(widths_mm):
        table.columns[index].width = Mm(width)
        for cell in table.columns[index].cells:
            cell.width = Mm(width)
    properties = table._tbl.tblPr  # noqa: SLF001
    for old in properties.findall(qn("w:tblW")):
        properties.remove(old)
    properties.append(element("w:tblW", w=str(round(sum(widths_mm) * TWIPS_PER_MM)), type="dxa"))
    margins = element("w:tblCellMar")
    for side in ("top", "bottom"):
        margins.append(element(f"w:{side}", w="45", type="dxa"))
    properties.append(margins)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001
    return table


def keep_head(table: Any) -> None:
    """Repeats the first row on each page, and never leaves it alone at the foot of one.

    Without the second, LibreOffice 7.4 prints the head on one page and loses the only row below it.
    """
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(element("w:tblHeader"))  # noqa: SLF001 - python-docx has no head rows
    for cell in head.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def add_table(document: Any, loop: str, columns: Sequence[Column], total: Sequence[str] = ()) -> None:
    """A table whose head is repeated on each page, and whose row is repeated for each item of `loop`."""
    table = new_table(document, 5 if total else 4, [width for _, width, _, _ in columns])
    for cell, (head, _, _, _) in zip(table.rows[0].cells, columns, strict=True):
        fill_cell(cell, head, "c", head=True)
    keep_head(table)
    fill_cell(table.rows[1].cells[0], "{%tr for " + loop + " %}", "l")
    for cell, (_, _, align, place) in zip(table.rows[2].cells, columns, strict=True):
        fill_cell(cell, place, align)
    fill_cell(table.rows[3].cells[0], "{%tr endfor %}", "l")
    for cell, text, (_, _, align, _) in zip(table.rows[4].cells if total else (), total, columns, strict=False):
        fill_cell(cell, text, align)


def add_tag(document: Any, tag: str) -> None:
    """A statement of the template in a paragraph of its own, which vanishes."""
    document.add_paragraph("{%p " + tag + " %}")


def _set_page(document: Any, head: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)  # Source: GB/T 9704-2012, 5.2
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    header = section.header.paragraphs[0]
    header.add_run(head)
    header.add_run("{{ header_mark }}").font.color.rgb = _ALARM
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("— ")
    field = footer.add_run()._r  # noqa: SLF001
    field.append(element("w:fldChar", fldCharType="begin"))
    instruction = element("w:instrText")
    instruction.text = "PAGE"
    field.append(instruction)
    field.append(element("w:fldChar", fldCharType="end"))
    footer.add_run(" —")


def begin_template(head: str) -> Any:
    """An empty document with styles and page; `head` is printed on top of each page, then `header_mark` in red."""
    document = Document()
    _make_styles(document)
    _set_page(document, head)
    return document


def finish_template(document: Any, title: str) -> bytes:
    """The template; the same bytes each time."""
    core = document.core_properties
    core.title, core.author, core.comments, core.last_modified_by = title, "", "", ""
    core.created = core.modified = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return freeze_zip(buffer.getvalue())


def add_pairs(document: Any, pairs: Sequence[tuple[str, str]], widths_mm: tuple[float, float] = (34, 122)) -> None:
    """A table of two columns: names and what they are."""
    table = new_table(document, len(pairs), widths_mm)
    for row, (name, place) in zip(table.rows, pairs, strict=True):
        fill_cell(row.cells[0], name, "l", head=True)
        fill_cell(row.cells[1], place, "l")


def begin_titled(head: str, subtitle: str, banners: Iterable[tuple[str, str, str]]) -> Any:
    """An empty document with its title, what stands below it ("" for nothing), and banners: flag, place, fill."""
    document = begin_template(head)
    document.add_paragraph("{{ title }}", style="Title")
    if subtitle:
        document.add_paragraph(f"（{subtitle}）").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for flag, place, fill in banners:
        add_banner(document, flag, place, fill)
    return document


def add_sections(document: Any, sections: Iterable[tuple[str, Add]]) -> None:
    """Sections with a numeral before their headings."""
    for numeral, (heading, add) in zip(numerals(), sections, strict=False):
        document.add_heading(f"{numeral}、{heading}", 1)
        add(document)


def numerals() -> Iterable[str]:
    """The numerals of headings, up to 十九."""
    yield from _NUMERALS
    yield from (f"十{one}" for one in _NUMERALS[:-1])


def add_rows(document: Any, name: str, columns: Sequence[Column], nothing: str) -> None:
    """A table of the rows of this name, or a sentence that there are none.

    A small paragraph follows: without one, two tables become one, and what follows sticks to the table.
    """
    add_tag(document, f"if {name}")
    add_table(document, f"r in {name}", columns)
    document.add_paragraph("", style="表格")
    add_tag(document, "else")
    document.add_paragraph(nothing)
    add_tag(document, "endif")


def add_lines(document: Any, name: str, style: str = "List Bullet") -> None:
    """A list of sentences."""
    add_tag(document, f"for words in {name}")
    document.add_paragraph("{{ words }}", style=style)
    add_tag(document, "endfor")


def add_plot(document: Any, name: str) -> None:
    """A picture that stands there when the view has one of this name."""
    add_tag(document, f"if {name}")
    form = document.add_paragraph("{{ " + name + " }}").paragraph_format
    form.line_spacing, form.space_before, form.space_after = 1.0, Pt(8), Pt(8)
    add_tag(document, "endif")


def add_blank(document: Any, words: str, lines: int = 3) -> None:
    """A framed place that a person fills in before it is approved."""
    table = new_table(document, 1, [WIDTH_MM])
    fill_cell(table.rows[0].cells[0], words, "l")
    for _line in range(lines):
        table.rows[0].cells[0].add_paragraph("", style="表格")


def add_signatures(
    document: Any, parties: Sequence[tuple[str, str]], lines: Sequence[str] = _SIGNED, *, apart_pt: float = 10
) -> None:
    """Where parties sign: the role and the place of its name."""
    table = new_table(document, 1, [WIDTH_MM / len(parties)] * len(parties))
    for cell, (role, place) in zip(table.rows[0].cells, parties, strict=True):
        fill_cell(cell, f"{role}：{place}", "l")
        for line in lines:
            cell.add_paragraph(line, style="表格").paragraph_format.space_before = Pt(apart_pt)
