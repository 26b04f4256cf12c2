"""The review of penalty bands: gaps, overlaps, open tops, worse that costs no more, averages, severity words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from yunqi.contract.clauses.base import Finding, Worth
from yunqi.contract.clauses.coefficient.schema import Coefficient
from yunqi.contract.documents import squeeze
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.contract.review.passages import list_passages
from yunqi.contract.review.titles import MEASURES, duration_words, in_minutes, share_words
from yunqi.kernel.money import round_fen
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_CHAINED = ("response_average", "recovery_average", "unattended")
_SEVERE = re.compile(
    r"(?:特别)?重大(?:损失|影响|事故|安全事故)|较大(?:影响|损失|事故)|严重(?:影响|后果|损失)|长时间(?:中断|宕机|不可用)|恶劣影响|不良影响"
)
_EVENTS = ("tampered", "data_lost", "intruded")


def check_bands(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Values that fall in no row or in two, and rows where the worse costs no more."""
    for table in ("severe", "minor", None):
        for measures in _CHAINED:
            rows = [
                row
                for row in contract.penalties.coefficients
                if row.table == table and row.measures == measures and row.band is not None and row.band.min is not None
            ]
            rows.sort(key=lambda row: in_minutes(row.band.min, row.band.unit) if row.band else Fraction(0))
            yield from _check_chain(contract, rows, measures)


def _monthly(contract: Contract, coefficient: Fraction) -> int | None:
    total, months = contract.total_fen, contract.term.months
    return round_fen(Fraction(total, months) * coefficient) if total and months else None


def _worth(contract: Contract, low: str, high: str, words: str) -> Worth | None:
    one, other = _monthly(contract, Fraction(low)), _monthly(contract, Fraction(high))
    return (
        None if one is None or other is None else Worth(fen_low=min(one, other), fen_high=max(one, other), words=words)
    )


def _check_chain(contract: Contract, rows: list[Coefficient], measures: str) -> Iterator[Finding]:
    title = MEASURES[measures]
    for below, above in itertools.pairwise(rows):
        low, high = below.band, above.band
        if low is None or high is None or low.max is None or low.min is None or high.min is None:
            continue
        end, start = in_minutes(low.max, low.unit), in_minutes(high.min, high.unit)
        edge = duration_words(high.min, high.unit)
        if end < start or (end == start and low.max_operator == "<" and high.min_operator == ">"):
            yield find_by(
                "band.gap",
                [below.source, above.source],
                worth=_worth(contract, "0", above.multiple, _("恰为该值：不计与按较重一行（以合同总价为基数）")),
                reading=f"gap.{above.table}#{above.no}",
                title=title,
                words=f"恰为{edge}" if end == start else f"在{duration_words(low.max, low.unit)}与{edge}之间",
                row=above.no,
                old=f"大于{edge}",
                new=f"不低于{duration_words(low.max, low.unit)}",
            )
        elif end > start or (low.max_operator == "<=" and high.min_operator == ">="):
            yield find_by(
                "band.overlap",
                [below.source, above.source],
                worth=_worth(contract, below.multiple, above.multiple, _("两行的违约金（以合同总价为基数）")),
                title=title,
                words=edge,
                low=below.no,
                row=above.no,
                coefficients=f"{share_words(below.multiple)}、{share_words(above.multiple)}",
            )
        if Fraction(above.multiple) <= Fraction(below.multiple):
            yield find_by(
                "band.no_rise",
                [below.source, above.source],
                title=title,
                low=below.no,
                row=above.no,
                coefficient=share_words(str(Fraction(below.multiple) * 2)),
            )
    if rows and rows[-1].band is not None and rows[-1].band.max is not None:
        last = rows[-1]
        yield find_by(
            "band.open_top",
            [last.source],
            worth=_worth(contract, "0", last.multiple, _("超过最后一档：不计与按最后一行（以合同总价为基数）")),
            reading=f"gap.{last.table}#{last.no}",
            title=title,
            words=duration_words(last.band.max, last.band.unit) if last.band else "",
            row=last.no,
            coefficient=share_words(str(Fraction(last.multiple) * 2)),
        )
    yield from _check_prefix(rows, title)


def _check_prefix(rows: list[Coefficient], title: str) -> Iterator[Finding]:
    prefixes = {}
    for row in rows:
        match = re.match(r"(?P<prefix>[^,;。]{2,12}?)(?:的)?平均", squeeze(row.text))
        prefixes[row.no] = match["prefix"] if match is not None else ""
    named = {prefix for prefix in prefixes.values() if prefix}
    without = [number for number, prefix in prefixes.items() if not prefix]
    if named and without:
        yield find_by(
            "band.prefix_differs",
            [row.source for row in rows],
            title=title,
            without="、".join(map(str, without)),
            prefix=min(named),
        )


def check_inversion(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """A row of long outages below the recovery row that it continues; a graver fact for less."""
    rows = contract.penalties.coefficients
    recovery = [
        row
        for row in rows
        if row.measures == "recovery_average"
        and row.band is not None
        and row.band.max is not None
        and row.table == "minor"
    ]
    for outage in (row for row in rows if row.measures == "outage_single" and row.bands):
        band = outage.bands[-1]
        for row in recovery:
            if row.band is None or in_minutes(row.band.max, row.band.unit) != in_minutes(band.min, band.unit):
                continue
            if Fraction(outage.multiple) < Fraction(row.multiple):
                yield find_by(
                    "band.inversion",
                    [row.source, outage.source],
                    worth=_worth(contract, outage.multiple, row.multiple, _("两行的违约金（以合同总价为基数）")),
                    low=row.no,
                    row=outage.no,
                    words=duration_words(band.min, band.unit),
                    above=share_words(row.multiple),
                    coefficient=share_words(outage.multiple),
                )
    yield from _check_graver(contract)


def _check_graver(contract: Contract) -> Iterator[Finding]:
    """Rows whose text begins with the same fact; the one that asks for counted complaints besides costs less."""
    rows = contract.penalties.coefficients
    for low, row in itertools.permutations(rows, 2):
        if low.table != row.table or Fraction(row.multiple) >= Fraction(low.multiple):
            continue
        fact, more = (re.split(r",(?:且|出现|并)", squeeze(one.text))[0] for one in (low, row))
        extra = re.search(r"(?:且|并)(?:在)?(?P<extra>[^,;。]{0,30}\d+次(?:以上)?)", squeeze(row.text))
        if (
            len(fact) > len("可用性低于")
            and _same_fact(fact, more)
            and extra is not None
            and "次" not in squeeze(low.text)
        ):
            yield find_by(
                "penalty.graver_costs_less",
                [low.source, row.source],
                worth=_worth(contract, row.multiple, low.multiple, _("两行的违约金（以合同总价为基数）")),
                low=low.no,
                row=row.no,
                extra=f"“{extra['extra']}”",
                coefficient=share_words(row.multiple),
                above=share_words(low.multiple),
                raised=share_words(str(Fraction(low.multiple) + Fraction(row.multiple))),
            )
            return


def _same_fact(one: str, other: str) -> bool:
    def limits(text: str) -> list[str]:
        return re.findall(r"\d+(?:\.\d+)?%?", text)

    return limits(one) == limits(other) and one[:4] == other[:4]


def check_averages(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Averages without population and period."""
    rows = [row for row in contract.penalties.coefficients if row.measures in {"response_average", "recovery_average"}]
    rows = [row for row in rows if "平均" in squeeze(row.text)]
    defined = r"平均[^。;]{0,20}(?:指|按|以)[^。;]{0,40}(?:月|年|季度|服务期|工单|故障)|(?:算术)平均值"
    if rows and not any(re.search(defined, passage.text) for passage in list_passages(outline)):
        yield find_by(
            "average.undefined",
            [row.source for row in rows[:4]],
            rows="、".join(str(row.no) for row in rows),
        )


def check_severity_words(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Severity words that the tables don't share, that have no definition, or that one table alone uses."""
    by_measure: dict[str, dict[str, set[str]]] = {}
    rows = contract.penalties.coefficients
    for row in rows:
        if row.measures is not None and row.requires is not None and row.table is not None:
            by_measure.setdefault(row.measures, {}).setdefault(row.table, set()).add(row.requires.word)
    for measures, tables in by_measure.items():
        severe, minor = tables.get("severe"), tables.get("minor")
        if severe and minor and severe != minor:
            found = [row for row in rows if row.measures == measures and row.requires is not None]
            yield find_by(
                "severity.words_differ",
                [row.source for row in found],
                worth=_worth(
                    contract,
                    "0",
                    max((row.multiple for row in found), key=Fraction),
                    _("不计与按最重一行（以合同总价为基数）"),
                ),
                reading=f"words.{measures}",
                title=MEASURES.get(measures, measures),
                severe="、".join(sorted(severe)),
                minor="、".join(sorted(minor)),
            )
    yield from _check_events(contract)
    yield from _check_definitions(contract, outline)


def _check_events(contract: Contract) -> Iterator[Finding]:
    rows = contract.penalties.coefficients
    tables = {row.table for row in rows}
    alone = [
        row
        for row in rows
        if row.table == "severe"
        and row.measures in _EVENTS
        and row.requires is not None
        and not any(other.table == "minor" and other.measures == row.measures for other in rows)
    ]
    if alone and "minor" in tables:
        word = alone[0].requires.word if alone[0].requires else ""
        yield find_by(
            "severity.no_minor",
            [row.source for row in alone],
            worth=_worth(
                contract,
                "0",
                max((row.multiple for row in alone), key=Fraction),
                _("没有该程度与有该程度（以合同总价为基数）"),
            ),
            reading=f"words.{alone[0].measures}",
            rows="、".join(str(row.no) for row in alone),
            word=word,
        )
    narrow = [
        row for row in rows if row.measures in _EVENTS and re.search(r"安全服务(?:出现|发生)?故障", squeeze(row.text))
    ]
    narrow = [row for row in narrow if "云服务" not in squeeze(row.text)]
    if narrow:
        yield find_by(
            "severity.cause_narrow", [row.source for row in narrow], rows="、".join(str(row.no) for row in narrow)
        )


def _check_definitions(contract: Contract, outline: Outline) -> Iterator[Finding]:
    passages = list_passages(outline)
    found: dict[str, list[int]] = {}
    for index, passage in enumerate(passages):
        penal = re.search(r"违约|系数|解除|罚|级|赔偿|%", passage.text) or passage.part
        if penal is None or re.search(r"保密|涉密", passage.text):
            continue
        for match in _SEVERE.finditer(passage.text):
            found.setdefault(match[0], []).append(index)
    whole = "\n".join(passage.text for passage in passages)
    undefined = [
        word
        for word in found
        if not re.search(
            rf"{word}[”\"』」]?(?:[、和及或][“\"『「]?[^,;。:]{{2,10}}[”\"』」]?){{0,3}},?(?:是指|系指|指|包括|即|为以下|:|的认定)",
            whole,
        )
    ]
    undefined = [word for word in undefined if word != "重大安全事故"]
    if undefined:
        yield find_by(
            "severity.word_undefined",
            [passages[found[word][0]].source for word in undefined],
            words="、".join(f"“{word}”" for word in undefined),
        )


BAND_CHECKS: tuple[Check, ...] = (check_bands, check_inversion, check_averages, check_severity_words)
