"""Two versions of a contract, or two contracts, side by side: by clause, by month, by money. Exact."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from yunqi.contract.clauses.price_line.rule import compute_line_amount
from yunqi.contract.documents import squeeze
from yunqi.kernel.period import Month, add_months

What = Literal["added", "removed", "changed"]
Data = Mapping[str, Any]
_NO_MEANING = frozenset(
    {"source", "sources", "sources_before", "amount_source", "remedy_source", "offset_sources", "annex_sources"}
)
_SKIPPED = frozenset(
    {"file", "findings", "uncertain", "unread", "coverage", "settled", "number_source", "signed_source", "total_source"}
    | {"table_total_source", "amended_by"}
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `part` is a key of the form (`price_lines`, `penalties.other`); `title` names the item.

    `path_before` and `path_after` are None where it is not there. `field` is None for an item that is there once only;
    `effect_fen` is what the item costs more over the term, exact, where that can be told.
    """

    part: str
    what: What
    title: str
    field: str | None
    before: Any
    after: Any
    path_before: str | None
    path_after: str | None
    source_before: Mapping[str, Any] | None
    source_after: Mapping[str, Any] | None
    effect_fen: Fraction | None = None


@dataclass(frozen=True, slots=True)
class MonthFee:
    """The fee of a calendar month before and after, in fen, exact; None where nothing tells it."""

    month: str
    before_fen: Fraction | None
    after_fen: Fraction | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences in the order of the form, the fee by month, and the stated totals."""

    differences: tuple[Difference, ...]
    months: tuple[MonthFee, ...]
    total_before_fen: int | None
    total_after_fen: int | None

    @property
    def effect_fen(self) -> Fraction | None:
        """What the months together cost more; None when a month can't be told."""
        total = Fraction()
        for one in self.months:
            if one.before_fen is None or one.after_fen is None:
                return None
            total += one.after_fen - one.before_fen
        return total if self.months else None


def compare_contracts(before: Data, after: Data, *, since: date | None = None) -> Comparison:
    """What differs from one contract to another; `since`: the later version holds from that day, the former until then.

    Sources are no difference. Items of a list are matched by what they are called, not by where they stand.
    """
    found = [one for part in _parts(before, after) for one in _compare_part(part, before, after)]
    return Comparison(
        tuple(found), _compare_months(before, after, since), before.get("total_fen"), after.get("total_fen")
    )


def _parts(before: Data, after: Data) -> Iterator[str]:
    for key in dict.fromkeys((*before, *after)):
        if key in _SKIPPED:
            continue
        if key == "penalties":
            names = dict.fromkeys((*(before.get(key) or {}), *(after.get(key) or {})))
            yield from (f"{key}.{name}" for name in names if name not in _NO_MEANING)
        else:
            yield key


def _value(data: Data, part: str) -> Any:
    head, _dot, name = part.partition(".")
    found = data.get(head)
    return (found or {}).get(name) if name else found


def _compare_part(part: str, before: Data, after: Data) -> Iterator[Difference]:
    old, new = _value(before, part), _value(after, part)
    if part in _KEYS or _is_items(old) or _is_items(new):
        yield from _compare_items(part, list(old or ()), list(new or ()))
    elif isinstance(old, Mapping) or isinstance(new, Mapping):
        yield from _compare_forms(part, old or {}, new or {}, (part, part), "")
    elif old != new:
        what: What = "added" if old is None else "removed" if new is None else "changed"
        sources = (_top_source(before, part), _top_source(after, part))
        yield Difference(part, what, "", None, old, new, part, part, *sources)


def _top_source(data: Data, part: str) -> Any:
    key = {"total_fen": "total_source", "table_total_fen": "table_total_source", "signed_on": "signed_source"}
    return data.get(key.get(part, f"{part}_source"))


def _is_items(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _named(*names: str) -> Callable[[Data], Hashable]:
    def key(one: Data) -> Hashable:
        return tuple(squeeze(str(one.get(name) or "")) for name in names)

    return key


def _line_key(one: Data) -> Hashable:
    parameters = tuple(sorted((name, str(value)) for name, value in (one.get("parameters") or {}).items()))
    return (one.get("item"), squeeze(str(one.get("name") or "")), parameters)


_KEYS: Mapping[str, tuple[Callable[[Data], Hashable], ...]] = {
    "price_lines": (_line_key, _named("no", "item"), _named("item", "name"), _named("name")),
    "systems": (_named("name"),),
    "documents": (_named("name"),),
    "baseline_services": (_named("name"),),
    "unpriced_services": (_named("name"),),
    "service_levels": (
        _named("metric", "object", "condition", "statistic", "threshold"),
        _named("metric", "object", "condition", "statistic"),
        _named("metric", "object", "condition"),
    ),
    "instalments": (_named("no"),),
    "kpis": (_named("name"), _named("no")),
    "deliverables": (_named("name", "phase"), _named("name")),
    "obligations": (_named("party", "text"),),
    "penalties.critical": (_named("text"), _named("level", "type", "object"), _named("level", "type")),
    "penalties.coefficients": (_named("table", "text"), _named("table", "no")),
    "penalties.other": (_named("kind", "duty", "of"), _named("kind", "duty"), _named("duty")),
    "penalties.formulas": (_named("table"),),
}
"""How items are matched: by the first key that both have, then the next."""
_TITLES = ("name", "duty", "text", "metric")


def _match(part: str, old: list[Data], new: list[Data]) -> list[tuple[int | None, int | None]]:
    """Pairs of positions: those that are one item, and those that are there once only."""
    left, right = list(range(len(old))), list(range(len(new)))
    pairs: list[tuple[int | None, int | None]] = []
    for key in _KEYS.get(part, (_named("no", "name", "text"),)):
        waiting: dict[Hashable, list[int]] = {}
        for at in right:
            waiting.setdefault(key(new[at]), []).append(at)
        for at in list(left):
            found = waiting.get(key(old[at]))
            if found:
                pairs.append((at, found.pop(0)))
                left.remove(at)
                right.remove(pairs[-1][1])  # type: ignore[arg-type]
    pairs.sort(key=lambda pair: pair[0] or 0)
    return [*pairs, *((at, None) for at in left), *((None, at) for at in right)]


def _compare_items(part: str, old: list[Data], new: list[Data]) -> Iterator[Difference]:
    for left, right in _match(part, old, new):
        paths = (None if left is None else f"{part}[{left}]", None if right is None else f"{part}[{right}]")
        if left is not None and right is not None:
            yield from _compare_forms(part, old[left], new[right], (str(paths[0]), str(paths[1])), _title(new[right]))
            continue
        one = old[left] if left is not None else new[right or 0]
        amount = _amount(part, one)
        sign = -1 if right is None else 1
        yield Difference(
            part,
            "removed" if right is None else "added",
            _title(one),
            None,
            one if right is None else None,
            None if right is None else one,
            *paths,
            one.get("source") if right is None else None,
            None if right is None else one.get("source"),
            None if amount is None else sign * amount,
        )


def _compare_forms(part: str, old: Data, new: Data, paths: tuple[str, str], title: str) -> Iterator[Difference]:
    effect = _effect(part, old, new)
    for name in dict.fromkeys((*old, *new)):
        before, after = _plain(old.get(name)), _plain(new.get(name))
        if name in _NO_MEANING or before == after:
            continue
        yield Difference(
            part,
            "changed",
            title,
            name,
            before,
            after,
            f"{paths[0]}.{name}",
            f"{paths[1]}.{name}",
            old.get("source") or next(iter(old.get("sources") or ()), None),
            new.get("source") or next(iter(new.get("sources") or ()), None),
            effect,
        )
        effect = None  # of the item, told once


def _plain(value: Any) -> Any:
    """A value without its sources."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items() if key not in _NO_MEANING}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _title(one: Data) -> str:
    return next((str(one[name]) for name in _TITLES if one.get(name)), "")


def _amount(part: str, one: Data) -> Fraction | None:
    if part != "price_lines":
        return None
    exact = compute_line_amount(one)
    return exact if exact is not None else None if one.get("total_fen") is None else Fraction(one["total_fen"])


def _effect(part: str, old: Data, new: Data) -> Fraction | None:
    before, after = _amount(part, old), _amount(part, new)
    return None if before is None or after is None or before == after else after - before


# --- by month ---


def _compare_months(before: Data, after: Data, since: date | None) -> tuple[MonthFee, ...]:
    spans = [span for span in (_span(before), _span(after)) if span is not None]
    if not spans:
        return ()
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    rows = []
    day = first.replace(day=1)
    while day <= last:
        month = Month(day.year, day.month)
        old = fee_of_month(before, month)
        new = fee_of_month(after, month)
        if since is not None and old is not None and new is not None:
            new = _split(month, since, old, new)
        rows.append(MonthFee(str(month), old, new))
        day = add_months(day, 1)
    return tuple(rows)


def _split(month: Month, since: date, old: Fraction, new: Fraction) -> Fraction:
    """The fee of a month in which the later version begins: by days."""
    days = month.days
    earlier = min(max((since - month.start_on).days, 0), days)
    return (old * earlier + new * (days - earlier)) / days


def fee_of_month(data: Data, month: Month) -> Fraction | None:
    """What a contract costs in a calendar month, in fen, exact: a month's fee for each day's share of the month.

    A month's fee is that of the priced lines, or the total where no line has a price, over the months of the term;
    what is bought by run or piece is spread over the term as the penalties' monthly fee has it. Outside the term 0;
    None where no amount or no term is known.
    """
    span = _span(data)
    monthly = monthly_fee(data)
    if span is None or monthly is None:
        return None
    start, end = max(span[0], month.start_on), min(span[1], month.end_on)
    days = max((end - start).days + 1, 0)
    return monthly * days / month.days


def monthly_fee(data: Data) -> Fraction | None:
    """The contract's fee over the months of its term, in fen, exact; None where either is not known."""
    lines = [amount for one in data.get("price_lines") or () if (amount := _amount("price_lines", one)) is not None]
    total = sum(lines, Fraction()) if lines else data.get("total_fen")
    months = months_of(data)
    return None if total is None or not months else Fraction(total) / months


def months_of(data: Data) -> Fraction | None:
    """The months of the term: as stated, else from its days, a part of a month by its days."""
    term = data.get("term") or {}
    if term.get("months"):
        return Fraction(term["months"])
    span = _span(data)
    if span is None:
        return None
    count, day = 0, span[0]
    while add_months(span[0], count + 1) - timedelta(days=1) <= span[1]:
        count += 1
        day = add_months(span[0], count)
    rest = (span[1] - day).days + 1
    return count + Fraction(rest, (add_months(day, 1) - day).days) if rest > 0 else Fraction(count)


def _span(data: Data) -> tuple[date, date] | None:
    term = data.get("term") or {}
    if not term.get("start_on") or not term.get("end_on"):
        return None
    return date.fromisoformat(str(term["start_on"])), date.fromisoformat(str(term["end_on"]))
