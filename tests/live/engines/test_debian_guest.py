"""The full Debian guest: boots from its own disk, and cloud-init gives it its name and address."""

from __future__ import annotations

import json
import subprocess
import time

import pytest
from tests.kits.guests import answers_ping, run_in
from tests.live.engines.conftest import end_site, make_site

from yunqi.engines.base import Domain, Network, Port, Volume
from yunqi.engines.guest.debian import DISK_BYTES, build_debian_image
from yunqi.engines.libvirt.domain_xml import console_path
from yunqi.kernel.ids import make_id
from yunqi.probes.base import Target
from yunqi.probes.registry import ask

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.timeout(1200)]

BOOT_DEADLINE_S = 400


def test_debian_boots_with_cloud_init_and_answers_ssh(image_dir):
    build_debian_image(image_dir)
    engine = make_site(image_dir)
    try:
        network = Network(make_id("net"), "ten-d", "10.40.0.0/24", "10.40.0.1")
        system = Volume(make_id("vol"), "ten-d", "normal", DISK_BYTES + (512 << 20), 20_000, image="debian-12")
        port = Port(network.id, "52:54:00:0d:0e:01", "10.40.0.9")
        domain = Domain(make_id("srv"), "ten-d", "buero-1", 2, 384, "debian-12", (system.id,), (port,))
        engine.put_network(network, 1)
        engine.put_volume(system, 1)
        engine.put_domain(domain, 1)
        engine.start_domain(domain.id, 1)
        console = console_path(engine.settings, domain.id)
        place, until = engine.place_of_network(network.id), time.monotonic() + BOOT_DEADLINE_S
        said = ""
        while time.monotonic() < until and "buero-1 login:" not in said:
            time.sleep(2)
            said = console.read_text(errors="replace") if console.exists() else ""
        assert "buero-1 login:" in said, said[-3000:]
        assert answers_ping(place, port.ip)
        # The login prompt may come before the guest's SSH server listens.
        banner = ""
        while time.monotonic() < until and not banner:
            time.sleep(1)
            banner = run_in(
                place, "curl", "-s", "-m", "10", "--http0.9", "--output", "-", f"telnet://{port.ip}:22"
            ).stdout
        assert banner.startswith("SSH-2.0-OpenSSH")
        # The guest's own agent says that its file system was grown from the image's size to what was ordered.
        ask = ["virsh", "qemu-agent-command", engine.names.domain(domain.id), '{"execute": "guest-get-fsinfo"}']
        answer = subprocess.run(ask, capture_output=True, text=True, check=True, timeout=60).stdout
        (root,) = (entry for entry in json.loads(answer)["return"] if entry["mountpoint"] == "/")
        assert DISK_BYTES < root["total-bytes"] <= DISK_BYTES + (512 << 20)
        see_agent(engine.settings.uri, engine.names.domain(domain.id))
    finally:
        end_site(engine)


def see_agent(uri: str, name: str) -> None:
    """The probe of the guest's agent: up, down while the guest is halted, up again, unknown for no such guest."""

    def seen(address: str) -> str:
        return ask(Target("x", "c", "guest", address), 5.0).verdict

    assert seen(f"{uri}#{name}") == "up"
    subprocess.run(["virsh", "-c", uri, "suspend", name], check=True, timeout=60, capture_output=True)
    try:
        assert seen(f"{uri}#{name}") == "down"
    finally:
        subprocess.run(["virsh", "-c", uri, "resume", name], check=True, timeout=60, capture_output=True)
    until = time.monotonic() + 30
    while seen(f"{uri}#{name}") != "up":
        assert time.monotonic() < until
    assert seen(f"{uri}#yq-none") == "unknown"
    assert seen(f"qemu+unix:///system?socket=/nowhere#{name}") == "unknown"
    assert seen(name) == "unknown"
