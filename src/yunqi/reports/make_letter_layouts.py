"""Makes `layout.docx` of both letters, the templates.

A letter without a red head: A4, 156 mm × 225 mm of text, 22 lines of 28 characters, 仿宋 in
size 3 (16 pt), the title 小标宋 in size 2 (22 pt), headings 黑体, page numbers 宋体 in size 4 (14 pt) outside.
Source: GB/T 9704-2012, 5 and 7.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from yunqi.kernel.frozen_zip import freeze_zip
from yunqi.reports.word_styles import (
    ALIGN,
    FANGSONG,
    HEITI,
    SONGTI,
    TWIPS_PER_MM,
    XIAOBIAOSONG,
    element,
    get_style,
    set_east_asian,
    set_font_table,
    set_fonts,
    set_language,
)
from yunqi.reports.word_template import keep_head

BODY, TITLE, HEADING, PLAIN, REFERENCE, ANNEX, SIGNED, CELL, FOOT = (
    "公文正文",
    "公文标题",
    "公文小标题",
    "主送机关",
    "发文字号",
    "附件说明",
    "落款",
    "公文表格",
    "页码",
)
_STYLES: dict[str, tuple[str, float]] = {  # font, size in points
    BODY: (FANGSONG, 16),
    TITLE: (XIAOBIAOSONG, 22),
    HEADING: (HEITI, 16),
    PLAIN: (FANGSONG, 16),
    REFERENCE: (FANGSONG, 16),
    ANNEX: (FANGSONG, 16),
    SIGNED: (FANGSONG, 16),
    CELL: (FANGSONG, 10.5),
    FOOT: (SONGTI, 14),
}
_WIDTH_MM, _HEIGHT_MM, _LINES = 156, 225, 22
_LINE_PT = _HEIGHT_MM * TWIPS_PER_MM / _LINES / 20
_CLOSER = -5
"""Twentieths of a point between characters of 16 pt, so that 28 of them fill a line: as a property of the text, for
LibreOffice spreads characters that Word's grid would bring closer together."""
_SIGNED_CHARS = 15
"""The width in which sender and date stand: a date of eight figures is then four characters from the edge."""
LAYOUTS: dict[str, tuple[tuple[int, str], ...]] = {  # widths and alignments of the columns of their tables
    "breach_letter": ((5, "c"), (17, "l"), (13, "l"), (14, "l"), (9, "r")),
    "reclaim_letter": ((5, "c"), (18, "l"), (6, "c"), (9, "r"), (9, "r"), (9, "r"), (9, "r")),
}


def _make_styles(document: Any) -> None:
    set_language(document)
    set_font_table(document)
    for name, (font, size_pt) in {"Normal": _STYLES[BODY], **_STYLES}.items():
        style = get_style(document, name)
        set_fonts(style, font, size_pt)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        if name == CELL:
            form.line_spacing = 1.0
            style.element.get_or_add_pPr().append(element("w:snapToGrid", val="0"))
            continue
        if name in (BODY, HEADING, PLAIN, ANNEX):
            style.element.get_or_add_rPr().append(element("w:spacing", val=str(_CLOSER)))
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE_PT)
        form.widow_control = False
        if name in (BODY, HEADING):
            form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            style.element.get_or_add_pPr().append(element("w:ind", firstLineChars="200", firstLine="640"))
        if name == HEADING:
            form.keep_with_next = True
        if name == TITLE:
            form.alignment, form.line_spacing, form.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, Pt(36), True
        if name == REFERENCE:
            form.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if name == ANNEX:
            style.element.get_or_add_pPr().append(
                element("w:ind", leftChars="500", left="1600", hangingChars="300", hanging="960")
            )
            form.keep_together = form.keep_with_next = True
        if name == SIGNED:
            form.alignment, form.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(23)  # its upper edge is 7 mm below the text
    properties = section._sectPr  # noqa: SLF001 - python-docx knows no grid
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    pitch = str(round(_LINE_PT * 20))
    properties.append(element("w:docGrid", type="lines", linePitch=pitch))
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, "r"), (section.even_page_footer, "l")):
        paragraph = footer.paragraphs[0]
        paragraph.style, paragraph.alignment = document.styles[FOOT], ALIGN[side]
        indent = {"r": "rightChars", "l": "leftChars"}[side]
        paragraph._p.get_or_add_pPr().append(element("w:ind", **{indent: "100"}))  # noqa: SLF001
        paragraph.add_run("— ")
        run = paragraph.add_run()._r  # noqa: SLF001 - python-docx has no fields
        instruction = element("w:instrText")
        instruction.text = "PAGE"
        run.extend([element("w:fldChar", fldCharType="begin"), instruction, element("w:fldChar", fldCharType="end")])
        paragraph.add_run(" —")


def _add_table(document: Any, columns: tuple[tuple[int, str], ...]) -> None:
    """The table of a block: its head on each page, a row for each of the block's."""
    parts = sum(width for width, _align in columns)
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001
    for at, (width, align) in enumerate(columns):
        table.columns[at].width = Mm(_WIDTH_MM * width / parts)
        for cell in table.columns[at].cells:
            cell.width = Mm(_WIDTH_MM * width / parts)
            cell.vertical_alignment = 1
            cell.paragraphs[0].style = document.styles[CELL]
        head = table.cell(0, at).paragraphs[0]
        head.alignment = ALIGN["c"]
        run = head.add_run("{{ block.heads[" + str(at) + "][0] }}")
        set_east_asian(run, HEITI)
        place = table.cell(2, at).paragraphs[0]
        place.alignment = ALIGN[align]
        place.add_run("{{ row[" + str(at) + "] }}")
    keep_head(table)
    table.cell(1, 0).paragraphs[0].add_run("{%tr for row in block.rows %}")
    table.cell(3, 0).paragraphs[0].add_run("{%tr endfor %}")


def _add_signature(document: Any) -> None:
    """Sender above date, each in the middle of the same width at the right edge, never apart."""
    width = _SIGNED_CHARS * _STYLES[SIGNED][1]
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    properties = table._tbl.tblPr  # noqa: SLF001
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w="0", type="dxa"))
    properties.append(margins)
    table.rows[0]._tr.get_or_add_trPr().append(element("w:cantSplit"))  # noqa: SLF001
    left, right = table.rows[0].cells
    for at, cell_width in enumerate((Mm(_WIDTH_MM) - Pt(width), Pt(width))):
        table.columns[at].width = table.rows[0].cells[at].width = cell_width
    left.paragraphs[0].style = document.styles[PLAIN]
    right.paragraphs[0].style = document.styles[SIGNED]
    right.paragraphs[0].add_run("{{ sender }}")
    right.add_paragraph("{{ date }}", style=document.styles[SIGNED])


def make_layout(columns: tuple[tuple[int, str], ...]) -> bytes:
    """A template whose tables have these columns."""
    document = Document()
    _make_styles(document)
    _set_page(document)

    def add(text: str, style: str, *, kept: bool = False) -> None:
        paragraph = document.add_paragraph(text, style=document.styles[style])
        if kept:
            paragraph.paragraph_format.keep_with_next = True

    def repeat(loop: str, text: str, style: str) -> None:
        add("{%p for " + loop + " %}", BODY)
        add(text, style)
        add("{%p endfor %}", BODY)

    add("{{ reference }}", REFERENCE)
    add("", PLAIN)
    repeat("line in title_lines", "{{ line }}", TITLE)
    add("", PLAIN)
    add("{{ receiver }}", PLAIN)
    repeat("notice in notices", "{{ notice }}", HEADING)
    add("{%p for block in blocks %}", BODY)
    for kind, style, last in (("title", HEADING, ""), ("body", BODY, "not loop.last"), ("body", BODY, "loop.last")):
        add('{%p if block.kind == "' + kind + '"' + (f" and {last}" if last else "") + " %}", BODY)
        # No page has the signature alone. Source: GB/T 9704-2012, 7.3.5.6
        add("{{ block.text }}", style, kept=last == "loop.last")
        add("{%p endif %}", BODY)
    add('{%p if block.kind == "table" %}', BODY)
    _add_table(document, columns)
    add("{%p endif %}", BODY)
    add("{%p endfor %}", BODY)
    add("", PLAIN, kept=True)
    repeat("one in attachments", '{{ one.head or "　　　" }}{{ one.text }}', ANNEX)
    add("", SIGNED)
    add("", SIGNED)
    _add_signature(document)
    add("{%p if contact %}", BODY)
    add("{{ contact }}", BODY)
    add("{%p endif %}", BODY)
    core = document.core_properties
    core.title = core.author = core.comments = core.last_modified_by = ""
    core.created = core.modified = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return freeze_zip(buffer.getvalue())
