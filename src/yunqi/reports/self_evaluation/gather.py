"""What the self-evaluation shows: asked for, measured, on what ground; what nothing measures is left open."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.kernel.units import render_decimal
from yunqi.reports import figures
from yunqi.reports.kpi import STATES, evidence_words, recorded_words, target_words
from yunqi.reports.period_view import (
    View,
    level_rule,
    level_words,
    require,
    some,
    view_heading,
    view_notices,
)

_NEEDED = (
    "contract",
    "first_on",
    "last_on",
    "end_at",
    "to_date",
    "made_at",
    "by",
    "figures",
    "points",
    "most",
    "points_unknown",
    "levels",
    "reports",
    "notices",
    "months",
)
_FILL = "待填（云服务商）"
_ALARMS = frozenset({"missed", "breached"})


def gather(data: Mapping[str, Any]) -> View:
    """The words and figures of the document. Raises `Problem` report.data."""
    require(data, _NEEDED)
    rows = [_figure(one) for one in data["figures"]]
    rows += [_level(one, len(data["months"])) for one in data["levels"]]
    rows += [_report(one) for one in data["reports"]]
    for number, row in enumerate(rows, 1):
        row["no"] = str(number)
    return view_heading(data, "绩效自评表") | {
        "rows": rows,
        "notices": view_notices(data["notices"]),
        "summary": _summary(data, rows),
    }


def _points(text: str | None) -> str:
    return "" if text is None else render_decimal(Fraction(text))


def _row(group: str, name: str, target: str, **more: str) -> View:
    return {"group": group, "name": name, "target": target, "alarm": "", "calm": "", "most": "", "points": ""} | more


def _figure(one: Mapping[str, Any]) -> View:
    value = one["shown"] or recorded_words(one)
    if not value:
        return _row(
            "绩效指标",
            one["name"],
            target_words(one),
            value=_FILL,
            alarm="未填",
            ground=one["ground"],
            most=_points(one["most"]),
        )
    state, word = one["state"], STATES[one["state"]]
    return _row(
        "绩效指标",
        one["name"],
        target_words(one),
        value=value,
        ground=evidence_words(one),
        most=_points(one["most"]),
        points=_points(one["points"]),
        **{"alarm" if state in _ALARMS else "calm": word},
    )


def _level(one: Mapping[str, Any], months: int) -> View:
    parts = [f"{level_words(state)} {len(some_months)} 个月" for state, some_months in one["by_state"].items()]
    missed = [figures.month(month) for month in one["by_state"].get("breached", ())]
    ground = f"结算单 {one['settled']} / {months} 个月；{figures.cite(one['source'])}"
    if missed:
        ground += f"；未达到：{'、'.join(missed)}"
    return _row(
        "服务水平",
        one["title"],
        level_rule(one),
        value="，".join(parts),
        ground=ground,
        **{"alarm" if one["state"] in _ALARMS else "calm": level_words(one["state"])},
    )


def _report(one: Mapping[str, Any]) -> View:
    target = f"{one['expected']} 份" if one["expected"] else "按情形"
    words = f"已提交 {one['handed']} 份，逾期 {one['late']} 份"
    kept = not one["lacking"] and not one["late"]
    if not one["expected"]:
        state = {"calm": "待定性", "value": f"{words}；是否发生过相应情形：{_FILL}"}
    else:
        state = {"calm": "达到" if kept else "", "alarm": "" if kept else "未达到", "value": words}
    return _row(
        "报告与交付物",
        one["kind"],
        target,
        ground=f"登记簿：{some(one['numbers'], 4)}；{figures.cite(one['source'])}",
        **state,
    )


def _summary(data: Mapping[str, Any], rows: list[View]) -> list[str]:
    blank = sum(_FILL in row["value"] for row in rows)
    missed = sum(bool(row["alarm"]) for row in rows) - sum(row["alarm"] == "未填" for row in rows)
    lines = [f"共 {len(rows)} 项：未达到 {missed} 项，待云服务商填写 {blank} 项。"]
    if Fraction(data["most"]):
        said = f"有分值的指标合计 {_points(data['most'])} 分，已能确定的得分 {_points(data['points'])} 分"
        lines.append(said + (f"，另有 {data['points_unknown']} 项尚不能确定。" if data["points_unknown"] else "。"))
    lines.append("实测值出自已登记的证据；没有证据的不填写推测值，也不计为达到。使用单位评分栏由使用单位填写。")
    return lines
