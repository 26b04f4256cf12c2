"""What is read twice within one reading transaction: it sees one moment, so the same question has the same answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from sqlalchemy import Connection

_KEPT = "yunqi_moment"
_TOGETHER = "yunqi_together"
_MOST = 64
"""Answers kept: what closing a month reads of one contract. A walk over many contracts keeps the last few."""

Answer = TypeVar("Answer")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class _Together:
    """What is read of all of some contracts when one of them is asked about, and what was found of each."""

    ids: tuple[str, ...]
    answers: dict[Hashable, dict[str, Any]] = field(default_factory=dict)


@contextmanager
def keeping(connection: Connection) -> Iterator[None]:
    """Answers are kept until the end; only for a transaction that sees one moment and writes nothing."""
    info = connection.info
    info[_KEPT] = {}
    try:
        yield
    finally:
        info.pop(_KEPT, None)
        info.pop(_TOGETHER, None)


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


def read_together(connection: Connection, contract_ids: Iterable[str]) -> None:
    """From now on in this moment, what `of_each` is asked of one of these contracts is read of all of them at once:
    as many statements as one contract takes. The answers about the contracts before give way to those about these.
    """
    if kept_answers(connection) is not None:
        connection.info[_TOGETHER] = _Together(tuple(dict.fromkeys(contract_ids)))


def reads_together(connection: Connection, contract_id: str) -> bool:
    """Whether this contract is one of several that are read together."""
    together: _Together | None = connection.info.get(_TOGETHER)
    return together is not None and len(together.ids) > 1 and contract_id in together.ids


def of_each(
    connection: Connection,
    question: Hashable,
    contract_id: str,
    read: Callable[[Collection[str]], Mapping[str, Answer]],
) -> Answer | None:
    """What `read` finds of a contract: read of it alone, or of all that are read together and then kept.

    `read` gives what it finds by contract; None: nothing was found of this one. The answer is shared: nobody may
    change it.
    """
    together: _Together | None = connection.info.get(_TOGETHER)
    if together is None or contract_id not in together.ids:
        return read((contract_id,)).get(contract_id)
    if question not in together.answers:
        together.answers[question] = dict(read(together.ids))
    return cast("Answer | None", together.answers[question].get(contract_id))


def of_group(
    connection: Connection,
    question: Hashable,
    key: str,
    read: Callable[[Collection[str]], Mapping[str, Answer]],
    alone: Callable[[], Answer],
) -> Answer:
    """What is found under a key that several contracts may share, such as their using unit: `read` gives it by key for
    all contracts that are read together, `alone` for a key that is not among it.
    """
    together: _Together | None = connection.info.get(_TOGETHER)
    if together is None:
        return alone()
    if question not in together.answers:
        together.answers[question] = dict(read(together.ids))
    answers = together.answers[question]
    if key not in answers:
        answers[key] = alone()
    return cast("Answer", answers[key])


def by_contract(rows: Iterable[Row], contract_of: Callable[[Row], str]) -> dict[str, list[Row]]:
    """Rows of several contracts by the contract, each in the order that they came in."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(contract_of(row), []).append(row)
    return found
