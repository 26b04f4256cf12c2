"""Reads the price table: columns by name, rows over page breaks, one price that covers several rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from yunqi.contract.catalogue import code_of_title, load_catalogue
from yunqi.contract.clauses.base import Extraction, Source, Uncertain, row_source
from yunqi.contract.clauses.code_words import BLANK, is_nothing
from yunqi.contract.clauses.price_line.parameters import read_parameters
from yunqi.contract.clauses.price_line.schema import Periods, PriceLine
from yunqi.contract.clauses.table import Columns
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import Outline, PlacedTable
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, render_yuan, round_fen

AFTER = ("term",)

_COLUMNS = {
    "no": r"序号|编号|项号|行号",
    "detail": r"明细内容|服务小类|服务项|分项名称|项目内容",
    "name": r"(?:服务)?(?:分项|项目|子类|产品|货物|标的|内容|服务)?(?:名称)?|服务内容|服务项目|服务名称|构成内容|项名",
    "unit_price": r"(?:综合|含税)?单价|(?:月|年)单价",
    "quantity": r"(?:采购|服务|计费|租用)?数量",
    "unit": r"(?:计量|计价|计费)?单位",
    "periods": r"(?:服务|计费|租用)?周期|期数|(?:服务|租用)?(?:期限|时长|月数)|次数|服务期",
    "total": r"合价|总价|小计|(?:合计)?金额|合计|行价|总额",
    "item": r"目录项",
    "note": r"备注|说明|技术(?:指标|要求|参数)|规格(?:型号)?|描述|.*(?:描述|规格).*",
    "group": r"服务大类|服务分类|服务类别|类别|大类|分类",
}
_TOTAL_ROW = re.compile(r"^(?:总价|合计|总计|合价|总金额|共计)")
_NEEDED = {"no": "序号", "detail": "名称", "unit_price": "单价", "quantity": "数量", "total": "合价"}
_PERIOD = re.compile(r"^(\d{1,6})(个月|月|次|年|项|期)?$")
_COVERED_BY = re.compile(r"价格(?:已)?含(?:于|在)第(\d{1,6})(?:项|行|号)")
_NUMBER = re.compile(r"^[¥]?(\d{1,3}(?:,\d{3}){1,5}|\d{1,15})(\.\d{1,8})?(?:元)?$")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """The price lines and the total of the table.

    Raises `Problem` for a table that lacks a column, a figure that is no number, and a line whose product differs from
    its total.
    """
    result = Extraction(values={"price_lines": [], "table_total_fen": None})
    for placed in document.tables:
        columns = Columns.find(placed.table, _COLUMNS)
        if columns is None or not _is_price_table(columns):
            continue
        _require_columns(placed, columns)
        _Reader(placed, columns, result, getattr(so_far.get("term"), "months", None)).read()
    return result


def _is_price_table(columns: Columns) -> bool:
    if {"系数", "指标名称"} & {re.sub(r"\(.*\)", "", title) for title in columns.titles}:
        return False
    priced = {"unit_price", "quantity", "total"} & set(columns.known)
    return ("detail" in columns or "name" in columns or "no" in columns) and (
        "quantity" in priced or len(priced) >= 2 or "unit_price" in priced
    )


def _require_columns(placed: PlacedTable, columns: Columns) -> None:
    missing = [
        title
        for name, title in _NEEDED.items()
        if name not in columns and not (name == "detail" and ("name" in columns or "note" in columns))
    ]
    unpriced = {"unit_price", "total"}.isdisjoint(columns.known)
    if unpriced:
        missing = [title for title in missing if title not in {"单价", "合价"}]
    if missing:
        raise Problem(
            "contract.price_table.column",
            "{article} 的价目表缺少「{column}」列，现有列为：{value}",
            field="price_lines",
            article=placed.article or placed.lead,
            column="」「".join(missing),
            value="、".join(title for title in columns.titles if title),
            way_out="请补上「{column}」列后重新导入",
        )


class _Reader:
    def __init__(self, placed: PlacedTable, columns: Columns, result: Extraction, months: int | None) -> None:
        self.placed = placed
        self.columns = columns
        self.result = result
        self.months = months
        self.lines: list[PriceLine] = result.values["price_lines"]
        self.first = len(self.lines)
        self.group = ""
        self.scale = 10**6 if "total" in columns and "万元" in columns.title("total") else 100
        self.unit_scale = 10**4 if "unit_price" in columns and "万元" in columns.title("unit_price") else 1

    def read(self) -> None:
        for index, row in self.columns.body(self.placed.table):
            plain = {name: squeeze(cell) for name, cell in row.items()}
            filled = [squeeze(cell) for cell in self.placed.table.rows[index].cells if cell.strip()]
            figures = [plain.get(name, "") for name in ("unit_price", "quantity", "total")]
            if any(_TOTAL_ROW.match(cell) for cell in filled[:2]) and not plain.get("no", "").isdecimal():
                self._take_total(plain, filled, index)
            elif self._continues(index, plain, figures):
                self.lines[-1].name = _join_words(self.lines[-1].name, self._name(row))
                self.lines[-1].source.text += " " + " ".join(filled)
            else:
                self._take_line(index, row, plain)
        for position, line in enumerate(self.lines[self.first :], start=self.first):
            self._finish(position, line)

    def _name(self, row: Mapping[str, str]) -> str:
        return row.get("detail") or row.get("name") or row.get("note", "")

    def _continues(self, index: int, plain: Mapping[str, str], figures: list[str]) -> bool:
        if len(self.lines) == self.first or any(figures) or "no" not in self.columns or plain["no"]:
            return False
        return bool(self._name(plain)) and (index, self.columns.known["no"]) not in self.placed.table.covered

    def _take_total(self, plain: Mapping[str, str], filled: list[str], index: int) -> None:
        words = plain.get("total") or (filled[-1] if len(filled) > 1 else "")
        if words and not _TOTAL_ROW.match(words):
            self.result.values["table_total_fen"] = self._money(words, "总价", "合价", index)
            self.result.values["table_total_source"] = row_source(self.placed, index)

    def _take_line(self, index: int, row: Mapping[str, str], plain: Mapping[str, str]) -> None:
        number = plain.get("no", "")
        name = self._name(row)
        no = int(number) if re.fullmatch(r"\d{1,6}", number) else len(self.lines) + 1
        source = row_source(self.placed, index, number or str(no))
        if number and not re.fullmatch(r"\d{1,6}", number):
            raise _no_number("序号", number, source)
        self.group = row.get("group") or (row.get("name", "") if "detail" in self.columns else "") or self.group
        own_group = row.get("group") or (row.get("name") if "detail" in self.columns else None)
        own_group = None if own_group and is_nothing(own_group) else own_group
        price, quantity, total = (self._figure(plain, key, source) for key in ("unit_price", "quantity", "total"))
        if "unit_price" not in self.columns and quantity is None:
            if not name:
                return  # a blank row of a form
            total = None
        line = PriceLine(no=no, name=name, group=own_group or None, source=source, unit=self._unit(plain))
        line.periods = self._periods(plain, source)
        blank = price is None and quantity is None and total is None
        covered_by = _COVERED_BY.search(plain.get("note", ""))
        if covered_by is not None and price is None and total is None:
            line.bundle = int(covered_by[1])
        elif self._is_open(row):
            self._leave_open(line, row)
        elif blank and "unit_price" in self.columns:
            if not name:
                return
            self._bundle(index, line)
        elif "unit_price" in self.columns and not (price is not None and quantity is not None and total is not None):
            missing = [
                title for title, value in (("单价", price), ("数量", quantity), ("合价", total)) if value is None
            ]
            if self._is_covered(index) and quantity is not None and price is None and total is None:
                self._bundle(index, line)
            else:
                raise Problem(
                    "contract.price_line.blank",
                    "{article} 的「{column}」为空：{value}",
                    field="price_lines",
                    article=source.article,
                    column="」「".join(missing),
                    value=source.text,
                    way_out="请补填「{column}」后重新导入",
                )
        line.quantity = decimal_text(quantity) if quantity is not None else None
        if price is not None:
            line.unit_price = decimal_text(price * self.unit_scale)
        if total is not None:
            fen = total * self.scale
            if fen != fen.to_integral_value():
                raise _no_number("合价", plain["total"], source)
            line.total_fen = int(fen)
        if price is not None and quantity is not None and total is not None:
            self._check(line, price * self.unit_scale, quantity)
        line.parameters = {"note": row["note"]} if row.get("note") and row.get("note") != name else {}
        if "item" in row:
            line.parameters["item"] = row["item"]
        self.lines.append(line)

    def _is_open(self, row: Mapping[str, str]) -> bool:
        """Whether the author left places to fill in, 「____」, rather than cells empty."""
        return any(BLANK in row.get(name, "") for name in ("unit_price", "quantity", "total"))

    def _leave_open(self, line: PriceLine, row: Mapping[str, str]) -> None:
        for name, key in (("unit_price", "unit_price"), ("quantity", "quantity"), ("total", "total_fen")):
            if BLANK in row.get(name, ""):
                self.result.uncertain.append(
                    Uncertain(path=f"price_lines[{len(self.lines)}].{key}", candidates=[], source=line.source)
                )

    def _is_covered(self, index: int) -> bool:
        return any(
            (index, self.columns.known[name]) in self.placed.table.covered
            for name in ("unit_price", "total")
            if name in self.columns
        )

    def _bundle(self, index: int, line: PriceLine) -> None:
        """The line above that has a price covers this one; a format with merged cells must say so itself."""
        priced = [above for above in self.lines[self.first :] if above.total_fen is not None]
        known = bool(self.placed.table.covered)
        if priced and (self._is_covered(index) or not known):
            line.bundle = priced[-1].no
        else:
            self.result.uncertain.append(
                Uncertain(
                    path=f"price_lines[{len(self.lines)}].bundle",
                    candidates=[above.no for above in priced[-1:]],
                    source=line.source,
                )
            )

    def _unit(self, plain: Mapping[str, str]) -> str | None:
        unit = re.sub(r"^(?:人民币)?元/", "", plain.get("unit", ""))
        if is_nothing(unit):
            unit = ""
        if not unit and "unit_price" in self.columns:
            note = re.search(r"元/([^/()月年]+)", self.columns.title("unit_price"))
            unit = note[1] if note is not None else ""
        return unit or None

    def _periods(self, plain: Mapping[str, str], source: Source) -> Periods | None:
        words = plain.get("periods", "")
        if is_nothing(words):
            return None
        match = _PERIOD.match(words)
        if match is None:
            raise _no_number("周期", words, source)
        title = self.columns.title("periods")
        unit = match[2] or ("月" if "月" in title else "次" if "次" in title else "")
        if not unit:
            return None
        count = int(match[1])
        if unit == "年":
            return Periods(count=count, unit="year")
        return Periods(count=count, unit={"个月": "month", "月": "month", "次": "run"}.get(unit, "term"))

    def _figure(self, plain: Mapping[str, str], key: str, source: Source) -> Decimal | None:
        words = plain.get(key, "")
        if not words or words in {"-", "/", "—"}:
            return None
        match = _NUMBER.match(words)
        if match is None:
            raise _no_number(_NEEDED[key], words, source)
        try:
            return Decimal((match[1] + (match[2] or "")).replace(",", ""))
        except InvalidOperation as error:
            raise _no_number(_NEEDED[key], words, source) from error

    def _money(self, words: str, what: str, key: str, index: int) -> int:
        match = _NUMBER.match(words)
        if match is None:
            raise _no_number(f"{what}（{key}）", words, row_source(self.placed, index))
        return int(Decimal((match[1] + (match[2] or "")).replace(",", "")) * self.scale)

    def _check(self, line: PriceLine, price: Decimal, quantity: Decimal) -> None:
        count = line.periods.count if line.periods is not None else 1
        product = Fraction(price) * Fraction(quantity) * 100
        if line.total_fen == round_fen(product * count):
            return
        if line.periods is not None and line.total_fen == round_fen(product):
            line.parameters["price_covers_periods"] = True
            return
        if line.periods is None and self.months is not None and line.total_fen == round_fen(product * self.months):
            self.result.uncertain.append(
                Uncertain(
                    path=f"price_lines[{len(self.lines)}].periods",
                    candidates=[{"count": self.months, "unit": "month"}],
                    source=line.source,
                )
            )
            return
        raise Problem(
            "contract.price_line.product",
            "{article}「{name}」：{price} × {quantity} × 周期 {count} = {expected} 元，与所列合价 {value} 元不一致",
            field=f"price_lines[{line.no}].total_fen",
            article=line.source.article,
            name=line.name,
            price=decimal_text(price),
            quantity=decimal_text(quantity),
            count=count,
            expected=render_yuan(round_fen(product * count)),
            value=render_yuan(line.total_fen or 0),
            way_out="请核对单价、数量和合价，改正后重新导入",
        )

    def _finish(self, position: int, line: PriceLine) -> None:
        stated = line.parameters.pop("item", None)
        codes: tuple[str, ...] = load_catalogue().recognise(line.name, f"{line.group or ''}-{line.name}")
        note = str(line.parameters.pop("note", ""))
        line.parameters = {**line.parameters, **read_parameters(f"{line.name},{note}")}
        if stated is not None:
            codes = () if is_nothing(stated) else (code_of_title(stated),)
        if len(codes) == 1:
            line.item = codes[0]
        else:
            self.result.uncertain.append(
                Uncertain(path=f"price_lines[{position}].item", candidates=list(codes), source=line.source)
            )


def _join_words(before: str, after: str) -> str:
    return f"{before}{after}"


def _no_number(column: str, words: str, source: Source) -> Problem:
    return Problem(
        "contract.price_line.number",
        "{article} 的「{column}」不是数字：「{value}」",
        field="price_lines",
        article=source.article,
        column=column,
        value=words,
        way_out="请改为数字（可带千位分隔和小数）后重新导入",
    )
