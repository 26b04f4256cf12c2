"""What stages, ways and clocks of telling are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.cases.incident import Clock
from yunqi.kernel.words import _
from yunqi.settlement.titles import level_title

STAGES: Mapping[str, str] = {
    "notice": "事件通知",
    "ended": "恢复通知",
    "escalation": "逐级上报",
    "first_report": "故障初步报告",
    "final_report": "故障处理报告",
    "report": "国家网络安全事件报告",
    "onward": "主管部门续报",
    "summary": "处置总结报告",
    "test": "测试",
}
CHANNELS: Mapping[str, str] = {
    "mail": "邮件",
    "sms": "短信",
    "wecom": "企业微信",
    "dingtalk": "钉钉",
    "telephone": "电话",
    "letter": "书面",
    "fax": "传真",
    "in_person": "当面",
    "portal": "主管部门网站或热线",
}
PARTS: Mapping[str, str] = {
    "happened": "发生了什么",
    "impact": "影响",
    "measures": "已采取的措施",
    "root_cause": "根本原因",
    "remedy": "处理与补救",
    "prevention": "防止再次发生",
}
UNITS: Mapping[str, str] = {
    "minute": "{count} 分钟",
    "hour": "{count} 小时",
    "day": "{count} 日",
    "working_day": "{count} 个工作日",
    "month": "{count} 个月",
    "year": "{count} 年",
}


def stage_word(code: str) -> str:
    """What a stage of telling is called."""
    return _(STAGES[code]) if code in STAGES else code


def channel_word(code: str) -> str:
    """What a way of telling is called."""
    return _(CHANNELS[code]) if code in CHANNELS else code


def clock_name(clock: Clock) -> str:
    """What a clock of a service level is called."""
    return level_title({"metric": clock.metric, "condition": clock.condition})


def within_words(within: Mapping[str, Any] | None) -> str:
    """A length of time as people read it; "" for none."""
    if within is None:
        return ""
    unit = str(within.get("unit"))
    return _(UNITS[unit]).format(count=within.get("count")) if unit in UNITS else str(dict(within))


def report_text(parts: Mapping[str, str]) -> str:
    """A fault report as plain text, part by part."""
    return "\n".join(f"{_(PARTS[name])}：{parts[name]}" for name in PARTS if parts.get(name))
