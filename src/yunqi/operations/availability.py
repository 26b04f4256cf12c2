"""What was seen of a contract's objects over a span: spans of verdicts, exclusions applied, and availability."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection

from yunqi.kernel.period import Span
from yunqi.metering import (
    Availability,
    Exclusion,
    Observation,
    Verdict,
    VerdictSpan,
    compute_availability,
    compute_outages,
    compute_spans,
)
from yunqi.operations.wrongful import add_wrongful
from yunqi.settlement.inputs import EVERY_OBJECT
from yunqi.store.statements import list_exclusions
from yunqi.store.verdicts import VerdictStream, list_verdicts


@dataclass(frozen=True, slots=True)
class Seen:
    """One object over a span. `streams` are who observed it, as probe and origin; `sealed`: every day is closed."""

    object: str
    streams: tuple[str, ...]
    spans: tuple[VerdictSpan, ...]
    availability: Availability
    outages: int
    sealed: bool


def read_seen(
    connection: Connection,
    contract_id: str,
    span: Span,
    *,
    object_: str | None = None,
    known_at: datetime | None = None,
) -> tuple[Seen, ...]:
    """Every object that was observed within a span, or one of them, as known then or now; the least available first."""
    streams: dict[str, list[VerdictStream]] = {}
    for stream in list_verdicts(connection, contract_id, start_at=span.start_at, end_at=span.end_at, known_at=known_at):
        if object_ is None or stream.object == object_:
            streams.setdefault(stream.object, []).append(stream)
    observed = {name: _observations(mine) for name, mine in streams.items()}
    add_wrongful(connection, contract_id, observed)
    holes: dict[str, list[Exclusion]] = {}
    for one in list_exclusions(connection, contract_id, known_at=known_at) if streams else ():
        holes.setdefault(one.object, []).append(
            Exclusion(one.id, Span(one.start_at, one.end_at), one.clause, one.approved_by)
        )
    found = [
        _see(name, mine, compute_spans(observed[name], span, [*holes.get(EVERY_OBJECT, ()), *holes.get(name, ())]))
        for name, mine in streams.items()
    ]
    return tuple(sorted(found, key=lambda one: (_rank(one.availability.share), one.object)))


def _observations(streams: list[VerdictStream]) -> list[Observation]:
    return [
        Observation(Span(one.start_at, one.end_at), Verdict(one.verdict), stream.sample)
        for stream in streams
        for one in stream.spans
    ]


def _see(name: str, streams: list[VerdictStream], spans: tuple[VerdictSpan, ...]) -> Seen:
    return Seen(
        name,
        tuple(f"{one.probe} {one.origin}" for one in streams),
        spans,
        compute_availability(spans),
        len(compute_outages(spans)),
        all(one.closed for one in streams),
    )


def _rank(share: Fraction | None) -> Fraction:
    return Fraction(1) if share is None else share


def span_of(from_at: datetime | None, until_at: datetime | None, month: Span, now: datetime) -> Span | None:
    """The span that is asked for, a month so far unless said; None when it ends before it begins."""
    start, end = from_at or month.start_at, min(until_at or now, now)
    return Span(start, end) if start < end else None
