"""A round over 10,000 settled resources: everything read and compared, nothing written but the lease."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from tests.kits.reconcile import SITE
from tests.kits.seed import START, Seed

from bench.figures import Figure, paired_medians
from yunqi.engines.base import Address, Network, Observed, ObservedDomain, ObservedVolume
from yunqi.kernel.ids import make_id
from yunqi.reconcile.gather import read_world
from yunqi.reconcile.loop import Reconciler
from yunqi.reconcile.planner import plan
from yunqi.reconcile.steps import Plan, PutAddress, PutDomain, PutNetwork, PutVolume, Reserve
from yunqi.services.registry import load_services
from yunqi.store import tables
from yunqi.store.database import Database, open_database
from yunqi.store.upgrade import upgrade_database

NETWORKS, SERVERS_EACH, ADDRESSES_EACH = 200, 20, 9
_WIDE = replace(SITE, public_cidr="100.64.0.0/16")


class Mirror:
    """An engine that has exactly what is wanted: the figure is ours, without the reading of a hypervisor."""

    def __init__(self, seen: Observed) -> None:
        self.seen = seen

    def observe(self) -> Observed:
        return self.seen


def measure() -> Sequence[Figure]:
    """One figure: a settled round, held against reading the same rows and their JSON with the bare driver."""
    folder = Path(tempfile.mkdtemp(prefix="yunqi-sweep-"))
    try:
        database = open_database(f"sqlite:///{folder / 'yunqi.db'}")
        upgrade_database(database)
        rows = order_many(Seed(database), database)
        engine: Any = Mirror(settle_all(database, rows))
        worker = Reconciler(database, engine, _WIDE, load_services())
        assert worker.run_round().settled

        def read_bare() -> None:
            with sqlite3.connect(folder / "yunqi.db") as bare:
                for (spec,) in bare.execute("SELECT spec FROM resource WHERE gone_at IS NULL"):
                    json.loads(spec)
                bare.execute("SELECT * FROM resource_status").fetchall()
                bare.execute("SELECT * FROM allocation WHERE released_at IS NULL").fetchall()

        ours_s, bare_s = paired_medians(worker.run_round, read_bare)
        database.close()
    finally:
        shutil.rmtree(folder)
    name = f"sweep of {len(rows):,} settled resources"
    return [Figure(name, ours_s, "s", "bare read of the same rows", ours_s / bare_s, "≤ 1 s")]


def order_many(seed: Seed, database: Database) -> list[dict[str, Any]]:
    """Networks, servers, disks and addresses of one tenant, as rows."""
    rows: list[dict[str, Any]] = []

    def add(kind: str, name: str, **spec: Any) -> str:
        key = make_id(kind[:3])
        fixed = {"tenant_id": seed.tenant, "contract_id": seed.contract, "work_order_id": seed.work_order}
        rows.append(
            {"id": key, "kind": kind, "name": name, "spec": spec, "generation": 1, "created_at": START, **fixed}
        )
        return key

    size = {"vcpus": 1, "memory_gb": "0.25", "system_disk_gb": 1}
    for number in range(NETWORKS):
        network = add("network", f"n{number}", cidr=None)
        for index in range(SERVERS_EACH):
            name = f"s{number}-{index}"
            server = add("server", name, **size, grade="normal", image="micro", network=network, iops_max=5000)
            add("disk", f"d{number}-{index}", size_gb=1, grade="normal", server=server, iops_max=5000)
            if index < ADDRESSES_EACH:
                add("address", f"a{number}-{index}", server=server, bandwidth_mbit=10)
    with database.write() as connection:
        connection.execute(insert(tables.resource), rows)
    return rows


def settle_all(database: Database, rows: list[dict[str, Any]]) -> Observed:
    """Records every choice and state as after the building; returns what an engine would then show."""
    planned = plan(read_world(database), Observed(), _WIDE, load_services())
    chosen = [step for step in planned.steps if isinstance(step, Reserve)]
    status = {"phase": "ready", "observed_generation": 1, "detail": {}, "ready_at": START, "updated_at": START}
    with database.write() as connection:
        connection.execute(
            insert(tables.allocation),
            [
                {
                    "id": make_id("alc"),
                    "resource_id": step.resource,
                    "pool": step.pool,
                    "scope": step.scope,
                    "value": step.value,
                    "recorded_at": START,
                }
                for step in chosen
            ],
        )
        connection.execute(insert(tables.resource_status), [{"resource_id": row["id"], **status} for row in rows])
    return _as_built(planned)


def _as_built(planned: Plan) -> Observed:
    networks: dict[str, Network] = {}
    volumes: dict[str, ObservedVolume] = {}
    domains: dict[str, ObservedDomain] = {}
    addresses: dict[str, Address] = {}
    for step in planned.steps:
        match step:
            case PutNetwork():
                networks[step.key] = step.network
            case PutVolume():
                volumes[step.key] = ObservedVolume(step.volume, 0)
            case PutDomain():
                domains[step.key] = ObservedDomain(step.domain, running=True)
            case PutAddress():
                addresses[step.key] = step.address
    return Observed(networks, volumes, domains, addresses)
