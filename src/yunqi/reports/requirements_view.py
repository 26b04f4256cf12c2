"""The words and figures of next year's requirements, for the workbook and the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.contract.clauses import code_words
from yunqi.kernel.errors import Problem
from yunqi.reports import figures

Row = dict[str, Any]
RULES: Mapping[str, str] = {
    "measured": "按实际用量",
    "once": "按实际次数",
    "once_short": "统计期间较短，不低于原数量",
    "unused": "期间无用量，建议取消",
    "unrecorded": "无用量记录，暂按原数量，请核实",
    "covered": "价格含于其他项",
}
BASES: Mapping[str, str] = {"peak": "期间峰值", "percentile": "第95百分位", "average": "期间平均"}
_NEEDED = ("number", "start_on", "end_on", "basis", "reserve", "months", "lines", "budget_fen")


def view_requirements(data: Mapping[str, Any]) -> Row:
    """All rows of the document. Raises `Problem` report.data for data that is no list of requirements."""
    for field in _NEEDED:
        if field not in data:
            raise Problem(
                "report.data",
                "采购需求数据缺少「{field_name}」",
                field=field,
                field_name=field,
                way_out="请使用 yunqi contract requirements 取得的数据",
            )
    reserve = code_words.say_share(str(data["reserve"]))
    basis = BASES[str(data["basis"])]
    lines = [_line(one) for one in data["lines"]]
    return {
        "title": "政务云服务采购需求",
        "heading": f"{data['number']}　{figures.day(data['start_on'])}至{figures.day(data['end_on'])}",
        "made_at": data.get("made_at"),
        "banners": [],
        "facts": [
            {"name": "依据合同", "text": f"{data['number']}　{data.get('title') or ''}"},
            {"name": "使用单位", "text": str(data.get("using_unit") or figures.NONE)},
            {"name": "现服务商", "text": str(data.get("provider") or figures.NONE)},
            {"name": "统计期间", "text": f"{figures.day(data['start_on'])}至{figures.day(data['end_on'])}"},
            {"name": "没有用量记录而未计入的月份", "text": "、".join(data.get("unrecorded_months") or ()) or "无"},
            {
                "name": "建议数量的算法",
                "text": f"{basis}×（1＋预留{reserve}），向上取整；期间无用量的建议取消；无用量记录的暂按原数量",
            },
            {
                "name": "预算的算法",
                "text": f"建议数量×上一合同单价×{data['months']}个月；一次性计价的不乘月数",
            },
            {"name": "预算合计（元）", "text": figures.yuan(data["budget_fen"])},
            {"name": "没有参考单价的项", "text": _numbers(data.get("unpriced_lines") or ())},
        ],
        "lines": lines,
        "systems": [
            {**one, "no": str(one["no"]), "system": one["system"] or "未指明信息系统"}
            for one in data.get("systems") or ()
        ],
        "months": [
            {"no": str(one["no"]), "name": one["name"], "unit": one["unit"], **month}
            for one in data["lines"]
            for month in one.get("months") or ()
            if one["rule"] == "measured"
        ],
        "unpriced": [
            {"no": str(no), "name": one["name"]} for no, one in enumerate(data.get("unpriced") or (), start=1)
        ],
        "levels": [_level(no, one) for no, one in enumerate(data.get("service_levels") or (), start=1)],
        "budget_fen": data["budget_fen"],
    }


def _numbers(found: Any) -> str:
    return "、".join(f"第{no}项" for no in found) or "无"


def _line(one: Mapping[str, Any]) -> Row:
    rule = RULES[one["rule"]]
    if one["rule"] == "covered" and one.get("bundle") is not None:
        rule = f"价格含于第{one['bundle']}项"
    return {
        **one,
        "no": str(one["no"]),
        "rule_text": rule,
        "price_text": {"month": "每月", "once": "每次"}.get(str(one.get("priced_by")), figures.NONE),
    }


def _level(no: int, one: Mapping[str, Any]) -> Row:
    share = one["unit"] == "share"
    limit = code_words.say_share(one["threshold"]) if share else one["threshold"] + code_words.UNITS.say(one["unit"])
    parts = [
        code_words.CONDITIONS.say(one["condition"]) if one.get("condition") else "",
        f"按{code_words.WINDOWS.say(one['window'])}考核" if one.get("window") else "",
        f"自{code_words.CLOCK_STARTS.say(one['clock_start'])}起算" if one.get("clock_start") else "",
        "取平均值" if one.get("statistic") == "average" else "",
    ]
    return {
        "no": str(no),
        "metric": code_words.METRICS.say(one["metric"]),
        "object": code_words.OBJECTS.say(one.get("object")),
        "limit": f"{code_words.OPERATORS.say(one['operator'])}{limit}",
        "more": "，".join(part for part in parts if part) or figures.NONE,
    }
