"""The rota: planned by the provider, seen by everybody; what nobody came to can't be taken away, and is a fact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.kits.desk import People, ask, refusal

from yunqi.operations.duty import record_past_unmanned
from yunqi.operations.installation import Installation
from yunqi.store.facts import list_facts

HOUR = timedelta(hours=1)


def plan(site: Installation, people: People, start: int = 0, end: int = 8, **more: Any) -> str:
    now = site.clock.now()
    fields = {
        "contract": people.cast.first.contract,
        "post": "onsite",
        "person": "值班员甲",
        "telephone": "010-5555 0101",
        "start_at": now + start * HOUR,
        "end_at": now + end * HOUR,
        **more,
    }
    identifier: str = ask(site, people.operator, "shift.plan", **fields).value.id
    return identifier


def unmanned(site: Installation, people: People) -> Any:
    return ask(site, people.auditor, "shift.unmanned", contract=people.cast.first.contract).value


def advance(site: Installation, hours: float) -> None:
    site.clock.advance(timedelta(hours=hours))  # type: ignore[attr-defined]


def test_a_shift_is_taken_handed_over_and_nothing_is_unmanned(site: Installation, people: People) -> None:
    first, second = plan(site, people), plan(site, people, 8, 16, person="值班员乙")
    ask(site, people.operator, "shift.take", id=first)
    assert [(one.person, one.telephone) for one in unmanned(site, people).posts if one.person] == [
        ("值班员甲", "010-5555 0101")
    ]
    advance(site, 8)
    ask(site, people.operator, "shift.hand_over", id=first, to=second, note="一切正常；3 号机柜风扇待换")
    rows = ask(site, people.clerk, "shift.list", contract=people.cast.first.contract, sort="start_at").value.items
    assert [(one.state, one.next_id) for one in rows] == [("handed_over", second), ("on", None)]
    assert rows[0].left_at == rows[1].taken_at
    assert unmanned(site, people).spans == ()
    with site.database.read() as connection:
        kinds = [
            one.kind for one in list_facts(connection, people.cast.first.contract_id) if one.kind.startswith("shift.")
        ]
    assert sorted(kinds) == ["shift.handed_over", "shift.planned", "shift.planned", "shift.taken", "shift.taken"]


def test_nobody_came_and_it_becomes_a_fact_once(site: Installation, people: People) -> None:
    shift = plan(site, people)
    advance(site, 1.5)
    lasting = unmanned(site, people).spans
    assert [(one.lasts, one.length_s, one.planned, one.fact) for one in lasting] == [(True, 5400, ("值班员甲",), None)]
    assert record_past_unmanned(site) == ()
    refusal("shift.begun", site, people.operator, "shift.drop", id=shift)
    ask(site, people.operator, "shift.take", id=shift)
    advance(site, 0.5)
    said = record_past_unmanned(site)
    assert len(said) == 1
    assert "1 小时 30 分钟" in said[0]
    assert record_past_unmanned(site) == ()
    (gap,) = unmanned(site, people).spans
    assert (gap.lasts, gap.claimed, gap.length_s) == (False, False, 5400)
    with site.database.read() as connection:
        facts = list_facts(connection, people.cast.first.contract_id, kind="duty.unmanned")
    assert [one.id for one in facts] == [gap.fact]


def test_what_is_entered_much_later_is_told_apart(site: Installation, people: People) -> None:
    shift = plan(site, people)
    began = site.clock.now()
    advance(site, 3)
    ask(site, people.operator, "shift.take", id=shift, at=began)
    (gap,) = unmanned(site, people).spans
    assert (gap.claimed, gap.length_s) == (True, 3 * 3600)
    assert unmanned(site, people).total_s == 0


def test_what_cannot_be_entered_is_refused_by_name(site: Installation, people: People) -> None:
    now = site.clock.now()
    shift = plan(site, people, 1, 8)
    given = {
        "contract": people.cast.first.contract,
        "post": "onsite",
        "person": "值班员甲",
        "telephone": "010-55550101",
    }
    spans = [((1, 8), "shift.twice"), ((8, 1), "shift.span"), ((0, 200), "shift.span"), ((-9, -1), "shift.past")]
    for (start, end), code in spans:
        fields = {**given, "start_at": now + start * HOUR, "end_at": now + end * HOUR}
        refusal(code, site, people.operator, "shift.plan", **fields)
    fields = {**given, "start_at": now, "end_at": now + HOUR}
    refusal("access.role", site, people.clerk, "shift.plan", **fields)
    refusal("access.role", site, people.clerk, "shift.take", id=shift)
    refusal("object.unknown", site, people.other_operator, "shift.take", id=shift)
    refusal("shift.not_taken", site, people.operator, "shift.hand_over", id=shift, note="x")
    refusal("shift.future", site, people.operator, "shift.take", id=shift, at=now + HOUR)
    ask(site, people.operator, "shift.take", id=shift)
    refusal("shift.taken", site, people.operator, "shift.take", id=shift)
    refusal("shift.self", site, people.operator, "shift.hand_over", id=shift, note="x", to=shift)
    other = plan(site, people, 8, 16, post="hotline")
    refusal("shift.post", site, people.operator, "shift.hand_over", id=shift, note="x", to=other)
    refusal("shift.before", site, people.operator, "shift.hand_over", id=shift, note="x", at=now - HOUR)
    ask(site, people.operator, "shift.hand_over", id=shift, note="x")
    refusal("shift.left", site, people.operator, "shift.hand_over", id=shift, note="x")
    ask(site, people.operator, "shift.drop", id=other)
    refusal("object.unknown", site, people.operator, "shift.drop", id=other)
    late = plan(site, people, 0, 2, person="丙")
    advance(site, 3)
    refusal("shift.over", site, people.operator, "shift.take", id=late)
