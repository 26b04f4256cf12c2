"""A statement against the same month worked out here: every figure side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .answers import Answers, OpenQuestion, TooManyOpenError
from .breaches import Breaches
from .clauses import as_number
from .levels import Damages, Levels, unpriced_damages
from .money import delivered_lines, offset_plan, payable_instalments
from .month_case import MOST_PROOFS, MonthCase
from .penalty import Outcome, price_month
from .people import compute_grounds
from .seen import Seen

FEN, PLAIN, MINUTES, SHARE = "fen", "plain", "minutes", "share"


@dataclass(frozen=True)
class Line:
    """One figure: its name as the trace of the statement has it, what was worked out here and what is stated."""

    name: str
    label: str
    here: str
    stated: str
    unit: str = PLAIN

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return self.here == self.stated

    @property
    def difference(self) -> str:
        """Here less stated, where both are numbers."""
        try:
            return str(Fraction(self.here) - Fraction(self.stated))
        except (ValueError, ZeroDivisionError):
            return ""


@dataclass
class Comparison:
    """One statement against what was worked out here. `open_codes`: questions that still change the penalty. `sampled`:
    in so many ways the penalty was worked out where there are too many for all: each lies within the bounds, or a line
    says so.
    """

    month: str
    version: int
    provisional: bool
    lines: list[Line] = field(default_factory=list)
    open_codes: tuple[str, ...] = ()
    worth_fen: list[tuple[int, Fraction]] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    sampled: int = 0

    @property
    def wrong(self) -> list[Line]:
        """The figures that differ."""
        return [one for one in self.lines if not one.agrees]


def _text(value: Any) -> str:
    return "—" if value is None else str(value)


def _exact(value: Any) -> str:
    return "—" if value is None else str(as_number(value))


def compare_month(texts: Mapping[str, MonthCase], row: Mapping[str, Any]) -> Comparison:
    """The comparison of one statement. `texts` has the month by the text that holds at its end; and by the earlier one
    (`before`) while it is not agreed by which of both it is settled.
    """
    data = row["data"]
    made = Comparison(row["month"], int(row["version"]), bool(data["provisional"]))
    whole = texts["after"] if "after" in texts else texts["before"]
    granted, *others = whole.variants()
    case = granted[1]
    seen = Seen(case)
    levels = Levels(case, seen)
    _compare_head(made, case, data)
    _compare_delivery(made, case, data)
    _compare_incidents(made, case, seen, data)
    _compare_levels(made, levels, data)
    low = None
    try:
        outcomes, damages = _price(case, seen, levels)
        fens = [one.fen + damages.fen for _assumed, one in outcomes]
        low = min(fens)
        made.open_codes = _open_codes(outcomes)
        for answers, other in others:
            costs = _fens(other)
            fens += costs
            refused = tuple(code for code, given in answers if not given) if len(set(fens)) > 1 else ()
            made.open_codes += tuple(code for code in refused if code not in made.open_codes)
            if len(whole.proof_codes) > MOST_PROOFS and len(refused) == 1:
                _compare_proof(made, data, refused[0], costs)
        readings, all_read = case.readings_of_month() if case.changed else ([], True)
        for other in readings:
            fens += _fens(other)
        if len(texts) > 1:
            for _answers, earlier in texts["before"].variants():
                fens += _fens(earlier)
            made.open_codes += ("amendment.month",) if len(set(fens)) > 1 else ()
        made.sampled = 0 if all_read and len(whole.proof_codes) <= MOST_PROOFS else len(fens)
        _compare_penalty(made, data, min(fens), max(fens))
        _compare_candidates(made, data, outcomes, damages.by_code)
    except TooManyOpenError:
        made.unchecked.append("penalty")
    _compare_payments(made, case, data, low)
    _compare_grounds(made, case, data)
    return made


def _compare_proof(made: Comparison, data: Mapping[str, Any], code: str, fens: Sequence[int]) -> None:
    """What a statement says of one time of force majeure alone, where there are too many for every way."""
    for point in data["open_points"]:
        for choice in point["choices"] if point["code"] == code else ():
            if choice["choice"] == "none":
                low, high = (int(choice.get(name, choice.get("amount_fen", 0))) for name in ("low_fen", "high_fen"))
                here = f"{min(fens)}–{max(fens)}"
                fits = low <= min(fens) and max(fens) <= high
                stated = f"{low}–{high}"
                made.lines.append(Line(f"point.{code}", f"{code} 不免除时", stated if fits else here, stated, FEN))


def _compare_grounds(made: Comparison, case: MonthCase, data: Mapping[str, Any]) -> None:
    """A statement of before grounds were shown has none."""
    stated = data.get("grounds") or ()
    found = compute_grounds(case, stated)
    for one in stated:
        if one["code"] in found:
            made.lines.append(Line(f"ground.{one['code']}", str(one["title"]), found[one["code"]], str(one["state"])))


def _price(case: MonthCase, seen: Seen, levels: Levels) -> tuple[list[tuple[dict[str, str], Outcome]], Damages]:
    return price_month(case, seen), unpriced_damages(case, seen, levels, _named_events(case, seen))


def _fens(case: MonthCase) -> list[int]:
    seen = Seen(case)
    outcomes, damages = _price(case, seen, Levels(case, seen))
    return [one.fen + damages.fen for _assumed, one in outcomes]


def _named_events(case: MonthCase, seen: Seen) -> set[str]:
    """The events that any row could price, whatever is answered."""
    assumed, named = dict[str, str](), set[str]()
    while True:
        try:
            return named | Breaches(case, seen, Answers(case.known, assumed, case.changed)).named
        except OpenQuestion as question:
            for choice in question.choices:
                try:
                    given = Answers(case.known, {**assumed, question.code: choice}, case.changed)
                    named |= Breaches(case, seen, given).named
                except OpenQuestion:
                    continue
            assumed = {**assumed, question.code: question.choices[0]}


def _compare_head(made: Comparison, case: MonthCase, data: Mapping[str, Any]) -> None:
    law = case.clauses
    made.lines.append(Line("total", "合同总价", _text(law.total_fen), _text(data["contract"]["total_fen"]), FEN))
    term = data["contract"]["term"]
    for name, label, here in (("start_on", "服务期起", law.start_on), ("end_on", "服务期止", law.end_on)):
        made.lines.append(Line(f"term.{name}", label, _text(here), _text(term[name])))


def _compare_delivery(made: Comparison, case: MonthCase, data: Mapping[str, Any]) -> None:
    stated = {int(one["no"]): one for one in data["delivery"]}
    lines = {int(one["no"]): one for one in case.clauses.lines}
    labels = {"average": "平均", "peak": "峰值", "at_end": "月末", "burst_average": "扩容平均"}
    for one in delivered_lines(case):
        theirs = stated.pop(one.no, {})
        here = {"average": one.average, "peak": one.peak, "at_end": one.at_end, "burst_average": one.burst}
        name = str(lines[one.no].get("name") or "")
        for key, value in here.items():
            label = f"价目行 {one.no} {name} {labels[key]}"
            made.lines.append(Line(f"delivery.{one.no}.{key}", label, _text(value), _exact(theirs.get(key))))
        for key, label in (("unit_price", "单价"), ("total_fen", "总价")):
            given = lines[one.no].get(key)
            made.lines.append(
                Line(
                    f"delivery.{one.no}.{key}",
                    f"价目行 {one.no} {name} {label}",
                    _exact(given),
                    _exact(theirs.get(key)),
                )
            )
        if one.fee_fen is not None:
            made.worth_fen.append((one.no, one.fee_fen))
    for no in stated:
        made.lines.append(Line(f"delivery.{no}", f"价目行 {no}", "合同中没有", "有"))


def _compare_incidents(made: Comparison, case: MonthCase, seen: Seen, data: Mapping[str, Any]) -> None:
    stated = {one["id"]: one for one in data["incidents"]}
    for one in case.recent:
        theirs = stated.pop(one.id, None)
        given = "未列入" if theirs is None else _exact(theirs["outage_minutes"])
        here = _text(seen.minutes_down(one))
        made.lines.append(Line(f"incident.{one.id}", f"事件 {one.number} 中断分钟", here, given, MINUTES))
    for name, left in stated.items():
        made.lines.append(Line(f"incident.{name}", f"事件 {left['number']}", "链中没有", "列入"))


def _compare_levels(made: Comparison, levels: Levels, data: Mapping[str, Any]) -> None:
    stated: Sequence[Mapping[str, Any]] = data["levels"]
    for place, outcome in enumerate(levels.outcomes):
        theirs = stated[place] if place < len(stated) else {}
        label = f"服务水平 {place + 1} {outcome.level.get('metric')}"
        unit = SHARE if outcome.level.get("metric") == "availability" else PLAIN
        measured = Line(f"level.{place + 1}", label, _text(outcome.measured), _exact(theirs.get("measured")), unit)
        made.lines += [
            measured,
            Line(f"level.{place + 1}.state", f"{label} 结论", outcome.state, _text(theirs.get("state"))),
        ]


def _open_codes(outcomes: Sequence[tuple[Mapping[str, str], Outcome]]) -> tuple[str, ...]:
    if len({one.fen for _assumed, one in outcomes}) < 2:
        return ()
    return tuple(sorted({code for assumed, _one in outcomes for code in assumed}))


def _compare_penalty(made: Comparison, data: Mapping[str, Any], low: int, high: int) -> None:
    if not data["provisional"]:
        here = str(low) if low == high else f"{low}–{high}"
        made.lines.append(Line("penalty", "本月违约金", here, _text(data["penalty_fen"]), FEN))
        return
    # Of a provisional statement only the bounds are stated, and they may be wider than need be, never narrower.
    for key, label, least, fits in (
        ("low", "违约金下限", low, data["penalty_low_fen"] <= low),
        ("high", "违约金上限", high, data["penalty_high_fen"] >= high),
    ):
        stated = data[f"penalty_{key}_fen"]
        made.lines.append(Line(f"penalty.{key}", label, str(stated if fits else least), str(stated), FEN))


def _compare_candidates(
    made: Comparison,
    data: Mapping[str, Any],
    outcomes: Sequence[tuple[Mapping[str, str], Outcome]],
    damages: Sequence[tuple[str, int | None]],
) -> None:
    possible: dict[str, set[int]] = {}
    for _assumed, outcome in outcomes:
        for name, fen in outcome.amounts:
            possible.setdefault(name, set()).add(fen)
    listed = dict(damages)
    always = set(outcomes[0][1].chosen).intersection(*(set(one.chosen) for _assumed, one in outcomes))
    stated = {one["id"]: one for one in data["candidates"]}
    for name, one in stated.items():
        label, fens = f"{one['event']} {one['clause']}", possible.get(name)
        if name in listed:
            made.lines.append(Line(f"candidate.{name}", label, _text(listed[name]), _text(one["amount_fen"]), FEN))
            continue
        if fens is None:
            made.lines.append(Line(f"candidate.{name}", label, "不成立", _text(one["amount_fen"]), FEN))
        elif one["amount_fen"] is not None:
            shown = "、".join(str(fen) for fen in sorted(fens))
            made.lines.append(Line(f"candidate.{name}", label, shown, str(one["amount_fen"]), FEN))
    for name in [*sorted(always), *(code for code, _fen in damages)]:
        if name not in stated:
            made.lines.append(Line(f"candidate.{name}", name, "应列入", "未列入", FEN))
    if len({one.fen for _assumed, one in outcomes}) == 1 and not data["provisional"]:
        counted = [
            one for one in data["candidates"] if one["state"] in {"chosen", "frozen"} and one["id"] not in listed
        ]
        total = sum(int(one["amount_fen"] or 0) for one in counted)
        made.lines.append(Line("chosen", "计入的各项之和", str(outcomes[0][1].fen), str(total), FEN))


def _compare_payments(made: Comparison, case: MonthCase, data: Mapping[str, Any], low: int | None) -> None:
    instalments = payable_instalments(case)
    stated = {int(one["no"]): one for one in data["instalments"]}
    for one in instalments:
        theirs = stated.pop(one.no, {})
        label = f"第 {one.no} 期款"
        name = f"instalment.{one.no}"
        made.lines += [
            Line(name, f"{label} 金额", _text(one.amount_fen), _text(theirs.get("amount_fen")), FEN),
            Line(f"{name}.due_on", f"{label} 付款期限", _text(one.due_on), _text(theirs.get("due_on"))),
            Line(f"{name}.state", f"{label} 状态", one.state, _text(theirs.get("state"))),
        ]
    for no in stated:
        made.lines.append(Line(f"instalment.{no}", f"第 {no} 期款", "合同中没有", "有"))
    frozen = sum(
        int(one["amount_fen"] or 0)
        for one in data["candidates"]
        if one["state"] in {"chosen", "frozen"} and f"{case.name}#{one['id']}" in case.frozen
    )
    made.lines.append(Line("frozen", "有争议、暂不计付的违约金", str(frozen), _text(data.get("frozen_fen", 0)), FEN))
    charged = max(0, (data["penalty_low_fen"] if low is None or data["provisional"] else low) - frozen)
    here = "、".join(f"{name} {fen}" for name, fen in offset_plan(case, charged, instalments))
    given = "、".join(f"{one['from']} {one['amount_fen']}" for one in data["offset"])
    made.lines.append(Line("offset", "违约金抵扣", here or "—", given or "—"))
