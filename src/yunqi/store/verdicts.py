"""Probe results and what they say over time: raw results, and the closed verdict days made of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text, tuple_

from yunqi.kernel.clock import parse_instant, render_instant
from yunqi.kernel.period import date_of, day_span
from yunqi.store.checks import check_text
from yunqi.store.dialect import insert_into
from yunqi.store.locks import share_contract
from yunqi.store.moment import by_contract, of_each
from yunqi.store.records import coalesce
from yunqi.store.tables import probe_day, probe_result, verdict_day

OBSERVER = "observer:"
"""Begins the origin of what an organisation saw with probes of its own; its id follows."""
_CHUNK = 1000
_ALWAYS = "9999-12-31T23:59:59.999999Z"
_Stream = tuple[str, str, str]
_Piece = tuple[str, str, str, int]

_READ_CLOSED = text(
    "SELECT object, probe, origin, spans, sample FROM verdict_day "
    "WHERE contract_id = :contract AND day >= :first AND day <= :last AND closed_at <= :known"
)
_READ_OPEN = text(  # open now, or closed later than what was known
    "SELECT contract_id, day, object, probe, origin FROM probe_day "
    "WHERE contract_id IN :contracts AND day >= :first AND day <= :last "
    "UNION SELECT contract_id, day, object, probe, origin FROM verdict_day "
    "WHERE contract_id IN :contracts AND day >= :first AND day <= :last AND closed_at > :known"
).bindparams(bindparam("contracts", expanding=True))
_READ_RESULTS = text(
    "SELECT at, until_at, verdict, sample FROM probe_result WHERE contract_id = :contract AND object = :object "
    "AND probe = :probe AND origin = :origin AND at >= :start AND at < :end AND recorded_at <= :known ORDER BY at"
)


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What one probe said of one object: `verdict` (up, down, unknown) holds over [at, until_at).

    `object` is a resource id, `system:<id>` or `platform`. `origin` keeps observers apart: measured, or import:<label>.
    """

    contract_id: str
    object: str
    probe: str
    at: datetime
    until_at: datetime
    verdict: str
    detail: str = ""
    origin: str = "measured"
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many results were new, how many were known, and those that came after their day was closed (not written)."""

    written: int
    known: int
    late: tuple[ProbeResult, ...]


@dataclass(frozen=True, slots=True)
class VerdictSpan:
    """A span over which one stream of results says the same; `probes` is how many results it is made of."""

    start_at: datetime
    end_at: datetime
    verdict: str
    probes: int


@dataclass(frozen=True, slots=True)
class VerdictStream:
    """All that one observer says of one object; between spans nothing is known. `closed`: every day is sealed."""

    object: str
    probe: str
    origin: str
    sample: bool
    spans: tuple[VerdictSpan, ...]
    closed: bool


def record_probe_results(connection: Connection, results: Iterable[ProbeResult], *, now: datetime) -> Recorded:
    """Writes results; one of the same stream and instant is written once. One over midnight (Beijing) becomes two."""
    pieces = [piece for result in results for piece in _split_at_midnight(result)]
    share_contract(connection, {piece.contract_id for piece in pieces})  # no day is closed while we add to it
    written, late = 0, []
    for start in range(0, len(pieces), _CHUNK):
        some = pieces[start : start + _CHUNK]
        days = {_stream_day(piece) for piece in some}
        closed = _find_closed(connection, days)
        late += [piece for piece in some if _stream_day(piece) in closed]
        fresh = [piece for piece in some if _stream_day(piece) not in closed]
        if not fresh:
            continue
        insert = insert_into(connection, probe_result).on_conflict_do_nothing().returning(probe_result.c.no)
        rows = [_to_row(piece, now) for piece in fresh]
        written += len(connection.execute(insert, rows).all())
        names = ("contract_id", "day", "object", "probe", "origin")
        open_days = [dict(zip(names, day, strict=True)) for day in days - closed]
        connection.execute(insert_into(connection, probe_day).on_conflict_do_nothing(), open_days)
    return Recorded(written, len(pieces) - written - len(late), tuple(late))


def find_contradictions(
    connection: Connection, results: Iterable[ProbeResult]
) -> tuple[tuple[ProbeResult, str | None], ...]:
    """Those results that are not recorded exactly so: each with the verdict recorded for its instant, or None."""
    wanted: dict[tuple[str, str, str, str], list[ProbeResult]] = {}
    for result in results:
        for piece in _split_at_midnight(result):
            wanted.setdefault((piece.contract_id, piece.object, piece.probe, piece.origin), []).append(piece)
    found: list[tuple[ProbeResult, str | None]] = []
    table = probe_result
    for (contract_id, subject, probe, origin), pieces in wanted.items():
        query = select(table.c.at, table.c.until_at, table.c.verdict, table.c.sample).where(
            table.c.contract_id == contract_id,
            table.c.object == subject,
            table.c.probe == probe,
            table.c.origin == origin,
            table.c.at >= min(piece.at for piece in pieces),
            table.c.at <= max(piece.at for piece in pieces),
        )
        known = {row.at: row for row in connection.execute(query)}
        for piece in pieces:
            row = known.get(piece.at)
            if row is None or (row.until_at, row.verdict, row.sample) != (piece.until_at, piece.verdict, piece.sample):
                found.append((piece, None if row is None else row.verdict))
    return tuple(found)


def list_verdicts(
    connection: Connection,
    contract_id: str,
    *,
    start_at: datetime,
    end_at: datetime,
    known_at: datetime | None = None,
) -> tuple[VerdictStream, ...]:
    """What each stream says over [start_at, end_at), spans cut to it.

    Closed days come from their record, open ones from raw results. With `known_at`, only what was recorded by then.
    """
    first, last = date_of(start_at), date_of(end_at - timedelta(microseconds=1))
    given = {"contract": contract_id, "first": first.isoformat(), "last": last.isoformat()}
    given["known"] = _ALWAYS if known_at is None else render_instant(known_at)
    pieces: dict[_Stream, list[_Piece]] = {}
    samples: set[_Stream] = set()
    still_open: set[_Stream] = set()
    parsed: dict[str, list[_Piece]] = {}  # most days of most streams say the same
    for subject, probe, origin, spans, sample in connection.execute(_READ_CLOSED, given):
        if spans not in parsed:
            parsed[spans] = [tuple(span) for span in json.loads(spans)]
        key = (subject, probe, origin)
        pieces.setdefault(key, []).extend(parsed[spans])
        if sample:
            samples.add(key)
    for key, rows in _read_open_days(connection, given):
        pieces.setdefault(key, []).extend((*span,) for span in coalesce((row[0], row[1], row[2]) for row in rows))
        still_open.add(key)
        if any(row[3] for row in rows):
            samples.add(key)
    return tuple(
        VerdictStream(*key, key in samples, tuple(_cut(sorted(spans), start_at, end_at)), key not in still_open)
        for key, spans in sorted(pieces.items())
    )


def _read_open_days(connection: Connection, given: dict[str, str]) -> Iterator[tuple[_Stream, Sequence[Any]]]:
    """Raw results by stream and day, of days that no verdict day covers (as known then).

    Only those days are looked for: of a year, the raw results are many times what their closed days say.
    """

    def read(ids: Collection[str]) -> dict[str, list[Row[Any]]]:
        rows = connection.execute(_READ_OPEN, {**bounds_of_all, "contracts": list(ids)})
        return by_contract(rows, lambda row: str(row[0]))

    bounds_of_all = {name: given[name] for name in ("first", "last", "known")}
    question = ("open days", *bounds_of_all.values())
    for row in of_each(connection, question, given["contract"], read) or ():
        day, subject, probe, origin = tuple(row)[1:]
        span = day_span(date.fromisoformat(day))
        place = {"object": subject, "probe": probe, "origin": origin}
        bounds = {"start": render_instant(span.start_at), "end": render_instant(span.end_at)}
        if rows := connection.execute(_READ_RESULTS, given | place | bounds).all():
            yield (subject, probe, origin), rows


def _cut(spans: list[_Piece], start_at: datetime, end_at: datetime) -> Iterator[VerdictSpan]:
    """Spans within the window; those of neighbouring days that touch and agree become one."""
    window_start, window_end = (
        render_instant(start_at),
        render_instant(end_at),
    )  # as text, instants sort like themselves
    last: _Piece | None = None
    for start, end, verdict, probes in spans:
        begun, ended = max(start, window_start), min(end, window_end)
        if begun >= ended:
            continue
        if last is not None and last[1] == begun and last[2] == verdict:
            last = (last[0], ended, verdict, last[3] + probes)
            continue
        if last is not None:
            yield _to_span(last)
        last = (begun, ended, verdict, probes)
    if last is not None:
        yield _to_span(last)


def _to_span(piece: _Piece) -> VerdictSpan:
    return VerdictSpan(parse_instant(piece[0]), parse_instant(piece[1]), piece[2], piece[3])


def _split_at_midnight(result: ProbeResult) -> Iterator[ProbeResult]:
    if result.at >= result.until_at:
        raise ValueError(f"a result that ends before it begins: {result}")
    at = result.at
    while at < result.until_at:
        until = min(result.until_at, day_span(date_of(at)).end_at)
        yield ProbeResult(
            result.contract_id,
            result.object,
            result.probe,
            at,
            until,
            result.verdict,
            result.detail,
            result.origin,
            result.sample,
        )
        at = until


def _stream_day(piece: ProbeResult) -> tuple[str, str, str, str, str]:
    return piece.contract_id, date_of(piece.at).isoformat(), piece.object, piece.probe, piece.origin


def _find_closed(
    connection: Connection, days: set[tuple[str, str, str, str, str]]
) -> set[tuple[str, str, str, str, str]]:
    columns = (
        verdict_day.c.contract_id,
        verdict_day.c.day,
        verdict_day.c.object,
        verdict_day.c.probe,
        verdict_day.c.origin,
    )
    rows = connection.execute(select(*columns).where(tuple_(*columns).in_(sorted(days))))
    return {(row[0], row[1], row[2], row[3], row[4]) for row in rows}


def _to_row(piece: ProbeResult, now: datetime) -> dict[str, Any]:
    return {
        "contract_id": piece.contract_id,
        "object": check_text("object", piece.object, 120),
        "probe": check_text("probe", piece.probe, 20),
        "origin": check_text("origin", piece.origin, 80),
        "at": piece.at,
        "until_at": piece.until_at,
        "verdict": piece.verdict,
        "detail": piece.detail[:200],
        "sample": piece.sample,
        "recorded_at": now,
    }
