"""The words for metrics and conditions of service levels, and for what penalty rows measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.kernel.words import _


def metric_title(code: str) -> str:
    """A metric, or what a row measures, in words; a code without a word stays itself."""
    return {
        "availability": _("可用性"),
        "durability": _("数据可靠性"),
        "data_availability": _("数据可用性"),
        "response": _("故障响应时间"),
        "location": _("故障定位排除时间"),
        "recovery": _("故障恢复时间"),
        "arrival": _("到达现场时间"),
        "scale_out": _("扩容时间"),
        "creation": _("资源创建时间"),
        "replacement": _("人员更换时间"),
        "rework": _("返工调整时间"),
        "response_average": _("平均响应时间"),
        "recovery_average": _("平均故障恢复时间"),
        "unattended": _("现场无人值守时间"),
        "rectification_ignored": _("整改通知未正确处置"),
    }.get(code, code)


def level_title(level: Mapping[str, Any]) -> str:
    """A service level in words, with its condition."""
    condition = {
        "important_system": _("重要信息系统"),
        "internet_facing": _("面向互联网和大厅办事的系统"),
        "down": _("宕机"),
        "not_down": _("宕机以外的故障"),
    }.get(str(level.get("condition")))
    name = metric_title(str(level.get("metric")))
    return f"{name}（{condition}）" if condition else name
