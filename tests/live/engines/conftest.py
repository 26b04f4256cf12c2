"""Real sites on this machine: each test has one of its own, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from yunqi.engines.guest.build import build_guest_image
from yunqi.engines.libvirt.driver import LibvirtEngine
from yunqi.engines.libvirt.settings import LibvirtSettings

IMAGES = Path(os.environ.get("YUNQI_TEST_IMAGES", "/var/tmp/yunqi-test-images"))


@pytest.fixture(scope="session")
def image_dir() -> Path:
    """The folder with the micro image; kept from run to run, since its content names itself."""
    missing = [program for program in ("virsh", "qemu-system-x86_64", "nft", "tc", "curl") if not shutil.which(program)]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs root and {missing or 'nothing more'}")
    IMAGES.mkdir(parents=True, exist_ok=True)
    IMAGES.chmod(0o755)
    build_guest_image(IMAGES)
    return IMAGES


def make_site(image_dir: Path, *, accelerator: str = "tcg") -> LibvirtEngine:
    """A prepared engine of a new site."""
    site = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz0123456789") for _ in range(4))
    state_dir = Path("/var/tmp") / f"yunqi-live-{site}"
    state_dir.mkdir(mode=0o755)
    engine = LibvirtEngine(LibvirtSettings(site, state_dir, image_dir, accelerator=accelerator))
    engine.prepare()
    return engine


def end_site(engine: LibvirtEngine) -> None:
    """Takes the site away and asserts, also by other programs, that nothing of it is left on the machine."""
    engine.tear_down(with_data=True)
    assert engine.audit_leftovers() == []
    engine.close()
    # The site's four letters may stand in anything by chance; its names begin so.
    mine = re.compile(rf"\b(?:y|yq|yq-){engine.settings.site}")
    for command in (
        ["virsh", "list", "--all", "--name"],
        ["ip", "-o", "link"],
        ["ip", "netns", "list"],
        ["nft", "list", "ruleset"],
    ):
        assert not mine.findall(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    shutil.rmtree(engine.settings.state_dir)


@pytest.fixture
def live_engine(image_dir: Path) -> Iterator[LibvirtEngine]:
    engine = make_site(image_dir)
    yield engine
    end_site(engine)
