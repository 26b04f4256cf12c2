"""The sheet of a contract's key figures (绩效表) as a document and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from yunqi.contract.draft.blocks import Column, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.clock import render_local
from yunqi.kernel.units import render_decimal
from yunqi.reports import figures
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Head, render_table

STATES = {"met": "达到", "missed": "未达到", "unknown": "未知", "words": "定性"}
SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "="}


def target_words(line: Mapping[str, Any]) -> str:
    """What is asked for, as the contract says it."""
    sign = SIGNS.get(line["operator"] or "", "")
    return f"{sign}{line['target'] or figures.NONE}{line['unit'] or ''}"


def recorded_words(line: Mapping[str, Any]) -> str:
    """What each organisation recorded."""
    return "；".join(f"{one['by']}：{one['value']}" for one in line["recorded"])


def evidence_words(line: Mapping[str, Any]) -> str:
    """On what the value rests: how it was measured, and what was named as evidence."""
    said = "；".join(f"{one['by']}：{one['evidence']}" for one in line["recorded"])
    parts = [line["ground"], said, "填报与实测或双方填报不同" if line["differs"] else ""]
    return "。".join(part for part in parts if part)


def _points(text: str | None) -> str:
    return figures.NONE if text is None else render_decimal(Fraction(text))


def render_kpi_document(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The sheet as .docx, for both parties to sign."""
    given = clean_data(data)
    counts = {word: sum(one["state"] == state for one in given["items"]) for state, word in STATES.items()}
    heads = (("序号", 3), ("指标", 12), ("指标值", 8), ("实测", 8), ("填报", 10), ("结论", 5), ("依据", 16))
    columns = (*(Column(words, width) for words, width in heads), Column("分值", 4, "r"), Column("得分", 4, "r"))
    rows = tuple(
        (
            str(one["no"]),
            one["name"],
            target_words(one),
            one["shown"] or figures.NONE,
            recorded_words(one) or figures.NONE,
            STATES[one["state"]],
            evidence_words(one),
            _points(one["most"]),
            _points(one["points"]),
        )
        for one in given["items"]
    )
    sheet = Sheet(title="绩效表", number=str(given["contract_number"] or given["title"]))
    total = f"得分合计 {_points(given['points'])}，分值合计 {_points(given['most'])}"
    if given["points_unknown"]:
        total += f"，另有 {given['points_unknown']} 项尚未评分"
    sheet.blocks += [
        Text("绩效表", "title"),
        Text(f"合同：{given['title']}（{given['contract_number'] or '—'}）", "cover"),
        Text(f"甲方：{given['using_unit']}", "cover"),
        Text(f"乙方：{given['provider']}", "cover"),
        Text(f"期间：{figures.day(given['start_on'])}至{figures.day(given['end_on'])}", "cover"),
        Text(f"编制：{by}，{render_local(made_at)}", "cover"),
        Text("，".join(f"{word} {count} 项" for word, count in counts.items()) + "。"),
        Text("本系统不能测得且没有填报的，列为未知，不计为达到。合同没有约定分值的，不计分。"),
        *((Text(f"{total}。"),) if Fraction(given["most"]) else ()),
        PageBreak(wide=True),
        Grid(columns, rows, wide=True) if rows else Text("合同没有绩效指标。"),
        Text("甲方（签字）：____________　　　乙方（签字）：____________　　　日期：____________", "sign"),
    ]
    return render_sheet(sheet)


def render_kpi_table(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The sheet as a workbook, a row for each figure."""
    given = clean_data(data)
    heads = (
        Head("序号", "int"),
        Head("指标", "long"),
        Head("指标值"),
        Head("实测"),
        Head("填报", "long"),
        Head("结论"),
        Head("依据", "long"),
        Head("分值", "number"),
        Head("得分", "number"),
        Head("条款"),
    )
    rows = [
        (
            one["no"],
            one["name"],
            target_words(one),
            one["shown"],
            recorded_words(one),
            STATES[one["state"]],
            evidence_words(one),
            *(None if one[key] is None else Fraction(one[key]) for key in ("most", "points")),
            figures.cite(one["source"]) if one["source"] else "",
        )
        for one in given["items"]
    ]
    title = f"绩效表 {given['contract_number'] or ''}".strip()
    return render_table(title, heads, rows, made_at=made_at, by=by)
