"""The use of a month by information system (资源使用情况) as a document and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from yunqi.contract.draft.blocks import Column, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.clock import render_local
from yunqi.reports import figures
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Head, render_table

UNKNOWN = "未知"
NO_SYSTEM = "未归属信息系统"
_FIGURES = ("average", "peak", "at_end")


def _system(row: Mapping[str, Any]) -> str:
    return str(row["system"] or NO_SYSTEM)


def _line(row: Mapping[str, Any]) -> str:
    return f"{row['line_no']} {row['name']}" if row["line_no"] is not None else f"{row['name']}（不在价目行内）"


def _state(row: Mapping[str, Any]) -> str:
    """What has to be said of a row beside its figures."""
    said = []
    if row["counted"] is not None:
        said.append(f"按次计 {figures.quantity(row['counted'])}{row['unit']}")
    elif row["average"] is None:
        said.append("本系统不记录这一行的占用")
    elif row["peak"] == "0":
        said.append("没有占用")
    if row["idle"] is not None and Fraction(row["idle"]):
        said.append(f"闲置 {figures.quantity(row['idle'])}{row['unit']}")
    if row["unjudged"] is not None and Fraction(row["unjudged"]):
        said.append(f"用量未知 {figures.quantity(row['unjudged'])}{row['unit']}")
    if row["sample"]:
        said.append("样例数据")
    return "；".join(said)


def _figure(row: Mapping[str, Any], name: str) -> str:
    if row[name] is None:
        return figures.NONE if row["counted"] is not None else UNKNOWN
    return figures.quantity(row[name])


def _share(text: str | None) -> str:
    return figures.NONE if text is None else figures.percent(text)


def render_usage_document(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The document: how it is counted, what each system costs by the agreed allocation, each line by system."""
    given = clean_data(data)
    sheet = Sheet(title="资源使用情况", number=str(given["contract_number"] or given["title"]))
    sheet.blocks += [
        Text(f"{given['month']} 资源使用情况", "title"),
        Text(f"合同：{given['title']}（{given['contract_number'] or figures.NONE}）", "cover"),
        Text(f"使用单位：{given['using_unit']}", "cover"),
        Text(f"云服务商：{given['provider']}", "cover"),
        Text(f"期间：{figures.local(given['start_at'])} 至 {figures.local(given['end_at'])}", "cover"),
        Text(f"编制：{by}，{render_local(made_at)}", "cover"),
        Text("一、口径", "article"),
        Text(
            "数量按占用的起止时间计：平均为期间内按时间的加权平均，峰值为同一时刻的最大合计，期末为期间最后一刻的合计。"
        ),
        Text("占比为该信息系统占这一价目行平均占用的比例。没有记录的列为未知，不按零计。"),
        Text(_idle_words(given)),
        *((Text("期间尚未结束，以上数字截至编制之时。"),) if given["unfinished"] else ()),
        *((Text("部分数量来自样例数据，已逐行注明。"),) if any(one["sample"] for one in given["items"]) else ()),
        Text("二、各信息系统的费用", "article"),
        *_fees(given),
        PageBreak(wide=True),
        Text("三、各价目行的使用", "article"),
        _grid(given) if given["items"] else Text("期间没有可列的价目行。"),
    ]
    return render_sheet(sheet)


def _idle_words(given: Mapping[str, Any]) -> str:
    limits = given["limits"]
    if limits is None:
        return "闲置情况依据用量计量判断，不向云服务商提供。"
    return (
        f"闲置指期末占用的资源在整个期间内，处理器平均用量不高于 {figures.percent(limits['cpu_share'])}，"
        f"且每日流量或读写不高于 {limits['bytes_per_day']:,} 字节；"
        "编制时已退还、没有计量或占用未满期间的，列为用量未知。"
    )


def _fees(given: Mapping[str, Any]) -> list[Text | Grid]:
    if given["allocation_problem"]:
        return [Text(f"费用未知：{given['allocation_problem']}")]
    if not given["fees"]:
        return [Text("费用未知：双方没有约定本期间的费用分摊。")]
    columns = (Column("信息系统", 16), Column("服务月", 16), Column("占比", 7, "r"), Column("费用（元）", 10, "r"))
    rows = tuple(
        (
            one["system"],
            f"{one['start_on']} 至 {one['end_on']}",
            figures.percent(one["share"]),
            figures.yuan(one["fee_fen"]),
        )
        for one in given["fees"]
    )
    return [Text(f"依据双方约定：{given['agreement']}。"), Grid(columns, rows)]


def _grid(given: Mapping[str, Any]) -> Grid:
    heads = (("平均", 6), ("峰值", 6), ("期末", 6), ("占比", 5), ("合同数量", 6))
    columns = (
        Column("价目行", 15),
        Column("信息系统", 12),
        Column("单位", 4, "c"),
        *(Column(words, width, "r") for words, width in heads),
        Column("说明", 14),
    )
    rows = tuple(
        (
            _line(one),
            figures.NONE if _is_of_nobody(one) else _system(one),
            one["unit"] or figures.NONE,
            *(_figure(one, name) for name in _FIGURES),
            _share(one["share"]),
            figures.quantity(one["contracted"]),
            _state(one) or figures.NONE,
        )
        for one in given["items"]
    )
    return Grid(columns, rows, wide=True)


def _is_of_nobody(row: Mapping[str, Any]) -> bool:
    """A line that nobody used, or whose use nobody records, is no system's."""
    return row["system"] is None and row["share"] is None and row["counted"] is None


def render_usage_table(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The workbook: a row for each line and system; an empty figure is not known. The fee of each system's service
    months stands in rows of its own.
    """
    given = clean_data(data)
    heads = (
        Head("价目行", "long"),
        Head("信息系统"),
        Head("单位"),
        Head("平均", "number"),
        Head("峰值", "number"),
        Head("期末", "number"),
        Head("占比", "percent"),
        Head("合同数量", "number"),
        Head("闲置", "number"),
        Head("用量未知", "number"),
        Head("费用", "money"),
        Head("说明", "long"),
    )
    rows: list[tuple[Any, ...]] = []
    for one in given["items"]:
        exact = [_exact(one[name]) for name in (*_FIGURES, "share", "contracted", "idle", "unjudged")]
        system = "" if _is_of_nobody(one) else _system(one)
        rows.append((_line(one), system, one["unit"], *exact, None, _state(one)))
    for one in given["fees"]:
        said = f"服务月 {figures.day(one['start_on'])}至{figures.day(one['end_on'])}，依据：{given['agreement']}"
        nothing = (None,) * 3
        rows.append(("费用分摊", one["system"], "", *nothing, _exact(one["share"]), *nothing, one["fee_fen"], said))
    if not given["fees"]:
        why = given["allocation_problem"] or "双方没有约定本期间的费用分摊"
        rows.append(("费用分摊", "", "", *(None,) * 8, f"费用未知：{why}"))
    title = f"资源使用情况 {given['month']}"
    return render_table(title, heads, rows, made_at=made_at, by=by)


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
