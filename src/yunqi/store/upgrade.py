"""Bringing a database to the present schema through its migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from yunqi.kernel.errors import Problem
from yunqi.store.database import Database

_UPGRADE_LOCK = 0x79756E7169  # "yunqi": two processes never migrate at once


def upgrade_database(database: Database) -> str:
    """Runs the missing migrations in one transaction; returns the revision it stands at.

    Raises `Problem` database.newer when the database was made by a later version of the program.
    """
    config = _config()
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        present = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if present is not None and present not in known:
            raise Problem(
                "database.newer",
                "数据库的结构版本 {revision} 比程序更新",
                revision=present,
                way_out="请改用创建该数据库的程序版本",
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return str(MigrationContext.configure(connection).get_current_revision())


def read_revision(database: Database) -> tuple[str | None, str]:
    """The revision the database stands at (None for an empty one) and the one the program needs."""
    with database.read() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    return present, str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
