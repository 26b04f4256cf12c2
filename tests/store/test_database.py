from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from yunqi.kernel.errors import Problem
from yunqi.store.database import Database, open_database
from yunqi.store.tables import metadata, organisation, person
from yunqi.store.upgrade import read_revision, upgrade_database

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _organisation(number: int) -> dict[str, object]:
    return {"id": f"org-{number}", "name": f"单位{number}", "role": "provider", "recorded_at": NOW}


def test_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_checks_and_index_conditions_are_migrated_too(fresh_database: Database) -> None:
    """Alembic compares neither, so they are compared here with a schema made straight from the tables."""
    with fresh_database.write() as connection:
        migrated = _read_conditions(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert migrated == _read_conditions(connection)
    assert len(migrated) > 20


def _read_conditions(connection) -> dict[str, object]:
    inspector = inspect(connection)
    found: dict[str, object] = {}
    for table in metadata.tables:
        for check in inspector.get_check_constraints(table):
            found[f"{table} {check['name']}"] = check["sqltext"]
        for index in inspector.get_indexes(table):
            options = {
                key: str(value) for key, value in index.get("dialect_options", {}).items() if key.endswith("where")
            }
            found[f"{table} {index['name']}"] = (index["column_names"], bool(index["unique"]), options)
        for column in inspector.get_columns(table):
            found[f"{table}.{column['name']}"] = (repr(column["type"]), column["nullable"])
        for key in inspector.get_foreign_keys(table):
            found[f"{table} {key['name']}"] = (key["constrained_columns"], key["referred_table"])
        for unique in inspector.get_unique_constraints(table):
            found[f"{table} {unique['name']}"] = unique["column_names"]
        found[f"{table} pk"] = inspector.get_pk_constraint(table)["constrained_columns"]
    return found


def test_upgrade_is_safe_to_repeat(database: Database) -> None:
    head = upgrade_database(database)
    assert read_revision(database) == (head, head)


def test_two_upgrades_at_once_make_one_schema(tmp_path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/deep/yunqi.db")
    other = open_database(f"sqlite:///{tmp_path}/deep/yunqi.db")
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one: results.append(upgrade_database(one))) for one in (database, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert len(results) == 2


def test_a_database_of_a_later_version_is_refused(fresh_database: Database) -> None:
    database = fresh_database
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Problem) as caught:
        upgrade_database(database)
    assert caught.value.code == "database.newer"


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    def fail_after_writing() -> None:
        with database.write() as connection:
            connection.execute(organisation.insert(), _organisation(1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_writing()
    with database.read() as connection:
        assert connection.execute(select(organisation)).all() == []


def test_reading_changes_nothing(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(organisation.insert(), _organisation(1))
    with database.write() as connection:
        connection.execute(organisation.insert(), _organisation(1))


def test_reading_sees_one_moment(database: Database) -> None:
    with database.read() as reader:
        assert reader.execute(select(organisation)).all() == []
        with database.write() as connection:
            connection.execute(organisation.insert(), _organisation(1))
        assert reader.execute(select(organisation)).all() == []


def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(
            person.insert(), {"id": "per-1", "organisation_id": "none", "name": "甲", "recorded_at": NOW}
        )


def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a time zone"), database.write() as connection:
        connection.execute(organisation.insert(), _organisation(1) | {"recorded_at": datetime(2026, 1, 1)})  # noqa: DTZ001


def test_ids_sort_by_their_bytes(database: Database) -> None:
    names = ["a-z", "aa", "a-0", "b", "B"]
    with database.write() as connection:
        for name in names:
            connection.execute(organisation.insert(), _organisation(1) | {"id": name, "name": name})
        assert list(connection.scalars(select(organisation.c.id).order_by(organisation.c.id))) == sorted(names)


def test_writers_queue(database: Database) -> None:
    """Reading then writing from many threads: without a lock at the start these fail or lose an update."""
    with database.write() as connection:
        connection.execute(organisation.insert(), _organisation(0) | {"name": "0"})

    def add_one() -> None:
        for _ in range(5):
            with database.write() as connection:
                row = connection.execute(select(organisation).with_for_update()).one()
                connection.execute(organisation.update().values(name=str(int(row.name) + 1)))

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.scalar(select(organisation.c.name)) == "40"


@pytest.mark.parametrize("url", ["mysql://a:secret@b/c", "sqlite://", "sqlite:///:memory:", "nonsense", ""])
def test_other_addresses_are_refused_without_the_password(url: str) -> None:
    with pytest.raises(Problem) as caught:
        open_database(url)
    assert caught.value.code == "database.url"
    assert "secret" not in str(caught.value)


def test_a_write_within_a_write_is_a_bug(sqlite_database: Database) -> None:
    with pytest.raises(RuntimeError), sqlite_database.write(), sqlite_database.write():
        pass
