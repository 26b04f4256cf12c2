"""How resources stood and when they were repaired: each state, both edges of a window, nothing counted twice."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yunqi.kernel.period import Span
from yunqi.metering.standing import (
    ADOPTED,
    CHANGING,
    GONE,
    LEAVING,
    ORDERED,
    READY,
    REPAIRING,
    Change,
    Repair,
    compute_states,
    find_repairs,
)

T0 = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = Span(T0, T0 + timedelta(days=7))


def at(hours: int) -> datetime:
    return T0 + timedelta(hours=hours)


def story(*events: str, name: str = "srv-1", first: int = 0) -> list[Change]:
    return [Change(name, at(first + number), event) for number, event in enumerate(events)]


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (("ordered",), ORDERED),
        (("ordered", "changed"), ORDERED),
        (("ordered", "ready"), READY),
        (("ordered", "ready", "changed"), CHANGING),
        (("ordered", "ready", "changed", "ready"), READY),
        (("ordered", "ready", "repairing"), REPAIRING),
        (("ordered", "ready", "repairing", "ready"), READY),
        (("ordered", "ready", "delete_asked"), LEAVING),
        (("ordered", "ready", "delete_asked", "repairing"), LEAVING),
        (("ordered", "ready", "delete_asked", "erase_approved", "erased"), LEAVING),
        (("ordered", "ready", "delete_asked", "erased", "gone"), GONE),
        (("adopted",), ADOPTED),
        (("adopted", "changed"), ADOPTED),
        (("adopted", "adoption_undone"), GONE),
        (("of_another_kind",), ORDERED),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else value,
)
def test_the_last_record_says_how_a_resource_stands(events: tuple[str, ...], state: str) -> None:
    assert compute_states(story(*events), at(100)) == {"srv-1": state}


def test_a_record_of_the_instant_itself_comes_too_late() -> None:
    changes = story("ordered", "ready")
    assert compute_states(changes, at(1)) == {"srv-1": ORDERED}
    assert compute_states(changes, at(1) + timedelta(microseconds=1)) == {"srv-1": READY}
    assert compute_states(changes, at(0)) == {}


@pytest.mark.parametrize(
    ("hours", "events", "found"),
    [
        ((1, 2), ("repairing", "ready"), [(1, 2)]),
        ((-5, 2), ("repairing", "ready"), [(-5, 2)]),  # begun before the week
        ((-5, 0), ("repairing", "ready"), []),  # over when the week began
        ((1,), ("repairing",), [(1, None)]),
        ((1, 168), ("repairing", "ready"), [(1, None)]),  # mended when the week was over
        ((168,), ("repairing",), []),
        ((1, 2, 3), ("repairing", "repairing", "ready"), [(1, 3)]),  # found twice, mended once
        ((1, 2), ("repairing", "delete_asked"), [(1, None)]),  # given up, never mended
        ((-9, -8), ("repairing", "delete_asked"), []),
        ((1, 2, 3, 4), ("repairing", "ready", "repairing", "ready"), [(1, 2), (3, 4)]),
        ((1,), ("ready",), []),
    ],
    ids=[
        "within",
        "begun before",
        "over before",
        "lasts",
        "mended after",
        "found after",
        "found twice",
        "given up",
        "given up before",
        "two",
        "none",
    ],
)
def test_repairs_of_a_week(
    hours: tuple[int, ...], events: tuple[str, ...], found: list[tuple[int, int | None]]
) -> None:
    changes = [Change("srv-1", at(hour), event) for hour, event in zip(hours, events, strict=True)]
    wanted = [Repair("srv-1", at(begun), None if end is None else at(end)) for begun, end in found]
    assert list(find_repairs(changes, WEEK)) == wanted


EVENTS = st.sampled_from(["ordered", "ready", "repairing", "changed", "delete_asked", "gone"])


@given(st.lists(st.tuples(st.integers(-50, 250), st.sampled_from("ab"), EVENTS), max_size=30))
def test_a_repair_touches_the_week_and_repairs_of_one_resource_do_not_overlap(
    given_: list[tuple[int, str, str]],
) -> None:
    changes = [Change(name, at(hour), event) for hour, name, event in sorted(given_, key=lambda one: one[0])]
    repairs = find_repairs(changes, WEEK)
    for one in repairs:
        assert one.found_at < WEEK.end_at
        assert one.mended_at is None or WEEK.start_at < one.mended_at < WEEK.end_at
        assert any(each.at == one.found_at and each.event == "repairing" for each in changes)
    for name in "ab":
        mine = [one for one in repairs if one.resource == name]
        assert all(first.found_at <= second.found_at for first, second in itertools.pairwise(mine))
        assert all(
            first.mended_at is None or first.mended_at <= second.found_at for first, second in itertools.pairwise(mine)
        )
