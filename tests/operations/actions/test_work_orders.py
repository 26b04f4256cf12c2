"""Work orders: four roles carry one on; each sees what may follow from itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.cases.work_order import waiting_states
from yunqi.kernel.rights import Caller
from yunqi.operations.installation import Installation
from yunqi.wire.work_orders import WorkOrderDetail


def draft(site: Installation, people: People) -> WorkOrderDetail:
    side = people.cast.first
    made = ask(
        site,
        people.clerk,
        "work_order.open",
        contract=side.contract,
        kind="change",
        title="扩充内存",
        system=side.systems[0],
    ).value
    assert isinstance(made, WorkOrderDetail)
    return made


def may(site: Installation, caller: Caller, work_order: str) -> set[str]:
    return {one.event for one in ask(site, caller, "work_order.read", id=work_order).value.next if one.may}


def test_four_browsers_carry_one_on(site: Installation, people: People) -> None:
    made = draft(site, people)
    assert (made.state, made.kind_name, made.system) == ("drafted", "服务变更", people.cast.first.systems[0])
    officer = act_as(people.officer, "operator")
    assert may(site, people.clerk, made.id) == {"withdraw"}
    assert may(site, people.operator, made.id) == {"reject"}
    assert may(site, officer, made.id) == {"file", "reject"}
    assert may(site, people.auditor, made.id) == set()
    needs = {one.event: [each.name for each in one.needs] for one in made.next}
    assert needs == {"file": ["filing_number"], "reject": ["reason"], "withdraw": ["reason"]}
    refusal("case.data", site, officer, "work_order.advance", id=made.id, event="file")
    ask(site, officer, "work_order.advance", id=made.id, event="file", filing_number="备-1")
    refusal("case.not_allowed", site, people.operator, "work_order.advance", id=made.id, event="carry_out")
    refusal("case.role", site, people.clerk, "work_order.advance", id=made.id, event="approve")
    ask(site, people.operator, "work_order.advance", id=made.id, event="approve")
    ask(site, people.operator, "work_order.advance", id=made.id, event="carry_out")
    closed = ask(site, people.clerk, "work_order.advance", id=made.number, event="close").value
    assert (closed.state, closed.state_name, closed.next) == ("closed", "已办结", ())
    story = [(one.event, one.person, one.organisation) for one in closed.timeline]
    assert story == [
        ("file", "顾长明", people.cast.administration),
        ("approve", "唐砚", people.cast.first.provider),
        ("carry_out", "唐砚", people.cast.first.provider),
        ("close", "周予安", people.cast.first.using_unit),
    ]
    assert closed.data["filing_number"] == "备-1"


def test_times_are_in_order_and_not_to_come(site: Installation, people: People) -> None:
    made = draft(site, people)
    officer = act_as(people.officer, "operator")
    later = site.clock.now() + timedelta(hours=1)
    refusal(
        "case.future", site, officer, "work_order.advance", id=made.id, event="file", filing_number="备-1", at=later
    )
    ask(site, officer, "work_order.advance", id=made.id, event="file", filing_number="备-1")
    earlier = site.clock.now() - timedelta(hours=1)
    refusal("case.time", site, people.operator, "work_order.advance", id=made.id, event="approve", at=earlier)


def test_a_write_is_bound_to_what_was_seen(site: Installation, people: People) -> None:
    made = draft(site, people)
    seen = ask(site, people.clerk, "work_order.read", id=made.id)
    fields = {"id": made.id, "event": "withdraw", "reason": "改期"}
    ask(site, people.operator, "work_order.advance", id=made.id, event="reject", reason="材料不全")
    refusal("precondition.changed", site, people.clerk, "work_order.advance", **fields, _if_match=seen.etag)


def test_lists_show_each_caller_its_own_and_what_waits_for_it(site: Installation, people: People) -> None:
    made = draft(site, people)
    before = len(ask(site, people.officer, "work_order.list").value.items)
    assert before == 3  # with the two that the sample begins with
    assert {one.contract_number for one in ask(site, people.clerk, "work_order.list").value.items} == {
        people.cast.first.contract
    }
    assert made.id not in {one.id for one in ask(site, people.other_operator, "work_order.list").value.items}
    refusal("object.unknown", site, people.other_clerk, "work_order.read", id=made.id)
    refusal("object.unknown", site, people.other_operator, "work_order.advance", id=made.id, event="approve")
    waiting = ask(site, people.officer, "work_order.list", waiting=True).value.items
    assert [one.id for one in waiting] == [made.id]
    assert [one.id for one in ask(site, people.clerk, "work_order.list", kind="change").value.items] == [made.id]
    assert [one.id for one in ask(site, people.clerk, "work_order.list", text="内存").value.items] == [made.id]
    assert ask(site, people.clerk, "work_order.list", text="_%").value.items == ()


def test_an_integrator_drafts_for_its_system_alone(site: Installation, people: People) -> None:
    side = people.cast.first
    systems = {one.name: one.id for one in ask(site, people.clerk, "system.list").value.items}
    engineer = act_as(people.clerk, "operator", role="integrator", organisation_id="org-x")
    serving = act_as(engineer, "operator", system_ids=frozenset({systems[side.systems[0]]}))
    fields = {"contract": side.contract, "kind": "change", "title": "升级"}
    made = ask(site, serving, "work_order.open", **fields, system=side.systems[0]).value
    assert may(site, serving, made.id) == {"withdraw"}
    assert [one.id for one in ask(site, serving, "work_order.list").value.items] == [made.id]
    refusal("object.unknown", site, serving, "work_order.open", **fields, system=side.systems[1])
    refusal("object.unknown", site, serving, "work_order.open", **fields)
    refusal("object.unknown", site, engineer, "work_order.read", id=made.id)
    done = ask(site, serving, "work_order.advance", id=made.id, event="withdraw", reason="不再需要").value
    assert done.state == "withdrawn"


def test_who_may_open(site: Installation, people: People) -> None:
    side = people.cast.first
    fields = {"contract": side.contract, "kind": "exit", "title": "退出"}
    refusal("access.role", site, people.approver, "work_order.open", **fields)
    refusal("access.role", site, act_as(people.officer, "operator"), "work_order.open", **fields)
    refusal("object.unknown", site, people.other_clerk, "work_order.open", **fields)
    refusal("system.unknown", site, people.clerk, "work_order.open", **fields, system="没有的系统")
    made = ask(site, people.clerk, "work_order.open", **fields, number="自编-1").value
    assert made.number == "自编-1"
    refusal("case.number_taken", site, people.clerk, "work_order.open", **fields, number="自编-1")


@pytest.mark.parametrize(
    ("role", "states"),
    [("using_unit", ("carried_out",)), ("supervisor", ()), ("integrator", ())],
)
def test_what_waits_for_a_role(role: str, states: tuple[str, ...]) -> None:
    assert waiting_states(role) == states
