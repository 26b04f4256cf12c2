"""Grounds and protected periods come to the same in the independent program, and a planted fault is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.rederived import compare
from tests.settlement.sample import (
    MONTH,
    NO_HARM,
    START,
    at,
    contract,
    critical,
    found,
    incident,
    inputs,
    level,
    with_reading,
)

from yunqi.cases.logbook.protection import Protected
from yunqi.cases.logbook.staff import Breach, Member, People, Promise, Request, Sheet
from yunqi.contract.deadlines import compute_due
from yunqi.contract.staff_terms import find_staff_terms
from yunqi.kernel.period import Span
from yunqi.settlement import Inputs, compute_statement
from yunqi.settlement.grounds import months_back

BEFORE = START - timedelta(days=70)
SENTENCES = (
    "连续2个月运维人员人数少于承诺的，甲方可以终止协议。",
    "擅自更换人员，累计超过三次的，甲方可以终止协议。",
    "重大活动期间，承诺的骨干人员没有到场。",
    "未经甲方同意，乙方不得更换人员。",
)


def law(**more: Any) -> Any:
    unread = [{"article": f"第{no}条", "text": text} for no, text in enumerate(SENTENCES, 20)]
    return {**contract(**more), "unread": unread}


def same(given: Inputs) -> Any:
    statement = compute_statement(given)
    made = compare(given, statement)
    assert [(one.name, one.here, one.stated) for one in made.wrong] == []
    return statement


def states(statement: Any) -> dict[str, str]:
    return {one.code: one.state for one in statement.grounds}


def test_a_month_without_any_record_has_its_grounds_all_the_same() -> None:
    made = same(inputs(contract=law()))
    assert states(made) == {"heads": "unknown", "breaches": "not_met", "key_staff": "not_met", "change": "not_met"}
    assert {one.node for one in made.grounds} <= set(made.trace)
    assert same(inputs()).grounds == ()


NAMES = st.sets(st.sampled_from("甲乙丙丁辛"))


@settings(max_examples=60, deadline=None)
@given(
    counts=st.tuples(st.integers(0, 4), st.integers(0, 2)),
    came=st.tuples(NAMES | st.none(), NAMES | st.none()),
    by=st.sampled_from(["", "role", "total"]),
    left=st.booleans(),
    cases=st.integers(0, 5),
)
def test_every_roster_comes_to_the_same(counts: Any, came: Any, by: str, left: bool, cases: int) -> None:
    end = MONTH.span.start_at if left else None
    people = People(
        members=(
            Member("1", "甲", "运维", BEFORE),
            Member("2", "乙", "运维", BEFORE, end, agreed=cases > 2),
            Member("3", "丙", "驻场", BEFORE),
            Member("4", "丁", "驻场", START + timedelta(days=3)),
        ),
        promises=tuple(Promise(role, count, BEFORE) for role, count in zip(("运维", "驻场"), counts, strict=True)),
        sheets=tuple(
            Sheet(month, tuple(sorted(names)))
            for month, names in zip(months_back(MONTH, 2), came, strict=True)
            if names is not None
        ),
        breaches=tuple(Breach(str(no), f"SB-{no}", "absent", START, no < 4) for no in range(cases)),
    )
    readings = with_reading("staff.count", by) if by else inputs().readings
    made = states(same(inputs(contract=law(), people=people, readings=readings)))
    assert made["breaches"] == ("met" if cases > 3 else "not_met")
    assert made["heads"] in ("met", "not_met", "unknown", *(() if by else ("open",)))


@pytest.mark.parametrize("limit", ["五日内", "5个工作日内", "48小时之内"])
@pytest.mark.parametrize(
    ("asked_days", "replaced_after", "state"),
    [
        (3, timedelta(0), "met"),  # at the very instant that is too late
        (3, -timedelta(microseconds=1), "not_met"),
        (3, None, "met"),
        (26, None, "not_met"),  # not due before the month's end
        (27, timedelta(days=1), "not_met"),  # too late, in the month after
        (29, None, "not_met"),
    ],
)
def test_somebody_replaced_too_late(limit: str, asked_days: int, replaced_after: Any, state: str) -> None:
    words = {"article": "第八条 9", "text": f"甲方有权要求乙方更换不符合约定的服务人员，乙方应在{limit}更换。"}
    rule = {**contract(), "unread": [words]}
    terms = find_staff_terms(rule).replace_within
    assert terms is not None
    asked_at = at(days=asked_days, hours=10)
    due_at = compute_due(asked_at, terms.within or {}, inputs().calendar).at
    replaced_at = None if replaced_after is None else due_at + replaced_after
    asked = Request("1", "SR-1", "甲", asked_at, due_at, replaced_at)
    given = inputs(contract=rule, people=People(requests=(asked,)))
    made = same(given)
    assert states(made) == {"replacement": state}
    line = next(one for one in compare(given, made).lines if one.name == "ground.replacement")
    assert (line.here, line.stated) == (state, state)


def period(start_hours: int, hours: int, **more: Any) -> Protected:
    start = at(hours=start_hours)
    return Protected("p", "PP-1", Span(start, start + timedelta(hours=hours)), "major", **more)


@pytest.mark.parametrize(
    ("named", "missing", "state"),
    [((), (), "unknown"), (("甲",), (), "not_met"), (("甲", "乙"), ("乙",), "open")],
)
def test_named_people_of_a_period(named: tuple[str, ...], missing: tuple[str, ...], state: str) -> None:
    over = period(30, 5, key_staff=named, missing=missing)
    assert states(same(inputs(contract=law(), protected=(over,))))["key_staff"] == state
    lasts = replace(over, span=Span(START, MONTH.span.end_at + timedelta(hours=1)))
    assert states(same(inputs(contract=law(), protected=(lasts,))))["key_staff"] == "not_met"


ROW = critical("A", "tampering", 1, None, None, None) | {"conditions": {"guarantee_period": True}, "joined": "and"}


@pytest.mark.parametrize(
    ("start_hours", "agreed", "stands"),
    [(30, "", True), (30, "register", True), (50, "", True), (50, "each", True), (50, "register", False)],
)
def test_an_event_outside_of_the_agreed_calendar_is_no_critical_one(
    start_hours: int, agreed: str, *, stands: bool
) -> None:
    case = incident("inc-1", at(hours=31), {"closed": at(hours=32)}, type="tampering", object=None)
    data = law()
    data["penalties"] = {**data["penalties"], "critical": [ROW]}
    readings = with_reading("guarantee.calendar", agreed) if agreed else inputs().readings
    answers = found("inc-1", **NO_HARM, critical_A_tampering="yes")
    given_ = inputs(
        contract=data, incidents=(case,), protected=(period(start_hours, 5),), readings=readings, adjudications=answers
    )
    made = same(given_)
    assert any(one.severity == "critical" for one in made.candidates) == stands


def test_a_level_of_a_protected_period_holds_within_it() -> None:
    case = incident(
        "inc-1", at(hours=31), {"reported": at(hours=31), "responded": at(hours=32), "closed": at(hours=33)}
    )
    data = law()
    strict = level("response", "<=", "15", "minute", condition="guarantee_period", clock_start="notice")
    data["service_levels"] = [*data["service_levels"], strict]

    def state(*periods: Protected, agreed: str = "") -> str:
        readings = with_reading("guarantee.calendar", agreed) if agreed else inputs().readings
        made = same(inputs(contract=data, incidents=(case,), protected=periods, readings=readings))
        return str(made.levels[-1].state)

    assert state(period(30, 5)) == "breached"
    assert state() == "open"
    assert state(period(50, 5)) == "open"
    assert state(period(50, 5), agreed="register") == "not_due"


def test_a_ground_that_was_changed_is_named() -> None:
    given_ = inputs(contract=law())
    statement = compute_statement(given_)
    forged = statement.model_copy(
        update={"grounds": tuple(one.model_copy(update={"state": "met"}) for one in statement.grounds)}
    )
    assert [one.name for one in compare(given_, forged).wrong] == [f"ground.{one.code}" for one in statement.grounds]
