"""Bringing a database to the present schema through its migrations."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from yunqi.kernel.errors import Problem
from yunqi.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_UPGRADE_LOCK = 0x79756E7169  # "yunqi": two processes never migrate at once


def upgrade_database(database: Database) -> str:
    """Runs the missing migrations in one transaction; returns the revision it stands at.

    Raises `Problem` database.newer when the database was made by a later version of the program.
    """
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

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
    """The revision the database stands at (None for an empty one) and the one the program needs.

    Every command asks this first, so it is answered without the library that migrates.
    """
    with database.read() as connection:
        present = None
        if inspect(connection).has_table("alembic_version"):
            present = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return present, _head()


def _head() -> str:
    """The revision of the last migration: their files are numbered in their order."""
    last = max((_MIGRATIONS / "versions").glob("[0-9]*.py"))
    found = _REVISION.search(last.read_text("utf-8"))
    if found is None:
        raise ValueError(f"{last} names no revision")
    return found[1]


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
