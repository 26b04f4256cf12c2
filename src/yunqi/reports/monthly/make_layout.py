"""Makes `layout.docx`, the template of the monthly report."""

from __future__ import annotations

from typing import Any

from yunqi.reports.word_template import (
    NOTE,
    PROVISIONAL,
    add_banner,
    add_lines,
    add_pairs,
    add_plot,
    add_signatures,
    add_table,
    add_tag,
    begin_titled,
    finish_template,
)


def _facts(document: Any) -> None:
    pairs = (
        ("合同名称", "{{ contract.title }}"),
        ("合同编号", "{{ contract.number }}"),
        ("使用单位（甲方）", "{{ contract.using_unit }}"),
        ("云服务商（乙方）", "{{ contract.provider }}"),
        ("报告期间", "{{ month_span }}"),
        ("数据截至", "{{ known_at }}（北京时间）"),
    )
    add_pairs(document, pairs)


def _sign(document: Any) -> None:
    document.add_heading("签署", 1)
    add_banner(document, "provisional", "{{ provisional_text }}", PROVISIONAL)
    parties = (("使用单位（甲方）", "{{ contract.using_unit }}"), ("云服务商（乙方）", "{{ contract.provider }}"))
    add_signatures(document, parties, apart_pt=12)


def make_layout() -> bytes:
    """The template; the same bytes each time."""
    banners = (("provisional", "{{ provisional_text }}", PROVISIONAL), ("sample", "{{ sample_text }}", NOTE))
    document = begin_titled("{{ title }}　{{ contract.number }}　{{ month }}　", "{{ month }}", banners)
    _facts(document)

    document.add_heading("一、本月概要", 1)
    add_lines(document, "summary")

    document.add_heading("二、服务水平", 1)
    add_table(
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

    add_plot(document, "plot_days")

    document.add_heading("三、资源交付情况", 1)
    add_plot(document, "plot_use")
    add_table(
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
    add_tag(document, "if not incidents")
    document.add_paragraph("本月没有故障记录。")
    add_tag(document, "endif")
    add_plot(document, "plot_clocks")
    add_tag(document, "for i in incidents")
    document.add_paragraph("{{ i.number }}　{{ i.title }}{{ '（样例）' if i.sample }}", style="Heading 2")
    said = document.add_paragraph("信息系统：{{ i.system }}；立案：{{ i.opened_at }}；中断：{{ i.outage }}。")
    said.paragraph_format.keep_with_next = True
    add_table(
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
    document.add_paragraph("", style="表格")
    add_lines(document, "i.events")
    add_tag(document, "endfor")

    document.add_heading("五、违约情形与违约金", 1)
    add_tag(document, "if candidates")
    add_table(
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
    document.add_paragraph("", style="表格")
    add_tag(document, "else")
    document.add_paragraph("本月没有违约情形。")
    add_tag(document, "endif")
    document.add_paragraph("本月违约金：{{ penalty.text }}。")

    add_tag(document, "if grounds")
    document.add_heading("解除合同的事由", 2)
    add_table(
        document,
        "r in grounds",
        (
            ("事由", 44, "l", "{{ r.title }}"),
            ("情况", 66, "l", "{{ r.detail }}"),
            ("状态", 26, "c", "{{ r.alarm }}|{{ r.calm }}"),
            ("依据", 20, "l", "{{ r.clause }}"),
        ),
    )
    document.add_paragraph("", style="表格")
    add_tag(document, "endif")

    add_tag(document, "if open_points")
    document.add_heading("六、待约定、待认定与待补证据", 1)
    add_table(
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
    add_tag(document, "endif")

    document.add_heading("{{ '七' if open_points else '六' }}、付款安排", 1)
    add_table(
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

    add_tag(document, "if obligations")
    document.add_heading("{{ '八' if open_points else '七' }}、义务与交付物", 1)
    add_table(
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
    add_tag(document, "endif")
    _sign(document)

    return finish_template(document, "政务云运维月报")
