"""What the time of an expected report is called: how often, by when, and why there is no day."""

from __future__ import annotations

from yunqi.contract.report_plan import Expected
from yunqi.kernel.words import _

BASES = {
    "day": "合同写明的日期",
    "day_assumed": "合同写明的日期；未写明是哪一期，按上一期计",
    "open": "合同未写明期限；可随时要求提交，但应给予必要的准备时间",
    "no_notice": "该年度的放假安排尚未公布，工作日无法推算",
    "no_term": "服务期尚未确定",
}
FREQUENCIES = {
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季度",
    "yearly": "每年",
    "periodic": "定期",
    "as_needed": "按实际发生",
}
LENGTHS = {
    "minute": "分钟",
    "hour": "小时",
    "day": "日",
    "working_day": "个工作日",
    "month": "个月",
    "year": "年",
}
EVENTS = {
    "acceptance": "验收",
    "as_needed": "实际发生",
    "calendar": "到期",
    "effective": "合同生效",
    "operation": "运行期间的情形",
    "signature": "合同签订",
}


def basis_words(one: Expected) -> str:
    """Why the day is that day, or why there is none."""
    if one.basis in BASES:
        return _(BASES[one.basis])
    within = one.deadline or {}
    unit = str(within.get("unit") or "")
    length = f"{within.get('count')} {_(LENGTHS[unit]) if unit in LENGTHS else unit}" if within else ""
    if one.basis == "deadline":
        return _("每期届满后 {length} 内", length=length)
    what = (_(EVENTS[one.trigger]) if one.trigger in EVENTS else one.trigger) or _("合同约定的情形")
    if one.basis == "occasion":
        return _("{what}起 {length} 内", what=what, length=length)
    return _("待{what}", what=what)


def frequency_words(code: str) -> str:
    """How often, in words; "" for what does not recur."""
    return _(FREQUENCIES[code]) if code in FREQUENCIES else code
