"""The words for kinds of facts."""

from __future__ import annotations

from yunqi.cases.acceptance import MACHINE as ACCEPTANCE
from yunqi.cases.adjudication import MACHINE as ADJUDICATION
from yunqi.cases.exit import MACHINE as EXIT
from yunqi.cases.incident import MACHINE as INCIDENT
from yunqi.cases.logbook import LOGBOOKS
from yunqi.cases.logbook import MACHINES as LOGBOOK_MACHINES
from yunqi.cases.rectification import MACHINE as RECTIFICATION
from yunqi.cases.register import MACHINES as REGISTER_MACHINES
from yunqi.cases.register import REGISTERS
from yunqi.cases.work_order import MACHINE as WORK_ORDER
from yunqi.kernel.words import _
from yunqi.reconcile.render import render_phase

KINDS = {
    "amendment.imported": "补充协议导入",
    "amendment.signed": "补充协议签署",
    "contract.imported": "合同导入",
    "contract.replaced": "合同文本替换",
    "contract.settled": "合同数据由人确定",
    "contract.signed": "合同签署",
    "reading.recorded": "约定解释",
    "burst.recorded": "临时扩容",
    "exclusion.recorded": "剔除时段",
    "statement.made": "结算单编制",
    "payment.made": "付款",
    "payment.trigger": "付款条件成就",
    "payment.trigger_taken_back": "付款条件并未成就",
    "allocation.agreed": "约定费用分摊",
    "invoice.recorded": "收到发票",
    "invoice.cancelled": "发票冲红或作废",
    "bond.received": "收到履约保证金",
    "bond.topped_up": "补足履约保证金",
    "bond.extended": "保函延期",
    "bond.drawn": "提取履约保证金",
    "bond.released": "退还履约保证金",
    "occurrence.recorded": "其他违约情形",
    "kpi.recorded": "绩效填报",
    "watch.begun": "开始监测",
    "watch.ended": "停止监测",
    "incident.graded": "国家事件定级",
    "notice.made": "发出通知",
    "notice.told": "登记已通知",
    "notice.delivered": "通知已送达",
    "notice.failed": "通知未送达",
    "shift.planned": "排班",
    "shift.taken": "到岗",
    "shift.handed_over": "交班",
    "shift.dropped": "取消班次",
    "duty.unmanned": "无人值守",
    "material.handed_in": "提交验收材料",
    "obligation.fulfilled": "登记义务的履行",
    "obligation.confirmed": "确认义务的履行",
    "obligation.contested": "对义务的履行提出异议",
    "obligation.withdrawn": "撤回义务履行的登记",
    "report.delivered": "报告报送",
    "report.received": "报告签收",
    "report.delivered_further": "报告报送其他收件单位",
    "report.received_further": "其他收件单位签收报告",
    "lateness.found": "发现逾期",
    "lateness.ended": "逾期后完成",
    "lateness.pressed": "书面通知的限期已过",
    "lateness.withdrawn": "并未逾期",
    "outage.started": "中断开始",
    "outage.ended": "中断结束",
    "outage.imported": "导入的中断",
    "usage.imported": "导入的用量",
    "evidence.imported": "导入监测系统的数据",
    "resource.ordered": "资源订购",
    "resource.changed": "资源变更",
    "resource.adopted": "资源纳管",
    "resource.adoption_undone": "撤销资源纳管",
    "adoption.confirmed": "确认纳管",
    "adoption.undone": "撤销纳管",
    "resource.delete_asked": "申请退订资源",
    "resource.erase_approved": "批准擦除数据",
    "resource.erased": "数据已擦除",
}
NOUNS = {
    "incident": "事件",
    "work_order": "工单",
    "adjudication": "认定",
    "resource": "资源",
    "rectification": "整改",
    "acceptance": "验收",
    "exit": "退出",
    **REGISTERS,
    **LOGBOOKS,
}
PHASES = frozenset({"building", "ready", "repairing", "waiting", "erasing", "gone", "failed"})
_MACHINES = {
    "incident": INCIDENT,
    "work_order": WORK_ORDER,
    "adjudication": ADJUDICATION,
    "rectification": RECTIFICATION,
    "acceptance": ACCEPTANCE,
    "exit": EXIT,
    **REGISTER_MACHINES,
    **LOGBOOK_MACHINES,
}


def fact_word(kind: str) -> str:
    """What a kind of fact says; a kind without a word stays itself.

    >>> fact_word("payment.made"), fact_word("incident.responded"), fact_word("of.another")
    ('付款', '事件：已响应', 'of.another')
    """
    if kind in KINDS:
        return _(KINDS[kind])
    noun, _dot, event = kind.partition(".")
    if noun not in NOUNS:
        return kind
    machine = _MACHINES.get(noun)
    if noun == "resource" and event in PHASES:
        return _("{noun}：{word}", noun=_(NOUNS[noun]), word=render_phase(event))
    word = _("提出") if event == "opened" else _(machine.label(event)) if machine else event
    return _("{noun}：{word}", noun=_(NOUNS[noun]), word=word)
