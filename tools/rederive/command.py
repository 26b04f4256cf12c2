"""The command line: 0 all is right, 1 something is not, 2 it could not be checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from .calendar_time import day_of, month_bounds, read_instant
from .compare import Comparison, compare_month
from .findings import Findings, UnreadableError
from .month_case import Elsewhere, gather_texts
from .observed import check_days, missing_days
from .package import Package, open_package
from .refund import check_refunds
from .report import write_json, write_report


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the arguments, checks the export, prints the report; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="rederive", description="核验云契导出的证据，并独立复算结算单（只用 Python 标准库，不与云契共用代码）。"
    )
    parser.add_argument("package", type=Path, metavar="导出包.zip")
    parser.add_argument("--month", action="append", default=[], metavar="YYYY-MM", help="只复算这些月份")
    parser.add_argument("--key", action="append", default=[], metavar="密钥编号", help="您所信任的签名密钥，可多次")
    parser.add_argument("--root", action="append", default=[], metavar="日期=SM3", help="您手中留存的日根，可多次")
    parser.add_argument("--every-version", action="store_true", help="复算每一版结算单，不只最后一版")
    parser.add_argument("--all", action="store_true", help="列出每一项，不只不同的")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    given = parser.parse_args(arguments)
    if any("=" not in one for one in given.root):
        parser.error("--root 应写作 日期=SM3")
    found = Findings()
    try:
        roots = dict(one.split("=", 1) for one in given.root)
        package = open_package(given.package, found, roots, frozenset(given.key))
        made = rederive(package, found, months=given.month, every_version=given.every_version)
    except UnreadableError as error:
        print(f"无法核验：{error}", file=sys.stderr)
        return 2
    if not given.key and not given.root:
        found.note("package.no_trust", "--key", "没有给出您所信任的密钥或留存的日根：整份重写并另签的导出无法识别")
    print(
        write_json(package, made, found) if given.json else write_report(package, made, found, every=given.all), end=""
    )
    if found.wrong or any(one.wrong for one in made):
        return 1
    return 2 if not made or any(one.unchecked for one in made) else 0


def rederive(
    package: Package, found: Findings, *, months: Sequence[str] = (), every_version: bool = False
) -> list[Comparison]:
    """Each statement worked out again and compared; raises `UnreadableError` where what it needs can't be read."""
    check_days(package.ledger, found)
    _check_refunds(package, found)
    made = []
    for row in chosen_statements(package, months, every_version=every_version):
        try:
            elsewhere = settled_elsewhere(package, row)
            texts = gather_texts(package.ledger, package.contract, package.registers, row, elsewhere)
            made.append(compare_month(texts, row))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise UnreadableError(f"{row['month']} 缺少复算所需的内容：{error!r}") from error
        _tell_late(package, row, found)
    return made


def _check_refunds(package: Package, found: Findings) -> None:
    known = min((one["known_at"] for one in package.registers.get("refunds") or ()), default="")
    taken = settled_elsewhere(package, {"month": "", "known_at": known}).taken_fen
    try:
        check_refunds(package.ledger, package.contract, package.registers, taken, found)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise UnreadableError(f"退款缺少复算所需的内容：{error!r}") from error


def chosen_statements(package: Package, months: Sequence[str], *, every_version: bool) -> list[Mapping[str, Any]]:
    """The last version of each month, or all; of the given months, or of all."""
    rows = sorted(package.statements, key=lambda one: (one["month"], one["version"]))
    last = {one["month"]: one["version"] for one in rows}
    return [
        one
        for one in rows
        if (every_version or last[one["month"]] == one["version"]) and (not months or one["month"] in months)
    ]


def settled_elsewhere(package: Package, row: Mapping[str, Any]) -> Elsewhere:
    """What the last statements of the other months, as made when this one was worked out, take and charge, in fen."""
    last: dict[str, Mapping[str, Any]] = {}
    for one in sorted(package.statements, key=lambda one: int(one["version"])):
        if one["month"] != row["month"] and one["made_at"] <= row["known_at"]:
            last[one["month"]] = one
    taken: dict[str, int] = {}
    charged: dict[str, dict[str, int]] = {}
    for one in last.values():
        if one["data"]["provisional"]:
            continue
        for cap in one["data"].get("caps") or ():
            by_month = charged.setdefault(cap["name"], {})
            by_month[one["month"]] = by_month.get(one["month"], 0) + int(cap["counted_fen"])
        for part in one["data"]["offset"]:
            source = part["from"]
            if source in {"last_instalment", "unpaid"}:
                source = f"instalment:{part['note'].lstrip('#')}"
            taken[source] = taken.get(source, 0) + int(part["amount_fen"])
    return Elsewhere(taken, charged)


def _tell_late(package: Package, row: Mapping[str, Any], found: Findings) -> None:
    """Notes what came to be known only after a statement was made, and what was not watched."""
    start, end = month_bounds(row["month"])
    late = [
        one
        for one in package.ledger.facts
        if one["recorded_at"] > row["known_at"] and start <= read_instant(one["at"]) < end
    ]
    late += [
        one
        for results in package.ledger.results.values()
        for one in results
        if one["recorded_at"] > row["known_at"] and start <= read_instant(one["at"]) < end
    ]
    place = f"statement {row['month']} v{row['version']}"
    if late:
        found.note("month.late", place, f"之后又收到关于该月的记录 {len(late)} 条，未计入这一版")
    first, last = day_of(start), date.fromordinal(day_of(end).toordinal()) - timedelta(days=1)
    gaps = missing_days(package.ledger, first, last)
    if gaps:
        found.note("month.gap", place, f"有 {len(gaps)} 个对象日没有任何探测结果，如 {gaps[0]}")
