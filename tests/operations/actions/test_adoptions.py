"""A cloud that already runs, from the clerk's list to the month's delivery and back."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from tests.kits.desk import People, ask, refusal

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.operations.actions.worker import work_one
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.operations.watch import record_usage
from yunqi.reconcile.gather import read_world
from yunqi.store.facts import list_facts
from yunqi.store.resources import list_draws, require_resource
from yunqi.store.statements import list_statements

HEADS = (
    "所属系统",
    "IP地址",
    "内存(GB)",
    "系统盘",
    "主机名",
    "CPU核数",
    "数据盘",
    "存储类型",
    "公网IP",
    "带宽",
    "开通日期",
)
SYSTEM = "云州市公共服务门户网站"
ROWS = (
    (SYSTEM, "10.9.0.11", 16, "100G", "web-01", "８核", "500G*2", "普通性能", "203.0.113.77", "20M", "2025/3/1"),
    (SYSTEM, "10.9.0.12", "32G", "100GB", "db-01", 16, "1TB", "SATA", None, None, "2026年11月10日"),
)
FROM = date(2026, 11, 1)


def write_list(*rows: tuple[Any, ...], heads: tuple[str, ...] = HEADS) -> bytes:
    """A workbook with a merged title over its heads."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["政务云资源台账"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    sheet.append(list(heads))
    for row in rows:
        sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def run_preview(site: Installation, caller: Any, number: str, content: bytes | None, **more: Any) -> Any:
    """The run of a preview, carried out."""
    if content is not None:
        more["file"] = ask(site, caller, "file.upload", name="台账.xlsx", content=content).value.id
    run = ask(site, caller, "adoption.preview", contract=number, from_on=more.pop("from_on", FROM), **more).value
    assert work_one(site, "test", only=run.id)
    return ask(site, caller, "run.read", id=run.id).value


def preview(site: Installation, caller: Any, number: str, content: bytes | None, **more: Any) -> Any:
    """The adoption that a preview leads to."""
    done = run_preview(site, caller, number, content, **more)
    assert done.state == "done", done.error
    return ask(site, caller, "adoption.read", id=done.result["adoption_id"]).value


def confirm(site: Installation, people: People, identifier: str) -> Any:
    """Both parties confirm."""
    order = people.cast.first.work_order
    return ask(
        site, people.operator, "adoption.confirm", id=identifier, work_order=order, _second=people.approver
    ).value


def drawn(found: Any) -> dict[str, str]:
    return {one.item: one.listed for one in found.lines if one.listed != "0"}


def test_a_list_is_taken_in_and_counts_from_its_day(site: Installation, people: People) -> None:
    number, contract_id = people.cast.first.contract, people.cast.first.contract_id
    content = write_list(ROWS[0], (), ROWS[1], ("合计", None, 48, None, None, 24))
    seen = preview(site, people.clerk, number, content, grade="normal")
    assert [one.sentence for one in seen.notes] == []
    assert drawn(seen) == {
        "compute.vcpu": "24",
        "compute.memory": "48",
        "storage.normal": "2224",
        "network.ip": "1",
        "network.bandwidth": "20",
    }
    assert {(one.kind, one.name, one.system) for one in seen.items} >= {("server", "web-01", SYSTEM)}
    proposed = ask(site, people.operator, "adoption.confirm", id=seen.id, work_order=people.cast.first.work_order)
    assert proposed.status == 202  # one party alone has only asked
    with site.database.read() as connection:
        assert not list_draws(connection, contract_id)

    assert confirm(site, people, seen.id).state == "confirmed"
    with site.database.read() as connection:
        web = require_resource(connection, "web-01")
        assert (web.adoption_id, web.phase, web.spec["vcpus"]) == (seen.id, "ready", 8)
        disk = require_resource(connection, "web-01-数据盘1")
        assert disk.spec["server"] == web.id
        starts = {one.item: one.start_at for one in list_draws(connection, contract_id) if one.resource_id == web.id}
        assert set(starts.values()) == {day_start(FROM)}  # opened before the stated day
        late = require_resource(connection, "db-01")
        opened = day_start(date(2026, 11, 10))
        assert {one.start_at for one in list_draws(connection, contract_id) if one.resource_id == late.id} == {opened}
        facts = {one.kind for one in list_facts(connection, contract_id)}
        assert facts >= {"adoption.confirmed", "resource.adopted"}
    shown = ask(site, people.clerk, "resource.read", id=disk.id).value
    assert [one.name for one in shown.stands_on] == ["web-01"]
    assert shown.adoption_id == seen.id

    site.clock.at = day_start(date(2026, 12, 1)) + timedelta(hours=9)  # type: ignore[attr-defined]
    statement = close_month(site, number, "2026-11")
    delivery = {one["item"]: one for one in statement.data["delivery"]}
    # 8 cores of the whole month, 16 from the 10th on: 21 of 30 days.
    assert Fraction(delivery["compute.vcpu"]["average"]) == 8 + Fraction(16 * 21, 30)
    assert delivery["compute.vcpu"]["peak"] == "24"


def test_the_reconciler_never_sees_what_it_did_not_build(site: Installation, people: People) -> None:
    seen = preview(site, people.clerk, people.cast.first.contract, write_list(*ROWS), grade="normal")
    confirm(site, people, seen.id)
    world = read_world(site.database)
    assert not [one for one in world.resources.values() if one.name in ("web-01", "db-01")]
    assert ("public_ip", "site", "203.0.113.77") in world.taken  # and nobody else is given its address
    reconciler = make_reconciler(site)
    assert reconciler.plan_round().steps == ()
    reconciler.run_round()
    assert reconciler.engine.observe().domains == {}
    number, order = people.cast.first.contract, people.cast.first.work_order
    problem = refusal(
        "order.adopted", site, people.clerk, "resource.change", id="web-01", spec={"vcpus": 9}, work_order=order
    )
    assert problem.way_out
    more = {"server": "web-01", "size_gb": 10}
    refusal(
        "order.on_adopted",
        site,
        people.clerk,
        "resource.order",
        kind="disk",
        name="more",
        contract=number,
        work_order=order,
        spec=more,
    )
    with site.database.read() as connection:
        disks = [require_resource(connection, f"web-01-数据盘{no}").id for no in (1, 2)]
    refusal("resource.in_use", site, people.clerk, "resource.delete", id="web-01")
    for name in (*disks, "203.0.113.77"):
        ask(site, people.clerk, "resource.delete", id=name)
    with site.database.read() as connection:  # an address keeps no data; a disk waits for a second person
        assert require_resource(connection, disks[0]).phase == "ready"
    ask(site, people.approver, "resource.erase", id=disks[0])
    with site.database.read() as connection:
        gone = require_resource(connection, disks[0])
        assert gone.gone_at is not None
        ended = [one for one in list_draws(connection, gone.contract_id) if one.resource_id == gone.id]
        assert [one.end_at for one in ended] == [site.clock.now()]


def test_it_is_undone_whole_until_a_month_is_closed(site: Installation, people: People) -> None:
    number, contract_id = people.cast.first.contract, people.cast.first.contract_id
    seen = preview(site, people.operator, number, write_list(*ROWS), grade="normal")
    refusal("adoption.not_confirmed", site, people.operator, "adoption.undo", id=seen.id, _second=people.approver)
    confirm(site, people, seen.id)
    refusal(
        "adoption.not_waiting",
        site,
        people.operator,
        "adoption.confirm",
        id=seen.id,
        work_order=people.cast.first.work_order,
        _second=people.approver,
    )
    again = preview(site, people.operator, number, write_list(*ROWS), grade="normal")
    assert (again.resources, again.errors, {one.code for one in again.notes}) == (0, 0, {"adoption.known"})
    fewer = preview(site, people.operator, number, write_list(ROWS[1]), grade="normal")
    assert {one.code for one in fewer.notes} == {"adoption.known", "adoption.absent"}
    ask(site, people.operator, "adoption.undo", id=seen.id, _second=people.approver)
    with site.database.read() as connection:
        assert list_draws(connection, contract_id) == ()
        before = site.clock.now() - timedelta(seconds=1)
        assert list_draws(connection, contract_id, known_at=before) == ()
        assert "adoption.undone" in {one.kind for one in list_facts(connection, contract_id)}
    twice = preview(site, people.operator, number, write_list(*ROWS), grade="normal")
    confirm(site, people, twice.id)
    site.clock.at = day_start(date(2026, 12, 1)) + timedelta(hours=9)  # type: ignore[attr-defined]
    made = close_month(site, number, "2026-11")
    if made.provisional:  # open points keep it from being final; only a final month is closed
        with site.database.write() as connection:
            from yunqi.store.statements import keep_statements, make_new

            final = make_new(
                contract_id,
                month="2026-11",
                provisional=False,
                data={**made.data, "provisional": False},
                known_at=made.known_at,
            )
            keep_statements(connection, (final,), now=site.clock.now())
    with site.database.read() as connection:
        assert any(not one.provisional for one in list_statements(connection, contract_id))
    refusal("adoption.month_closed", site, people.operator, "adoption.undo", id=twice.id, _second=people.approver)
    done = run_preview(site, people.clerk, number, write_list(*ROWS))
    assert done.error.code == "adoption.closed"


WRONG = [
    (0, "10.9.0", "adoption.address", "B IP地址"),
    (0, "一些", "adoption.size", "C 内存(GB)"),
    (0, "8颗", "adoption.cores", "F CPU核数"),
    (0, "很多", "adoption.disks", "G 数据盘"),
    (0, "快", "adoption.grade", "H 存储类型"),
    (0, "去年", "adoption.day", "K 开通日期"),
    (0, "2027-01-01", "adoption.not_opened", "K 开通日期"),
]


@pytest.mark.parametrize(("row", "value", "code", "column"), WRONG)
def test_what_is_not_understood_is_told_by_row_and_column_and_nothing_is_done(
    site: Installation, people: People, row: int, value: str, code: str, column: str
) -> None:
    head = column.partition(" ")[2]
    bad = tuple(value if HEADS[no] == head else cell for no, cell in enumerate(ROWS[row]))
    seen = preview(site, people.clerk, people.cast.first.contract, write_list(bad, ROWS[1]), grade="normal")
    note = next(one for one in seen.notes if one.code == code)
    assert (note.severity, note.row, bool(note.way_out)) == ("error", 3, True)
    if code != "adoption.not_opened":
        assert (note.column, note.value) == (column, value)
    refused = refusal(
        "adoption.not_understood",
        site,
        people.operator,
        "adoption.confirm",
        id=seen.id,
        work_order=people.cast.first.work_order,
        _second=people.approver,
    )
    assert refused.way_out
    with site.database.read() as connection, pytest.raises(Problem):
        require_resource(connection, "db-01")


def test_every_difference_is_shown_beside_the_lines(site: Installation, people: People) -> None:
    rows = (
        ("没有登记的系统", "10.9.0.21", 16, "100G", "big-01", 4000, None, "普通", None, None, None),
        (SYSTEM, "10.9.0.22", 16, "100G", "fast-01", 4, "100G SSD", "普通", None, None, None),
    )
    seen = preview(site, people.clerk, people.cast.first.contract, write_list(*rows))
    codes = {one.code: one for one in seen.notes}
    assert set(codes) == {"adoption.system_unknown", "adoption.over", "adoption.not_in_contract"}
    line = next(one for one in seen.lines if one.item == "compute.vcpu")
    assert (line.contracted, line.listed, line.over) == ("3435", "4004", "569")
    assert all(one.severity == "open" for one in seen.notes)
    assert confirm(site, people, seen.id).state == "confirmed"
    with site.database.read() as connection:
        assert require_resource(connection, "big-01").system_id is None


def test_a_change_of_the_entitlement_in_between_asks_for_a_new_preview(site: Installation, people: People) -> None:
    first, second = (
        preview(site, people.clerk, people.cast.first.contract, write_list(row), grade="normal") for row in ROWS
    )
    confirm(site, people, first.id)
    refusal(
        "adoption.overtaken",
        site,
        people.operator,
        "adoption.confirm",
        id=second.id,
        work_order=people.cast.first.work_order,
        _second=people.approver,
    )


def foreign(site: Installation, *machines: dict[str, Any]) -> None:
    """What somebody else's hypervisor has."""
    folder = site.engine._path  # type: ignore[attr-defined]
    (folder / "foreign.json").write_text(json.dumps(machines), "utf-8")


def machine(name: str, vcpus: int, memory_gb: int, *disks_gb: int, running: bool = True) -> dict[str, Any]:
    disks = [size << 30 for size in disks_gb]
    return {
        "name": name,
        "uuid": f"uuid-{name}",
        "vcpus": vcpus,
        "memory_mib": memory_gb << 10,
        "disks": disks,
        "running": running,
    }


def test_the_list_beside_what_runs(site: Installation, people: People) -> None:
    number = people.cast.first.contract
    foreign(
        site,
        machine("web-01", 8, 16, 100, 500, 500),
        machine("DB-01", 8, 32, 100, 1024, running=False),
        machine("web-09", 2, 4, 40),
        machine("other-tenant", 2, 4, 40),
    )
    ghost = (SYSTEM, "10.9.0.13", 4, "40G", "web-10", 2, None, "普通", None, None, None)
    assert run_preview(site, people.clerk, number, None, running="web-*").error.code == "adoption.provider_only"
    seen = preview(site, people.operator, number, write_list(*ROWS, ghost), running="*b-*", grade="normal")
    told = {(one.code, one.subject) for one in seen.notes}
    assert told == {
        ("adoption.other_size", "db-01"),
        ("adoption.shut_off", "db-01"),
        ("adoption.not_running", "web-10"),
        ("adoption.not_listed", "web-09"),
    }
    assert drawn(seen)["compute.vcpu"] == "16"  # as it runs, not as it is listed
    confirm(site, people, seen.id)
    record_usage(site)
    with site.database.read() as connection:
        web, db = (require_resource(connection, name).id for name in ("web-01", "db-01"))
    sampled = {one: ask(site, people.clerk, "resource.samples", id=one).value for one in (web, db)}
    assert "cpu_time_ns" in sampled[web].meters
    assert not sampled[db].meters  # it is shut off
    site.clock.at += timedelta(minutes=1)  # type: ignore[attr-defined]
    ask(site, people.operator, "adoption.undo", id=seen.id, _second=people.approver)
    alone = preview(site, people.operator, number, None, running="web-*", grade="normal")
    assert {one.name for one in alone.items if one.kind == "server"} == {"web-01", "web-09"}
    assert run_preview(site, people.operator, number, None, running="none-*").error.code == "adoption.none_running"
    assert run_preview(site, people.operator, number, None).error.code == "adoption.no_source"


DAYS = [
    (date(2026, 6, 30), "adoption.early"),
    (date(2026, 11, 22), "adoption.future"),
]


@pytest.mark.parametrize(("day", "code"), DAYS)
def test_a_day_that_cannot_be_the_first(site: Installation, people: People, day: date, code: str) -> None:
    done = run_preview(site, people.clerk, people.cast.first.contract, write_list(*ROWS), from_on=day)
    assert (done.state, done.error.code) == ("failed", code)


def test_others_never_see_it(site: Installation, people: People) -> None:
    seen = preview(site, people.clerk, people.cast.first.contract, write_list(*ROWS))
    for other in (people.other_clerk, people.other_lead):
        refusal("object.unknown", site, other, "adoption.list", contract=people.cast.first.contract)
        with pytest.raises(Problem):
            ask(site, other, "adoption.read", id=seen.id)
    listed = ask(site, people.auditor, "adoption.list", contract=people.cast.first.contract).value
    assert [one.id for one in listed.items] == [seen.id]
