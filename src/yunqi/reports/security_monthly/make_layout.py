"""Makes `layout.docx`, the template of the security inspection."""

from __future__ import annotations

from yunqi.reports.period_template import INCIDENTS, NOTICES, OBJECTS, begin_report
from yunqi.reports.word_template import (
    add_blank,
    add_lines,
    add_plot,
    add_rows,
    add_signatures,
    add_table,
    add_tag,
    finish_template,
)


def make_layout() -> bytes:
    """The template; the same bytes each time."""
    document = begin_report()
    document.add_heading("一、概要", 1)
    add_lines(document, "summary")

    document.add_heading("二、可用情况与事件", 1)
    add_plot(document, "plot_days")
    add_rows(document, "objects", OBJECTS, "本期没有探测证据，可用情况未知。")
    add_plot(document, "plot_weeks")
    add_rows(document, "incidents", INCIDENTS, "本期没有立案的事件。")

    document.add_heading("三、网络与公网地址", 1)
    exposed = (
        ("类别", 18, "c", "{{ r.kind }}"),
        ("名称", 28, "l", "{{ r.name }}"),
        ("信息系统", 26, "l", "{{ r.system }}"),
        ("规格", 40, "l", "{{ r.spec }}"),
        ("变化", 26, "l", "{{ r.changes }}"),
        ("来源", 18, "c", "{{ r.origin }}"),
    )
    add_rows(document, "exposed", exposed, "本期没有租户网络和公网地址。")

    document.add_heading("四、安全类服务与交付", 1)
    services = (
        ("序", 9, "c", "{{ r.no }}"),
        ("服务项", 52, "l", "{{ r.name }}"),
        ("单位", 14, "c", "{{ r.unit }}"),
        ("合同量", 20, "r", "{{ r.contracted }}"),
        ("期末在用", 20, "r", "{{ r.standing }}"),
        ("本期执行", 20, "r", "{{ r.done }}"),
        ("记录", 21, "c", "{{ r.alarm }}|{{ r.calm }}"),
    )
    add_rows(document, "services", services, "合同价目中没有安全类服务项。")
    deliveries = (
        ("报告", 70, "l", "{{ r.title }}"),
        ("状态", 22, "c", "{{ r.state }}"),
        ("报送", 32, "l", "{{ r.delivered_at }}"),
        ("签收", 32, "l", "{{ r.received_at }}"),
    )
    document.add_paragraph("本期登记的安全类报告：")
    add_rows(document, "deliveries", deliveries, "没有。")

    document.add_heading("五、访问审计", 1)
    signing = (
        ("单位", 20, "c", "{{ r.party }}"),
        ("登录", 14, "r", "{{ r.signed_in }}"),
        ("登录失败", 16, "r", "{{ r.failed }}"),
        ("锁定", 13, "r", "{{ r.shut }}"),
        ("被拒操作", 16, "r", "{{ r.refused }}"),
        ("账号", 13, "r", "{{ r.all }}"),
        ("停用", 13, "r", "{{ r.disabled }}"),
        ("管理员锁定", 17, "r", "{{ r.locked }}"),
        ("单因素", 16, "r", "{{ r.one_factor }}"),
        ("90 日未登录", 18, "r", "{{ r.stale }}"),
    )
    add_table(document, "r in signing", signing)
    document.add_paragraph("账号为编制时的情况，其余为本期。", style="表格")
    privileged = (
        ("单位", 26, "c", "{{ r.party }}"),
        ("操作", 82, "l", "{{ r.title }}"),
        ("完成", 24, "r", "{{ r.done }}"),
        ("被拒", 24, "r", "{{ r.refused }}"),
    )
    document.add_paragraph("特权操作：")
    add_rows(document, "privileged", privileged, "本期没有特权操作。")
    assumed = (
        ("人员", 22, "l", "{{ r.person }}"),
        ("事由", 58, "l", "{{ r.reason }}"),
        ("起", 30, "l", "{{ r.begun_at }}"),
        ("止", 30, "l", "{{ r.ended_at }}"),
        ("操作数", 16, "r", "{{ r.deeds }}"),
    )
    document.add_paragraph("云服务商人员代入使用单位角色：")
    add_rows(document, "assumed", assumed, "本期没有代入。")

    document.add_heading("六、证据与审计记录核验", 1)
    add_table(
        document, "r in evidence", (("项目", 44, "l", "{{ r.name }}"), ("结果", 112, "l", "{{ r.alarm }}|{{ r.calm }}"))
    )
    add_tag(document, "if findings")
    document.add_paragraph("不符之处：")
    add_lines(document, "findings")
    add_tag(document, "endif")

    document.add_heading("七、密钥与证书", 1)
    keys = (
        ("签名密钥（公钥 SM3）", 70, "l", "{{ r.key }}"),
        ("登记", 30, "l", "{{ r.since }}"),
        ("签署的日子", 56, "l", "{{ r.days }}"),
    )
    add_rows(document, "keys", keys, "还没有签署过证据。")
    document.add_paragraph("{{ certificate }}")

    document.add_heading("八、整改通知", 1)
    add_rows(document, "notices", NOTICES, "本期没有整改通知，也没有未办结的。")

    document.add_heading("九、未检查的事项", 1)
    add_lines(document, "left_out")

    document.add_heading("十、巡检人员补充", 1)
    add_blank(document, "（由云服务商填写：人工巡检发现、处置与建议）")
    document.add_heading("签署", 1)
    add_signatures(document, (("云服务商（乙方）", "{{ contract.provider }}"),))
    return finish_template(document, "安全巡检月报")
