"""Deductions under one clause whose sum has a cap: what the cap cuts of a month, with what earlier months came to.

Of one cause the gravest penalty counts by what its clause says of the event; then the cap limits the sum of what counts
under the clause. The cases use the cap up in the order in which they happened, those that are disputed last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fractions import Fraction

from yunqi.contract.clauses.other_penalty.rule import MONTH, QUARTER, TERM, YEAR
from yunqi.kernel.money import render_yuan, round_fen
from yunqi.kernel.period import Month
from yunqi.kernel.words import _
from yunqi.settlement.drafts import Draft
from yunqi.settlement.gravest import Bounds, Placed
from yunqi.settlement.model import Candidate, CapLine
from yunqi.settlement.trace import Trace

CAP_OVER = "cap_over."
"""The reading of over what period a clause's cap limits the sum, where the contract does not say."""
OVERS = (MONTH, TERM)
Charged = Mapping[str, Mapping[str, int]]
"""What other months' final statements charge, in fen: by clause, by month (YYYY-MM)."""
Key = tuple[str, Fraction | None]
"""A clause, with the fee that its cap is a share of where each system has its own."""
_QUARTER_MONTHS = 3
_COUNTED = frozenset({"chosen", "frozen"})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps of one month: what was charged before, and over what each clause without a stated period is read."""

    month: Month | None = None
    charged: Charged = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)

    def asked(self, drafts: Iterable[Draft]) -> list[str]:
        """The clauses whose cap does not say its period, where that matters: earlier months have been charged."""
        names = {one.pool.name for one in drafts if one.pool is not None and one.pool.over is None}
        return sorted(
            name
            for name in names
            if self.known.get(f"{CAP_OVER}{name}") not in OVERS and self.charged_before(name, TERM) > 0
        )

    def read(self, answers: Mapping[str, str]) -> Caps:
        """The same with some of the open periods answered."""
        return replace(self, known={**self.known, **answers})

    def over(self, draft: Draft) -> str:
        """The period of the draft's cap."""
        if draft.pool is None:
            return MONTH
        return draft.pool.over or self.known.get(f"{CAP_OVER}{draft.pool.name}") or MONTH

    def charged_before(self, name: str, over: str) -> int:
        """What the months of the period before this one charge under a clause.

        A quarter and a year are those of the calendar. Source: 会计法 第十一条.
        """
        first = {QUARTER: _quarter_start, YEAR: _year_start}.get(over)
        if self.month is None or (first is None and over != TERM):
            return 0
        since = "" if first is None else str(first(self.month))
        return sum(fen for text, fen in self.charged.get(name, {}).items() if since <= text < str(self.month))


@dataclass(frozen=True, slots=True)
class Limits:
    """What the caps come to under one meaning of the fee: by draft its clause and fee, and its limit in fen."""

    caps: Caps
    of: Mapping[str, tuple[Key, Fraction]]

    def is_sure(self, key: Key, members: Sequence[Candidate], drafts: Mapping[str, Draft]) -> bool:
        """Whether what the cap leaves of each is certain: all that is open is answered, or comes to less than it."""
        counted = all(one.state in _COUNTED and one.amount_fen is not None for one in members)
        asked = key[0] in self.caps.asked(drafts.values())
        if counted and not asked:
            return True
        caps = self.caps.read({f"{CAP_OVER}{key[0]}": TERM}) if asked else self.caps  # the least that may be left
        left = min(replace(self, caps=caps).left(drafts[one.id], self.of[one.id][1]) for one in members)
        return sum(_most(one) for one in members) <= left

    def cut(self, groups: Sequence[Sequence[Placed]], winners: Iterable[str], gone: Iterable[str], base: str) -> Bounds:
        """What the caps cut at the least and at the most, where `winners` count and `gone` do not."""
        counts, lost = set(winners), set(gone)
        sure: dict[Key, int] = {}
        possible: dict[Key, int] = {}
        limits: dict[Key, int] = {}
        for group in groups:
            most: dict[Key, int] = {}
            for one in group:
                found = self.of.get(one.draft.id)
                if found is None or one.draft.id in lost:
                    continue
                key, limit = found
                limits[key] = max(limits.get(key, 0), self.left(one.draft, limit))
                most[key] = max(most.get(key, 0), one.bounds[base][1])
                if one.draft.id in counts:
                    sure[key] = sure.get(key, 0) + one.bounds[base][0]
            for key, fen in most.items():
                possible[key] = possible.get(key, 0) + fen
        least = sum(max(0, fen - limits[key]) for key, fen in sure.items())
        return least, sum(max(0, fen - limits[key]) for key, fen in possible.items())

    def left(self, draft: Draft, limit: Fraction) -> int:
        """What earlier months have left of a limit, in whole fen."""
        name = "" if draft.pool is None else draft.pool.name
        return max(0, round_fen(limit) - self.caps.charged_before(name, self.caps.over(draft)))


def _quarter_start(month: Month) -> Month:
    return Month(month.year, (month.number - 1) // _QUARTER_MONTHS * _QUARTER_MONTHS + 1)


def _year_start(month: Month) -> Month:
    return Month(month.year, 1)


def cut_candidates(
    candidates: Sequence[Candidate], drafts: Mapping[str, Draft], limits: Limits, trace: Trace
) -> tuple[tuple[Candidate, ...], tuple[CapLine, ...]]:
    """The candidates with what their clause's cap leaves of each, and a line for each cap; both stand in the trace.

    Where it is open what counts under the clause, or of what period the cap is, no case has a sure amount.
    """
    pools: dict[Key, list[Candidate]] = {}
    for one in candidates:
        if one.id in limits.of and one.state != "not_gravest":
            pools.setdefault(limits.of[one.id][0], []).append(one)
    unsure = {key for key, members in pools.items() if not limits.is_sure(key, members, drafts)}
    after = {one.id: one.model_copy(update=_unsure(one)) for key in unsure for one in pools.pop(key) if one.amount_fen}
    lines = []
    for number, key in enumerate(sorted(pools, key=lambda each: (each[0], each[1] or 0)), 1):
        counted = [one for one in pools[key] if one.state in _COUNTED and one.amount_fen is not None]
        if counted:
            cut, line = _cut(f"cap.{key[0]}{'' if key[1] is None else f'#{number}'}", counted, drafts, limits, trace)
            after |= {one.id: one for one in cut}
            lines.append(line)
    return tuple(after.get(one.id, one) for one in candidates), tuple(lines)


def _cut(
    node: str, members: Sequence[Candidate], drafts: Mapping[str, Draft], limits: Limits, trace: Trace
) -> tuple[list[Candidate], CapLine]:
    """What the cap of one clause leaves of its cases: the earliest first, the disputed last."""
    ordered = sorted(members, key=lambda one: (one.state == "frozen", drafts[one.id].at or _LONG_AGO, one.id))
    draft = drafts[ordered[0].id]
    over, limit = limits.caps.over(draft), max(limits.of[one.id][1] for one in ordered)
    before = limits.caps.charged_before(draft.pool.name if draft.pool else "", over)
    left = limits.left(draft, limit)
    after = []
    for one in ordered:
        stays = min(one.amount_fen or 0, left)
        left -= stays
        after.append(one.model_copy(update={"amount_fen": stays, "cut_fen": (one.amount_fen or 0) - stays}))
        _note_cut(trace, after[-1])
    whole, counted = sum(one.amount_fen or 0 for one in ordered), sum(one.amount_fen or 0 for one in after)
    line = CapLine.model_construct(
        name=draft.pool.name if draft.pool else "",
        clause=ordered[0].clause,
        over=over,
        limit_fen=round_fen(limit),
        before_fen=before,
        sum_fen=whole,
        cut_fen=whole - counted,
        counted_fen=counted,
        candidates=tuple(one.id for one in ordered),
        source=None if draft.source is None else dict(draft.source),
        node=node,
    )
    trace.add(
        node,
        _("{clause} 的累计上限", clause=line.clause),
        _("{amount} 元", amount=render_yuan(counted)),
        formula=cap_words(line),
        source=draft.source,
        children=tuple(one.node for one in ordered),
    )
    return after, line


def cap_words(line: CapLine) -> str:
    """What a cap did to a month, in words and figures."""
    return _(
        "本月 {count} 起合计 {whole} 元，{over}上限 {limit} 元，此前各月已计 {before} 元，削减 {cut} 元",
        count=len(line.candidates),
        whole=render_yuan(line.sum_fen),
        over=over_word(line.over),
        limit=render_yuan(line.limit_fen),
        before=render_yuan(line.before_fen),
        cut=render_yuan(line.cut_fen),
    )


def _most(one: Candidate) -> int:
    sums = [each[name] for each in one.alternatives for name in ("amount_fen", "high_fen") if name in each]
    return max([one.amount_fen or 0, *(int(fen) for fen in sums)])


def _unsure(one: Candidate) -> dict[str, object]:
    bounds = {"choice": "", "label": _("累计上限之内"), "low_fen": "0", "high_fen": str(one.amount_fen)}
    return {"amount_fen": None, "alternatives": (bounds,)}


def _note_cut(trace: Trace, one: Candidate) -> None:
    if not one.cut_fen:
        return
    node = trace.nodes[one.node]
    cut = _("累计达到上限，削减 {cut} 元", cut=render_yuan(one.cut_fen))
    trace.nodes[one.node] = node.model_copy(
        update={
            "value": _("{amount} 元", amount=render_yuan(one.amount_fen or 0)),
            "formula": _("；").join(words for words in (node.formula or node.value, cut) if words),
        }
    )


def over_word(over: str) -> str:
    """The period of a cap in words."""
    words = {MONTH: _("每月"), QUARTER: _("每季度"), YEAR: _("每年"), TERM: _("合同期")}
    return words.get(over, over)


def sum_charged(statements: Iterable[tuple[str, Mapping[str, object]]]) -> dict[str, dict[str, int]]:
    """What statements (month, data) charge under each clause whose sum is capped: by clause, by month."""
    found: dict[str, dict[str, int]] = {}
    for month, data in statements:
        caps = data.get("caps")
        for one in caps if isinstance(caps, list | tuple) else ():
            by_month = found.setdefault(str(one["name"]), {})
            by_month[month] = by_month.get(month, 0) + int(one["counted_fen"])
    return found
