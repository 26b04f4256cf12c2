"""The clocks that hang on the end of the term, under the printed end and under a moved one, as a lawyer reads them.

Term 2025-10-10 to 2026-10-09 (2026-10-10 is a make-up working day). Source: 民法典 第201–203条; the days off of 2026.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yunqi.cases.acceptance.answers import judge_request
from yunqi.contract.duties import plan_duties
from yunqi.contract.obligations import find_obligations
from yunqi.contract.obligations.join import Dates, compute_day
from yunqi.contract.workdays import load_work_calendar
from yunqi.settlement.law import Law
from yunqi.settlement.payments import compute_due_on

CALENDAR = load_work_calendar()
START = date(2025, 10, 10)
WORKING = "working_day"


def within(count: int, unit: str, of: str | None = None) -> dict[str, Any]:
    return {"count": count, "unit": unit, "from": of}


TABLE = """
              | end in force | acceptance 20 wd | 30 wd      | silence 10 wd | notice 3 mon. | 6 months   | pay 30 wd
as printed    | 2026-10-09   | 2026-11-05       | 2026-11-19 | 2026-10-22    | 2026-07-09    | 2026-04-09 | 2026-11-19
12 days more  | 2026-10-21   | 2026-11-18       | 2026-12-02 | 2026-11-04    | 2026-07-21    | 2026-04-21 | 2026-12-02
11 whole days | 2026-10-20   | 2026-11-17       | 2026-12-01 | 2026-11-03    | 2026-07-20    | 2026-04-20 | 2026-12-01
cut to 05-31  | 2026-05-31   | 2026-06-29       | 2026-07-13 | 2026-06-12    | 2026-02-28    | 2025-11-30 | 2026-07-13
ended 02-14   | 2026-02-14   | 2026-03-20       | 2026-04-03 | 2026-03-06    | 2025-11-14    | 2025-08-14 | 2026-04-03
into 2027     | 2026-12-31   | no notice        | no notice  | no notice     | 2026-09-30    | 2026-06-30 | no notice
"""
"""Working days (wd) of 2027 are not published: there is no day then, and the instalment says which year lacks."""
CASES = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip("\n").splitlines()[1:]]
LACKS = "no notice"


def acceptance_day(end: date, count: int) -> str:
    contract = {"acceptance": {"deadline": within(count, WORKING)}}
    planned = plan_duties(contract, start_on=START, end_on=end, signed_on=START, calendar=CALENDAR)
    return next(str(one.due_on or LACKS) for one in planned if one.kind == "acceptance")


def silent_day(end: date) -> str:
    clause = {"deadline": within(10, WORKING, "term_end"), "silence_accepts": True}
    asked = date(2025, 10, 11)  # the material was there before the end: silence begins with the end
    clock = judge_request(clause, asked_on=asked, expiry_on=end, answered=None, today=asked, calendar=CALENDAR)
    return str(clock.due_on or LACKS)


def notice_day(end: date, months: int) -> str:
    contract = {"exit": {"notice": within(months, "month")}}
    planned = plan_duties(contract, start_on=START, end_on=end, signed_on=START, calendar=CALENDAR)
    return next(str(one.due_on) for one in planned if one.kind == "exit_notice")


def instalment_day(end: date) -> tuple[str, str]:
    instalment = {"no": 2, "triggers": ["expiry", "acceptance"], "within": within(30, WORKING)}
    law = Law({"term": {"start_on": START.isoformat(), "end_on": end.isoformat()}, "instalments": [instalment]}, {})
    given = {"acceptance": date(2025, 12, 1)}
    day, why = compute_due_on(law, instalment, 2, given, CALENDAR, as_of=date(2027, 1, 31))
    return str(day or LACKS), why


@pytest.mark.parametrize("one", CASES, ids=[one[0] for one in CASES])
def test_every_clock_counts_from_the_end_in_force(one: list[str]) -> None:
    end = date.fromisoformat(one[1])
    assert [acceptance_day(end, 20), acceptance_day(end, 30), silent_day(end)] == one[2:5]
    assert [notice_day(end, 3), notice_day(end, 6)] == one[5:7]
    day, why = instalment_day(end)
    assert day == one[7]
    assert ("2027" in why) is (day == LACKS)


@pytest.mark.parametrize(
    ("end", "due"), [("2026-12-31", "2026-12-01"), ("2027-01-12", "2026-12-13"), ("2026-03-31", "2026-03-01")]
)
def test_the_question_of_renewal_counts_back_from_the_end_in_force(end: str, due: str) -> None:
    words = "乙方需在服务期满前30日与甲方确认是否续签或终止合同。"
    contract = {
        "obligations": [{"party": "provider", "text": words, "trigger": "before_end", "deadline": within(30, "day")}]
    }
    found = next(one for one in find_obligations(contract) if one.kind.code == "renewal")
    dates = Dates(date(2025, 7, 29), date.fromisoformat(end), date(2025, 7, 29))
    assert str(compute_day(found, dates, CALENDAR)) == due
