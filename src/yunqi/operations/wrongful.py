"""What both parties found to be a wrongful cut-off: the objects that it cut off were down, whoever saw it or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from yunqi.cases.register import CONFIRMED, CUT_OFF, WRONGFUL
from yunqi.kernel.period import Span
from yunqi.metering import Observation, Verdict
from yunqi.store.facts import Fact, list_facts
from yunqi.store.resources import read_places

WRONGFUL_FACTS = tuple(f"{CUT_OFF}.{event}" for event in ("opened", "carry_out", "restore", "confirm"))
_SYSTEM = "system:"


@dataclass(frozen=True, slots=True)
class Wrongful:
    """A cut-off that was wrong, from cut to restored, of one system (None: of all that the contract has)."""

    span: Span
    system: str | None
    facts: tuple[str, ...]
    sample: bool = False


def read_wrongful(
    connection: Connection, contract_id: str, *, known_at: datetime | None = None
) -> tuple[Wrongful, ...]:
    """The cut-offs that both parties had found wrongful, as known at an instant (None: now), in order of time."""
    told: dict[str, dict[str, Fact]] = {}
    for one in list_facts(connection, contract_id, kind=WRONGFUL_FACTS, known_at=known_at):
        event = one.kind.partition(".")[2]
        if event != "confirm" or one.payload["state"] == CONFIRMED:
            told.setdefault(one.subject, {})[event] = one
    found = []
    for steps in told.values():
        if "confirm" not in steps or steps["confirm"].payload["data"].get("finding") != WRONGFUL:
            continue
        cut_at, restored_at, opened = steps["carry_out"].at, steps["restore"].at, steps["opened"]
        if cut_at < restored_at:
            facts = tuple(one.id for one in steps.values())
            found.append(Wrongful(Span(cut_at, restored_at), opened.payload.get("system"), facts, opened.sample))
    return tuple(sorted(found, key=lambda one: (one.span, one.facts)))


def add_wrongful(
    connection: Connection,
    contract_id: str,
    seen: Mapping[str, list[Observation]],
    *,
    known_at: datetime | None = None,
) -> dict[str, tuple[str, ...]]:
    """Adds to what was seen of each object that wrongful cut-offs took it down; the facts behind it, by object.

    Down from the cut until it was restored, of what carries the system; of an object that was watched before and
    after, from when it was first seen on. Where a probe saw the same, both are one outage.
    """
    wrongful = read_wrongful(connection, contract_id, known_at=known_at)
    places = read_places(connection, contract_id) if wrongful else {}
    facts: dict[str, tuple[str, ...]] = {}
    for name, observations in seen.items():
        if not observations or not wrongful:
            continue
        system = name.removeprefix(_SYSTEM) if name.startswith(_SYSTEM) else places.get(name, ("", None))[1]
        first = min(one.span.start_at for one in observations)
        last = max(one.span.end_at for one in observations)
        for one in wrongful:
            start_at = max(first, one.span.start_at)
            if one.system in (None, system) and start_at < one.span.end_at and last >= one.span.start_at:
                observations.append(Observation(Span(start_at, one.span.end_at), Verdict.DOWN, one.sample))
                facts[name] = (*facts.get(name, ()), *one.facts)
    return facts
