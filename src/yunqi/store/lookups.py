"""Single statements that are asked on every request, on connections of their own outside any transaction.

What SQLAlchemy and a transaction around it cost is several times what such a statement costs itself.
"""

from __future__ import annotations

import queue
import re
from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine

_PLACE = re.compile(r":(\w+)")
_KEPT = 8
"""Connections kept open; a statement takes a fraction of a millisecond, so few serve many threads."""


class Lookups:
    """Asks one reading statement at a time. Each sees everything committed before it began, and can't write."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._idle: queue.LifoQueue[Any] = queue.LifoQueue(_KEPT)

    def ask(self, statement: str, bound: Mapping[str, str]) -> Sequence[Any]:
        """The rows, with their columns by name. Places in the statement are written `:name`.

        Raises what the driver raises; the connection is then given up.
        """
        connection = self._take()
        try:
            cursor = connection.cursor()
            cursor.execute(statement if self._is_sqlite else _to_percent(statement), bound)
            rows = cursor.fetchall()
            names = tuple(column[0] for column in cursor.description)
            cursor.close()
        except BaseException:
            connection.close()
            raise
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()
        make = _row_type(names)
        return [make(*row) for row in rows]

    def close(self) -> None:
        """Closes the connections that nobody uses."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    def _take(self) -> Any:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()  # ours from now on: it never goes back among those that write
        if self._is_sqlite:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.autocommit = True
            connection.execute("SET default_transaction_read_only = on")
        return connection


@lru_cache(maxsize=64)
def _to_percent(statement: str) -> str:
    return _PLACE.sub(r"%(\1)s", statement)


@lru_cache(maxsize=64)
def _row_type(names: tuple[str, ...]) -> Any:
    return namedtuple("LookedUp", names)  # noqa: PYI024 - the names are known only now
