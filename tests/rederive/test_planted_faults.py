"""A fault planted in Yunqi's own settlement is found by the independent program, which names the line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import MONTH, NO_HARM, START, evidence, found, inputs, outage

from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.period import Month, Span
from yunqi.metering import Exclusion, compute_entitlement_use, compute_outages
from yunqi.settlement import Inputs, compute_statement
from yunqi.settlement import breaches as breaches_module
from yunqi.settlement import delivery as delivery_module
from yunqi.settlement import evidence as evidence_module
from yunqi.settlement import gravest as gravest_module
from yunqi.settlement import payments as payments_module
from yunqi.settlement import penalties as penalties_module
from yunqi.settlement.inputs import DrawFact
from yunqi.settlement.law import Law

Plant = Callable[[pytest.MonkeyPatch], None]


def month() -> Inputs:
    """Two outages of one cause, one of another, time that is excluded, a draw of part of the month."""
    cases, downs, answers = [], [], []
    for name, minutes, day in (("inc-1", 150, 5), ("inc-2", 130, 8), ("inc-3", 170, 12)):
        case, down = outage(name, minutes, day)
        cases.append(case)
        downs.append(down)
        answers += found(name, **NO_HARM)
        answers += found(name, critical_A_interruption="no", critical_B_interruption="no")
    for event in ("average.response", "average.recovery", "outages.sys-1", "availability.srv-1"):
        answers += found(f"{event}:{MONTH}", **NO_HARM)
    approved = Exclusion("ex-1", Span(downs[1][0], downs[1][0] + timedelta(minutes=5)), "第十五条 2", "某甲")
    return inputs(
        incidents=tuple(cases),
        objects=(evidence("srv-1", *downs),),
        adjudications=tuple(answers),
        exclusions=(("srv-1", approved),),
        draws=(DrawFact("drw-1", "compute.vcpu", Fraction(7), START + timedelta(days=3), None, 1),),
    )


def wrong_lines(plant: Plant | None) -> set[str]:
    with pytest.MonkeyPatch.context() as patch:
        if plant is not None:
            plant(patch)
        statement = compute_statement(month())
    assert statement.penalty_fen, [one.code for one in statement.open_points]
    return {one.name for one in compare(month(), statement).wrong}


def test_without_a_fault_every_line_agrees() -> None:
    assert wrong_lines(None) == set()


def day_short(patch: pytest.MonkeyPatch) -> None:
    def span(one: Month) -> Span:
        whole = real(one)
        return Span(whole.start_at, whole.end_at - timedelta(days=1))

    real = Month.span.fget
    assert real is not None
    patch.setattr(Month, "span", property(span))


def lost_outage(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evidence_module, "compute_outages", lambda spans: compute_outages(spans)[1:])


def changed_rate(patch: pytest.MonkeyPatch) -> None:
    def monthly(law: Law, fee: Fraction | None) -> Fraction | None:
        exact = real(law, fee)
        return None if exact is None else exact * Fraction(101, 100)

    real = Law.monthly_fee
    patch.setattr(Law, "monthly_fee", monthly)


def dropped_exclusion(patch: pytest.MonkeyPatch) -> None:
    real = evidence_module.compute_spans
    patch.setattr(evidence_module, "compute_spans", lambda seen, window, _holes: real(seen, window, ()))


def cut_fen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(penalties_module, "round_fen", lambda exact: exact.numerator // exact.denominator)


def all_counted(patch: pytest.MonkeyPatch) -> None:
    real = gravest_module._pack
    patch.setattr(gravest_module, "_pack", lambda *given, **_joined: real(*given, joined=False))


def limit_not_included(patch: pytest.MonkeyPatch) -> None:
    real = breaches_module.outage_minutes
    patch.setattr(
        breaches_module,
        "outage_minutes",
        lambda month, one: None if (found := real(month, one)) is None else found - 31,
    )


def use_of_whole_days(patch: pytest.MonkeyPatch) -> None:
    def use(draws: Any, window: Span) -> Any:
        return compute_entitlement_use(draws, Span(window.start_at, window.end_at + timedelta(days=1)))

    patch.setattr(delivery_module, "compute_entitlement_use", use)


def holiday_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WorkCalendar, "is_working", lambda _calendar, on: on.weekday() < 5)


def offset_reversed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(payments_module, "_LAST", frozenset())


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        (day_short, {"level.1", "delivery.1.average"}),
        (lost_outage, {"incident.inc-1"}),
        (changed_rate, {"penalty", "chosen", "candidate.inc-1/minor#5"}),
        (dropped_exclusion, {"level.1", "incident.inc-2"}),
        (cut_fen, {"penalty"}),
        (all_counted, {"penalty"}),
        (limit_not_included, {"candidate.inc-1/minor#5"}),
        (use_of_whole_days, {"delivery.1.average"}),
        (holiday_forgotten, {"instalment.1.due_on"}),
        (offset_reversed, {"offset"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_fault_is_named(plant: Plant, named: set[str]) -> None:
    found_wrong = wrong_lines(plant)
    assert named <= found_wrong, found_wrong
