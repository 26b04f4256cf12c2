"""What is submitted to the administration and the supervisor, section by section as they ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports import figures
from yunqi.reports.period_view import (
    View,
    require,
    some,
    view_heading,
    view_incidents,
    view_lines,
    view_notices,
    view_objects,
)
from yunqi.reports.plots import plot_use

_NEEDED = (
    "contract",
    "first_on",
    "last_on",
    "end_at",
    "to_date",
    "made_at",
    "by",
    "lines",
    "systems",
    "orders",
    "objects",
    "incidents",
    "security",
    "notices",
    "addresses",
    "duty",
    "suggestions",
)
_SUGGESTIONS = {
    "full": "占用达到合同量的九成，建议与使用单位商定是否扩容：{names}。",
    "idle": "占用不足合同量的一成，建议与使用单位核实是否需要：{names}。",
    "notices": "尚未办结的整改通知：{names}。",
    "reports": "应提交而未提交的报告：{names}。",
    "unseen": "有一段时间没有探测证据，建议补齐监测：{names}。",
}


def gather(data: Mapping[str, Any]) -> View:
    """The words and figures of the document. Raises `Problem` report.data."""
    require(data, _NEEDED)
    return view_heading(data, "政务云服务报送材料") | {
        "lines": view_lines(data["lines"]),
        "plot_use": plot_use("占用与合同量", data["lines"]),
        "systems": [{"name": one["name"], "resources": str(one["resources"])} for one in data["systems"]],
        "orders": [
            {
                "number": one["number"],
                "kind": one["kind_name"],
                "title": one["title"],
                "system": one["system"] or figures.NONE,
                "filing": one["filing_number"] or "未备案",
                "opened_at": figures.local(one["opened_at"]),
                "state": one["state_name"],
            }
            for one in data["orders"]
        ],
        "objects": view_objects(data["objects"]),
        "incidents": view_incidents(data["incidents"]),
        "security": _security(data["security"]),
        "notices": view_notices(data["notices"]),
        "addresses": [_address(one) for one in data["addresses"]],
        "duty": _duty(data["duty"]),
        "suggestions": [
            _SUGGESTIONS[one["code"]].replace("{names}", some(one["names"])) for one in data["suggestions"]
        ],
    }


def _security(one: Mapping[str, Any]) -> str:
    tried = f"登录 {one['signed_in']} 次，失败 {one['failed']} 次，因连续失败锁定 {one['shut']} 次"
    return f"{tried}（仅云服务商与使用单位的账号）。"


def _address(one: Mapping[str, Any]) -> View:
    width = one["bandwidth_mbit"]
    return {
        "name": one["name"],
        "address": one["address"] or "未分配",
        "bandwidth": figures.NONE if width is None else f"{figures.quantity(width)} Mbit/s",
        "leads_to": one["leads_to"] or figures.NONE,
        "system": one["system"] or figures.NONE,
        "ready_at": figures.local(one["ready_at"]),
        "gone_at": "在用" if one["gone_at"] is None else f"已收回 {figures.local(one['gone_at'])}",
    }


def _duty(one: Mapping[str, Any]) -> list[str]:
    lines = [
        f"排班 {one['planned']} 个班次，有接班记录的 {one['taken']} 个；无人值守 {one['gaps']} 段，共 "
        f"{figures.minutes(one['gap_minutes'])}。"
        if one["planned"] or one["gaps"]
        else "期间没有排班记录，值守情况未知。"
    ]
    if one["continuous"]:
        lines.append("合同要求不间断值守的岗位有排班的，见上；没有排班的岗位，值守情况未知。")
    lines.append("重大活动期间的保障方案和值守记录，本平台没有单独登记的，由云服务商在下栏填写。")
    return lines
