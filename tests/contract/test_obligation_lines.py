"""The obligations of a contract as a list: each once, and how each stands by what the ledger shows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kits.obligations.made import load_sentences

from yunqi.contract.duties import plan_duties
from yunqi.contract.obligations import find_obligations, load_kinds
from yunqi.contract.obligations.fulfilment import (
    CONFIRMED,
    CONTESTED,
    FULFILLED,
    WITHDRAWN,
    Said,
    compute_records,
)
from yunqi.contract.obligations.join import Dates, base_key, compute_day, join_obligations
from yunqi.contract.obligations.standing import Deed, State, judge_obligation
from yunqi.contract.workdays import load_work_calendar

TODAY = date(2026, 3, 10)
START, END = date(2026, 1, 1), date(2026, 12, 31)
CALENDAR = load_work_calendar()
AT, HOUR = datetime(2026, 3, 1, tzinfo=UTC), timedelta(hours=1)


def deed(done: date | None, due: date | None = None, at: date = date(2026, 3, 1), **more: Any) -> Deed:
    return Deed(at, due, done, "case", more.pop("id", "1"), **more)


DONE, OPEN = deed(date(2026, 3, 2)), deed(None)
OVER = deed(None, date(2026, 3, 9), id="2")
LATE = deed(date(2026, 3, 8), date(2026, 3, 5))


@pytest.mark.parametrize(
    ("trigger", "deeds", "due_on", "begun", "visible", "state", "late"),
    [
        # owed once, with a day
        ("before_end", (), date(2026, 3, 9), True, False, "late", False),
        ("before_end", (), TODAY, True, False, "due", False),
        ("before_end", (), date(2026, 6, 1), False, False, "later", False),
        ("before_end", (DONE,), date(2026, 3, 9), True, False, "done", False),
        ("before_end", (DONE,), date(2026, 3, 1), True, False, "done", True),
        ("before_end", (DONE, deed(date(2026, 3, 20), id="2")), date(2026, 3, 9), True, False, "done", False),
        # owed once, without a day
        ("term_start", (), None, False, False, "waits", False),
        ("term_start", (), None, None, True, "waits", False),
        ("term_start", (), None, True, False, "unseen", False),
        ("term_start", (), None, True, True, "due", False),
        ("term_start", (DONE,), None, True, False, "done", False),
        # upon an event: over and over again
        ("fault", (), None, None, True, "waits", False),
        ("fault", (DONE,), None, None, True, "waits", False),
        ("fault", (LATE,), None, None, True, "waits", True),
        ("fault", (DONE, OPEN), None, None, True, "due", False),
        ("fault", (DONE, OPEN, OVER), None, None, True, "late", False),
        ("fault", (deed(None, missed=True),), None, None, True, "late", False),
        ("notice", (), None, None, False, "unseen", False),
        ("notice", (DONE,), None, None, False, "waits", False),
        # always
        ("always", (), None, None, False, "unseen", False),
        ("always", (), None, None, True, "standing", False),
        ("always", (DONE,), None, None, False, "standing", False),
        # by the calendar, without a day
        ("calendar", (), None, None, False, "unseen", False),
        ("calendar", (), None, None, True, "due", False),
        ("calendar", (DONE,), None, None, False, "standing", False),
    ],
)
def test_how_an_obligation_stands(
    trigger: str,
    deeds: tuple[Deed, ...],
    due_on: date | None,
    begun: bool | None,
    visible: bool,
    state: State,
    late: bool,
) -> None:
    found = judge_obligation(trigger, deeds, due_on=due_on, begun=begun, visible=visible, today=TODAY)
    assert (found.state, found.late) == (state, late)


@given(
    trigger=st.sampled_from(sorted({kind.trigger for kind in load_kinds().values()})),
    deeds=st.lists(
        st.builds(
            Deed,
            st.dates(START, END),
            st.none() | st.dates(START, END),
            st.none() | st.dates(START, END),
            st.sampled_from(("case", "report")),
            st.text(max_size=2),
        ),
        max_size=6,
    ),
    order=st.randoms(use_true_random=False),
    visible=st.booleans(),
)
def test_the_order_of_the_facts_changes_nothing(trigger: str, deeds: list[Deed], order: Any, visible: bool) -> None:
    def judge(mine: list[Deed]) -> tuple[Any, ...]:
        found = judge_obligation(trigger, mine, due_on=None, begun=True, visible=visible, today=TODAY)
        return found.state, found.due_on, found.late

    mixed = list(deeds)
    order.shuffle(mixed)
    assert judge(mixed) == judge(deeds)


def test_nothing_is_done_where_nothing_shows_it() -> None:
    for kind in load_kinds().values():
        for begun in (True, False, None):
            found = judge_obligation(kind.trigger, (), due_on=None, begun=begun, visible=False, today=TODAY)
            assert found.state in {"waits", "unseen"}, kind.code


@given(
    words=st.lists(st.sampled_from((CONFIRMED, CONTESTED, WITHDRAWN)), max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_a_record_stands_the_same_in_whatever_order_it_is_read(words: list[str], order: Any) -> None:
    first = {"key": "kind:renewal", "on": "2026-03-01", "event_on": None, "words": "x"}
    said = [Said("fct-0", FULFILLED, "fct-0", first, AT)]
    said += [Said(f"fct-{no}", kind, "fct-0", {}, AT + no * HOUR) for no, kind in enumerate(words, 1)]
    (straight,) = compute_records(said)
    order.shuffle(said)
    (mixed,) = compute_records(said)
    assert mixed == straight
    if WITHDRAWN in words:
        assert straight.state == "withdrawn"
    elif words:
        assert straight.state == words[-1].partition(".")[2]
    assert straight.counts == (straight.state in ("recorded", "confirmed"))


@given(st.data())
def test_each_obligation_of_a_contract_stands_once(data: st.DataObject) -> None:
    sentences = {kind: words for kind, words in load_sentences().items() if kind != "none"}
    chosen = data.draw(st.lists(st.sampled_from(sorted(sentences)), max_size=12, unique=True))
    duties: list[dict[str, Any]] = []
    for kind in chosen:
        text = sentences[kind][0].replace("{", "").replace("}", "")
        more: dict[str, Any] = data.draw(
            st.sampled_from(({}, {"frequency": "monthly"}, {"deadline": {"count": 3, "unit": "day"}}))
        )
        duties.append({"party": "provider", "text": text, "source": {"article": "第一条", "text": text}, **more})
    reports = data.draw(st.lists(st.sampled_from(("云服务运维周报", "政务云运维月报", "故障处置记录")), unique=True))
    often = {"云服务运维周报": "weekly", "政务云运维月报": "monthly"}
    contract: dict[str, Any] = {
        "obligations": duties,
        "deliverables": [{"party": "provider", "name": one, "frequency": often.get(one)} for one in reports],
        "bond": {"due": {"count": 5, "unit": "day", "from": "signature"}} if data.draw(st.booleans()) else None,
    }
    found = find_obligations(contract)
    planned = plan_duties(contract, start_on=START, end_on=END, signed_on=START, calendar=CALENDAR)
    lines = join_obligations(found, planned)
    keys = [one.key for one in lines]
    assert len(keys) == len(set(keys))
    shown = {one.found.kind.code for one in lines if one.found is not None}
    assert shown == {one.kind.code for one in found}
    for code in shown:  # by its own line, or by the days of its duties, never by both
        mine = [one for one in lines if one.found is not None and one.found.kind.code == code]
        assert len({one.duty is None for one in mine}) == 1
        assert mine[0].duty is not None or len(mine) == 1
    stands = {key for one in lines for key in (one.keys if one.duty is None else (one.key,))}
    said = {key for one in found for key in one.keys if one.kind.code in shown}
    for duty in planned:  # nothing is lost: a duty stands by itself, or in the line of its obligation
        assert duty.key in stands or (duty.kind == "obligation" and duty.due_on is None and base_key(duty.key) in said)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("乙方应在服务期满前30日与甲方确认是否续签。", date(2026, 12, 1)),
        ("乙方应在服务期满前1个月与甲方确认是否续签。", date(2026, 11, 30)),
        ("乙方应在服务期满前10个工作日与甲方确认是否续签。", date(2026, 12, 17)),
        ("乙方应在服务期满前与甲方确认是否续签。", None),
        ("乙方应在收到甲方书面通知后20个工作日内归还涉密文件。", None),
    ],
)
def test_the_day_of_what_is_owed_once(text: str, day: date | None) -> None:
    duty = {"party": "provider", "text": text, "source": {"article": "第一条", "text": text}}
    (found,) = find_obligations({"obligations": [duty]})
    assert compute_day(found, Dates(START, END, START), CALENDAR) == day
    assert compute_day(found, Dates(None, None, None), CALENDAR) is None
