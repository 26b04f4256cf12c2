"""The one statement that both databases have and SQLAlchemy spells per dialect: insert unless it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert_into(connection: Connection, table: Table) -> postgresql.Insert:
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`, on SQLite and PostgreSQL alike."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # only the one in use is loaded: a command begins sooner

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)  # type: ignore[return-value]  # the same methods, without a common base
