"""Late capacity by the ledger and by people's word is one thing: of both the graver counts, and it is paid for once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tests.kits.rederived import compare
from tests.settlement.sample import codes, inputs, row, with_reading
from tests.settlement.test_late_cases import FEE, NOTICE, ORDER, capacity, rows_only, yes
from tests.settlement.test_lateness import TOTAL, settle

from yunqi.kernel.money import round_fen
from yunqi.kernel.period import Month, day_start
from yunqi.settlement import Statement, compute_statement
from yunqi.settlement.inputs import LateDuty, Occurrence

DAY = timedelta(days=1)
WHOLE = round_fen(Fraction(TOTAL, 12))
MARCH = {"month": Month(2026, 3), "known_at": day_start(date(2026, 4, 2))}
GRAVE = row("severe", 1, "1.0", "scale_out_late", ("30", ">", None, None, "day"), requires=[])
ROW = row("minor", 4, "0.2", "scale_out_late", ("7", ">", "30", "<=", "day"), requires=[])


def said(at: datetime = NOTICE, days: int = 12, **more: Any) -> Occurrence:
    """What people entered of the same work order: so many days."""
    value = Fraction(days * 24 * 60)
    given = {
        "id": "fact-said",
        "measures": "scale_out_late",
        "at": at,
        "value": value,
        "title": "扩容逾期",
        "of": ORDER,
    }
    return Occurrence(**(given | more))


def made(duty: LateDuty | None, *entered: Occurrence, answer: str = "yes", **more: Any) -> Statement:
    """The month, which the independent program must come to as well."""
    late = () if duty is None else (duty,)
    given = {"contract": rows_only(ROW, GRAVE), "late": late, "occurrences": entered, "adjudications": ()}
    given |= {"readings": with_reading("fee_base", "contract")} | more
    if answer:
        given["adjudications"] = yes(ORDER, answer)
    asked = inputs(**given)
    statement = compute_statement(asked)
    assert [one.name for one in compare(asked, statement).wrong] == []
    return settle(asked)


def test_in_one_month_both_are_shown_and_the_graver_is_paid() -> None:
    alike = made(capacity(None, NOTICE), said())
    assert (alike.penalty_fen, len(alike.candidates)) == (FEE, 2)
    graver = made(capacity(None, NOTICE), said(days=40))
    assert graver.penalty_fen == WHOLE
    states = {one.id: one.state for one in graver.candidates}
    assert (states[f"late:{ORDER}/minor#4"], states["fact-said/severe#1"]) == ("not_gravest", "chosen")
    facts = {one.id: tuple(graver.trace[one.node].facts) for one in graver.candidates}
    assert (facts[f"late:{ORDER}/minor#4"], facts["fact-said/severe#1"]) == (("fact-1",), ("fact-said",))


def test_of_two_work_orders_each_is_paid() -> None:
    assert made(capacity(None, NOTICE), said(of="scale_out:case-9")).penalty_fen == 2 * FEE
    assert made(capacity(None, NOTICE), said(of="")).penalty_fen == 2 * FEE


def test_what_people_entered_twice_of_one_work_order_counts_once() -> None:
    assert made(None, said(), said(id="fact-again"), answer="").penalty_fen == FEE
    assert made(None, said(), said(id="fact-again", at=NOTICE + 30 * DAY), answer="", **MARCH).penalty_fen == 0


def test_the_ledger_does_not_count_again_what_people_entered_a_month_earlier() -> None:
    duty = capacity(None, NOTICE + 28 * DAY)
    assert made(duty, **MARCH).penalty_fen == WHOLE
    assert made(duty, said(), **MARCH).penalty_fen == 0
    # what no row of its month priced was no earlier word
    assert made(duty, said(days=1), **MARCH).penalty_fen == WHOLE


@pytest.mark.parametrize(("answer", "fen", "open_"), [("yes", 0, False), ("no", FEE, False), ("", None, True)])
def test_people_do_not_count_again_what_the_ledger_had_a_month_earlier(
    answer: str, fen: int | None, open_: bool
) -> None:
    later = said(at=NOTICE + 28 * DAY)
    found = made(capacity(None, NOTICE), later, answer=answer, **MARCH)
    assert (f"late@late:{ORDER}" in codes(found)) == open_
    if open_:
        assert (found.penalty_low_fen, found.penalty_high_fen) == (0, FEE)
    else:
        assert found.penalty_fen == fen
