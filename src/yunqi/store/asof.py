"""Rows that say something over a valid span: which hold at an instant, as known at another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, and_, or_
from sqlalchemy.sql import ColumnElement


def holds(table: Table, at: datetime, known_at: datetime | None = None) -> ColumnElement[bool]:
    """The condition that a row's valid span covers `at` and that it was recorded by `known_at` (None: now)."""
    covers = and_(table.c.valid_from <= at, or_(table.c.valid_until.is_(None), table.c.valid_until > at))
    return covers if known_at is None else and_(covers, table.c.recorded_at <= known_at)


def last_recorded(rows: Iterable[Row[Any]], *names: str) -> dict[tuple[Any, ...], Row[Any]]:
    """Of the rows that agree in `names`, the one recorded last (of one instant: the greater id, made later)."""
    last: dict[tuple[Any, ...], Row[Any]] = {}
    for row in sorted(rows, key=lambda row: (row.recorded_at, row.id)):
        last[tuple(getattr(row, name) for name in names)] = row
    return last
