"""The rows of one price table: lines, groups, subtotals and totals; what is unreadable is left open, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.clauses.base import row_source
from yunqi.contract.clauses.code_words import is_nothing
from yunqi.contract.clauses.price_line.columns import Header, is_header_row
from yunqi.contract.clauses.price_line.figures import BLANK, read_count, read_price, read_quantity
from yunqi.contract.clauses.price_line.line_figures import LineFigures, split_unit
from yunqi.contract.clauses.price_line.part import Part
from yunqi.contract.clauses.price_line.schema import PriceLine
from yunqi.contract.documents import squeeze
from yunqi.contract.numbers import find_amounts
from yunqi.contract.outline import PlacedTable

_TOTAL = re.compile(
    r"^(?:[一二三四五六七八九十\d]{1,3}[、.])?(?:本(?:页|表|项目|合同|包)|项目|服务|费用|含税|投标|报价|价格|金额|价税|税后|优惠后?|折后|[一二三两\d]年|年度?|人民币|合同|最终|全部|以上)*"
    r"(?:总价|合计|总计|合价|总金额|共计|总额|总报价|总费用|总价款)(?:.{0,2}人民币|.{0,4}大写|.{0,2}小写|.{0,4}含税|.{0,2}元|.{0,2}万元)*[():：。]*"
)
_SUBTOTAL = re.compile(
    r"(?:^|.{0,10})小计[():：(元)]*$|^(?:分项|本类|本组|分类|分组)(?:合计|总计)|^.{1,10}(?:服务|部分|资源|类|系统|平台|费用)合计$"
)
_NET_ROW = re.compile(r"^(?:其中)?[:]?(?:不含税|未税|除税|税前).{0,8}$")
_TAX_ROW = re.compile(r"^(?:其中)?[:]?(?:增值)?税(?:额|金|款)?.{0,8}$")
_MARKED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|[(（][一二三四五六七八九十]{1,3}[)）]|[A-Z][、.]|第[一二三四五六七八九十]{1,2}部分)"
)
_GROUP_WORDS = re.compile(
    r"^(?:(?:云|基础|信息|系统|主机|政务云|专业|增值|通用|国产|支撑)*(?:计算|存储|网络|安全|密码|监控|软件|数据库|备份|其他|其它|中间件|运维|基础软件|安全防护|检测监测|审计|容灾|密码应用))"
    r"(?:支撑|资源|产品|应用|保障|检测|监测|审计|防护|、|与|和)*(?:服务|资源|部分|类|费用|软件)?$"
)
_ORDINAL = re.compile(r"^\(?([一二三四五六七八九十]{1,3})\)?$")
_FIGURES = ("unit_price", "quantity", "total")


def read_part(placed: PlacedTable, header: Header, months: int | None) -> Part:
    """The lines of the rows below a header."""
    reader = _Reader(placed, header, months)
    reader.read()
    return reader.part


class _Reader:
    def __init__(self, placed: PlacedTable, header: Header, months: int | None) -> None:
        self.placed, self.header = placed, header
        self.part = Part(placed, header)
        self.group = self.own_group = self.name = ""
        self.since_group: list[PriceLine] = []
        self.figures = LineFigures(placed, header, self.part, months)

    @property
    def lines(self) -> list[PriceLine]:
        return self.part.lines

    def read(self) -> None:
        rows = self.placed.table.rows
        for index in range(self.header.first, min(self.header.last, len(rows))):
            cells = rows[index].cells
            if not any(cell.strip() for cell in cells) or is_header_row(cells):
                continue
            row = {role: cells[column].strip() for role, column in self.header.roles.items()}
            plain = {role: squeeze(cell) for role, cell in row.items()}
            filled = [squeeze(cell) for cell in cells if cell.strip()]
            if self._take_total(plain, filled, index):
                continue
            if self._is_group(plain, filled, index):
                said = [cell for cell in filled if re.search("[一-龥A-Za-z]", cell)] or filled  # a subtotal is no name
                self.group = said[-1] if not _MARKED.match(filled[0]) else "".join(said)
                self.own_group = self.name = ""
                self.group = (
                    re.sub(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?=\D)", "", self.group).lstrip("、.")
                    or self.group
                )
                self.since_group = []
                continue
            if self._continues(index, plain):
                self._join(row, filled)
                continue
            self._take_line(index, row, plain)

    # rows that are no line

    def _take_total(self, plain: Mapping[str, str], filled: list[str], index: int) -> bool:
        label = next((cell for cell in filled[:3] if re.search(r"[一-龥]", cell)), "")
        both = all(plain.get(role) for role in ("unit_price", "quantity"))
        if both or plain.get("no", "").isdecimal():
            return False
        if _SUBTOTAL.match(label):
            self.since_group = []
            return True
        if _NET_ROW.match(label):
            self.part.net_fen = self._row_amount(plain, filled)[0]
            return True
        if _TAX_ROW.match(label) and not self._name(plain).endswith("服务"):
            self.part.tax_fen = self._row_amount(plain, filled)[0]
            return True
        unnamed = not label and len(filled) == 1 and bool(plain.get("total")) and len(self.lines) > 1
        if unnamed:
            fen, __ = self._row_amount(plain, filled)
            if fen is None or fen != self.part.sum_fen:
                return False
        elif not _TOTAL.match(label):
            return False
        fen, candidates = self._row_amount(plain, filled)
        if fen is None and not candidates:
            return True
        source = row_source(self.placed, index)
        if fen is not None and fen == self.part.total_fen:
            return True
        if self.part.total_fen is None and not self.part.total_candidates:
            self.part.total_fen, self.part.total_candidates, self.part.total_source = fen, candidates, source
        elif "大写" in "".join(filled) and not plain.get("total"):
            self._clash(fen, candidates)
        else:  # a later total row such as 优惠后总价 holds
            self.part.total_fen, self.part.total_candidates, self.part.total_source = fen, candidates, source
        return True

    def _clash(self, fen: int | None, candidates: list[int]) -> None:
        both = {self.part.total_fen, fen, *self.part.total_candidates, *candidates} - {None}
        self.part.total_candidates = sorted(one for one in both if one is not None)
        if len(both) > 1:
            self.part.total_fen = None

    def _row_amount(self, plain: Mapping[str, str], filled: list[str]) -> tuple[int | None, list[int]]:
        text = " ".join(filled)
        amounts = list(find_amounts(squeeze(text)))
        for amount in amounts:
            if amount.fen is None:
                return None, list(amount.candidates)
        values = {amount.fen for amount in amounts if amount.daxie and amount.fen is not None}
        figure = read_price(plain.get("total", ""))
        if figure.kind != "figure":
            figure = next((found for cell in reversed(filled) if (found := read_price(cell)).kind == "figure"), BLANK)
        if figure.value is not None and figure.kind == "figure":
            scale = 1 if "万" in figure.words else self.figures.scales["total"]
            values.add(int(figure.value * scale * 100))
        elif not values:
            values = {amount.fen for amount in amounts[:1] if amount.fen is not None}
        if len(values) == 1:
            return values.pop(), []
        return None, sorted(values)

    def _is_group(self, plain: Mapping[str, str], filled: list[str], index: int) -> bool:
        if any(plain.get(role) for role in ("unit_price", "quantity")):
            return False
        words = [cell for cell in dict.fromkeys(filled) if re.search(r"[一-龥]", cell) and not _ORDINAL.match(cell)]
        number = plain.get("no", "")
        if plain.get("total"):
            return bool(words) and self._is_subtotal_above(plain, index)
        if len(words) != 1 or (number.isdecimal() and not self._opens_group(index)):
            return False
        word = words[0]
        if _ORDINAL.match(number) or _MARKED.match(word) or (number and number.isdecimal()):
            return True
        no_column = "no" not in self.header
        first = bool(self.placed.table.rows[index].cells[0].strip())
        unknown = first and (no_column or number == word) and not load_catalogue().recognise(word)
        return bool(_GROUP_WORDS.match(word)) or unknown

    def _opens_group(self, index: int) -> bool:
        """Whether the row numbered N is followed by one numbered N.1."""
        rows = self.placed.table.rows
        if index + 1 >= min(self.header.last, len(rows)) or "no" not in self.header:
            return False
        column = self.header.roles["no"]
        mine, below = squeeze(rows[index].cells[column]), squeeze(rows[index + 1].cells[column])
        return bool(mine) and re.match(rf"{re.escape(mine)}[.．-]\d", below) is not None

    def _is_subtotal_above(self, plain: Mapping[str, str], index: int) -> bool:
        """Whether a row with a total alone adds up the rows below it."""
        if self._opens_group(index):
            return True
        return bool(_ORDINAL.match(plain.get("no", ""))) and self._has_priced_rows(index)

    def _has_priced_rows(self, index: int) -> bool:
        rows = self.placed.table.rows
        if index + 1 >= min(self.header.last, len(rows)):
            return False
        below = rows[index + 1].cells
        return all(
            squeeze(below[self.header.roles[role]]) for role in ("unit_price", "quantity") if role in self.header
        )

    def _continues(self, index: int, plain: Mapping[str, str]) -> bool:
        if not self.lines or any(plain.get(role) for role in _FIGURES) or "no" not in self.header or plain["no"]:
            return False
        return bool(self._name(plain)) and (index, self.header.roles["no"]) not in self.placed.table.covered

    def _join(self, row: Mapping[str, str], filled: list[str]) -> None:
        line = self.lines[-1]
        line.name = f"{line.name}{self._name(row)}"
        line.source.text += " " + " ".join(filled)
        if row.get("spec") and row["spec"] != self._name(row):
            self.part.notes[id(line)] = self.part.notes.get(id(line), "") + row["spec"]

    # lines

    def _name(self, row: Mapping[str, str]) -> str:
        return row.get("detail") or row.get("name") or row.get("spec", "")

    def _take_line(self, index: int, row: Mapping[str, str], plain: Mapping[str, str]) -> None:
        price, quantity = read_price(row.get("unit_price", "")), read_quantity(row.get("quantity", ""))
        total, count = read_price(row.get("total", "")), read_count(row.get("periods", ""))
        name = self._line_name(row)
        number = plain.get("no", "").rstrip(".、")
        if not name and not any(figure.kind == "figure" for figure in (price, quantity, total)):
            return
        if "unit_price" not in self.header and "total" not in self.header and quantity.kind == "blank" and not name:
            return
        no = int(number) if re.fullmatch(r"\d{1,6}", number) else len(self.lines) + 1
        source = row_source(self.placed, index, number or str(no))
        line = PriceLine(no=no, name=name, group=self._group(row) or None, source=source)
        self._number(line, number)
        unit, unit_per = split_unit("" if is_nothing(plain.get("unit", "")) else plain["unit"])
        line.unit = unit or price.unit or quantity.unit or self.header.unit() or None
        line.free = True if "free" in {price.kind, total.kind} else None
        self.figures.take(index, line, row, (price, quantity, total), count, unit_per)
        if "item" in self.header:
            self.part.items[id(line)] = row["item"]
        words = [row.get(role, "") for role in ("spec", "note") if row.get(role) and row.get(role) != name]
        if words:
            self.part.notes[id(line)] = self.part.notes.get(id(line), "") + ",".join(words)
        self.lines.append(line)
        self.since_group.append(line)

    def _number(self, line: PriceLine, number: str) -> None:
        if number and not re.fullmatch(r"\d{1,6}", number):
            line.label = number
            self.part.labelled = True
        elif number and self.lines and line.no <= self.lines[-1].no and line.no == 1:
            self.part.restarts = True
        elif not number and "no" in self.header:
            self.part.labelled = True

    def _line_name(self, row: Mapping[str, str]) -> str:
        detail, name, spec = row.get("detail", ""), row.get("name", ""), row.get("spec", "")
        if "detail" in self.header:
            self.name = name or self.name
            return detail or name or spec
        if name:
            self.name = name
            return name
        return f"{self.name}-{spec}" if spec and self.name else spec

    def _group(self, row: Mapping[str, str]) -> str:
        stated = row.get("group", "")
        if stated.strip() and is_nothing(stated):  # a mark for no group, not a cell that the one above covers
            self.group = self.own_group = ""
            return ""
        own = ("" if is_nothing(stated) else stated) or (
            row.get("name", "") if "detail" in self.header and row.get("detail") else ""
        )
        self.own_group = own or self.own_group
        return self.own_group or self.group
