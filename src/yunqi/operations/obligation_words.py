"""The words of the list of obligations: what each is owed upon, by when, what shows it, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yunqi.contract.obligations import FoundObligation
from yunqi.contract.obligations.fulfilment import Record
from yunqi.contract.obligations.standing import Deed
from yunqi.contract.report_words import FREQUENCIES, LENGTHS
from yunqi.kernel.words import _

TRIGGERS = {
    "acceptance": "验收",
    "always": "持续有效",
    "before": "事前",
    "before_end": "期满之前",
    "calendar": "按周期",
    "change": "发生变更",
    "event": "情形发生",
    "fault": "发生故障",
    "notice": "收到通知",
    "operation": "运行期间",
    "request": "提出要求",
    "signature": "合同签订",
    "term_end": "服务期满",
    "term_start": "服务开始",
}
EVIDENCE = {
    "agreement": "协议或书面同意",
    "certificate": "证书或证明",
    "closure": "整改闭环记录",
    "document": "报告或方案",
    "guarantee": "保函",
    "invoice": "发票",
    "letter": "函件",
    "log": "操作日志",
    "notice": "通知及送达记录",
    "order": "工单或书面要求",
    "payment_order": "付款凭证",
    "receipt": "签收单",
    "record": "记录",
    "roster": "人员名册",
    "sheet": "评价或评分表",
    "ticket": "工单时间线",
}
STATES = {
    "late": "已超期",
    "due": "待办",
    "later": "未到期",
    "waits": "待情形发生",
    "unseen": "不可由系统判定",
    "standing": "持续有效",
    "done": "已履行",
}
RECORDS = {
    "recorded": "待对方确认",
    "confirmed": "对方已确认",
    "contested": "对方有异议",
    "withdrawn": "已撤回",
}
SAID = {
    "obligation.confirmed": "确认",
    "obligation.contested": "提出异议",
    "obligation.withdrawn": "撤回",
}
OBJECTS = {
    "acceptance": "验收",
    "amendment": "补充协议",
    "burst": "临时扩容",
    "complaint": "投诉",
    "cut_off": "应急断开与恢复",
    "exit": "退出",
    "force_majeure": "不可抗力",
    "incident": "事件",
    "invoice": "发票",
    "material": "验收材料",
    "record": "登记的履行",
    "rectification": "整改通知",
    "report": "报告",
    "undertaking": "保密承诺书",
    "work_order": "工单",
}
BY_LEDGER = {
    "instalment": "由付款登记判定，请登记付款",
    "bond": "由履约保证金登记判定，请登记保证金",
    "bond_renewal": "由履约保证金登记判定，请登记保函延期",
    "bond_release": "由履约保证金登记判定，请登记退还",
    "acceptance": "由验收判定，请办理验收",
    "exercise": "由演练与培训台账判定，请登记台账",
    "term_end": "这是一个日期，无需履行",
    "bond_end": "这是一个日期，无需履行",
}
"""Lines that the ledger itself answers, and where to enter what is done."""
TITLES = {
    "bond": "提交履约保证金",
    "bond_end": "履约保证金有效期届满",
    "term_end": "服务期满",
    "acceptance": "组织验收",
    "exit_notice": "退出须在此日前提出",
    "bond_release": "退还履约保证金",
}


def limit_words(limits: Sequence[Mapping[str, object]]) -> str:
    """Lengths of time in words; "" for none."""
    return _("、").join(_length(one) for one in limits)


def _length(one: Mapping[str, object]) -> str:
    unit = str(one["unit"])
    return f"{one['count']} {_(LENGTHS[unit]) if unit in LENGTHS else unit}"


def deadline_words(found: FoundObligation) -> str:
    """The time that a contract gives an obligation, in words; what it says where it gives none, "" for nothing."""
    parts = [limit_words(found.limits)] if found.limits else [found.soon] if found.soon else []
    if found.kind.frequency in FREQUENCIES:
        parts.append(_(FREQUENCIES[found.kind.frequency]))
    if found.times is not None:
        parts.append(_("不少于 {count} 次", count=found.times))
    return _("，").join(parts)


def deeds_words(deeds: Sequence[Deed], records: Sequence[Record] = ()) -> str:
    """What the ledger shows: how often it was owed and done, and what of it the other party has not confirmed."""
    states = [one.state for one in records]
    notes = [
        _("{count} 次待对方确认", count=states.count("recorded")) if "recorded" in states else "",
        _("{count} 次对方有异议", count=states.count("contested")) if "contested" in states else "",
    ]
    return _("；").join(words for words in (_counted(deeds), *notes) if words)


def _counted(deeds: Sequence[Deed]) -> str:
    if not deeds:
        return ""
    done = [one for one in deeds if one.done_on is not None]
    words = _("共 {count} 次，已完成 {done} 次", count=len(deeds), done=len(done))
    late = sum(one.late for one in done)
    if late:
        words += _("，其中逾期 {count} 次", count=late)
    return words
