"""Fixtures of all tests: a database of the present schema, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from yunqi.store.database import Database, open_database
from yunqi.store.upgrade import upgrade_database

sys.path.insert(0, str(Path(__file__).parent))  # `kits` are imported by name

from kits.postgres import Cluster, PostgresMissingError


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private PostgreSQL; without one the test is skipped by name, and in CI it fails."""
    try:
        cluster = Cluster()
    except PostgresMissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> str:
    """The name of a database at the present schema, to be copied."""
    name = postgres.make_database()
    made = open_database(postgres.url_of(name))
    upgrade_database(made)
    made.close()
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file at the present schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "yunqi.db"
    made = open_database(f"sqlite:///{path}")
    upgrade_database(made)
    made.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database at the present schema, on each of the two."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "yunqi.db")
        made = open_database(f"sqlite:///{tmp_path / 'yunqi.db'}")
        yield made
        made.close()
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.make_database(request.getfixturevalue("postgres_template"))
    made = open_database(cluster.url_of(name))
    yield made
    made.close()
    cluster.drop_database(name)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database at the present schema."""
    shutil.copy(sqlite_template, tmp_path / "yunqi.db")
    made = open_database(f"sqlite:///{tmp_path / 'yunqi.db'}")
    yield made
    made.close()
