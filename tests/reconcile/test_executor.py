"""Bookkeeping: what fails holds up only what needs it; what is recorded is recorded once; sweeps are cheap."""

from __future__ import annotations

import threading
import time
from typing import Any

from sqlalchemy import event, insert, select
from tests.kits.reconcile import Installation, check_everything
from tests.kits.seed import START

from yunqi.engines.base import Erasure, Volume
from yunqi.engines.fake.driver import FakeEngine
from yunqi.kernel.errors import Trouble
from yunqi.kernel.ids import make_id
from yunqi.reconcile.erase import EraseApart
from yunqi.store import tables
from yunqi.store.reconcile import mark_gone, mark_ready
from yunqi.store.runs import close_run, open_run, read_open_keys, read_run, record_step

_MANY = 2500


class NoRoom(FakeEngine):
    """Has no room for disks of the high grade."""

    calls: list[str]

    def put_volume(self, volume: Volume, token: int) -> None:
        if volume.grade == "high":
            raise Trouble("engine.no_room", "存储池空间不足")
        super().put_volume(volume, token)


def test_what_needs_a_failed_step_is_left_out(installation: Installation) -> None:
    installation.order_all()
    told: list[str] = []
    worker = installation.worker(told.append)
    worker.engine = NoRoom(installation.path)
    report = worker.run_round()
    ids = installation.seed.ids
    assert [(step.key, error.code) for step, error in report.failed] == [(ids["fast"], "engine.no_room")]
    assert f"after start_domain {ids['web']}" in told
    assert f"before put_domain {ids['db']}" not in told
    assert f"before start_domain {ids['db']}" not in told
    worker.engine = FakeEngine(installation.path)
    worker.run_until_settled(20)
    assert set(installation.seed.phases().values()) == {"ready"}


def test_gone_is_recorded_once(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    seed, key = installation.seed, installation.seed.ids["web"]
    for _ in range(2):
        with seed.database.write() as connection:
            mark_gone(connection, key, START)
    fact, allocation = tables.fact.c, tables.allocation.c
    assert seed.count(tables.fact, fact.subject == key, fact.kind == "resource.gone") == 1
    assert seed.count(tables.allocation, allocation.resource_id == key, allocation.released_at.is_(None)) == 0


def test_ready_again_is_no_new_fact_and_keeps_the_first_instant(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    seed, key = installation.seed, installation.seed.ids["web"]
    status, fact = tables.resource_status.c, tables.fact.c
    with seed.database.write() as connection:
        first = connection.execute(select(status.ready_at).where(status.resource_id == key)).scalar_one()
        mark_ready(connection, key, 1, START)
        assert connection.execute(select(status.ready_at).where(status.resource_id == key)).scalar_one() == first
    assert seed.count(tables.fact, fact.subject == key, fact.kind == "resource.ready") == 1


def test_runs_are_resumed_by_name(installation: Installation) -> None:
    with installation.seed.database.write() as connection:
        run = open_run(connection, "import", "a.csv", {"file": "a.csv"}, START)
        record_step(connection, run.id, "read", {"rows": 3}, START)
        record_step(connection, run.id, "read", {"rows": 4}, START)
    with installation.seed.database.write() as connection:
        again = open_run(connection, "import", "a.csv", {"file": "other"}, START)
        assert (again.id, again.arguments, again.steps) == (run.id, {"file": "a.csv"}, {"read": {"rows": 3}})
        assert (run.attempts, again.attempts) == (1, 2)
        assert read_open_keys(connection, "import") == {"a.csv"}
        close_run(connection, run.id, "done", START)
        close_run(connection, run.id, "failed", START)
        assert read_open_keys(connection, "import") == frozenset()
        ended = read_run(connection, "import", "a.csv")
        assert ended is not None
        assert ended.state == "done"
        assert open_run(connection, "import", "a.csv", {}, START).state == "done"


def test_a_sweep_reads_in_bulk_however_many_there_are(installation: Installation) -> None:
    seed = installation.seed
    seed.order("network", "lan")
    seed.order("server", "web", vcpus=1, memory_gb="0.25", system_disk_gb=1, network="lan")
    _order_disks(installation, _MANY)
    seen = _without_engine(installation)
    statements: list[str] = []
    event.listen(seed.database.engine, "before_cursor_execute", lambda *arguments: statements.append(str(arguments[2])))
    worker = installation.worker()
    worker.engine = seen
    started = time.process_time()
    planned = worker.plan_round()
    used_s = time.process_time() - started
    selects = [statement for statement in statements if statement.lstrip().startswith("SELECT")]
    assert len(selects) == 4
    assert seen.observations == 1
    assert len([step for step in planned.steps if step.name == "put_volume"]) == _MANY + 1
    assert used_s < 5


class _Counting:
    def __init__(self, engine: FakeEngine) -> None:
        self.seen, self.observations = engine.observe(), 0

    def observe(self) -> Any:
        self.observations += 1
        return self.seen


def _without_engine(installation: Installation) -> Any:
    return _Counting(installation.engine)


def _order_disks(installation: Installation, count: int) -> None:
    seed = installation.seed
    spec = {"size_gb": 1, "grade": "normal", "server": seed.ids["web"], "iops_max": 5000}
    common = {
        "kind": "disk",
        "tenant_id": seed.tenant,
        "contract_id": seed.contract,
        "work_order_id": seed.work_order,
        "spec": spec,
        "generation": 1,
        "created_at": START,
    }
    with seed.database.write() as connection:
        connection.execute(
            insert(tables.resource), [{"id": make_id("dsk"), "name": f"d{no}", **common} for no in range(count)]
        )


def test_rounds_go_on_while_a_volume_is_overwritten(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    ids, go_on = installation.seed.ids, threading.Event()

    def slow(point: str) -> None:
        if point == f"before erase.overwrite {ids['data']}":
            assert go_on.wait(20)

    worker = installation.worker(slow, erase=EraseApart())
    installation.seed.ask_delete("data")
    for _ in range(3):
        report = worker.run_round()
    assert report.under_way == (ids["data"],)
    installation.engine.kill_domain(ids["web"])
    for _ in range(3):
        worker.run_round()
    assert installation.engine.observe().domains[ids["web"]].running
    assert installation.seed.phases()[ids["web"]] == "ready"
    assert installation.seed.phases()[ids["data"]] == "erasing"
    go_on.set()
    worker.run_until_settled(20)
    check_everything(installation.seed, installation.engine.observe())


def test_what_stops_an_erasure_apart_is_told_in_the_round(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    installation.seed.ask_delete("data")

    class Worn(FakeEngine):
        def erase_volume(self, volume_id: str, token: int) -> Erasure:  # noqa: ARG002
            raise Trouble("engine.medium_worn", "介质写入失败 {volume}", volume=volume_id)

    worker = installation.worker(erase=EraseApart())
    worker.engine = Worn(installation.path)
    failed: list[str] = []
    for _ in range(100):
        failed += [error.code for _, error in worker.run_round().failed]
        if failed:
            break
        time.sleep(0.01)
    assert failed == ["engine.medium_worn"]
    with installation.seed.database.read() as connection:
        run = read_run(connection, "erase", installation.seed.ids["data"])
    assert run is not None
    assert run.state == "open"
    worker.engine = FakeEngine(installation.path)
    worker.run_until_settled(20)
    check_everything(installation.seed, installation.engine.observe())
