"""Makes `layout.docx` of the plans, the templates: the same sections, each in an order of its own.

What only a person can plan stands as a framed blank that says who fills it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports.period_template import BOTH
from yunqi.reports.word_template import (
    Add,
    Column,
    add_blank,
    add_lines,
    add_pairs,
    add_rows,
    add_sections,
    add_signatures,
    add_tag,
    begin_titled,
    finish_template,
)


def _table(loop: str, nothing: str, *columns: Column) -> Add:
    return lambda document: add_rows(document, loop, columns, nothing)


def _text(*sentences: str) -> Add:
    def add(document: Any) -> None:
        for one in sentences:
            document.add_paragraph(one).paragraph_format.keep_with_next = True

    return add


def _lines(loop: str) -> Add:
    return lambda document: add_lines(document, loop)


def _blank(words: str) -> Add:
    return lambda document: add_blank(document, f"（由云服务商填写：{words}）")


def _all(*parts: Add) -> Add:
    def add(document: Any) -> None:
        for part in parts:
            part(document)

    return add


def _where(flag: str, part: Add) -> Add:
    def add(document: Any) -> None:
        add_tag(document, f"if {flag}")
        part(document)
        add_tag(document, "endif")

    return add


_SCOPE = _all(
    _table(
        "lines",
        "合同没有价目行。",
        ("序", 9, "c", "{{ r.no }}"),
        ("服务项", 51, "l", "{{ r.name }}"),
        ("单位", 12, "c", "{{ r.unit }}"),
        ("合同量", 20, "r", "{{ r.quantity }}"),
        ("计价周期", 16, "c", "{{ r.periods }}"),
        ("合计（元）", 26, "r", "{{ r.total }}"),
        ("依据", 22, "l", "{{ r.clause }}"),
    ),
    _where(
        "free",
        _all(
            _text("另由云服务商免费提供："),
            _table(
                "free",
                "没有。",
                ("服务", 40, "l", "{{ r.name }}"),
                ("类别", 26, "l", "{{ r.group }}"),
                ("内容", 66, "l", "{{ r.description }}"),
                ("依据", 24, "l", "{{ r.clause }}"),
            ),
        ),
    ),
)
_SYSTEMS = _table(
    "systems",
    "合同没有列明信息系统，也还没有信息系统入云。",
    ("信息系统", 54, "l", "{{ r.name }}"),
    ("等级保护", 18, "c", "{{ r.grade }}"),
    ("重要系统", 18, "c", "{{ r.important }}"),
    ("面向互联网", 22, "c", "{{ r.internet_facing }}"),
    ("在用资源（项）", 22, "r", "{{ r.resources }}"),
    ("依据", 22, "l", "{{ r.clause }}"),
)
_LEVELS = _all(
    _table(
        "levels",
        "合同没有约定服务水平。",
        ("服务水平", 42, "l", "{{ r.title }}"),
        ("对象", 24, "l", "{{ r.object }}"),
        ("约定", 40, "l", "{{ r.rule }}"),
        ("口径", 28, "l", "{{ r.window }}"),
        ("依据", 22, "l", "{{ r.clause }}"),
    ),
    _where(
        "figures",
        _table(
            "figures",
            "没有。",
            ("序", 12, "c", "{{ r.no }}"),
            ("绩效指标", 80, "l", "{{ r.name }}"),
            ("目标", 40, "l", "{{ r.target }}"),
            ("依据", 24, "l", "{{ r.clause }}"),
        ),
    ),
)
_NOTICES = _table(
    "notices",
    "合同没有约定告知与报告故障的时限。",
    ("告知与报告", 34, "l", "{{ r.stage }}"),
    ("时限", 30, "l", "{{ r.within }}"),
    ("起算", 34, "l", "{{ r.start }}"),
    ("方式", 34, "l", "{{ r.channels }}"),
    ("依据", 24, "l", "{{ r.clause }}"),
)
_PEOPLE = _all(
    _table(
        "promised",
        "合同没有写明承诺的人数，双方也还没有登记。",
        ("岗位", 60, "l", "{{ r.role }}"),
        ("承诺人数", 30, "r", "{{ r.count }}"),
        ("依据", 66, "l", "{{ r.clause }}"),
    ),
    _table(
        "roster",
        "人员名册还没有登记。",
        ("姓名", 34, "l", "{{ r.name }}"),
        ("岗位", 52, "l", "{{ r.role }}"),
        ("骨干", 20, "c", "{{ r.key }}"),
        ("到岗", 50, "l", "{{ r.since }}"),
    ),
    _lines("staff_terms"),
    _blank("职责分工、组织架构、后备人员"),
)
_DUTY = _all(
    _table(
        "continuous",
        "合同没有要求不间断值守的岗位。",
        ("不间断值守的岗位", 90, "l", "{{ r.post }}"),
        ("依据", 66, "l", "{{ r.clause }}"),
    ),
    _table(
        "shifts",
        "{{ no_shifts }}",
        ("岗位", 28, "l", "{{ r.post }}"),
        ("值班人", 28, "l", "{{ r.person }}"),
        ("电话", 34, "l", "{{ r.telephone }}"),
        ("班次", 66, "l", "{{ r.span }}"),
    ),
)
_CONTACTS = _table(
    "contacts",
    "还没有登记通知对象。",
    ("单位", 48, "l", "{{ r.organisation }}"),
    ("通知对象", 28, "l", "{{ r.name }}"),
    ("方式", 20, "c", "{{ r.channel }}"),
    ("地址", 38, "l", "{{ r.address }}"),
    ("何时通知", 22, "l", "{{ r.when }}"),
)
_PROBES = _all(
    _text("探测间隔：{{ interval }}；没有结果的时间记为未知，既不算可用也不算中断。"),
    _table(
        "watches",
        "还没有交付的资源和约定的探测。",
        ("对象", 48, "l", "{{ r.object }}"),
        ("方法", 36, "l", "{{ r.probe }}"),
        ("地址", 48, "l", "{{ r.address }}"),
        ("由来", 24, "c", "{{ r.why }}"),
    ),
)
_AUTOMATIC = _table(
    "automatic",
    "没有。",
    ("自动巡检的项目", 56, "l", "{{ r.name }}"),
    ("方法", 78, "l", "{{ r.how }}"),
    ("频次", 22, "c", "{{ r.often }}"),
)
_MANUAL = _table(
    "manual",
    "没有。",
    ("人工巡检的项目", 50, "l", "{{ r.name }}"),
    ("方法", 58, "l", "{{ r.how }}"),
    ("频次", 18, "c", "{{ r.often }}"),
    ("负责人（待填）", 30, "l", ""),
)
_INSPECTIONS = _table(
    "inspections",
    "合同没有另外约定巡检与监测的义务。",
    ("合同约定", 108, "l", "{{ r.text }}"),
    ("频次", 24, "c", "{{ r.frequency }}"),
    ("依据", 24, "l", "{{ r.clause }}"),
)
_ROUNDS = _all(
    _text("每周的项目从列出之日起的一周内完成，每月的项目在当月完成；频次由合同另有约定的，从其约定。"),
    _table(
        "rounds",
        "服务期尚未确定，日程无法推算。",
        ("月份", 28, "c", "{{ r.month }}"),
        ("每周巡检起始日", 84, "l", "{{ r.weeks }}"),
        ("每月巡检截止日", 44, "c", "{{ r.month_by }}"),
    ),
)
_BACKUP = _all(
    _table(
        "backup",
        "合同没有备份服务项。",
        ("备份服务", 48, "l", "{{ r.name }}"),
        ("合同量", 28, "r", "{{ r.quantity }}"),
        ("合同写明的要求", 56, "l", "{{ r.said }}"),
        ("依据", 24, "l", "{{ r.clause }}"),
    ),
    _blank("每个信息系统的备份窗口、频次、保留时间、存放地点、恢复时间目标与恢复点目标"),
)
_EXERCISES = _table(
    "exercises",
    "合同没有约定演练与培训。",
    ("项目", 26, "l", "{{ r.kind }}"),
    ("次数", 28, "l", "{{ r.count }}"),
    ("期间", 54, "l", "{{ r.span }}"),
    ("进展", 24, "l", "{{ r.held }}"),
    ("依据", 24, "l", "{{ r.clause }}"),
)
_REPORTS = _table(
    "reports",
    "合同没有约定报告。",
    ("报告", 38, "l", "{{ r.kind }}"),
    ("提交方", 18, "c", "{{ r.party }}"),
    ("频次", 16, "c", "{{ r.frequency }}"),
    ("份数", 12, "r", "{{ r.count }}"),
    ("下一期", 26, "l", "{{ r.next_on }}"),
    ("期限", 28, "l", "{{ r.basis }}"),
    ("依据", 18, "l", "{{ r.clause }}"),
)
_ACCEPTANCE = _all(
    _lines("accepting"),
    _table(
        "deliverables",
        "合同没有列明交付物。",
        ("交付物", 56, "l", "{{ r.name }}"),
        ("阶段", 26, "l", "{{ r.phase }}"),
        ("提交方", 18, "c", "{{ r.party }}"),
        ("频次", 16, "c", "{{ r.frequency }}"),
        ("备注", 20, "l", "{{ r.note }}"),
        ("依据", 20, "l", "{{ r.clause }}"),
    ),
    _where(
        "acceptances",
        _table(
            "acceptances",
            "没有。",
            ("验收", 40, "l", "{{ r.number }}"),
            ("事项", 80, "l", "{{ r.title }}"),
            ("状态", 36, "c", "{{ r.state }}"),
        ),
    ),
)
_INSTALMENTS = _table(
    "instalments",
    "合同没有写明分期付款。",
    ("期次", 16, "c", "{{ r.no }}"),
    ("金额（元）", 34, "r", "{{ r.amount }}"),
    ("付款条件", 46, "l", "{{ r.trigger }}"),
    ("期限", 36, "l", "{{ r.due }}"),
    ("依据", 24, "l", "{{ r.clause }}"),
)
_ORDERS = _table(
    "orders",
    "还没有统一工单。",
    ("工单", 26, "l", "{{ r.number }}"),
    ("类型", 20, "c", "{{ r.kind }}"),
    ("事项", 44, "l", "{{ r.title }}"),
    ("信息系统", 26, "l", "{{ r.system }}"),
    ("提出", 24, "l", "{{ r.opened_at }}"),
    ("状态", 16, "c", "{{ r.state }}"),
)
_WATCHING = _all(_PROBES, _AUTOMATIC)

LAYOUTS: Mapping[str, tuple[tuple[str, Add], ...]] = {
    "operation_plan": (
        ("服务范围", _SCOPE),
        ("信息系统", _SYSTEMS),
        ("服务水平", _LEVELS),
        ("故障的告知与报告", _NOTICES),
        ("组织与人员", _PEOPLE),
        ("值守", _DUTY),
        ("通知与联系", _CONTACTS),
        ("监测", _WATCHING),
        ("巡检计划", _all(_INSPECTIONS, _MANUAL, _ROUNDS)),
        ("备份与恢复", _BACKUP),
        ("应急、演练与培训", _all(_EXERCISES, _blank("应急预案、演练科目与时间、培训内容"))),
        ("报告", _REPORTS),
        ("验收", _ACCEPTANCE),
        ("变更、安全与其他", _blank("变更管理、安全措施、重要保障期的安排、其他事项")),
    ),
    "inspection_plan": (
        ("依据", _INSPECTIONS),
        ("对象", _SYSTEMS),
        ("自动监测与巡检", _WATCHING),
        ("人工巡检", _MANUAL),
        ("日程", _ROUNDS),
        ("值守", _DUTY),
        ("恢复演练与其他演练", _EXERCISES),
        ("结果的报告", _REPORTS),
        ("补充", _blank("机房现场巡检路线、检查表、异常的处置与上报")),
    ),
    "implementation_plan": (
        ("实施范围", _SCOPE),
        ("信息系统", _SYSTEMS),
        ("组织与人员", _PEOPLE),
        ("通知与联系", _CONTACTS),
        ("入云与上线", _all(_ORDERS, _blank("每个信息系统的迁移方法、时间、停机窗口、回退办法、测试与责任人"))),
        ("服务水平", _LEVELS),
        ("演练与培训", _all(_EXERCISES, _blank("培训对象、内容与时间"))),
        ("报告与交付物", _REPORTS),
        ("验收", _ACCEPTANCE),
        ("付款安排", _INSTALMENTS),
        ("进度与质量", _blank("分阶段进度、质量保证、风险与应对")),
    ),
    "overall_plan": (
        ("服务目标", _LEVELS),
        ("服务内容", _SCOPE),
        ("上云架构规划", _all(_SYSTEMS, _blank("计算、存储、网络与安全的架构，主备中心与分区，容量规划"))),
        ("应用上云", _all(_ORDERS, _blank("每个信息系统的上云方法、次序、测试与切换"))),
        ("数据上云", _blank("数据范围与数量、迁移方法、一致性校验、敏感数据的保护")),
        ("备份服务", _BACKUP),
        ("系统监控", _all(_WATCHING, _blank("监控指标与阈值、告警级别与处置"))),
        ("故障的告知与报告", _NOTICES),
        ("组织与人员", _PEOPLE),
        ("值守", _DUTY),
        ("通知与联系", _CONTACTS),
        ("应急、演练与培训", _EXERCISES),
        ("报告", _REPORTS),
        ("验收", _ACCEPTANCE),
        ("退出与迁移", _lines("leaving")),
    ),
}


def make_layout(name: str) -> bytes:
    """The template of a plan; the same bytes each time."""
    document = begin_titled("{{ title }}　{{ contract.number }}　", "", ())
    pairs = (
        ("合同名称", "{{ contract.title }}"),
        ("合同编号", "{{ contract.number }}"),
        ("使用单位（甲方）", "{{ contract.using_unit }}"),
        ("云服务商（乙方）", "{{ contract.provider }}"),
        ("签订日期", "{{ contract.signed_on }}"),
        ("服务期", "{{ contract.term }}"),
        ("合同金额", "{{ contract.total }}"),
        ("编制", "{{ by }}，{{ made }}（北京时间）"),
    )
    add_pairs(document, pairs)
    add_sections(document, LAYOUTS[name])
    document.add_heading("签署", 1)
    add_signatures(document, BOTH)
    return finish_template(document, "")
