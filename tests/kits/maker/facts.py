"""The facts of one contract before any word is written: who, when, which systems, which lines at which price."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.kits.maker.words import (
    AUTHORITIES,
    CITIES,
    FIRM_NAMES,
    FIRMS,
    ITEMS,
    OFFICES,
    SUPERVISORS,
    SYSTEM_KINDS,
    SYSTEM_STEMS,
    Item,
)  # fmt: skip

from yunqi.kernel.money import decimal_text, round_fen


@dataclass
class Line:
    """A price line: price in yuan per period, `count` periods of `period` (None: the price is for the whole term)."""

    no: int
    item: Item
    name: str
    unit: str
    price: Decimal | None
    quantity: Decimal
    count: int | None
    period: str | None
    parameters: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    bundle: int | None = None
    discount: Decimal | None = None

    @property
    def total_fen(self) -> int | None:
        """The line's total."""
        if self.price is None or self.bundle is not None:
            return None
        exact = Fraction(self.price) * Fraction(self.quantity) * (self.count or 1) * 100
        return round_fen(exact * Fraction(self.discount) if self.discount is not None else exact)


@dataclass
class Facts:
    """What a layout writes down."""

    city: str
    using_unit: str
    provider: str
    administration: str
    supervisor: str
    number: str
    project: str
    title: str
    signed_on: date
    start_on: date
    end_on: date
    months: int
    systems: list[str]


def draw_facts(pick: random.Random) -> Facts:
    """The parties, dates and systems."""
    city = pick.choice(CITIES)
    unit = f"{city}市{pick.choice(OFFICES)}"
    provider = f"{pick.choice(FIRM_NAMES)}{pick.choice(FIRMS).format(city=city)}"
    year = pick.randint(2023, 2028)
    signed = date(year, pick.randint(1, 12), pick.randint(1, 28))
    months = pick.choice((12, 12, 12, 12, 6, 24, 36, 9))
    start = pick.choice(
        (signed + timedelta(days=pick.randint(1, 40)), date(year + signed.month // 12, signed.month % 12 + 1, 1))
    )
    index = start.month - 1 + months
    end = date(start.year + index // 12, index % 12 + 1, min(start.day, 28)) - timedelta(days=1)
    if start.day > 28:
        start = start.replace(day=28)
    project = f"{city}市{pick.choice(('', str(year) + '年'))}政务云{pick.choice(('资源租用', '服务', '云计算服务', '租赁服务'))}{pick.choice(('采购', ''))}项目"
    stems = pick.sample(SYSTEM_STEMS, pick.randint(3, 12))
    return Facts(
        city=city,
        using_unit=unit,
        provider=provider,
        administration=f"{city}市{pick.choice(AUTHORITIES)}",
        supervisor=f"{city}市{pick.choice(SUPERVISORS)}",
        number=_number(pick, year),
        project=project,
        title=f"{project}{pick.choice(('合同', '服务合同', '政府采购合同', '合同书'))}",
        signed_on=signed,
        start_on=start,
        end_on=end,
        months=months,
        systems=[f"{stem}{pick.choice(SYSTEM_KINDS)}" for stem in stems],
    )


def _number(pick: random.Random, year: int) -> str:
    serial = pick.randint(1, 9999)
    return pick.choice(
        (
            f"ZWY-{year}-{serial:04d}",
            f"HT{year}{serial:05d}",
            f"{pick.choice('ABCDEFG')}{pick.choice('HJKLM')}CG{year}{pick.randint(1, 12):02d}{serial:03d}",
            f"YZC〔{year}〕{serial}号",
            f"{year}-{serial:03d}-FW",
            f"ZFCG（{year}）第{serial:04d}号",
        )
    )


def draw_lines(
    pick: random.Random,
    months: int,
    *,
    period: str,
    least: int = 6,
    most: int = 26,
    grouped: bool = True,
    discounts: bool = False,
    bundles: bool = False,
    note_parameters: bool = False,
) -> list[Line]:
    """Price lines; `period`: month, year, term, mixed (month and run) or none (quantities alone)."""
    chosen = pick.sample(ITEMS, pick.randint(least, most))
    if grouped:
        groups = list(dict.fromkeys(item.group for item in chosen))
        chosen.sort(key=lambda item: groups.index(item.group))
    if bundles:
        crypto = [item for item in ITEMS if item.group == "密码服务"][: pick.randint(2, 4)]
        chosen = [item for item in chosen if item.group != "密码服务"] + crypto
    lines = [
        _draw_line(pick, item, no, months, period, discounts, note_parameters)
        for no, item in enumerate(chosen, start=1)
    ]
    if bundles:
        head = next(line for line in lines if line.item.group == "密码服务")
        for line in lines[lines.index(head) + 1 :]:
            line.bundle = head.no
    return lines


def _draw_line(
    pick: random.Random, item: Item, no: int, months: int, period: str, discounts: bool, note_parameters: bool
) -> Line:
    fen = pick.randint(*item.price)
    own = period
    if period == "mixed":
        own = "run" if item.runs else "month"
    elif period == "once":
        own = (
            pick.choice(("month", "year"))
            if item.code.startswith(("compute", "storage", "network", "software"))
            else "once"
        )
    count: int | None = {"month": months, "run": pick.choice((2, 4, 6, 8, 12)), "year": max(1, months // 12)}.get(own)
    if own == "once":
        count = 1
    if own in {"term", "once"}:
        fen *= months
    elif own == "year":
        fen *= 12
    if fen > 20000:
        fen -= fen % pick.choice((1, 10, 100))
    name = pick.choice(item.names)
    words, parameters = "", {}
    if item.parameters and (pick.random() < 0.7 or item.parameters[0][0] == ""):
        form, stated = pick.choice(item.parameters)
        low = pick.choice((1000, 2000, 3000, 5000))
        values = {
            "ghz": pick.choice(("2.1", "2.2", "2.4", "2.5", "2.6")), "mem": pick.choice((64, 128, 256, 512)),
            "low": low, "high": low * pick.choice((3, 4, 5)), "rate": pick.choice((5000, 8000, 10000, 20000)),
        }  # fmt: skip
        words = form.format(**values)
        for pair in stated.format(**values).split(","):
            key, value = pair.split("=")
            parameters[key] = int(value) if value.isdecimal() else value
    note = ""
    if words and note_parameters:
        note = words
    elif words:
        name = f"{name}（{words}）"
    quantity = Decimal(pick.randint(*item.quantity))
    if item.code == "storage.object" and pick.random() < 0.5:
        quantity += Decimal(pick.randint(1, 99)).scaleb(-2)
    return Line(
        no=no,
        item=item,
        name=name,
        unit=pick.choice(item.units),
        price=Decimal(fen).scaleb(-2) if own != "none" else None,
        quantity=quantity,
        count=count,
        period={"month": "month", "run": "run", "year": "year", "once": "once"}.get(own),
        parameters=parameters,
        note=note,
        discount=Decimal(pick.choice((95, 90, 88, 85))).scaleb(-2) if discounts else None,
    )


def line_truth(line: Line) -> dict[str, Any]:
    """The line as contract data. A unit such as 1核 is the unit 核."""
    price = line.price
    result = {
        "no": line.no,
        "item": line.item.code,
        "name": line.name,
        "unit": re.sub(r"^1(?=\D)", "", line.unit) if line.unit else None,
        "unit_price": decimal_text(price) if price is not None and line.bundle is None else None,
        "quantity": decimal_text(line.quantity) if line.bundle is None else None,
        "periods": {"count": line.count, "unit": line.period} if line.period is not None and line.count else None,
        "total_fen": line.total_fen,
        "parameters": line.parameters,
        "bundle": line.bundle,
    }
    if line.discount is not None:
        result["discount"] = decimal_text(line.discount)
    if line.period == "once":
        del result["periods"]  # 一次性 may stand as no period or as one
    return result
