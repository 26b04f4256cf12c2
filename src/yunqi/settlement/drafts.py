"""Breach candidates before it is decided which one counts: what happened, which row, and what it still hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from itertools import product
from typing import Any, Literal, TypeVar

from yunqi.contract.clauses.coefficient.rule import LOCAL_CODES, RowHit
from yunqi.contract.conditions import Condition, all_of, any_of, bind, needs
from yunqi.settlement.titles import measured_title

T = TypeVar("T")
Severity = Literal["critical", "severe", "minor", "other"]


@dataclass(frozen=True, slots=True)
class Pool:
    """What the sum of one clause's penalties is limited to: `fen`, or a `share` of the monthly fee, the lesser of both.

    `over`: month, quarter, year or term; None: the contract does not say of what period.
    """

    name: str
    over: str | None
    fen: Fraction | None = None
    share: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """What something comes to: a multiple of the monthly fee, at most `limit` fen; or `fixed` fen."""

    coefficient: Fraction | None = None
    fixed: Fraction | None = None
    limit: Fraction | None = None

    def fen(self, monthly: Fraction | None) -> Fraction | None:
        """The sum in fen, not yet rounded; None where the monthly fee is not known."""
        if self.coefficient is None:
            return self.fixed
        exact = None if monthly is None else monthly * self.coefficient
        return exact if exact is None or self.limit is None else min(exact, self.limit)


@dataclass(frozen=True, slots=True)
class Draft:
    """One event under one clause. `roots` are the root causes it comes from; `fixed` an amount in fen that no
    coefficient makes; `limit` the most in fen that it comes to, `pool` what all of its clause come to together.
    `before`: what earlier months have cost of the same, of which the greatest is taken off.

    `subject` is the event that adjudications name, `at` when it happened (None: it is a figure of the whole month).
    """

    id: str
    event: str
    subject: str
    roots: tuple[str, ...]
    clause: str
    text: str
    severity: Severity
    coefficient: Fraction | None
    condition: Condition
    source: Mapping[str, Any] | None
    facts: tuple[str, ...]
    sample: bool
    order: tuple[int, int]
    table: str = ""
    system: str | None = None
    line_nos: tuple[int, ...] = ()
    fixed: Fraction | None = None
    limit: Fraction | None = None
    measured: str = ""
    pool: Pool | None = None
    at: datetime | None = None
    before: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What entitles the using unit to end the contract: in words, with its clause."""

    event: str
    words: str
    source: Mapping[str, Any] | None
    facts: tuple[str, ...] = ()


@dataclass(slots=True)
class Book:
    """The drafts of a month, with the answers that each open code may have and the subjects it concerns.

    `grounds` are rights to end the contract, `titles` what events are called.
    """

    drafts: list[Draft] = field(default_factory=list)
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    subjects: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    grounds: list[Ground] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    def ask(self, code: str, choices: tuple[str, ...], subject: str, source: Mapping[str, Any] | None = None) -> None:
        """Notes a code with its choices and what it concerns."""
        known = self.choices.get(code, ())
        self.choices[code] = (*known, *(choice for choice in choices if choice not in known))
        named = self.subjects.setdefault(code, [])
        if subject not in named:
            named.append(subject)
        self.sources.setdefault(code, source)

    def answers(self, known: Mapping[str, str]) -> dict[str, str]:
        """What is known, but for answers that are none of the choices."""
        return {code: answer for code, answer in known.items() if answer in self.choices.get(code, (answer,))}

    def add_rows(self, base: Draft, alternatives: Iterable[tuple[Condition, Sequence[RowHit], str]]) -> None:
        """One draft for each row hit under any alternative; an alternative is a condition, its hits and the measured
        value.
        """
        found: dict[str, tuple[RowHit, list[Condition], list[str]]] = {}
        for condition, hits, measured in alternatives:
            for hit in hits:
                entry = found.setdefault(hit.key, (hit, [], []))
                entry[1].append(all_of(condition, bind(hit.condition, base.subject, LOCAL_CODES)))
                entry[2].append(measured)
                for code, choices in hit.choices.items():
                    name = f"{code}@{base.subject}" if code.startswith(LOCAL_CODES) else code
                    self.ask(name, choices, base.event, hit.row.get("source"))
        for key, (hit, conditions, measured_texts) in found.items():
            row = hit.row
            self.drafts.append(
                Draft(
                    f"{base.event}/{key}",
                    base.event,
                    base.subject,
                    base.roots,
                    _article(row),
                    str(row.get("text") or ""),
                    "severe" if row["table"] == "severe" else "minor",
                    Fraction(str(row["coefficient"])),
                    any_of(*(all_of(base.condition, condition) for condition in conditions)),
                    row.get("source"),
                    base.facts,
                    base.sample,
                    (0 if row["table"] == "severe" else 1, int(row["no"])),
                    str(row["table"]),
                    base.system,
                    base.line_nos,
                    None,
                    None,
                    measured_title(str(row.get("measures")), measured_texts),
                    at=base.at,
                )
            )


def _article(row: Mapping[str, Any]) -> str:
    source = row.get("source") or {}
    return str(source.get("article") or f"{row.get('table')}#{row.get('no')}")


def cube(dimensions: Mapping[str, tuple[str, ...]], known: Mapping[str, str]) -> list[dict[str, str]]:
    """Every combination of the choices, with what is known fixed."""
    kept = {code: ((known[code],) if code in known else choices) for code, choices in dimensions.items()}
    return [dict(zip(kept, values, strict=True)) for values in product(*kept.values())]


def merge_alternatives(
    dimensions: Mapping[str, tuple[str, ...]], known: Mapping[str, str], outcomes: Sequence[tuple[dict[str, str], T]]
) -> list[tuple[Condition, T]]:
    """The outcomes that differ, each with the condition under which it comes about; a code that changes nothing drops
    out.
    """
    open_codes = [code for code in dimensions if code not in known]
    groups: list[tuple[T, list[dict[str, str]]]] = []
    for assignment, outcome in outcomes:
        for same, members in groups:
            if same == outcome:
                members.append(assignment)
                break
        else:
            groups.append((outcome, [assignment]))
    result = []
    for outcome, members in groups:
        cells = {tuple((code, one[code]) for code in open_codes) for one in members}
        for code in open_codes:
            projected = {tuple(pair for pair in cell if pair[0] != code) for cell in cells}
            if len(cells) == len(projected) * len(dimensions[code]):
                cells = projected
        condition = any_of(*(all_of(*(needs(code, choice) for code, choice in cell)) for cell in sorted(cells)))
        result.append((condition, outcome))
    return result
