"""Writes `layout.docx`, the template of the monthly report: `python -m yunqi.reports.monthly.make_layout`.

The template is committed, because a city may replace it by its own form, edited in Word; this program only makes the
first one.
Fonts are those that every Chinese Word has (仿宋, 黑体, 楷体, 宋体); a program without them falls back by language.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
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


def _banner(document: Any, place: str, fill: str) -> None:
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


def _fill(cell: Any, text: str, align: str, *, head: bool = False) -> None:
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


def _new_table(document: Any, rows: int, widths_mm: Sequence[float]) -> Any:
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


def _table(document: Any, loop: str, columns: Sequence[Column], total: Sequence[str] = ()) -> None:
    """A table whose head is repeated on each page, and whose row is repeated for each item of `loop`."""
    table = _new_table(document, 5 if total else 4, [width for _, width, _, _ in columns])
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))  # noqa: SLF001
    for cell, (head, _, _, _) in zip(table.rows[0].cells, columns, strict=True):
        _fill(cell, head, "c", head=True)
    _fill(table.rows[1].cells[0], "{%tr for " + loop + " %}", "l")
    for cell, (_, _, align, place) in zip(table.rows[2].cells, columns, strict=True):
        _fill(cell, place, align)
    _fill(table.rows[3].cells[0], "{%tr endfor %}", "l")
    for cell, text, (_, _, align, _) in zip(table.rows[4].cells if total else (), total, columns, strict=False):
        _fill(cell, text, align)


def _tag(document: Any, tag: str) -> None:
    document.add_paragraph("{%p " + tag + " %}")


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)  # Source: GB/T 9704-2012, 5.2
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    header = section.header.paragraphs[0]
    header.add_run("{{ title }}　{{ contract.number }}　{{ month }}　")
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


def _facts(document: Any) -> None:
    pairs = (
        ("合同名称", "{{ contract.title }}"),
        ("合同编号", "{{ contract.number }}"),
        ("使用单位（甲方）", "{{ contract.using_unit }}"),
        ("云服务商（乙方）", "{{ contract.provider }}"),
        ("报告期间", "{{ month_span }}"),
        ("数据截至", "{{ known_at }}（北京时间）"),
    )
    table = _new_table(document, len(pairs), [34, 122])
    for row, (name, place) in zip(table.rows, pairs, strict=True):
        _fill(row.cells[0], name, "l", head=True)
        _fill(row.cells[1], place, "l")


def _sign(document: Any) -> None:
    document.add_heading("签署", 1)
    _tag(document, "if provisional")
    _banner(document, "{{ provisional_text }}", "FDECEA")
    _tag(document, "endif")
    table = _new_table(document, 1, [78, 78])
    parties = (("使用单位（甲方）", "using_unit"), ("云服务商（乙方）", "provider"))
    for cell, (role, place) in zip(table.rows[0].cells, parties, strict=True):
        _fill(cell, role + "：{{ contract." + place + " }}", "l")
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        for line in ("经办人（签字）：", "负责人（签字）：", "（盖章）", "日期：　　　　年　　月　　日"):
            paragraph = cell.add_paragraph(line, style="表格")
            paragraph.paragraph_format.space_before = Pt(12)


def make_layout() -> bytes:
    """The template; the same bytes each time."""
    document = Document()
    _make_styles(document)
    _page(document)
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("（{{ month }}）").alignment = WD_ALIGN_PARAGRAPH.CENTER
    for flag, place, fill in (("provisional", "provisional_text", "FDECEA"), ("sample", "sample_text", "FFF8E1")):
        _tag(document, f"if {flag}")
        _banner(document, "{{ " + place + " }}", fill)
        _tag(document, "endif")
    _facts(document)

    document.add_heading("一、本月概要", 1)
    _tag(document, "for words in summary")
    document.add_paragraph("{{ words }}", style="List Bullet")
    _tag(document, "endfor")

    document.add_heading("二、服务水平", 1)
    _table(
        document,
        "r in levels",
        (
            ("服务水平", 33, "l", "{{ r.title }}{{ '（样例）' if r.sample }}"),
            ("约定", 35, "l", "{{ r.rule }}"),
            ("实测", 48, "l", "{{ r.shown }}"),
            ("判定", 20, "c", "{{ r.alarm }}|{{ r.calm }}"),
            ("依据", 20, "l", "{{ r.clause }}"),
        ),
    )

    document.add_heading("三、资源交付情况", 1)
    _table(
        document,
        "r in delivery",
        (
            ("序", 9, "c", "{{ r.no }}"),
            ("服务项", 52, "l", "{{ r.name }}"),
            ("单位", 12, "c", "{{ r.unit }}"),
            ("合同量", 20, "r", "{{ r.contracted }}"),
            ("月均交付", 23, "r", "{{ r.average }}{{ r.note }}"),
            ("峰值", 20, "r", "{{ r.peak }}"),
            ("月末", 20, "r", "{{ r.at_end }}"),
        ),
    )

    document.add_heading("四、故障与处置时钟", 1)
    _tag(document, "if not incidents")
    document.add_paragraph("本月没有故障记录。")
    _tag(document, "endif")
    _tag(document, "for i in incidents")
    document.add_paragraph("{{ i.number }}　{{ i.title }}{{ '（样例）' if i.sample }}", style="Heading 2")
    document.add_paragraph("信息系统：{{ i.system }}；立案：{{ i.opened_at }}；中断：{{ i.outage }}。")
    _table(
        document,
        "c in i.clocks",
        (
            ("时钟", 26, "l", "{{ c.name }}"),
            ("起算", 25, "l", "{{ c.start }}\n{{ c.started_at }}"),
            ("停止", 23, "l", "{{ c.stopped_at }}"),
            ("用时", 26, "r", "{{ c.minutes }}"),
            ("限时", 18, "r", "{{ c.limit }}"),
            ("判定", 20, "c", "{{ c.alarm }}|{{ c.calm }}{{ c.note }}"),
            ("依据", 18, "l", "{{ c.clause }}"),
        ),
    )
    _tag(document, "for e in i.events")
    document.add_paragraph("{{ e }}", style="List Bullet")
    _tag(document, "endfor")
    _tag(document, "endfor")

    document.add_heading("五、违约情形与违约金", 1)
    _tag(document, "if candidates")
    _table(
        document,
        "r in candidates",
        (
            ("事件", 26, "l", "{{ r.event }}{{ '（样例）' if r.sample }}"),
            ("条款与情形", 54, "l", "{{ r.severity }}　{{ r.clause }}\n{{ r.text }}\n原因：{{ r.root_cause }}"),
            ("系数", 14, "r", "{{ r.coefficient }}"),
            ("违约金（元）", 24, "r", "{{ r.amount }}"),
            ("处理", 38, "l", "{{ r.alarm }}|{{ r.calm }}{{ r.detail }}"),
        ),
    )
    _tag(document, "else")
    document.add_paragraph("本月没有违约情形。")
    _tag(document, "endif")
    document.add_paragraph("本月违约金：{{ penalty.text }}。")

    _tag(document, "if open_points")
    document.add_heading("六、待约定、待认定与待补证据", 1)
    _table(
        document,
        "r in open_points",
        (
            ("序", 9, "c", "{{ r.no }}"),
            ("类别", 16, "c", "{{ r.kind }}"),
            ("事项", 49, "l", "{{ r.question }}\n涉及：{{ r.subjects }}"),
            ("各选择的结果", 60, "l", "{{ r.shown }}"),
            ("依据", 22, "l", "{{ r.clause }}"),
        ),
    )
    _tag(document, "endif")

    document.add_heading("{{ '七' if open_points else '六' }}、付款安排", 1)
    _table(
        document,
        "r in instalments",
        (
            ("期次", 12, "c", "{{ r.no }}"),
            ("金额（元）", 27, "r", "{{ r.amount }}"),
            ("付款条件", 38, "l", "{{ r.trigger }}"),
            ("付款期限", 33, "l", "{{ r.due }}"),
            ("状态", 26, "l", "{{ r.alarm }}|{{ r.calm }}"),
            ("依据", 20, "l", "{{ r.clause }}"),
        ),
    )

    _tag(document, "if obligations")
    document.add_heading("{{ '八' if open_points else '七' }}、义务与交付物", 1)
    _table(
        document,
        "r in obligations",
        (
            ("责任方", 26, "l", "{{ r.party }}"),
            ("义务或交付物", 56, "l", "{{ r.text }}"),
            ("期限", 24, "l", "{{ r.deadline }}"),
            ("状态", 20, "c", "{{ r.state }}"),
            ("证据", 30, "l", "{{ r.evidence }}"),
        ),
    )
    _tag(document, "endif")
    _sign(document)

    core = document.core_properties
    core.title, core.author, core.comments, core.last_modified_by = "政务云运维月报", "", "", ""
    core.created = core.modified = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return freeze_zip(buffer.getvalue())


if __name__ == "__main__":
    Path(__file__).with_name("layout.docx").write_bytes(make_layout())
