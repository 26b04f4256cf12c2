"""Makes `layout.docx`, the template of the summary."""

from __future__ import annotations

from yunqi.reports.period_template import BOTH, INCIDENTS, LINES, NOTICES, OBJECTS, REPORTS, begin_report
from yunqi.reports.word_template import (
    add_blank,
    add_lines,
    add_plot,
    add_rows,
    add_signatures,
    add_table,
    finish_template,
)


def make_layout() -> bytes:
    """The template; the same bytes each time."""
    document = begin_report((("合同金额", "{{ contract.total }}"),))
    document.add_heading("一、概要", 1)
    add_lines(document, "summary")

    document.add_heading("二、逐月结算", 1)
    months = (
        ("月份", 22, "c", "{{ r.month }}"),
        ("服务水平", 46, "l", "{{ r.levels }}"),
        ("事件", 12, "r", "{{ r.incidents }}"),
        ("违约金（元）", 30, "r", "{{ r.penalty }}"),
        ("结算单", 20, "c", "{{ r.alarm }}|{{ r.calm }}"),
        ("版本与摘要", 26, "l", "{{ r.basis }}"),
    )
    add_table(document, "r in months", months)

    document.add_heading("三、服务水平", 1)
    levels = (
        ("服务水平", 36, "l", "{{ r.title }}"),
        ("约定", 30, "l", "{{ r.rule }}"),
        ("各月结论", 42, "l", "{{ r.states }}"),
        ("未达到的实测", 28, "l", "{{ r.alarm }}|{{ r.calm }}"),
        ("依据", 20, "l", "{{ r.clause }}"),
    )
    add_rows(document, "levels", levels, "期间没有已结算的服务水平。")
    add_plot(document, "plot_months")
    add_rows(document, "objects", OBJECTS, "期间没有探测证据，可用情况未知。")

    document.add_heading("四、交付与合同量", 1)
    add_plot(document, "plot_use")
    add_rows(document, "lines", LINES, "期间没有可比的价目行。")

    document.add_heading("五、事件", 1)
    add_plot(document, "plot_weeks")
    add_rows(document, "incidents", INCIDENTS, "期间没有立案的事件。")

    document.add_heading("六、违约与违约金", 1)
    breaches = (
        ("月份", 22, "c", "{{ r.month }}"),
        ("程度", 16, "c", "{{ r.severity }}"),
        ("情形", 56, "l", "{{ r.text }}"),
        ("违约金（元）", 24, "r", "{{ r.amount }}"),
        ("处理", 18, "c", "{{ r.state }}"),
        ("依据", 20, "l", "{{ r.clause }}"),
    )
    add_rows(document, "breaches", breaches, "已结算的月份没有计罚的违约。")

    document.add_heading("七、报告与交付物", 1)
    add_rows(document, "reports", REPORTS, "合同没有约定由云服务商提交的报告。")

    document.add_heading("八、整改通知", 1)
    add_rows(document, "notices", NOTICES, "期间没有整改通知。")

    document.add_heading("九、验收与付款", 1)
    acceptances = (
        ("编号", 30, "l", "{{ r.number }}"),
        ("验收", 64, "l", "{{ r.title }}"),
        ("提请", 34, "l", "{{ r.opened_at }}"),
        ("状态", 28, "c", "{{ r.state }}"),
    )
    add_rows(document, "acceptances", acceptances, "尚未提请验收。")
    instalments = (
        ("期次", 16, "c", "{{ r.no }}"),
        ("金额（元）", 36, "r", "{{ r.amount }}"),
        ("付款条件", 48, "l", "{{ r.trigger }}"),
        ("付款期限", 32, "l", "{{ r.due }}"),
        ("状态", 24, "c", "{{ r.state }}"),
    )
    add_rows(document, "instalments", instalments, "还没有结算单，付款安排未知。")

    document.add_heading("十、总结与改进（由云服务商填写）", 1)
    add_blank(document, "（服务成效、存在问题、改进措施）")
    document.add_heading("签署", 1)
    add_signatures(document, BOTH)
    return finish_template(document, "政务云服务阶段性总结报告")
