"""Idle resources, audit samples and key figures over the sample: who sees what, and what is unknown."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import openpyxl
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.clock import FixedClock
from yunqi.operations.audit_sample import ticket_of
from yunqi.operations.installation import Installation
from yunqi.store.samples import Sample, record_samples


def order_server(site: Installation, people: People, name: str) -> tuple[str, str]:
    """A network and a server in it."""
    side = people.cast.first
    system = ask(site, people.clerk, "system.list").value.items[0]
    base = {"contract": side.contract, "work_order": side.work_order, "system": system.name}
    cidr = {"cidr": f"10.64.{90 + len(name)}.0/24"}
    net = ask(site, people.clerk, "resource.order", kind="network", name=f"{name}-net", spec=cidr, **base).value
    spec = {"vcpus": 2, "memory_gb": "1", "system_disk_gb": 1, "network": f"{name}-net"}
    server = ask(site, people.clerk, "resource.order", kind="server", name=name, spec=spec, **base).value
    return net.id, server.id


def sample(site: Installation, server: str, days: int, *meters: str, step: int = 0) -> None:
    now = site.clock.now()
    rows = [
        Sample(server, meter, now - timedelta(days=days - day), 5 + step * day)
        for meter in meters
        for day in range(days + 1)
    ]
    with site.database.write() as connection:
        record_samples(connection, rows)


def state_of(site: Installation, people: People, server: str, **asked: Any) -> Any:
    found = ask(site, people.officer, "idle_resource.list", **asked).value
    return next(one for one in found.items if one.resource_id == server)


def test_a_server_is_idle_only_by_its_meters(site: Installation, people: People) -> None:
    _net, server = order_server(site, people, "quiet")
    assert state_of(site, people, server).state == "new"
    site.clock = FixedClock(site.clock.now() + timedelta(days=40))
    assert (state_of(site, people, server).state, state_of(site, people, server).why) == ("unknown", "unmeasured")
    sample(site, server, 31, "cpu_time_ns", "port.0.received_bytes", "port.0.sent_bytes")
    quiet = state_of(site, people, server)
    assert (quiet.state, quiet.used_share, quiet.used_bytes_per_day) == ("idle", "0", "0")
    assert quiet.parts
    listed = ask(site, people.officer, "idle_resource.list", state="idle").value
    assert [one.resource_id for one in listed.items] == [server]
    assert listed.counts["idle"] == 1
    assert state_of(site, people, server, days=39).state == "unknown"  # the meters began later
    refusal("access.role", site, people.lead, "idle_resource.list")
    assert ask(site, people.other_clerk, "idle_resource.list").value.items == ()
    for kind in ("xlsx", "docx"):
        assert ask(site, people.auditor, "idle_resource.file", format=kind).value.content[:2] == b"PK"


def test_a_server_that_counts_is_used_and_a_reset_hides_nothing(site: Installation, people: People) -> None:
    _net, server = order_server(site, people, "busy")
    site.clock = FixedClock(site.clock.now() + timedelta(days=40))
    sample(site, server, 31, "cpu_time_ns", "port.0.received_bytes", step=0)
    sample(site, server, 31, "port.0.sent_bytes", step=10**9)
    busy = state_of(site, people, server)
    assert (busy.state, busy.why) == ("used", "traffic")
    _other, reset = order_server(site, people, "again")
    site.clock = FixedClock(site.clock.now() + timedelta(days=40))
    sample(site, reset, 31, "cpu_time_ns", "port.0.received_bytes")
    now = site.clock.now()
    with site.database.write() as connection:
        record_samples(connection, [Sample(reset, "cpu_time_ns", now - timedelta(days=3, hours=1), 1)])
    assert state_of(site, people, reset, gap_hours=48).state == "idle"
    assert state_of(site, people, reset, gap_hours=46).state == "unknown"


def test_the_same_seed_draws_the_same_figures_down_to_facts(settled_site: Installation, settled_people: People) -> None:
    site, people = settled_site, settled_people
    month = ask(site, people.auditor, "statement.list", last=True).value.items[0].month
    found = ask(site, people.auditor, "audit_sample.draw", month=month, seed="7", recompute=True).value
    assert (len(found.items), found.statements) == (25, 1)
    assert found.population > 25
    assert found == ask(site, people.officer, "audit_sample.draw", month=month, seed="7", recompute=True).value
    assert {one.same for one in found.items} == {True}
    for one in found.items:
        assert one.ticket == ticket_of("7", month, one.contract_id, one.node)
        assert (one.steps[0].node, one.steps[0].value) == (one.node, one.value)
        assert one.whole
    assert any(one.fact_count for one in found.items)
    other = ask(site, people.auditor, "audit_sample.draw", month=month, seed="8").value
    assert [one.ticket for one in other.items] != [one.ticket for one in found.items]
    refusal("audit_sample.empty", site, people.other_operator, "audit_sample.draw", month=month, seed="7")
    book = ask(site, people.auditor, "audit_sample.file", month=month, seed="7").value
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
    numbers = {row[0] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert numbers == set(range(1, 26))
    refusal("audit_sample.empty", site, people.auditor, "audit_sample.draw", month="2020-01", seed="7")


def kpis(site: Installation, people: People, figures: list[dict[str, Any]]) -> None:
    """Puts key figures into the first contract's data, as its text would have given them."""
    from sqlalchemy import update

    from yunqi.store.tables import contract

    with site.database.write() as connection:
        row = connection.execute(contract.select().where(contract.c.id == people.cast.first.contract_id)).one()
        data = {**row.data, "kpis": figures}
        connection.execute(update(contract).where(contract.c.id == row.id).values(data=data))


def figure(no: int, name: str, operator: str | None, value: str, unit: str, **more: Any) -> dict[str, Any]:
    source = {"article": "绩效指标", "text": f"{no} {name} {value}"}
    return {"no": no, "name": name, "operator": operator, "value": value, "unit": unit, "source": source} | more


def test_key_figures_are_measured_recorded_or_unknown(site: Installation, people: People) -> None:
    side = people.cast.first
    kpis(
        site,
        people,
        [
            figure(1, "客户满意度", ">=", "92", "%", score="10"),
            figure(2, "云主机数量", ">=", "180", "台", score="5"),
            figure(3, "渗透测试", None, "1", "次"),
            figure(4, "平台响应时间", "<=", "5", "分钟"),
        ],
    )
    sheet = ask(site, people.officer, "kpi.sheet", contract=side.contract).value
    assert [one.state for one in sheet.items] == ["unknown", "unknown", "words", "unknown"]
    assert [one.points for one in sheet.items] == [None] * 4
    assert (sheet.most, sheet.points_unknown) == ("15", 2)
    said = {"contract": side.contract, "no": 1, "evidence": "问卷 12 份"}
    ask(site, people.lead, "kpi.record", **said, value="95", points="10")
    met = ask(site, people.clerk, "kpi.sheet", contract=side.contract).value.items[0]
    assert (met.state, met.points, met.recorded[0].by) == ("met", "10", side.provider)
    ask(site, people.approver, "kpi.record", **said, value="90%", points="8")
    met = ask(site, people.clerk, "kpi.sheet", contract=side.contract).value.items[0]
    assert (met.state, met.points, met.differs) == ("unknown", None, True)  # the parties do not agree
    ask(site, people.lead, "kpi.record", **said, value="90", points="8")
    met = ask(site, people.clerk, "kpi.sheet", contract=side.contract).value.items[0]
    assert (met.state, met.points, met.differs) == ("missed", "8", False)
    refusal("kpi.unknown", site, people.lead, "kpi.record", **(said | {"no": 9}), value="1")
    refusal("kpi.value", site, people.lead, "kpi.record", **said, value="很好")
    refusal("kpi.points", site, people.lead, "kpi.record", **said, value="1", points="11")
    refusal("kpi.points", site, people.lead, "kpi.record", **(said | {"no": 3}), value="已完成", points="1")
    refusal("access.role", site, people.officer, "kpi.record", **said, value="1")
    word = ask(site, people.officer, "kpi.file", contract=side.contract, format="docx").value
    assert "问卷" in zipfile.ZipFile(io.BytesIO(word.content)).read("word/document.xml").decode()
    book = ask(site, people.officer, "kpi.file", contract=side.contract).value
    assert openpyxl.load_workbook(io.BytesIO(book.content)).active.max_row == 5


def test_what_the_month_saw_is_measured(settled_site: Installation, settled_people: People) -> None:
    site, people = settled_site, settled_people
    kpis(
        site,
        people,
        [
            figure(1, "云平台可用率", ">=", "10", "%"),
            figure(2, "系统响应时间", "<=", "100000", "分钟"),
            figure(3, "系统故障修复响应时间", "<=", "5", "分钟"),
        ],
    )
    month = ask(site, people.officer, "statement.list", last=True).value.items[0].month
    asked = {"contract": people.cast.first.contract, "start_on": f"{month}-01", "end_on": f"{month}-28"}
    rows = ask(site, people.officer, "kpi.sheet", **asked).value.items
    assert rows[1].low is not None
    assert rows[1].state == "met"
    assert (rows[2].low, rows[2].state) == (None, "unknown")
    assert rows[0].state in {"met", "unknown"}
    refusal("kpi.period", site, people.officer, "kpi.sheet", **(asked | {"end_on": "2020-01-01"}))
