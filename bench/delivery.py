"""From the order to the first answered ping, through Yunqi's running loop, against bare `virsh create` of the same."""

from __future__ import annotations

import statistics
import subprocess
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sqlalchemy import select

from bench.figures import Figure
from bench.world import ROOT, Agency, settle_in, temporary_installation
from yunqi.engines.guest.build import build_guest_image
from yunqi.engines.libvirt.driver import LibvirtEngine
from yunqi.operations.delivery import make_reconciler
from yunqi.operations.installation import Installation
from yunqi.operations.orders import approve_erase, ask_delete
from yunqi.reconcile.loop import RoundReport
from yunqi.store.certificates import read_choices
from yunqi.store.tables import resource_status

TURNS = 5
_DEADLINE_S = 120
_SERVER = {"vcpus": "1", "memory_gb": "0.25", "system_disk_gb": "2", "network": "main"}


@dataclass
class Loop:
    """The reconciler as the server runs it, in a thread; it can be paused so that a bare domain may run."""

    installation: Installation
    idle: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> None:
        self._stop = threading.Event()
        self.idle.clear()
        reconciler = make_reconciler(self.installation, on_round=self._note)
        interval_s = self.installation.settings.reconcile_interval_s
        self._thread = threading.Thread(target=reconciler.run_forever, args=(self._stop, interval_s))
        self._thread.start()
        assert self.idle.wait(_DEADLINE_S)

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _note(self, report: RoundReport) -> None:
        if report.settled:
            self.idle.set()


def measure() -> Iterable[Figure]:
    """Ordered → answers, created → answers, in turn; and how long until the order is called ready."""
    images = ROOT / "build" / "images"
    images.mkdir(parents=True, exist_ok=True)
    build_guest_image(images)
    with temporary_installation(engine="libvirt", image_dir=str(images)) as installation:
        engine = cast("LibvirtEngine", installation.engine)
        try:
            agency = settle_in(installation)
            network = agency.order("network", "main").id
            with Loop(installation):
                pass
            place = engine.place_of_network(network)
            answer_quickly(place)
            turns = [play_turn(agency, engine, place, number) for number in range(TURNS + 1)][1:]
        finally:
            engine.tear_down(with_data=True)
            assert engine.audit_leftovers() == []
            engine.close()
    ours_s, bare_s, ready_s = (statistics.median(column) for column in zip(*turns, strict=True))
    against = f"virsh create → answers, {bare_s:.3f} s"
    yield Figure("delivery: ordered → answers a ping", ours_s, "s", against, ours_s / bare_s, "≤ 1.10×")
    yield Figure("delivery: ordered → recorded as ready", ready_s, "s", against, ready_s / bare_s, "–")


def play_turn(agency: Agency, engine: LibvirtEngine, place: Path, number: int) -> tuple[float, float, float]:
    """One server ordered, then the same definition started bare, then the server ended; seconds of each."""
    with Loop(agency.installation):
        begun = time.perf_counter()
        server = agency.order("server", f"s{number}", **_SERVER)
        ip = wait_for(lambda: _choices(agency, server.id).get("ip"))
        first_answer(place, ip)
        ours_s = time.perf_counter() - begun
        wait_for(lambda: _is_ready(agency, server.id))
        ready_s = time.perf_counter() - begun
    name, uri = engine.names.domain(server.id), engine.settings.uri
    definition = virsh(uri, "dumpxml", "--inactive", name)
    virsh(uri, "destroy", name)
    subprocess.run(["nsenter", f"--net={place}", "ip", "neigh", "flush", "all"], check=True)
    bare = engine.settings.state_dir / "bare.xml"
    bare.write_text(make_bare(definition, f"{name}-bare"), "utf-8")
    begun = time.perf_counter()
    virsh(uri, "create", str(bare))
    first_answer(place, ip)
    bare_s = time.perf_counter() - begun
    virsh(uri, "destroy", f"{name}-bare")
    ask_delete(agency.installation, server.id, agency.clerk)
    approve_erase(agency.installation, server.id, agency.lead)
    with Loop(agency.installation):
        pass
    return ours_s, bare_s, ready_s


def make_bare(definition: str, name: str) -> str:
    """The same machine under another name: transient, without our metadata."""
    root = ET.fromstring(definition)  # noqa: S314 - it comes from the hypervisor of this machine
    for tag in ("uuid", "metadata"):
        for element in root.findall(tag):
            root.remove(element)
    found = root.find("name")
    assert found is not None
    found.text = name
    return ET.tostring(root, encoding="unicode")


def answer_quickly(place: Path) -> None:
    """Asks for unknown addresses every 50 ms instead of every second, so that both sides are timed finely."""
    links = subprocess.run(
        ["nsenter", f"--net={place}", "ls", "/proc/sys/net/ipv4/neigh"], check=True, capture_output=True, text=True
    )
    for link in links.stdout.split():
        value = f"net.ipv4.neigh.{link}.retrans_time_ms=50"
        subprocess.run(["nsenter", f"--net={place}", "sysctl", "-q", "-w", value], check=True)


def first_answer(place: Path, ip: str) -> None:
    """Returns at the first answer to pings sent each 50 ms from the network's router."""
    command = ["nsenter", f"--net={place}", "ping", "-n", "-i", "0.05", ip]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as ping:
        assert ping.stdout is not None
        deadline = threading.Timer(_DEADLINE_S, ping.kill)
        deadline.start()
        answered = any("bytes from" in line and "ttl=" in line for line in ping.stdout)
        deadline.cancel()
        ping.kill()
    assert answered, f"{ip} did not answer within {_DEADLINE_S} s"


def virsh(uri: str, *words: str) -> str:
    """What virsh says."""
    return subprocess.run(["virsh", "-q", "-c", uri, *words], check=True, capture_output=True, text=True).stdout


def wait_for(ask: Callable[[], str | None]) -> str:
    """The first thing that the question gives, asked each 20 ms."""
    until = time.monotonic() + _DEADLINE_S
    while time.monotonic() < until:
        if found := ask():
            return found
        time.sleep(0.02)
    raise AssertionError("nothing came")


def _choices(agency: Agency, resource_id: str) -> dict[str, str]:
    with agency.installation.database.read() as connection:
        return dict(read_choices(connection, resource_id))


def _is_ready(agency: Agency, resource_id: str) -> str | None:
    query = select(resource_status.c.phase).where(resource_status.c.resource_id == resource_id)
    with agency.installation.database.read() as connection:
        return "ready" if connection.execute(query).scalar() == "ready" else None
