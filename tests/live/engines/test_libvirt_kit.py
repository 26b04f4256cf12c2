"""The one-machine engine passes the kit; what it says is checked by virsh, ping, nft, tc and the file system."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.kits.engine import EngineKit, Things, put_all
from tests.kits.guests import answers_ping, wait_for_page
from tests.live.engines.conftest import end_site, make_site

from yunqi.engines.files import locked
from yunqi.kernel.errors import Trouble

pytestmark = pytest.mark.live


class TestLibvirtEngine(EngineKit):
    @pytest.fixture(autouse=True)
    def _keep_engine(self, engine) -> None:
        self.engine = engine

    @pytest.fixture
    def engine(self, request):
        return request.getfixturevalue("live_engine")

    def kill_domain(self, engine, things):
        kill_qemu(engine.names.domain(things.domain.id))

    def lose_network_part(self, engine, things):
        sh(f"ip netns exec {engine.names.router(things.network.id)} nft flush ruleset")

    def lose_address_part(self, engine, things):
        sh(f"tc qdisc delete dev {engine.names.up_link(things.network.id)} root")

    def leave_stray(self, engine):
        folder = engine.settings.state_dir / "volumes" / "high" / "vol-half.partial"
        folder.mkdir(parents=True)
        (folder / "disk.raw").write_bytes(b"half")
        return "volume:high/vol-half.partial"

    def look_outside(self, things):
        names, domain = self.engine.names, things.domain
        assert sh(f"virsh domstate {names.domain(domain.id)}").strip() == "running"
        assert wait_for_page(self.engine.place_of_network(things.network.id), domain.ports[0].ip)
        assert answers_ping(self.engine.place_outside(), things.address.public_ip)
        for volume in (things.system, things.data):
            path = self.engine.settings.state_dir / "volumes" / volume.grade / volume.id / "disk.raw"
            assert f"({volume.size_bytes} bytes)" in sh(f"qemu-img info --force-share {path}")
        assert names.tap(domain.id, 0) in sh(f"ip -o link show master {names.bridge(things.network.id)}")

    def look_gone(self, things):
        for text in (sh("virsh list --all --name"), sh("ip netns list"), sh("nft list ruleset")):
            for thing in (things.domain, things.network, things.address):
                assert thing.id not in text
        assert not list(self.engine.settings.state_dir.glob("volumes/*/*"))

    @pytest.mark.parametrize(
        "loss",
        [
            "tc class change dev {up} parent 1: classid 1:1a htb rate 1gbit",
            "tc filter delete dev {up} parent 1:",
            "tc -n {router} qdisc delete dev wan root",
            "ip -n {router} addr flush dev wan",
            "ip netns exec {router} nft flush chain ip yunqi postrouting",
        ],
    )
    def test_each_lost_part_of_an_address_is_seen_and_mended(self, engine, things, loss):
        engine.put_network(things.network, 1)
        engine.put_address(things.address, 1)
        names = engine.names
        sh(loss.format(router=names.router(things.network.id), up=names.up_link(things.network.id)))
        assert things.address.id in engine.observe().incomplete
        engine.put_address(things.address, 1)
        assert engine.observe().incomplete == frozenset()

    def test_one_public_address_leads_to_one_port(self, engine, things):
        engine.put_network(things.network, 1)
        engine.put_address(things.address, 1)
        with pytest.raises(Trouble) as caught:
            engine.put_address(replace(things.address, id="eip-other"), 1)
        assert caught.value.code == "engine.in_use"

    def test_half_made_namespace_is_a_stray_or_mended(self, engine, things):
        Path("/run/netns").mkdir(exist_ok=True)
        stray = Path("/run/netns") / engine.names.router("net-lost")
        stray.touch()
        known = Path("/run/netns") / engine.names.router(things.network.id)
        known.touch()
        assert f"place:{stray.name}" in engine.observe().strays
        engine.put_network(things.network, 1)
        engine.sweep_strays(1)
        assert not stray.exists()
        assert engine.observe().strays == ()
        assert engine.observe().incomplete == frozenset()

    def test_disk_in_the_making_is_no_stray(self, engine, things):
        half = engine._volumes.make_half(things.data)
        with locked(engine._volume_lock(things.data.id)):
            assert engine.observe().strays == ()
            assert engine.sweep_strays(1) == ()
        assert engine.sweep_strays(1) == (f"volume:high/{half.name}",)

    def test_damaged_volume_is_told_and_never_made_anew(self, engine, things):
        engine.put_volume(things.data, 1)
        disk = engine.settings.state_dir / "volumes" / "high" / things.data.id / "disk.raw"
        disk.unlink()
        assert f"damaged:high/{things.data.id}" in engine.observe().strays
        with pytest.raises(Trouble) as caught:
            engine.put_volume(things.data, 1)
        assert caught.value.code == "engine.damaged"
        assert engine.sweep_strays(1) == ()


@pytest.fixture(scope="module")
def running(image_dir):
    engine, things = make_site(image_dir), Things()
    put_all(engine, things)
    assert wait_for_page(engine.place_outside(), things.address.public_ip)
    yield engine, things
    end_site(engine)


@pytest.mark.xdist_group("lost parts")
class TestLostParts:
    """One running guest, whose network loses one part after another."""

    @pytest.mark.parametrize(
        "loss",
        [
            "ip netns delete {router}",
            "ip link delete dev {bridge}",
            "ip link delete dev {up}",
            "ip link set dev {rlink} nomaster",
            "ip -n {router} addr flush dev lan",
            "ip -n {router} route delete default",
            "ip -n {router} link set dev lan down",
            "ip netns exec {router} sh -c 'echo 0 > /proc/sys/net/ipv4/ip_forward'",
            "ip netns exec {router} nft add rule ip yunqi forward accept",
            "ip netns exec {router} nft flush chain ip yunqi input",
            "nft flush set bridge {guard} ports",
            "nft delete table bridge {guard}",
            "ip link set dev {tap} nomaster",
            "ip netns delete {outside}",
        ],
    )
    def test_each_lost_part_of_a_network_is_seen_and_mended(self, running, loss):
        engine, things = running
        names = engine.names
        sh(
            loss.format(
                router=names.router(things.network.id),
                bridge=names.bridge(things.network.id),
                up=names.up_link(things.network.id),
                rlink=names.router_link(things.network.id),
                tap=names.tap(things.domain.id, 0),
                guard=names.guard_table,
                outside=names.outside,
            )
        )
        assert things.network.id in engine.observe().incomplete
        engine.put_network(things.network, 1)
        assert engine.observe().incomplete == frozenset()
        assert wait_for_page(engine.place_outside(), things.address.public_ip)


def sh(command: str) -> str:
    """What the shell command printed; it must succeed."""
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def kill_qemu(name: str) -> None:
    """SIGKILL to the guest's process, and waits until the hypervisor has noticed."""
    os.kill(int(Path(f"/run/libvirt/qemu/{name}.pid").read_text()), signal.SIGKILL)
    for _ in range(100):
        if sh(f"virsh domstate {name}").strip() == "shut off":
            return
        time.sleep(0.05)
    raise AssertionError(f"{name} is still seen running")
