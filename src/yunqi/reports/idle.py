"""Reclaim proposals for idle resources (闲置资源回收建议) as a document and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from yunqi.contract.draft.blocks import Column, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.clock import parse_instant, render_local
from yunqi.kernel.money import render_percent, render_share
from yunqi.kernel.units import render_decimal
from yunqi.reports import figures
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Head, render_table

STATES = {"idle": "闲置", "used": "在用", "unknown": "未知", "new": "未满时段"}
_PLACES = 2
_MIB = 2**20


def _yuan(text: str | None) -> str:
    return figures.NONE if text is None else render_decimal(Fraction(text), _PLACES)


def _share(text: str | None) -> str:
    return figures.NONE if text is None else render_percent(Fraction(text), _PLACES)


def _mib(text: str | None) -> str:
    return figures.NONE if text is None else render_decimal(Fraction(text) / _MIB, _PLACES)


def parts_words(parts: Sequence[Mapping[str, Any]]) -> str:
    """What a resource draws, in words."""
    return "；".join(f"{one['name'] or one['item']} {figures.quantity(one['quantity'])}{one['unit']}" for one in parts)


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["contract_number"] or "—",
        row["using_unit"],
        row["system"] or "—",
        row["name"],
        parts_words(row["parts"]),
        _share(row["used_share"]),
        _mib(row["used_bytes_per_day"]),
        _yuan(row["saves_yuan"]),
        row["why_words"],
    )


def _grid(rows: Sequence[Mapping[str, Any]]) -> Grid | Text:
    if not rows:
        return Text("没有。")
    heads = (("合同", 9), ("使用单位", 9), ("信息系统", 9), ("资源", 8), ("占用", 14))
    figures_heads = (("处理器", 5), ("MiB/日", 6), ("每月（元）", 7))
    columns = (
        *(Column(words, width) for words, width in heads),
        *(Column(words, width, "r") for words, width in figures_heads),
        Column("依据", 10),
    )
    return Grid(columns, tuple(_cells(row) for row in rows), wide=True)


def render_idle_document(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The proposal as .docx: what was asked, what is idle and what giving it back saves, what is unknown, what nobody
    draws.
    """
    given = clean_data(data)
    asked, items = given["asked"], given["items"]
    idle = [row for row in items if row["state"] == "idle"]
    unknown = [row for row in items if row["state"] == "unknown"]
    counts = given["counts"]
    sheet = Sheet(title="闲置资源回收建议", number=render_local(made_at)[:10])
    saving = f"已知单价的合计每月 {_yuan(given['saves_yuan'])} 元"
    sheet.blocks += [
        Text("闲置资源回收建议", "title"),
        Text(f"编制：{by}，{render_local(made_at)}", "cover"),
        Text("一、口径", "article"),
        Text(
            f"时段：{figures.local(given['start_at'])} 至 {figures.local(given['end_at'])}，共 {asked['days']} 天。"
            f"处理器平均用量不高于 {render_share(Fraction(asked['cpu_share']))}，"
            "且网络流量（云硬盘为读写量）每日不高于 "
            f"{_mib(str(asked['bytes_per_day']))} MiB 的，列为闲置；"
            f"计量缺口合计超过 {asked['gap_hours']} 小时的，列为未知。"
        ),
        Text("没有计量的资源一律列为未知，不列为闲置；占用未满该时段的不作判断。"),
        Text("二、结论", "article"),
        Text(
            "，".join(f"{STATES[state]} {counts[state]} 项" for state in STATES)
            + f"。回收全部闲置资源，{saving}"
            + (f"，另有 {given['saves_unknown']} 项单价未知" if given["saves_unknown"] else "")
            + "。"
        ),
        PageBreak(wide=True),
        Text("三、建议回收", "article"),
        _grid(idle),
        Text("四、用量未知", "article"),
        _grid(unknown),
        Text("五、合同内没有占用的数量", "article"),
        _undrawn(given["undrawn"]),
    ]
    return render_sheet(sheet)


def _undrawn(rows: Sequence[Mapping[str, Any]]) -> Grid | Text:
    if not rows:
        return Text("没有。")
    columns = (
        Column("合同", 10),
        Column("价目行", 16),
        Column("合同数量", 7, "r"),
        Column("时段内峰值", 7, "r"),
        Column("未占用", 7, "r"),
    )
    cells = tuple(
        (
            row["contract_number"] or "—",
            f"{row['line_no']} {row['name']}",
            figures.quantity(row["contracted"]) + row["unit"],
            figures.quantity(row["peak"]),
            "未知" if row["undrawn"] is None else figures.quantity(row["undrawn"]),
        )
        for row in rows
    )
    return Grid(columns, cells, wide=True)


def render_idle_table(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The resources as a workbook, a row each; figures stay figures, what is unknown stays empty."""
    heads = (
        Head("状态"),
        Head("依据"),
        Head("合同编号"),
        Head("使用单位"),
        Head("云服务商"),
        Head("信息系统"),
        Head("资源"),
        Head("类型"),
        Head("占用", "long"),
        Head("占用自", "instant"),
        Head("处理器平均用量", "percent"),
        Head("每日流量或读写（MiB）", "number"),
        Head("计量缺口（小时）", "number"),
        Head("每月金额（元）", "number"),
    )
    rows = [
        (
            STATES[row["state"]],
            row["why_words"],
            *(row[key] for key in ("contract_number", "using_unit", "provider", "system", "name", "kind")),
            parts_words(row["parts"]),
            parse_instant(row["drawn_since"]),
            *(None if row[key] is None else Fraction(row[key]) for key in ("used_share",)),
            None if row["used_bytes_per_day"] is None else Fraction(row["used_bytes_per_day"]) / _MIB,
            None if row["open_hours"] is None else Fraction(row["open_hours"]),
            None if row["saves_yuan"] is None else Fraction(row["saves_yuan"]),
        )
        for row in clean_data(data)["items"]
    ]
    return render_table("闲置资源", heads, rows, made_at=made_at, by=by)
