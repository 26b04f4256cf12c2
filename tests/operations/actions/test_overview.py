"""The overview: what is late and what it would cost stands first; each role sees its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from tests.kits.desk import People, act_as, ask, refusal
from tests.kits.session import Session
from tests.operations.actions.test_amendments import keep

from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Caller
from yunqi.operations.cases import add_event, open_incident
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.store.statements import list_statements
from yunqi.store.verdicts import ProbeResult, record_probe_results
from yunqi.wire.overview import DueItem, Overview

WHOLE = ("fee_base", "contract")
MONTH_FEN = 484528352 // 12


@pytest.fixture
def settled_site(settled: Session) -> Iterator[Installation]:
    with settled.installation() as opened:
        yield opened


def overview(site: Installation, caller: Caller) -> Overview:
    value = ask(site, caller, "overview.read").value
    assert isinstance(value, Overview)
    return value


def outage(site: Installation, people: People, minutes: int, *, system: int = 0) -> str:
    """An interruption that began so long ago, reported by the using unit two minutes later; its case id."""
    side = people.cast.first
    began = site.clock.now() - timedelta(minutes=minutes)
    made = open_incident(
        site,
        side.contract,
        "门户无法访问",
        occurred_at=began,
        system=side.systems[system],
        subject="platform",
        kind="fault",
        type_="interruption",
    )
    add_event(
        site,
        made.id,
        "reported",
        person_id=people.clerk.person_id,
        at=began + timedelta(minutes=2),
        data={"channel": "电话"},
    )
    return made.id


def of_kind(found: Overview, kind: str) -> list[DueItem]:
    return [one for one in found.due if one.kind == kind]


def test_clocks_and_rows_are_ranked_by_what_they_cost(site: Installation, people: People) -> None:
    case_id = outage(site, people, 40)
    found = overview(site, people.operator)
    seen = [(one.kind, one.what, one.minutes_left, one.late) for one in found.due if one.object_id == case_id]
    # The price of the whole contract, then twice a month's fee: what is late before what is to come.
    assert seen[:3] == [
        ("edge", "A 级重大违约事件", 80, False),
        ("clock", "故障响应时间", -23, True),
        ("edge", "平均故障恢复时间", 20, False),
    ]
    assert ("clock", "到达现场时间", 82, False) in seen
    assert ("edge", "单次宕机时间", 80, False) in seen
    costs = [one.stake.high_fen for one in found.due if one.stake is not None and one.stake.high_fen]
    assert costs == sorted(costs, reverse=True)
    critical = found.due[0]
    assert critical.stake is not None
    assert (critical.stake.low_fen, critical.stake.high_fen) == (0, 484528352)
    arrival = next(one for one in of_kind(found, "clock") if one.what == "到达现场时间")
    assert arrival.stake is not None
    # No row prices it: no figure, and never 0.
    assert (arrival.stake.low_fen, arrival.stake.high_fen, arrival.stake.why) == (None, None, "no_row")
    assert arrival.limit_text == "≤ 2 小时"
    assert next(one for one in found.tiles if one.code == "at_stake").value == 484528352


def test_what_is_at_stake_goes_by_the_text_in_force(site: Installation, people: People) -> None:
    outage(site, people, 40)

    def at_stake() -> int | None:
        return next(one for one in overview(site, people.operator).tiles if one.code == "at_stake").value

    made = keep(site, people.cast.first.contract, "BC-1", "2026年11月1日", 3500)
    ask(site, people.clerk, "amendment.change", id=made, path="total_fen", text="4853083.52", why="第二条")
    ask(site, people.approver, "amendment.sign", id=made)
    assert at_stake() == 484528352
    ask(site, people.lead, "amendment.sign", id=made)
    # The price of the whole contract is what a critical event costs.
    assert at_stake() == 485308352


def test_what_was_done_is_no_longer_due(site: Installation, people: People) -> None:
    case_id = outage(site, people, 10)
    before = {one.what for one in of_kind(overview(site, people.operator), "clock")}
    assert "故障响应时间" in before
    add_event(site, case_id, "responded", person_id=people.operator.person_id)
    clocks = {one.what for one in of_kind(overview(site, people.operator), "clock")}
    assert "故障响应时间" not in clocks
    assert any("故障定位排除时间" in one for one in clocks)
    add_event(site, case_id, "recovered", person_id=people.operator.person_id)
    after = overview(site, people.operator)
    assert not [one for one in after.due if one.object_id == case_id]


def test_each_sees_its_own_and_an_integrator_no_prices(site: Installation, people: People) -> None:
    case_id = outage(site, people, 40)

    def ids(caller: Caller) -> set[str]:
        return {one.object_id for one in overview(site, caller).due}

    for caller in (people.clerk, people.operator, people.officer, people.auditor):
        assert case_id in ids(caller), caller.organisation_role
    for caller in (people.other_clerk, people.other_operator):
        assert case_id not in ids(caller)
        assert people.cast.first.contract not in overview(site, caller).model_dump_json()
    system = {one.name: one.id for one in ask(site, people.clerk, "system.list").value.items}
    engineer = act_as(people.clerk, "operator", role="integrator", organisation_id="org-x")
    serving = act_as(engineer, "operator", system_ids=frozenset({system[people.cast.first.systems[0]]}))
    mine = overview(site, serving)
    assert case_id in {one.object_id for one in mine.due}
    assert {one.stake for one in mine.due} == {None}
    other = act_as(engineer, "operator", system_ids=frozenset({system[people.cast.first.systems[1]]}))
    assert case_id not in ids(other)
    refusal("access.role", site, Caller(None, "", None, "", "", frozenset({"system_admin"})), "overview.read")


def test_downtime_uses_up_the_months_budget(site: Installation, people: People) -> None:
    now = site.clock.now()
    with site.database.write() as connection:
        results = [
            ProbeResult(
                people.cast.first.contract_id,
                "platform",
                "http",
                now - timedelta(minutes=30 - minute),
                now - timedelta(minutes=29 - minute),
                "down" if minute < 3 else "up",
            )
            for minute in range(30)
        ]
        record_probe_results(connection, results, now=now)
    outage(site, people, 30)
    found = overview(site, people.clerk)
    budget = found.budgets[0]
    # 30 days of 1440 minutes: 0.01 % of them are 4.32 minutes; three are gone.
    assert (budget.allowed_minutes, budget.down_minutes, budget.left_minutes) == ("4.32", "3", "1.32")
    assert (budget.measured, budget.broken, budget.object) == (True, False, "云平台整体")
    item = of_kind(found, "availability")[0]
    assert (item.minutes_left, item.late) == (1, False)
    assert next(one for one in found.tiles if one.code == "downtime").series[-1] == 3
    row = next(one for one in overview(site, people.officer).comparison if one.role == "provider" and one.incidents)
    assert (row.organisation, row.down_minutes, row.incidents, row.open_incidents) == (
        people.cast.first.provider,
        3,
        1,
        1,
    )
    # Time that was excluded does not count.
    from yunqi.store.statements import record_exclusion

    with site.database.write() as connection:
        record_exclusion(
            connection,
            people.cast.first.contract_id,
            object_="*",
            start_at=now - timedelta(minutes=29),
            end_at=now - timedelta(minutes=28),
            clause="第八条",
            reason="割接",
            approved_by=str(people.approver.person_id),
            now=now,
        )
    assert overview(site, people.clerk).budgets[0].down_minutes == "2"
    points = overview(site, people.auditor).points
    assert [one.note for one in points if one.code == "exclusion"] == ["割接"]


def test_without_evidence_nothing_is_known(site: Installation, people: People) -> None:
    budget = overview(site, people.clerk).budgets[0]
    assert (budget.measured, budget.down_minutes, budget.assumed) == (False, "0", True)


def test_work_waits_for_whoever_must_do_it(site: Installation, people: People) -> None:
    side = people.cast.first
    fields = {"contract": side.contract, "kind": "change", "title": "扩充内存"}
    made = ask(site, people.clerk, "work_order.open", **fields).value
    assert [one.object_id for one in of_kind(overview(site, people.officer), "work_order")] == [made.id]
    assert made.id not in {one.object_id for one in of_kind(overview(site, people.operator), "work_order")}
    ask(
        site,
        act_as(people.officer, "operator"),
        "work_order.advance",
        id=made.id,
        event="file",
        filing_number="备-1",
    )
    assert of_kind(overview(site, people.officer), "work_order") == []
    assert made.id in {one.object_id for one in of_kind(overview(site, people.operator), "work_order")}


def test_a_proposal_waits_for_whoever_may_decide(site: Installation, people: People) -> None:
    ask(
        site,
        people.approver,
        "reading.record",
        contract=people.cast.first.contract,
        code="availability.window",
        value="month",
        agreement="纪要-1",
    )
    mine = of_kind(overview(site, people.lead), "proposal")
    assert [one.minutes_left for one in mine] == [30 * 24 * 60]
    for caller in (people.approver, people.operator, people.other_lead):
        assert of_kind(overview(site, caller), "proposal") == []


def test_money_and_statements(settled_site: Installation, settled: Session) -> None:
    site, people = settled_site, People(settled_site, settled)
    found = overview(site, people.operator)
    late = of_kind(found, "instalment")[0]
    assert (late.title, late.late, late.amount_fen) == ("第 1 期款", True, 121132088)
    assert next(one for one in found.tiles if one.code == "to_receive").value == 121132088
    with site.database.read() as connection:
        last = list_statements(connection, people.cast.first.contract_id)[-1]
    charged = {one.organisation: one.penalty_fen for one in overview(site, people.officer).comparison}
    assert charged[people.cast.first.provider] == last.data["penalty_fen"] > 0
    close_month(site, people.cast.first.contract, "2026-07")
    statements = of_kind(overview(site, people.clerk), "statement")
    assert [one.number for one in statements] == [one.month for one in last_versions(site, people) if one.provisional]


def last_versions(site: Installation, people: People) -> list[Any]:
    with site.database.read() as connection:
        rows = list_statements(connection, people.cast.first.contract_id)
    return list({one.month: one for one in rows}.values())


def test_what_recurs_is_due_in_its_period_and_never_late(site: Installation, people: People) -> None:
    mine = of_kind(overview(site, people.operator), "obligation")
    assert {"政务云运维月报", "云服务运维周报", "安全巡检月报"} <= {one.title for one in mine}
    assert {one.late for one in mine} == {False}
    assert all(one.minutes_left is not None and 0 <= one.minutes_left <= 15 * 24 * 60 for one in mine)
    assert "政务云运维月报" not in {one.title for one in of_kind(overview(site, people.clerk), "obligation")}


def test_what_is_due_is_what_the_list_of_obligations_calls_so(site: Installation, people: People) -> None:
    def listed() -> list[date]:
        rows = ask(site, people.operator, "obligation.list", party="provider").value.items
        mine = [one for one in rows if one.state in ("late", "due") and one.kind == "deliverable"]
        assert all(one.key.startswith("deliverable:") for one in mine)
        return sorted(one.due_on or one.period_end for one in mine)

    def shown() -> list[date]:
        found = of_kind(overview(site, people.operator), "obligation")
        return sorted(date_of(one.due_at) - timedelta(days=1) for one in found if one.due_at)

    before = listed()
    assert shown() == before != []
    rows = ask(site, people.operator, "obligation.list", state="due").value.items
    done = next(one for one in rows if one.kind == "deliverable")
    said = {"contract": done.contract_id, "line": done.key, "on": date_of(site.clock.now()), "words": "纸质已交"}
    made = ask(site, people.operator, "obligation.record", **said).value
    assert shown() == listed() != before
    ask(site, people.clerk, "obligation.answer", id=made.records[0].id, answer="contest", reason="没有收到")
    assert shown() == listed() == before


def test_lines_show_what_is_drawn(site: Installation, people: People) -> None:
    side = people.cast.first
    order: dict[str, Any] = {"contract": side.contract, "work_order": side.work_order}
    ask(site, people.clerk, "resource.order", kind="network", name="lan", spec={"cidr": "10.64.1.0/24"}, **order)
    spec = {"vcpus": 4, "memory_gb": 8, "system_disk_gb": 50, "image": "debian-12", "network": "lan"}
    ask(site, people.clerk, "resource.order", kind="server", name="web", spec=spec, **order)
    found = overview(site, people.clerk)
    drawn = {one.item: one.drawn for one in found.lines if one.drawn != "0"}
    assert (drawn["compute.vcpu"], drawn["compute.memory"], drawn["storage.normal"]) == ("4", "8", "50")
    assert found.lines[0].used_percent is not None
    assert [one.title for one in of_kind(found, "resource")] == ["lan", "web"]
    assert overview(site, people.operator).lines == ()


def test_the_supervisor_sees_what_is_not_sealed_and_not_explained(site: Installation, people: People) -> None:
    case_id = outage(site, people, 30)
    add_event(site, case_id, "recovered", person_id=people.operator.person_id)
    refusal("access.role", site, people.auditor, "organisation.add", name="x", role="provider")
    points = {one.code: one for one in overview(site, people.auditor).points}
    assert points["no_cause"].object_id == case_id
    assert points["unsealed"].count > 0
    assert points["refused"].count == 1
    add_event(site, case_id, "located", person_id=people.operator.person_id, data={"root_cause": "交换机故障"})
    assert "no_cause" not in {one.code for one in overview(site, people.auditor).points}


def test_the_number_of_statements_does_not_grow_with_what_there_is(site: Installation, people: People) -> None:
    def count(caller: Caller) -> int:
        said: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            said.append(statement)

        engine = site.database.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            overview(site, caller)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(said)

    outage(site, people, 30)
    before = {name: count(getattr(people, name)) for name in ("clerk", "operator", "officer", "auditor")}
    for system in range(1, 5):
        outage(site, people, 30 + system, system=system)
    after = {name: count(getattr(people, name)) for name in ("clerk", "operator", "officer", "auditor")}
    assert all(after[name] <= before[name] for name in before), (before, after)
    assert max(after.values()) < 45
