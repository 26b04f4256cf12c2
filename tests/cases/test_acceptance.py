from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.cases import acceptance
from yunqi.cases.acceptance.answers import judge_request
from yunqi.cases.acceptance.dossier import Handed, judge_items, list_phases, meets, plan_items
from yunqi.cases.acceptance.scoring import compute_score
from yunqi.cases.machine import Event
from yunqi.contract.workdays import load_work_calendar
from yunqi.kernel.errors import Problem

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
CALENDAR = load_work_calendar()
UNIT, SELLER = "using_unit", "provider"
SOURCE = {"article": "六.1", "text": "应提交"}


def event(name, role, minutes=0, **data):
    return Event(name, AT + timedelta(minutes=minutes), role, "某人", {"dossier": "d1", **data})


def play(*events):
    case = acceptance.open_acceptance("终验", "d1", {})
    for one in events:
        case = acceptance.apply(case, one)
    return case


DEEMED = event("deem", "probe", 1)
OFFICE = "administration"


def proved(answer):
    return event("prove", UNIT, 2, answer=answer, received_at="2026-01-04T01:00:00Z", document="doc-1", reason="缺")


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((), "requested"),
        ((event("rework", UNIT, 1, reason="缺报告"),), "rework"),
        ((event("rework", UNIT, 1, reason="缺报告"), event("resubmit", SELLER, 2)), "requested"),
        (
            (
                event("rework", UNIT, 1, reason="缺报告"),
                event("resubmit", SELLER, 2),
                event("rework", UNIT, 3, reason="仍缺"),
            ),
            "rework",
        ),
        ((event("fail", UNIT, 1, reason="不符合约定"),), "failed"),
        ((event("pass", UNIT, 1),), "passed"),
        ((event("deem", SELLER, 1),), "deemed"),
        ((event("deem", "probe", 1),), "deemed"),
        ((DEEMED, proved("pass")), "disputed"),
        ((DEEMED, proved("pass"), event("uphold", "administration", 3, reason="未送达")), "deemed"),
        ((DEEMED, event("sign", SELLER, 2), proved("fail"), event("uphold", OFFICE, 4, reason="无")), "half_signed"),
        ((DEEMED, proved("pass"), event("admit", SELLER, 3, on="2026-01-04")), "passed"),
        ((DEEMED, proved("rework"), event("admit", SELLER, 3, on="2026-01-04")), "rework"),
        ((DEEMED, proved("fail"), event("admit", OFFICE, 3, on="2026-01-04")), "failed"),
        (
            (
                DEEMED,
                event("sign", SELLER, 2),
                proved("pass"),
                event("admit", SELLER, 3, on="2026-01-04"),
                event("sign", SELLER, 4),
                event("sign", UNIT, 5),
            ),
            "signed",
        ),
        (
            (
                DEEMED,
                proved("rework"),
                event("admit", SELLER, 3, on="2026-01-04"),
                event("resubmit", SELLER, 4),
                event("deem", "probe", 5),
            ),
            "deemed",
        ),
        ((event("pass", UNIT, 1), event("sign", UNIT, 2)), "half_signed"),
        ((event("pass", UNIT, 1), event("sign", SELLER, 2), event("sign", UNIT, 3)), "signed"),
    ],
)
def test_a_request_goes_its_way(events, state):
    assert play(*events).state == state


@pytest.mark.parametrize(
    ("before", "one", "code"),
    [
        ((), event("pass", SELLER), "case.role"),
        ((), event("rework", UNIT), "case.data"),
        ((), event("sign", UNIT), "case.not_allowed"),
        ((event("pass", UNIT),), event("rework", UNIT, reason="迟了"), "case.not_allowed"),
        ((event("pass", UNIT), event("sign", UNIT)), event("sign", UNIT), "case.twice"),
        ((event("pass", UNIT),), event("sign", SELLER, dossier="d2"), "acceptance.other_dossier"),
        ((DEEMED, event("sign", UNIT, 2)), proved("fail"), "acceptance.own_signature"),
        ((DEEMED, proved("fail")), event("admit", UNIT, 3, on="2026-01-04"), "case.role"),
        ((DEEMED, proved("fail")), event("uphold", SELLER, 3, reason="无"), "case.role"),
        ((DEEMED, proved("fail")), event("sign", SELLER, 3), "case.not_allowed"),
        ((event("pass", UNIT, 1),), proved("fail"), "case.not_allowed"),
        ((event("pass", UNIT, 1), event("sign", SELLER, 2)), proved("fail"), "acceptance.answered"),
    ],
)
def test_what_may_not_follow_is_refused(before, one, code):
    with pytest.raises(Problem) as error:
        acceptance.apply(play(*before), one)
    assert error.value.code == code


WITHIN = {"count": 10, "unit": "working_day", "from": "expiry"}


@pytest.mark.parametrize(
    ("clause", "asked", "expiry", "answered", "today", "state", "due"),
    [
        # Without a deadline silence never accepts, however long it lasts.
        ({"silence_accepts": True}, "2026-01-05", "2025-12-31", None, "2026-12-30", "no_deadline", None),
        (None, "2026-01-05", "2025-12-31", None, "2026-12-30", "no_deadline", None),
        ({"deadline": WITHIN}, "2025-12-20", "2025-12-31", None, "2026-01-15", "waiting", "2026-01-15"),
        ({"deadline": WITHIN}, "2025-12-20", "2025-12-31", None, "2026-01-16", "overdue", "2026-01-15"),
        (
            {"deadline": WITHIN, "silence_accepts": True},
            "2025-12-20",
            "2025-12-31",
            None,
            "2026-01-16",
            "deemed_accepted",
            "2026-01-15",
        ),
        # Asked after the end of the term, silence begins with the request.
        (
            {"deadline": WITHIN, "silence_accepts": True},
            "2026-01-08",
            "2025-12-31",
            None,
            "2026-01-16",
            "waiting",
            "2026-01-22",
        ),
        (
            {"deadline": WITHIN, "silence_accepts": True, "silence_after": {"count": 5, "unit": "day"}},
            "2026-03-02",
            "2025-12-31",
            None,
            "2026-03-10",
            "deemed_accepted",
            "2026-03-09",  # the 7th is a Saturday
        ),
        (
            {"rework": {"count": 3, "unit": "day"}},
            "2026-07-01",
            None,
            ("2026-07-06", False),
            "2026-07-12",
            "rejected",
            "2026-07-09",
        ),
        ({}, "2026-07-01", None, ("2026-07-06", False), "2026-07-12", "rejected", None),
        ({"deadline": WITHIN}, "2026-07-01", None, ("2026-07-06", True), "2026-07-12", "accepted", None),
    ],
)
def test_the_clocks_of_acceptance(clause, asked, expiry, answered, today, state, due):
    clock = judge_request(
        clause,
        asked_on=date.fromisoformat(asked),
        expiry_on=date.fromisoformat(expiry) if expiry else None,
        answered=(date.fromisoformat(answered[0]), answered[1]) if answered else None,
        today=date.fromisoformat(today),
        calendar=CALENDAR,
    )
    assert clock.state == state
    assert clock.due_on == (date.fromisoformat(due) if due else None)


def test_a_year_without_published_working_days_leaves_the_deadline_open():
    clock = judge_request(
        {"deadline": WITHIN, "silence_accepts": True},
        asked_on=date(2090, 1, 2),
        expiry_on=None,
        answered=None,
        today=date(2091, 1, 2),
        calendar=CALENDAR,
    )
    assert (clock.state, clock.due_on) == ("waiting", None)
    assert "2090" in clock.notice


CONTRACT = {
    "deliverables": [
        {"name": "月报", "phase": "运维", "party": "provider", "frequency": "monthly", "source": SOURCE},
        {"name": "应急预案", "phase": "进场", "trigger": "signature", "deadline": {"count": 5, "unit": "day"}},
        {"name": "故障报告", "phase": "运维", "frequency": "as_needed", "trigger": "as_needed"},
        {"name": "总结", "phase": "验收", "trigger": "acceptance", "due_by": "acceptance", "source": SOURCE},
    ],
    "acceptance": {"parts": [{"phase": "进场"}, {"phase": "运维"}]},
    "kpis": [{"name": "满意度", "operator": ">=", "value": "92", "unit": "%"}, {"name": "标准", "unit": "份"}],
}


def items(handed=(), on="2026-03-31", phase=None):
    wanted = plan_items(
        CONTRACT,
        start_on=date(2026, 1, 1),
        end_on=date(2026, 3, 31),
        signed_on=date(2025, 12, 25),
        calendar=CALENDAR,
        phase=phase,
    )
    return {one.wanted.key: one for one in judge_items(wanted, handed, date.fromisoformat(on))}


def handed(key, on, **more):
    return Handed(f"fct_{key}_{on}", key, date.fromisoformat(on), "文件", "0" * 64, **more)


def test_the_list_is_the_contracts_own_a_period_each():
    found = items(on="2026-02-10")
    assert [key for key in found if key.startswith("deliverable:1")] == [
        "deliverable:1:2026-01-01",
        "deliverable:1:2026-02-01",
        "deliverable:1:2026-03-01",
    ]
    assert {key: one.state for key, one in found.items()} == {
        "deliverable:1:2026-01-01": "missing",
        "deliverable:1:2026-02-01": "not_due",
        "deliverable:1:2026-03-01": "not_due",
        "deliverable:2": "missing",
        "deliverable:3": "as_needed",
        "deliverable:4": "missing",
        "kpi:1": "missing",
        "kpi:2": "missing",
    }
    assert list_phases(CONTRACT) == ("进场", "运维", "验收")
    assert set(items(phase="进场")) == {"deliverable:2"}


@pytest.mark.parametrize(
    ("given", "state", "days_late"),
    [
        (("2025-12-30",), "present", 0),
        (("2026-01-02",), "late", 3),
        (("2025-12-29", "2026-02-01"), "present", 0),  # a corrected version is not late for that
        ((), "missing", 91),
    ],
)
def test_what_is_due_on_a_day_is_in_time_or_late(given, state, days_late):
    one = items([handed("deliverable:2", on) for on in given])["deliverable:2"]
    assert (one.state, one.days_late) == (state, days_late)


@pytest.mark.parametrize(
    ("value", "state"), [("92", "present"), ("91.9", "not_met"), ("95%", "present"), (None, "present")]
)
def test_a_key_figure_is_measured_by_what_was_handed_in(value, state):
    assert items([handed("kpi:1", "2026-03-30", value=value)])["kpi:1"].state == state


def test_a_figure_that_is_no_number_is_not_judged():
    assert meets((">=", "92", "%"), "很好") is None


SHEET = {
    "penalties": {
        "deductions": [
            {"no": 1, "text": "迟报", "points": "2", "per": "case"},
            {"no": 2, "text": "缺勤", "points": "0.5", "per": "day"},
            {"no": 3, "text": "泄密", "points": None},
        ],
        "score_bands": [
            {"min": "90", "min_operator": ">=", "max": None, "share": "1"},
            {"min": "80", "min_operator": ">=", "max": "90", "max_operator": "<", "share": "0.9"},
            {"min": None, "max": "60", "max_operator": "<", "share": "0"},
        ],
    }
}


@pytest.mark.parametrize(
    ("counts", "score", "share"),
    [
        ({}, "100", "1"),
        ({1: 5}, "90", "1"),
        ({1: 5, 2: 1}, "179/2", "9/10"),
        ({1: 15}, "70", None),  # between the bands
        ({1: 60}, "0", "0"),
        ({3: 1}, None, None),  # the contract does not say how many points
    ],
)
def test_the_score_and_what_it_earns(counts, score, share):
    found = compute_score(SHEET, counts, Fraction(100))
    assert found.score == (Fraction(score) if score else None)
    assert found.share == (Fraction(share) if share else None)


def test_a_row_that_the_sheet_does_not_have_is_refused():
    with pytest.raises(Problem) as error:
        compute_score(SHEET, {9: 1}, Fraction(100))
    assert error.value.code == "acceptance.score_row"


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from([1, 2]), st.integers(0, 80)), st.sampled_from([1, 2]))
def test_what_happens_once_more_never_scores_higher(counts, more):
    before = compute_score(SHEET, counts, Fraction(100)).score
    after = compute_score(SHEET, {**counts, more: counts.get(more, 0) + 1}, Fraction(100)).score
    assert 0 <= after <= before
