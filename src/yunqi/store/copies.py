"""Whole copies of a database: taken while others write, put back as a database of its own, and swapped in by name."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Connection, func, inspect, make_url, select, table, text
from sqlalchemy.engine import URL

from yunqi.kernel.errors import Problem, Trouble
from yunqi.store.database import Database

_PROGRAMS = Path("/usr/lib/postgresql")
_MAINTENANCE = ("postgres", "template1")
_DEADLINE_S = 3600
_VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where the ledger of one contract ends: how many records are chained, the hash of the last, the last root."""

    contract_id: str
    position: int
    sm3: str
    day: str
    day_sm3: str


def list_chain_heads(connection: Connection) -> tuple[ChainHead, ...]:
    """The end of each contract's ledger, by contract; of a schema of any release since the first."""
    rows = connection.execute(
        text(
            "SELECT c.id, coalesce(h.position, 0), coalesce(h.sm3, ''), coalesce(r.day, ''), coalesce(r.sm3, '') "
            "FROM contract c "
            "LEFT JOIN chain h ON h.contract_id = c.id "
            "AND h.position = (SELECT max(position) FROM chain WHERE contract_id = c.id) "
            "LEFT JOIN day_root r ON r.contract_id = c.id "
            "AND r.day = (SELECT max(day) FROM day_root WHERE contract_id = c.id) ORDER BY c.id"
        )
    )
    return tuple(ChainHead(*row) for row in rows)


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has, by name; what the migrations note of themselves is left out."""
    names = [name for name in inspect(connection).get_table_names() if name != _VERSION_TABLE]
    return {
        name: int(connection.execute(select(func.count()).select_from(table(name))).scalar_one())
        for name in sorted(names)
    }


def has_rows(connection: Connection) -> bool:
    """Whether anything at all is recorded."""
    return any(count_rows(connection).values())


# --- SQLite: one file


def copy_sqlite(source: Path, target: Path) -> None:
    """Writes the database as it stands at one moment into a new file, whole and synced; writers go on meanwhile."""
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError as error:
        raise Trouble(
            "copy.failed",
            "无法复制数据库 {path}：{reason}",
            path=source,
            reason=error,
            way_out="请检查磁盘空间与该文件",
        ) from error
    finally:
        connection.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def sqlite_path(database_url: str) -> Path | None:
    """Where the file of a SQLite address lies; None for PostgreSQL."""
    url = make_url(database_url)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def name_database(database_url: str) -> str:
    """The name of the database at an address."""
    return str(make_url(database_url).database)


# --- PostgreSQL: its own programs


@contextmanager
def snapshot_postgresql(database: Database) -> Iterator[tuple[Connection, str]]:
    """A read transaction and the name under which another process sees the same moment."""
    with database.read() as connection:
        yield connection, str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())


def dump_postgresql(database_url: str, target: Path, *, snapshot: str | None = None) -> None:
    """Writes a dump in the custom format, uncompressed; raises `Problem` backup.no_program, `Trouble` copy.failed."""
    url = make_url(database_url)
    program = find_program("pg_dump", read_server_major(url))
    arguments = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--file={target}"]
    if snapshot is not None:
        arguments.append(f"--snapshot={snapshot}")
    _run(program, url, arguments)


def load_postgresql(dump: Path, database_url: str) -> None:
    """Puts a dump into the empty database at the address, whole or not at all."""
    url = make_url(database_url)
    program = find_program("pg_restore", read_server_major(url))
    arguments = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(dump)]
    _run(program, url, arguments)


def read_server_major(url: URL) -> int:
    """The major version of the server."""
    with _connect(url) as connection:
        return connection.info.server_version // 10000


def find_program(name: str, server_major: int) -> Path:
    """The PostgreSQL program that suits a server: of its own version, else the next later one.

    Raises `Problem` backup.no_program.
    """
    found: dict[int, Path] = {}
    for path in _PROGRAMS.glob(f"*/bin/{name}"):
        if path.parts[-3].isdigit():
            found[int(path.parts[-3])] = path
    on_path = shutil.which(name)
    if on_path is not None and not found:
        told = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=False, timeout=20).stdout
        version = re.search(r"(\d+)(\.\d+)*", told)
        if version:
            found[int(version[1])] = Path(on_path)
    suited = [major for major in sorted(found) if major >= server_major]
    if suited:
        return found[suited[0]]
    raise Problem(
        "backup.no_program",
        "没有可用于 PostgreSQL {major} 的 {name}（现有版本：{found}）",
        field="database_url",
        major=server_major,
        name=name,
        found="、".join(str(major) for major in sorted(found)) or "无",
        package=f"postgresql-client-{server_major}",
        way_out="请安装：apt-get install {package}（或 postgresql-client）",
    )


def make_postgresql(database_url: str, name: str) -> str:
    """Makes an empty database beside the one at the address; returns its address. Raises `Problem` restore.rights."""
    url = make_url(database_url)
    try:
        with _maintain(url) as connection:
            command = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"
            connection.execute(sql.SQL(command).format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Problem(
            "restore.rights",
            "数据库用户 {user} 无权新建数据库",
            field="database_url",
            user=url.username or "?",
            way_out="请由数据库管理员授权：ALTER ROLE {user} CREATEDB",
        ) from error
    return url.set(database=name).render_as_string(hide_password=False)


def drop_postgresql(database_url: str, name: str) -> None:
    """Takes a database away if it is there, connections included."""
    with _maintain(make_url(database_url)) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def has_postgresql(database_url: str, name: str | None = None) -> bool:
    """Whether the server has a database of that name (None: the one of the address)."""
    url = make_url(database_url)
    with _maintain(url) as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return connection.execute(query, (name or url.database,)).fetchone() is not None


def swap_postgresql(database_url: str, new: str, kept: str) -> None:
    """Gives the database `new` the name in the address, and the one that had it the name `kept`: both or neither.

    Told again after it was done, it does nothing. Raises `Problem` restore.in_use while others are connected.
    """
    url = make_url(database_url)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    name = str(url.database)
    with _maintain(url) as connection:
        known = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if new not in known:
            return
        try:
            with connection.transaction():
                if name in known:
                    connection.execute(rename.format(sql.Identifier(name), sql.Identifier(kept)))
                connection.execute(rename.format(sql.Identifier(new), sql.Identifier(name)))
        except psycopg.errors.ObjectInUse as error:
            raise Problem(
                "restore.in_use",
                "数据库「{name}」仍有其他连接，不能替换",
                field="database_url",
                name=name,
                way_out="请先停止所有使用该数据库的云契进程及其他客户端",
            ) from error


def _run(program: Path, url: URL, arguments: list[str]) -> None:
    # The password goes through the environment: arguments are seen by everybody on the machine.
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    target = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [str(program), f"--dbname={target}", "--no-password", *arguments]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=environment,
        timeout=_DEADLINE_S,
    )
    if done.returncode:
        raise Trouble(
            "copy.failed",
            "{program} 失败：{reason}",
            program=program.name,
            reason=done.stderr.strip()[-500:],
            way_out="请按上述原因处理后重试；原有数据未改变",
        )


@contextmanager
def _maintain(url: URL) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection to another database of the same server, each statement by itself."""
    for number, name in enumerate(_MAINTENANCE, 1):
        try:
            connection = _connect(url.set(database=name))
        except Trouble:
            if number == len(_MAINTENANCE):
                raise
            continue
        with connection:
            connection.autocommit = True
            yield connection
        return


def _connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    target = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return psycopg.connect(target, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Trouble(
            "database.unreachable",
            "数据库暂时无法访问：{reason}",
            reason=str(error).strip(),
            way_out="请检查数据库是否在运行，稍后会自动重试",
        ) from error
