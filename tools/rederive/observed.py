"""Probe results -> what was up, down, unknown and excluded over a span, and the outages in it. Exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .calendar_time import day_of, read_instant, ticks, write_instant
from .chain import Ledger, Place
from .findings import Findings

UP, DOWN, UNKNOWN, EXCLUDED = "up", "down", "unknown", "excluded"
Piece = tuple[datetime, datetime, str]


@dataclass(frozen=True)
class Times:
    """How much of a span was what, in microseconds."""

    up: int = 0
    down: int = 0
    unknown: int = 0
    excluded: int = 0

    def plus(self, other: Times) -> Times:
        """Both together."""
        return Times(
            self.up + other.up, self.down + other.down, self.unknown + other.unknown, self.excluded + other.excluded
        )

    def share(self, unknown_time: str = "excluded") -> Fraction | None:
        """The availability, with unknown time left out, taken as up, or taken as down."""
        up = self.up + (self.unknown if unknown_time == "up" else 0)
        known = self.up + self.down + (self.unknown if unknown_time in {"up", "down"} else 0)
        return Fraction(up, known) if known else None


def join_results(results: Iterable[tuple[str, str, str]]) -> list[list[str]]:
    """Results of one stream in order, as spans: one holds until the next begins; those that agree and touch join."""
    spans: list[list[str]] = []
    for at, until, verdict in results:
        if spans and at <= spans[-1][1]:
            if spans[-1][2] == verdict:
                spans[-1][1] = max(spans[-1][1], until)
                continue
            spans[-1][1] = at
            if spans[-1][0] == at:
                spans.pop()
        spans.append([at, until, verdict])
    return spans


def check_days(ledger: Ledger, found: Findings) -> None:
    """Blames each verdict day that says another thing than its raw results."""
    by_day: dict[tuple[str, Place], list[Mapping[str, Any]]] = {}
    for stream, results in ledger.results.items():
        for one in results:
            by_day.setdefault((day_of(read_instant(one["at"])).isoformat(), stream), []).append(one)
    for day in ledger.days:
        results = by_day.get((day["day"], (day["object"], day["probe"], day["origin"])), [])
        made = join_results((one["at"], one["until"], one["verdict"]) for one in results)
        if [list(span[:3]) for span in day["spans"]] != made or day["probes"] != len(results):
            place = f"verdict {day['day']} {day['object']} {day['probe']} {day['origin']}"
            found.blame("chain.spans", place, "判定时段不是由其原始探测结果得出的")


def watched_pieces(ledger: Ledger, start: datetime, end: datetime, known_at: str) -> dict[str, list[Piece]]:
    """What was seen of each object from `start` to `end`, as known at an instant.

    A day that was closed by then counts with all its results, an open one with those recorded by then.
    """
    closed = {
        (day["day"], day["object"], day["probe"], day["origin"]) for day in ledger.days if day["closed_at"] <= known_at
    }
    pieces: dict[str, list[Piece]] = {}
    first, last = write_instant(start), write_instant(end)
    for stream, results in ledger.results.items():
        days: dict[str, list[tuple[str, str, str]]] = {}
        for one in results:
            if one["until"] <= first or one["at"] >= last:
                continue
            day = day_of(read_instant(one["at"])).isoformat()
            if one["recorded_at"] <= known_at or (day, *stream) in closed:
                days.setdefault(day, []).append((one["at"], one["until"], one["verdict"]))
        for some in days.values():
            for at, until, verdict in join_results(sorted(some)):
                begun, ended = max(read_instant(at), start), min(read_instant(until), end)
                if begun < ended:
                    pieces.setdefault(stream[0], []).append((begun, ended, verdict))
    return pieces


def lay_out(
    pieces: Iterable[Piece], holes: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime
) -> list[Piece]:
    """The span cut into stretches of one kind: a hole over all, then down, up, and unknown where nothing was seen."""
    marks: dict[datetime, list[tuple[str, int]]] = {start: [], end: []}

    def mark(begun: datetime, ended: datetime, kind: str) -> None:
        begun, ended = max(begun, start), min(ended, end)
        if begun < ended:
            marks.setdefault(begun, []).append((kind, 1))
            marks.setdefault(ended, []).append((kind, -1))

    for begun, ended, verdict in pieces:
        if verdict in {UP, DOWN}:
            mark(begun, ended, verdict)
    for begun, ended in holes:
        mark(begun, ended, EXCLUDED)
    level = {EXCLUDED: 0, DOWN: 0, UP: 0}
    edges = sorted(marks)
    stretches: list[Piece] = []
    for at, until in pairwise(edges):
        for kind, step in marks[at]:
            level[kind] += step
        now = next((kind for kind in (EXCLUDED, DOWN, UP) if level[kind]), UNKNOWN)
        if stretches and stretches[-1][2] == now:
            stretches[-1] = (stretches[-1][0], until, now)
        else:
            stretches.append((at, until, now))
    return stretches


def sum_up(stretches: Iterable[Piece], start: datetime, end: datetime) -> Times:
    """How much of [start, end) was what; what the stretches do not reach is unknown."""
    sums = dict.fromkeys((UP, DOWN, UNKNOWN, EXCLUDED), 0)
    for begun, ended, kind in stretches:
        sums[kind] += max(0, ticks(min(ended, end) - max(begun, start)))
    sums[UNKNOWN] += max(0, ticks(end - start)) - sum(sums.values())
    return Times(sums[UP], sums[DOWN], sums[UNKNOWN], sums[EXCLUDED])


def outages_in(stretches: Iterable[Piece]) -> list[tuple[datetime, datetime]]:
    """Each stretch of down."""
    return [(begun, ended) for begun, ended, kind in stretches if kind == DOWN]


def missing_days(ledger: Ledger, start_on: date, end_on: date) -> list[str]:
    """Days of a span on which an object that was watched before and after has no result at all: `day object probe`."""
    gaps = []
    for stream, results in sorted(ledger.results.items()):
        seen = {day_of(read_instant(one["at"])) for one in results}
        day = max(start_on, min(seen))
        while day <= min(end_on, max(seen)):
            if day not in seen:
                gaps.append(f"{day.isoformat()} {' '.join(stream)}")
            day += timedelta(days=1)
    return gaps
