"""Makes `layout.docx`, the template of the submission."""

from __future__ import annotations

from yunqi.reports.period_template import INCIDENTS, LINES, NOTICES, OBJECTS, begin_report
from yunqi.reports.word_template import (
    add_blank,
    add_lines,
    add_plot,
    add_rows,
    add_signatures,
    add_tag,
    finish_template,
)


def make_layout() -> bytes:
    """The template; the same bytes each time."""
    document = begin_report((("报送对象", "政务云管理单位、云综合监管服务商"),))
    document.add_heading("一、云资源租用与使用", 1)
    add_plot(document, "plot_use")
    add_rows(document, "lines", LINES, "期间没有可比的价目行。")

    document.add_heading("二、系统迁移进展", 1)
    systems = (("信息系统", 116, "l", "{{ r.name }}"), ("期末在用资源（项）", 40, "r", "{{ r.resources }}"))
    add_rows(document, "systems", systems, "还没有信息系统入云。")
    orders = (
        ("工单", 24, "l", "{{ r.number }}"),
        ("类型", 16, "c", "{{ r.kind }}"),
        ("事项", 36, "l", "{{ r.title }}"),
        ("信息系统", 20, "l", "{{ r.system }}"),
        ("备案号", 22, "l", "{{ r.filing }}"),
        ("提出", 24, "l", "{{ r.opened_at }}"),
        ("状态", 14, "c", "{{ r.state }}"),
    )
    add_rows(document, "orders", orders, "没有统一工单。")

    document.add_heading("三、安全监控", 1)
    document.add_paragraph("{{ security }}")
    add_rows(document, "objects", OBJECTS, "期间没有探测证据，可用情况未知。")
    document.add_paragraph("事件：")
    add_rows(document, "incidents", INCIDENTS, "期间没有立案的事件。")
    document.add_paragraph("整改通知：")
    add_rows(document, "notices", NOTICES, "期间没有整改通知。")

    document.add_heading("四、公网地址", 1)
    addresses = (
        ("名称", 22, "l", "{{ r.name }}"),
        ("地址", 28, "l", "{{ r.address }}"),
        ("带宽", 19, "r", "{{ r.bandwidth }}"),
        ("指向", 22, "l", "{{ r.leads_to }}"),
        ("信息系统", 22, "l", "{{ r.system }}"),
        ("开通", 24, "l", "{{ r.ready_at }}"),
        ("状态", 19, "l", "{{ r.gone_at }}"),
    )
    add_rows(document, "addresses", addresses, "没有公网地址。")

    document.add_heading("五、值守", 1)
    add_lines(document, "duty")
    add_blank(document, "（由云服务商填写：期间的重大活动、保障方案、值守人员）")

    document.add_heading("六、工作建议", 1)
    add_tag(document, "if suggestions")
    document.add_paragraph("由数据得出：")
    add_lines(document, "suggestions")
    add_tag(document, "endif")
    add_blank(document, "（由云服务商补充）")
    document.add_heading("签署", 1)
    add_signatures(document, (("云服务商", "{{ contract.provider }}"),))
    return finish_template(document, "政务云服务报送材料")
