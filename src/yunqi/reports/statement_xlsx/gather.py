"""What the statement workbook holds: the statement's rows with figures as figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yunqi.reports import figures, words
from yunqi.reports.names import Names
from yunqi.reports.statement_view import (
    line_unit,
    metered_quantities,
    read_statement,
    view_amounts,
    view_candidate,
    view_level,
    view_statement,
)
from yunqi.reports.table import Row
from yunqi.settlement.model import LevelResult, Statement

_FACTS_A_ROW = 200
"""A cell holds 32,767 characters at most; longer lists of facts go on in rows of their own."""


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of all sheets."""
    statement, view = read_statement(data), view_statement(data)
    contract, names = view["contract"], Names(statement)
    return {
        "title": "政务云服务结算单",
        "heading": f"{contract['number']}　{view['month']}",
        "made_at": view["made_at"],
        "banners": [text for text in (view["provisional_text"], view["sample_text"]) if text],
        "facts": [
            {"name": name, "text": text}
            for name, text in (
                ("合同名称", contract["title"]),
                ("合同编号", contract["number"]),
                ("使用单位（甲方）", contract["using_unit"]),
                ("云服务商（乙方）", contract["provider"]),
                ("合同总价", contract["total"]),
                ("服务期", contract["term"]),
                ("结算期间", view["month_span"]),
                ("数据截至", f"{view['known_at']}（北京时间）"),
                ("状态", view["provisional_text"] or "确定"),
            )
        ],
        "summary": [{"no": str(no), "text": text} for no, text in enumerate(view["summary"], 1)],
        "penalty": _penalty(statement),
        "signatures": [
            {"name": name, "text": view["provisional_text"] or "签字：　　　　　盖章：　　　　　日期：　　年　月　日"}
            for name in (f"甲方：{contract['using_unit']}", f"乙方：{contract['provider']}")
        ],
        "delivery": [_delivery(line.model_dump()) for line in statement.delivery],
        "levels": [_level(level, names) for level in statement.levels],
        "clocks": _clocks(statement),
        "events": [
            {
                "number": incident.number,
                "text": figures.event(event),
                "outage": incident.outage_minutes if first == 0 else "",
            }
            for incident in statement.incidents
            for first, event in enumerate(incident.events)
        ],
        "candidates": [
            view_candidate(item, names)
            | {
                "coefficient": item.coefficient,
                "amount_fen": item.amount_fen,
                "alternatives": "\n".join(view_amounts(item)),
                "sample": _mark(item.sample),
            }
            for item in statement.candidates
        ],
        "grounds": view["grounds"],
        "offset": [
            shown | {"amount_fen": item.get("amount_fen")}
            for item, shown in zip(statement.offset, view["offset"], strict=True)
        ],
        "instalments": [
            shown | {"amount_fen": item.amount_fen}
            for item, shown in zip(statement.instalments, view["instalments"], strict=True)
        ],
        "open_points": [
            point | {"choice": choice} for point in view["open_points"] for choice in point["choices"] or [figures.NONE]
        ],
        "readings": [
            {"no": str(no), "agreement": item["agreement"], "text": f"{item['code']}：{item['choice']}"}
            for no, item in enumerate(view["readings"], 1)
        ],
        "trace": _trace(statement, view["trace"]),
    }


def _mark(sample: bool) -> str:
    return "样例" if sample else ""


def _penalty(statement: Statement) -> list[Row]:
    disputed = {"name": "其中有争议，暂不计付", "amount": statement.frozen_fen}
    frozen: list[Row] = [disputed] if statement.frozen_fen else []
    if statement.penalty_fen is not None:
        return [{"name": "本月违约金", "amount": statement.penalty_fen}, *frozen]
    return [
        {"name": "暂定，最低", "amount": statement.penalty_low_fen},
        {"name": "暂定，最高", "amount": statement.penalty_high_fen},
    ]


def _delivery(line: Row) -> Row:
    note = "" if line["bundle_no"] is None else f"价格含于第 {line['bundle_no']} 行"
    return (
        dict(line)
        | metered_quantities(line)
        | {"no": str(line["no"]), "unit": line_unit(line["unit"], line["item"]), "note": note}
    )


def _level(level: LevelResult, names: Names) -> Row:
    view = view_level(level, names)
    share = figures.is_share(level.metric, level.unit)
    return view | {
        "operator": words.operator_word(level.operator, duration=figures.is_duration(level.unit)),
        "threshold": level.threshold,
        "threshold_kind": "share" if share else "number",
        "measured": level.measured,
        "measured_kind": "share" if share else "number",
        "unit": "" if share else words.unit_word(level.unit),
        "alternatives": "\n".join(view["alternatives"]),
        "sample": _mark(level.sample),
    }


def _clocks(statement: Statement) -> list[Row]:
    rows: list[Row] = []
    shown = view_statement(statement.model_dump())["incidents"]
    for incident, view in zip(statement.incidents, shown, strict=True):
        for clock, texts in zip(incident.clocks, view["clocks"], strict=True):
            limit = clock.get("limit")
            measured = isinstance(limit, Mapping)
            rows.append(
                texts
                | {
                    "number": incident.number,
                    "title": incident.title,
                    "system": view["system"],
                    "minutes": clock.get("minutes"),
                    "limit": str(limit.get("count", "")) if isinstance(limit, Mapping) else limit,
                    "unit": words.unit_word(str(limit["unit"])) if measured and limit and limit.get("unit") else "",
                    "sample": _mark(incident.sample),
                }
            )
    return rows


def _trace(statement: Statement, shown: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for view in shown:
        rows.append(view | {"sample": _mark(view["sample"])})
        node = statement.trace.get(view["id"])
        if node is None or not view["facts"] or len(node.facts) <= _FACTS_A_ROW:
            continue
        parts = [node.facts[start : start + _FACTS_A_ROW] for start in range(0, len(node.facts), _FACTS_A_ROW)]
        rows[-1]["facts"] = "、".join(parts[0])
        rows += [
            {"depth": view["depth"], "label": f"{view['label']}（续）", "facts": "、".join(part)} for part in parts[1:]
        ]
    return rows
