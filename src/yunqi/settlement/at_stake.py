"""What it would cost if a clause were broken: before it is, so that people look first where most is at stake. Pure.

A stake answers "broken by just so much, and the provider answers for it": what is still to be found or agreed
(severity, the meaning of the fee) gives a range, what the contract prices by no row gives no figure at all, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from yunqi.cases.incident import Clock, IncidentFacts
from yunqi.contract.clauses.coefficient.rule import RowHit, match_rows
from yunqi.contract.clauses.critical_breach import rule as critical_rule
from yunqi.contract.clauses.other_penalty.rule import TOTAL, base_name, compute_other_penalty
from yunqi.contract.clauses.service_level.rule import limit_of
from yunqi.contract.conditions import ALWAYS, YES, bind, resolve
from yunqi.contract.terms import Band, duration_minutes
from yunqi.kernel.money import round_fen
from yunqi.kernel.units import minutes_of
from yunqi.settlement.drafts import Book, Draft
from yunqi.settlement.inputs import SystemFacts
from yunqi.settlement.law import Law
from yunqi.settlement.penalties import decide

NO_ROW, NO_FEE, NO_SUM = "no_row", "no_fee", "no_sum"
"""Why a stake has no figure: no row prices it; price or service months lack; the contract ends, for no stated sum."""
MEASURES: Mapping[str, str] = {
    "response": "response_average",
    "recovery": "recovery_average",
    "availability": "availability",
}
"""Which rows price the breach of a level, by its metric. An average is taken as if this event were the month's only."""
OUTAGE = "outage_single"
_STEP = minutes_of(timedelta(microseconds=1))
_SHARE_STEP = Fraction(1, 10**12)
_AGREED_FREE = "none"


@dataclass(frozen=True, slots=True)
class Stake:
    """From `low_fen` to `high_fen`; both None where it can't be computed, for the reason in `why` (a code).

    `rows` are the rows that may apply, such as `severe#7`; `source` the words of the gravest.
    """

    low_fen: int | None
    high_fen: int | None
    why: str = ""
    rows: tuple[str, ...] = ()
    source: Mapping[str, Any] | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts the costliest first, those without a figure before what costs nothing."""
        return (1, 0) if self.high_fen is None else (0 if self.high_fen else 2, -self.high_fen)


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a running event falls into a further row: after `limit_minutes`, `left_minutes` from now (negative: since).

    `measures` is what the row measures, or `critical.A` for a critical breach.
    """

    measures: str
    limit_minutes: Fraction
    left_minutes: Fraction
    stake: Stake


class Stakes:
    """The stakes of one contract. `known` holds readings by code and findings by `code@event`, as for a statement."""

    def __init__(self, law: Law, systems: Iterable[SystemFacts], known: Mapping[str, str]) -> None:
        self.law = law
        self._systems = tuple(systems)
        self._known = dict(known)
        self._cache: dict[tuple[object, ...], Stake] = {}

    def of_clock(self, clock: Clock, incident: IncidentFacts) -> Stake:
        """If the clock passes its limit; what it comes to by now where it has."""
        free = self._free(clock.metric, clock.condition)
        if free is not None:
            return free
        measures = MEASURES.get(clock.metric)
        if measures is None:
            return Stake(None, None, NO_ROW)
        if clock.state == "breached" and clock.minutes is not None:
            return self._of_rows(measures, clock.minutes, incident.id, incident.system)
        return self._of_edge(measures, clock.limit_minutes + _STEP, incident.id, incident.system)

    def of_availability(self, level: Mapping[str, Any], system: str | None = None) -> Stake:
        """If the availability of the window falls below the level."""
        limit = limit_of(level)
        if limit is None:
            return Stake(None, None, NO_ROW)
        free = self._free("availability", level.get("condition"))
        return free or self._of_edge("availability", limit - _SHARE_STEP, f"availability.{system or ''}", system)

    def edges(self, incident: IncidentFacts, spent: Mapping[str, Fraction]) -> tuple[Edge, ...]:
        """Where the event falls into further rows, the next first. `spent`: minutes so far by what rows measure."""
        found: list[Edge] = []
        for measures, minutes in spent.items():
            for limit, value in sorted(self._limits(measures)):
                stake = self._of_edge(measures, value, incident.id, incident.system)
                if stake.why != NO_ROW:
                    found.append(Edge(measures, limit, limit - minutes, stake))
        if OUTAGE in spent and incident.type == "interruption":
            found.extend(self._critical(incident, spent[OUTAGE]))
        return tuple(sorted(found, key=lambda one: (one.left_minutes, one.stake.rank)))

    def _limits(self, measures: str) -> set[tuple[Fraction, Fraction]]:
        # An edge, and the first value on its far side.
        limits: set[tuple[Fraction, Fraction]] = set()
        for row in self.law.rows:
            bands = row.get("bands") or [row.get("band")]
            band = Band.of(bands[0]) if row.get("measures") == measures and len(bands) == 1 else None
            if band is not None and band.low is not None:
                limits.add((band.low, band.low if band.low_operator == ">=" else band.low + _STEP))
        return limits

    def _free(self, metric: str, condition: object) -> Stake | None:
        code = ".".join(("unpriced", metric, *((str(condition),) if condition else ())))
        return Stake(0, 0) if self._known.get(code) == _AGREED_FREE else None

    def _of_edge(self, measures: str, value: Fraction, subject: str, system: str | None) -> Stake:
        # The edges of a contract are few and stand still: each is looked up once.
        key = (measures, value, system, self._apart(subject))
        if key not in self._cache:
            self._cache[key] = self._of_rows(measures, value, subject, system)
        return self._cache[key]

    def _apart(self, subject: str) -> str | None:
        """The event where findings tell it from others, else None."""
        return subject if any(code.endswith(f"@{subject}") for code in self._known) else None

    def _of_rows(self, measures: str, value: Fraction, subject: str, system: str | None) -> Stake:
        hits = match_rows(self.law.rows, measures, value)
        if not hits:
            return Stake(None, None, NO_ROW)
        # What it comes to hangs on the rows, not on the value itself.
        key = (tuple((hit.key, hit.condition) for hit in hits), system, self._apart(subject))
        if key not in self._cache:
            self._cache[key] = self._price(hits, subject, system)
        return self._cache[key]

    def _price(self, hits: Iterable[RowHit], subject: str, system: str | None) -> Stake:
        rows = tuple(hit.key for hit in hits)
        gravest = max(hits, key=lambda hit: Fraction(str(hit.row["coefficient"])))
        source = gravest.row.get("source")
        if self.law.total_fen is None or self.law.monthly_fee(Fraction(self.law.total_fen)) is None:
            return Stake(None, None, NO_FEE, rows, source)
        book = Book()
        book.add_rows(_blank(subject, system), [(ALWAYS, tuple(hits), "")])
        made = decide(book, self.law, self._systems, self._known)
        return Stake(made.low, made.high, "", rows, source)

    def _critical(self, incident: IncidentFacts, minutes: Fraction) -> Iterable[Edge]:
        important = next((one.important for one in self._systems if one.id == incident.system), None)
        for row in self.law.critical:
            limit = duration_minutes(row.get("duration") or (row.get("conditions") or {}).get("lasts"))
            if row.get("level") != "A" or row.get("type") != incident.type or limit is None:
                continue
            facts = {
                "type": incident.type,
                "minutes": limit + _STEP,
                "important": important,
                "people": self._known.get(f"people_affected@{incident.id}"),
                "loss_fen": self._known.get(f"loss_fen@{incident.id}"),
            }
            condition, choices = critical_rule.match_critical(row, facts)
            condition = resolve(condition, {critical_rule.RESPONSIBLE: YES})
            condition = resolve(bind(condition, incident.id, critical_rule.LOCAL_CODES), self._known)
            if not condition:
                continue
            name, amount = f"critical.A.{row.get('type')}", self.law.critical_amount()
            if amount is None:
                yield Edge("critical.A", limit, limit - minutes, Stake(None, None, NO_SUM, (name,), row.get("source")))
                continue
            key = (name, condition, incident.system, incident.id)
            if key in self._cache:
                yield Edge("critical.A", limit, limit - minutes, self._cache[key])
                continue
            book = Book(choices={f"{code}@{incident.id}": answers for code, answers in choices.items()})
            draft = replace(_blank(incident.id, incident.system), id=name, severity="critical", fixed=amount)
            book.drafts.append(replace(draft, condition=condition))
            made = decide(book, self.law, self._systems, self._known)
            stake = self._cache[key] = Stake(made.low, made.high, "", (name,), row.get("source"))
            yield Edge("critical.A", limit, limit - minutes, stake)


def stake_of_duty(law: Law, duty: str, count: int = 1, *, owed_fen: int | None = None) -> Stake:
    """If a duty that a penalty outside the tables names (`bond_renewal`, `late_performance` …) is missed by `count`
    days or cases; `owed_fen` is the sum that is late, where money is.
    """
    clause = next((one for one in law.others if one.get("duty") == duty), None)
    if clause is None:
        return Stake(None, None, NO_ROW)
    bases: dict[str, Fraction | int | None] = {TOTAL: law.total_fen, "overdue": owed_fen}
    base = bases.get(base_name(clause.get("of")))
    amount = compute_other_penalty(clause, base, count, bases)
    if amount is None:
        return Stake(None, None, NO_FEE, (), clause.get("source"))
    fen = round_fen(amount)
    return Stake(fen, fen, "", (), clause.get("source"))


def _blank(subject: str, system: str | None) -> Draft:
    return Draft(
        subject,
        subject,
        subject,
        (subject,),
        "",
        "",
        "other",
        None,
        ALWAYS,
        None,
        (),
        sample=False,
        order=(0, 0),
        system=system,
    )
