"""When a post was unmanned: cases readable by a lawyer, and what holds of any rota."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunqi.cases.duty import Shift, find_unmanned
from yunqi.contract.on_duty import find_continuous
from yunqi.kernel.period import Span, total_length

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def shift(start: float, end: float, taken: float | None = None, left: float | None = None, **more: Any) -> Shift:
    recorded = more.pop("recorded", taken)
    return Shift(
        more.pop("id", f"s{start}"),
        more.pop("post", "onsite"),
        "甲",
        at(start),
        at(end),
        None if taken is None else at(taken),
        None if recorded is None else at(recorded),
        None if left is None else at(left),
    )


CASES: list[tuple[str, list[Shift], float, bool, list[tuple[float, float, bool, bool]]]] = [
    ("taken on the minute and handed over", [shift(0, 8, 0, 8), shift(8, 16, 8, 16)], 16, True, []),
    ("an hour and a half late", [shift(0, 8, 1.5, 8)], 8, False, [(0, 1.5, False, False)]),
    ("left an hour early", [shift(0, 8, 0, 7), shift(8, 16, 8, 16)], 16, False, [(7, 8, False, False)]),
    ("nobody came", [shift(0, 8)], 10, False, [(0, 8, False, False)]),
    ("nobody has come yet", [shift(0, 8)], 3, False, [(0, 3, False, True)]),
    ("not begun", [shift(5, 8)], 3, True, []),
    ("never handed over: until the planned end", [shift(0, 8, 0)], 12, False, []),
    ("the same where somebody must be there always", [shift(0, 8, 0)], 12, True, [(8, 12, False, True)]),
    ("no shift between two, planned only", [shift(0, 8, 0, 8), shift(10, 16, 10, 16)], 16, False, []),
    ("no shift between two, always", [shift(0, 8, 0, 8), shift(10, 16, 10, 16)], 16, True, [(8, 10, False, False)]),
    ("entered three hours later", [shift(0, 8, 0, 8, recorded=3)], 8, False, [(0, 3, True, False)]),
    ("entered within a quarter of an hour", [shift(0, 8, 0, 8, recorded=0.25)], 8, False, []),
    (
        "who stays longer covers the late one",
        [shift(0, 8, 0, 8), shift(6, 14, 9, 14)],
        14,
        False,
        [(8, 9, False, False)],
    ),
    ("another post is another", [shift(0, 8), shift(0, 8, 0, 8, post="hotline")], 8, False, [(0, 8, False, False)]),
]


@pytest.mark.parametrize(("name", "shifts", "now", "always", "wanted"), CASES, ids=[one[0] for one in CASES])
def test_unmanned(
    name: str, shifts: list[Shift], now: float, always: bool, wanted: list[tuple[float, float, bool, bool]]
) -> None:
    posts = ("onsite",) if always else ()
    found = find_unmanned(shifts, Span(at(0), at(24)), at(now), continuous=posts)
    assert [(one.start_at, one.end_at, one.claimed, one.lasts) for one in found] == [
        (at(start), at(end), claimed, lasts) for start, end, claimed, lasts in wanted
    ], name


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 12), st.booleans(), st.integers(0, 12), st.integers(0, 30)),
        max_size=6,
    ),
    st.integers(0, 60),
    st.booleans(),
)
def test_unmanned_time_is_apart_and_never_more_than_was_required(
    rows: list[tuple[int, int, bool, int, int]], now: int, always: bool
) -> None:
    shifts = [
        shift(start, start + length, start + min(late, length - 1) if came else None, recorded=start + late + entered)
        for start, length, came, late, entered in rows
    ]
    found = find_unmanned(shifts, Span(at(0), at(100)), at(now), continuous=("onsite",) if always else ())
    spans = [Span(one.start_at, one.end_at) for one in found]
    assert sum((span.length for span in spans), timedelta()) == total_length(spans)
    assert all(span.length > timedelta() and span.end_at <= at(now) for span in spans)
    nobody = [Shift(one.id, one.post, "甲", one.start_at, one.end_at) for one in shifts]
    most = find_unmanned(nobody, Span(at(0), at(100)), at(now), continuous=("onsite",) if always else ())
    assert total_length(spans) <= total_length([Span(one.start_at, one.end_at) for one in most])


def test_which_posts_a_contract_wants_manned_without_a_break() -> None:
    rows = [
        ({"text": "提供7×24小时的现场和技术支持服务"}, {"onsite"}),
        ({"text": "7*24小时热线支持"}, {"hotline"}),
        ({"name": "监控值守响应", "value": "7*24 小时"}, {"monitoring"}),
        ({"text": "工作日提供现场支持"}, set()),
        ({"text": "7*24小时有效"}, set()),
    ]
    for row, wanted in rows:
        assert set(find_continuous({"obligations": [row]})) == wanted, row
