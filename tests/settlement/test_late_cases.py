"""Late steps of an exit and late capacity: which day is meant, both conditions of the row, and what each costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.settlement.sample import codes, contract, inputs, row, source, with_reading, without
from tests.settlement.test_lateness import TOTAL, clause, rule, settle

from yunqi.kernel.money import round_fen
from yunqi.kernel.period import Month, add_months, day_start
from yunqi.reports.statement_view import view_statement
from yunqi.settlement import Adjudication, Statement
from yunqi.settlement.inputs import LateDuty, Reading

DAY = timedelta(days=1)
EXIT, ORDER = "exit:case-1:confidential", "scale_out:case-2"
ROW = row("minor", 4, "0.2", "scale_out_late", ("7", ">", None, None, "day"), requires=[])


def yes(key: str, answer: str = "yes") -> tuple[Adjudication, ...]:
    return (Adjudication(f"late:{key}", "late", answer, "adj-1"),)


def days_of(done_on: date | None) -> tuple[LateDuty, ...]:
    """Confidential material, due on 5 February by the body, on 1 February by the annex."""
    done_at = None if done_on is None else day_start(done_on)
    base = LateDuty(EXIT, "exit_confidential", "归还保密资料", day_start(date(2026, 2, 6)), done_at, ("fact-1",))
    annex = replace(base, due_at=day_start(date(2026, 2, 2)), reading="exit.return_due", choice="annex")
    return tuple(
        one
        for one in (replace(base, reading="exit.return_due", choice="body"), annex)
        if done_at is None or one.due_at <= done_at
    )


@pytest.mark.parametrize(
    ("done_on", "body", "annex"),
    [(date(2026, 2, 3), 0, 2), (date(2026, 2, 5), 0, 4), (date(2026, 2, 6), 1, 5), (None, 23, 27)],
)
def test_a_day_with_two_meanings_costs_what_the_parties_agree(done_on: date | None, body: int, annex: int) -> None:
    law, duties = rule(clause()), days_of(done_on)

    def made(**more: Any) -> Statement:
        return settle(inputs(**({"contract": law, "late": duties, "adjudications": yes(EXIT)} | more)))

    fens = {choice: round_fen(Fraction(TOTAL * days, 1000)) for choice, days in (("body", body), ("annex", annex))}
    open_ = made()
    assert "exit.return_due" in codes(open_)
    assert (open_.penalty_low_fen, open_.penalty_high_fen) == (fens["body"], fens["annex"])
    for choice, fen in fens.items():
        final = made(readings=with_reading("exit.return_due", choice))
        assert (final.provisional, final.penalty_fen) == (False, fen)
    assert made(adjudications=yes(EXIT, "no")).penalty_fen == 0


def test_a_ground_falls_away_with_the_day_that_is_not_meant() -> None:
    band = {"metric": "lateness", "unit": "day", "min": "25", "min_operator": ">"}
    law = rule(clause(terminates=band))
    for choice, shown in (("annex", True), ("body", False)):
        made = settle(
            inputs(
                contract=law,
                late=days_of(None),
                adjudications=yes(EXIT),
                readings=with_reading("exit.return_due", choice),
            )
        )
        assert (f"ground.late:{EXIT}" in made.trace) == shown


def capacity(done_at: datetime | None = None, pressed_at: datetime | None = None, **more: Any) -> LateDuty:
    """Asked for on 1 February, due within seven days."""
    since, due_at = day_start(date(2026, 2, 1)) + 10 * timedelta(hours=1), day_start(date(2026, 2, 9))
    return replace(
        LateDuty(ORDER, "scale_out", "扩容", due_at, done_at, ("fact-1",)), since=since, pressed_at=pressed_at, **more
    )


def rows_only(*rows: dict[str, Any]) -> dict[str, Any]:
    law = contract(service_levels=[])
    law["penalties"] |= {"coefficients": list(rows) or [ROW], "critical": [], "other": []}
    return law


def settled(duty: LateDuty, law: dict[str, Any] | None = None, **more: Any) -> Statement:
    given = {"contract": law or rows_only(), "late": (duty,), "adjudications": yes(ORDER)} | more
    return settle(inputs(**{"readings": with_reading("fee_base", "contract"), **given}))


FEE = round_fen(Fraction(TOTAL, 12) * Fraction(1, 5))
NOTICE = day_start(date(2026, 2, 13))


@pytest.mark.parametrize(
    ("duty", "fen"),
    [
        (capacity(), 0),
        (capacity(NOTICE + 5 * DAY), 0),
        (capacity(None, NOTICE), FEE),
        (capacity(NOTICE + DAY, NOTICE), FEE),
        (capacity(None, day_start(date(2026, 3, 1))), 0),
    ],
    ids=["no notice", "no notice, done", "notice over", "notice over, done", "over in the next month"],
)
def test_the_row_wants_lateness_and_a_notice_whose_limit_has_passed(duty: LateDuty, fen: int) -> None:
    made = settled(duty)
    assert made.penalty_fen == fen
    assert [one.id for one in made.candidates] == ([f"late:{ORDER}/minor#4"] if fen else [])


def test_the_row_applies_once_in_the_month_in_which_the_limit_ran_out() -> None:
    duty = capacity(None, NOTICE)
    later = settled(duty, month=Month(2026, 3), known_at=day_start(date(2026, 4, 2)))
    assert (settled(duty).penalty_fen, later.penalty_fen) == (FEE, 0)


def test_until_it_is_found_the_month_shows_what_it_would_cost() -> None:
    made = settled(capacity(None, NOTICE), adjudications=())
    assert made.provisional
    assert (made.penalty_low_fen, made.penalty_high_fen) == (0, FEE)
    assert f"late@late:{ORDER}" in codes(made)


def test_of_the_row_and_a_clause_on_any_lateness_the_graver_counts() -> None:
    law = rows_only()
    law["penalties"]["other"] = [clause()]
    made = settled(capacity(None, NOTICE), law)
    assert made.penalty_fen == round_fen(Fraction(TOTAL * 20, 1000))
    assert [one.state for one in made.candidates] == ["chosen", "not_gravest"]


def test_the_day_by_the_filing_may_leave_less_than_the_row_wants() -> None:
    wide = row("minor", 4, "0.2", "scale_out_late", ("20", ">", None, None, "day"), requires=[], source=source("附件3"))
    asked = capacity(NOTICE + 9 * DAY, NOTICE, reading="scale_out.from", choice="request")
    filed = replace(asked, choice="file", since=(asked.since or NOTICE) + 3 * DAY, due_at=asked.due_at + 3 * DAY)
    law = rows_only(wide)

    def made(*readings: Any) -> Statement:
        agreed = (*with_reading("fee_base", "contract"), *readings)
        return settle(inputs(contract=law, late=(asked, filed), adjudications=yes(ORDER), readings=agreed))

    assert "scale_out.from" in codes(made())
    for choice, fen in (("request", FEE), ("file", 0)):
        assert made(*with_reading("scale_out.from", choice)[-1:]).penalty_fen == fen


def reports(count: int) -> tuple[LateDuty, ...]:
    """So many reports, each due on the fifth and not handed in."""
    due_at = day_start(date(2026, 2, 6))
    return tuple(LateDuty(f"deliverable:{no}:2026-01", "deliverable", f"报告 {no}", due_at) for no in range(count))


def test_several_late_duties_under_one_clause_are_one_open_point_with_each_as_an_item() -> None:
    law, late = rule(clause()), reports(3)
    made = settle(inputs(contract=law, late=late))
    each = round_fen(Fraction(TOTAL * 23, 1000))
    (point,) = [one for one in made.open_points if one.code.startswith("late@")]
    assert point.code == "late@late:other.0:2026-02"
    assert [one["event"] for one in point.items] == [f"late:{one.key}" for one in late]
    assert [one["amount_fen"] for one in point.items] == [str(each)] * 3
    assert point.items[0]["title"] == "逾期：报告 0（最后期限 2026-02-05）"
    costs = {one["choice"]: one["amount_fen"] for one in point.choices}
    assert costs == {"yes": str(3 * each), "no": "0"}
    shown = view_statement(made.model_dump(mode="json"))
    assert shown["candidates"][0]["event"] == "逾期：报告 0（最后期限 2026-02-05）"
    assert {one["needs"] for one in shown["candidates"]} == {"待定事项第 1 项"}


def test_what_is_found_of_one_leaves_the_others_and_a_single_one_is_asked_for_by_itself() -> None:
    law, late = rule(clause()), reports(3)
    one = settle(inputs(contract=law, late=late, adjudications=yes(late[0].key)))
    (point,) = [each for each in one.open_points if each.code.startswith("late@")]
    assert [each["event"] for each in point.items] == [f"late:{each.key}" for each in late[1:]]
    both = (*yes(late[0].key), *yes(late[1].key, "no"))
    assert [each for each in codes(settle(inputs(contract=law, late=late, adjudications=both))) if "late" in each] == [
        f"late@late:{late[2].key}"
    ]
    final = settle(inputs(contract=law, late=late, adjudications=(*both, *yes(late[2].key))))
    assert final.penalty_fen == 2 * round_fen(Fraction(TOTAL * 23, 1000))


def test_duties_under_other_clauses_are_another_point() -> None:
    law = rule(clause(), clause(duty="bond_renewal", rate="0.002"))
    bonds = tuple(replace(one, key=f"bond_renewal:{one.key}", kind="bond_renewal") for one in reports(2))
    made = settle(inputs(contract=law, late=(*reports(2), *bonds)))
    assert [one for one in codes(made) if one.startswith("late@")] == [
        "late@late:other.0+other.1:2026-02",
        "late@late:other.0:2026-02",
    ]


OF_FEE = clause(of="service_fee", window="month", rate="0.05")
QUARTER = Fraction(TOTAL, 12) * Fraction(1, 4)


def month_of(law: dict[str, Any], duty: LateDuty, month: Month, *readings: Any, **more: Any) -> Statement:
    after = day_start(add_months(month.start_on, 1)) + DAY
    given = {"contract": law, "late": (duty,), "adjudications": yes(duty.key), "month": month, "known_at": after}
    return settle(inputs(**given, readings=(*without("fee_base"), *readings), **more))


def agreed_on(**said: str) -> tuple[Reading, ...]:
    return tuple(Reading(code.replace("__", "."), value, "补充协议") for code, value in said.items())


@pytest.mark.parametrize(
    ("system", "said", "fee"),
    [
        (None, {"fee_base": "contract"}, Fraction(TOTAL, 12)),
        (None, {"fee_base": "system_share", "fee_base__shared": "contract"}, Fraction(TOTAL, 12)),
        (None, {"fee_base": "system_share", "fee_base__shared": "largest"}, QUARTER),
        ("sys-1", {"fee_base": "system_share"}, QUARTER),
    ],
)
def test_a_share_of_the_monthly_fee_is_of_what_the_parties_say_the_fee_is(
    system: str | None, said: dict[str, str], fee: Fraction
) -> None:
    duty = LateDuty("rework:1", "rework", "返工", day_start(date(2026, 1, 30)), None, ("fact-1",), system=system)
    law = rule(OF_FEE)
    whole = [round_fen(fee * Fraction(5 * days, 100)) for days in (2, 30)]
    for month, fen in ((Month(2026, 1), whole[0]), (Month(2026, 2), whole[1] - whole[0])):
        assert month_of(law, duty, month, *agreed_on(**said)).penalty_fen == fen
        open_ = month_of(law, duty, month)
        assert "fee_base" in codes(open_)
        assert open_.penalty_low_fen <= fen <= open_.penalty_high_fen


def test_a_limit_in_fen_holds_each_month_to_what_is_left_of_it() -> None:
    duty = LateDuty("rework:1", "rework", "返工", day_start(date(2026, 1, 30)), None, ("fact-1",))
    law = rule({**OF_FEE, "cap": 5_000_000})
    full = agreed_on(fee_base="contract")
    share = agreed_on(fee_base="system_share", fee_base__shared="largest")
    months = (Month(2026, 1), Month(2026, 2), Month(2026, 3))
    for said, fee in ((full, Fraction(TOTAL, 12)), (share, QUARTER)):
        upto = [min(5_000_000, round_fen(fee * Fraction(5 * days, 100))) for days in (2, 30, 61)]
        made = [month_of(law, duty, one, *said).penalty_fen for one in months]
        assert made == [upto[0], upto[1] - upto[0], upto[2] - upto[1]]
    for one in months:
        open_ = month_of(law, duty, one)
        assert open_.penalty_low_fen <= min(month_of(law, duty, one, *said).penalty_fen or 0 for said in (full, share))


def test_a_fixed_sum_of_an_earlier_month_and_a_share_of_a_later_one_are_not_both_charged() -> None:
    law = rule(
        clause("fixed", rate=None, of=None, amount_fen=1_000_000, band=band_of("1", "5")),
        {**OF_FEE, "kind": "percentage", "band": band_of("5", None)},
    )
    duty = LateDuty("rework:1", "rework", "返工", day_start(date(2026, 1, 30)), None, ("fact-1",))
    said = agreed_on(fee_base="contract")
    assert month_of(law, duty, Month(2026, 1), *said).penalty_fen == 1_000_000
    later = round_fen(Fraction(TOTAL, 240)) - 1_000_000
    assert month_of(law, duty, Month(2026, 2), *said).penalty_fen == later


def band_of(low: str, high: str | None) -> dict[str, Any]:
    return {"metric": "lateness", "unit": "day", "min": low, "min_operator": ">=", "max": high,
            "max_operator": high and "<"}  # fmt: skip
