"""Fixtures of all tests: a database of the present schema, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gettext
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import text
from tests.kits.postgres import Cluster, PostgresMissingError

from yunqi.kernel.words import use_catalogue
from yunqi.store.database import Database, open_database
from yunqi.store.signing import SigningKey, load_signing_key
from yunqi.store.tables import metadata
from yunqi.store.upgrade import upgrade_database

settings.register_profile("yunqi", deadline=None)  # how long an example takes is the machine's matter, not the rule's
settings.load_profile("yunqi")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with a slow test come first, then those with many tests: files are shared out whole between processes, and
    a long one that begins last leaves the other process idle. (`--no-loadscope-reorder` keeps this order.)
    """
    if not hasattr(config, "workerinput"):
        return  # one process takes all of them in any order
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    counts = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -counts[item.path]))


@pytest.fixture(autouse=True)
def chinese_again() -> Iterator[None]:
    """What one test says in another language, the next does not."""
    yield
    use_catalogue(gettext.NullTranslations())


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


@pytest.fixture(scope="session")
def postgres_shared(postgres: Cluster, postgres_template: str) -> Iterator[Database]:
    """One database for all tests that leave its schema alone; emptied before each."""
    made = open_database(postgres.url_of(postgres.make_database(postgres_template)))
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database at the present schema, on each of the two."""
    made: Database = request.getfixturevalue(f"{request.param}_database")
    return made


@pytest.fixture
def postgresql_database(postgres_shared: Database) -> Database:
    """The shared PostgreSQL database, emptied."""
    with postgres_shared.write() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # foreign keys sleep
        for table in metadata.tables.values():
            connection.execute(table.delete())
    return postgres_shared


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Like `database`, for tests that change the schema: nobody else has it."""
    if request.param == "sqlite":
        yield from _copy_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.make_database(request.getfixturevalue("postgres_template"))
    made = open_database(cluster.url_of(name))
    yield made
    made.close()
    cluster.drop_database(name)


def _copy_sqlite(template: Path, folder: Path) -> Iterator[Database]:
    shutil.copy(template, folder / "yunqi.db")
    made = open_database(f"sqlite:///{folder / 'yunqi.db'}")
    yield made
    made.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database at the present schema."""
    yield from _copy_sqlite(sqlite_template, tmp_path)


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    """A key that signs day roots."""
    return load_signing_key(tmp_path_factory.mktemp("keys") / "root.pem")
