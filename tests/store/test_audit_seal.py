"""The audit trail's chain: every row that was changed, removed or put in is named."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from yunqi.store.audit_seal import AuditReport, seal_audit, verify_audit
from yunqi.store.audit_trail import record_audit
from yunqi.store.database import Database
from yunqi.store.tables import audit, audit_seal

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def write(database: Database, count: int, start: datetime = NOW, action: str = "sign_in") -> None:
    with database.write() as connection:
        for number in range(count):
            at = start + timedelta(seconds=number)
            record_audit(connection, at=at, action=action, object=f"acc-{number}", person_id=None, detail={"n": number})


def verify(database: Database, **more: tuple[int, str]) -> AuditReport:
    with database.read() as connection:
        return verify_audit(connection, **more)


def tamper(database: Database, statement: str) -> None:
    """As somebody with the whole database in hand would, foreign keys or not."""
    if database.is_sqlite:
        with closing(sqlite3.connect(database.engine.url.database or "")) as raw:
            raw.execute(statement)
            raw.commit()
        return
    with database.write() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def numbers(connection: Connection) -> list[int]:
    return list(connection.scalars(audit.select().with_only_columns(audit.c.no).order_by(audit.c.no)))


@pytest.fixture
def sealed(database: Database) -> Database:
    write(database, 10)
    assert seal_audit(database, NOW + timedelta(minutes=1)) == 10
    write(database, 5, NOW + timedelta(minutes=2))
    assert seal_audit(database, NOW + timedelta(minutes=3)) == 5
    return database


def test_what_is_as_it_was_passes_and_the_tail_is_counted(sealed: Database) -> None:
    write(sealed, 2, NOW + timedelta(minutes=4))
    report = verify(sealed)
    assert report.passed
    assert (report.rows, report.position, report.unsealed) == (15, 15, 2)
    assert seal_audit(sealed, NOW + timedelta(minutes=5)) == 2
    assert seal_audit(sealed, NOW + timedelta(minutes=5)) == 0
    assert verify(sealed, expected=(15, report.head)).passed


@pytest.mark.parametrize(
    "column",
    [
        "action = 'x'",
        "object = 'x'",
        "detail = '{}'",
        "address = '192.0.2.1'",
        "outcome = 'x'",
        "session_id = 'ses-1'",
        "token_id = 'tok-1'",
        "organisation_id = 'org-1'",
        "assumption_id = 'asm-1'",
        "person_id = 'per-1'",
        "at = '2026-11-02T00:00:00.000001Z'",
    ],
)
def test_a_changed_column_names_its_row(sealed: Database, column: str) -> None:
    with sealed.read() as connection:
        number = numbers(connection)[3]
    tamper(sealed, f"UPDATE audit SET {column} WHERE no = {number}")
    report = verify(sealed)
    assert [(one.code, one.position, one.audit_no) for one in report.findings] == [("changed", 4, number)]


def test_a_removed_row_is_named(sealed: Database) -> None:
    with sealed.read() as connection:
        number = numbers(connection)[7]
    tamper(sealed, f"DELETE FROM audit WHERE no = {number}")
    assert [(one.code, one.audit_no) for one in verify(sealed).findings] == [("removed", number)]


def test_a_row_removed_with_its_link_leaves_a_gap(sealed: Database) -> None:
    with sealed.read() as connection:
        number = numbers(connection)[7]
    tamper(sealed, f"DELETE FROM audit_seal WHERE audit_no = {number}")
    tamper(sealed, f"DELETE FROM audit WHERE no = {number}")
    assert [(one.code, one.position) for one in verify(sealed).findings] == [("removed", 8)]


def test_a_link_made_anew_no_longer_fits_the_next(sealed: Database) -> None:
    tamper(sealed, "UPDATE audit_seal SET sm3 = 'f' WHERE position = 5")
    assert {(one.code, one.position) for one in verify(sealed).findings} == {("changed", 5), ("unlinked", 6)}


def test_an_end_cut_off_shows_against_a_noted_head(sealed: Database) -> None:
    head = verify(sealed).head
    tamper(sealed, "DELETE FROM audit_seal WHERE position > 10")
    with sealed.read() as connection:
        gone = numbers(connection)[10:]
    tamper(sealed, f"DELETE FROM audit WHERE no >= {gone[0]}")
    assert verify(sealed).passed  # nothing inside it tells
    assert [one.code for one in verify(sealed, expected=(15, head)).findings] == ["removed"]


def test_a_row_put_in_with_an_early_time_is_named_before_and_after_the_next_seal(sealed: Database) -> None:
    with sealed.write() as connection:
        record_audit(connection, at=NOW - timedelta(days=1), action="sign_in", object="x", person_id=None)
    assert [one.code for one in verify(sealed).findings] == ["put_in"]
    seal_audit(sealed, NOW + timedelta(minutes=9))
    assert [(one.code, one.position) for one in verify(sealed).findings] == [("put_in", 16)]


def test_two_sealers_at_once_make_one_chain(database: Database) -> None:
    write(database, 300)
    threads = [threading.Thread(target=seal_audit, args=(database, NOW + timedelta(minutes=9))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify(database)
    assert report.passed
    assert (report.rows, report.unsealed) == (300, 0)
    with database.read() as connection:
        assert len(connection.execute(audit_seal.select()).all()) == 300
