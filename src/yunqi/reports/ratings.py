"""The monthly comparison (月报月评) as a document to hand round and as a workbook to work through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from yunqi.contract.draft.blocks import Align, Block, Column, Grid, PageBreak, Sheet, Text
from yunqi.contract.draft.word import render_sheet
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import render_percent, render_share, render_yuan
from yunqi.kernel.units import render_decimal
from yunqi.reports import figures
from yunqi.reports.clean import clean_data
from yunqi.reports.workbook import Head, render_table

STATES = {"met": "达到", "breached": "未达到", "unknown": "未知", "open": "待约定", "not_due": "未到期"}
_PLACES = 2


def share_words(low: str | None, high: str | None) -> str:
    """A measured share, or both ends of what it may be; "—" for unknown."""
    if low is None or high is None:
        return figures.NONE
    ends = [render_share(Fraction(one)) for one in dict.fromkeys((low, high))]
    return " ～ ".join(ends)


def minutes_words(minutes: str | None, undecided: int | None = 0) -> str:
    """Minutes as a decimal; with clocks that are undecided it is the least that it may be."""
    if minutes is None:
        return figures.NONE
    shown = render_decimal(Fraction(minutes), _PLACES)
    return f"≥ {shown}（{undecided} 项未定）" if undecided else shown


def penalty_words(row: Mapping[str, Any]) -> str:
    """What is proposed: an amount, or the range that it lies in."""
    low, high = row["penalty_low_fen"], row["penalty_high_fen"]
    if low is None or high is None:
        return figures.NONE
    return render_yuan(low) if low == high else f"{render_yuan(low)} ～ {render_yuan(high)}"


def total_words(total: Mapping[str, Any], kind: str) -> str:
    """A sum of known parts, and of how many contracts it is not known."""
    known, unknown = total["known"], total["unknown"]
    if known is None:
        return figures.NONE
    exact = Fraction(known)
    shown = render_yuan(int(exact)) if kind == "money" else render_decimal(exact, _PLACES)
    return f"{shown}（{unknown} 份未知）" if unknown else shown


def _percent(share: str | None) -> str:
    return figures.NONE if share is None else render_percent(Fraction(share), _PLACES)


def _gap(share: str | None) -> str:
    if share is None:
        return figures.NONE
    exact = Fraction(share)
    return f"-{render_percent(-exact)}" if exact < 0 else render_percent(exact)


def _whole(value: int | None) -> str:
    return figures.NONE if value is None else str(value)


_Heads = Sequence[tuple[str, int, Align]]
_CONTRACTS: _Heads = (
    ("合同", 10, "l"),
    ("使用单位", 10, "l"),
    ("云服务商", 10, "l"),
    ("约定可用性", 6, "r"),
    ("实测", 8, "r"),
    ("结论", 5, "c"),
    ("事件", 4, "r"),
    ("超时（分钟）", 7, "r"),
    ("拟计违约金（元）", 9, "r"),
    ("已定（元）", 7, "r"),
    ("当月费用（元）", 8, "r"),
    ("交付率", 6, "r"),
    ("未定", 4, "r"),
)
_GROUPS: _Heads = (
    ("单位", 14, "l"),
    ("合同", 4, "r"),
    ("已结/暂定/未结", 8, "c"),
    ("达到/未达到/未知", 9, "c"),
    ("最差差距", 7, "r"),
    ("事件", 7, "r"),
    ("超时（分钟）", 8, "r"),
    ("拟计违约金上限（元）", 10, "r"),
    ("已定（元）", 9, "r"),
    ("当月费用（元）", 10, "r"),
    ("交付率", 6, "r"),
    ("整改未闭环", 6, "r"),
)


def _contract_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    promised = row["availability_promised"]
    return (
        str(row["contract_number"] or row["title"]),
        row["using_unit"],
        row["provider"],
        figures.NONE if promised is None else render_share(Fraction(promised)),
        share_words(row["availability_low"], row["availability_high"]),
        STATES.get(row["availability_state"], figures.NONE),
        _whole(row["incidents"]),
        minutes_words(row["breach_minutes"], row["clocks_open"]),
        penalty_words(row),
        figures.yuan(row["penalty_agreed_fen"]),
        figures.yuan(row["fee_fen"]),
        _percent(row["delivered_share"]),
        _whole(row["open_points"]),
    )


def _group_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["name"],
        str(row["contracts"]),
        f"{row['settled']}/{row['provisional']}/{row['missing']}",
        f"{row['met']}/{row['breached']}/{row['undecided']}",
        _gap(row["worst_gap"]),
        total_words(row["incidents"], "count"),
        total_words(row["breach_minutes"], "count"),
        total_words(row["penalty_high_fen"], "money"),
        total_words(row["penalty_agreed_fen"], "money"),
        total_words(row["fee_fen"], "money"),
        _percent(row["delivered_share"]),
        f"{row['notices_open']}（逾期 {row['notices_overdue']}）",
    )


def _grid(heads: _Heads, rows: list[tuple[str, ...]]) -> Block:
    if not rows:
        return Text("没有合同。")
    return Grid(tuple(Column(*head) for head in heads), tuple(rows), wide=True)


def render_rating_document(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The document as .docx: contracts, providers, agencies, and how each figure is to be read."""
    given = clean_data(data)
    rows = given["rows"]
    missing = sum(row["statement_id"] is None for row in rows)
    provisional = sum(row["provisional"] is True for row in rows)
    sample = sum(bool(row["sample"]) for row in rows)
    month = figures.month(given["month"])
    sheet = Sheet(title="政务云月报月评", number=month)
    sheet.blocks += [
        Text("政务云月报月评", "title"),
        Text(f"月份：{month}", "cover"),
        Text(f"编制：{by}，{render_local(made_at)}", "cover"),
        Text("一、概况", "article"),
        Text(
            f"本月在履行期内的合同 {len(rows)} 份，其中尚无结算单 {missing} 份，结算单暂定 {provisional} 份"
            + (f"，含样例数据 {sample} 份" if sample else "")
            + "。"
        ),
        Text("没有结算单、没有证据或者双方尚未约定的，一律列为未知（—），不按零计，也不参加排名。"),
        Text("实测可用性列出区间的，为双方对合同未明之处尚未约定，两端为各种读法下的最低与最高值。"),
        Text(
            "超时分钟为各事件超出合同时限的时间之和；拟计违约金为结算单所列上下限，已定违约金为各项认定和约定齐备后的数额。"
        ),
        Text("交付率为按量占用的各价目行实际平均用量与合同数量之比（不超过百分之百），以合价加权。"),
        PageBreak(wide=True),
        Text("二、按云服务商", "article"),
        _grid(_GROUPS, [_group_cells(one) for one in given["providers"]]),
        Text("三、按使用单位", "article"),
        _grid(_GROUPS, [_group_cells(one) for one in given["using_units"]]),
        PageBreak(wide=True),
        Text("四、逐份合同", "article"),
        _grid(_CONTRACTS, [_contract_cells(one) for one in rows]),
    ]
    return render_sheet(sheet)


def render_rating_table(data: Mapping[str, Any], *, made_at: datetime, by: str) -> bytes:
    """The contracts as a workbook, a row each: figures stay figures, what is unknown stays empty."""
    heads = (
        Head("合同编号"),
        Head("合同名称"),
        Head("使用单位"),
        Head("云服务商"),
        Head("结算单"),
        Head("约定可用性", "percent"),
        Head("实测（最低）", "percent"),
        Head("实测（最高）", "percent"),
        Head("可用性结论"),
        Head("事件", "int"),
        Head("中断（分钟）", "number"),
        Head("超时（分钟）", "number"),
        Head("未定时钟", "int"),
        Head("拟计违约金下限", "money"),
        Head("拟计违约金上限", "money"),
        Head("已定违约金", "money"),
        Head("当月费用", "money"),
        Head("交付率", "percent"),
        Head("足量行", "int"),
        Head("已知行", "int"),
        Head("未知行", "int"),
        Head("应交报告", "int"),
        Head("逾期报告", "int"),
        Head("整改未闭环", "int"),
        Head("整改逾期", "int"),
        Head("未定之处", "int"),
        Head("样例"),
    )
    rows = (_book_cells(row) for row in clean_data(data)["rows"])
    return render_table(f"月报月评 {data['month']}", heads, rows, made_at=made_at, by=by)


def _book_cells(row: Mapping[str, Any]) -> list[Any]:
    def exact(key: str) -> Fraction | None:
        return None if row[key] is None else Fraction(row[key])

    state = {None: "尚无", True: "暂定", False: "确定"}[row["provisional"]]
    return [
        *(row[key] for key in ("contract_number", "title", "using_unit", "provider")),
        state,
        *(exact(key) for key in ("availability_promised", "availability_low", "availability_high")),
        STATES.get(row["availability_state"]),
        row["incidents"],
        exact("outage_minutes"),
        exact("breach_minutes"),
        row["clocks_open"],
        *(row[key] for key in ("penalty_low_fen", "penalty_high_fen", "penalty_agreed_fen", "fee_fen")),
        exact("delivered_share"),
        *(row[key] for key in ("lines_full", "lines_known", "lines_unknown", "reports_due", "reports_late")),
        *(row[key] for key in ("notices_open", "notices_overdue", "open_points")),
        "样例" if row["sample"] else "",
    ]
