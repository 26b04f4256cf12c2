"""One database by one URL: SQLite on one machine, PostgreSQL when grown; the same code on both."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from yunqi.kernel.errors import Problem, Trouble
from yunqi.store.lookups import Lookups
from yunqi.store.moment import keeping

BUSY_TIMEOUT_S = 60
_RETRY_STATES = frozenset(
    {"40001", "40P01", "55P03", "57014"}
)  # serialisation, deadlock, lock not available, timed out

_UNIQUE = "23505"  # checked for before it was written, so another writer came between: asked again, the check says so


class Database:
    """A way into one database. One `write()` is one transaction, committed at its end or not at all."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # One writer at a time holds a SQLite file. Within this process writers queue on a lock, which is fairer and
        # cheaper than SQLite's own waiting, which sleeps and tries again.
        self._writers = threading.Lock() if self.is_sqlite else None
        self._writer: int | None = None
        self._joined = threading.local()
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        # The same pool; the options are worked out once here and not at each reading.
        self._reading = engine.execution_options(**({"yunqi_begin": "BEGIN"} if self.is_sqlite else options))
        self._lookups = Lookups(engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @property
    def url(self) -> str:
        """Where it is, with its password: for another process of ours, never for a log."""
        return self.engine.url.render_as_string(hide_password=False)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment and changes nothing; within `unit()` the unit's, which sees its writes."""
        joined: Connection | None = getattr(self._joined, "connection", None)
        if joined is not None:
            yield joined
            return
        with _as_trouble(), self._reading.connect() as connection, connection.begin(), keeping(connection):
            yield connection

    def look_up(self, statement: str, bound: Mapping[str, str]) -> Sequence[Any]:
        """The rows of one reading statement with `:name` places, at a fraction of what `read()` costs.

        It sees what is committed, never what a unit of this thread has written. A connection that has gone bad is
        given up and the statement asked once more by the long way.
        """
        try:
            return self._lookups.ask(statement, bound)
        except Exception:  # noqa: BLE001 - whatever it was, the long way says it properly
            self._lookups.close()
            with _as_trouble(), self._reading.connect() as connection, connection.begin():
                return connection.execute(text(statement), dict(bound)).all()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one write transaction.

        SQLite takes its one write lock at once; on PostgreSQL a function that reads before it writes locks the row
        that it decides by (`FOR UPDATE`). Raises `Trouble` database.busy when the lock doesn't come. Within `unit()` it
        is a part of the unit's transaction, undone alone when it fails.
        """
        joined: Connection | None = getattr(self._joined, "connection", None)
        if joined is not None:
            with joined.begin_nested():
                yield joined
            return
        options: dict[str, object] = {"yunqi_begin": "BEGIN IMMEDIATE"} if self.is_sqlite else {}
        with (
            self._queue(),
            _as_trouble(),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def unit(self) -> Iterator[Connection]:
        """One write transaction that every `write()` and `read()` of this thread joins until its end.

        So a use case, what it was asked by and its record in the audit trail are committed together or not at all.
        """
        if getattr(self._joined, "connection", None) is not None:
            raise RuntimeError("a unit within a unit")
        with self.write() as connection:
            self._joined.connection = connection
            try:
                yield connection
            finally:
                self._joined.connection = None

    def close(self) -> None:
        """Gives all connections back."""
        self._lookups.close()
        self.engine.dispose()

    @contextmanager
    def _queue(self) -> Iterator[None]:
        if self._writers is None:
            yield
            return
        if self._writer == threading.get_ident():
            raise RuntimeError("a write transaction within a write transaction")
        if not self._writers.acquire(timeout=BUSY_TIMEOUT_S):
            raise _busy("writer queue")
        self._writer = threading.get_ident()
        try:
            yield
        finally:
            self._writer = None
            self._writers.release()


def open_database(url: str) -> Database:
    """The database at a SQLAlchemy URL: `sqlite:////path/yunqi.db` or `postgresql+psycopg://user@host/name`.

    The folder of a SQLite file is made. Raises `Problem` database.url for any other address.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise _bad_url(url) from error
    if parsed.get_backend_name() == "sqlite":
        return Database(_open_sqlite(parsed, url))
    if parsed.get_backend_name() == "postgresql":
        return Database(_open_postgresql(parsed))
    raise _bad_url(url)


def _open_sqlite(url: URL, given: str) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise _bad_url(given)  # a database in memory would be another one in each thread and process
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=24,
        pool_timeout=BUSY_TIMEOUT_S,
        hide_parameters=True,  # a statement that failed is logged without its values
        connect_args={"timeout": BUSY_TIMEOUT_S},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # the driver must not begin by itself
        cursor = connection.cursor()  # type: ignore[attr-defined]
        _turn_to_wal(cursor)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("yunqi_begin", "BEGIN IMMEDIATE")
        reads = statement == "BEGIN"
        if connection.info.get("yunqi_query_only") is not reads:
            connection.exec_driver_sql("PRAGMA query_only=" + ("ON" if reads else "OFF"))
            connection.info["yunqi_query_only"] = reads
        if reads:  # takes no lock, so nothing has to be turned into a `Trouble`; by the driver it costs next to nothing
            connection.connection.driver_connection.execute(statement)  # type: ignore[union-attr]
        else:
            connection.exec_driver_sql(statement)

    return engine


def _turn_to_wal(cursor: Any) -> None:
    """Makes the file's journal a write-ahead log. Two who do it to a new file at once don't wait for each other by
    SQLite's own time-out (each holds a lock that the other needs), so the one refused tries again.
    """
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _open_postgresql(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    timeouts = f"-c lock_timeout={BUSY_TIMEOUT_S}s -c timezone=UTC"
    return create_engine(
        url,
        pool_size=8,
        max_overflow=24,
        pool_timeout=BUSY_TIMEOUT_S,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": timeouts},
    )


def read_version(connection: Connection) -> tuple[int, int] | None:
    """What changes whenever what this connection would read may have changed: the same twice, and every statement gives
    the same again. None where nobody can say it: on PostgreSQL, and in a transaction that writes and may be undone.

    Source: SQLite, PRAGMA data_version (commits by others) and sqlite3_total_changes (writes of one's own).
    """
    if connection.dialect.name != "sqlite" or not connection.info.get("yunqi_query_only"):
        return None
    driver: Any = connection.connection.driver_connection
    return driver.execute("PRAGMA data_version").fetchone()[0], driver.total_changes


@contextmanager
def _as_trouble() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        message = str(error.orig)
        state = getattr(error.orig, "sqlstate", None)
        if "database is locked" in message or "database table is locked" in message or state in _RETRY_STATES:
            raise _busy(message) from error
        if state == _UNIQUE:
            raise Trouble(
                "database.overtaken",
                "同一时刻另有写入抢先，本次未写入任何内容：{reason}",
                reason=message,
                way_out="请重试；若对象已存在，会另有说明",
            ) from error
        if error.connection_invalidated or "unable to open database file" in message or (state or "").startswith("08"):
            raise Trouble(
                "database.unreachable",
                "数据库暂时无法访问：{reason}",
                reason=message,
                way_out="请检查数据库是否在运行，稍后会自动重试",
            ) from error
        raise


def _busy(reason: str) -> Trouble:
    return Trouble("database.busy", "数据库正忙，未写入任何内容：{reason}", reason=reason, way_out="稍后会自动重试")


def _bad_url(url: str) -> Problem:
    shown = url.rsplit("@", maxsplit=1)[-1] if "@" in url else url  # never repeat a password
    return Problem(
        "database.url",
        "数据库地址「{value}」不可用",
        field="database_url",
        value=shown,
        way_out="请填写 sqlite:////绝对路径/yunqi.db 或 postgresql+psycopg://用户@主机/库名",
    )
