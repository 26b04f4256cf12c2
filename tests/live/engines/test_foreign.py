"""Guests that somebody else built are listed as they are and never touched, whatever our engine does."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from tests.kits.engine import Things, put_all

from yunqi.engines.guest.catalogue import load_image
from yunqi.operations.adoption.matching import compute_plan
from yunqi.operations.adoption.plan import Line, Setting
from yunqi.operations.adoption.running import load_running

pytestmark = pytest.mark.live
DOMAIN = """<domain type="qemu"><name>{name}</name><title>{title}</title><memory unit="MiB">{memory}</memory>
<vcpu current="2">4</vcpu><os><type arch="x86_64" machine="q35">hvm</type><kernel>{kernel}</kernel>
<initrd>{initrd}</initrd><cmdline>{cmdline}</cmdline></os><devices>{disks}</devices></domain>"""
DISK = """<disk type="file" device="disk"><driver name="qemu" type="raw"/><source file="{path}"/>
<target dev="{target}" bus="virtio"/></disk>"""


def virsh(*words: str) -> str:
    return subprocess.run(["virsh", *words], capture_output=True, text=True, check=True).stdout


class Neighbour:
    """Two guests defined by hand: one runs with two disks, one is shut off."""

    def __init__(self, folder: Path, image_dir: Path) -> None:
        image = load_image(image_dir, "micro")
        self.mark = "n" + "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(6))
        self.names = (f"{self.mark}-app", f"{self.mark}-old")
        for name, sizes in zip(self.names, (("3G", "1G"), ("2G",)), strict=True):
            disks = ""
            for no, size in enumerate(sizes):
                path = folder / f"{name}-{no}.raw"
                subprocess.run(["truncate", "-s", size, path], check=True)
                path.chmod(0o666)
                disks += DISK.format(path=path, target=f"vd{'ab'[no]}")
            xml = folder / f"{name}.xml"
            xml.write_text(
                DOMAIN.format(
                    name=name,
                    title="门户应用" if sizes[0] == "3G" else "",
                    memory=256,
                    kernel=image_dir / image.name / image.kernel,
                    initrd=image_dir / image.name / image.initrd,
                    cmdline=image.cmdline,
                    disks=disks,
                ),
                "utf-8",
            )
            virsh("define", str(xml))
        virsh("start", self.names[0])

    def state(self) -> list[str]:
        """What the hypervisor says of both, definition and all; the counters of a running one change."""
        return [virsh("dumpxml", name) + virsh("domstate", name) + virsh("domid", name) for name in self.names]

    def end(self) -> None:
        for name in self.names:
            subprocess.run(["virsh", "destroy", name], capture_output=True, check=False)
            subprocess.run(["virsh", "undefine", name], capture_output=True, check=False)


@pytest.fixture
def neighbour(live_engine, image_dir: Path) -> Iterator[Neighbour]:
    folder = Path("/var/tmp") / f"yunqi-foreign-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    made = Neighbour(folder, image_dir)
    yield made
    made.end()
    shutil.rmtree(folder)


def line(no: int, item: str, contracted: int) -> Line:
    return Line(f"pln-{no}", no, item, item, "", Fraction(contracted), Fraction(0), "span", {})


def test_what_runs_beside_us_is_listed_and_left_alone(live_engine, neighbour: Neighbour) -> None:
    things = Things()
    put_all(live_engine, things)
    before = neighbour.state()
    listed = {one.name: one for one in live_engine.list_foreign() if one.name.startswith(neighbour.mark)}
    assert set(listed) == set(neighbour.names)
    app, old = (listed[name] for name in neighbour.names)
    assert (app.vcpus, app.memory_mib, app.disks, app.running) == (2, 256, (3 << 30, 1 << 30), True)
    assert (app.title, app.uuid) == ("门户应用", virsh("domuuid", app.name).strip())
    assert (old.disks, old.running) == ((2 << 30,), False)
    ours = live_engine.names.domain(things.domain.id)
    assert ours not in {one.name for one in live_engine.list_foreign()}

    found = load_running(live_engine.list_foreign(), f"{neighbour.mark}-*")
    lines = (line(1, "compute.vcpu", 8), line(2, "compute.memory", 8), line(3, "storage.normal", 4))
    plan = compute_plan(found, Setting("市局", date(2026, 1, 1), date(2026, 1, 2), None, lines, ()))
    assert {one.name: one.spec["memory_gb"] for one in plan.takes if one.kind == "server"} == {
        app.name: "0.25",
        old.name: "0.25",
    }
    assert [(one.item, one.listed, one.over) for one in plan.lines] == [
        ("compute.vcpu", "4", None),
        ("compute.memory", "0.5", None),
        ("storage.normal", "6", "2"),
    ]

    (usage,) = live_engine.read_foreign_usage({app.uuid: "srv-app", old.uuid: "srv-old"})
    assert usage.subject == "srv-app"  # the other does not run
    assert usage.counters["cpu_time_ns"] > 0
    assert {"volume.0.read_operations", "volume.1.read_operations"} <= set(usage.counters)
    observed = live_engine.observe()
    assert not any(neighbour.mark in name for name in (*observed.domains, *observed.strays))
    live_engine.sweep_strays(9)
    live_engine.stop_domain(things.domain.id, 9)
    live_engine.drop_domain(things.domain.id, 9)
    assert neighbour.state() == before
