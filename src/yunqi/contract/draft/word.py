"""Writes drafted blocks as a Word document in the form of official papers.

Fonts are those that every Chinese Word has (仿宋, 黑体, 楷体, 宋体); a program without them falls back by language.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from yunqi.contract.clauses.code_words import BLANK
from yunqi.contract.draft.blocks import Align, Grid, PageBreak, Sheet, Text
from yunqi.kernel.frozen_zip import freeze_zip

_LATIN = "Times New Roman"
_FONTS: dict[str, tuple[str, int, bool]] = {  # font, size in half points, bold
    "title": ("宋体", 52, True),
    "cover": ("仿宋", 32, False),
    "article": ("黑体", 28, False),
    "annex": ("黑体", 32, False),
    "subtitle": ("楷体", 28, True),
    "body": ("仿宋", 28, False),
    "plain": ("仿宋", 28, False),
    "sign": ("仿宋", 28, False),
    "cell": ("仿宋", 21, False),
}
_SMALL, _FOOT = 18, 21
_EMU_PER_HALF_POINT = 6350
_NAMES = {
    "title": "Title",
    "cover": "封面",
    "article": "Heading 1",
    "annex": "Heading 1",
    "subtitle": "Heading 2",
    "body": "正文条款",
    "plain": "正文",
    "sign": "签署",
    "cell": "表格文字",
}
_JUSTIFY: dict[Align, str] = {"l": "left", "c": "center", "r": "right"}
_PORTRAIT_MM, _LANDSCAPE_MM = (210, 297), (297, 210)
_MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}  # Source: GB/T 9704-2012, 5.2
_WIDE_MARGINS_MM = {"top": 28, "bottom": 26, "left": 25, "right": 25}
_TWIPS_PER_INCH, _MM_PER_TEN_INCHES = 1440, 254
_UNPRINTABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
_ILLEGIBLE = "〓"


def render_sheet(sheet: Sheet) -> bytes:
    """The document as .docx; the same sheet gives the same bytes. A control character is shown as 〓."""
    from docx import Document
    from docx.enum.section import WD_SECTION

    document = Document()
    styles = _make_styles(document)
    _set_page(document.sections[0], wide=False)
    _write_edges(document.sections[0], sheet)
    wide = broken = False
    for block, following in itertools.zip_longest(sheet.blocks, sheet.blocks[1:]):
        if isinstance(block, PageBreak):
            broken = block.wide == wide
            if not broken:
                _set_page(document.add_section(WD_SECTION.NEW_PAGE), wide=block.wide)
            wide = block.wide
        elif isinstance(block, Text):
            form = _write_text(document, block, styles[block.style]).paragraph_format
            form.page_break_before = True if broken else None
            form.keep_with_next = True if isinstance(following, Grid) else None
            broken = False
        else:
            _write_grid(document, block, styles["cell"], wide=wide)
    core = document.core_properties
    core.title, core.author, core.comments, core.last_modified_by = _clean(sheet.title), "", "", ""
    core.created = core.modified = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return freeze_zip(buffer.getvalue())


def _clean(words: str) -> str:
    return _UNPRINTABLE.sub(_ILLEGIBLE, words.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _twips(mm: int) -> int:
    return mm * 10 * _TWIPS_PER_INCH // _MM_PER_TEN_INCHES


def _half_points(count: int) -> Any:
    from docx.shared import Emu

    return Emu(count * _EMU_PER_HALF_POINT)


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _make_styles(document: Any) -> Mapping[str, str]:
    """The ids of the styles, by kind: python-docx looks through all styles each time that one is named."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(_element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
    styles = document.styles
    for kind, name in {"normal": "Normal", **_NAMES}.items():
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        font, size, bold = _FONTS["body"] if kind == "normal" else _FONTS[kind]
        style.font.name, style.font.size, style.font.bold = _LATIN, _half_points(size), bold
        style.font.color.rgb, style.font.italic = RGBColor(0, 0, 0), False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [each for each in fonts.attrib if each.endswith("Theme")]:
            del fonts.attrib[attribute]
        for script in ("w:ascii", "w:hAnsi", "w:cs"):
            fonts.set(qn(script), _LATIN)
        fonts.set(qn("w:eastAsia"), font)
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(0), Pt(28)
        if kind == "body":
            form.first_line_indent = _half_points(2 * size)
        elif kind == "cell":
            form.line_spacing = 1
        elif kind in {"article", "annex", "subtitle"}:
            form.space_before, form.space_after, form.keep_with_next = Pt(10), Pt(4), True
        elif kind == "title":
            form.alignment, form.line_spacing = WD_ALIGN_PARAGRAPH.CENTER, Pt(44)
            form.space_before, form.space_after = Pt(120), Pt(120)
        elif kind in {"cover", "sign"}:
            form.line_spacing, form.keep_with_next = Pt(36), kind == "sign"
    border = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        styles["Title"].element.pPr.remove(border)
    return {kind: str(styles[name].style_id) for kind, name in _NAMES.items()}


def _set_page(section: Any, *, wide: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    width, height = _LANDSCAPE_MM if wide else _PORTRAIT_MM
    section.page_width, section.page_height = Mm(width), Mm(height)
    for side, mm in (_WIDE_MARGINS_MM if wide else _MARGINS_MM).items():
        setattr(section, f"{side}_margin", Mm(mm))


def _write_edges(section: Any, sheet: Sheet) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    header.paragraph_format.line_spacing = 1
    header.add_run(_clean(sheet.number)).font.size = _half_points(_SMALL)
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.paragraph_format.line_spacing = 1
    footer.add_run("— ")
    _add_field(footer, "PAGE")
    footer.add_run(" / ")
    _add_field(footer, "NUMPAGES")
    footer.add_run(" —")
    for run in footer.runs:
        run.font.size = _half_points(_FOOT)


def _add_field(paragraph: Any, code: str) -> None:
    run = paragraph.add_run()._r  # noqa: SLF001 - python-docx has no fields
    instruction = _element("w:instrText")
    instruction.text = code
    for part in (_element("w:fldChar", fldCharType="begin"), instruction, _element("w:fldChar", fldCharType="end")):
        run.append(part)


def _write_text(document: Any, text: Text, style: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph._p.style = style  # noqa: SLF001 - by its id; by its name all styles are looked through
    if text.style == "annex":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in _runs(text.words):
        paragraph._p.append(run)  # noqa: SLF001 - runs are made for cells and paragraphs alike
    return paragraph


def _runs(words: str) -> Iterator[Any]:
    from docx.oxml.ns import qn

    for part in re.split(f"({BLANK}+)", _clean(words)):
        if not part:
            continue
        run = _element("w:r")
        if part.startswith(BLANK):
            properties = _element("w:rPr")
            properties.append(_element("w:highlight", val="yellow"))
            run.append(properties)
        text = _element("w:t")
        text.text = part
        text.set(qn("xml:space"), "preserve")
        run.append(text)
        yield run


def _write_grid(document: Any, grid: Grid, style: str, *, wide: bool) -> None:
    """The table, made of elements: python-docx walks all cells again for each one it writes."""
    margins = _WIDE_MARGINS_MM if wide else _MARGINS_MM
    page_mm = (_LANDSCAPE_MM if wide else _PORTRAIT_MM)[0] - margins["left"] - margins["right"]
    room = _twips(page_mm)
    parts = sum(column.width for column in grid.columns)
    widths = [room * column.width // parts for column in grid.columns]
    table = _element("w:tbl")
    properties = _element("w:tblPr")
    properties.append(_element("w:tblStyle", val="TableGrid"))
    properties.append(_element("w:tblW", w=str(sum(widths)), type="dxa"))
    properties.append(_element("w:jc", val="center"))
    properties.append(_element("w:tblLayout", type="fixed"))
    inner = _element("w:tblCellMar")
    for side, space in (("top", "40"), ("left", "60"), ("bottom", "40"), ("right", "60")):
        inner.append(_element(f"w:{side}", w=space, type="dxa"))
    properties.append(inner)
    table.append(properties)
    lines = _element("w:tblGrid")
    for width in widths:
        lines.append(_element("w:gridCol", w=str(width)))
    table.append(lines)
    table.append(_row([column.head for column in grid.columns], widths, ["c"] * len(widths), style, head=True))
    for row in grid.rows:
        table.append(_row(row, widths, [column.align for column in grid.columns], style, head=False))
    body = document.element.body
    body.insert(len(body) - 1, table)  # before the properties of the last section


def _row(cells: Sequence[str], widths: Sequence[int], aligns: Sequence[Align], style: str, *, head: bool) -> Any:
    row = _element("w:tr")
    properties = _element("w:trPr")
    properties.append(_element("w:cantSplit"))
    if head:
        properties.append(_element("w:tblHeader"))
    row.append(properties)
    for words, width, align in zip(cells, widths, aligns, strict=True):
        cell = _element("w:tc")
        form = _element("w:tcPr")
        form.append(_element("w:tcW", w=str(width), type="dxa"))
        if head:
            form.append(_element("w:shd", val="clear", color="auto", fill="F1F3F4"))
        form.append(_element("w:vAlign", val="center"))
        cell.append(form)
        paragraph = _element("w:p")
        layout = _element("w:pPr")
        layout.append(_element("w:pStyle", val=style))
        layout.append(_element("w:jc", val=_JUSTIFY[align]))
        paragraph.append(layout)
        for run in _runs(words):
            if head:
                bold = _element("w:rPr")
                bold.append(_element("w:b"))
                run.insert(0, bold)
            paragraph.append(run)
        cell.append(paragraph)
        row.append(cell)
    return row
