"""A month under assumptions is the month that would be computed if they were so; and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from tests.settlement.sample import NO_HARM, evidence, found, inputs, outage, with_reading
from tests.settlement.test_lateness import TOTAL, agreed, clause, rule

from yunqi.kernel.clock import parse_local as at
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import round_fen
from yunqi.kernel.period import Span, day_start
from yunqi.metering import Exclusion, Observation, Verdict
from yunqi.settlement import Inputs, compute_statement
from yunqi.settlement.inputs import Adjudication, LateDuty, Occurrence, Payment
from yunqi.settlement.what_if import ASSUMED, KINDS, assume

DUTY = LateDuty("deliverable:1:2026-01", "deliverable", "月报", day_start(date(2026, 2, 6)))


@pytest.fixture
def month() -> Inputs:
    case, down = outage("inc-1", 45)
    return inputs(
        late=(DUTY,),
        incidents=(case,),
        objects=(evidence("srv-1", down), evidence("srv-2")),
        adjudications=found("inc-1", **NO_HARM),
    )


def test_each_kind_is_what_it_says(month: Inputs) -> None:
    (case,) = month.incidents
    span = Span(at("2026-02-10 10:00"), at("2026-02-10 12:00"))
    table = {
        "reading:fee_base=line": {"readings": with_reading("fee_base", "line")},
        "finding:INC-1.responsible=no": {
            "adjudications": tuple(
                replace(one, answer="no") if one.question == "responsible" else one for one in month.adjudications
            )
        },
        "time:INC-1.recovered=2026-02-06 00:10": {
            "incidents": (replace(case, times={**case.times, "recovered": at("2026-02-06 00:10")}),)
        },
        "cause:inc-1=交换机": {"incidents": (replace(case, root_cause="交换机"),)},
        "without:INC-1": {"incidents": ()},
        "down:srv-2=2026-02-10 10:00/2026-02-10 12:00": {
            "objects": (
                month.objects[0],
                replace(
                    month.objects[1], observations=(*month.objects[1].observations, Observation(span, Verdict.DOWN))
                ),
            )
        },
        "excluded:*=2026-02-10 10:00/2026-02-10 12:00": {
            "exclusions": (("*", Exclusion(ASSUMED, span, ASSUMED, ASSUMED)),)
        },
        "occurrence:complaint_count=3@2026-02-10 10:00": {
            "occurrences": (Occurrence("x", "complaint_count", at("2026-02-10 10:00"), Fraction(3)),)
        },
        "paid:1=1,211,320.88@2026-02-10": {"payments": (Payment(1, date(2026, 2, 10), 121132088),)},
        "trigger:acceptance=2026-02-10": {"dates": {"acceptance": date(2026, 2, 10)}},
        "flag:系统一.important=yes": {"systems": (replace(month.systems[0], important=True),)},
        "late:deliverable:1:2026-01=2026-02-09": {"late": (replace(DUTY, done_at=day_start(date(2026, 2, 9))),)},
        "share:sys-1=0.5": {"systems": (replace(month.systems[0], fee_share=Fraction(1, 2)),)},
    }
    assert {line.partition(":")[0] for line in table} == set(KINDS)
    for line, change in table.items():
        assumed, meant = compute_statement(assume(month, [line])), compute_statement(replace(month, **change))
        assert (assumed.penalty_low_fen, assumed.penalty_high_fen) == (meant.penalty_low_fen, meant.penalty_high_fen)
        assert [(one.metric, one.state, one.measured) for one in assumed.levels] == [
            (one.metric, one.state, one.measured) for one in meant.levels
        ]
        assert [(one.state, one.due_on) for one in assumed.instalments] == [
            (one.state, one.due_on) for one in meant.instalments
        ]


def test_several_hold_one_after_the_other(month: Inputs) -> None:
    made = assume(month, ["without:INC-1", "down:srv-1=2026-02-20 10:00/2026-02-20 10:01", "reading:fee_base=line"])
    assert made.incidents == ()
    assert {one.code: one.value for one in made.readings}["fee_base"] == "line"
    assert compute_statement(month) == compute_statement(month)  # the month itself is what it was


def test_the_month_is_cheaper_without_its_outage(month: Inputs) -> None:
    plain = compute_statement(month)
    excused = compute_statement(assume(month, ["excluded:*=2026-02-06 00:00/2026-02-06 01:00", "without:INC-1"]))
    assert plain.penalty_fen
    assert excused.penalty_fen == 0


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("", "what_if.line", "reading:fee_base=contract"),
        ("nonsense", "what_if.line", "nonsense"),
        ("magic:x=1", "what_if.line", "magic:x=1"),
        ("without:INC-1=yes", "what_if.line", "INC-1=yes"),
        ("time:INC-1.recovered", "what_if.line", "INC-1.recovered"),
        ("without:INC-9", "what_if.unknown", "INC-1"),
        ("time:INC-1.imagined=2026-02-03 10:15", "what_if.unknown", "recovered"),
        ("time:INC-1.recovered=yesterday", "what_if.value", "yesterday"),
        ("down:srv-9=2026-02-03 10:00/2026-02-03 12:00", "what_if.unknown", "srv-1"),
        ("down:srv-1=2026-02-03 12:00/2026-02-03 10:00", "what_if.value", "12:00/"),
        ("down:srv-1=2026-02-03 12:00", "what_if.value", "12:00"),
        ("excluded:nowhere=2026-02-03 10:00/2026-02-03 12:00", "what_if.unknown", "srv-1"),
        ("paid:first=1.00@2026-02-03", "what_if.value", "first"),
        ("paid:1=1.00@never", "what_if.value", "never"),
        ("paid:1=much@2026-02-03", "money.unreadable", "much"),
        ("trigger:acceptance=soon", "what_if.value", "soon"),
        ("flag:系统一.huge=yes", "what_if.value", "huge"),
        ("flag:系统九.important=yes", "what_if.unknown", "系统一"),
        ("share:系统一=all", "what_if.value", "all"),
        ("late:deliverable:9=never", "what_if.unknown", "deliverable:1:2026-01"),
        ("late:月报=sometime", "what_if.value", "sometime"),
        ("late:月报", "what_if.line", "late:月报"),
        ("finding:INC-1=no", "what_if.value", "INC-1"),
        ("reading:nonsense=1", "reading.code", "nonsense"),
        ("reading:fee_base=gold", "reading.value", "gold"),
    ],
)
def test_what_is_not_understood_is_told(month: Inputs, line: str, code: str, told: str) -> None:
    with pytest.raises(Problem) as refused:
        assume(month, [line])
    assert refused.value.code == code
    assert told in f"{refused.value} {refused.value.way_out} {refused.value.values}"


def test_a_finding_on_something_else_than_an_incident(month: Inputs) -> None:
    event = "availability.srv-1:2026-02"
    made = assume(month, [f"finding:{event}.severity.重大损失=yes"])
    assert made.adjudications[-1] == Adjudication(event, "severity.重大损失", "yes", ASSUMED)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("late:deliverable:1:2026-01=2026-02-09", 4),
        ("late:月报=2026-02-06", 1),
        ("late:月报=2026-02-05", 0),
        ("late:月报=in_time", 0),
        ("late:月报=never", 23),
        ("late:月报=2026-03-02", 23),
        ("late:deliverable:2:2026-01=2026-02-11", 23 + 2),
        ("late:deliverable:2:2026-01=2026-02-09", 23),
        ("late:deliverable:2:2026-01=never", 23 + 19),
    ],
)
def test_a_duty_done_on_another_day_never_or_in_time(line: str, days: int) -> None:
    other = LateDuty("deliverable:2:2026-01", "deliverable", "巡检报告", day_start(date(2026, 2, 10)),
                     day_start(date(2026, 2, 8)))  # fmt: skip
    law = rule(clause())
    both = (*agreed(key=DUTY.key), *agreed(key=other.key))
    given = inputs(contract=law, late=(DUTY,), adjudications=both)
    made = compute_statement(assume(given, [line], [DUTY, other]))
    assert made.penalty_fen == sum(
        round_fen(Fraction(TOTAL * part, 1000)) for part in ((23, days - 23) if days > 23 else (days,))
    )
