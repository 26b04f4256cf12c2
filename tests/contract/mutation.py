"""Changed copies of a contract text: every name, figure, date and row order, and what must then be read.

A copy is made from the text and from what was read of the original: `Copy.expect` applies the same changes to the data.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yunqi.contract.documents import Document, Table
from yunqi.kernel.money import decimal_text, render_daxie, round_fen

UNITS = {
    "分钟": "minute", "小时": "hour", "个工作日": "working_day", "天": "day", "日": "day",
    "个自然日": "day", "个月": "month", "次": "time",
}  # fmt: skip
_DURATION = re.compile(r"(?<![\d*x.年月])(\d+)(\s*)(分钟|小时|个工作日|个自然日|个月|天|日|次)(?!/)")
_DATE = re.compile(r"(\d{4})(\s*)年(\s*)(\d{1,2})(\s*)月(\s*)(\d{1,2})(\s*)日")
_PERCENT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(\s*)%")
_NAMES = "云州临江西原北岭东港南屿青石安澜平川松涛华亭丹霞长宁明湖"
_KINDS = ("管理中心", "服务中心", "事务局", "档案馆", "博物院", "研究院", "委员会")
_FIRMS = ("数据科技有限公司", "云计算有限公司", "网络技术股份有限公司", "信息产业集团有限公司")


def render_text(document: Document) -> str:
    """A document as plain text with tab tables."""
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Table):
            lines += ["", *("\t".join(row.cells) for row in block.rows), ""]
        else:
            lines += [block.text, ""]
    return "\n".join(lines)


@dataclass
class Copy:
    """One changed copy."""

    text: str = ""
    names: dict[str, str] = field(default_factory=dict)
    days: int = 0
    durations: dict[tuple[int, str], int] = field(default_factory=dict)
    shares: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    systems: list[str] = field(default_factory=list)
    total_fen: int = 0
    instalments: list[int] = field(default_factory=list)
    bond_fen: int = 0
    net_fen: int | None = None
    coefficients: list[tuple[str, int, str, str]] = field(default_factory=list)
    """Table, number, text (comparable, after the changes), coefficient."""

    def duration(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        """A duration of the original as the copy has it."""
        if value is None:
            return None
        unit = value["unit"]
        return {**value, "count": self.durations.get((value["count"], unit), value["count"])}

    def on(self, value: str | None) -> str | None:
        """A date of the original as the copy has it."""
        return None if value is None else (date.fromisoformat(value) + timedelta(days=self.days)).isoformat()

    def number(self, value: str | None, unit: str) -> str | None:
        """A limit of the original as the copy has it."""
        if value is None:
            return None
        if unit == "share":
            return self.shares[value]
        return str(self.durations.get((int(value), unit), int(value)))


class Mutator:
    """Makes one copy of a text; the same seed gives the same copy."""

    def __init__(self, text: str, base: dict[str, Any], seed: int) -> None:
        self.random = random.Random(seed)
        self.base = base
        text = re.sub(
            r"(?<=[^\d\n\t])(\d+)\n(?=分钟|小时|个工作日|个自然日|个月|天|日)", r"\n\1", text
        )  # a count at a line's end
        self.lines = text.split("\n")
        self.copy = Copy()

    def make(self) -> Copy:
        self._plan_numbers()
        self._plan_money()
        out: list[str] = []
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            if "\t" not in line:
                out.append(self._change(line))
                index += 1
                continue
            rows: list[str] = []
            while index < len(self.lines) and ("\t" in self.lines[index] or not self.lines[index].strip()):
                if self.lines[index].strip():
                    rows.append(self.lines[index])
                index += 1
            out += ["", *self._table([row.split("\t") for row in rows]), ""]
        self.copy.text = "\n".join(out)
        return self.copy

    # what changes into what

    def _plan_numbers(self) -> None:
        pick, copy = self.random, self.copy
        text = "\n".join(self.lines)
        parties = self.base["parties"]
        for role in ("using_unit", "provider", "administration", "supervisor"):
            if parties[role]:
                stem = "".join(pick.sample(_NAMES, 4)) + (
                    pick.choice(_FIRMS) if role == "provider" else pick.choice(_KINDS)
                )
                copy.names[parties[role]] = stem
        if self.base["number"]:
            copy.names[self.base["number"]] = f"HT{pick.randint(10**8, 10**9)}"
        copy.days = pick.randint(-400, 700)
        found: dict[str, set[int]] = {}
        for match in _DURATION.finditer(_DATE.sub("", text)):
            found.setdefault(UNITS[match[3]], set()).add(int(match[1]))
        for unit, values in found.items():
            new = 0
            for value in sorted(values):
                new = max(new + 1, value + pick.randint(-value // 3, value // 2 + 2))
                copy.durations[value, unit] = new
        percents = sorted({Decimal(match[1]) for match in _PERCENT.finditer(text)})
        taken: set[Decimal] = set()
        for percent in percents:
            old = decimal_text(percent.scaleb(-2))
            if percent == 100:
                copy.shares[old] = old
                continue
            while True:
                if Decimal(99) < percent < 100:
                    new_share = (
                        Decimal(pick.randint(9900, 9998)).scaleb(-4)
                        if percent < Decimal("99.995")
                        else Decimal(pick.randint(999000, 999999)).scaleb(-6)
                    )
                elif percent <= 10:
                    new_share = Decimal(pick.randint(1, 10)).scaleb(-2)
                else:
                    new_share = Decimal(pick.randint(11, 90) * 10).scaleb(-2)
                if new_share not in taken:
                    break
            taken.add(new_share)
            copy.shares[old] = decimal_text(new_share)

    def _plan_money(self) -> None:
        pick, copy = self.random, self.copy
        groups: list[list[dict[str, Any]]] = []
        for line in self.base["price_lines"]:
            if line["bundle"] is not None:
                groups[-1].append(dict(line))
            else:
                groups.append([dict(line)])
        if any(line["unit_price"] for line in self.base["price_lines"]):
            pick.shuffle(groups)  # the rows of a list of quantities stand under their groups
        renumber = pick.random() < 0.5
        number = 0
        for group in groups:
            head = 0
            for line in group:
                number += 1
                line["old_no"] = line["no"]
                line["no"] = number if renumber else line["no"]
                if line["unit_price"] is None and line["bundle"] is None:
                    line["no"] = line["old_no"]
                    line["quantity"] = str(pick.randint(1, 99999))
                elif line["bundle"] is None:
                    price = Decimal(pick.randint(1, 99999)).scaleb(-pick.choice((0, 0, 1, 2)))
                    quantity = pick.randint(1, 9999)
                    line["unit_price"], line["quantity"] = decimal_text(price), str(quantity)
                    line["total_fen"] = int(price * quantity * 100)
                    head = line["no"]
                else:
                    line["bundle"] = head
                copy.lines.append(line)
        copy.total_fen = sum(line["total_fen"] or 0 for line in copy.lines)
        if self.base["table_total_fen"] is None and self.base["total_fen"] is not None:
            copy.total_fen = pick.randint(10**4, 10**8) * 100
        rest, free = copy.total_fen, 100
        for entry in self.base["instalments"][:-1]:
            percent = pick.randint(10, 35)
            if entry["share_stated"]:
                copy.shares[entry["share"]] = decimal_text(Decimal(percent).scaleb(-2))
            part = copy.total_fen * percent // 100
            copy.instalments.append(part)
            rest -= part
            free -= percent
        if self.base["instalments"]:
            copy.instalments.append(rest)
            if self.base["instalments"][-1]["share_stated"]:
                copy.shares[self.base["instalments"][-1]["share"]] = decimal_text(Decimal(free).scaleb(-2))
        bond = self.base["bond"]
        if bond is not None:
            copy.bond_fen = round_fen(Fraction(copy.shares[bond["share"]]) * copy.total_fen)
        self.money = {self.base["total_fen"]: copy.total_fen} if self.base["total_fen"] is not None else {}
        tax = self.base["tax"]
        if tax is not None and tax["net_fen"] is not None:
            copy.net_fen = round_fen(Fraction(copy.total_fen) / (1 + Fraction(copy.shares[tax["rate"]])))
            self.money[tax["net_fen"]] = copy.net_fen
        if bond is not None:
            self.money[bond["amount_fen"]] = copy.bond_fen
        self.order = {entry["amount_fen"]: [] for entry in self.base["instalments"]}
        for entry, fen in zip(self.base["instalments"], copy.instalments, strict=True):
            self.order[entry["amount_fen"]].append(fen)

    # words

    def _change(self, text: str) -> str:
        for old, new in sorted(self.copy.names.items(), key=lambda pair: -len(pair[0])):
            text = re.sub(" ?".join(map(re.escape, old)) if old.isascii() else re.escape(old), new, text)
        text = self._change_money(text)
        kept: list[str] = []

        def keep(words: str) -> str:
            kept.append(words)
            return f"\x00{len(kept) - 1}\x00"

        def change_date(match: re.Match[str]) -> str:
            on = date(int(match[1]), int(match[4]), int(match[7])) + timedelta(days=self.copy.days)
            gap = self._gap()
            return keep(f"{on.year}{gap}年{gap}{on.month}{gap}月{gap}{on.day}{gap}日")

        text = _DATE.sub(change_date, text)
        text = _PERCENT.sub(self._change_percent, text)

        def change_duration(match: re.Match[str]) -> str:
            new = self.copy.durations[int(match[1]), UNITS[match[3]]]
            return f"{self._digits(str(new))}{self._gap()}{match[3]}"

        text = _DURATION.sub(change_duration, text)
        for index, words in enumerate(kept):
            text = text.replace(f"\x00{index}\x00", words)
        return text

    def _change_percent(self, match: re.Match[str]) -> str:
        share = self.copy.shares[decimal_text(Decimal(match[1]).scaleb(-2))]
        return f"{self._digits(decimal_text(Decimal(share).scaleb(2)))}{self._gap()}{self.random.choice('%％')}"

    def _change_money(self, text: str) -> str:
        for old, queue in self.order.items():
            if old in self.money or not self._holds(text, old):
                continue
            text = self._swap(text, old, queue.pop(0))
        for old, new in self.money.items():
            if self._holds(text, old):
                text = self._swap(text, old, new)
        return text

    def _patterns(self, fen: int) -> tuple[str, ...]:
        capital, *digits = self._forms(fen)
        loose = r"\s*零?\s*".join(re.escape(char) for char in capital if char != "零")
        return tuple(rf"(?<![\d壹贰叁肆伍陆柒捌玖拾佰仟万]){form}" for form in (loose, *map(re.escape, digits)))

    def _forms(self, fen: int) -> tuple[str, ...]:
        yuan = f"{fen // 100}.{fen % 100:02d}"
        return (render_daxie(fen), yuan, f"{fen // 100:,}.{fen % 100:02d}")

    def _holds(self, text: str, fen: int) -> bool:
        return any(re.search(pattern, text) for pattern in self._patterns(fen))

    def _swap(self, text: str, old: int, new: int) -> str:
        forms = self._forms(new)
        new_forms = (forms[0], forms[self.random.choice((1, 2))], forms[2])
        for pattern, words in zip(self._patterns(old), new_forms, strict=True):
            text = re.sub(pattern, words, text)
        return text

    def _gap(self) -> str:
        return self.random.choice(("", "", " ", "  "))

    def _digits(self, digits: str) -> str:
        if self.random.random() < 0.1:
            return digits.translate({ord("0") + index: ord("０") + index for index in range(10)})
        return digits

    # tables

    def _table(self, rows: list[list[str]]) -> list[str]:
        header = "".join(rows[0])
        if "系统名称" in header:
            rows = self._systems(rows)
        elif "单价" in header and self.base["price_lines"]:
            rows = self._prices(rows)
        elif "数量" in header and self.base["price_lines"]:
            rows = self._quantities(rows)
        elif "系数" in header:
            rows = self._coefficients(rows)
        elif "事件级别" in header:
            rows = self._critical(rows)
        else:
            rows = [[self._change(cell) for cell in row] for row in rows]
        return ["\t".join(row) for row in rows]

    def _systems(self, rows: list[list[str]]) -> list[list[str]]:
        body = rows[1:]
        self.random.shuffle(body)
        result = [rows[0]]
        for number, row in enumerate(body, start=1):
            name = "".join(self.random.sample(_NAMES, 5)) + self.random.choice(("系统", "平台", "门户", "热线"))
            self.copy.systems.append(name)
            result.append([str(number), name, *row[2:]])
        return result

    def _prices(self, rows: list[list[str]]) -> list[list[str]]:
        header = rows[0]
        result = [header]
        breaks = set(self.random.sample(range(2, len(self.copy.lines)), 2))
        for index, line in enumerate(self.copy.lines):
            name = line["name"]
            figures = ["", "", ""]
            if line["bundle"] is None:
                total = f"{line['total_fen'] // 100}.{line['total_fen'] % 100:02d}"
                figures = [line["unit_price"], self._digits(line["quantity"]), total.removesuffix(".00")]
            if index in breaks and len(name) > 8:
                cuts = [at for at in range(4, len(name) - 2) if " " not in name[at - 1 : at + 1]]
                cut = self.random.choice(cuts)  # a blank at the edge of a page is lost for good
                result += [
                    [str(line["no"]), name[:cut].rstrip(), *figures],
                    header,
                    ["", name[cut:].lstrip(), "", "", ""],
                ]
            else:
                result.append([str(line["no"]), name, *figures])
        total = f"{self.copy.total_fen // 100}.{self.copy.total_fen % 100:02d}"
        result.append(["<b>总价(元)</b>", "", "", "", f"<b>{total}</b>"])
        return result

    def _quantities(self, rows: list[list[str]]) -> list[list[str]]:
        left = list(self.copy.lines)
        result: list[list[str]] = []
        for row in rows:
            cells = list(row)
            if left and cells[0].strip() == str(left[0]["no"]):
                cells[-1] = self._digits(left.pop(0)["quantity"])
            result.append(cells)
        return result

    def _coefficients(self, rows: list[list[str]]) -> list[list[str]]:
        body = [row for row in rows[1:] if not set("".join(row)) <= {"-"}]
        self.random.shuffle(body)
        table = "severe" if not any(entry[0] == "severe" for entry in self.copy.coefficients) else "minor"
        result = [rows[0]]
        for number, row in enumerate(body, start=1):
            text = self._change(row[1])
            percent = self._change(row[2])
            share = self.copy.shares[decimal_text(Decimal(row[2].strip("% ")).scaleb(-2))]
            self.copy.coefficients.append((table, number, row[1], share))
            result.append([str(number), text, percent])
        return result

    def _critical(self, rows: list[list[str]]) -> list[list[str]]:
        header, body = rows[0], [[self._change(cell) for cell in row] for row in rows[1:]]
        width = max(map(len, body))
        body = [row + [""] * (width - len(row)) for row in body]
        starts = [index for index, row in enumerate(body) if any(re.fullmatch(r"[AB]\s*级", cell) for cell in row)]
        result = [header]
        for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
            group = body[start:end]
            fixed = (0, width - 2, width - 1)
            frame = [[row[column] for column in fixed] for row in group]
            self.random.shuffle(group)
            for row, cells in zip(group, frame, strict=True):
                for column, cell in zip(fixed, cells, strict=True):
                    row[column] = cell
                result.append(row)
        return result
