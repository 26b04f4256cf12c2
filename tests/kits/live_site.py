"""A site of libvirt with workers that are killed: the test itself never opens the hypervisor, its children do."""

from __future__ import annotations

import json
import os
import pickle
import re
import secrets
import shutil
import signal
import subprocess
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.kits.reconcile import SITE, check_everything
from tests.kits.seed import Seed

from yunqi.engines.libvirt.driver import LibvirtEngine
from yunqi.engines.libvirt.settings import LibvirtSettings, Names
from yunqi.reconcile.erase import EraseApart, erase_now
from yunqi.reconcile.executor import no_observer
from yunqi.reconcile.loop import Reconciler
from yunqi.services.base import ResourceView
from yunqi.services.registry import load_services
from yunqi.store.database import open_database
from yunqi.store.upgrade import upgrade_database

_SETTLE_S = 120


def make_site(image_dir: Path) -> LiveSite:
    """A prepared site with an empty database and a contract."""
    site = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz0123456789") for _ in range(4))
    folder = Path("/var/tmp") / f"yunqi-live-{site}"
    folder.mkdir(mode=0o755)
    database = open_database(f"sqlite:///{folder / 'yunqi.db'}")
    upgrade_database(database)
    settings = LibvirtSettings(site, folder / "engine", image_dir, accelerator="tcg")
    (folder / "engine").mkdir(mode=0o755)
    made = LiveSite(settings, Seed(database), folder)
    made.in_child(lambda engine: engine.prepare())
    return made


@dataclass
class LiveSite:
    """One installation on this machine."""

    settings: LibvirtSettings
    seed: Seed
    folder: Path

    @property
    def names(self) -> Names:
        return Names(self.settings.site)

    # --- workers

    def start_child(self, work: Callable[[LibvirtEngine], Any]) -> tuple[int, int]:
        """Begins the work in a child with an engine of its own; its number, and where its result will come."""
        self.seed.database.close()
        result, report = os.pipe()
        child = os.fork()
        if child:
            os.close(report)
            return child, result
        status = 1
        try:
            os.close(result)
            os.setpgid(0, 0)
            engine = LibvirtEngine(self.settings)
            outcome = work(engine)
            os.write(report, pickle.dumps(outcome))
            status = 0
        except BaseException:  # noqa: BLE001  (the child must never return into the test)
            traceback.print_exc()
        finally:
            os._exit(status)

    def in_child(self, work: Callable[[LibvirtEngine], Any]) -> Any:
        """The result of the work, done in a child; fails when the child does."""
        child, result = self.start_child(work)
        with os.fdopen(result, "rb") as stream:
            outcome = stream.read()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        return pickle.loads(outcome)  # noqa: S301  (written by our own child)

    def worker(
        self, engine: LibvirtEngine, on_step: Callable[[str], None] = no_observer, *, apart: bool = True
    ) -> Reconciler:
        """`apart`: erasures in a thread of their own, as in a server."""
        database = open_database(self.seed.database.url)
        erase = EraseApart() if apart else erase_now
        return Reconciler(database, engine, SITE, load_services(), on_step=on_step, erase=erase)

    def kill_at(self, point: int) -> str | None:
        """A worker that SIGKILLs itself before its nth step; the step's name, or None when it had fewer."""
        mark = self.folder / "point"
        mark.unlink(missing_ok=True)

        def work(engine: LibvirtEngine) -> None:
            left = point

            def fuse(told: str) -> None:
                nonlocal left
                if told.startswith("before"):
                    left -= 1
                    if left < 0:
                        mark.write_text(told, encoding="utf-8")
                        os.kill(os.getpid(), signal.SIGKILL)

            self.worker(engine, fuse, apart=False).run_until_settled(_SETTLE_S)

        child, result = self.start_child(work)
        with os.fdopen(result, "rb") as stream:
            stream.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in {0, -signal.SIGKILL}
        return mark.read_text(encoding="utf-8") if status else None

    def kill_after(self, delay_s: float) -> None:
        """A worker of endless rounds, killed by SIGKILL after a while."""

        def work(engine: LibvirtEngine) -> None:
            self.worker(engine).run_forever(threading.Event(), interval_s=0.05)

        child, result = self.start_child(work)
        os.close(result)
        time.sleep(delay_s)
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL

    # --- what must be so

    def settle_and_check(self) -> None:
        """The next worker finishes; then engine, database, hypervisor, files and kernel hold what is wanted."""

        def work(engine: LibvirtEngine) -> Any:
            self.worker(engine).run_until_settled(_SETTLE_S)
            return engine.observe()

        check_everything(self.seed, self.in_child(work))
        self.check_from_outside(self.seed.views())

    def check_from_outside(self, views: list[ResourceView]) -> None:
        """Compares by other programs: virsh, ip, nft, tc and the files."""
        names, kinds = self.names, {view.id: view.kind for view in views}

        def of(kind: str) -> list[str]:
            return sorted(key for key, is_kind in kinds.items() if is_kind == kind)

        servers, networks = of("server"), of("network")
        assert self._list_domains("--all") == {names.domain(key) for key in servers}
        assert self._list_domains("--state-running") == {names.domain(key) for key in servers}
        volumes = {path.name for path in (self.settings.state_dir / "volumes").glob("*/*")}
        assert volumes == {f"{key}-sys" for key in servers} | set(of("disk"))
        links = {link["ifname"] for link in json.loads(ask("ip", "-j", "link"))}
        ours = {link for link in links if link.startswith(names.link_prefix)}
        assert ours == {
            names.edge_bridge,
            names.edge_link,
            *(part(key) for key in networks for part in (names.bridge, names.router_link, names.up_link)),
            *(names.tap(key, 0) for key in servers),
        }
        places = {line.split()[0] for line in ask("ip", "netns", "list").splitlines() if line}
        assert {place for place in places if place.startswith(names.place_prefix)} == {
            names.outside,
            *(names.router(key) for key in networks),
        }
        guard = ask("nft", "list", "set", "bridge", names.guard_table, "ports")
        assert guard.count(f'"{names.link_prefix}t') == len(servers)
        self._check_addresses(views)

    def _check_addresses(self, views: list[ResourceView]) -> None:
        by_id = {view.id: view for view in views}
        wanted: dict[str, int] = {view.id: 0 for view in views if view.kind == "network"}
        for view in views:
            if view.kind == "address":
                wanted[by_id[view.spec["server"]].spec["network"]] += 1
        for network, count in wanted.items():
            place = ("ip", "netns", "exec", self.names.router(network))
            assert len(re.findall(r"\bdnat (?:ip )?to ", ask(*place, "nft", "list", "ruleset"))) == count, network
            shaped = ask(*place, "tc", "class", "show", "dev", "wan").count("class htb")
            assert shaped == count, network

    def _list_domains(self, state: str) -> set[str]:
        listed = ask("virsh", "-c", self.settings.uri, "list", "--name", state)
        return {name for name in listed.split() if name.startswith(self.names.domain_prefix)}

    def end(self) -> None:
        """Takes the site away, and nothing of it is left on the machine."""
        self.in_child(lambda engine: engine.tear_down(with_data=True))
        assert self.in_child(lambda engine: engine.audit_leftovers()) == []
        self.seed.database.close()
        shutil.rmtree(self.folder)


def ask(*command: str) -> str:
    """What a program of this machine says."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
