"""A whole small installation on the fake engine, how it is hurt, and what must hold of it whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from tests.kits.seed import Seed

from yunqi.engines.base import Observed
from yunqi.engines.fake.driver import FakeEngine
from yunqi.reconcile.executor import Applied, no_observer
from yunqi.reconcile.loop import Backoff, Reconciler
from yunqi.reconcile.world import Site
from yunqi.services.base import ResourceView
from yunqi.services.registry import load_services
from yunqi.store import tables
from yunqi.store.database import Database

SITE = Site(tenant_cidr="10.64.0.0/12", public_cidr="203.0.113.0/24")


class KilledError(BaseException):
    """The process dies here: no handler of the product may catch it."""


class Patient(Backoff):
    """Tries again at once: tests do not wait for a delay that is tested for itself."""

    def note(self, applied: Applied, now_s: float) -> None:
        """Remembers nothing."""


def make_worker(
    database: Database, engine: Any, on_step: Callable[[str], None] = no_observer, holder: str = "worker", **more: Any
) -> Reconciler:
    """A worker that may take over from one of the same name at once, as after a crash on one machine."""
    return Reconciler(
        database, engine, SITE, load_services(), holder=holder, on_step=on_step, backoff=Patient(), lease_s=0, **more
    )


@dataclass
class Installation:
    """A database with one contract, and the folder of a fake engine."""

    seed: Seed
    path: Path

    @property
    def engine(self) -> FakeEngine:
        return FakeEngine(self.path)

    def worker(self, on_step: Callable[[str], None] = no_observer, **more: Any) -> Reconciler:
        return make_worker(self.seed.database, FakeEngine(self.path), on_step, **more)

    def settle(self, deadline_s: float = 20) -> None:
        report = self.worker().run_until_settled(deadline_s)
        assert report.settled

    def order_all(self) -> None:
        """Two servers of which one has a disk of each grade, and a public address."""
        self.seed.order("network", "lan")
        for name in ("web", "db"):
            self.seed.order("server", name, vcpus=1, memory_gb="0.25", system_disk_gb=1, network="lan")
        self.seed.order("disk", "data", size_gb=1, server="db")
        self.seed.order("disk", "fast", size_gb=1, grade="high", server="db")
        self.seed.order("address", "front", server="web", bandwidth_mbit=10)


def check_everything(seed: Seed, seen: Observed) -> None:
    """What is wanted is there and nothing else; choices and draws are held once, and only by what lives."""
    live = {view.id: view for view in seed.views()}
    ending = {key for key, view in live.items() if _ends(view, live)}
    staying = {key: view for key, view in live.items() if key not in ending}

    def of(kind: str) -> set[str]:
        return {key for key, view in staying.items() if view.kind == kind}

    assert set(seen.networks) == of("network")
    assert set(seen.addresses) == of("address")
    assert set(seen.domains) == of("server")
    assert set(seen.volumes) == {f"{key}-sys" for key in of("server")} | of("disk")
    assert not seen.incomplete
    assert not seen.strays
    for key, domain in seen.domains.items():
        disks = sorted(disk for disk in of("disk") if live[disk].spec["server"] == key)
        assert domain.running
        assert domain.thing.volumes == (f"{key}-sys", *disks)
        assert domain.thing.vcpus == live[key].spec["vcpus"]
    for key in of("disk"):
        assert seen.volumes[key].thing.size_bytes == live[key].spec["size_gb"] << 30
    for key in of("address"):
        server = seen.domains[live[key].spec["server"]].thing
        assert seen.addresses[key].private_ip == server.ports[0].ip
        assert seen.addresses[key].rate_mbit == live[key].spec["bandwidth_mbit"]
    assert not ending
    _check_records(seed, live)


def _ends(view: ResourceView, live: dict[str, ResourceView]) -> bool:
    users = [other for other in live.values() if view.id in (other.spec.get("server"), other.spec.get("network"))]
    approved = view.erase_approved or view.kind in {"network", "address"}
    return view.delete_wanted and approved and all(_ends(user, live) for user in users)


def _check_records(seed: Seed, live: dict[str, ResourceView]) -> None:
    pools = {"network": {"cidr", "gateway"}, "server": {"ip", "mac"}, "disk": set[str](), "address": {"public_ip"}}
    draw, allocation, resource = tables.draw.c, tables.allocation.c, tables.resource.c
    with seed.database.read() as connection:
        held = connection.execute(
            select(allocation.resource_id, allocation.pool, allocation.scope, allocation.value).where(
                allocation.released_at.is_(None)
            )
        ).all()
        draws = connection.execute(
            select(draw.resource_id, draw.item, func.count(), func.count(draw.end_at)).group_by(
                draw.resource_id, draw.item
            )
        ).all()
        erased = connection.execute(
            select(resource.id, resource.kind, resource.gone_at, func.count(tables.certificate.c.id))
            .outerjoin(tables.certificate, tables.certificate.c.resource_id == resource.id)
            .group_by(resource.id)
        ).all()
        open_runs = connection.execute(select(tables.run.c.id).where(tables.run.c.state == "open")).all()
        facts = connection.execute(
            select(tables.fact.c.subject, func.count())
            .where(tables.fact.c.kind == "resource.gone")
            .group_by(tables.fact.c.subject)
        ).all()
    assert {(key, pool) for key, pool, _, _ in held} == {
        (key, pool) for key, view in live.items() for pool in pools[view.kind]
    }
    assert len({(pool, scope, value) for _, pool, scope, value in held}) == len(held)
    for key, _item, count, ended in draws:
        assert count == 1
        assert ended == (0 if key in live else 1)
    for key, kind, gone_at, certificates in erased:
        if key in live:
            assert certificates == 0
        elif kind in {"server", "disk"}:
            assert gone_at is not None
            assert certificates <= 1  # none when it never had a volume
    assert not open_runs
    assert all(count == 1 for _, count in facts)
