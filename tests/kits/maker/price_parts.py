"""The price table in many forms, with the truth of its lines and of its total."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tests.kits.maker.draft import Draft
from tests.kits.maker.facts import Line, line_truth

from yunqi.kernel.money import decimal_text, render_yuan

TITLES: dict[str, tuple[str, ...]] = {
    "no": ("序号",),
    "group": ("服务类别", "服务分类", "类别"),
    "name": ("服务项", "服务内容", "服务名称", "分项名称", "产品名称"),
    "spec": ("技术参数", "规格说明", "服务说明", "描述"),
    "unit": ("单位", "计量单位", "计费单位"),
    "price": ("单价（元）", "含税单价（元）", "综合单价（元）", "单价(元)"),
    "month_price": ("月单价（元）", "单价（元/月）", "单价（元）"),
    "year_price": ("年单价（元）", "单价（元/年）"),
    "quantity": ("数量", "采购数量", "租用数量"),
    "periods": ("周期", "服务周期", "计费周期"),
    "months": ("月数", "租用月数", "服务期（月）"),
    "discount": ("折扣", "折扣率", "优惠折扣"),
    "total": ("合价（元）", "总价（元）", "小计（元）", "金额（元）"),
    "note": ("备注",),
}  # fmt: skip


def write_price_table(
    d: Draft, lines: list[Line], columns: Sequence[str], *, subtotals: bool = False, total_row: bool = True
) -> None:
    """The price table with the named columns, and the truth of its lines and of its total."""
    header = [d.pick(*TITLES[column]) for column in columns]
    rows: list[list[str]] = [header]
    merges: list[tuple[int, int, int, int]] = []
    commas = d.maybe(0.4)
    priced = any(line.price is not None for line in lines)
    opened: tuple[str, int] | None = None
    group_total = 0
    for index, line in enumerate(lines):
        if "unit" not in columns:
            line.unit = ""
        first = opened is None or opened[0] != line.item.group
        if first:
            opened = (line.item.group, len(rows))
            group_total = 0
        rows.append([_cell(d, line, column, first, commas) for column in columns])
        group_total += line.total_fen or 0
        last = index + 1 == len(lines) or lines[index + 1].item.group != line.item.group
        if last and opened is not None:
            if "group" in columns and len(rows) - 1 > opened[1]:
                at = columns.index("group")
                merges.append((opened[1], at, len(rows) - 1, at))
            if subtotals and len(rows) - opened[1] > 1:
                rows.append(
                    [
                        "小计"
                        if at == (1 if columns[0] == "no" else 0)
                        else _yuan(group_total, commas)
                        if column == "total"
                        else ""
                        for at, column in enumerate(columns)
                    ]
                )
    heads = {line.bundle for line in lines if line.bundle is not None}
    for head in heads:
        members = [at for at, line in enumerate(lines, start=1) if head in (line.no, line.bundle)]
        places = [
            columns.index(name)
            for name in ("price", "month_price", "year_price", "quantity", "total")
            if name in columns
        ]
        merges.extend((members[0], at, members[-1], at) for at in places)
    if priced and total_row:
        total = sum(line.total_fen or 0 for line in lines)
        word = d.pick("合计", "总计", "总价", "合计（元）")
        rows.append(
            [
                word if at == 0 else _yuan(total, commas) if column == "total" else ""
                for at, column in enumerate(columns)
            ]
        )
        merges.append((len(rows) - 1, 0, len(rows) - 1, list(columns).index("total") - 1))
        d.truth["table_total_fen"] = total
    d.table(rows, merges if not subtotals else [])
    d.truth["price_lines"] = [line_truth(line) for line in lines]


def _cell(d: Draft, line: Line, column: str, first: bool, commas: bool) -> str:
    covered = line.bundle is not None
    price = line.price
    if column == "no":
        return str(line.no)
    if column == "group":
        return line.item.group if first else ""
    if column == "name":
        return line.name
    if column in {"spec", "note"}:
        return line.note
    if column == "unit":
        return line.unit
    if column == "quantity":
        return "" if covered else decimal_text(line.quantity)
    if column in {"price", "month_price", "year_price"}:
        return "" if covered or price is None else f"{price:f}" if price % 1 else f"{price:.0f}"
    if column == "periods":
        words = {"month": f"{line.count}个月", "run": f"{line.count}次", "year": f"{line.count}年", "once": "一次性"}
        return words[line.period or ""]
    if column == "months":
        return str(line.count)
    if column == "discount":
        share = line.discount or Decimal(1)
        return f"{share.scaleb(2).normalize():f}%"
    return "" if covered or line.total_fen is None else _yuan(line.total_fen, commas)


def _yuan(fen: int, commas: bool) -> str:
    words = render_yuan(fen)
    words = words if commas else words.replace(",", "")
    return words.removesuffix(".00")


def write_price_prose(d: Draft, lines: list[Line]) -> None:
    """The price lines as parts of an item, without a table."""
    for line in lines:
        fee = "" if line.total_fen is None else _yuan(line.total_fen, commas=False)
        price = f"{line.price:f}" if line.price is not None else ""
        per = {"month": "月", "run": "次", "year": "年"}.get(line.period or "", "")
        unit = line.unit.removeprefix("1")
        span = {"month": f"服务{line.count}个月", "run": f"共{line.count}次", "year": f"服务{line.count}年"}.get(
            line.period or "", ""
        )
        d.sub(
            f"{line.name}：数量{decimal_text(line.quantity)}{unit}，单价{price}元/{unit}/{per}，{span}，合价{fee}元；"
        )
    d.truth["price_lines"] = [line_truth(line) for line in lines]
