"""A real site for each test; nothing of it is left behind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kits.live_site import LiveSite, make_site

from yunqi.engines.guest.build import build_guest_image

IMAGES = Path(os.environ.get("YUNQI_TEST_IMAGES", "/var/tmp/yunqi-test-images"))
PROGRAMS = ("virsh", "qemu-system-x86_64", "nft", "tc", "ip")


@pytest.fixture(scope="session")
def image_dir() -> Path:
    """The folder with the micro image."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing or os.geteuid() != 0:
        assert os.environ.get("CI") != "true", f"needs root and {missing}"
        pytest.skip(f"needs root and {missing or 'nothing more'}")
    IMAGES.mkdir(parents=True, exist_ok=True)
    IMAGES.chmod(0o755)
    build_guest_image(IMAGES)
    return IMAGES


@pytest.fixture
def site(image_dir: Path) -> Iterator[LiveSite]:
    made = make_site(image_dir)
    yield made
    made.end()
