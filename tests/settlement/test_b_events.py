"""B events that make a critical breach together: each is counted once, in the window that the contract says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.rederived import compare
from tests.settlement.sample import NO_HARM, at, contract, found, incident, inputs, with_reading

from yunqi.kernel.period import Month
from yunqi.settlement import compute_statement
from yunqi.settlement.inputs import Adjudication, Inputs, Reading

YEAR = 365


def month(count: int, window: str | None, days: dict[int, str | None], *more: Reading) -> Inputs:
    """A month with data losses on days counted from its first; each is found to be a B event, not to be one, or
    nothing is found yet.
    """
    rule = contract(term={"start_on": "2024-01-01", "end_on": "2026-12-31", "months": 36, "from": "date"})
    stated = window if window in {None, "term"} else "year"
    for row in rule["penalties"]["critical"]:
        row["count"] = {"count": count if row["level"] == "B" else 1, "operator": ">=", "window": stated}
    cases, findings = [], list[Adjudication]()
    for number, (day, answer) in enumerate(days.items()):
        name = f"inc-{number}"
        when = at(days=day)
        times = {"reported": when, "responded": when, "located": when, "recovered": when + timedelta(minutes=1)}
        cases.append(incident(name, when, times, type="data_loss"))
        findings.extend((*found(name, **NO_HARM), Adjudication(name, "critical.A.data_loss", "no")))
        if answer is not None:
            findings.append(Adjudication(name, "critical.B.data_loss", answer))
    readings = (*with_reading("availability.window", "year"), Reading("words.data_lost", "none", "补充协议3"), *more)
    if window in {"year", "contract_year", "calendar_year"}:
        readings = (*readings, Reading("count_window.B", window, "补充协议3"))
    return inputs(contract=rule, incidents=tuple(cases), adjudications=tuple(findings), readings=readings)


def critical(given_: Inputs) -> list[Any]:
    statement = compute_statement(given_)
    assert [(one.name, one.here, one.stated) for one in compare(given_, statement).wrong] == []
    return [one for one in statement.candidates if "critical.B*" in one.id]


@pytest.mark.parametrize(
    ("count", "window", "days", "breached"),
    [
        (2, "term", [3, 9], True),
        (2, "term", [3], False),
        (2, "term", [-200, 3], True),
        (2, "term", [-400, 3], True),
        (2, "year", [-400, 3], False),
        # the years of the contract and of the calendar begin on one day: those of one year count together
        (2, "contract_year", [-30, 3], True),
        (2, "contract_year", [-32, 3], False),
        (2, "calendar_year", [-31, 3], True),
        (2, "calendar_year", [-32, 3], False),
        # on the day a year ago it counts, on the day before it does not
        (2, "year", [3 - YEAR, 3], True),
        (2, "year", [2 - YEAR, 3], False),
        # two make a breach in an earlier month: they are used up
        (2, "term", [-200, -100, 3], False),
        (2, "term", [-200, -100, 3, 4], True),
        (2, "year", [-200, -100, 3], False),
        # three made a breach a hundred days ago; one of them is still within the year, but used up
        (3, "year", [-380, -200, -100, 3], False),
        (3, "term", [-380, -200, -100, 3], False),
        # the oldest had left the window when the third came: the three later ones make the breach
        (3, "year", [-450, -200, -80, 3], True),
        (3, "year", [-450, -200, -80, 3, 4, 5], True),
        (3, "term", [-450, -200, -80, 3], False),
        (1, "term", [3], True),
        # what comes after the month makes no breach in it
        (2, "term", [3, 40], False),
    ],
)
def test_each_event_counts_once(count: int, window: str, days: list[int], breached: bool) -> None:
    made = critical(month(count, window, dict.fromkeys(days, "yes")))
    assert bool(made) is breached
    assert all(one.state == "chosen" for one in made)


@pytest.mark.parametrize(("earlier", "asked"), [(-20, False), (-40, True), (-400, False)])
def test_within_a_year_is_asked_where_the_years_differ(earlier: int, asked: bool) -> None:
    given_ = month(2, None, {earlier: "yes", 3: "yes"})
    for row in given_.contract["penalties"]["critical"]:
        row["count"]["window"] = "year"
    statement = compute_statement(given_)
    assert compare(given_, statement).wrong == []
    point = next((one for one in statement.open_points if one.code == "count_window.B"), None)
    assert (point is not None) is asked
    if point is not None:
        assert [one["choice"] for one in point.choices] == ["year", "contract_year", "calendar_year"]


@pytest.mark.parametrize(
    ("first", "second", "breached"),
    [
        ("2028-02-29", "2029-02-28", True),  # its year ends with the month that has no such day
        ("2028-02-29", "2029-03-01", False),
        ("2027-02-28", "2028-02-28", True),
        ("2027-02-28", "2028-02-29", False),  # the leap day is the first day after the year
    ],
)
def test_a_year_around_a_leap_day_ends_by_the_code(first: str, second: str, breached: bool) -> None:
    days = {(date.fromisoformat(on) - date(2026, 2, 1)).days: "yes" for on in (first, second)}
    given_ = month(2, "year", days)
    given_ = replace(given_, month=Month.parse(second[:7]), known_at=at(days=1200))
    given_.contract["term"]["end_on"] = "2029-12-31"  # type: ignore[index]
    assert bool(critical(given_)) is breached


def test_the_window_is_asked_for_only_where_it_matters() -> None:
    same = compute_statement(month(2, None, {-20: "yes", 3: "yes"}))
    assert "count_window.B" not in {one.code for one in same.open_points}
    differs = compute_statement(month(2, None, {-400: "yes", 3: "yes"}))
    assert "count_window.B" in {one.code for one in differs.open_points}
    for window, breached in (("term", True), ("year", False)):
        agreed = critical(month(2, None, {-400: "yes", 3: "yes"}, Reading("count_window.B", window, "补充协议3")))
        assert bool(agreed) is breached


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 3),
    st.sampled_from(["term", "year"]),
    st.dictionaries(st.integers(-420, 27), st.sampled_from(["yes", "no", None]), max_size=6),
)
def test_what_is_not_found_yet_leaves_the_month_open(count: int, window: str, days: dict[int, str | None]) -> None:
    """A candidate hangs on findings exactly where some way to find what is open makes it one and another does not."""
    made = critical(month(count, window, dict(sorted(days.items()))))
    outcomes = {bool(_fires(count, window, assumed)) for assumed in _every_way(sorted(days.items()))}
    if outcomes == {True}:
        assert made
    elif outcomes == {False}:
        assert not made
    else:
        assert made
        assert made[0].needs


def _every_way(days: list[tuple[int, str | None]]) -> list[list[int]]:
    ways: list[list[int]] = [[]]
    for day, answer in days:
        with_it = [[*way, day] for way in ways]
        ways = with_it if answer == "yes" else ways if answer == "no" else [*ways, *with_it]
    return ways


def _fires(count: int, window: str, days: list[int]) -> bool:
    # Said once more in its plainest form: numbers of days, the window of 365 of them.
    pending: list[int] = []
    for day in days:
        pending = [one for one in pending if window == "term" or one >= day - YEAR] + [day]
        if len(pending) == count:
            if day >= 0:
                return True
            pending = []
    return False
