"""The words for metrics and conditions of service levels, and for what penalty rows measure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from yunqi.contract.terms import number
from yunqi.kernel.money import render_share
from yunqi.kernel.units import is_exact_unit, render_decimal, render_minutes, to_minutes
from yunqi.kernel.words import _

METRICS = {
    "availability": "可用性",
    "durability": "数据可靠性",
    "data_availability": "数据可用性",
    "response": "故障响应时间",
    "location": "故障定位排除时间",
    "recovery": "故障恢复时间",
    "arrival": "到达现场时间",
    "scale_out": "扩容时间",
    "creation": "资源创建时间",
    "replacement": "人员更换时间",
    "rework": "返工调整时间",
    "handling": "故障处理时间",
    "rto": "恢复时间目标（RTO）",
    "rpo": "恢复点目标（RPO）",
    "mttr": "平均修复时间（MTTR）",
    "response_average": "平均响应时间",
    "recovery_average": "平均故障恢复时间",
    "score": "考核得分",
    "unattended": "现场无人值守时间",
    "rectification_ignored": "整改通知未正确处置",
    "outage_single": "单次宕机时间",
    "outage": "中断时间",
    "lateness": "逾期时间",
    "outage_count_or_total": "宕机次数或累计时间",
    "complaint_count": "用户投诉次数",
    "mutual_backup": "互备失效",
    "assessment_failures": "月度考核连续未通过次数",
    "assessment": "月度考核结果（1 通过，0 未通过）",
    "scale_out_late": "扩容逾期",
    "tampered": "网页被篡改",
    "data_lost": "数据丢失",
    "intruded": "系统被入侵",
    "interruption": "服务中断",
    "tampering": "重大篡改事件",
    "data_loss": "数据丢失",
    "intrusion": "恶意入侵攻击",
}


def metric_title(code: str) -> str:
    """A metric, or what a row measures, in words; a code without a word stays itself."""
    return _(METRICS[code]) if code in METRICS else code


_SHARE_UNITS = frozenset({"%", "share", "ratio", "percent"})
_LENGTHS = frozenset(
    {
        "response_average",
        "recovery_average",
        "unattended",
        "outage_single",
        "outage",
        "response",
        "recovery",
        "scale_out_late",
    }
)
_CLAUSE = re.compile(r"(other|credits|score)[.#](\d+)")
_ROW = re.compile(r"(severe|minor)#(\d+)")


def rest_title(rest: str) -> str:
    """What the rest of an open point's code names: a metric, a level of a metric under a condition, a row of a table.

    >>> rest_title("location"), rest_title("location.important_system"), rest_title("severe#7"), rest_title("重大影响")
    ('故障定位排除时间', '故障定位排除时间（重要信息系统）', '严重违约行为表第7行', '重大影响')
    """
    row = _ROW.fullmatch(rest)
    if row is not None:
        table = _("严重违约行为表") if row[1] == "severe" else _("一般违约行为表")
        return _("{table}第{no}行", table=table, no=row[2])
    clause = _CLAUSE.fullmatch(rest)
    if clause is not None:
        no = int(clause[2]) + 1
        if clause[1] == "score":
            return _("得分区间第{no}档", no=no)
        return _("服务费扣减表第{no}行", no=no) if clause[1] == "credits" else _("其他违约金第{no}项", no=no)
    metric, _dot, condition = rest.partition("#")[0].partition(".")
    if metric_title(metric) != metric:
        return level_title({"metric": metric, "condition": condition or None})
    return condition_title(rest) or rest


def condition_title(code: str) -> str:
    """When a service level holds, in words; "" for a code without a word."""
    return {
        "important_system": _("重要信息系统"),
        "internet_facing": _("面向互联网和大厅办事的系统"),
        "down": _("宕机"),
        "not_down": _("宕机以外的故障"),
        "not_important_system": _("重要信息系统以外的系统"),
        "not_internet_facing": _("面向互联网的系统以外的系统"),
        "other_system": _("其他系统"),
        "level_3": _("等保三级系统"),
        "level_2": _("等保二级系统"),
        "guarantee_period": _("重要保障期"),
        "working_hours": _("工作时间"),
        "outside_working_hours": _("非工作时间"),
        "serious_fault": _("重大故障"),
        "major_fault": _("较大故障"),
        "general_fault": _("一般故障"),
        "grade_1_fault": _("一级故障"),
        "grade_2_fault": _("二级故障"),
        "grade_3_fault": _("三级故障"),
        "grade_4_fault": _("四级故障"),
        "remote": _("远程处理"),
    }.get(code, "")


def state_title(state: str) -> str:
    """Whether a service level was met, in words."""
    return {
        "met": _("达到"),
        "breached": _("未达到"),
        "unknown": _("数据不足，不能判定"),
        "open": _("待约定"),
        "not_due": _("未到期"),
    }.get(state, state)


def level_figure(level: Mapping[str, Any], value: object) -> str:
    """A threshold or a measured value of a level as people read it; a value that is no number stays itself.

    >>> level_figure({"unit": "share"}, "0.9999"), level_figure({"unit": "hour"}, "5/6"), level_figure({}, None)
    ('99.99%', '50 分钟', '—')
    """
    if value is None:
        return "—"
    unit, exact = level.get("unit"), number(value)
    if exact is None:
        return str(value)
    if unit in _SHARE_UNITS:
        return render_share(exact)
    if is_exact_unit(unit):
        return render_minutes(to_minutes(exact, str(unit)))
    return f"{render_decimal(exact)} {unit or ''}".strip()


def measured_title(measures: str, texts: Sequence[str]) -> str:
    """What a row measured, under each open alternative, as people read it.

    >>> measured_title("availability", ["9/10"]), measured_title("response_average", ["22", "45/2"])
    ('90.00%', '22 分钟 / 22 分钟 30 秒')
    """
    return " / ".join(_figure_of(measures, text) for text in dict.fromkeys(texts) if text)


def _figure_of(measures: str, text: str) -> str:
    count, _mark, total = text.partition("; ")
    if total:
        return _("{count} 次，累计 {length}", count=count, length=render_minutes(Fraction(total)))
    if measures == "availability":
        return render_share(Fraction(text))
    if measures in _LENGTHS:
        return render_minutes(Fraction(text))
    return render_decimal(Fraction(text))


def level_title(level: Mapping[str, Any]) -> str:
    """A service level in words, with its condition."""
    condition = condition_title(str(level.get("condition")))
    name = metric_title(str(level.get("metric")))
    return f"{name}（{condition}）" if condition else name
