"""The annexes of a drafted contract: everything that the data holds in lists, each list a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.clauses import code_words as words
from yunqi.contract.clauses.code_words import BLANK, NONE, say_duration, say_share
from yunqi.contract.clauses.critical_breach.register import MAIN_RESPONSIBLE
from yunqi.contract.clauses.obligation.register import FORBIDDEN
from yunqi.contract.draft.blocks import Align, Block, Column, Grid, Text
from yunqi.contract.draft.breaches import breaches_of
from yunqi.contract.draft.parameter_words import say_parameters
from yunqi.contract.draft.scores import credits_of, deductions_of, score_bands_of
from yunqi.kernel.money import render_daxie, render_yuan

Data = Mapping[str, Any]
Heads = Sequence[tuple[str, int, Align]]
Annex = tuple[str, str, list[Block]]
"""Kind, title, blocks."""
_KEPT = frozenset(["提交情形", "事件类型", "发生次数", "责任认定", "目录项", "服务内容", "指标值"])


def annexes_of(data: Data) -> list[Annex]:
    """The annexes in order; one that the data has nothing for is left out."""
    penalties = data.get("penalties") or {}
    found: list[Annex] = []
    for kind, title, blocks in (
        ("prices", "分项价格表", _prices(data)),
        ("baseline", "基础保障清单", _baseline(data)),
        ("unpriced", "不另计价事项清单", _unpriced(data)),
        ("levels", "服务级别协议（SLA）", _levels(data)),
        ("kpis", "绩效目标表", _kpis(data)),
        ("obligations", "双方义务清单", _obligations(data)),
        ("deliverables", "成果清单", _deliverables(data)),
        *_breach_tables(penalties),
        ("breaches", "其他违约金表", breaches_of(penalties)),
        ("deductions", "考核扣分表", deductions_of(penalties)),
        ("score_bands", "考核得分与费用支付表", score_bands_of(penalties)),
        ("credits", "可用性赔付表", credits_of(penalties)),
        ("secrecy", "保密协议", _secrecy(data)),
    ):
        made = list(blocks)
        if made:
            found.append((kind, title, made))
    return found


def _grid(
    heads: Heads, rows: Sequence[tuple[str, ...]], *, wide: bool = False, kept: frozenset[str] = _KEPT
) -> Iterator[Block]:
    """The table; a column in which nothing stands is left out, unless the table is known by it."""
    if not rows:
        return
    shown = [
        index
        for index, head in enumerate(heads)
        if head[0] in kept or any(row[index] not in {NONE, ""} for row in rows)
    ]
    yield Grid(
        tuple(Column(*heads[index]) for index in shown),
        tuple(tuple(row[index] for index in shown) for row in rows),
        wide,
    )


def _text(value: object) -> str:
    return NONE if value is None or value == "" else str(value)


def _prices(data: Data) -> Iterator[Block]:
    lines = data.get("price_lines") or ()
    if not lines:
        return
    catalogue = load_catalogue()
    priced = any(line.get("unit_price") is not None or line.get("total_fen") is not None for line in lines)
    stated = any(_recognised(line) != line.get("item") for line in lines)
    heads: list[tuple[str, int, Align]] = [
        ("序号", 3, "c"), ("服务类别", 6, "l"), ("服务名称", 13, "l"), ("目录项", 7, "l"), ("单位", 4, "c"),
        ("数量", 6, "r"), ("周期", 5, "c"), ("单价（元）", 7, "r"), ("合价（元）", 9, "r"), ("备注", 9, "l"),
    ]  # fmt: skip
    rows: list[tuple[str, ...]] = []
    for line in lines:
        covered = line.get("bundle") is not None
        item = line.get("item")
        title = catalogue.item(item).title if item in catalogue else item
        note = [*say_parameters(line), *([f"价格已含于第{line['bundle']}项"] if covered else [])]
        gap = NONE if covered else BLANK
        rows.append(
            (
                str(line["no"]),
                _text(line.get("group")),
                line["name"],
                _text(title),
                _text(line.get("unit")),
                line["quantity"] if line.get("quantity") is not None else gap,
                _periods(line.get("periods")),
                line["unit_price"] if line.get("unit_price") is not None else gap,
                render_yuan(line["total_fen"]) if line.get("total_fen") is not None else gap,
                "；".join(note),
            )
        )
    total = data.get("table_total_fen")
    if total is not None:
        rows.append(("合计", "", "", "", "", "", "", "", render_yuan(total), ""))
    drop = {
        index for index, head in enumerate(heads) if head[0] in ({"单价（元）", "合价（元）"} if not priced else set())
    }
    if not stated:
        drop.add(3)
    kept = [index for index in range(len(heads)) if index not in drop]
    yield from _grid([heads[index] for index in kept], [tuple(row[index] for index in kept) for row in rows], wide=True)
    if total is not None:
        yield Text(f"表内合价之和的大写：{render_daxie(total)}。", "plain")


def _recognised(line: Data) -> str | None:
    codes = load_catalogue().recognise(line["name"], f"{line.get('group') or ''}-{line['name']}")
    return codes[0] if len(codes) == 1 else None


def _periods(periods: Data | None) -> str:
    if not periods:
        return NONE
    return f"{periods['count']}{ {'month': '个月', 'run': '次', 'year': '年'}.get(periods['unit'], '期') }"


def _baseline(data: Data) -> Iterator[Block]:
    heads: Heads = (("服务类别", 6, "l"), ("服务项目", 8, "l"), ("服务内容", 16, "l"), ("技术参数", 6, "l"))
    rows = []
    for one in data.get("baseline_services") or ():
        parameters = one.get("parameters") or {}
        said = [
            phrase.format(parameters[key])
            for key, phrase in (("bandwidth_gbit", "{}Gb带宽"), ("accounts", "{}个账号"))
            if key in parameters
        ]
        rows.append((_text(one.get("group")), one["name"], _text(one.get("description")), "，".join(said) or NONE))
    return _grid(heads, rows, kept=_KEPT | {"服务类别"})


def _unpriced(data: Data) -> Iterator[Block]:
    catalogue = load_catalogue()
    rows = []
    for number, one in enumerate(data.get("unpriced_services") or (), start=1):
        item = one.get("item")
        rows.append((str(number), one["name"], _text(catalogue.item(item).title if item in catalogue else item)))
    return _grid((("序号", 3, "c"), ("不另计价服务", 16, "l"), ("目录项", 10, "l")), rows)


def _levels(data: Data) -> Iterator[Block]:
    heads: Heads = (
        ("序号", 3, "c"), ("服务级别指标", 9, "l"), ("考核对象", 6, "c"), ("比较方式", 5, "c"), ("限值", 8, "r"),
        ("计量单位", 5, "c"), ("统计口径", 5, "c"), ("适用条件", 8, "c"), ("考核周期", 5, "c"), ("起算时点", 7, "c"),
    )  # fmt: skip
    rows = []
    for number, one in enumerate(data.get("service_levels") or (), start=1):
        share = one["unit"] == "share"
        rows.append(
            (
                str(number),
                words.METRICS.say(one["metric"]),
                words.OBJECTS.say(one.get("object")),
                words.OPERATORS.say(one["operator"]),
                say_share(one["threshold"]) if share else one["threshold"],
                NONE if share else words.UNITS.say(one["unit"]),
                words.STATISTICS.say(one.get("statistic")),
                words.CONDITIONS.say(one.get("condition")),
                words.WINDOWS.say(one.get("window")),
                words.CLOCK_STARTS.say(one.get("clock_start")),
            )
        )
    return _grid(heads, rows, wide=True)


def _kpis(data: Data) -> Iterator[Block]:
    signs = {">=": "≥", "<=": "≤"}
    rows = [
        (
            str(one["no"]),
            one["name"],
            signs.get(one["operator"], one["operator"]) if one.get("operator") else NONE,
            _text(one.get("value")),
            _text(one.get("unit")),
        )
        for one in data.get("kpis") or ()
    ]
    heads: Heads = (
        ("序号", 3, "c"), ("指标名称", 14, "l"), ("指标性质", 5, "c"), ("指标值", 10, "c"), ("度量单位", 5, "c"),
    )  # fmt: skip
    return _grid(heads, rows)


def _obligations(data: Data) -> Iterator[Block]:
    heads: Heads = (
        ("序号", 3, "c"), ("义务方", 4, "c"), ("义务内容", 24, "l"), ("义务性质", 4, "c"), ("触发情形", 9, "l"),
        ("履行期限", 5, "c"), ("履行频次", 5, "c"), ("履行凭证", 7, "l"),
    )  # fmt: skip
    rows = [
        (
            str(number),
            words.PARTIES.say(one["party"]),
            one["text"],
            FORBIDDEN if one.get("forbidden") else "应为",
            _text(one.get("trigger")),
            say_duration(one.get("deadline")),
            words.FREQUENCIES.say(one.get("frequency")),
            _text(one.get("evidence")),
        )
        for number, one in enumerate(data.get("obligations") or (), start=1)
    ]
    return _grid(heads, rows, wide=True)


def _deliverables(data: Data) -> Iterator[Block]:
    heads: Heads = (
        ("序号", 3, "c"), ("服务阶段", 6, "l"), ("交付成果", 12, "l"), ("提交方", 4, "c"), ("提交情形", 6, "c"),
        ("提交期限", 5, "c"), ("最迟提交", 6, "c"), ("提交频次", 6, "c"), ("证明材料", 11, "l"), ("备注", 6, "l"),
    )  # fmt: skip
    rows = [
        (
            str(number),
            _text(one.get("phase")),
            one["name"],
            words.PARTIES.say(one.get("party") or "provider"),
            words.TRIGGERS.say(one.get("trigger")),
            say_duration(one.get("deadline")),
            words.TRIGGERS.say(one.get("due_by")),
            words.FREQUENCIES.say(one.get("frequency")),
            _text(one.get("evidence")),
            _text(one.get("note")),
        )
        for number, one in enumerate(data.get("deliverables") or (), start=1)
    ]
    return _grid(heads, rows, wide=True)


def _breach_tables(penalties: Data) -> Iterator[tuple[str, str, Iterator[Block]]]:
    """The annexes of critical, severe and minor breaches in the order in which the data has them."""
    titles = {"critical": "重大违约情形表", "severe": "严重违约情形表", "minor": "一般违约情形表", "": "违约情形表"}
    formulas = list(penalties.get("formulas") or ()) or [one for one in [penalties.get("formula")] if one]
    rows = list(penalties.get("coefficients") or ())
    order = [str(one.get("table") or "") for one in (*formulas, *rows)]
    if penalties.get("critical"):
        order.insert(0, "critical")
    for table in dict.fromkeys(order):
        yield table or "unplaced", titles.get(table, table), _breach_table(penalties, formulas, rows, table)


def _breach_table(penalties: Data, formulas: list[Data], rows: list[Data], table: str) -> Iterator[Block]:
    if table == "critical":
        yield from _critical(penalties)
    heads: Heads = (("序号", 3, "c"), ("违约情形", 26, "l"), ("计算系数", 6, "r"))
    yield from _grid(
        heads,
        [
            (str(one["no"]), one["text"], say_share(one["coefficient"]))
            for one in rows
            if str(one.get("table") or "") == table
        ],
    )
    for formula in formulas:
        if str(formula.get("table") or "") == table:
            yield Text(formula["text"], "plain")


def _critical(penalties: Data) -> Iterator[Block]:
    heads: Heads = (
        ("序号", 3, "c"), ("事件级别", 4, "c"), ("事件类型", 5, "c"), ("影响范围", 8, "l"), ("认定条件", 20, "l"),
        ("持续时间", 6, "c"), ("发生次数", 6, "c"), ("责任认定", 5, "c"),
    )  # fmt: skip
    rows = []
    for number, one in enumerate(penalties.get("critical") or (), start=1):
        lasts, count = one.get("duration"), one.get("count")
        window = {"year": "一年内", "term": "服务期内"}.get(str((count or {}).get("window")), "")
        over = (lasts or {}).get("operator") == ">"
        rows.append(
            (
                str(number),
                f"{one['level']}级" if one.get("level") else BLANK,
                words.BREACH_TYPES.say(one.get("type")),
                _text(one.get("object")),
                one["text"],
                NONE if not lasts else f"{'超过' if over else ''}{say_duration(lasts)}{'' if over else '及以上'}",
                NONE if not count else f"{window}{count['count']}次及以上",
                MAIN_RESPONSIBLE if one.get("provider_responsible") else NONE,
            )
        )
    return _grid(heads, rows, wide=True)


def _secrecy(data: Data) -> Iterator[Block]:
    found = data.get("confidentiality") or {}
    if found.get("annex_return"):
        yield Text("1. 甲方要求归还涉密资料的，乙方立即归还，不留存副本。")
    if found.get("annex_term_length"):
        yield Text(f"2. 保密期限为{say_duration(found['annex_term_length'])}，自本合同终止之日起计算。")
