"""Cases at the edge of every number of a contract: what the rules make of a value on the limit, just short of it and
just beyond. Pure.

They are made from the contract as it was signed, to be read by a lawyer; run against the data again, a number that has
changed since fails one of them. `boundary_rules` says what comes of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.coefficient.rule import requirements, row_key, split_row
from yunqi.contract.clauses.critical_breach.rule import row_code
from yunqi.contract.clauses.other_penalty.rule import LASTING, length_of_clause
from yunqi.contract.clauses.service_level.rule import limit_of
from yunqi.contract.conditions import NO, YES
from yunqi.contract.terms import Band, duration_minutes, number
from yunqi.kernel.money import decimal_text
from yunqi.kernel.units import is_exact_unit
from yunqi.settlement.boundary_rules import evaluate, rows_of
from yunqi.settlement.titles import metric_title

_SECOND = Fraction(1, 60)
_TENTH = Fraction(1, 10)
_WEEK = 7
_COUNTS = (0, 1, 2)
_MOST_COUNTS = 100_000
_TRIGGERS = ("effective", "assessment", "acceptance", "invoice", "funds", "expiry")
_ON, _SHORT, _BEYOND = "恰好", "差一点", "多一点"


@dataclass(frozen=True, slots=True)
class BoundaryCase:
    """One case: where in the contract data (`path`), what is supposed (`facts`), what comes of it (`expected`), in
    words (`name`), and the article.
    """

    kind: str
    path: str
    name: str
    facts: Mapping[str, Any]
    expected: Mapping[str, Any]
    article: str = ""


def make_cases(data: Mapping[str, Any], *, around: date) -> tuple[BoundaryCase, ...]:
    """The cases of a contract's numbers. `around`: a day in a year whose working days are published."""
    made: list[BoundaryCase] = []
    for kind, path, name, facts, clause in _suppose(data, around):
        source = (clause or {}).get("source") or {}
        expected = evaluate(data, kind, path, facts)
        made.append(BoundaryCase(kind, path, name, facts, expected, str(source.get("article") or "")))
    return tuple(made)


def find_failing(
    data: Mapping[str, Any], cases: Iterable[BoundaryCase]
) -> list[tuple[BoundaryCase, Mapping[str, Any]]]:
    """The cases that come to something else by these data, each with what it comes to."""
    found: list[tuple[BoundaryCase, Mapping[str, Any]]] = []
    for one in cases:
        made = evaluate(data, one.kind, one.path, one.facts)
        if made != one.expected:
            found.append((one, made))
    return found


Supposed = tuple[str, str, str, Mapping[str, Any], Mapping[str, Any] | None]


def _suppose(data: Mapping[str, Any], around: date) -> Iterator[Supposed]:
    yield from _levels(data)
    yield from _rows(data)
    yield from _critical(data)
    yield from _sums(data)
    yield from _dates(data, around)


def _edges(limit: Fraction, step: Fraction) -> Iterator[tuple[str, Fraction]]:
    yield _SHORT, max(Fraction(0), limit - step)
    yield _ON, limit
    yield _BEYOND, limit + step


def _step(value: object, unit: object) -> Fraction:
    """A second for times, a tenth of the last place for shares, one for counts."""
    if is_exact_unit(unit if isinstance(unit, str) else None):
        return _SECOND
    text = str(value)
    places = len(text.partition(".")[2])
    return _TENTH ** (places + 1) if places else Fraction(1)


def _levels(data: Mapping[str, Any]) -> Iterator[Supposed]:
    for place, level in enumerate(data.get("service_levels") or ()):
        limit = limit_of(level)
        if limit is None:
            continue
        title = metric_title(str(level.get("metric")))
        for edge, value in _edges(limit, _step(level.get("threshold"), level.get("unit"))):
            name = f"{title}实测{_said(value)}（约定值{edge}）"
            yield "level", f"service_levels.{place}", name, {"value": str(value)}, level


def _rows(data: Mapping[str, Any]) -> Iterator[Supposed]:
    words = sorted({word for row in rows_of(data) for word, _denied in requirements(row)})
    for row in [part for whole in rows_of(data) for part in split_row(whole)]:
        answers = {f"severity.{word}": NO for word in words}
        answers |= {f"severity.{word}": NO if denied else YES for word, denied in requirements(row)}
        answers[f"row.{row_key(row)}"] = YES
        table = "严重" if row["table"] == "severe" else "一般"
        title = f"{metric_title(str(row.get('measures')))}（{table}违约第{row['no']}行）"
        base = {"measures": row.get("measures"), "answers": answers}
        bands = row.get("bands") or [row["band"] for _ in (0,) if row.get("band")]
        if not bands:
            yield "row", "penalties.coefficients", title, base, row
        for place, band in enumerate(bands):
            joint = {
                str(one.get("metric")): _beside(bands, place, other, row.get("joined"))
                for other, one in enumerate(bands)
            }
            for limit, edge, value in _band_edges(band):
                facts = {**base, "value": str(value)}
                if len(bands) > 1:
                    joint[str(band.get("metric"))] = value
                    facts = {**base, "figures": {name: str(figure) for name, figure in joint.items()}}
                name = f"{title}：{_said(value)}（第{place + 1}项{limit}{edge}）"
                yield "row", "penalties.coefficients", name, facts, row


def _band_edges(band: Mapping[str, Any]) -> Iterator[tuple[str, str, Fraction]]:
    reach = Band.of(band)
    for key, limit in (("min", reach.low), ("max", reach.high)) if reach is not None else ():
        if limit is not None:
            for edge, value in _edges(limit, _step(band.get(key), band.get("unit"))):
                yield ("下限" if key == "min" else "上限"), edge, value


def _beside(bands: Sequence[Mapping[str, Any]], place: int, other: int, joined: object) -> Fraction:
    """A figure for another band of a row, such that the row hangs on the one at `place`.

    `or_and`: the last one must hold, with any of the others.
    """
    last = len(bands) - 1
    inside = joined == "and" or (joined == "or_and" and last in {place, other})
    return _elsewhere(bands[other], inside=inside)


def _elsewhere(band: Mapping[str, Any], *, inside: bool) -> Fraction:
    """A value well within the band, or well outside of it."""
    reach = Band.of(band)
    if reach is None:
        return Fraction(0)
    if reach.low is not None:
        within = reach.low + 1 if reach.high is None else (reach.low + reach.high) / 2
        return within if inside else max(Fraction(0), reach.low - 1)
    high = reach.high or Fraction(0)
    return high / 2 if inside else high + 1


def _critical(data: Mapping[str, Any]) -> Iterator[Supposed]:
    for place, row in enumerate((data.get("penalties") or {}).get("critical") or ()):
        path = f"penalties.critical.{place}"
        title = f"{row.get('level')}级{metric_title(str(row.get('type')))}"
        yield "critical_count", path, f"{title}：构成重大违约的次数", {}, row
        met = {"type": row.get("type"), "important": False, "answers": {"responsible": YES, row_code(row): YES}}
        limit = duration_minutes(row.get("duration") or (row.get("conditions") or {}).get("lasts"))
        length = {"minutes": str(limit + 1)} if limit is not None else {}
        for edge, value in _edges(limit, _SECOND) if limit is not None else ():
            yield "critical", path, f"{title}：持续{_said(value)}分钟（{edge}）", {**met, "minutes": str(value)}, row
        limits = _conditions(row)
        for name, most in limits.items():
            others = {
                other: str(least + 1 if row.get("joined") == "and" else max(Fraction(0), least - 1))
                for other, least in limits.items()
                if other != name
            }
            answers = met["answers"] if row.get("joined") == "and" else {"responsible": YES}
            for edge, value in _edges(most, Fraction(1)):
                facts = {**met, **length, **others, name: str(value), "answers": answers}
                word = "影响人数" if name == "people" else "经济损失（分）"
                yield "critical", path, f"{title}：{word}{_said(value)}（{edge}）", facts, row


def _conditions(row: Mapping[str, Any]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for name in ("people", "loss_fen"):
        stated = (row.get("conditions") or {}).get(name)
        value = number(stated.get("value")) if isinstance(stated, Mapping) else None
        if value is not None:
            found[name] = value
    return found


def _sums(data: Mapping[str, Any]) -> Iterator[Supposed]:
    penalties = data.get("penalties") or {}
    yield "total", "total_fen", "合同总价", {}, None
    for place, formula in enumerate(penalties.get("formulas") or ()):
        name = f"违约金公式的系数（{formula.get('table') or '通用'}）"
        yield "formula", f"penalties.formulas.{place}", name, {}, formula
    for place, clause in enumerate(penalties.get("other") or ()):
        path = f"penalties.other.{place}"
        for count in _counts(data, path):
            yield "other", path, f"其他违约金“{clause.get('duty')}”：{count} 次（日、期）", {"count": count}, clause
    yield from _lasting(penalties)
    yield from _banded(penalties)
    for place, line in enumerate(data.get("price_lines") or ()):
        yield "price_line", f"price_lines.{place}", f"价目行 {line.get('no')} 的合价", {}, line
    for place, instalment in enumerate(data.get("instalments") or ()):
        yield "amount", f"instalments.{place}", f"第 {instalment.get('no')} 期款的金额", {}, instalment
    if data.get("bond"):
        yield "amount", "bond", "履约保证金的金额", {}, data["bond"]


def _lasting(penalties: Mapping[str, Any]) -> Iterator[Supposed]:
    """What counts time: one length and two, from the start and past the band's edge."""
    for place, clause in enumerate(penalties.get("other") or ()):
        if clause.get("kind") not in LASTING:
            continue
        length, band = length_of_clause(clause), Band.of(clause.get("band"))
        minutes = duration_minutes(length)
        size = minutes or number(length.get("count")) or Fraction(1)
        past = Fraction(0) if band is None or band.low is None else band.low
        step = Fraction(1) if minutes is None else _SECOND
        limits = dict.fromkeys(one + times * size for one in (Fraction(0), past) for times in (1, 2))
        for edge, value in ((edge, value) for limit in limits for edge, value in _edges(limit, step)):
            unit = "" if minutes is None else "分钟"
            name = f"其他违约金第{place + 1}项按期计收：持续{_said(value)}{unit}（整期{edge}）"
            yield "lasting", f"penalties.other.{place}", name, {"measured": str(value)}, clause


def _banded(penalties: Mapping[str, Any]) -> Iterator[Supposed]:
    """The edges of what prices a band: penalties of that kind, credits."""
    for part, title in (("other", "其他违约金"), ("credits", "服务费扣减")):
        for place, clause in enumerate(penalties.get(part) or ()):
            for kind, band in (("banded", clause.get("band")), ("terminates", clause.get("terminates"))):
                what = "可解除合同，" if kind == "terminates" else ""
                for limit, edge, value in _band_edges(band or {}):
                    measured = f"{what}{metric_title(str((band or {}).get('metric')))}{_said(value)}"
                    name = f"{title}第{place + 1}项：{measured}（{limit}{edge}）"
                    yield kind, f"penalties.{part}.{place}", name, {"value": str(value)}, clause


def _counts(data: Mapping[str, Any], path: str) -> list[int]:
    """None, one, two; and the count from which the cap holds, with the one before it."""
    found = list(_COUNTS)
    one, two = (int(evaluate(data, "other", path, {"count": count})["amount_fen"] or 0) for count in (1, 2))
    most = int(evaluate(data, "other", path, {"count": _MOST_COUNTS})["amount_fen"] or 0)
    if one and two > one and most < one * _MOST_COUNTS:
        reached = -(-most // one)
        found += [reached - 1, reached, reached + 1]
    return sorted({*found, _MOST_COUNTS})


def _dates(data: Mapping[str, Any], around: date) -> Iterator[Supposed]:
    week = [around + timedelta(days=day) for day in range(_WEEK)]
    if data.get("term"):
        yield "term", "term", "服务期与服务月数", {"signed_on": around.isoformat()}, data["term"]
    for place, instalment in enumerate(data.get("instalments") or ()):
        path = f"instalments.{place}"
        for on in week if instalment.get("within") else week[:1]:
            facts = {"dates": dict.fromkeys(_TRIGGERS, on.isoformat())}
            yield "due", path, f"第 {instalment.get('no')} 期款：条件于 {on} 成就，最后付款日", facts, instalment
    bond = data.get("bond")
    for on in week if bond else ():
        yield "bond", "bond", f"履约保证金：{on} 签订、保函于该日到期", {"on": on.isoformat()}, bond
    acceptance = data.get("acceptance")
    for on in week if acceptance else ():
        yield "acceptance", "acceptance", f"验收：{on} 提出", {"asked_on": on.isoformat()}, acceptance


def _said(value: Fraction) -> str:
    """A figure as people write it: decimal where it is one, else to the second."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest == 1:
        return decimal_text(value)
    whole, seconds = divmod(value * 60, 60)
    return f"{int(whole)}分{int(seconds)}秒"
