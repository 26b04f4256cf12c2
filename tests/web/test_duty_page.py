"""The rota at the console: planned, taken, handed over; unmanned time is for the agency to see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.kits.console import Desk

from yunqi.kernel.clock import BEIJING
from yunqi.operations.installation import Installation

Open = Callable[..., Desk]


def test_a_shift_is_planned_taken_late_and_handed_over(desk: Open, site: Installation) -> None:
    operator, clerk = desk("operator"), desk("clerk")
    form = operator.open("/duty/new")
    local = site.clock.now().astimezone(BEIJING)
    fields = {
        "post": "onsite",
        "person": "值班员甲",
        "telephone": "不知道",
        "start_at": f"{local:%Y-%m-%dT%H:%M}",
        "end_at": f"{local + timedelta(hours=8):%Y-%m-%dT%H:%M}",
    }
    refused = operator.send(form, "/duty/new", 422, **fields)
    assert "值班员甲" in refused.text
    listed = operator.send(refused, "/duty/new", telephone="010-55550101")
    assert "应到未到" in listed.words
    site.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
    seen = clerk.open("/duty")
    assert "无人值守" in seen.words
    assert "仍在持续" in seen.words
    path = next(link for link in operator.open("/duty").links if "/duty/shifts/" in link)[len("/console") :]
    taken = operator.send(operator.open(path), "/take")
    assert "在岗" in taken.words
    left = operator.send(operator.open(path), "/hand-over", note="3 号机柜风扇待换")
    assert "已交班" in left.words
    assert "3 号机柜风扇待换" in clerk.open(path).words
    assert "登记到岗" not in clerk.open(path).words
    desk("other_operator").open(path, 404)
