"""Months drawn by chance in which times of force majeure wait for proof, or readings changed within them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from tests.settlement.sample import SYSTEMS, at, contract, evidence, found, incident, inputs, readings, source
from tests.settlement.test_complaints import joint

from yunqi.kernel.period import Span
from yunqi.settlement import Adjudication, Inputs, Occurrence, Reading, Suspension, SystemFacts, compute_statement
from yunqi.settlement.inputs import AgreedSpan

YUAN = 100
_SYSTEMS = (*SYSTEMS, SystemFacts("sys-2", "系统二", important=True, internet_facing=False, fee_share=Fraction(1, 3)))
_ANSWERS = ("yes", "no", "no", None)
_QUESTIONS = ("accident", "impact", "loss", "responsible", "critical_A_interruption", "critical_B_interruption")
_BEGUN = {"begun.other.0": "counts", "counted_from.other.0": "start", "gap.minor#11": "none", "gap.severe#10": "none"}


def law(chance: Random) -> dict[str, Any]:
    """The sample's contract with more clauses that a time of force majeure may touch."""
    made = joint() if chance.random() < 0.3 else contract()
    band = {"metric": "outage_single", "min": "30", "min_operator": ">", "max": None, "max_operator": None}
    half_hours = {
        "kind": "per_period",
        "amount_fen": 20_000 * YUAN,
        "per": {"count": 30, "unit": "minute"},
        "duty": "interruption",
        "party": "provider",
        "band": {**band, "unit": "minute"},
        "source": source("十.2"),
    }
    if chance.random() < 0.3:
        half_hours |= {"cap": 70_000 * YUAN, "cap_over": "month"}
    credit = {
        "measures": "availability",
        "coefficient": "0.4",
        "band": {"min": None, "min_operator": None, "max": "0.995", "max_operator": "<", "unit": "share"},
        "source": source("十.3"),
    }
    made["penalties"] |= {
        "other": [half_hours] if chance.random() < 0.6 else [],
        "credits": [credit] if chance.random() < 0.3 else [],
    }
    return made


def doubtful_month(chance: Random, count: int) -> Inputs:
    """A month with so many times of force majeure that wait for proof."""
    base = inputs()
    cases, downs = [], dict[str, list[Any]]()
    answers = found("average.recovery:2026-02", **_answers(chance))
    for number in range(chance.randint(1, 5)):
        start, host = at(days=chance.randint(1, 20), hours=chance.randint(0, 23)), f"srv-{chance.randint(1, 3)}"
        minutes = chance.choice((20, 45, 70, 130, 250, 700))
        end = start + timedelta(minutes=minutes)
        times = {"occurred": start, "reported": start, "responded": start + timedelta(minutes=chance.randint(0, 40))}
        name, system = f"inc-{number}", "sys-2" if host == "srv-3" else "sys-1"
        times |= {"located": end, "recovered": end}
        cause = chance.choice((None, None, "存储"))
        cases.append(incident(name, start, times, object=host, system=system, root_cause=cause))
        if chance.random() < 0.9:
            downs.setdefault(host, []).append((start, end))
        answers += found(name, **_answers(chance))
    seen = tuple(
        evidence(host, *_apart(downs.get(host, [])), system="sys-2" if host == "srv-3" else "sys-1")
        for host in ("srv-1", "srv-2", "srv-3")
    )
    for one in seen:
        answers += found(f"availability.{one.object}:2026-02", **_answers(chance))
    others = [
        Occurrence("ua-1", "unattended", at(days=chance.randint(1, 20)), Fraction(90)),
        Occurrence("cp-1", "complaint_count", at(days=9), Fraction(chance.randint(1, 4))),
    ]
    answers += found("ua-1", **_answers(chance))
    proofs = tuple(_suspension(chance, number, cases) for number in range(count))
    agreed = [*readings(), *(Reading(code, value, "补充协议3") for code, value in _BEGUN.items())]
    kept = tuple(one for one in agreed if chance.random() < 0.95)
    return replace(
        base,
        contract=law(chance),
        systems=_SYSTEMS,
        incidents=tuple(cases),
        objects=seen,
        occurrences=tuple(one for one in others if chance.random() < 0.4),
        adjudications=answers,
        readings=kept,
        suspensions=proofs,
    )


CHANGES: dict[str, tuple[str, ...]] = {
    "availability.window": ("month", "term", "year"),
    "availability.object": ("resource", "platform", "system", "average"),
    "availability.unknown_time": ("excluded", "up", "down"),
    "fee_base": ("contract", "system_share", "line"),
    "fee_base.shared": ("contract", "largest"),
    "average.population": ("faults", "tickets"),
    "average.window": ("month", "term"),
    "clock_start.recovery": ("occurrence", "notice", "response"),
    "penalty.overlap": ("joined", "separate"),
    "penalty.rounding": ("once", "monthly_fee_first"),
    "outage.window": ("month", "term"),
    "complaint.window": ("month", "term"),
    "unpriced.availability": ("none", "damages"),
    "unmeasured.durability": ("met", "evidence"),
    "count_window.B": ("term", "year"),
}
"""Readings of figures of a whole month, with what may be agreed."""


def changed_month(chance: Random, count: int) -> Inputs:
    """A month within which so many agreed readings change on the 15th."""
    month, middle = doubtful_month(chance, 0), at(days=14)
    changed, agreed = list[AgreedSpan](), list[Reading]()
    for code in sorted(chance.sample(sorted(CHANGES), count)):
        before, after = chance.sample(CHANGES[code], 2)
        changed.append(AgreedSpan(code, before, month.month.span.start_at, middle, "补充协议1"))
        changed.append(AgreedSpan(code, after, middle, month.month.span.end_at, "补充协议2"))
        agreed.append(Reading(code, after, "补充协议2"))
    codes = {one.code for one in agreed}
    kept = tuple(one for one in month.readings if one.code not in codes)
    losses = tuple(Adjudication(one.id, "loss_fen", str(chance.randint(1, 10**7))) for one in month.incidents)
    found_too = losses if chance.random() < 0.5 else ()
    return replace(
        month,
        changed=tuple(changed),
        readings=(*kept, *agreed),
        adjudications=(*month.adjudications, *found_too),
    )


def settled_ways(given: Inputs) -> Iterator[Inputs]:
    """The month for each way to decide on its times of force majeure."""
    for kept in product((True, False), repeat=len(given.suspensions)):
        settled = tuple(
            replace(one, proof_due_at=None)
            if relief
            else replace(one, proof_due_at=one.span.start_at, needs_proof=True)
            for one, relief in zip(given.suspensions, kept, strict=True)
        )
        yield replace(given, suspensions=settled)


def bounds_of_ways(given: Inputs) -> tuple[int, int]:
    """The least and the greatest over every way, each worked out by itself."""
    made = [compute_statement(one) for one in settled_ways(given)]
    return min(one.penalty_low_fen for one in made), max(one.penalty_high_fen for one in made)


def _answers(chance: Random) -> dict[str, str]:
    said = {question: chance.choice(_ANSWERS) for question in _QUESTIONS}
    return {question: answer for question, answer in said.items() if answer is not None}


def _apart(downs: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for start, end in sorted(downs):
        if not kept or start > kept[-1][1]:
            kept.append((start, end))
    return kept


def _suspension(chance: Random, number: int, cases: list[Any]) -> Suspension:
    near = chance.choice(cases).opened_at + timedelta(minutes=chance.choice((-600, -30, 0, 10, 40, 100)))
    span = Span(near, near + timedelta(minutes=chance.choice((30, 60, 300, 3000))))
    return Suspension(
        id=f"fm-{number}",
        number=f"FM-{number}",
        span=span,
        system=chance.choice((None, "sys-1", "sys-2")),
        clause="第十四条",
        approved_by="某甲",
        proof_due_at=inputs().known_at + timedelta(days=1),
    )
