"""The figures of one row of a price table: price, quantity, periods, total, tax; who pays for a row without any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.price_line.arithmetic import settle_periods
from yunqi.contract.clauses.price_line.columns import PERIODS, Header
from yunqi.contract.clauses.price_line.figures import Figure, read_discount, read_price
from yunqi.contract.clauses.price_line.part import Doubt, Part, stated_total
from yunqi.contract.clauses.price_line.schema import Periods, PriceLine
from yunqi.contract.documents import squeeze
from yunqi.contract.outline import PlacedTable
from yunqi.kernel.money import decimal_text, round_fen

_COVERED_BY = re.compile(r"价格(?:已)?含(?:于|在)第(\d{1,6})(?:项|行|号)")


class LineFigures:
    """Reads the figures of the rows of one part into their lines."""

    def __init__(self, placed: PlacedTable, header: Header, part: Part, months: int | None) -> None:
        self.placed, self.header, self.part, self.months = placed, header, part, months
        self.scales = {
            role: 10**4 if header.is_ten_thousand(role, placed.lead) else 1
            for role in ("unit_price", "total", "net_total", "tax")
        }

    @property
    def _lines(self) -> list[PriceLine]:
        return self.part.lines

    def take(
        self,
        index: int,
        line: PriceLine,
        row: Mapping[str, str],
        figures: tuple[Figure, Figure, Figure],
        count: Figure,
        unit_per: str,
    ) -> None:
        """Sets what the row says on its line; what is unreadable or contradictory is left null and noted as a doubt."""
        price, quantity, total = figures
        for name, figure in (("unit_price", price), ("quantity", quantity), ("total_fen", total)):
            if figure.kind in {"unreadable", "open"}:
                self._doubt(line, name, [figure.words] if figure.words else [])
        if count.kind == "unreadable":
            self._doubt(line, "periods", [count.words])
        blank = all(figure.kind in {"blank", "included"} for figure in figures)
        covered_by = _COVERED_BY.search(squeeze(f"{row.get('note', '')}{row.get('spec', '')}"))
        if covered_by is not None and price.kind != "figure" and total.kind != "figure":
            line.quantity = (
                decimal_text(quantity.value) if quantity.kind == "figure" and quantity.value is not None else None
            )
            self._take_periods(line, count, unit_per)
            line.bundle = int(covered_by[1])
            return
        if blank or (price.kind != "figure" and total.kind != "figure" and self._is_covered(index)):
            line.quantity = (
                decimal_text(quantity.value) if quantity.kind == "figure" and quantity.value is not None else None
            )
            self._take_periods(line, count, unit_per)
            if "unit_price" in self.header or "total" in self.header:
                self._bundle(index, line)
            return
        if quantity.value is not None:
            line.quantity = decimal_text(quantity.value)
        if price.value is not None:
            scale = 1 if "万" in price.words or "元" in price.words else self.scales["unit_price"]
            line.unit_price = decimal_text(price.value * scale)
        discount = read_discount(row["discount"], self.header.title("discount")) if row.get("discount") else None
        fen, slack = self._total(total, "total")
        self._take_tax(line, row)
        periods = count.count if count.count is not None else quantity.count
        per = count.per or quantity.per
        price_per = price.per or unit_per or self.header.per("unit_price")
        if price.value is None or quantity.value is None:
            if periods is not None and (per or price_per):
                line.periods = Periods(count=periods, unit=per or price_per)
            self._settle_part(line, fen, (price, quantity, total))
            return
        product = Fraction(line.unit_price or 0) * Fraction(quantity.value) * 100
        settled = settle_periods(product, fen, slack, periods, per, price_per, self.months)
        if discount is not None and settled.product_fen is not None:
            reduced = settle_periods(product * Fraction(discount), fen, slack, periods, per, price_per, self.months)
            if reduced.product_fen is None:
                settled, line.discount = reduced, decimal_text(discount)
        if settled.product_fen is not None and line.net_total_fen is not None:
            net = settle_periods(product, Fraction(line.net_total_fen), slack, periods, per, price_per, self.months)
            if net.product_fen is None:
                settled = net
                line.parameters["price_without_tax"] = True
        line.periods = settled.periods
        if settled.covers:
            line.parameters["price_covers_periods"] = True
        if settled.candidates:
            self._doubt(line, "periods", [one.model_dump() for one in settled.candidates])
        if fen is None:
            if "total" in self.header and total.kind == "blank":
                self._doubt(line, "total_fen", [round_fen(product * (periods or 1))])
        elif settled.product_fen is None:
            line.total_fen = round_fen(fen)
        else:
            line.stated_total_fen, line.product_fen = round_fen(fen), settled.product_fen
            self._doubt(line, "total_fen", [line.stated_total_fen, line.product_fen])

    def _take_periods(self, line: PriceLine, count: Figure, unit_per: str) -> None:
        per = count.per or unit_per
        if count.count is not None and per:
            line.periods = Periods(count=count.count, unit=per)

    def _settle_part(self, line: PriceLine, fen: Fraction | None, figures: tuple[Figure, Figure, Figure]) -> None:
        """A line that lacks a price or a quantity keeps what it has; a blank cell of a column that is there is open."""
        price, quantity, __ = figures
        line.total_fen = None if fen is None else round_fen(fen)
        if price.kind == "blank" and "unit_price" in self.header and fen is not None and quantity.value:
            exact = fen / 100 / Fraction(quantity.value)
            self._doubt(line, "unit_price", [decimal_text(exact)] if _is_decimal(exact) else [])
        elif quantity.kind == "blank" and "quantity" in self.header and price.value and fen is not None:
            exact = fen / 100 / Fraction(price.value)
            self._doubt(line, "quantity", [decimal_text(exact)] if _is_decimal(exact) else [])
        if fen is None and "total" in self.header and price.value is not None:
            self._doubt(line, "total_fen", [])

    def _total(self, figure: Figure, role: str) -> tuple[Fraction | None, Fraction]:
        if figure.value is None or figure.kind not in {"figure", "free"}:
            return None, Fraction(0)
        written_ten_thousand = "万" in figure.words
        scale = 10**4 if written_ten_thousand else 1 if "元" in figure.words else self.scales[role]
        fen = Fraction(figure.value) * scale * 100
        if scale == 1:
            return fen, Fraction(1, 2)
        exponent = figure.value.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        return fen, Fraction(scale * 100, 2 * 10**places)

    def _take_tax(self, line: PriceLine, row: Mapping[str, str]) -> None:
        if row.get("tax_rate"):
            match = re.fullmatch(r"(\d{1,2}(?:\.\d{1,2})?)%", squeeze(row["tax_rate"]))
            line.tax_rate = decimal_text(Decimal(match[1]).scaleb(-2)) if match is not None else None
        for role, name in (("tax", "tax_fen"), ("net_total", "net_total_fen")):
            if row.get(role) and self.header.roles[role] != self.header.roles.get("total"):
                fen, __ = self._total(read_price(row[role]), role)
                setattr(line, name, None if fen is None else round_fen(fen))

    def _is_covered(self, index: int) -> bool:
        covered = self.placed.table.covered
        return any(
            (index, self.header.roles[name]) in covered and covered[index, self.header.roles[name]][0] != index
            for name in ("unit_price", "total")
            if name in self.header
        )

    def _bundle(self, index: int, line: PriceLine) -> None:
        """The line above that has a price covers this one; a format with merged cells must say so itself."""
        priced = [above for above in self._lines if stated_total(above) is not None or above.unit_price is not None]
        known = bool(self.placed.table.covered)
        if priced and (self._is_covered(index) or not known):
            line.bundle = priced[-1].no
        else:
            self._doubt(line, "bundle", [above.no for above in priced[-1:]])

    def _doubt(self, line: PriceLine, name: str, candidates: list[Any]) -> None:
        self.part.doubts.append(Doubt(line, name, candidates))


def split_unit(words: str) -> tuple[str, str]:
    """The unit that is counted and the period that the price is for, of a unit such as 元/核/月 or 1台.

    >>> split_unit("元/核/月"), split_unit("1台"), split_unit("GB·月"), split_unit("月")
    (('核', 'month'), ('台', ''), ('GB', 'month'), ('月', ''))
    """
    plain = re.sub(r"^(?:人民币)?(?:万?元)?[/每]", "", words)
    parts = [part for part in re.split(r"[/·•*每]", plain) if part]
    per = ""
    if len(parts) > 1 and parts[-1].removeprefix("个") in PERIODS:
        per = PERIODS[parts.pop().removeprefix("个")]
    unit = "/".join(parts)
    return re.sub(r"^1(?=\D)", "", unit), per


def _is_decimal(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
