"""What a provider is late with, by the ledger, as facts: reports, duties with a day, the bond, rework, exits, capacity.

Only what a clause of the contract prices is kept, each once: as a fact when it is late, and as another when it is
done, or turns out not to have been late. A month is settled by these facts, so that it comes out the same again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.clock import parse_instant, render_instant, render_local
from yunqi.kernel.words import _
from yunqi.operations.installation import Installation
from yunqi.operations.late_duties import list_late
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.lateness import late_event, late_title
from yunqi.store.contracts import Contract, list_contracts, require_contract
from yunqi.store.facts import MEASURED, NewFact, list_facts, list_facts_of, record_facts
from yunqi.store.locks import lock_contract

FOUND, ENDED = "lateness.found", "lateness.ended"
PRESSED, WITHDRAWN = "lateness.pressed", "lateness.withdrawn"
KINDS = (FOUND, ENDED, PRESSED, WITHDRAWN)
_FIELDS = {ENDED: "done_at", PRESSED: "pressed_at"}


def record_lateness(installation: Installation) -> tuple[str, ...]:
    """Records what the providers of all running contracts are late with, once; returns a line for each new one."""
    with installation.database.read() as connection:
        contracts = [one.id for one in list_contracts(connection) if one.state == "signed"]
    return tuple(line for one in contracts for line in record_lateness_of(installation, one))


def record_lateness_of(installation: Installation, contract: str) -> tuple[str, ...]:
    """Records what the provider of one contract is late with; nothing where no clause prices it."""
    now = installation.clock.now()
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
        fresh = find_new_lateness(connection, installation, found, now)
    if not fresh.facts:
        return ()
    with installation.database.write() as connection:
        lock_contract(connection, found.id)
        return record_new_lateness(connection, installation, ((found, fresh),), now)


@dataclass(frozen=True, slots=True)
class NewLateness:
    """What the ledger shows at an instant and no fact says yet, each with its line; `known`: what the facts said."""

    facts: tuple[tuple[NewFact, str], ...] = ()
    known: tuple[LateDuty, ...] = ()


def find_new_lateness(
    connection: Connection, installation: Installation, found: Contract, now: datetime
) -> NewLateness:
    """Lateness of a signed contract, or the end of one, that is to be recorded."""
    if found.state != "signed":
        return NewLateness()
    known = read_late(connection, found.id, end_at=now, known_at=now)
    return NewLateness(tuple(_fresh(connection, installation, found, known, now)), known)


def record_new_lateness(
    connection: Connection, installation: Installation, several: Iterable[tuple[Contract, NewLateness]], now: datetime
) -> tuple[str, ...]:
    """Records what was found of contracts, in the transaction of a caller who holds their locks; looks again where
    somebody has recorded some of it meanwhile.
    """
    pairs = tuple(several)
    said = list_facts_of(connection, [found.id for found, _fresh in pairs], kinds=KINDS, known_at=now)
    recorded: list[tuple[NewFact, str]] = []
    for found, fresh in pairs:
        changed = replay_late(said.get(found.id, ()), end_at=now) != fresh.known
        recorded += (find_new_lateness(connection, installation, found, now) if changed else fresh).facts
    record_facts(connection, [one for one, _line in recorded], now=now)
    return tuple(line for _fact, line in recorded)


def _fresh(
    connection: Connection,
    installation: Installation,
    found: Contract,
    facts: Iterable[LateDuty],
    now: datetime,
) -> Iterator[tuple[NewFact, str]]:
    known = {(one.key, one.due_at): one for one in facts}
    for one in list_late(connection, installation, found, now):
        due = render_instant(one.due_at)
        kept = known.pop((one.key, one.due_at), None)
        name = {"key": one.key, "due_at": due}
        words = {"contract": found.number, "title": one.title}
        if kept is None or (kept.reading, kept.choice) != (one.reading, one.choice):
            kept = None
            line = _("逾期：{contract} {title}，{due} 前应完成", **words, due=render_local(one.due_at))
            yield NewFact(found.id, FOUND, one.key, one.due_at, _said(one), MEASURED), line
        if one.done_at != (None if kept is None else kept.done_at):
            line = _("重新计为未完成：{contract} {title}", **words)
            if one.done_at is not None:
                line = _("逾期后完成：{contract} {title}，{done}", **words, done=render_local(one.done_at))
            payload = _with_at(name, ENDED, one.done_at)
            yield NewFact(found.id, ENDED, one.key, one.done_at or now, payload, MEASURED), line
        if one.pressed_at != (None if kept is None else kept.pressed_at):
            line = _("书面通知的限期已过：{contract} {title}", **words)
            payload = _with_at(name, PRESSED, one.pressed_at)
            yield NewFact(found.id, PRESSED, one.key, one.pressed_at or now, payload, MEASURED), line
    for one in known.values():
        payload = {"key": one.key, "due_at": render_instant(one.due_at)}
        line = _("并未逾期：{contract} {title}", contract=found.number, title=one.title)
        yield NewFact(found.id, WITHDRAWN, one.key, now, payload, MEASURED), line


def _with_at(name: dict[str, str], kind: str, at: datetime | None) -> dict[str, str]:
    return name if at is None else {**name, _FIELDS[kind]: render_instant(at)}


def _said(one: LateDuty) -> dict[str, str]:
    said = {"key": one.key, "kind": one.kind, "title": one.title, "due_at": render_instant(one.due_at)}
    if one.reading:
        said |= {"reading": one.reading, "choice": one.choice}
    if one.since is not None:
        said["since"] = render_instant(one.since)
    said |= {"article": one.article} if one.article else {}
    return said | ({"system": one.system} if one.system else {})


def read_late(
    connection: Connection, contract_id: str, *, end_at: datetime, known_at: datetime
) -> tuple[LateDuty, ...]:
    """What was due before `end_at` and late, as known at an instant; the last word on when it was done counts."""
    return replay_late(list_facts(connection, contract_id, kind=KINDS, known_at=known_at), end_at=end_at)


def replay_late(facts: Iterable[Any], *, end_at: datetime) -> tuple[LateDuty, ...]:
    """The same from the facts themselves, or from rows with their fields."""
    late: dict[tuple[str, str], LateDuty] = {}
    ids: dict[tuple[str, str], dict[str, str]] = {}
    for one in sorted(facts, key=lambda each: (each.recorded_at, each.kind != FOUND, each.id)):
        name = (str(one.payload["key"]), str(one.payload["due_at"]))
        if one.kind == FOUND and one.at < end_at:
            late[name], ids[name] = _found(one), {FOUND: one.id}
        elif one.kind == WITHDRAWN:
            late.pop(name, None)
        elif one.kind in _FIELDS and name in late:
            at = one.payload.get(_FIELDS[one.kind])
            ids[name][one.kind] = one.id
            changed: dict[str, Any] = {_FIELDS[one.kind]: None if at is None else parse_instant(str(at))}
            late[name] = replace(late[name], **changed, facts=tuple(ids[name].values()))
    return tuple(sorted(late.values(), key=lambda one: (one.due_at, one.key, one.choice)))


def _found(one: Any) -> LateDuty:
    said = one.payload
    return LateDuty(
        str(said["key"]),
        str(said["kind"]),
        str(said["title"]),
        one.at,
        facts=(one.id,),
        sample=one.sample,
        reading=str(said.get("reading") or ""),
        choice=str(said.get("choice") or ""),
        since=parse_instant(str(said["since"])) if said.get("since") else None,
        system=said.get("system"),
        article=str(said.get("article") or ""),
    )


def read_late_titles(connection: Connection, contract_id: str) -> dict[str, str]:
    """What the late duties of a contract are called, by the event that stands for each."""
    facts = list_facts(connection, contract_id, kind=FOUND)
    late = [_found(one) for one in sorted(facts, key=lambda each: (each.at, each.id))]
    return {late_event(one): late_title(one.title, one.article, one.due_at) for one in reversed(late)}
