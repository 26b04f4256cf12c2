"""Layouts after the styles of several cities: order of clauses, numbering, and the form of each clause."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.kits.maker.begin import begin, read_total, write_services
from tests.kits.maker.draft import Draft
from tests.kits.maker.facts import Facts, draw_lines
from tests.kits.maker.layouts_more import make_basin, make_county, make_delta, make_prose, make_second
from tests.kits.maker.level_parts import (
    write_acceptance,
    write_baseline,
    write_exit,
    write_general,
    write_kpis,
    write_levels,
    write_secrecy,
)
from tests.kits.maker.money_parts import (
    write_bond,
    write_front,
    write_guarantee,
    write_instalments,
    write_roles,
    write_signature,
    write_systems,
    write_term,
    write_total,
)
from tests.kits.maker.penalty_parts import (
    start_penalties,
    write_cases,
    write_coefficients,
    write_credits,
    write_critical,
    write_daily,
    write_offset,
    write_scores,
)
from tests.kits.maker.price_parts import write_price_table
from tests.kits.maker.prose_parts import write_prose_penalties


def make_capital(pick: random.Random, f: Facts) -> Draft:
    """Prices for the term, roles, bond with a guarantee, tables of events A and B and of coefficients in annexes."""
    d = begin(
        pick,
        ("article", "article_tight", "article_dotted", "chinese_decimal"),
        ("plain", "padded", "spaced"),
        ("both",),
        ("digits", "both"),
    )
    d.annexes = ["重大违约行为表", "严重违约行为表", "一般违约行为表", "履约保函格式"]
    write_front(d, f, d.pick("plain", "titled"))
    write_roles(d, f)
    write_services(d, f, "table")
    lines = draw_lines(pick, f.months, period="term", bundles=d.maybe(0.5))
    write_price_table(
        d,
        lines,
        d.pick(
            ("no", "name", "price", "quantity", "total"), ("no", "group", "name", "unit", "price", "quantity", "total")
        ),
    )
    write_baseline(d)
    d.article(d.pick("服务水平", "服务质量要求"))
    write_levels(d, "prose")
    write_term(d, f)
    write_acceptance(d, handed=True)
    d.article(d.pick("费用与支付", "合同价款及支付方式"))
    write_total(d, read_total(d), tax=False)
    write_instalments(d, f, read_total(d), "subs")
    write_bond(d, f, read_total(d), letter=True)
    d.article("违约责任")
    events = d.pick(1, 2), d.pick(2, 3, 4)
    d.item(
        f"发生附件1所列A级事件{events[0]}次的，甲方有权解除合同，并要求乙方赔偿损失。",
        f"发生附件1所列B级事件{events[1]}次的，甲方有权解除合同，并要求乙方赔偿损失。",
        "其他违约行为的违约金按附件2和附件3计算。",
    )
    start_penalties(d)
    write_offset(d)
    write_exit(d)
    write_secrecy(d)
    write_general(d, f)
    write_signature(d, f, d.pick("plain", "table"))
    write_critical(d, events)
    write_coefficients(d, "severe")
    write_coefficients(d, "minor")
    write_guarantee(d, f)
    return d


def make_monthly(pick: random.Random, f: Facts) -> Draft:
    """Prices a month and a run, price list in an annex, penalties by day and per cent."""
    d = begin(
        pick,
        ("article", "article_dotted", "circled"),
        ("plain", "spaced", "dashed"),
        ("both", "digits"),
        ("digits", "mixed"),
    )
    d.annexes = ["报价明细表"]
    write_front(d, f, d.pick("plain", "reversed"))
    d.article("合同标的")
    d.item(f"乙方为甲方的信息系统提供{d.pick('政务云资源租用', '政务云')}服务，明细见附件1。")
    write_term(d, f)
    d.article(d.pick("服务要求", "服务标准"))
    write_levels(d, "prose")
    lines = draw_lines(pick, f.months, period="mixed")
    total = sum(line.total_fen or 0 for line in lines)
    d.article(d.pick("合同金额与支付", "合同价款"))
    write_total(d, total, tax=d.maybe(0.5))
    write_instalments(d, f, total, d.pick("items", "prose", "subs"))
    write_acceptance(d, handed=False)
    write_secrecy(d)
    d.article("违约责任")
    write_daily(d)
    if d.maybe(0.5):
        write_offset(d)
    write_general(d, f)
    write_signature(d, f, d.pick("plain", "columns"))
    d.annex("报价明细表")
    write_price_table(d, lines, d.pick(
        ("no", "name", "unit", "price", "quantity", "periods", "total"),
        ("no", "group", "name", "spec", "unit", "quantity", "price", "periods", "total"),
        ("no", "group", "name", "unit", "month_price", "quantity", "periods", "total", "note"),
    ))  # fmt: skip
    return d


def make_figures(pick: random.Random, f: Facts) -> Draft:
    """Quantities without prices, tax split, key figures, two instalments by share."""
    d = begin(pick, ("chinese", "article", "chinese_decimal"), ("plain", "padded"), ("both",), ("digits", "chinese"))
    write_front(d, f, d.pick("plain", "table"))
    write_services(d, f, "table")
    lines = draw_lines(pick, f.months, period="none")
    write_price_table(d, lines, ("no", "group", "name", "unit", "quantity"))
    d.article(d.pick("服务质量与绩效", "服务水平和绩效指标"))
    write_levels(d, "prose")
    write_kpis(d)
    write_term(d, f)
    d.article(d.pick("合同价款及付款方式", "费用及支付"))
    total = d.random.randint(20_000_000, 900_000_000)
    write_total(d, total, tax=True)
    write_instalments(d, f, total, d.pick("items", "subs"))
    write_acceptance(d, handed=d.maybe(0.6))
    write_secrecy(d)
    d.article(d.pick("违约责任", "违约与赔偿"))
    write_daily(d)
    write_general(d, f)
    write_signature(d, f, d.pick("plain", "table", "columns"))
    d.truth["table_total_fen"] = None
    return d


def make_coast(pick: random.Random, f: Facts) -> Draft:
    """Parties in a table, 一、（一） numbering, prices a year, levels in a table, bands of credit."""
    d = begin(
        pick,
        ("chinese", "chinese_decimal"),
        ("plain", "dashed", "slashed", "dotted"),
        ("both", "digits"),
        ("digits", "both"),
    )
    write_front(d, f, "table")
    d.article("项目概况")
    write_systems(d, f, d.pick("table", "graded"))
    write_term(d, f)
    d.article(d.pick("服务清单与费用", "服务内容及价格"))
    lines = draw_lines(pick, f.months, period=d.pick("year", "month"), note_parameters=True)
    price = "year_price" if lines[0].period == "year" else "month_price"
    d.item("服务清单如下：")
    write_price_table(
        d, lines, ("no", "group", "name", "spec", "unit", price, "quantity", "periods", "total"), subtotals=d.maybe(0.4)
    )
    write_total(d, read_total(d), tax=d.maybe(0.6))
    d.article("付款方式")
    write_instalments(d, f, read_total(d), d.pick("table", "items"))
    d.article(d.pick("服务等级", "服务水平协议", "服务质量"))
    write_levels(d, "table")
    d.article(d.pick("违约责任", "服务补偿与违约责任"))
    write_credits(d)
    write_daily(d)
    write_offset(d)
    write_acceptance(d, handed=False)
    write_secrecy(d)
    write_general(d, f)
    write_signature(d, f, "plain")
    return d


def make_score(pick: random.Random, f: Facts) -> Draft:
    """1./1.1 numbering, short, prices a month, deductions from a score, yuan a case."""
    d = begin(pick, ("decimal", "decimal_deep"), ("plain", "dashed"), ("both", "digits"), ("digits",))
    write_front(d, f, d.pick("titled", "reversed"))
    write_term(d, f)
    write_services(d, f, "graded")
    lines = draw_lines(pick, f.months, period="month", least=5, most=14)
    write_price_table(d, lines, ("no", "name", "unit", "quantity", "month_price", "months", "total"))
    d.article(d.pick("合同价款", "合同金额"))
    write_total(d, read_total(d), tax=d.maybe(0.5))
    d.article("支付方式")
    write_instalments(d, f, read_total(d), d.pick("subs", "items", "table"))
    d.article("服务水平")
    write_levels(d, d.pick("table", "prose"))
    d.article(d.pick("服务考核", "考核办法"))
    write_scores(d)
    d.article("违约责任")
    write_cases(d)
    write_prose_penalties(d)
    if d.maybe(0.5):
        write_daily(d)
    write_acceptance(d, handed=False)
    write_secrecy(d)
    write_general(d, f)
    write_signature(d, f, d.pick("plain", "table"))
    return d


LAYOUTS: dict[str, Callable[[random.Random, Facts], Draft]] = {
    "capital": make_capital,
    "monthly": make_monthly,
    "figures": make_figures,
    "coast": make_coast,
    "score": make_score,
    "county": make_county,
    "prose": make_prose,
    "delta": make_delta,
    "basin": make_basin,
    "second": make_second,
}
