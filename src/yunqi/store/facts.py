"""Facts: what happened, recorded once in the transaction of whoever saw it; sealed into the chain later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.ids import make_id
from yunqi.store.checks import check_text
from yunqi.store.locks import lock_contract
from yunqi.store.moment import by_contract, keep_answer, kept_answers, of_each
from yunqi.store.tables import fact, fact_pending
from yunqi.store.types import canonical_json
from yunqi.store.webhook_outbox import OF_FACTS, tell_of_facts

MEASURED = "measured"
REPORTED = "reported"
_CHUNK = 500
_FORESEEN = "facts"


@dataclass(frozen=True, slots=True)
class Fact:
    """One record of the ledger. `at` is when it was so, `recorded_at` when we wrote it; `sample` marks example data."""

    id: str
    contract_id: str
    kind: str
    subject: str
    at: datetime
    payload: Mapping[str, Any]
    origin: str
    sample: bool
    key: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be recorded. With a `key`, recording it again changes nothing."""

    contract_id: str
    kind: str
    subject: str
    at: datetime
    payload: Mapping[str, Any]
    origin: str = MEASURED
    sample: bool = False
    key: str | None = None


def record_fact(connection: Connection, new: NewFact, *, now: datetime) -> str:
    """Writes a fact in the caller's transaction; returns its id, or that of the fact with this key.

    Raises `Problem` fact.key_reused when the key stands for another fact.
    """
    return record_facts(connection, (new,), now=now)[0]


def record_facts(connection: Connection, facts: Iterable[NewFact], *, now: datetime) -> tuple[str, ...]:
    """Writes facts in the caller's transaction, in order; returns their ids."""
    wanted = tuple(facts)
    # Of two writers of one key, the second must see what the first has written.
    lock_contract(connection, *(new.contract_id for new in wanted if new.key is not None))
    known = _find_keys(connection, wanted)
    ids: list[str] = []
    rows: list[dict[str, Any]] = []
    for new in wanted:
        place = (new.contract_id, new.key)
        if new.key is not None and place in known:
            identifier, same = known[place]
            if same != _essence(new):
                raise Problem(
                    "fact.key_reused",
                    "键「{key}」已用于另一条内容不同的事实 {fact}",
                    field="key",
                    key=new.key,
                    fact=identifier,
                    way_out="请换一个键，或核对两条记录",
                )
            ids.append(identifier)
            continue
        identifier = make_id("fct")
        if new.key is not None:
            known[place] = (identifier, _essence(new))
        ids.append(identifier)
        rows.append(
            {
                "id": identifier,
                "contract_id": new.contract_id,
                "kind": check_text("kind", new.kind, 40),
                "subject": check_text("subject", new.subject, 120),
                "at": new.at,
                "payload": dict(new.payload),
                "origin": check_text("origin", new.origin, 80),
                "sample": new.sample,
                "key": None if new.key is None else check_text("key", new.key, 160),
                "recorded_at": now,
            }
        )
    if rows:
        connection.execute(fact.insert(), rows)
        _mark_pending(connection, [str(row["id"]) for row in rows])
    tell_of_facts(connection, [row for row in rows if row["kind"] in OF_FACTS], now=now)
    return tuple(ids)


def list_facts(
    connection: Connection,
    contract_id: str,
    *,
    kind: str | tuple[str, ...] | None = None,
    subject: str | None = None,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
    known_at: datetime | None = None,
) -> tuple[Fact, ...]:
    """Facts of a contract with `start_at` <= at < `end_at`, in order of time, as known at an instant (None: now).

    `kind`: one kind, or several that are read at once.
    """
    wanted = None if kind is None else frozenset((kind,) if isinstance(kind, str) else kind)
    kept = kept_answers(connection)
    kinds, foreseen = (kept or {}).get((_FORESEEN, contract_id), (frozenset(), ()))
    if wanted is not None and wanted <= kinds:
        return tuple(
            one
            for one in foreseen
            if one.kind in wanted
            and (subject is None or one.subject == subject)
            and (start_at is None or one.at >= start_at)
            and (end_at is None or one.at < end_at)
            and (known_at is None or one.recorded_at <= known_at)
        )
    query = select(fact).where(fact.c.contract_id == contract_id).order_by(fact.c.at, fact.c.no)
    if kind is not None:
        query = query.where(fact.c.kind.in_((kind,) if isinstance(kind, str) else kind))
    if subject is not None:
        query = query.where(fact.c.subject == subject)
    if start_at is not None:
        query = query.where(fact.c.at >= start_at)
    if end_at is not None:
        query = query.where(fact.c.at < end_at)
    if known_at is not None:
        query = query.where(fact.c.recorded_at <= known_at)
    return tuple(_to_fact(row) for row in connection.execute(query))


def foresee_facts(connection: Connection, contract_id: str, kinds: Iterable[str]) -> None:
    """Reads all facts of these kinds at once, so that within this moment `list_facts` of any of them asks no more."""
    kept, wanted = kept_answers(connection), tuple(sorted(set(kinds)))
    if kept is not None and (_FORESEEN, contract_id) not in kept:
        found = of_each(connection, (_FORESEEN, wanted), contract_id, lambda ids: _read_kinds(connection, ids, wanted))
        keep_answer(kept, (_FORESEEN, contract_id), (frozenset(wanted), tuple(found or ())))


def list_facts_of(
    connection: Connection, contract_ids: Collection[str], *, kinds: Iterable[str], known_at: datetime
) -> dict[str, list[Fact]]:
    """Facts of some kinds of several contracts, by contract and in order of time, as known at an instant."""
    found = _read_kinds(connection, contract_ids, tuple(kinds))
    return {name: [one for one in some if one.recorded_at <= known_at] for name, some in found.items()}


_OF_KINDS = (
    select(fact)
    .where(
        fact.c.contract_id.in_(bindparam("contracts", expanding=True)),
        fact.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(fact.c.at, fact.c.no)
)


def _read_kinds(connection: Connection, contract_ids: Collection[str], kinds: Collection[str]) -> dict[str, list[Fact]]:
    rows = connection.execute(_OF_KINDS, {"contracts": list(contract_ids), "kinds": list(kinds)})
    return by_contract(map(_to_fact, rows), lambda one: one.contract_id)


@dataclass(frozen=True, slots=True)
class Mark:
    """A fact without what it says: enough to cite it."""

    id: str
    kind: str
    subject: str
    sample: bool


def list_marks(
    connection: Connection, contract_id: str, *, kinds: Iterable[str], known_at: datetime | None = None
) -> tuple[Mark, ...]:
    """The facts of these kinds in order of time, as known at an instant (None: now)."""
    wanted = tuple(kinds)

    def read(ids: Collection[str]) -> dict[str, list[Mark]]:
        query = _MARKS if known_at is None else _MARKS.where(fact.c.recorded_at <= known_at)
        found: dict[str, list[Mark]] = {}
        for of, *mark in connection.execute(query, {"contracts": list(ids), "kinds": wanted}):
            found.setdefault(of, []).append(Mark(*mark))
        return found

    return tuple(of_each(connection, ("marks", wanted, known_at), contract_id, read) or ())


_MARKS = (
    select(fact.c.contract_id, fact.c.id, fact.c.kind, fact.c.subject, fact.c.sample)
    .where(
        fact.c.contract_id.in_(bindparam("contracts", expanding=True)),
        fact.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(fact.c.at, fact.c.no)
)


def find_fact_of_key(connection: Connection, contract_id: str, key: str) -> str | None:
    """The id of the contract's fact with this key, or None."""
    query = select(fact.c.id).where(fact.c.contract_id == contract_id, fact.c.key == key)
    return connection.execute(query).scalar()


def find_fact(connection: Connection, fact_id: str) -> Fact | None:
    """The fact of this id, or None."""
    row = connection.execute(select(fact).where(fact.c.id == fact_id)).first()
    return None if row is None else _to_fact(row)


def _to_fact(row: Row[Any]) -> Fact:
    return Fact(
        row.id,
        row.contract_id,
        row.kind,
        row.subject,
        row.at,
        row.payload,
        row.origin,
        row.sample,
        row.key,
        row.recorded_at,
    )


def _mark_pending(connection: Connection, ids: list[str]) -> None:
    for start in range(0, len(ids), _CHUNK):
        numbered = select(fact.c.contract_id, fact.c.no).where(fact.c.id.in_(ids[start : start + _CHUNK]))
        connection.execute(fact_pending.insert().from_select(["contract_id", "fact_no"], numbered))


def _find_keys(connection: Connection, facts: tuple[NewFact, ...]) -> dict[tuple[str, str | None], tuple[str, str]]:
    by_contract: dict[str, list[str]] = {}
    for new in facts:
        if new.key is not None:
            by_contract.setdefault(new.contract_id, []).append(new.key)
    known: dict[tuple[str, str | None], tuple[str, str]] = {}
    for contract_id, keys in by_contract.items():
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            for row in connection.execute(select(fact).where(fact.c.contract_id == contract_id, fact.c.key.in_(some))):
                known[contract_id, row.key] = (row.id, _essence(_to_fact(row)))
    return known


def _essence(one: NewFact | Fact) -> str:
    """What makes two records the same fact: all but its id and when it was written."""
    return canonical_json([one.kind, one.subject, render_instant(one.at), dict(one.payload), one.origin, one.sample])
