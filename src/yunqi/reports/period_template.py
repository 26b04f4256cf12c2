"""The parts that the templates of reports over a span share: the columns of their tables, and their head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yunqi.reports.word_template import NOTE, Column, add_pairs, begin_titled

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
    ("对象", 30, "l", "{{ r.name }}"),
    ("可用率", 26, "r", "{{ r.share }}"),
    ("中断", 20, "r", "{{ r.down }}"),
    ("未知", 28, "r", "{{ r.unknown }}"),
    ("约定除外", 18, "r", "{{ r.excluded }}"),
    ("观测方", 22, "l", "{{ r.observers }}"),
    ("说明", 12, "l", "{{ r.note }}"),
)
LINES: Sequence[Column] = (
    ("序", 9, "c", "{{ r.no }}"),
    ("服务项", 47, "l", "{{ r.name }}"),
    ("单位", 12, "c", "{{ r.unit }}"),
    ("合同量", 20, "r", "{{ r.contracted }}"),
    ("平均占用", 26, "r", "{{ r.average }}"),
    ("峰值", 21, "r", "{{ r.peak }}"),
    ("期末", 21, "r", "{{ r.at_end }}"),
)


BOTH = (("云服务商（乙方）", "{{ contract.provider }}"), ("使用单位（甲方）", "{{ contract.using_unit }}"))
"""Who signs what both parties sign."""


def begin_report(more: Sequence[tuple[str, str]] = ()) -> Any:
    """An empty template with title, marks and the table of facts; `more` rows of it."""
    banners = (("to_date", "{{ to_date_text }}", NOTE), ("sample", "{{ sample_text }}", NOTE))
    document = begin_titled("{{ title }}　{{ contract.number }}　", "{{ span }}", banners)
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
