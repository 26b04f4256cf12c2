"""Probes from within network namespaces, side by side in one process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.kits.probe import ProbeKit

from yunqi.probes.base import Target
from yunqi.probes.registry import ask

pytestmark = pytest.mark.live
NAMES = [f"yqp{os.getpid() % 10000}{letter}" for letter in "ab"]


@pytest.fixture
def places() -> Iterator[list[str]]:
    """Two namespaces with the same address 10.9.0.1 inside, a web server in the first only."""
    for name in NAMES:
        _run("ip", "netns", "add", name)
        _run("ip", "-n", name, "link", "set", "lo", "up")
        _run("ip", "-n", name, "addr", "add", "10.9.0.1/32", "dev", "lo")
    command = ["ip", "netns", "exec", NAMES[0], sys.executable, "-m", "http.server", "8080", "--bind", "10.9.0.1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if ask(Target("x", "c", "tcp", "10.9.0.1:8080", f"/run/netns/{NAMES[0]}"), 0.5).verdict == "up":
                break
            time.sleep(0.1)
        yield [f"/run/netns/{name}" for name in NAMES]
    finally:
        server.kill()
        server.wait()
        for name in NAMES:
            _run("ip", "netns", "delete", name)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=20)


def test_each_probe_sees_the_place_it_is_sent_to(places: list[str]) -> None:
    first, second = places
    asked = [
        ("http", "http://10.9.0.1:8080/", first, "up"),
        ("http", "http://10.9.0.1:8080/", second, "down"),
        ("tcp", "10.9.0.1:8080", first, "up"),
        ("tcp", "10.9.0.1:8080", second, "down"),
        ("icmp", "10.9.0.1", first, "up"),
        ("icmp", "10.9.0.1", second, "up"),
        ("icmp", "10.9.0.2", first, "unknown"),  # the namespace has no way there: nothing was asked
        ("tcp", "127.0.0.1:1", None, "down"),
    ] * 6
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda one: ask(Target("x", "c", one[0], one[1], one[2]), 3.0), asked))
    assert [one.verdict for one in seen] == [one[3] for one in asked], seen


class TestIcmp(ProbeKit):
    """From a namespace whose neighbour is a wire without anybody at its end."""

    probe = "icmp"
    place_of_silence = f"/run/netns/{NAMES[0]}s"

    @pytest.fixture(autouse=True)
    def silence(self) -> Iterator[None]:
        name = f"{NAMES[0]}s"
        _run("ip", "netns", "add", name)
        _run("ip", "-n", name, "link", "add", "w0", "type", "veth", "peer", "name", "w1")
        for link in ("w0", "w1"):
            _run("ip", "-n", name, "link", "set", link, "up")
        _run("ip", "-n", name, "addr", "add", "10.9.1.1/24", "dev", "w0")
        yield
        _run("ip", "netns", "delete", name)

    @contextmanager
    def answering(self) -> Iterator[str]:
        yield "127.0.0.1"

    def refusing(self) -> str:
        return "10.9.1.2"


def test_a_thread_comes_home(places: list[str]) -> None:
    before = Path("/proc/thread-self/ns/net").readlink()
    ask(Target("x", "c", "icmp", "10.9.0.1", places[0]), 1.0)
    assert Path("/proc/thread-self/ns/net").readlink() == before
