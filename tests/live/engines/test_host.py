"""What the engine asks of the machine itself: libvirt once, and an accelerator that truly works."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.kits.engine import Things, put_all
from tests.kits.guests import answers_ping, wait_for_page

from yunqi.engines.files import load_json
from yunqi.engines.libvirt.accelerator import read_accelerator
from yunqi.engines.libvirt.daemon import ensure_libvirt
from yunqi.engines.libvirt.media import read_medium, require_in_place

pytestmark = pytest.mark.live


def _count(program: str) -> int:
    states = subprocess.run(["ps", "-C", program, "-o", "stat="], capture_output=True, text=True, check=False).stdout
    return sum(not state.startswith("Z") for state in states.split())


def test_libvirt_is_started_once_however_often_it_is_asked_for(image_dir):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ensure_libvirt(), range(8)))
    assert _count("libvirtd") == 1
    assert _count("virtlogd") == 1


@pytest.mark.slow
def test_accelerator_is_asked_of_a_guest_and_remembered(image_dir, tmp_path):
    memory = tmp_path / "accelerator.json"
    accelerator = read_accelerator(image_dir, memory)
    assert accelerator in {"kvm", "tcg"}
    start = time.monotonic()
    assert read_accelerator(image_dir, memory) == accelerator
    assert time.monotonic() - start < 1
    kept = load_json(memory)
    assert kept is None or kept["accelerator"] == accelerator


def test_the_medium_of_the_tests_overwrites_in_place(image_dir):
    assert require_in_place(image_dir) == read_medium(image_dir)


def test_guest_outlives_libvirt_and_is_found_again(live_engine):
    if Path("/run/systemd/system").exists():
        pytest.skip("an init system restarts libvirt here; that is its own to prove")
    engine, things = live_engine, Things()
    put_all(engine, things)
    assert wait_for_page(engine.place_outside(), things.address.public_ip)
    os.kill(int(Path("/run/libvirtd.pid").read_text()), signal.SIGKILL)
    assert answers_ping(engine.place_outside(), things.address.public_ip)
    assert engine.observe().domains[things.domain.id].running
    engine.stop_domain(things.domain.id, 1)
    assert not engine.observe().domains[things.domain.id].running
    assert _count("libvirtd") == 1
