"""Next year's requirements as a document for a tender (采购需求书)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.code_words import BLANK, say_money
from yunqi.contract.draft.blocks import Align, Block, Column, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.money import render_percent
from yunqi.reports import figures
from yunqi.reports.clean import clean_data
from yunqi.reports.requirements_view import view_requirements

_Heads = Sequence[tuple[str, int, Align, str]]


def render_requirements(data: Mapping[str, Any]) -> bytes:
    """The document as .docx. Raises `Problem` report.data."""
    view = view_requirements(clean_data(data))
    unit = str(data.get("using_unit") or BLANK)
    sheet = Sheet(title="政务云服务采购需求书", number=f"采购需求　依据合同 {data['number']}")
    sheet.blocks += [
        Text("政务云服务采购需求书", "title"),
        Text(f"采购单位：{unit}", "cover"),
        Text(f"统计期间：{figures.day(data['start_on'])}至{figures.day(data['end_on'])}", "cover"),
        PageBreak(),
        Text("一、依据和算法", "article"),
        *(Text(f"{one['name']}：{one['text']}。") for one in view["facts"] if one["name"] != "预算合计（元）"),
        Text("二、预算", "article"),
        Text(f"按上述算法，预算合计{say_money(data['budget_fen'])}。"),
        Text("三、服务级别要求", "article"),
        *_table(view["levels"], _LEVELS, "现合同没有约定服务级别。"),
        Text("四、未单独计价的服务", "article"),
        Text("下列服务由现合同承诺而没有单独计价，本次采购请列为单项或者删除："),
        *_table(view["unpriced"], (("序号", 4, "c", "no"), ("服务", 30, "l", "name")), "没有。"),
        PageBreak(wide=True),
        Text("五、需求清单", "article"),
        *_table(view["lines"], _LINES, "现合同没有价目行。", wide=True),
        Text("六、分系统用量", "article"),
        *_table(view["systems"], _SYSTEMS, "期间没有记录到用量。", wide=True),
    ]
    return render_sheet(sheet)


_PERCENT_PLACES = 2
_LEVELS: _Heads = (
    ("序号", 3, "c", "no"),
    ("指标", 8, "l", "metric"),
    ("对象", 5, "c", "object"),
    ("要求", 8, "l", "limit"),
    ("说明", 12, "l", "more"),
)
_SYSTEMS: _Heads = (
    ("信息系统", 14, "l", "system"),
    ("服务项", 16, "l", "name"),
    ("单位", 4, "c", "unit"),
    ("平均用量", 7, "r", "average"),
    ("峰值", 6, "r", "peak"),
    ("第95百分位", 7, "r", "percentile"),
)
_LINES: _Heads = (
    ("序号", 3, "c", "no"),
    ("服务项", 14, "l", "name"),
    ("单位", 4, "c", "unit"),
    ("合同数量", 6, "r", "contracted"),
    ("平均用量", 7, "r", "average"),
    ("峰值", 6, "r", "peak"),
    ("第95百分位", 6, "r", "percentile"),
    ("闲置率", 5, "r", "idle"),
    ("建议数量", 6, "r", "proposed"),
    ("参考单价（元）", 6, "r", "yuan"),
    ("预算（元）", 9, "r", "budget_fen"),
    ("说明", 9, "l", "rule_text"),
)


def _table(rows: Sequence[Mapping[str, Any]], heads: _Heads, empty: str, *, wide: bool = False) -> list[Block]:
    if not rows:
        return [Text(empty)]
    columns = tuple(Column(head, width, align) for head, width, align, _key in heads)
    return [Grid(columns, tuple(tuple(_show(row, key) for *_head, key in heads) for row in rows), wide)]


def _show(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if key == "budget_fen":
        return figures.yuan(value)
    if key == "idle":
        return figures.NONE if value is None else render_percent(Fraction(str(value)), _PERCENT_PLACES)
    if key in {"contracted", "average", "peak", "percentile", "proposed", "yuan"}:
        return figures.quantity(value)
    return str(value if value not in (None, "") else figures.NONE)
