"""The short way of asking: it sees what is committed, changes nothing, and mends itself."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from yunqi.store.database import Database
from yunqi.store.tables import organisation

NAMES = "SELECT name, role FROM organisation WHERE role = :role ORDER BY name"


def add(database: Database, name: str) -> None:
    with database.write() as connection:
        row = {"id": f"org-{name}", "name": name, "role": "provider"}
        connection.execute(organisation.insert().values(recorded_at=datetime(2026, 11, 2, tzinfo=UTC), **row))


def names(database: Database) -> list[str]:
    return [row.name for row in database.look_up(NAMES, {"role": "provider"})]


def test_it_sees_each_commit_at_once_and_nothing_before(database: Database) -> None:
    assert names(database) == []
    add(database, "甲")
    assert names(database) == ["甲"]
    with database.unit() as connection:
        connection.execute(organisation.delete())
        assert names(database) == ["甲"]
    assert names(database) == []


def test_it_changes_nothing(database: Database) -> None:
    add(database, "甲")
    with pytest.raises(DBAPIError):
        database.look_up("DELETE FROM organisation WHERE role = :role", {"role": "provider"})
    assert names(database) == ["甲"]
    add(database, "乙")  # and whoever writes afterwards may


def test_values_are_only_data(database: Database) -> None:
    assert database.look_up(NAMES, {"role": "' OR '1'='1"}) == []


def test_many_at_once(database: Database) -> None:
    add(database, "甲")
    seen: list[list[str]] = []
    threads = [threading.Thread(target=lambda: seen.extend(names(database) for _ in range(50))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [["甲"]] * 1000


def test_a_connection_that_was_cut_is_replaced(postgresql_database: Database) -> None:
    database = postgresql_database
    add(database, "甲")
    assert names(database) == ["甲"]
    with database.write() as connection:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE :sql"
        assert connection.execute(text(cut), {"sql": "SELECT name, role FROM organisation%"}).all()
    assert names(database) == ["甲"]
    assert names(database) == ["甲"]
