"""The parts that the templates of reports over a span share: head, plots, tables, where people fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from yunqi.reports.word_template import (
    Column,
    add_banner,
    add_pairs,
    add_table,
    add_tag,
    begin_template,
    fill_cell,
    new_table,
)

REPORTS: Sequence[Column] = (
    ("报告", 50, "l", "{{ r.kind }}"),
    ("应提交", 16, "c", "{{ r.expected }}"),
    ("已提交", 16, "c", "{{ r.handed }}"),
    ("逾期", 12, "c", "{{ r.late }}"),
    ("状态", 24, "c", "{{ r.alarm }}|{{ r.calm }}"),
    ("期号", 22, "l", "{{ r.numbers }}"),
    ("依据", 16, "l", "{{ r.clause }}"),
)
NOTICES: Sequence[Column] = (
    ("编号", 30, "l", "{{ r.number }}"),
    ("事项", 56, "l", "{{ r.title }}"),
    ("发出", 28, "l", "{{ r.issued_at }}"),
    ("限期", 24, "l", "{{ r.due_on }}"),
    ("状态", 18, "c", "{{ r.alarm }}|{{ r.calm }}"),
)
INCIDENTS: Sequence[Column] = (
    ("编号", 30, "l", "{{ r.number }}"),
    ("事件", 54, "l", "{{ r.title }}"),
    ("信息系统", 26, "l", "{{ r.system }}"),
    ("立案", 28, "l", "{{ r.opened_at }}"),
    ("状态", 18, "c", "{{ r.state }}"),
)
OBJECTS: Sequence[Column] = (
    ("对象", 32, "l", "{{ r.name }}"),
    ("可用率", 30, "r", "{{ r.share }}"),
    ("中断", 20, "r", "{{ r.down }}"),
    ("未知", 22, "r", "{{ r.unknown }}"),
    ("约定除外", 18, "r", "{{ r.excluded }}"),
    ("观测方", 22, "l", "{{ r.observers }}"),
    ("说明", 12, "l", "{{ r.note }}"),
)
LINES: Sequence[Column] = (
    ("序", 9, "c", "{{ r.no }}"),
    ("服务项", 55, "l", "{{ r.name }}"),
    ("单位", 12, "c", "{{ r.unit }}"),
    ("合同量", 20, "r", "{{ r.contracted }}"),
    ("平均占用", 20, "r", "{{ r.average }}"),
    ("峰值", 20, "r", "{{ r.peak }}"),
    ("期末", 20, "r", "{{ r.at_end }}"),
)


def begin_report(more: Sequence[tuple[str, str]] = ()) -> Any:
    """An empty template with title, marks and the table of facts; `more` rows of it."""
    document = begin_template("{{ title }}　{{ contract.number }}　")
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("（{{ span }}）").alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_banner(document, "to_date", "{{ to_date_text }}", "FFF8E1")
    add_banner(document, "sample", "{{ sample_text }}", "FFF8E1")
    pairs = (
        ("合同名称", "{{ contract.title }}"),
        ("合同编号", "{{ contract.number }}"),
        ("使用单位（甲方）", "{{ contract.using_unit }}"),
        ("云服务商（乙方）", "{{ contract.provider }}"),
        ("服务期", "{{ contract.term }}"),
        ("报告期间", "{{ span }}"),
        *more,
        ("编制", "{{ by }}，{{ made }}（北京时间）"),
    )
    add_pairs(document, pairs)
    return document


def add_plot(document: Any, name: str) -> None:
    """A picture that stands there when the view has one of this name."""
    add_tag(document, f"if {name}")
    form = document.add_paragraph("{{ " + name + " }}").paragraph_format
    form.line_spacing, form.space_before, form.space_after = 1.0, Pt(8), Pt(8)
    add_tag(document, "endif")


def add_rows(document: Any, name: str, columns: Sequence[Column], nothing: str) -> None:
    """A table of the rows of this name, or a sentence that there are none."""
    add_tag(document, f"if {name}")
    add_table(document, f"r in {name}", columns)
    add_tag(document, "else")
    document.add_paragraph(nothing)
    add_tag(document, "endif")
    document.add_paragraph("", style="表格")  # two tables without a paragraph between them become one


def add_lines(document: Any, name: str) -> None:
    """A list of sentences."""
    add_tag(document, f"for words in {name}")
    document.add_paragraph("{{ words }}", style="List Bullet")
    add_tag(document, "endfor")


def add_blank(document: Any, words: str) -> None:
    """A framed place that a person fills in before it is approved."""
    table = new_table(document, 1, [156])
    fill_cell(table.rows[0].cells[0], words, "l")
    for _line in range(3):
        table.rows[0].cells[0].add_paragraph("", style="表格")


def add_signatures(document: Any, parties: Sequence[tuple[str, str]]) -> None:
    """Where parties sign: the role and the place of its name."""
    table = new_table(document, 1, [156 // len(parties)] * len(parties))
    for cell, (role, place) in zip(table.rows[0].cells, parties, strict=True):
        fill_cell(cell, f"{role}：{place}", "l")
        for line in ("经办人（签字）：", "负责人（签字）：", "（盖章）", "日期：　　　　年　　月　　日"):
            cell.add_paragraph(line, style="表格").paragraph_format.space_before = Pt(10)
