"""When what was asked for was there: an order as a change, by the reconciler's own word; and whether it was in time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from tests.kits.desk import People, act_as, ask, refusal
from tests.operations.actions.test_late_cases import change, check_the_other_program, pass_days, priced, step
from tests.operations.actions.test_lateness import DAY, HOUR, late_of
from tests.operations.actions.test_obligations import rows_of

from yunqi.kernel.clock import FixedClock
from yunqi.kernel.period import date_of, day_start
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.installation import Installation
from yunqi.operations.lateness import record_lateness_of
from yunqi.operations.payments import read_occurrences
from yunqi.store.contracts import require_contract
from yunqi.store.facts import find_fact
from yunqi.store.ordered import list_ordered_of
from yunqi.store.tables import contract

__all__ = ["priced"]
ROUNDS = 8
SERVER = {"vcpus": 2, "memory_gb": "4", "system_disk_gb": 40, "network": "net-1"}
SCALE_OUT = {"metric": "scale_out", "operator": "<=", "threshold": "7", "unit": "day",
             "source": {"article": "三", "text": "按需7个自然日快速扩容"}}  # fmt: skip
CREATION = {"metric": "creation", "operator": "<=", "threshold": "1", "unit": "day",
            "source": {"article": "十", "text": "乙方应在服务期开始后1日内完成云资源创建"}}  # fmt: skip


def settle(site: Installation) -> datetime:
    """The reconciler's rounds until nothing is left to do, an hour from now; returns when that was."""
    site.clock = FixedClock(site.clock.now() + HOUR)
    worker = make_reconciler(site)
    for _round in range(ROUNDS):
        worker.run_round()
    return site.clock.now()


def build(site: Installation, people: People) -> tuple[str, str]:
    """A network and a server on it, that stand; the server's id and the number of their work order."""
    side = people.cast.first
    under = {"contract": side.contract, "work_order": side.work_order}
    ask(site, people.clerk, "resource.order", kind="network", name="net-1", spec={"cidr": "10.1.0.0/24"}, **under)
    made = ask(site, people.clerk, "resource.order", kind="server", name="web", spec=SERVER, **under).value
    settle(site)
    return made.id, side.work_order


def with_levels(site: Installation, name: str, *levels: dict[str, Any]) -> None:
    with site.database.read() as connection:
        found = require_contract(connection, name)
    change(site, name, service_levels=[*found.data["service_levels"], *levels])


@pytest.fixture
def scaling(site: Installation, people: People, priced: str) -> str:
    """Seven days for more capacity."""
    with_levels(site, priced, SCALE_OUT)
    return priced


def request(site: Installation, people: People, name: str, kind: str = "scale_out") -> Any:
    """An approved work order."""
    made = ask(site, people.clerk, "work_order.open", contract=name, kind=kind, title="加内存").value
    step(site, act_as(people.officer, "operator"), made, "file", filing_number=f"备-{made.number}")
    step(site, people.operator, made, "approve")
    return made


def test_a_change_is_there_when_it_was_read_back_and_not_when_it_was_asked_for(
    site: Installation, people: People
) -> None:
    server, order = build(site, people)
    ask(site, people.clerk, "resource.change", id=server, spec={"memory_gb": "8"}, work_order=order)
    asked_at = site.clock.now()
    with site.database.read() as connection:
        first, second = list_ordered_of(connection, server)
    assert (first.generation, first.ready_at, second.ready_at, second.fact) == (1, asked_at, None, "")
    stood_at = settle(site)
    with site.database.read() as connection:
        first, second = list_ordered_of(connection, server)
        shown = find_fact(connection, second.fact)
    assert (second.generation, second.ordered_at, second.ready_at) == (2, asked_at, stood_at)
    assert shown is not None
    assert (shown.kind, shown.at, shown.payload["generation"]) == ("resource.ready", stood_at, 2)
    assert first.ready_at == asked_at
    detail = ask(site, people.clerk, "resource.read", id=server).value
    assert [(one.generation, one.ready_at) for one in detail.orders] == [(1, asked_at), (2, stood_at)]


def test_a_change_that_another_overtook_stands_with_that_one(site: Installation, people: People) -> None:
    server, order = build(site, people)
    for memory in ("8", "16"):
        ask(site, people.clerk, "resource.change", id=server, spec={"memory_gb": memory}, work_order=order)
    stood_at = settle(site)
    with site.database.read() as connection:
        found = list_ordered_of(connection, server)
    assert [one.ready_at for one in found[1:]] == [stood_at, stood_at]
    assert found[1].fact == found[2].fact


@pytest.mark.parametrize(("after", "late"), [(5, False), (12, True)], ids=["in time", "late"])
def test_more_capacity_by_a_change_is_judged_by_when_the_change_stood(
    site: Installation, people: People, scaling: str, after: int, late: bool
) -> None:
    server, _order = build(site, people)
    made = request(site, people, scaling)
    ask(site, people.clerk, "resource.change", id=server, spec={"memory_gb": "8"}, work_order=made.number)
    # Said to be carried out at once, yet not there: only what was read back counts.
    step(site, people.operator, made, "carry_out")
    pass_days(site, after)
    record_lateness_of(site, scaling)
    row = rows_of(site, people.clerk)["kind:scale_out"]
    assert (row.state, row.was_late) == (("late" if late else "due"), False)
    stood_at = settle(site)
    record_lateness_of(site, scaling)
    found = [one for one in late_of(site, scaling) if one.kind == "scale_out"]
    assert [one.done_at for one in found] == ([stood_at] if late else [])
    check_the_other_program(site, scaling)
    row = rows_of(site, people.clerk)["kind:scale_out"]
    assert (row.state, row.was_late) == ("waits", late)
    delivered = ask(site, people.auditor, "delivery.read", contract=scaling, month=f"{date_of(made.opened_at):%Y-%m}")
    (one,) = [each for each in delivered.value.orders if each.work_order == made.number]
    assert (one.generation, one.ready_at, one.state) == (2, stood_at, "late" if late else "in_time")


def test_the_first_resources_are_owed_within_their_time_of_the_services_start(
    site: Installation, people: People, priced: str
) -> None:
    with_levels(site, priced, CREATION)
    made = request(site, people, priced, "go_live")
    opened_on = date_of(made.opened_at)

    def begin(on: date) -> None:
        with site.database.write() as connection:
            connection.execute(update(contract).where(contract.c.number == priced).values(start_on=on))

    begin(opened_on - timedelta(days=3))  # asked for after its time: no day is owed
    pass_days(site, 4)
    record_lateness_of(site, priced)
    assert [one.kind for one in late_of(site, priced) if one.kind == "creation"] == []
    begin(opened_on)
    record_lateness_of(site, priced)
    found = [one for one in late_of(site, priced) if one.kind == "creation"]
    assert {one.key for one in found} >= {f"creation:{made.id}"}
    one = next(each for each in found if each.key == f"creation:{made.id}")
    due_on = site.calendar.roll_forward(opened_on + DAY)
    assert (one.since, one.due_at, one.done_at) == (day_start(opened_on), day_start(due_on + DAY), None)
    assert rows_of(site, people.clerk)["kind:creation"].state == "late"
    step(site, people.operator, made, "carry_out")
    done_at = site.clock.now()
    site.clock = FixedClock(done_at + HOUR)
    record_lateness_of(site, priced)
    last = next(each for each in late_of(site, priced) if each.key == f"creation:{made.id}")
    assert last.done_at == done_at
    check_the_other_program(site, priced)


def test_what_people_enter_of_late_capacity_names_its_work_order(
    site: Installation, people: People, priced: str
) -> None:
    late = {"contract": priced, "measures": "scale_out_late", "at": site.clock.now()}
    assert ask(site, people.clerk, "occurrence.record", **late).value.id  # nobody asked for more by a work order
    made = request(site, people, priced)
    refusal("occurrence.work_order", site, people.clerk, "occurrence.record", **late)
    refusal("occurrence.work_order", site, people.clerk, "occurrence.record", **late, work_order="WO-none")
    other = {**late, "measures": "unattended", "value": "10"}
    refusal("occurrence.work_order", site, people.clerk, "occurrence.record", **other, work_order=made.number)
    named = ask(site, people.clerk, "occurrence.record", **late, work_order=made.number).value
    ask(site, people.lead, "proposal.decide", id=named.id, agree=True)
    with site.database.read() as connection:
        found = require_contract(connection, priced)
        known = {"end_at": site.clock.now() + HOUR, "known_at": site.clock.now() + HOUR}
        (entered,) = [one for one in read_occurrences(connection, found.id, **known) if one.of]
    assert entered.of == f"scale_out:{made.id}"
