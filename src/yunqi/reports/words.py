"""The words for the codes that contract data and statements hold, for documents, the command line and the pages.

A code without a word is shown as it is, so that a newer clause kind is never lost from a document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from yunqi.kernel.words import _
from yunqi.settlement.titles import condition_title, metric_title

_MONTHLY = re.compile(r"(availability|average|outages)\.([^\s:]+):(20\d\d-\d\d)")


def metric_word(code: str) -> str:
    """What a service level measures, or what a penalty row compares.

    >>> metric_word("availability"), metric_word("response_average"), metric_word("of_another_kind")
    ('可用性', '平均响应时间', 'of_another_kind')
    """
    return metric_title(code)


def object_word(code: str) -> str:
    """What a service level holds for; a name (of a system) stays itself."""
    return {
        "platform": _("云平台整体"),
        "service": _("云服务"),
        "system": _("信息系统"),
        "data": _("数据"),
        "fault": _("故障"),
        "server": _("云主机"),
        "network": _("网络"),
        "": "",
    }.get(code, code)


def event_title(code: str, names: Mapping[str, str] | None = None) -> str:
    """What a month's figure that acts as an event is called; `names`: of resources and systems, by id.

    >>> event_title("availability.platform:2026-10"), event_title("average.recovery:2026-10"), event_title("cas-1")
    ('2026-10 云平台整体可用性', '2026-10 平均故障恢复时间', 'cas-1')
    """
    found = _MONTHLY.fullmatch(code)
    if found is None:
        return code
    kind, rest, month = found.groups()
    named = (names or {}).get(rest) or object_word(rest)
    if kind == "average":
        words = metric_title(f"{rest}_average")
    elif rest == "average":
        words = _("全部对象平均可用性")
    else:
        words = _("{object}可用性", object=named) if kind == "availability" else _("{object}宕机", object=named)
    return f"{month} {words}"


def name_events(text: str) -> str:
    """The text with a month's figures that act as events called by their names.

    >>> name_events("average.response:2026-10 附件2 #7")
    '2026-10 平均响应时间 附件2 #7'
    """
    return _MONTHLY.sub(lambda found: event_title(found[0]), text)


def condition_word(code: str) -> str:
    """When a service level holds."""
    return condition_title(code) or code


def operator_word(operator: str, *, duration: bool = False) -> str:
    """The comparison in words with its symbol; a duration is 超过, a share or count is 高于.

    Source: 民法典 第1259条 (以上, 以下, 以内 include the number; 超过, 不满, 以外 do not).

    >>> operator_word(">="), operator_word("<=", duration=True), operator_word("<")
    ('不低于（≥）', '不超过（≤）', '低于（＜）')
    """
    return {
        ">=": _("不少于（≥）") if duration else _("不低于（≥）"),
        "<=": _("不超过（≤）") if duration else _("不高于（≤）"),
        ">": _("超过（＞）") if duration else _("高于（＞）"),
        "<": _("少于（＜）") if duration else _("低于（＜）"),
        "=": _("等于（＝）"),
        "==": _("等于（＝）"),
    }.get(operator, operator)


def unit_word(code: str) -> str:
    """A unit of time or of count.

    >>> unit_word("minute"), unit_word("核")
    ('分钟', '核')
    """
    return {
        "second": _("秒"),
        "minute": _("分钟"),
        "hour": _("小时"),
        "day": _("日"),
        "natural_day": _("自然日"),
        "working_day": _("工作日"),
        "month": _("个月"),
        "year": _("年"),
        "run": _("次"),
        "count": _("次"),
        "times": _("次"),
        "term": _("合同期"),
    }.get(code, code)


def window_word(code: str) -> str:
    """The span over which a figure is taken."""
    return {"month": _("自然月"), "quarter": _("季度"), "year": _("合同年度"), "term": _("合同期")}.get(code, code)


def level_state_word(state: str) -> str:
    """Whether a service level was met."""
    return {
        "met": _("达到"),
        "breached": _("未达到"),
        "unknown": _("数据不足，不能判定"),
        "open": _("待约定"),
        "not_due": _("未到期"),
    }.get(state, state)


def clock_state_word(state: str) -> str:
    """How a clock stands."""
    return {
        "running": _("计时中"),
        "met": _("未超时"),
        "breached": _("超时"),
        "not_started": _("未起算"),
        "open": _("起算点待约定"),
        "unknown": _("数据不足，不能判定"),
    }.get(state, state)


def event_word(code: str) -> str:
    """What happened in an incident, or from what a clock starts."""
    return {
        "occurrence": _("故障发生"),
        "occurred": _("故障发生"),
        "notice": _("接到使用单位报告"),
        "approval": _("审批通过"),
        "opened": _("立案"),
        "open": _("立案"),
        "reported": _("使用单位报告"),
        "report": _("使用单位报告"),
        "response": _("云服务商响应"),
        "responded": _("云服务商响应"),
        "respond": _("云服务商响应"),
        "arrival": _("到达现场"),
        "arrived": _("到达现场"),
        "location": _("定位排除"),
        "located": _("定位排除"),
        "recovery": _("恢复"),
        "handling": _("故障处理时间"),
        "recovered": _("恢复"),
        "closed": _("结案"),
        "outage_started": _("中断开始"),
        "outage_ended": _("中断结束"),
        "adjudicated": _("认定"),
    }.get(code, code)


def severity_word(code: str) -> str:
    """The table that a breach belongs to."""
    return {
        "critical": _("重大违约"),
        "severe": _("严重违约"),
        "minor": _("一般违约"),
        "other": _("其他约定"),
    }.get(code, code)


def candidate_state_word(state: str) -> str:
    """What became of a breach candidate."""
    return {
        "chosen": _("采用（择其重者）"),
        "frozen": _("有争议，暂不计付"),
        "not_gravest": _("不采用（同一原因另有更重者）"),
        "needs_reading": _("待约定"),
        "needs_adjudication": _("待认定"),
        "proposed": _("拟议，待双方确认"),
    }.get(state, state)


def instalment_state_word(state: str) -> str:
    """How a payment stands."""
    return {
        "waiting": _("付款条件尚未成就"),
        "due": _("应付"),
        "overdue": _("已逾期"),
        "later": _("未到期"),
    }.get(state, state)


def trigger_word(code: str) -> str:
    """What makes a payment due; several stand with a plus sign."""
    words = {
        "effective": _("合同生效"),
        "date": _("约定日期"),
        "acceptance": _("验收通过"),
        "invoice": _("收到发票"),
        "assessment": _("考核合格"),
        "funds": _("财政资金到位"),
        "expiry": _("合同到期"),
    }
    parts = [part.strip() for part in code.replace("，", "+").replace(",", "+").split("+")]
    return " + ".join(words.get(part, part) for part in parts)


def open_kind_word(kind: str) -> str:
    """What an open point lacks."""
    return {"reading": _("待约定"), "adjudication": _("待认定"), "evidence": _("待补证据")}.get(kind, kind)


def offset_word(code: str) -> str:
    """What a penalty is taken from."""
    return {
        "last_instalment": _("尾款"),
        "final_payment": _("尾款"),
        "instalment": _("分期款"),
        "unpaid": _("应付未付的款项"),
        "bond": _("履约保证金"),
        "provider_payment": _("由云服务商另行支付"),
        "payment": _("由云服务商另行支付"),
        "pay": _("由云服务商另行支付"),
        "provider": _("由云服务商另行支付"),
        "provider_pays": _("由云服务商另行支付"),
    }.get(code, code)


def erase_method_word(code: str) -> str:
    """How a volume was erased.

    Source: NIST SP 800-88 Rev. 1, 2.5 (Clear, Purge).
    """
    return {
        "overwrite.random-zero": _("随机数覆写一遍后置零一遍（清除级）"),
        "overwrite.zero": _("置零覆写一遍（清除级）"),
        "crypto.key-destroyed": _("销毁加密密钥（净化级）"),
        "discard": _("下发丢弃指令并回读"),
    }.get(code, code)


def medium_word(code: str) -> str:
    """What a volume lay on."""
    return {
        "file": _("主机文件系统上的镜像文件"),
        "file.ext4": _("ext4 文件系统上的镜像文件"),
        "ext4": _("ext4 文件系统上的镜像文件"),
        "xfs": _("xfs 文件系统上的镜像文件"),
        "fake": _("模拟引擎，没有真实介质"),
        "overlay": _("叠加文件系统上的镜像文件"),
        "block": _("块设备"),
    }.get(code, code)
