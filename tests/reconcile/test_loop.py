"""The life of an order on the fake engine: built, kept in repair, changed, ended; and who may do it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from tests.kits.reconcile import SITE, Installation, check_everything
from tests.kits.seed import START, Seed

from yunqi.engines.base import Observed, StaleToken
from yunqi.engines.fake.driver import FakeEngine
from yunqi.kernel.clock import FixedClock
from yunqi.kernel.errors import Trouble
from yunqi.reconcile.executor import Applied, Executor
from yunqi.reconcile.gather import read_world
from yunqi.reconcile.holder import is_dead, name_holder
from yunqi.reconcile.loop import Backoff, Reconciler, RoundReport
from yunqi.reconcile.planner import plan
from yunqi.reconcile.render import render_plan
from yunqi.reconcile.steps import StartDomain
from yunqi.services.registry import load_services
from yunqi.store import tables
from yunqi.store.database import Database
from yunqi.store.facts import NewFact, record_fact
from yunqi.store.leases import Lease, take_lease
from yunqi.store.reconcile import record_destruction


def test_an_order_is_built_and_read_back(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    check_everything(installation.seed, installation.engine.observe())
    assert set(installation.seed.phases().values()) == {"ready"}
    assert installation.worker().plan_round().steps == ()
    assert installation.seed.count(tables.draw, tables.draw.c.ready_at.is_(None)) == 0


def test_a_settled_round_writes_nothing_but_its_lease(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    tables_but_lease = [table for table in tables.metadata.sorted_tables if table.name != "lease"]
    with installation.seed.database.read() as connection:
        before = [connection.execute(select(table)).all() for table in tables_but_lease]
    installation.worker().run_round()
    with installation.seed.database.read() as connection:
        assert [connection.execute(select(table)).all() for table in tables_but_lease] == before


def test_a_killed_guest_is_started_again_and_the_repair_is_a_fact(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    web = installation.seed.ids["web"]
    installation.engine.kill_domain(web)
    installation.settle()
    check_everything(installation.seed, installation.engine.observe())
    fact = tables.fact.c
    with installation.seed.database.read() as connection:
        kinds = connection.execute(select(fact.kind).where(fact.subject == web).order_by(fact.no)).scalars().all()
    assert kinds == ["resource.ready", "resource.repairing", "resource.ready"]


def test_drift_of_every_sort_is_mended(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    engine, ids = installation.engine, installation.seed.ids
    engine.lose_part(ids["lan"])
    engine.lose_part(ids["front"])
    engine.add_stray("half-made")
    engine.drop_domain(ids["db"], 10**6)
    seen = engine.observe()
    engine.put_address(replace(seen.addresses[ids["front"]], rate_mbit=99), 10**6)
    worker = installation.worker()
    assert isinstance(worker.run_round().ended_by, StaleToken)  # the engine's fence is ahead of the database
    worker.run_until_settled(20)
    check_everything(installation.seed, engine.observe())


def test_growth_and_bandwidth_and_cores_change(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    installation.seed.change("data", size_gb=3)
    installation.seed.change("front", bandwidth_mbit=50)
    installation.seed.change("web", vcpus=2)
    installation.settle()
    check_everything(installation.seed, installation.engine.observe())
    assert set(installation.seed.phases().values()) == {"ready"}


def test_the_end_erases_certifies_and_leaves_nothing(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    installation.seed.ask_delete("lan", "web", "db", "data", "fast", "front")
    installation.settle()
    seed = installation.seed
    check_everything(seed, installation.engine.observe())
    assert seed.views() == []
    with seed.database.read() as connection:
        issued = connection.execute(select(tables.certificate.c.data)).scalars().all()
    assert len(issued) == 4
    for data in issued:
        assert data["method"] == "overwrite.random-zero"
        assert data["nonzero_found"] == 0
        assert data["approved_by"] == "经办人"
        assert len(data["sm3"]) == 64
        assert data["begun_at"] <= data["finished_at"]


def test_nothing_is_touched_before_a_person_approves(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    installation.seed.ask_delete("data", approve=False)
    report = installation.worker().run_until_settled(20)
    assert [(wait.subject, wait.code) for wait in report.waits] == [(installation.seed.ids["data"], "erase.approval")]
    seen = installation.engine.observe()
    assert not seen.volumes[installation.seed.ids["data"]].erased
    assert installation.seed.ids["data"] in seen.domains[installation.seed.ids["db"]].thing.volumes
    assert installation.seed.phases()[installation.seed.ids["data"]] == "waiting"
    installation.seed.ask_delete("data")
    installation.settle()
    check_everything(installation.seed, installation.engine.observe())


def test_what_others_stand_on_waits_for_them(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    installation.seed.ask_delete("lan", "db")
    report = installation.worker().run_until_settled(20)
    codes = {wait.subject: (wait.code, wait.others) for wait in report.waits}
    ids = installation.seed.ids
    assert codes[ids["db"]] == ("resource.in_use", (ids["data"], ids["fast"]))
    assert codes[ids["lan"]] == ("resource.in_use", (ids["web"], ids["db"]))
    assert installation.engine.observe().domains[ids["db"]].running
    views = {view.id: view for view in installation.seed.views()}
    assert "data (" in render_plan(installation.worker().plan_round(), views)


def test_a_lost_volume_is_not_replaced_by_an_empty_one(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    key = installation.seed.ids["data"]
    (installation.path / "volume" / f"{key}.json").unlink()
    report = installation.worker().run_until_settled(20)
    assert (key, "volume.lost") in {(wait.subject, wait.code) for wait in report.waits}
    assert key not in installation.engine.observe().volumes
    assert installation.seed.phases()[key] == "failed"


def test_lost_data_ends_only_with_a_record_of_its_destruction(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    seed, key = installation.seed, installation.seed.ids["data"]
    (installation.path / "volume" / f"{key}.json").unlink()
    seed.ask_delete("data")
    report = installation.worker().run_until_settled(20)
    assert (key, "data.not_found") in {(wait.subject, wait.code) for wait in report.waits}
    with seed.database.write() as connection:
        record_destruction(connection, key, key, person_id=seed.person, minutes="销毁〔2025〕7 号", now=START)
    installation.settle()
    assert key not in {view.id for view in seed.views()}


def test_an_orphan_with_data_waits_for_a_person(installation: Installation) -> None:
    installation.order_all()
    installation.settle()
    engine = installation.engine
    seen = engine.observe()
    disk = seen.volumes[installation.seed.ids["data"]].thing
    engine.put_volume(replace(disk, id="dsk-orphan"), 10)
    network = replace(next(iter(seen.networks.values())), id="net-orphan")
    engine.put_network(network, 10)
    worker = installation.worker()
    worker.run_round()
    report = worker.run_until_settled(20)
    assert [(wait.subject, wait.code) for wait in report.waits] == [("dsk-orphan", "orphan.volume")]
    assert "dsk-orphan" in engine.observe().volumes
    assert "net-orphan" not in engine.observe().networks


def test_ready_waits_for_an_answer_on_the_wire(installation: Installation) -> None:
    installation.order_all()
    answers = threading.Event()
    worker = installation.worker()
    worker.verify = lambda resource, _choices: resource.kind != "server" or answers.is_set()
    for _ in range(4):
        report = worker.run_round()
    assert set(report.silent) == {installation.seed.ids["web"], installation.seed.ids["db"]}
    assert installation.seed.phases()[installation.seed.ids["web"]] == "building"
    answers.set()
    worker.run_until_settled(20)
    assert set(installation.seed.phases().values()) == {"ready"}


def test_a_failing_step_is_recorded_and_holds_up_only_its_own(installation: Installation) -> None:
    installation.order_all()

    class Broken(FakeEngine):
        def start_domain(self, domain_id: str, token: int) -> None:
            if domain_id == installation.seed.ids["web"]:
                raise Trouble("engine.broken", "无法启动 {domain}", domain=domain_id)
            super().start_domain(domain_id, token)

    worker = installation.worker()
    worker.engine = Broken(installation.path)
    for _ in range(4):
        report = worker.run_round()
    assert [(step.name, error.code) for step, error in report.failed] == [("start_domain", "engine.broken")]
    phases = installation.seed.phases()
    assert phases[installation.seed.ids["web"]] == "building"
    assert phases[installation.seed.ids["db"]] == "ready"
    with installation.seed.database.read() as connection:
        detail = connection.execute(
            select(tables.resource_status.c.detail).where(
                tables.resource_status.c.resource_id == installation.seed.ids["web"]
            )
        ).scalar_one()
    assert detail["error"]["code"] == "engine.broken"
    assert installation.seed.ids["web"] in detail["error"]["message"]


def test_delays_double_and_end_with_success() -> None:
    backoff, step = Backoff(), StartDomain(None)  # type: ignore[arg-type]
    object.__setattr__(step, "domain", type("D", (), {"id": "srv-1"})())
    failed = Applied(failed=[(step, Trouble("engine.broken", "坏"))])
    for now_s, until_s in ((0.0, 0.5), (1.0, 2.0), (3.0, 5.0)):
        backoff.note(failed, now_s)
        assert backoff.delayed(until_s - 0.01) == {"srv-1"}
        assert backoff.delayed(until_s) == frozenset()
    for _ in range(20):
        backoff.note(failed, 100.0)
    assert backoff.delayed(160.0) == frozenset()
    assert backoff.delayed(159.0) == {"srv-1"}
    backoff.note(Applied(done=[step]), 100.0)
    assert backoff.delayed(100.0) == frozenset()


# --- who may ---------------------------------------------------------------------------------------------------------


def test_of_two_workers_one_holds_the_lease(database: Database) -> None:
    clock = FixedClock(START)

    def take(holder: str, dead: Lease | None = None) -> Lease | None:
        with database.write() as connection:
            return take_lease(connection, "reconcile", holder, clock.now(), 30, dead=dead)

    first = take("a")
    assert first is not None
    assert first.token == 1
    assert take("b") is None
    second = take("b", dead=first)
    assert second is not None
    assert second.token == 2
    assert take("a", dead=first) is None  # somebody was quicker
    clock.advance(timedelta(seconds=30))
    third = take("a")
    assert third is not None
    assert third.token == 3


def test_racing_takers_get_one_lease(database: Database) -> None:
    won: list[Lease] = []

    def race(number: int) -> None:
        with database.write() as connection:
            lease = take_lease(connection, "reconcile", f"w{number}", START, 30)
        if lease is not None:
            won.append(lease)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_the_older_executor_is_refused_by_engine_and_database(installation: Installation) -> None:
    installation.order_all()
    seed = installation.seed
    with seed.database.write() as connection:
        old = take_lease(connection, "reconcile", "old", START, 30)
        assert old is not None
        new = take_lease(connection, "reconcile", "new", START, 30, dead=old)
        assert new is not None
    world, observed = read_world(seed.database), installation.engine.observe()
    planned = plan(world, observed, SITE, load_services())
    clock = FixedClock(START)
    late = Executor(installation.engine, seed.database, old, clock)
    refused = late.apply(planned, world, observed)
    assert refused.ended_by is not None
    assert refused.ended_by.code == "lease.lost"
    assert refused.done == []
    assert Executor(installation.engine, seed.database, new, clock).apply(planned, world, observed).ended_by is None
    only_engine = replace(planned, steps=tuple(step for step in planned.steps if step.name == "put_network"))
    refused = late.apply(only_engine, world, observed)
    assert isinstance(refused.ended_by, StaleToken)


def test_a_standing_by_worker_does_nothing_until_the_lease_ends(installation: Installation) -> None:
    installation.order_all()
    clock = FixedClock(datetime(2025, 7, 1, tzinfo=UTC))
    first, second = (
        Reconciler(installation.seed.database, installation.engine, SITE, load_services(), clock=clock, holder=name)
        for name in ("first", "second")
    )
    first.run_until_settled(20)
    assert second.run_round().held_elsewhere
    clock.advance(timedelta(seconds=31))
    assert second.run_round().settled
    assert first.run_round().held_elsewhere
    second.release()
    assert first.run_round().settled


def test_a_dead_holder_is_known_on_its_own_machine() -> None:
    assert not is_dead(name_holder())
    child = subprocess.run(
        [sys.executable, "-c", "from yunqi.reconcile.holder import name_holder; print(name_holder())"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert is_dead(child.stdout.strip())
    assert not is_dead("elsewhere/x/1/2/3")
    assert not is_dead("a name of another form")
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    host = name_holder().rsplit("/", 2)[0]
    while not is_dead(f"{host}/{pid}/{name_holder().rsplit('/', 1)[1]}"):
        time.sleep(0.01)
    os.waitpid(pid, 0)


def test_the_loop_goes_on_after_trouble_and_ends_when_told(installation: Installation) -> None:
    installation.order_all()
    stop, reports = threading.Event(), []

    class Flaky(FakeEngine):
        def observe(self) -> Observed:
            if not reports:
                raise Trouble("engine.away", "引擎无应答")
            return super().observe()

    worker = installation.worker()
    worker.engine = Flaky(installation.path)

    def watch(report: RoundReport) -> None:
        reports.append(report)
        if report.settled:
            stop.set()

    worker.on_round = watch
    worker.run_forever(stop, interval_s=0.01)
    assert reports[0].ended_by is not None
    assert reports[0].ended_by.code == "engine.away"
    check_everything(installation.seed, installation.engine.observe())


def test_an_order_is_seen_before_the_interval_ends(installation: Installation) -> None:
    """With an interval of a minute: what is asked for ends the rest, since it is a fact."""
    stop = threading.Event()
    worker = installation.worker()
    worker.on_round = lambda report: stop.set() if report.settled and len(installation.seed.views()) > 1 else None
    thread = threading.Thread(target=worker.run_forever, args=(stop, 60.0), daemon=True)
    thread.start()
    seed = installation.seed
    time.sleep(0.1)
    with seed.database.write() as connection:
        asked = NewFact(seed.contract, "resource.ordered", "lan", START, {})
        record_fact(connection, asked, now=START)
    installation.order_all()
    with seed.database.write() as connection:
        record_fact(connection, replace(asked, subject="all"), now=START)
    thread.join(timeout=20)
    assert not thread.is_alive()
    check_everything(seed, installation.engine.observe())


def test_the_whole_life_on_both_databases(database: Database, tmp_path: object) -> None:
    installation = Installation(Seed(database), tmp_path / "engine")  # type: ignore[operator]
    installation.order_all()
    installation.settle()
    installation.seed.ask_delete("front", "db", "data", "fast")
    installation.settle()
    check_everything(installation.seed, installation.engine.observe())
    assert {view.name for view in installation.seed.views()} == {"lan", "web"}
