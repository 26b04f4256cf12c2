"""What was checked and what is not right, for a person to read, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .compare import FEN, MINUTES, SHARE, Comparison, Line
from .findings import Finding, Findings
from .package import Package

SHOWN = 40


def yuan(fen: Fraction | int) -> str:
    """Yuan with two decimals; what goes on after them is marked, never rounded.

    >>> yuan(484528352), yuan(Fraction(1, 3))
    ('4,845,283.52', '0.00…')
    """
    whole = int(abs(Fraction(fen)))
    sign, more = "-" if fen < 0 else "", "…" if abs(fen) != whole else ""
    return f"{sign}{whole // 100:,}.{whole % 100:02d}{more}"


def _shown(line: Line, value: str) -> str:
    try:
        number = Fraction(value)
    except ValueError:
        return value
    if line.unit == FEN:
        return f"{yuan(number)} 元"
    if line.unit == SHARE:
        scaled = int(number * 10**8)
        return f"{scaled // 10**6}.{scaled % 10**6:06d}%" + ("" if scaled == number * 10**8 else "…")
    if line.unit == MINUTES or number.denominator != 1:
        cut = int(number * 10**4)
        return f"{cut // 10**4}.{cut % 10**4:04d}" + ("" if cut == number * 10**4 else "…")
    return value


def write_report(package: Package, made: Sequence[Comparison], found: Findings, *, every: bool) -> str:
    """The report in Chinese; `every`: with all figures, not only those that differ."""
    ledger = package.ledger
    results = sum(len(one) for one in ledger.results.values())
    counted = f"事实 {len(ledger.facts)} 条，判定日 {len(ledger.days)} 个，原始探测结果 {results} 条，"
    counted += f"签名日根 {len(ledger.roots)} 个，未封存 {ledger.unsealed} 条，已封存而未签名 {ledger.unsigned} 条"
    lines = [
        "独立复核报告",
        f"合同：{ledger.head.get('number') or ledger.contract} {ledger.head.get('title') or ''}",
        f"导出时间：{package.made_at}",
        f"证据：{counted}",
        "签名密钥：" + ("、".join(ledger.keys) or "无"),
        "",
    ]
    lines += _list("一、证据不对之处", found.wrong, found.dropped)
    for one in made:
        lines += _of_month(one, every=every)
    lines += _list("需要知道的", found.notes, 0)
    wrong = len(found.wrong) + found.dropped + sum(len(one.wrong) for one in made)
    unchecked = sum(len(one.unchecked) for one in made)
    if wrong:
        lines.append(f"结论：有 {wrong} 处不对。")
    elif unchecked or not made:
        lines.append("结论：证据未发现不对，但结算单未能全部复算。")
    else:
        some = sum(bool(one.sampled) for one in made)
        left = f"其中 {some} 张的违约金组合过多，只核对了部分组合均在所示范围之内。" if some else ""
        lines.append(f"结论：证据完整，{len(made)} 张结算单逐项复算，分毫不差。{left}")
    return "\n".join(lines) + "\n"


def _list(title: str, findings: Sequence[Finding], more: int) -> list[str]:
    if not findings:
        return []
    lines = [title, *(f"  {one.place}：{one.words} [{one.code}]" for one in findings[:SHOWN])]
    left = len(findings) - SHOWN + more
    return [*lines, *([f"  另有 {left} 处"] if left > 0 else []), ""]


def _of_month(made: Comparison, *, every: bool) -> list[str]:
    kind = "暂定" if made.provisional else "正式"
    lines = [f"{made.month} 结算单第 {made.version} 版（{kind}）：复算 {len(made.lines)} 项，不同 {len(made.wrong)} 项"]
    for line in made.lines if every else made.wrong:
        mark = "  " if line.agrees else "✗ "
        text = f"  {mark}{line.label}：复算 {_shown(line, line.here)}，结算单 {_shown(line, line.stated)}"
        difference = "" if line.agrees or not line.difference else f"，差 {_shown(line, line.difference)}"
        lines.append(f"{text}{difference} [{line.name}]")
    if made.open_codes:
        lines.append("  仍会改变金额的未定事项：" + "、".join(made.open_codes))
    if made.sampled:
        lines.append(f"  违约金的组合过多，未逐一试算：试算 {made.sampled} 种，核对其是否都在所示范围之内")
    if made.unchecked:
        lines.append("  未定事项过多，未能逐一试算：" + "、".join(made.unchecked))
    if every and made.worth_fen:
        lines.append("  按实际用量和单价折算（供参考，不是结算金额）：")
        lines += [f"    价目行 {no}：{yuan(fen)} 元" for no, fen in made.worth_fen]
    return [*lines, ""]


def write_json(package: Package, made: Sequence[Comparison], found: Findings) -> str:
    """The same as JSON."""
    value: dict[str, Any] = {
        "contract": package.ledger.contract,
        "made_at": package.made_at,
        "keys": sorted(package.ledger.keys),
        "roots": package.ledger.root_hashes,
        "facts": len(package.ledger.facts),
        "findings": [one.__dict__ for one in found.wrong],
        "more_findings": found.dropped,
        "notes": [one.__dict__ for one in found.notes],
        "statements": [
            {
                "month": one.month,
                "version": one.version,
                "provisional": one.provisional,
                "open": list(one.open_codes),
                "unchecked": one.unchecked,
                "sampled": one.sampled,
                "lines": [
                    {
                        "name": line.name,
                        "label": line.label,
                        "here": line.here,
                        "stated": line.stated,
                        "agrees": line.agrees,
                        "difference": "0" if line.agrees else line.difference,
                    }
                    for line in one.lines
                ],
            }
            for one in made
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
