"""What the summary of the service shows: months side by side, what was delivered, missed and handed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yunqi.reports import figures
from yunqi.reports.period_view import (
    View,
    level_rule,
    level_words,
    plot_objects,
    plot_weeks,
    require,
    view_heading,
    view_incidents,
    view_lines,
    view_notices,
    view_objects,
    view_reports,
)
from yunqi.reports.plots import plot_use
from yunqi.reports.words import candidate_state_word, instalment_state_word, severity_word, trigger_word

_NEEDED = (
    "contract",
    "first_on",
    "last_on",
    "end_at",
    "to_date",
    "made_at",
    "by",
    "months",
    "levels",
    "objects",
    "usage",
    "incidents",
    "weeks",
    "breaches",
    "reports",
    "notices",
    "acceptances",
    "instalments",
)
_STATES = {"met": "达到", "breached": "未达到", "open": "待约定", "unknown": "数据不足", "not_due": "未到期"}


def gather(data: Mapping[str, Any]) -> View:
    """The words and figures of the document. Raises `Problem` report.data."""
    require(data, _NEEDED)
    months = [one["month"] for one in data["months"]]
    names = [f"{int(month[5:])}月" for month in months]
    return view_heading(data, "政务云服务阶段性总结报告") | {
        "summary": _summary(data),
        "months": [_month(one) for one in data["months"]],
        "levels": [_level(one, months) for one in data["levels"]],
        "objects": view_objects(data["objects"]),
        "plot_months": plot_objects("各对象逐月情况", names, data["objects"]),
        "lines": view_lines(data["usage"]),
        "plot_use": plot_use("占用与合同量", data["usage"]),
        "incidents": view_incidents(data["incidents"]),
        "plot_weeks": plot_weeks(data["weeks"]),
        "breaches": [
            {
                "month": figures.month(one["month"]),
                "severity": severity_word(one["severity"]),
                "text": one["text"],
                "amount": figures.yuan(one["amount_fen"]),
                "state": candidate_state_word(one["state"]),
                "clause": figures.cite(one["source"]),
            }
            for one in data["breaches"]
        ],
        "reports": view_reports(data["reports"]),
        "notices": view_notices(data["notices"]),
        "acceptances": [
            {
                "number": one["number"],
                "title": one["title"],
                "opened_at": figures.local(one["opened_at"]),
                "state": one["state_name"],
            }
            for one in data["acceptances"]
        ],
        "instalments": [
            {
                "no": str(one["no"]),
                "amount": figures.yuan(one["amount_fen"]),
                "trigger": trigger_word(one["trigger"]),
                "due": figures.day(one["due_on"]),
                "state": instalment_state_word(one["state"]),
            }
            for one in data["instalments"]
        ],
    }


def _month(one: Mapping[str, Any]) -> View:
    if one["statement"] is None:
        return {
            "month": figures.month(one["month"]),
            "levels": "尚未结算",
            "alarm": "",
            "calm": figures.NONE,
        } | dict.fromkeys(("incidents", "penalty", "basis"), figures.NONE)
    counts = "，".join(f"{word} {one['levels'][state]}" for state, word in _STATES.items() if one["levels"][state])
    penalty = figures.yuan(one["penalty_fen"])
    if one["penalty_fen"] is None:
        penalty = f"{figures.yuan(one['penalty_low_fen'])} ～ {figures.yuan(one['penalty_high_fen'])}"
    return {
        "month": figures.month(one["month"]),
        "levels": counts or "没有服务水平",
        "incidents": str(one["incidents"]),
        "penalty": penalty,
        "alarm": f"暂定，{one['open_points']} 项待定" if one["provisional"] else "",
        "calm": "" if one["provisional"] else "确定",
        "basis": f"第 {one['version']} 版　{one['sm3'][:16]}",
    }


def _level(one: Mapping[str, Any], months: Sequence[str]) -> View:
    by_state: dict[str, list[str]] = {}
    for month, state in zip(months, one["states"], strict=True):
        by_state.setdefault(level_words(state) if state else "未结算", []).append(f"{int(month[5:])}月")
    missed = [
        f"{int(month[5:])}月 {figures.level_value(one['metric'], one['unit'], measured)}"
        for month, state, measured in zip(months, one["states"], one["measured"], strict=True)
        if state == "breached"
    ]
    return {
        "title": one["title"],
        "rule": level_rule(one),
        "states": "；".join(f"{word}：{'、'.join(some)}" for word, some in by_state.items()),
        "alarm": "；".join(missed),
        "calm": "" if missed else figures.NONE,
        "clause": figures.cite(one["source"]),
    }


def _summary(data: Mapping[str, Any]) -> list[str]:
    months = data["months"]
    settled = [one for one in months if one["statement"] is not None]
    final = [one for one in settled if not one["provisional"] and one["penalty_fen"] is not None]
    counts = {state: sum(one["levels"][state] for one in settled) for state in _STATES}
    lines = [
        f"期间 {len(months)} 个月，已结算 {len(settled)} 个月，其中暂定 {len(settled) - len(final)} 个月"
        + (
            f"；尚未结算：{'、'.join(figures.month(one['month']) for one in months if one['statement'] is None)}"
            if len(settled) < len(months)
            else ""
        )
        + "。"
    ]
    if settled:
        said = "，".join(f"{word} {counts[state]} 项次" for state, word in _STATES.items() if counts[state])
        lines.append(f"服务水平逐月合计：{said or '合同没有服务水平'}。")
        total = figures.yuan(sum(one["penalty_fen"] for one in final))
        lines.append(
            f"已确定的违约金合计 {total} 元（{len(final)} 个月）"
            + ("；暂定的月份没有计入。" if len(final) < len(settled) else "。")
        )
    lines.append(f"立案事件 {len(data['incidents'])} 起；整改通知 {len(data['notices'])} 件。")
    lacking = [one["kind"] for one in data["reports"] if one["lacking"]]
    handed = sum(one["handed"] for one in data["reports"])
    lines.append(f"按合同已提交报告 {handed} 份" + (f"；有缺的：{'、'.join(lacking)}。" if lacking else "。"))
    return lines
