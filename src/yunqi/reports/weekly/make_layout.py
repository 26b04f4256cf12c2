"""Makes `layout.docx`, the template of the weekly report."""

from __future__ import annotations

from typing import Any

from yunqi.reports.word_template import (
    NOTE,
    PROVISIONAL,
    Column,
    add_blank,
    add_lines,
    add_pairs,
    add_rows,
    add_signatures,
    add_table,
    add_tag,
    begin_titled,
    finish_template,
)

_FACTS = (
    ("合同名称", "{{ contract.title }}"),
    ("合同编号", "{{ contract.number }}"),
    ("使用单位（甲方）", "{{ contract.using_unit }}"),
    ("云服务商（乙方）", "{{ contract.provider }}"),
    ("报告期间", "{{ period }}"),
    ("数据截至", "{{ known_at }}（北京时间）"),
    ("编制", "{{ by }}"),
)
_OBJECTS: tuple[Column, ...] = (
    ("对象", 38, "l", "{{ r.name }}"),
    ("类别", 20, "l", "{{ r.kind }}"),
    ("可用性", 24, "r", "{{ r.share }}"),
    ("监测覆盖", 24, "r", "{{ r.known }}"),
    ("中断次数", 14, "r", "{{ r.outages }}"),
    ("中断时长", 20, "r", "{{ r.down }}"),
    ("剔除", 16, "r", "{{ r.excluded }}"),
)
_OUTAGES: tuple[Column, ...] = (
    ("对象", 36, "l", "{{ r.name }}"),
    ("开始", 32, "c", "{{ r.start_at }}"),
    ("结束", 32, "c", "{{ r.end_at }}"),
    ("时长", 22, "r", "{{ r.minutes }}"),
    ("说明", 34, "l", "{{ r.note }}"),
)
_UNSEEN: tuple[Column, ...] = (
    ("类别", 30, "l", "{{ r.kind }}"),
    ("个数", 16, "r", "{{ r.count }}"),
    ("名称", 110, "l", "{{ r.names }}"),
)
_RESOURCES: tuple[Column, ...] = (
    ("类别", 40, "l", "{{ r.kind }}"),
    ("合计", 16, "r", "{{ r.total }}"),
    ("待交付", 17, "r", "{{ r.ordered }}"),
    ("已交付", 17, "r", "{{ r.ready }}"),
    ("变更中", 16, "r", "{{ r.changing }}"),
    ("恢复中", 16, "r", "{{ r.repairing }}"),
    ("退订中", 17, "r", "{{ r.leaving }}"),
    ("已纳管", 17, "r", "{{ r.adopted }}"),
)
_REPAIRS: tuple[Column, ...] = (
    ("资源", 44, "l", "{{ r.name }}"),
    ("类别", 22, "l", "{{ r.kind }}"),
    ("发现", 36, "c", "{{ r.found_at }}"),
    ("恢复", 34, "c", "{{ r.alarm }}|{{ r.calm }}"),
    ("用时", 20, "r", "{{ r.minutes }}"),
)
_LINES: tuple[Column, ...] = (
    ("序", 9, "c", "{{ r.no }}"),
    ("服务项", 45, "l", "{{ r.name }}"),
    ("单位", 12, "c", "{{ r.unit }}"),
    ("合同量", 18, "r", "{{ r.contracted }}"),
    ("平均", 18, "r", "{{ r.average }}"),
    ("峰值", 18, "r", "{{ r.peak }}"),
    ("期末", 18, "r", "{{ r.at_end }}"),
    ("占用率", 18, "r", "{{ r.used }}"),
)
_MANUAL: tuple[Column, ...] = (
    ("巡检项", 48, "l", "{{ r.name }}"),
    ("方法", 50, "l", "{{ r.how }}"),
    ("结果（待填）", 36, "l", ""),
    ("检查人（待填）", 22, "l", ""),
)
_CLOCKS: tuple[Column, ...] = (
    ("时钟", 44, "l", "{{ c.name }}"),
    ("约定", 38, "l", "{{ c.limit }}"),
    ("用时", 30, "r", "{{ c.minutes }}"),
    ("判定", 20, "c", "{{ c.alarm }}|{{ c.calm }}"),
    ("依据", 24, "l", "{{ c.clause }}"),
)
_GAPS: tuple[Column, ...] = (
    ("岗位", 26, "l", "{{ r.post }}"),
    ("开始", 34, "c", "{{ r.start_at }}"),
    ("结束", 34, "c", "{{ r.end_at }}"),
    ("时长", 28, "r", "{{ r.minutes }}"),
    ("说明", 34, "l", "{{ r.note }}"),
)
_LATE: tuple[Column, ...] = (
    ("报告", 42, "l", "{{ r.kind }}"),
    ("期间", 46, "l", "{{ r.period }}"),
    ("到期日", 26, "l", "{{ r.due_on }}"),
    ("情况", 20, "l", "{{ r.late }}"),
    ("依据", 22, "l", "{{ r.clause }}"),
)
_NOTICES: tuple[Column, ...] = (
    ("编号", 34, "l", "{{ r.number }}"),
    ("事项", 70, "l", "{{ r.title }}"),
    ("状态", 24, "c", "{{ r.state }}"),
    ("期限", 28, "c", "{{ r.due_on }}"),
)
_EXPIRING: tuple[Column, ...] = (("事项", 106, "l", "{{ r.name }}"), ("到期日", 50, "l", "{{ r.on }}"))


def _inspection(document: Any) -> None:
    document.add_heading("二、云平台巡检报告", 1)
    document.add_heading("（一）可用性监测", 2)
    document.add_paragraph("可用性按已知时间计；监测覆盖不足全部时间的，其余时间的状态未知，既不算可用也不算中断。")
    add_rows(document, "objects", _OBJECTS, "期间没有监测结果，状态未知。")
    add_tag(document, "if more_objects")
    document.add_paragraph("{{ more_objects }}")
    add_tag(document, "endif")
    document.add_heading("（二）中断", 2)
    add_rows(document, "outages", _OUTAGES, "没有测得中断。")
    document.add_heading("（三）没有监测结果的资源和信息系统", 2)
    add_rows(document, "unseen", _UNSEEN, "在用的资源和信息系统都有监测结果。")
    document.add_heading("（四）资源状态（期末）", 2)
    add_rows(document, "resources", _RESOURCES, "台账没有资源记录。")
    document.add_heading("（五）与订购不一致及其恢复", 2)
    add_rows(document, "repairs", _REPAIRS, "{{ no_repairs }}")
    document.add_heading("（六）额度占用", 2)
    add_rows(document, "lines", _LINES, "合同没有按时间计量的价目行。")
    document.add_heading("（七）证据封存", 2)
    document.add_paragraph("{{ sealing }}")
    document.add_heading("（八）六十日内到期的事项", 2)
    add_rows(document, "expiring", _EXPIRING, "已登记的服务期、履约保函和访问令牌都不在六十日内到期。")
    document.add_heading("（九）须由人巡检的项目", 2)
    document.add_paragraph("下列项目台账中没有记录，由巡检人填写；未填写的视为未巡检。")
    add_table(document, "r in manual", _MANUAL)


def _incidents(document: Any) -> None:
    document.add_heading("三、故障与事件", 1)
    add_tag(document, "if not incidents")
    document.add_paragraph("没有事件记录。")
    add_tag(document, "endif")
    add_tag(document, "for i in incidents")
    document.add_paragraph("{{ i.number }}　{{ i.title }}", style="Heading 2")
    said = document.add_paragraph(
        "对象：{{ i.system }}；立案：{{ i.opened_at }}；期末状态：{{ i.state }}；中断：{{ i.outage }}；"
        "原因：{{ i.root_cause }}。"
    )
    said.paragraph_format.keep_with_next = True
    add_tag(document, "if i.clocks")
    add_table(document, "c in i.clocks", _CLOCKS)
    document.add_paragraph("", style="表格")
    add_tag(document, "endif")
    add_lines(document, "i.events")
    add_tag(document, "endfor")


def _sign(document: Any) -> None:
    document.add_heading("六、下期安排与建议（由云服务商填写）", 1)
    add_blank(document, "（工作安排、需要使用单位配合的事项、建议）")
    document.add_heading("签署", 1)
    signed = ("（签字）", "日期：　　　　年　　月　　日")
    add_signatures(document, (("巡检人", ""), ("运维负责人", "")), signed, apart_pt=12)


def make_layout() -> bytes:
    """The template; the same bytes each time."""
    banners = (("to_date", "{{ to_date_text }}", PROVISIONAL), ("sample", "{{ sample_text }}", NOTE))
    document = begin_titled("{{ title }}　{{ contract.number }}　{{ period }}　", "{{ period }}", banners)
    add_pairs(document, _FACTS)
    document.add_heading("一、概要", 1)
    add_lines(document, "summary")
    _inspection(document)
    _incidents(document)
    document.add_heading("四、值守情况", 1)
    add_lines(document, "posts")
    add_tag(document, "if gaps")
    add_table(document, "r in gaps", _GAPS)
    add_tag(document, "endif")
    document.add_heading("五、报告与整改", 1)
    document.add_heading("（一）期间报送的报告", 2)
    add_tag(document, "if not handed")
    document.add_paragraph("没有报送记录。")
    add_tag(document, "endif")
    add_lines(document, "handed")
    document.add_heading("（二）期末应提交而未提交的报告", 2)
    add_rows(document, "late", _LATE, "没有。")
    document.add_heading("（三）整改通知", 2)
    add_rows(document, "notices", _NOTICES, "没有未闭环的整改通知。")
    _sign(document)
    return finish_template(document, "云服务运维周报")
