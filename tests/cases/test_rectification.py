"""Rectification notices: who may do what when, and what a missed day leaves behind."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from yunqi.cases.machine import Case, Event
from yunqi.cases.rectification import MACHINE, apply, open_rectification, standing_of
from yunqi.kernel.errors import Problem

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DATA: dict[str, Any] = {
    "purpose": "rectify",
    "to": "provider",
    "clause": "第三条第八项",
    "requirement": "恢复双人值守",
    "due_on": "2026-03-10",
    "issuer": "监管",
    "issuer_role": "supervisor",
}
ANSWER = {"measures": "已增派", "evidence": "排班表"}


def issued(**more: Any) -> Case:
    return open_rectification(DATA | more, today=TODAY)


def do(case: Case, name: str, role: str, day: int, **data: Any) -> Case:
    return apply(case, Event(name, NOON + timedelta(days=day), role, "p", data))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": "praise"}, "rectification.purpose"),
        ({"to": "supervisor"}, "rectification.to"),
        ({"clause": " "}, "rectification.empty"),
        ({"requirement": ""}, "rectification.empty"),
        ({"due_on": "2026-03-01"}, "rectification.due"),
        ({"due_on": "soon"}, "rectification.due"),
    ],
)
def test_what_a_notice_needs(change: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        issued(**change)
    assert caught.value.code == code


def test_a_notice_is_answered_returned_answered_and_closed() -> None:
    case = do(issued(), "answer", "provider", 1, **ANSWER)
    assert (case.state, case.data["late"]) == ("answered", "no")
    case = do(case, "return", "supervisor", 2, reason="缺排班表", due_on="2026-03-06")
    assert (case.state, case.data["due_on"]) == ("returned", "2026-03-06")
    case = do(case, "answer", "provider", 4, **ANSWER)
    assert case.data["late"] == "no"  # on its day
    case = do(case, "close", "supervisor", 9, conclusion="属实")
    assert (case.state, case.data["late"]) == ("closed", "no")
    assert MACHINE.allowed(case) == ()


@pytest.mark.parametrize(("day", "late"), [(8, "no"), (9, "yes")])
def test_the_day_itself_is_in_time_and_the_next_is_not(day: int, late: str) -> None:
    assert do(issued(), "answer", "provider", day, **ANSWER).data["late"] == late


def test_an_extension_after_the_day_does_not_make_it_unmissed() -> None:
    case = do(issued(), "extend", "administration", 9, reason="节日", due_on="2026-03-20")
    assert (case.state, case.data["late"]) == ("issued", "yes")
    assert do(case, "answer", "provider", 10, **ANSWER).data["late"] == "yes"
    assert do(issued(), "extend", "supervisor", 3, reason="节日", due_on="2026-03-20").data["late"] == "no"


@pytest.mark.parametrize(
    ("event", "role", "change", "code"),
    [
        ("answer", "using_unit", {}, "rectification.addressee"),
        ("answer", "supervisor", {}, "case.role"),
        ("close", "provider", {}, "case.not_allowed"),
        ("extend", "supervisor", {"issuer_role": "administration"}, "rectification.issuer"),
        ("withdraw", "provider", {}, "case.role"),
    ],
)
def test_only_who_it_concerns_may_go_on(event: str, role: str, change: dict[str, str], code: str) -> None:
    data = {**ANSWER, "reason": "x", "due_on": "2026-03-20", "conclusion": "x"}
    with pytest.raises(Problem) as caught:
        do(issued(**change), event, role, 1, **data)
    assert caught.value.code == code


def test_an_answer_needs_evidence_and_a_new_day_lies_ahead() -> None:
    with pytest.raises(Problem) as caught:
        do(issued(), "answer", "provider", 1, measures="已增派")
    assert caught.value.code == "case.data"
    with pytest.raises(Problem) as caught:
        do(issued(), "extend", "supervisor", 3, reason="x", due_on="2026-03-04")
    assert caught.value.code == "rectification.due"


@pytest.mark.parametrize(
    ("state", "on", "standing"),
    [
        ("issued", date(2026, 3, 10), "open"),
        ("issued", date(2026, 3, 11), "overdue"),
        ("returned", date(2026, 3, 11), "overdue"),
        ("answered", date(2026, 3, 11), "answered"),
        ("closed", date(2026, 3, 11), "closed"),
        ("withdrawn", date(2026, 3, 11), "withdrawn"),
    ],
)
def test_where_a_notice_stands(state: str, on: date, standing: str) -> None:
    assert standing_of(state, "2026-03-10", on) == standing
