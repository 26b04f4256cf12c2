"""What was seen of a contract's objects, for one month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from yunqi.kernel.period import Month, Span, day_start
from yunqi.metering import Observation, Verdict
from yunqi.operations.wrongful import add_wrongful
from yunqi.settlement.inputs import ObjectEvidence
from yunqi.store.contracts import Contract
from yunqi.store.parties import list_systems
from yunqi.store.resources import read_places
from yunqi.store.verdicts import VerdictStream, list_verdicts

_IMPORT = "import:"


def read_objects(
    connection: Connection, contract: Contract, month: Month, known_at: datetime
) -> tuple[ObjectEvidence, ...]:
    """Each watched object with what was seen of it from the term's start to the month's end, as known at an instant;
    of one that was down at the month's end also what was seen since.
    """
    start = month.span.start_at if contract.start_on is None else min(month.span.start_at, day_start(contract.start_on))
    places = read_places(connection, contract.id)
    systems = {one.id: one.name for one in list_systems(connection, contract.using_unit_id, at=known_at)}
    gathered: dict[str, list[Observation]] = {}
    labels: dict[str, set[str]] = {}
    facts: dict[str, list[str]] = {}
    for stream in list_verdicts(connection, contract.id, start_at=start, end_at=month.span.end_at, known_at=known_at):
        gathered.setdefault(stream.object, []).extend(_observations(stream))
        facts.setdefault(stream.object, []).append(f"{stream.object}/{stream.probe}/{stream.origin}")
        if stream.origin.startswith(_IMPORT):
            labels.setdefault(stream.object, set()).add(stream.origin.removeprefix(_IMPORT))
    for name, cut in add_wrongful(connection, contract.id, gathered, known_at=known_at).items():
        facts[name].extend(cut)
    _follow_outages(connection, contract, gathered, month.span.end_at, known_at)
    found = []
    for name, observations in sorted(gathered.items()):
        kind, _, identifier = name.partition(":")
        label, system = places.get(name, (name, None))
        if kind == "system":
            label, system = systems.get(identifier, identifier), identifier
        found.append(
            ObjectEvidence(
                name,
                label,
                tuple(observations),
                kind if kind in {"system", "platform"} else "resource",
                system,
                tuple(sorted(labels.get(name, ()))),
                tuple(facts[name]),
            )
        )
    return tuple(found)


def _observations(stream: VerdictStream) -> Iterable[Observation]:
    return (
        Observation(Span(span.start_at, span.end_at), Verdict(span.verdict), stream.sample) for span in stream.spans
    )


def _follow_outages(
    connection: Connection,
    contract: Contract,
    gathered: dict[str, list[Observation]],
    end_at: datetime,
    known_at: datetime,
) -> None:
    """Adds what was seen later of the objects that were down at the month's end: how long their outages lasted."""
    down = {
        name
        for name, seen in gathered.items()
        if any(one.verdict is Verdict.DOWN and one.span.start_at < end_at <= one.span.end_at for one in seen)
    }
    if not down or known_at <= end_at:
        return
    for stream in list_verdicts(connection, contract.id, start_at=end_at, end_at=known_at, known_at=known_at):
        if stream.object in down:
            gathered[stream.object].extend(_observations(stream))
