"""Makes `layout.docx`, the template of the self-evaluation."""

from __future__ import annotations

from yunqi.reports.period_template import BOTH, NOTICES, begin_report
from yunqi.reports.word_template import add_blank, add_lines, add_rows, add_signatures, finish_template


def make_layout() -> bytes:
    """The template; the same bytes each time."""
    document = begin_report()
    document.add_heading("一、概要", 1)
    add_lines(document, "summary")

    document.add_heading("二、逐项自评", 1)
    rows = (
        ("序", 9, "c", "{{ r.no }}"),
        ("类别", 13, "c", "{{ r.group }}"),
        ("指标", 21, "l", "{{ r.name }}"),
        ("约定", 25, "l", "{{ r.target }}"),
        ("实测或填报", 21, "l", "{{ r.value }}"),
        ("结论", 14, "c", "{{ r.alarm }}|{{ r.calm }}"),
        ("依据", 21, "l", "{{ r.ground }}"),
        ("分值", 10.5, "r", "{{ r.most }}"),
        ("自评", 10.5, "r", "{{ r.points }}"),
        ("使用单位评分", 11, "c", ""),
    )
    add_rows(document, "rows", rows, "合同没有绩效指标、服务水平和报告要求。")

    document.add_heading("三、整改情况", 1)
    add_rows(document, "notices", NOTICES, "期间没有整改通知。")

    document.add_heading("四、自评说明（由云服务商填写）", 1)
    add_blank(document, "（待填各项的数值与证据、未达到各项的原因与改进）")
    document.add_heading("五、评分意见（由使用单位填写）", 1)
    add_blank(document, "总分：　　　　　意见：")
    document.add_heading("签署", 1)
    add_signatures(document, BOTH)
    return finish_template(document, "绩效自评表")
