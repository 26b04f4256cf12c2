"""Price lines that stand in sentences, one each: name, quantity, unit price, how often, and what it comes to."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.clauses.base import Extraction, Uncertain, sentence_source
from yunqi.contract.clauses.price_line.parameters import read_parameters
from yunqi.contract.clauses.price_line.schema import Periods, PriceLine
from yunqi.contract.outline import Clause, Outline
from yunqi.kernel.money import decimal_text, parse_yuan, round_fen

_FIGURE = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?"
_NAME = re.compile(r"^(?P<name>(?:[^:,;。()]|\([^()]{0,80}\)){2,90}?)[:,]")
_QUANTITY = re.compile(rf"(?:数量|共|计|采购|租用)(?:为|:)?(?P<value>{_FIGURE})(?P<unit>[A-Za-z一-龥]{{1,4}})[,;。]")
_PRICE = re.compile(
    rf"单价(?:为|:)?¥?(?P<value>{_FIGURE})元(?:(?:/|每)(?P<unit>(?!月|年|次)[^/每,;。]{{1,4}}))?(?:(?:/|每)(?P<per>月|年|次))?"
)
_TIMES = re.compile(r"(?<![\dOoIlSZB])(?P<count>\d{1,4})(?:个)?(?P<unit>月|年|次)(?!\d)")
_TOTAL = re.compile(
    r"(?:合价|小计|合计|总价|金额|费用)(?:为|:)?¥?(?P<value>\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,2})?|\d{1,12}(?:\.\d{1,2})?)元"
)
_PERIODS = {"月": "month", "年": "year", "次": "run"}


def read_prose(document: Outline) -> Extraction:
    """The lines in the order of the text, with what is unsure; none where fewer than two sentences are lines."""
    found = [line for clause in document.clauses for line in [_read_clause(clause)] if line is not None]
    result = Extraction(values={"price_lines": []})
    if len(found) <= 1:
        return result
    numbers = [re.search(r"(\d{1,4})\)?$", line.source.article) for line, __ in found]
    written = [int(number[1]) for number in numbers if number is not None]
    own = len(set(written)) == len(found)
    for position, (line, candidates) in enumerate(found):
        line.no = written[position] if own else position + 1
        codes = load_catalogue().recognise(line.name)
        line.parameters = read_parameters(line.name)
        line.item = codes[0] if len(codes) == 1 else None
        doubts: tuple[tuple[str, list[Any]], ...] = (
            ("item", [] if len(codes) == 1 else list(codes)),
            ("total_fen", candidates),
        )
        for name, options in doubts:
            if options or getattr(line, name) is None:
                result.uncertain.append(
                    Uncertain(path=f"price_lines[{position}].{name}", candidates=options, source=line.source)
                )
        result.values["price_lines"].append(line)
    return result


def _read_clause(clause: Clause) -> tuple[PriceLine, list[int]] | None:
    text = clause.text
    name, quantity, price, total = (pattern.search(text) for pattern in (_NAME, _QUANTITY, _PRICE, _TOTAL))
    if name is None or quantity is None or price is None or total is None:
        return None
    between = text[price.end() : total.start()]
    times = _TIMES.search(between)
    stated = parse_yuan(total["value"])
    product = Fraction(_decimal(price["value"])) * Fraction(_decimal(quantity["value"])) * 100
    periods = None
    if times is not None:
        periods = Periods(count=int(times["count"]), unit=_PERIODS[times["unit"]])
        product *= periods.count
    agrees = round_fen(product) == stated
    line = PriceLine(
        no=0,
        name=clause.plain.words(name.start("name"), name.end("name")),
        unit=quantity["unit"],
        unit_price=decimal_text(_decimal(price["value"])),
        quantity=decimal_text(_decimal(quantity["value"])),
        periods=periods,
        total_fen=stated if agrees else None,
        source=sentence_source(clause, name.start()),
    )
    if agrees:
        return line, []
    line.stated_total_fen, line.product_fen = stated, round_fen(product)
    return line, [stated, round_fen(product)]


def _decimal(words: str) -> Decimal:
    return Decimal(words.replace(",", ""))
