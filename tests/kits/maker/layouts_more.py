"""Further layouts: a county's small contract, prices in prose, a delta city's tables, a basin city's articles in one line,
quantities with tables of events."""

from __future__ import annotations

import random

from tests.kits.maker.begin import begin, read_total, write_services
from tests.kits.maker.draft import Draft
from tests.kits.maker.facts import Facts, draw_lines
from tests.kits.maker.level_parts import (
    write_acceptance,
    write_baseline,
    write_exit,
    write_general,
    write_levels,
    write_secrecy,
)
from tests.kits.maker.money_parts import (
    write_bond,
    write_front,
    write_instalments,
    write_roles,
    write_signature,
    write_systems,
    write_term,
    write_total,
)
from tests.kits.maker.penalty_parts import (
    write_cases,
    write_coefficients,
    write_critical,
    write_daily,
    write_offset,
    write_penalty_table,
)
from tests.kits.maker.price_parts import write_price_prose, write_price_table
from tests.kits.maker.prose_parts import write_prose_penalties


def make_county(pick: random.Random, f: Facts) -> Draft:
    """A small contract: 一、 with bullets or plain numbers, a handful of lines with one-off charges, short clauses."""
    d = begin(
        pick,
        ("bullets", "chinese_decimal", "chinese"),
        ("plain", "dotted", "padded"),
        ("both", "digits"),
        ("digits", "chinese"),
    )
    write_front(d, f, "plain")
    write_services(d, f, "table")
    lines = draw_lines(pick, f.months, period="once", least=3, most=7, grouped=False)
    write_price_table(d, lines, ("no", "name", "unit", "quantity", "price", "periods", "total"))
    d.article("合同金额")
    write_total(d, read_total(d), tax=False)
    write_term(d, f)
    d.article("付款")
    write_instalments(d, f, read_total(d), "items")
    d.article(d.pick("服务要求", "服务承诺"))
    write_levels(d, "prose")
    d.article("违约责任")
    write_daily(d)
    write_general(d, f)
    write_signature(d, f, d.pick("plain", "columns"))
    return d


def make_prose(pick: random.Random, f: Facts) -> Draft:
    """Without a price table: each line is a part of an item; payment in one sentence."""
    d = begin(pick, ("article", "decimal"), ("plain",), ("both", "digits"), ("digits",))
    write_front(d, f, "plain")
    d.article("服务内容及价格")
    d.item("乙方提供的服务项目和价格如下：")
    lines = draw_lines(pick, f.months, period="month", least=4, most=9, grouped=False)
    write_price_prose(d, lines)
    d.article("合同价款及支付")
    total = sum(line.total_fen or 0 for line in lines)
    write_total(d, total, tax=d.maybe(0.5))
    write_instalments(d, f, total, "prose")
    write_term(d, f)
    d.article("服务水平")
    write_levels(d, "prose")
    write_secrecy(d)
    d.article("违约责任")
    write_daily(d)
    write_cases(d)
    write_general(d, f)
    write_signature(d, f, "plain")
    return d


def make_delta(pick: random.Random, f: Facts) -> Draft:
    """第一条 with 1.1, discounts and subtotals in the price list of an annex, levels and penalties in tables, bond."""
    d = begin(
        pick, ("article_dotted", "decimal"), ("dashed", "plain", "slashed"), ("both", "digits"), ("digits", "both")
    )
    d.annexes = ["服务清单及报价"]
    write_front(d, f, d.pick("table", "titled"))
    write_term(d, f)
    d.article("服务范围")
    write_systems(d, f, "graded")
    lines = draw_lines(pick, f.months, period="month", discounts=d.maybe(0.5), least=8)
    total = sum(line.total_fen or 0 for line in lines)
    write_bond(d, f, total, letter=False)
    d.article("合同价款与支付")
    write_total(d, total, tax=True)
    write_instalments(d, f, total, d.pick("table", "subs"))
    d.article("服务等级要求")
    write_levels(d, "table")
    d.article("违约责任")
    write_penalty_table(d)
    write_offset(d)
    write_acceptance(d, handed=d.maybe(0.5))
    write_exit(d)
    write_secrecy(d)
    write_general(d, f)
    write_signature(d, f, d.pick("table", "plain"))
    d.annex("服务清单及报价")
    columns = ("no", "group", "name", "unit", "month_price", "quantity", "months", "total")
    if lines[0].discount is not None:
        columns = ("no", "group", "name", "unit", "month_price", "quantity", "months", "discount", "total")
    write_price_table(d, lines, columns, subtotals=d.maybe(0.5))
    return d


def make_basin(pick: random.Random, f: Facts) -> Draft:
    """Articles that begin with their title in the same line, payment before services, yuan a case, a bond."""
    d = begin(pick, ("article", "article_tight"), ("plain", "chinese", "spaced"), ("both",), ("chinese", "both"))
    d.inline = True
    write_front(d, f, d.pick("plain", "titled"))
    write_term(d, f)
    lines = draw_lines(pick, f.months, period=d.pick("month", "year"), grouped=False, least=5, most=16)
    total = sum(line.total_fen or 0 for line in lines)
    d.article(d.pick("合同金额", "合同价款"))
    write_total(d, total, tax=d.maybe(0.5))
    d.article("付款方式")
    write_instalments(d, f, total, d.pick("subs", "items"))
    write_bond(d, f, total, letter=False)
    write_services(d, f, "table")
    write_price_table(d, lines, ("no", "name", "unit", "quantity", "price", "periods", "total"))
    d.article("服务质量")
    write_levels(d, "prose")
    write_acceptance(d, handed=False)
    d.article("违约责任")
    write_cases(d)
    write_prose_penalties(d)
    write_daily(d)
    write_offset(d)
    write_secrecy(d)
    write_general(d, f)
    write_signature(d, f, "plain")
    return d


def make_second(pick: random.Random, f: Facts) -> Draft:
    """Quantities alone with own thresholds of the tables A and B and of the coefficients, and daily rates."""
    d = begin(pick, ("article", "article_dotted"), ("plain", "padded"), ("both",), ("both", "digits"))
    d.annexes = ["重大违约行为表", "严重违约行为表", "一般违约行为表"]
    write_front(d, f, "plain")
    write_roles(d, f)
    write_services(d, f, "table")
    write_price_table(
        d,
        draw_lines(pick, f.months, period="none"),
        d.pick(("no", "group", "name", "unit", "quantity"), ("no", "name", "quantity", "unit", "note")),
    )
    write_baseline(d)
    d.truth["table_total_fen"] = None
    d.article("服务水平")
    write_levels(d, "prose")
    write_term(d, f)
    write_acceptance(d, handed=d.maybe(0.5))
    d.article("费用与支付")
    total = d.random.randint(20_000_000, 900_000_000)
    write_total(d, total, tax=d.maybe(0.3))
    write_instalments(d, f, total, d.pick("subs", "items"))
    d.article("违约责任")
    events = 1, d.pick(2, 3)
    d.item(
        f"发生附件1所列A级事件{events[0]}次的，甲方有权以书面通知的方式解除合同，并要求乙方赔偿损失。",
        f"1年内发生附件1所列B级事件{events[1]}次的，甲方有权以书面通知的方式解除合同，并要求乙方赔偿损失。",
        "其他违约行为按附件2和附件3执行。",
    )
    write_daily(d)
    write_offset(d)
    write_exit(d)
    write_secrecy(d)
    write_general(d, f)
    write_signature(d, f, d.pick("plain", "table"))
    write_critical(d, events)
    write_coefficients(d, "severe")
    write_coefficients(d, "minor")
    return d
