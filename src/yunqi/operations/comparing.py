"""Comparing contracts as use cases: what differs in words, prices across contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from yunqi.contract import load_catalogue
from yunqi.contract.changes.compare import Comparison, Difference, MonthFee, months_of
from yunqi.contract.changes.prices import normalise_price
from yunqi.kernel.money import decimal_text, round_fen
from yunqi.kernel.words import _
from yunqi.operations.path_words import NAMES, form_words, label_of, part_word, value_words
from yunqi.store.checks import from_micro
from yunqi.wire.comparisons import DifferenceRow, MonthFeeRow, PriceRow

REASONS = {
    "no_price": "只有数量，没有单价",
    "bundle": "一个价格覆盖几行",
    "run": "按次计价",
    "once": "一次性交付，不按月计",
    "no_term": "服务期不明，无法折成每月",
    "no_item": "不能归入服务目录",
    "period": "计费周期无法识别",
}
_PLACES = Decimal("1e-8")


def difference_row(one: Difference, before: Mapping[str, Any], after: Mapping[str, Any]) -> DifferenceRow:
    """A difference in words."""
    path = one.path_after or one.path_before or one.part
    data = after if one.path_after else before
    label = label_of(path, data)
    if one.title and one.field is None:
        label = f"{label} {one.title[:80]}"
    elif one.title:
        item, _dot, field = path.rpartition(".")
        label = f"{label_of(item, data)} {one.title[:80]} · {_(NAMES[field]) if field in NAMES else field}"
    return DifferenceRow(
        part=one.part,
        part_name=part_word(one.part),
        what=one.what,
        label=label,
        before=_words(one.path_before, one.before),
        after=_words(one.path_after, one.after),
        effect_fen=None if one.effect_fen is None else round_fen(one.effect_fen),
        before_value=one.before,
        after_value=one.after,
        path_before=one.path_before,
        path_after=one.path_after,
        source_before=None if one.source_before is None else dict(one.source_before),
        source_after=None if one.source_after is None else dict(one.source_after),
    )


def _words(path: str | None, value: Any) -> str:
    if path is not None and isinstance(value, Mapping) and path.endswith("]"):
        return form_words(path, value)
    return value_words(path or "", value)


def month_rows(found: Comparison) -> tuple[MonthFeeRow, ...]:
    """The fee by month, rounded."""
    return tuple(_month_row(one) for one in found.months)


def _month_row(one: MonthFee) -> MonthFeeRow:
    known = one.before_fen is not None and one.after_fen is not None
    return MonthFeeRow(
        month=one.month,
        before_fen=None if one.before_fen is None else round_fen(one.before_fen),
        after_fen=None if one.after_fen is None else round_fen(one.after_fen),
        effect_fen=round_fen((one.after_fen or 0) - (one.before_fen or Fraction())) if known else None,
    )


def price_rows(rows: Iterable[Any]) -> tuple[PriceRow, ...]:
    """Price lines as they compare, by item and unit, the lowest first."""
    found = list(rows)
    covering: dict[str, set[int]] = {}
    for row in found:
        if row.bundle_no is not None:
            covering.setdefault(row.contract_id, set()).add(row.bundle_no)
    made = [(_normal(row, covering.get(row.contract_id, set())), row) for row in found]
    lowest: dict[tuple[Any, str], Fraction] = {}
    for one, row in made:
        if one.monthly_yuan is not None:
            key = (row.item, one.unit)
            lowest[key] = min(lowest.get(key, one.monthly_yuan), one.monthly_yuan)
    made.sort(key=lambda pair: (pair[1].item or "~", pair[0].unit, pair[0].monthly_yuan is None, pair[0].monthly_yuan))
    return tuple(_price_row(one, row, lowest.get((row.item, one.unit))) for one, row in made)


def _normal(row: Any, covering: set[int]) -> Any:
    periods = None if row.period_unit is None else {"count": row.period_count, "unit": row.period_unit}
    line = {"no": row.no, "item": row.item, "unit": row.unit, "unit_price": row.unit_price, "periods": periods}
    line["bundle"] = row.bundle_no
    return normalise_price(line, months_of({"term": {"start_on": row.start_on, "end_on": row.end_on}}), covering)


def _price_row(one: Any, row: Any, lowest: Fraction | None) -> PriceRow:
    catalogue = load_catalogue()
    price: Fraction | None = one.monthly_yuan
    above = None if price is None or not lowest else price / lowest - 1
    return PriceRow(
        item=row.item,
        item_name=catalogue.item(row.item).title if row.item in catalogue else "",
        no=row.no,
        name=row.name,
        unit=row.unit,
        unit_price=row.unit_price,
        normal_unit=one.unit,
        normal_price=None if price is None else _decimal(price),
        above_share=None if above is None else _decimal(above),
        basis=one.basis,
        reason=one.why,
        reason_text=_(REASONS[one.why]) if one.why else "",
        quantity=None if row.quantity_micro is None else decimal_text(from_micro(row.quantity_micro)),
        contract_id=row.contract_id,
        contract_number=row.number,
        using_unit=row.using_unit,
        provider=row.provider,
        start_on=None if row.start_on is None else date.fromisoformat(row.start_on),
        end_on=None if row.end_on is None else date.fromisoformat(row.end_on),
    )


def _decimal(value: Fraction) -> str:
    with localcontext(prec=60):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return decimal_text(exact.quantize(_PLACES, ROUND_HALF_UP))
