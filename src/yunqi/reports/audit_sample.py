"""An audit sample as a workbook: a row for each step of each figure, and for each fact that a step rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from yunqi.kernel.clock import parse_instant
from yunqi.reports import figures
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Cell, Head, render_table

_SAME = {True: "一致", False: "不一致", None: ""}
_HEADS = (
    Head("样本", "int"),
    Head("层次", "int"),
    Head("合同编号"),
    Head("结算单"),
    Head("步骤"),
    Head("名称", "long"),
    Head("数值", "long"),
    Head("算法", "long"),
    Head("条款"),
    Head("原文", "long"),
    Head("约定"),
    Head("事实"),
    Head("事实类别"),
    Head("时间", "instant"),
    Head("来源"),
    Head("封存位置", "int"),
    Head("摘要（SM3）"),
    Head("样例"),
    Head("重算"),
    Head("签号（SM3）"),
)


def render_audit_sample(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The .xlsx; the seed and how many figures it was drawn of stand in its title."""
    given = clean_data(data)
    title = f"抽查 {given['month']} 种子 {given['seed']}"
    return render_table(title, _HEADS, _rows(given), made_at=made_at, by=by)


def _rows(given: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for figure in given["items"]:
        for step in figure["steps"]:
            source = step["source"] or {}
            first: list[Cell] = [
                figure["no"],
                step["depth"],
                figure["contract_number"],
                f"{given['month']} 第 {figure['version']} 版{'（暂定）' if figure['provisional'] else ''}",
                step["node"],
                step["label"],
                step["value"],
                step["formula"],
                figures.cite(step["source"]) if source else "",
                str(source.get("text") or ""),
                step["reading"] or "",
            ]
            last: list[Cell] = [_SAME[figure["same"]], figure["ticket"]] if not step["depth"] else ["", ""]
            grounds = [*(_fact(one) for one in step["facts"]), *(_stream(name) for name in step["streams"])]
            for ground in grounds or [[""] * len(_stream(""))]:
                yield [*first, *ground, *last]


def _fact(one: Mapping[str, Any]) -> list[Cell]:
    at = parse_instant(one["at"])
    sample = "样例" if one["sample"] else ""
    return [one["id"], one["kind"], at, one["origin"], one["position"], one["sm3"] or "尚未封存", sample]


def _stream(name: str) -> list[Cell]:
    return [name, "探测记录" if name else "", "", "", "", "", ""]
