"""An installation on the fake engine, in memory where the machine has such a place: its files are synced often."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.kits.reconcile import Installation
from tests.kits.seed import Seed

from yunqi.store.database import open_database


@pytest.fixture
def make_installation(sqlite_template: Path) -> Iterator[Callable[[], Installation]]:
    """Makes fresh installations; all are taken away at the end."""
    shared = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(prefix="yunqi-test-", dir=shared if shared.is_dir() else None))
    opened: list[Installation] = []

    def make() -> Installation:
        while opened:
            opened.pop().seed.database.close()
        shutil.rmtree(root)
        root.mkdir()
        shutil.copy(sqlite_template, root / "yunqi.db")
        opened.append(Installation(Seed(open_database(f"sqlite:///{root / 'yunqi.db'}")), root / "engine"))
        return opened[-1]

    yield make
    while opened:
        opened.pop().seed.database.close()
    shutil.rmtree(root)


@pytest.fixture
def installation(make_installation: Callable[[], Installation]) -> Installation:
    return make_installation()
