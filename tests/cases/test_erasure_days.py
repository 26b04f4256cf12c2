"""By when the data of an exit may have to be erased: after what the contract says, by when it seldom does.

Asked to move out on 2026-03-31: 45 days end on 2026-05-15. The cut-over of two months counts from its begin or from the
end of the term on 2026-06-30, which ends on 2026-08-31 (the 30th is a Sunday). Source: 民法典 第201–203、510条.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from yunqi.cases.exit.checklist import plan_checklist
from yunqi.cases.exit.deadlines import cut_over_days, erasure_days
from yunqi.cases.exit.model import Leaving, Step
from yunqi.cases.machine import Event
from yunqi.contract.workdays import load_work_calendar

CALENDAR = load_work_calendar()
NOTICED, END = date(2026, 3, 31), date(2026, 6, 30)
BEGUN, ENDING = datetime(2026, 4, 1, 2, tzinfo=UTC), datetime(2026, 6, 30, 2, tzinfo=UTC)
CLAUSE: dict[str, Any] = {
    "migration": {"count": 45, "unit": "day"},
    "switch_over": {"count": 2, "unit": "month"},
    "erase": True,
}
CASES: tuple[tuple[str, dict[str, Any], datetime | None, dict[str, str], dict[str, str]], ...] = (
    ("no cut-over has begun", {}, None, {}, {"migration": "2026-05-15"}),
    ("begun at the end of the term", {}, ENDING, {}, {"migration": "2026-05-15", "periods": "2026-08-31"}),
    ("begun early: the later of both meanings", {}, BEGUN, {}, {"migration": "2026-05-15", "periods": "2026-08-31"}),
    (
        "begun early, and from the begin was agreed",
        {},
        BEGUN,
        {"exit.switch_over_from": "begin"},
        {"migration": "2026-05-15", "periods": "2026-06-01"},
    ),
    ("no cut-over is agreed", {"switch_over": None}, BEGUN, {}, {"migration": "2026-05-15"}),
    ("nothing is said of erasing", {"erase": None}, ENDING, {}, {}),
    ("no time to move out is agreed: no day is given", {"migration": None}, ENDING, {}, {}),
)


@pytest.mark.parametrize(("why", "change", "begun", "readings", "days"), CASES, ids=[one[0] for one in CASES])
def test_the_days_that_may_be_meant(
    why: str, change: dict[str, Any], begun: datetime | None, readings: dict[str, str], days: dict[str, str]
) -> None:
    clause = {**CLAUSE, **change}
    events = [] if begun is None else [Event("cut_over_begin", begun, "provider", {})]
    cut_over = cut_over_days(clause, events, END, CALENDAR).settle(readings)
    found = erasure_days(clause, NOTICED, CALENDAR, cut_over)
    assert {choice: str(on) for choice, on in found.by_choice.items()} == days, why
    assert found.one is None  # none of them holds before the parties agree


def erasure(today: str, begun: datetime | None = ENDING, **readings: str) -> Step:
    given = Leaving(
        contract={"exit": CLAUSE},
        cause="expiry",
        noticed_on=NOTICED,
        left_on=None,
        end_on=END,
        notice_end_on=END,
        events=[] if begun is None else [Event("cut_over_begin", begun, "provider", {})],
        stores=(),
        notice_proofs=(),
        last_statement=None,
        statement_provisional=False,
        statement_covers=False,
        refund_fen=None,
        refund_open=False,
        bond_held_fen=None,
        bond_until_on=None,
        today=date.fromisoformat(today),
        calendar=CALENDAR,
        readings={f"exit.{name}": value for name, value in readings.items()},
    )
    return next(one for one in plan_checklist(given) if one.key == "erasure")


@pytest.mark.parametrize(
    ("today", "begun", "agreed", "due", "state"),
    [
        ("2026-12-01", ENDING, None, None, "waiting"),
        ("2026-12-01", ENDING, "none", None, "waiting"),
        ("2026-08-31", ENDING, "periods", "2026-08-31", "waiting"),
        ("2026-09-01", ENDING, "periods", "2026-08-31", "late"),
        ("2026-09-01", None, "periods", None, "waiting"),
        ("2026-05-16", ENDING, "migration", "2026-05-15", "late"),
    ],
)
def test_the_list_says_the_day_that_was_agreed(
    today: str, begun: datetime | None, agreed: str | None, due: str | None, state: str
) -> None:
    one = erasure(today, begun, **({} if agreed is None else {"erase_due": agreed}))
    assert (one.due_on, one.state) == (None if due is None else date.fromisoformat(due), state)
    assert len(one.open_days) == (2 if agreed is None else 0)
    assert "方可关停和擦除" in one.basis
