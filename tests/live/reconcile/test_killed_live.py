"""Workers killed by SIGKILL while they build and end real guests: the next one finishes, and nothing is left over."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.kits.live_site import LiveSite

from yunqi.kernel.errors import Problem
from yunqi.services.registry import check_delete
from yunqi.store.tables import certificate, fact

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.timeout(900)]

KILLS = int(os.environ.get("YUNQI_KILLS", "200"))
_CHECK_EVERY = 20


def test_killed_before_every_step_of_building_and_ending(site: LiveSite) -> None:
    """After one step is before the next: the world is the same at both, so each is killed at once."""
    seed, told, point = site.seed, [], 0
    while True:
        seed.order("network", "lan")
        seed.order("server", "web", vcpus=1, memory_gb="0.25", system_disk_gb=1, network="lan")
        seed.order("disk", "data", size_gb=1, server="web")
        seed.order("address", "front", server="web", bandwidth_mbit=10)
        building = site.kill_at(point)
        site.settle_and_check()
        seed.ask_delete("lan", "web", "data", "front")
        ending = site.kill_at(point)
        site.settle_and_check()
        assert seed.views() == []
        if building is None and ending is None:
            break
        told += [name.split()[1] for name in (building, ending) if name]
        point += 1
    assert {
        "reserve",
        "mark_phase",
        "put_network",
        "put_volume",
        "put_domain",
        "start_domain",
        "put_address",
        "mark_ready",
        "drop_address",
        "drop_domain",
        "erase_volume",
        "erase.overwrite",
        "erase.read_back",
        "erase.certificate",
        "erase.remove",
        "drop_network",
        "mark_gone",
    } <= set(told)


class Churn:
    """Orders, changes and ends a few resources, and hurts the real world, as chance has it."""

    def __init__(self, site: LiveSite, chance: random.Random) -> None:
        self.site, self.chance = site, chance

    def play(self) -> None:
        plays = [self.order, self.order, self.order, self.change, self.end, self.kill_guest, self.cut_link]
        with contextlib.suppress(Problem):  # what the order desk refuses is no order
            self.chance.choice(plays)()

    def order(self) -> None:
        """The first that the desk takes, of all that could be ordered."""
        seed = self.site.seed
        wishes: list[tuple[str, dict[str, Any]]] = []
        for number in range(2):
            size = {"vcpus": 1, "memory_gb": "0.25", "system_disk_gb": 1}
            wishes += [
                (f"network-{number}", {}),
                (f"server-{number}", {**size, "network": f"network-{number}"}),
                (f"disk-{number}", {"size_gb": 1, "grade": "high", "server": f"server-{number}"}),
                (f"address-{number}", {"server": f"server-{number}", "bandwidth_mbit": 10}),
            ]
        self.chance.shuffle(wishes)
        for name, fields in wishes:
            with contextlib.suppress(Problem):
                seed.order(name.split("-")[0], name, **fields)
                return

    def change(self) -> None:
        kind, field, value = self.chance.choice([("disk", "size_gb", 2), ("address", "bandwidth_mbit", 20)])
        views = [view for view in self.site.seed.views() if view.kind == kind]
        if views:
            self.site.seed.change(self.chance.choice(views).name, **{field: value})

    def end(self) -> None:
        """The first that nothing stands on."""
        views = self.site.seed.views()
        for view in self.chance.sample(views, len(views)):
            with contextlib.suppress(Problem):
                check_delete(view, views)
                self.site.seed.ask_delete(view.name)
                return

    def kill_guest(self) -> None:
        servers = [view for view in self.site.seed.views() if view.kind == "server"]
        if servers:
            name = self.site.names.domain(self.chance.choice(servers).id)
            # The hypervisor process of this guest alone, by the number that libvirt keeps of it.
            number = Path(f"/run/libvirt/qemu/{name}.pid")
            if number.exists():
                subprocess.run(["kill", "-9", number.read_text(encoding="ascii").strip()], check=False)

    def cut_link(self) -> None:
        networks = [view for view in self.site.seed.views() if view.kind == "network"]
        if networks:
            link = self.site.names.router_link(self.chance.choice(networks).id)
            subprocess.run(["ip", "link", "delete", "dev", link], check=False, capture_output=True)


def test_killed_at_random_instants(site: LiveSite) -> None:
    number = int(os.environ.get("YUNQI_KILLS_SEED", str(random.SystemRandom().randrange(10**6))))
    print(f"YUNQI_KILLS_SEED={number}")
    chance = random.Random(number)
    churn = Churn(site, chance)
    site.seed.order("network", "network-0")
    for count in range(1, KILLS + 1):
        for _ in range(chance.randint(1, 3)):
            churn.play()
        site.kill_after(chance.uniform(0.1, 1.4))
        if count % _CHECK_EVERY == 0:
            site.settle_and_check()
    site.settle_and_check()
    live = [view.name for view in site.seed.views()]
    if live:
        site.seed.ask_delete(*live)
    site.settle_and_check()
    assert site.seed.views() == []
    # Chance must have built and ended things, else nothing was tried.
    assert site.seed.count(certificate) >= KILLS // 20
    assert site.seed.count(fact, fact.c.kind == "resource.ready") >= KILLS // 10
    assert site.seed.count(fact, fact.c.kind == "resource.repairing") >= KILLS // 40
