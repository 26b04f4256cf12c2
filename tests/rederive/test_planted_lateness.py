"""A fault planted in how lateness and lengths are priced is found by the independent program, which names the line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import START, evidence, found, inputs, outage, with_reading
from tests.settlement.test_lateness import KEY, agreed, band, clause, late, rule
from tests.settlement.test_lengths import DAILY

from yunqi.kernel.period import Month, day_start
from yunqi.settlement import Inputs, compute_statement
from yunqi.settlement import lateness as lateness_module
from yunqi.settlement import sums as sums_module
from yunqi.settlement.inputs import DrawFact, Payment
from yunqi.settlement.lateness import Lapse
from yunqi.settlement.sums import Way

Plant = Callable[[pytest.MonkeyPatch], None]
MARCH = Month(2026, 3)


def month() -> Inputs:
    """March of a lateness since February under a daily share of what was paid, and one by the week; an outage."""
    case, down = outage("inc-1", 2000, day=30)
    law = rule(
        clause(of="paid_fee", cap_share="0.02", cap_of="paid_fee", rate="0.001"),
        clause("per_period", rate="0.00001", per={"count": 7, "unit": "day"}),
        DAILY,
        clause("percentage", rate="0.5", of="affected_fee", duty="interruption",
               band=band("20", None, metric="outage_single", unit="hour")),
    )  # fmt: skip
    readings = with_reading("begun.other.1", "left_out")
    for code, value in (("outage_days.other.2", "span"), ("penalty_fee.other.3", "lines")):
        readings = (*readings, *with_reading(code, value)[-1:])
    return inputs(
        contract=law,
        month=MARCH,
        known_at=day_start(date(2026, 4, 2)),
        late=(late(date(2026, 2, 20), 25),),
        adjudications=(*agreed(), *found("inc-1", responsible="yes")),
        payments=(Payment(1, date(2026, 2, 3), 1_234_567),),
        incidents=(case,),
        objects=(evidence("srv-1", down), evidence("srv-2")),
        draws=(DrawFact("drw-1", "compute.vcpu", Fraction(8), START, None, 1, resource="srv-1"),),
        readings=readings,
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


def a_day_more(patch: pytest.MonkeyPatch) -> None:
    real = Lapse.count_days
    patch.setattr(Lapse, "count_days", lambda lapse: real(lapse) + 7)


def earlier_months_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lateness_module, "_month_ends", lambda _due, _start: [])


def the_price_for_every_base(patch: pytest.MonkeyPatch) -> None:
    real = sums_module._bases
    patch.setattr(
        sums_module, "_bases", lambda month_, about, _of, window: real(month_, about, "contract_total", window)
    )


def no_cap(patch: pytest.MonkeyPatch) -> None:
    real: Callable[..., list[Way]] = sums_module.find_ways

    def uncapped(month_: Any, about: Any, count: int) -> list[Way]:
        bare = {name: value for name, value in about.clause.items() if not name.startswith("cap")}
        return real(month_, type(about)(about.event, about.name, bare, about.at, about.line_nos), count)

    patch.setattr(lateness_module, "find_ways", uncapped)


def begun_lengths_always(patch: pytest.MonkeyPatch) -> None:
    real = sums_module.count_in_band

    def count(one: Any, measured: Fraction, *, begun: bool, beyond: bool) -> int:
        del begun
        return real(one, measured, begun=True, beyond=beyond)

    patch.setattr(sums_module, "count_in_band", count)


def a_moment_longer(patch: pytest.MonkeyPatch) -> None:
    real = sums_module.count_in_band
    patch.setattr(
        sums_module,
        "count_in_band",
        lambda one, measured, *, begun, beyond: real(one, measured + 1440, begun=begun, beyond=beyond),
    )


@pytest.mark.parametrize(
    ("plant", "named"),
    [
        (a_day_more, {"penalty"}),
        (earlier_months_forgotten, {"penalty"}),
        (the_price_for_every_base, {"penalty"}),
        (no_cap, {"penalty"}),
        (begun_lengths_always, set()),
        (a_moment_longer, {"penalty"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_fault_is_named(plant: Plant, named: set[str]) -> None:
    wrong = wrong_lines(plant)
    assert named <= wrong, wrong
    assert any(one.startswith((f"candidate.late:{KEY}", "candidate.inc-1")) for one in wrong), wrong
