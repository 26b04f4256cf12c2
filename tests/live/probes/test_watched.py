"""What the parties agreed to watch becomes targets, asked from the place they named, of a real guest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.kits.guests import wait_for_page
from tests.kits.live_site import LiveSite

from yunqi.engines.libvirt.driver import LibvirtEngine
from yunqi.operations.installation import Installation
from yunqi.operations.settings import load_settings
from yunqi.operations.watch import write_targets
from yunqi.probes.runner import run_round
from yunqi.probes.targets import load_targets
from yunqi.reconcile.gather import read_world
from yunqi.store.database import open_database
from yunqi.store.watches import begin_watch

pytestmark = [pytest.mark.live, pytest.mark.slow]


def test_a_page_is_watched_from_within_its_network_and_is_not_seen_from_outside(site: LiveSite) -> None:
    site.seed.order("network", "lan")
    site.seed.order("server", "web", vcpus=1, memory_gb="0.25", system_disk_gb=1, network="lan")

    def work(engine: LibvirtEngine) -> list[tuple[str, str, str]]:
        site.worker(engine).run_until_settled(120)
        database = open_database(site.seed.database.url)
        web, lan, now = site.seed.ids["web"], site.seed.ids["lan"], datetime.now(UTC)
        ip = read_world(database).choices[web]["ip"]
        wait_for_page(engine.place_of_network(lan), ip)
        people: dict[str, Any] = {"unit_person": site.seed.person, "provider_person": site.seed.person, "now": now}
        watched = [("http", f"http://{ip}/", lan), ("http", f"http://{ip}/", None), ("guest", "agent", None)]
        with database.write() as connection:
            for probe, address, network in watched:
                begin_watch(
                    connection,
                    site.seed.contract,
                    object_=web,
                    probe=probe,
                    address=address,
                    network_id=network,
                    **people,
                )
        home = site.folder / "home"
        home.mkdir()
        (home / "site.toml").write_text(f'site_id = "{site.settings.site}"\n', "utf-8")
        installation = Installation(load_settings(home), database, lambda _settings: engine)
        assert write_targets(installation) == 4
        targets = load_targets(installation.settings.targets_path)
        with ThreadPoolExecutor(4) as pool:
            seen = run_round(targets, now, 10, pool)
        return [(one.probe, one.origin.partition(":")[0], one.verdict) for one in seen]

    assert site.in_child(work) == [
        ("icmp", "measured", "up"),  # watched by itself
        ("http", "measured", "up"),
        ("http", "measured", "unknown"),  # there is no way from outside: nothing was asked
        ("guest", "measured", "unknown"),  # no agent runs in this image
    ]
