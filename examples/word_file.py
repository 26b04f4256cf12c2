"""A plain Word file with Chinese fonts, merged cells and the same bytes on every run."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

_BODY_FONT, _HEADING_FONT = "仿宋", "黑体"
_ZIP_TIME = (2026, 6, 1, 0, 0, 0)


class WordFile:
    """Builds the document part by part."""

    def __init__(self, title: str, made_at: datetime) -> None:
        self.document = Document()
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = title, "Yunqi", ""
        properties.created = properties.modified = made_at
        properties.last_modified_by, properties.revision = "Yunqi", 1
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.5)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
        for name, font, size in (
            ("Normal", _BODY_FONT, 12),
            ("Heading 1", _HEADING_FONT, 14),
            ("Title", _HEADING_FONT, 20),
        ):
            style = self.document.styles[name]
            style.font.name, style.font.size = "Times New Roman", Pt(size)
            style.font.color.rgb = None
            properties_of_run = style.element.get_or_add_rPr()
            fonts = properties_of_run.find(qn("w:rFonts"))
            for attribute in list(fonts.attrib):
                if "Theme" in attribute or "theme" in attribute:
                    del fonts.attrib[attribute]
            fonts.set(qn("w:eastAsia"), font)
            color = properties_of_run.find(qn("w:color"))
            if color is not None:
                properties_of_run.remove(color)
        for border in list(self.document.styles["Title"].element.iter(qn("w:pBdr"))):
            border.getparent().remove(border)
        spacing = self.document.styles["Normal"].paragraph_format
        spacing.line_spacing, spacing.space_after = 1.35, Pt(3)
        self._number_pages(section)

    def _number_pages(self, section: Any) -> None:
        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            run = paragraph.add_run()
            if kind is not None:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
            else:
                mark = OxmlElement("w:instrText")
                mark.text = text
            run._r.append(mark)  # noqa: SLF001

    def title(self, text: str) -> None:
        paragraph = self.document.add_paragraph(text, style="Title")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def heading(self, text: str, *, new_page: bool = False) -> None:
        paragraph = self.document.add_paragraph(text, style="Heading 1")
        paragraph.paragraph_format.page_break_before = new_page

    def text(self, *lines: str, indent: bool = True) -> None:
        for line in lines:
            paragraph = self.document.add_paragraph(line)
            if indent:
                paragraph.paragraph_format.first_line_indent = Pt(24)

    def centred(self, text: str) -> None:
        self.document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def table(
        self,
        header: list[str],
        rows: list[list[str]],
        widths_cm: list[float],
        merges: tuple[tuple[int, int, int, int], ...] = (),
        right: tuple[int, ...] = (),
    ) -> None:
        """A bordered table whose header repeats; `merges` are (row, column, last row, last column), header row 0."""
        table = self.document.add_table(rows=0, cols=len(header), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths_cm, strict=True):
            column.width = Cm(width)
        for number, cells in enumerate([header, *rows]):
            row = table.add_row()
            for index, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                cell.width = Cm(widths_cm[index])
                paragraph = cell.paragraphs[0]
                run = paragraph.add_run(text)
                run.font.size = Pt(10)
                form = paragraph.paragraph_format
                form.line_spacing, form.space_before, form.space_after = 1.15, Pt(1), Pt(1)
                if number == 0:
                    run.bold = True
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                elif index in right:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            properties = row._tr.get_or_add_trPr()  # noqa: SLF001
            properties.append(OxmlElement("w:cantSplit"))
            if number == 0:
                properties.append(OxmlElement("w:tblHeader"))
        for top, left, bottom, last in merges:
            for row in range(top, bottom + 1):
                for column in range(left, last + 1):
                    if (row, column) != (top, left):
                        table.cell(row, column).text = ""
            merged = table.cell(top, left).merge(table.cell(bottom, last))
            for extra in merged.paragraphs[1:]:
                if not extra.text:
                    extra._p.getparent().remove(extra._p)  # noqa: SLF001
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def save(self, path: Path) -> None:
        """Writes the file; parts in order of name, with one fixed time."""
        buffer = io.BytesIO()
        self.document.save(buffer)
        with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
            for name in names:
                info = zipfile.ZipInfo(name, _ZIP_TIME)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                target.writestr(info, source.read(name))
