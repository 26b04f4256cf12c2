"""Three tenants on one machine, two of them with the same addresses: what a guest can reach, and what it is given."""

from __future__ import annotations

import os
import select
import subprocess
import time
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.kits.engine import MIB
from tests.kits.guests import answers_ping, ask_json, ask_page, measure_mbit, run_in, wait_for_page
from tests.live.engines.conftest import end_site, make_site
from tests.live.engines.test_libvirt_kit import kill_qemu, sh

from yunqi.engines.base import Address, Domain, Network, Port, Volume
from yunqi.kernel.ids import make_id

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("tenants")]

RATE_MBIT = 20
IOPS = 300
TOLERANCE = 0.15


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest with the place from which its own tenant's probe asks it, and its public address if it has one."""

    domain: Domain
    place: Any
    public_ip: str = ""

    @property
    def ip(self) -> str:
        return self.domain.ports[0].ip


@pytest.fixture(scope="module")
def engine(image_dir):
    engine = make_site(image_dir)
    yield engine
    end_site(engine)


@pytest.fixture(scope="module")
def networks(engine):
    cidrs = {"a": "10.31.0.0/24", "b": "10.31.0.0/24", "c": "10.32.0.0/24"}
    made = {t: Network(make_id("net"), f"ten-{t}", c, c.replace("0/24", "1")) for t, c in cidrs.items()}
    for network in made.values():
        engine.put_network(network, 1)
    return made


@pytest.fixture(scope="module")
def guests(engine, networks):
    made = {}
    plan = [("a1", "a", 10, 31), ("a2", "a", 11, 0), ("b1", "b", 10, 0), ("c1", "c", 10, 32)]
    for number, (name, tenant, host, public) in enumerate(plan):
        network = networks[tenant]
        ip = network.gateway.rsplit(".", 1)[0] + f".{host}"
        system = Volume(make_id("vol"), network.tenant, "normal", 8 * MIB, 5000)
        data = Volume(make_id("vol"), network.tenant, "high", 32 * MIB, IOPS)
        for volume in (system, data):
            engine.put_volume(volume, 1)
        port = Port(network.id, f"52:54:00:0a:0b:{number:02x}", ip)
        volumes = (system.id, data.id) if name == "a1" else (system.id,)
        domain = Domain(make_id("srv"), network.tenant, f"host-{name}", 1, 128, "micro", volumes, (port,))
        engine.put_domain(domain, 1)
        engine.start_domain(domain.id, 1)
        public_ip = f"203.0.113.{public}" if public else ""
        if public_ip:
            engine.put_address(Address(make_id("eip"), network.tenant, network.id, public_ip, ip, RATE_MBIT), 1)
        made[name] = Guest(domain, engine.place_of_network(network.id), public_ip)
    for guest in made.values():
        assert guest.domain.hostname in wait_for_page(guest.place, guest.ip)
    return made


def _fetches(guest: Guest, target: str) -> bool:
    return bool(ask_json(guest.place, guest.ip, f"/cgi-bin/fetch?http={target}")["answered"])


def _pings(guest: Guest, target: str) -> bool:
    return bool(ask_json(guest.place, guest.ip, f"/cgi-bin/fetch?ping={target}")["answered"])


def test_guest_has_what_was_ordered(engine, guests):
    size = ask_json(guests["a1"].place, guests["a1"].ip, "/cgi-bin/size")
    assert size["host"] == "host-a1"
    assert size["vcpus"] == 1
    assert 0.99 * 128 * MIB < size["memory_bytes"] <= 128 * MIB  # the firmware keeps a little for itself
    assert size["disks"] == {"vda": 8 * MIB, "vdb": 32 * MIB}


def test_same_tenant_is_reached(guests, networks):
    assert _fetches(guests["a1"], guests["a2"].ip)
    assert _pings(guests["a2"], guests["a1"].ip)
    assert _pings(guests["a1"], networks["a"].gateway)


def test_same_address_in_two_tenants_is_two_guests(guests):
    assert guests["a1"].ip == guests["b1"].ip
    assert "host-a1" in ask_page(guests["a1"].place, guests["a1"].ip)
    assert "host-b1" in ask_page(guests["b1"].place, guests["b1"].ip)
    assert not _pings(guests["b1"], guests["a2"].ip)


def test_other_tenant_reaches_neither_guest_nor_gateway_nor_host(guests, networks):
    stranger = guests["c1"]
    assert _pings(stranger, networks["c"].gateway)
    host_ip = sh("ip -4 -o addr show scope global | awk '{print $4}' | cut -d/ -f1 | head -n 1").strip()
    for target in (guests["a1"].ip, networks["a"].gateway, *([host_ip] if host_ip else [])):
        assert not _pings(stranger, target), target
    assert not _fetches(stranger, guests["a2"].ip)
    # and the other way: a guest without a public address leaves its network nowhere
    for target in (networks["c"].gateway, "203.0.113.1", stranger.public_ip):
        assert not _pings(guests["a2"], target), target


def test_public_address_answers_from_outside_and_private_ones_do_not(engine, guests):
    outside = engine.place_outside()
    assert "host-a1" in ask_page(outside, guests["a1"].public_ip)
    assert "host-c1" in ask_page(outside, guests["c1"].public_ip)
    assert _pings(guests["a1"], "203.0.113.1")
    assert _fetches(guests["c1"], guests["a1"].public_ip)  # as from anywhere in the Internet
    # A neighbour on the edge who routes into the tenant's private range by way of its router is not let in.
    run_in(outside, "ip", "route", "add", guests["a2"].ip, "via", guests["a1"].public_ip, "dev", "edge0", "onlink")
    try:
        assert not answers_ping(outside, guests["a2"].ip)
        assert not ask_page(outside, guests["a2"].ip)
    finally:
        run_in(outside, "ip", "route", "delete", guests["a2"].ip)


def test_foreign_source_address_is_dropped(guests):
    a1, a2 = guests["a1"], guests["a2"]
    assert ask_json(a1.place, a1.ip, f"/cgi-bin/spoof?as={a1.ip}&ping={a2.ip}")["answered"]
    assert not ask_json(a2.place, a2.ip, f"/cgi-bin/spoof?as=10.31.0.77&ping={a1.ip}")["answered"]


@pytest.mark.parametrize("to_guest", [True, False], ids=["to the guest", "from the guest"])
def test_bandwidth_is_what_was_ordered(engine, guests, to_guest):
    outside, ip = engine.place_outside(), guests["a1"].public_ip
    rate = measure_mbit(outside, ip, to_guest=to_guest, size_bytes=10_000_000)
    assert rate == pytest.approx(RATE_MBIT, rel=TOLERANCE)
    # without the ceiling the same guest is far faster: it is the ceiling that was measured
    inside = measure_mbit(guests["a1"].place, guests["a1"].ip, to_guest=to_guest, size_bytes=20_000_000)
    assert inside > 3 * RATE_MBIT


def test_bandwidth_changes_live(engine, guests, networks):
    address = next(a for a in engine.observe().addresses.values() if a.public_ip == guests["c1"].public_ip)
    engine.put_address(replace(address, rate_mbit=50), 1)
    rate = measure_mbit(engine.place_outside(), address.public_ip, to_guest=False, size_bytes=20_000_000)
    assert rate == pytest.approx(50, rel=TOLERANCE)


def test_disk_has_its_ceiling_and_grows_under_the_running_guest(engine, guests):
    guest = guests["a1"]
    data = engine.observe().volumes[guest.domain.volumes[1]].thing
    measured = ask_json(guest.place, guest.ip, "/cgi-bin/iops?disk=vdb&seconds=3")["iops"]
    assert measured == pytest.approx(IOPS, rel=TOLERANCE)
    bigger = replace(data, size_bytes=48 * MIB, iops_max=2 * IOPS)
    engine.put_volume(bigger, 1)
    assert ask_json(guest.place, guest.ip, "/cgi-bin/size")["disks"]["vdb"] == 48 * MIB
    measured = ask_json(guest.place, guest.ip, "/cgi-bin/iops?disk=vdb&seconds=3")["iops"]
    assert measured == pytest.approx(2 * IOPS, rel=TOLERANCE)


def test_usage_counts_what_went_over_the_wire(engine, guests):
    address = next(a for a in engine.observe().addresses.values() if a.public_ip == guests["a1"].public_ip)
    before = {usage.subject: usage.counters for usage in engine.read_usage()}
    measure_mbit(engine.place_outside(), address.public_ip, to_guest=True, size_bytes=2_000_000)
    after = {usage.subject: usage.counters for usage in engine.read_usage()}
    went = after[address.id]["bytes_in"] - before[address.id]["bytes_in"]
    assert 2_000_000 < went < 2_300_000
    domain = guests["a1"].domain.id
    assert after[domain]["port.0.received_bytes"] - before[domain]["port.0.received_bytes"] == pytest.approx(
        went, rel=0.1
    )
    assert after[domain]["cpu_time_ns"] > before[domain]["cpu_time_ns"]


def test_killed_guest_is_seen_and_comes_back(engine, guests):
    guest = guests["b1"]
    kill_qemu(engine.names.domain(guest.domain.id))
    assert not engine.observe().domains[guest.domain.id].running
    assert not ask_page(guest.place, guest.ip)
    engine.start_domain(guest.domain.id, 1)
    assert "host-b1" in wait_for_page(guest.place, guest.ip)


def test_dropped_address_ends_its_connections(engine, guests):
    outside, public_ip = engine.place_outside(), guests["c1"].public_ip
    address = next(a for a in engine.observe().addresses.values() if a.public_ip == public_ip)
    stream = subprocess.Popen(
        [
            "ip",
            "netns",
            "exec",
            outside.name,
            "curl",
            "-sN",
            "--max-time",
            "60",
            "--http0.9",
            f"http://{public_ip}:19/",
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert stream.stdout is not None
        assert stream.stdout.read(1_000_000)
        engine.drop_address(address.id, 1)
        # What was on its way still comes out of buffers; an open connection would never be silent for two seconds.
        until = time.monotonic() + 20
        while select.select([stream.stdout], [], [], 2)[0]:
            assert time.monotonic() < until
            assert os.read(stream.stdout.fileno(), 1 << 20)
        assert stream.poll() is None  # it still waits: the connection was cut, not ended
    finally:
        stream.kill()
        stream.wait()
    assert not ask_page(outside, public_ip)
    engine.put_address(address, 1)
    assert "host-c1" in wait_for_page(outside, public_ip)


def test_what_the_guest_wrote_is_on_the_medium_before_the_erase_and_not_after(engine, guests):
    guest, marker = guests["a1"], "streng-geheim-4711"
    volume = guest.domain.volumes[1]
    written = ask_json(guest.place, guest.ip, f"/cgi-bin/write?disk=vdb&marker={marker}&mib=4&offset=1048576")
    assert written == {"written_bytes": 4 * MIB, "same": True}
    path = engine.settings.state_dir / "volumes" / "high" / volume / "disk.raw"
    assert path.read_bytes().count(marker.encode()) == 4 * MIB // 512
    blocks = _physical_blocks(path)
    engine.drop_domain(guest.domain.id, 1)
    erasure = engine.erase_volume(volume, 1)
    assert erasure.bytes_overwritten >= 4 * MIB
    assert erasure.nonzero_found == 0
    assert path.read_bytes().count(0) == path.stat().st_size
    # The zeros lie on the very blocks of the medium where the marker lay: overwritten in place, not written beside it.
    assert _physical_blocks(path) == blocks


def _physical_blocks(path: Any) -> list[tuple[int, int]]:
    """Start and length, in sectors of the medium, of the file's extents."""
    sh("sync")
    extents = []
    for line in sh(f"filefrag -e -b512 {path}").splitlines():
        fields = [field.strip() for field in line.split(":")]
        if fields[0].isdigit():
            extents.append((int(fields[2].partition("..")[0]), int(fields[3])))
    assert extents
    return extents
