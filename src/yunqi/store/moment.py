"""What is read twice within one reading transaction: it sees one moment, so the same question has the same answer."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

_KEPT = "yunqi_moment"
_MOST = 64
"""Answers kept: what closing a month reads of one contract. A walk over many contracts keeps the last few."""

Answer = TypeVar("Answer")


@contextmanager
def keeping(connection: Connection) -> Iterator[None]:
    """Answers are kept until the end; only for a transaction that sees one moment and writes nothing."""
    info = connection.info
    info[_KEPT] = {}
    try:
        yield
    finally:
        info.pop(_KEPT, None)


def kept_answers(connection: Connection) -> dict[Hashable, Any] | None:
    """What is kept so far; None where nothing may be, because the transaction writes."""
    found: dict[Hashable, Any] | None = connection.info.get(_KEPT)
    return found


def once(connection: Connection, question: Hashable, read: Callable[[], Answer]) -> Answer:
    """What `read` gives, asked once in a moment; asked anew each time where the transaction writes.

    The answer is shared: nobody may change it.
    """
    kept = kept_answers(connection)
    if kept is None:
        return read()
    if question not in kept:
        keep_answer(kept, question, read())
    return cast("Answer", kept[question])


def keep_answer(kept: dict[Hashable, Any], question: Hashable, answer: object) -> None:
    """Keeps one more answer; the oldest gives way."""
    while len(kept) >= _MOST:
        del kept[next(iter(kept))]
    kept[question] = answer
