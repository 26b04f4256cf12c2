"""Logbooks: what an entry may say, its steps, and the rules on heads, cases, exercises and protected periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.cases.duty import Shift
from yunqi.cases.incident.clocks import Downtime, IncidentFacts
from yunqi.cases.logbook import KINDS, MACHINES, apply, open_entry
from yunqi.cases.logbook.exercises import Held, Wanted, compute_standings
from yunqi.cases.logbook.protection import Protected, find_manned, find_protected, is_protected
from yunqi.cases.logbook.staff import (
    EVERY_ROLE,
    Breach,
    Member,
    Promise,
    Request,
    Sheet,
    count_heads,
    find_unagreed,
    judge_breaches,
    judge_heads,
    lacks_of,
)
from yunqi.cases.machine import Case, Event
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, Span, day_start

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def opened(kind: str, by: str = "provider", /, *, at: datetime = NOW, **said: str) -> Case:
    return open_entry(kind, said, at=at, role=by, now=NOW)


def step(case: Case, event: str, role: str, *, at: datetime = NOW, **said: Any) -> Case:
    return apply(case, Event(event, at, role, None, said))


def refused(code: str, work: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        work()
    assert caught.value.code == code
    return caught.value


HELD = {"minutes": 90, "participants": ["甲", "乙"], "result": "passed", "sign_in": "签到表1"}
BAD: list[tuple[str, str, str, dict[str, str], str]] = [
    ("drill", "provider", "logbook.field_missing", {"scope": "platform"}, "plan"),
    ("drill", "provider", "logbook.field", {"scope": "moon", "plan": "x"}, "scope"),
    ("drill", "provider", "logbook.field_unknown", {"scope": "platform", "plan": "x", "colour": "red"}, "colour"),
    ("drill", "provider", "logbook.system", {"scope": "system", "plan": "x"}, "system"),
    ("drill", "supervisor", "logbook.role", {"scope": "platform", "plan": "x"}, "kind"),
    ("staff_promise", "provider", "logbook.field", {"role": "运维", "count": "0", "basis": "x"}, "count"),
    ("staff_promise", "provider", "logbook.field", {"role": "运维", "count": "1.5", "basis": "x"}, "count"),
    ("staff_promise", "provider", "logbook.field", {"role": "x" * 301, "count": "1", "basis": "x"}, "role"),
    ("attendance", "provider", "logbook.field", {"month": "2026-13"}, "month"),
    ("attendance", "provider", "logbook.field", {"month": "2026-02", "present": "长" * 61}, "present"),
    (
        "protected_period",
        "using_unit",
        "logbook.span",
        {"until": "2026-03-02T12:00", "level": "major", "set_by": "x", "notice": "x"},
        "until",
    ),
    (
        "protected_period",
        "using_unit",
        "logbook.field",
        {"until": "soon", "level": "major", "set_by": "x", "notice": "x"},
        "until",
    ),
]


@pytest.mark.parametrize(("kind", "role", "code", "said", "field"), BAD, ids=[f"{n}-{b[2]}" for n, b in enumerate(BAD)])
def test_bad_input_is_refused_and_names_its_field(
    kind: str, role: str, code: str, said: dict[str, str], field: str
) -> None:
    problem = refused(code, lambda: opened(kind, role, **said))
    assert problem.field == field
    assert problem.way_out


def test_only_what_is_planned_may_lie_ahead() -> None:
    late = NOW + HOUR
    assert opened("drill", at=late, scope="platform", plan="x").state == "planned"
    refused("logbook.future", lambda: opened("staff_breach", at=late, sort="absent", text="x"))
    refused("logbook.unknown", lambda: opened("moon"))


def test_a_drill_of_the_platform_is_held_only_with_permission_and_confirmed_only_once_its_findings_are_closed() -> None:
    drill = opened("drill", scope="platform", plan="切换")
    refused("logbook.not_permitted", lambda: step(drill, "hold", "provider", **HELD))
    refused("case.role", lambda: step(drill, "permit", "provider", permission="函1"))
    refused("case.data", lambda: step(drill, "permit", "using_unit"))
    permitted = step(drill, "permit", "using_unit", permission="函1")
    held = step(permitted, "hold", "provider", findings="切换超时", **HELD)
    refused("logbook.findings_open", lambda: step(held, "confirm", "using_unit"))
    closed = step(held, "close", "provider", closure="已调整")
    assert step(closed, "confirm", "using_unit").state == "confirmed"
    again = step(step(closed, "return", "using_unit", reason="缺签到"), "hold", "provider", **HELD)
    assert (again.state, again.data.get("findings"), again.data.get("closure")) == ("held", None, None)
    assert step(again, "confirm", "using_unit").state == "confirmed"
    assert step(opened("drill", scope="system", system="x", plan="x"), "hold", "provider", **HELD).state == "held"


def test_what_both_must_confirm_counts_with_the_second_word_and_is_taken_back_only_by_who_entered_it() -> None:
    case = opened("staff_breach", "using_unit", sort="absent", text="脱岗")
    half = step(case, "confirm", "using_unit")
    refused("logbook.confirmed_before", lambda: step(half, "confirm", "using_unit"))
    refused("logbook.not_own", lambda: step(case, "withdraw", "provider", reason="x"))
    contested = step(half, "contest", "provider", reason="有假条")
    assert step(contested, "confirm", "provider").state == "half_confirmed"
    whole = step(half, "confirm", "provider")
    assert whole.state == "confirmed"
    refused("case.not_allowed", lambda: step(whole, "withdraw", "using_unit", reason="x"))
    assert step(case, "withdraw", "using_unit", reason="误登").state == "withdrawn"
    fields = {"until": "2026-03-05T12:00", "level": "major", "set_by": "x", "notice": "x"}
    period = opened("protected_period", "administration", **fields)
    assert step(period, "withdraw", "using_unit", reason="x").state == "withdrawn"


def test_every_step_of_every_logbook_has_its_words_and_its_fields() -> None:
    for kind, machine in MACHINES.items():
        assert set(machine.transitions) == set(KINDS[kind].steps)
        for name, transition in machine.transitions.items():
            assert machine.label(name) != name
            needed = {one.name for one in KINDS[kind].steps[name] if one.required}
            assert set(transition.required) == needed
            for state in (*transition.sources, transition.target or "recorded"):
                assert machine.label(state) != state


# --- heads --------------------------------------------------------------------------------------------------------

JAN, FEB, MAR = Month(2026, 1), Month(2026, 2), Month(2026, 3)
START = day_start(date(2025, 12, 1))


def member(name: str, role: str = "运维", start: datetime = START, end: datetime | None = None, **more: Any) -> Member:
    return Member(f"m-{name}-{role}", name, role, start, end, **more)


THREE = (member("甲"), member("乙"), member("丙"))
ROLES = (*THREE, member("丁", "驻场"))


def sheet(month: Month, names: str) -> Sheet:
    return Sheet(month, tuple(names))


OPS, BOTH = [Promise("运维", 3, START)], [Promise("运维", 3, START), Promise("驻场", 0, START)]
EACH = [Promise("运维", 3, START), Promise("驻场", 1, START)]
ONE, TWO = [Promise("运维", 1, START)], [Promise("运维", 2, START)]
LATER = [Promise("运维", 3, START), Promise("运维", 1, FEB.span.start_at)]
WITHIN, FROM_FIRST = [Promise("运维", 3, day_start(date(2026, 1, 2)))], [Promise("运维", 3, JAN.span.start_at)]
GONE, JUST_THERE = member("甲", end=JAN.span.start_at), member("甲", end=JAN.span.start_at + timedelta(seconds=1))
NONE = "-"
HEADS: list[tuple[str, list[Promise], tuple[Member, ...], str, str, str | None, str]] = [
    ("short in both", OPS, THREE, "甲乙", "甲", None, "met"),
    ("exactly as promised", TWO, THREE, "甲乙", "甲", None, "not_met"),
    ("short in the first only", OPS, THREE, "甲", "甲乙丙", None, "not_met"),
    ("nobody at all", ONE, THREE, "", "", None, "met"),
    ("a month without a sheet", OPS, THREE, NONE, "甲", None, "unknown"),
    ("met without a sheet before", ONE, THREE, NONE, "甲", None, "not_met"),
    ("somebody on no roster may be one", OPS, THREE, "甲乙辛", "甲", None, "unknown"),
    ("on no roster and still short", OPS, THREE, "甲辛", "甲", None, "met"),
    ("no promise", [], THREE, "甲", "甲", None, "unknown"),
    ("promised within the first", WITHIN, THREE, "甲", "甲", None, "not_met"),
    ("promised from its first instant", FROM_FIRST, THREE, "甲", "甲", None, "met"),
    ("a lower promise later", LATER, THREE, "甲", "甲", None, "not_met"),
    ("one role short, the other over", BOTH, ROLES, "甲乙丁", "甲乙丁", None, "open"),
    ("the same by role", BOTH, ROLES, "甲乙丁", "甲乙丁", "role", "met"),
    ("the same by total", BOTH, ROLES, "甲乙丁", "甲乙丁", "total", "not_met"),
    ("another role each month", EACH, ROLES, "甲乙丁", "甲乙丙", "role", "not_met"),
    ("another role each month, together", EACH, ROLES, "甲乙丁", "甲乙丙", "total", "met"),
    ("left before the month", ONE, (GONE,), "甲", "甲", None, "unknown"),
    ("left within its first second", ONE, (JUST_THERE,), "甲", "", None, "not_met"),
]


@pytest.mark.parametrize(
    ("promises", "members", "first", "second", "by", "state"), [one[1:] for one in HEADS], ids=[one[0] for one in HEADS]
)
def test_heads_are_short_only_where_each_of_the_months_is_known_to_be(
    promises: list[Promise], members: tuple[Member, ...], first: str, second: str, by: str | None, state: str
) -> None:
    sheets = [sheet(month, names) for month, names in ((JAN, first), (FEB, second)) if names != NONE]
    counts = count_heads(promises, members, sheets, (JAN, FEB))
    assert judge_heads(counts, FEB, 2, by=by) == state


def test_three_months_need_three() -> None:
    counts = count_heads([Promise("运维", 3, START)], THREE, [sheet(JAN, "甲"), sheet(FEB, "甲")], (JAN, FEB, MAR))
    assert judge_heads(counts, FEB, 3) == "not_met"  # nothing was promised in December
    assert judge_heads(counts, MAR, 3) == "unknown"
    assert judge_heads(counts, FEB, 2) == "met"


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.sets(st.sampled_from("甲乙丙丁戊")), st.sets(st.sampled_from("甲乙丙丁戊辛壬")))
def test_more_people_never_make_a_month_short(promised: int, came: set[str], more: set[str]) -> None:
    roster = tuple(member(name) for name in "甲乙丙丁戊")

    def rank(names: set[str]) -> int:
        (one, total) = count_heads([Promise("运维", promised, START)], roster, [Sheet(JAN, tuple(names))], [JAN])
        assert (one.present, one.short, total.role) == (total.present, total.short, EVERY_ROLE)
        return {True: 0, None: 1, False: 2}[one.short]

    assert rank(came) <= rank(came | more)


def breach(number: int, *, confirmed: bool = True, at: datetime = NOW) -> Breach:
    return Breach(f"b{number}", f"SB-{number}", "absent", at, confirmed)


@pytest.mark.parametrize(
    ("confirmed", "waiting", "operator", "state"),
    [(4, 0, ">=", "not_met"), (5, 0, ">=", "met"), (5, 0, ">", "not_met"), (6, 0, ">", "met"), (4, 1, ">=", "unknown")],
)
def test_cases_count_once_both_have_confirmed_them(confirmed: int, waiting: int, operator: str, state: str) -> None:
    cases = [*(breach(n) for n in range(confirmed)), *(breach(9 + n, confirmed=False) for n in range(waiting))]
    assert judge_breaches(cases, 5, operator, before=NOW + HOUR) == (state, confirmed, waiting)
    assert judge_breaches(cases, 5, operator, before=NOW)[1:] == (0, 0)


def test_somebody_is_replaced_in_time_or_late_to_the_instant() -> None:
    due = NOW + HOUR
    asked = Request("r", "SR-1", "甲", NOW, due, None)
    assert [asked.standing(now) for now in (due - timedelta(microseconds=1), due)] == ["running", "overdue"]
    for done, standing in ((due - timedelta(microseconds=1), "kept"), (due, "late")):
        assert Request("r", "SR-1", "甲", NOW, due, done).standing(due) == standing
    assert Request("r", "SR-1", "甲", NOW, None, None).standing(due) == "open"
    assert Request("r", "SR-1", "甲", NOW, None, NOW).standing(due) == "done"


def test_who_left_without_consent_and_what_people_lack() -> None:
    left = (member("甲", end=NOW), member("乙", end=NOW, agreed=True), member("丙"))
    assert [one.name for one in find_unagreed(left, NOW + HOUR)] == ["甲"]
    assert find_unagreed(left, NOW) == ()
    day = date(2026, 3, 2)
    every = {"undertaking": True, "background": True, "employees": True}
    good = member("甲", employment="employee", undertaking_on=day, checked_on=day, check="clear")
    bad = member("甲", employment="dispatched", undertaking_on=day + timedelta(1), checked_on=day, check="not_clear")
    assert lacks_of(good, day, **every) == ()
    assert lacks_of(bad, day, **every) == ("undertaking", "background", "employment")
    assert lacks_of(bad, day, undertaking=False, background=False, employees=False) == ()


# --- exercises ----------------------------------------------------------------------------------------------------


def held(on: date, *, kind: str = "drill", confirmed: bool = True) -> Held:
    return Held(f"h{on}{confirmed}", f"DR-{on}", kind, day_start(on), confirmed)


@pytest.mark.parametrize(
    ("count", "every", "days", "today", "states"),
    [
        (1, "term", [date(2025, 3, 1)], date(2025, 6, 1), ["done"]),
        (1, "term", [], date(2026, 12, 31), ["open"]),
        (1, "term", [], date(2027, 1, 1), ["late"]),
        (2, "term", [date(2025, 3, 1)], date(2027, 1, 1), ["late"]),
        (1, "year", [date(2025, 12, 31)], date(2026, 2, 1), ["done", "open"]),
        (1, "year", [date(2026, 1, 1)], date(2026, 2, 1), ["late", "done"]),
        (1, "term", [date(2024, 12, 31)], date(2025, 2, 1), ["open"]),
        (None, "term", [date(2025, 3, 1)], date(2027, 2, 1), ["unknown"]),
    ],
)
def test_exercises_are_done_open_or_late_by_the_last_day(
    count: int | None, every: Any, days: list[date], today: date, states: list[str]
) -> None:
    given_ = [held(on) for on in days] + [
        held(date(2025, 5, 5), confirmed=False),
        held(date(2025, 5, 6), kind="training"),
    ]
    standings = compute_standings(
        [Wanted("drill", count, every, "")], given_, start_on=date(2025, 1, 1), end_on=date(2026, 12, 31), today=today
    )
    assert [one.state for one in standings] == states
    assert sum(len(one.waiting) for one in standings) == 1


def test_contract_years_follow_each_other_over_a_leap_day() -> None:
    found = compute_standings(
        [Wanted("drill", 1, "year", "")],
        [],
        start_on=date(2024, 2, 29),
        end_on=date(2026, 5, 1),
        today=date(2024, 3, 1),
    )
    assert [(one.first_on, one.last_on) for one in found] == [
        (date(2024, 2, 29), date(2025, 2, 27)),
        (date(2025, 2, 28), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 5, 1)),
    ]


# --- protected periods --------------------------------------------------------------------------------------------

PERIOD = Protected("p", "PP-1", Span(NOW, NOW + 10 * HOUR), "major", ("甲",))


TOUCHES = [(-2, -1, False), (-2, 0, False), (-2, 1, True), (0, 0, True), (9, None, True), (10, 12, False)]


@pytest.mark.parametrize(("start", "end", "inside"), [*TOUCHES, (-2, None, True), (12, None, False)])
def test_an_event_touches_a_period_half_open(start: int, end: int | None, *, inside: bool) -> None:
    last = None if end is None else NOW + end * HOUR
    assert bool(find_protected([PERIOD], NOW + start * HOUR, last)) == inside


def test_outside_of_all_periods_nothing_is_known_unless_the_register_is_agreed_to_have_them_all() -> None:
    times = {"closed": NOW - HOUR}
    before = IncidentFacts("i", "INC", "x", NOW - 2 * HOUR, times, type="tampering")
    within = IncidentFacts("i", "INC", "x", NOW + HOUR, {}, type="tampering")
    assert is_protected([PERIOD], before, None, None) is None
    assert is_protected([PERIOD], before, None, "each") is None
    assert is_protected([PERIOD], before, None, "register") is False
    assert is_protected([PERIOD], within, None, None) is True
    assert is_protected([PERIOD], before, Downtime(NOW, NOW + HOUR), None) is True


def test_a_period_shows_who_is_missing_and_when_nobody_was_there() -> None:
    def shift(start: int, end: int, person: str, taken: int | None, post: str = "protection") -> Shift:
        came = None if taken is None else NOW + taken * HOUR
        left = None if taken is None else NOW + end * HOUR
        return Shift(f"s{start}{person}", post, person, NOW + start * HOUR, NOW + end * HOUR, came, came, left)

    shifts = [shift(0, 4, "乙", 1), shift(4, 8, "甲", None), shift(0, 10, "丙", 0, "onsite")]
    found = find_manned(PERIOD.span, ("甲", "乙"), shifts, NOW + 9 * HOUR)
    assert found.unplanned == (Span(NOW + 8 * HOUR, NOW + 10 * HOUR),)
    assert [(one.start_at, one.end_at) for one in found.unmanned] == [
        (NOW, NOW + HOUR),
        (NOW + 4 * HOUR, NOW + 8 * HOUR),
    ]
    assert (found.missing, found.over, len(found.shifts)) == (("甲",), False, 2)
