"""The parts of which the programs that write Word templates make them: styles, page, banners, tables with a loop.

Fonts are those that every Chinese Word has (仿宋, 黑体, 楷体, 宋体); a program without them falls back by language.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from yunqi.kernel.frozen_zip import freeze_zip

_LATIN = "Times New Roman"
_ALARM = RGBColor(0xB3, 0x26, 0x1E)
_ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "r": WD_ALIGN_PARAGRAPH.RIGHT, "c": WD_ALIGN_PARAGRAPH.CENTER}
_TWIPS_PER_MM = 56.6929

Column = tuple[str, float, str, str]
"""Head, width in mm, alignment (l r c), the template's place. A place `a|b` prints a in bold red, b plainly."""


def set_fonts(style: Any, east_asian: str, size_pt: float, *, bold: bool = False) -> None:
    """Names the fonts of a style for both scripts; theme fonts would win over names and are taken out."""
    style.font.name, style.font.size, style.font.bold = _LATIN, Pt(size_pt), bold
    style.font.color.rgb, style.font.italic = RGBColor(0, 0, 0), False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(script), _LATIN)
    fonts.set(qn("w:eastAsia"), east_asian)


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _style(document: Any, name: str, east_asian: str, size_pt: float, *, bold: bool = False) -> Any:
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    set_fonts(style, east_asian, size_pt, bold=bold)
    return style


def _make_styles(document: Any) -> None:
    body = _style(document, "Normal", "仿宋", 12)
    body.paragraph_format.space_after, body.paragraph_format.line_spacing = Pt(3), 1.25
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(_element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
    title = _style(document, "Title", "宋体", 22, bold=True)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(0), Pt(6)
    border = title.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)
    for name, font, size_pt in (("Heading 1", "黑体", 14), ("Heading 2", "楷体", 12)):
        heading = _style(document, name, font, size_pt, bold=name == "Heading 2")
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(4)
        heading.paragraph_format.keep_with_next = True
    table = _style(document, "表格", "仿宋", 9)
    table.paragraph_format.space_after, table.paragraph_format.line_spacing = Pt(0), 1.0
    _style(document, "提示", "黑体", 11, bold=True)
    _style(document, "Header", "仿宋", 9)
    _style(document, "Footer", "宋体", 10.5)


def add_banner(document: Any, flag: str, place: str, fill: str) -> None:
    """A framed line that stands there when `flag` is true."""
    add_tag(document, f"if {flag}")
    paragraph = document.add_paragraph(style="提示")
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(place)
    run.font.color.rgb = _ALARM
    borders = _element("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        borders.append(_element(f"w:{side}", val="single", sz="8", space="4", color="B3261E"))
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders or shading of paragraphs
    properties.append(borders)
    properties.append(_element("w:shd", val="clear", color="auto", fill=fill))
    add_tag(document, "endif")


def fill_cell(cell: Any, text: str, align: str, *, head: bool = False) -> None:
    """Writes a place of the template into a cell; a place `a|b` prints a in bold red, b plainly."""
    paragraph = cell.paragraphs[0]
    paragraph.style = "表格"
    paragraph.alignment = _ALIGN["c" if head else align]
    alarm, bar, calm = text.partition("|")
    run = paragraph.add_run(alarm)
    run.bold = True if head or bar else None
    if bar:
        run.font.color.rgb = _ALARM
        paragraph.add_run(calm)
    if head:
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")  # noqa: SLF001
        cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill="F1F3F4"))  # noqa: SLF001
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
    properties.append(_element("w:tblW", w=str(round(sum(widths_mm) * _TWIPS_PER_MM)), type="dxa"))
    margins = _element("w:tblCellMar")
    for side in ("top", "bottom"):
        margins.append(_element(f"w:{side}", w="45", type="dxa"))
    properties.append(margins)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))  # noqa: SLF001
    return table


def add_table(document: Any, loop: str, columns: Sequence[Column], total: Sequence[str] = ()) -> None:
    """A table whose head is repeated on each page, and whose row is repeated for each item of `loop`."""
    table = new_table(document, 5 if total else 4, [width for _, width, _, _ in columns])
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001
    for cell, (head, _, _, _) in zip(table.rows[0].cells, columns, strict=True):
        fill_cell(cell, head, "c", head=True)
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
    field.append(_element("w:fldChar", fldCharType="begin"))
    instruction = _element("w:instrText")
    instruction.text = "PAGE"
    field.append(instruction)
    field.append(_element("w:fldChar", fldCharType="end"))
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
