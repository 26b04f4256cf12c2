"""The review of price lines: bundles, numbers, units, counts, repeated and tiny ones, promises without a line."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

from yunqi.contract.clauses.base import Finding, Worth
from yunqi.contract.clauses.price_line.part import stated_total
from yunqi.contract.clauses.price_line.schema import PriceLine
from yunqi.contract.documents import squeeze
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.kernel.money import render_yuan, round_fen
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_TINY = Fraction(1, 10)
_STORAGE = ("storage.normal", "storage.high")
_KINDS = (
    ("漏洞扫描", r"漏扫|漏洞扫描|安全扫描", r"加固"),
    ("安全加固", r"加固", r"漏扫|扫描"),
    ("备份", r"备份", r"杀毒|负载均衡"),
    ("杀毒", r"杀毒|防病毒", r"备份|负载均衡|审计"),
    ("审计", r"审计", r"杀毒|负载均衡"),
    ("负载均衡", r"负载均衡", r"杀毒|审计"),
)
_TITLES = {"漏洞扫描": "加固", "安全加固": "扫描"}


def check_lines(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Bundles, repeated numbers, unknown items, counts within a name."""
    covered = [line for line in contract.price_lines if line.bundle is not None]
    for number in sorted({line.bundle for line in covered if line.bundle is not None}):
        rows = [line for line in covered if line.bundle == number]
        head = next((line for line in contract.price_lines if line.no == number), None)
        total = head.total_fen if head is not None else None
        yield find_by(
            "price.bundle",
            [line.source for line in contract.price_lines if line.no == number or line in rows],
            worth=None
            if total is None
            else Worth(fen_low=0, fen_high=total, words=_("其中一项的费用，在零与整个合价之间")),
            number=number,
            rows="、".join(str(line.no) for line in rows),
            count=len(rows) + 1,
        )
    written = [line.label or str(line.no) for line in contract.price_lines]
    repeated = [number for number, times in Counter(written).items() if times > 1]
    if repeated and not _begins_again(written):
        yield find_by(
            "price.number_repeated",
            [line.source for line, number in zip(contract.price_lines, written, strict=True) if number in repeated],
            numbers="、".join(map(str, repeated)),
        )
    unnamed = [line for line in contract.price_lines if line.item is None]
    if unnamed:
        yield find_by("price.item_unknown", [line.source for line in unnamed], rows=_rows(unnamed))
    for line in contract.price_lines:
        counts = [value for name, value in line.parameters.items() if name.endswith("_certificates")]
        if counts and line.quantity is not None and Fraction(line.quantity) != sum(counts):
            yield find_by("price.count_differs", [line.source], number=line.no, sum=sum(counts), quantity=line.quantity)


def _rows(lines: list[PriceLine]) -> str:
    return "、".join(str(line.no) for line in lines)


def check_units(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Units that are missing, all or some, and units that are a price's."""
    lines = contract.price_lines
    if not lines:
        return
    without = [line for line in lines if line.unit is None and line.bundle is None]
    if len(without) == len([line for line in lines if line.bundle is None]) and any(line.unit_price for line in lines):
        yield find_by("price.no_units", [lines[0].source])
    elif without and len(without) < len(lines):
        yield find_by("price.unit_missing", [line.source for line in without], rows=_rows(without))
    for line in lines:
        match = re.search(r"元/([A-Za-z\u4e00-\u9fff]{1,4})", squeeze(f"{line.unit or ''} {line.source.text}"))
        if match is not None and line.unit_price is None:
            yield find_by("price.unit_is_price", [line.source], unit=f"元/{match[1]}", right=match[1])
            break


def check_repeated_items(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The same item in two lines; a price so low that rounding changes the sum; a backup that can't hold the data."""
    by_item: dict[str, list[PriceLine]] = {}
    for line in contract.price_lines:
        if line.item is not None and line.bundle is None and not line.item.startswith(("crypto.", "other.")):
            by_item.setdefault(line.item, []).append(line)
    for lines in by_item.values():
        names = {_bare(line.name) for line in lines}
        if len(lines) > len(names):
            yield find_by("price.item_repeated", [line.source for line in lines], rows=_rows(lines))
    for line in contract.price_lines:
        if line.unit_price is not None and 0 < Fraction(line.unit_price) < _TINY and line.quantity is not None:
            rounded = round_fen(Fraction(line.unit_price) * Fraction(line.quantity) * 100)
            yield find_by(
                "price.tiny",
                [line.source],
                worth=Worth(fen_low=rounded, fen_high=line.total_fen, words=_("该行的金额")),
                number=line.no,
                price=line.unit_price,
            )
    stored = [line for line in contract.price_lines if line.item in _STORAGE]
    backup = [line for line in contract.price_lines if line.item == "storage.backup"]
    if stored and backup and all(line.quantity and _in_gigabytes(line) for line in (*stored, *backup)):
        storage = sum(Fraction(line.quantity or 0) for line in stored)
        space = sum(Fraction(line.quantity or 0) for line in backup)
        if space < storage:
            price = backup[0].unit_price
            yield find_by(
                "price.backup_below_storage",
                [line.source for line in (*backup, *stored)],
                worth=None
                if price is None
                else Worth(
                    fen_high=round_fen((storage - space) * Fraction(price) * 100 * _count(backup[0])),
                    words=_("按备份单价补足的费用"),
                ),
                backup=space,
                storage=storage,
                short=storage - space,
            )


def _count(line: PriceLine) -> int:
    return line.periods.count if line.periods is not None else 1


def _in_gigabytes(line: PriceLine) -> bool:
    return line.unit is None or re.search(r"T", line.unit, re.IGNORECASE) is None


def _bare(name: str) -> str:
    return re.sub(r"[\s\-—()（）]|服务", "", squeeze(name))


def check_descriptions(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """A line whose description tells of another service than its name."""
    for line in contract.price_lines:
        name = squeeze(line.name)
        rest = squeeze(line.source.text).replace(name, "", 1)
        for kind, own, other in _KINDS:
            if (
                re.search(own, name)
                and not re.search(other, name)
                and re.search(other, rest)
                and not re.search(own, rest)
            ):
                words = re.search(other, rest)
                yield find_by(
                    "price.swapped_description",
                    [line.source],
                    worth=None if line.total_fen is None else Worth(fen_high=line.total_fen, words=_("该行的金额")),
                    number=line.no,
                    name=line.name,
                    other=_TITLES.get(kind, words[0] if words is not None else kind),
                )
                break


def check_unpriced(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Services that the text promises without a line, and lines that no sentence speaks of."""
    promised = [service for service in contract.unpriced_services if service.item is not None]
    if promised and contract.price_lines:
        yield find_by(
            "price.body_without_line",
            [service.source for service in promised],
            names="、".join(dict.fromkeys(service.name for service in promised)),
        )


def _begins_again(numbers: list[str]) -> bool:
    """Whether each table, or each group, counts from one."""
    return numbers.count("1") > 1 and all(
        number == "1" or not number.isdecimal() or int(number) == int(before) + 1
        for before, number in itertools.pairwise(number for number in numbers if number.isdecimal())
    )


def check_products(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Unit price by quantity by periods gives the line's total."""
    months = contract.term.months
    for line in contract.price_lines:
        stated = stated_total(line)
        if line.unit_price is None or line.quantity is None or stated is None:
            continue
        product = Fraction(line.unit_price) * Fraction(line.quantity) * 100
        factors = {1, *([line.periods.count] if line.periods is not None else []), *([months] if months else [])}
        product *= Fraction(line.discount or 1)
        if all(round_fen(product * factor) != stated for factor in factors) and line.net_total_fen is None:
            exact = round_fen(product * _count(line)) if line.product_fen is None else line.product_fen
            yield find_by(
                "price.line_product",
                [line.source],
                worth=Worth(fen_low=abs(exact - stated), fen_high=abs(exact - stated), words=_("两个数之差")),
                number=line.no,
                exact=render_yuan(exact),
                amount=render_yuan(stated),
                price=line.unit_price,
            )


LINE_CHECKS: tuple[Check, ...] = (
    check_lines,
    check_units,
    check_repeated_items,
    check_descriptions,
    check_products,
    check_unpriced,
)
