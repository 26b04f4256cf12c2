"""Probe results -> spans of up, down, unknown and excluded that partition a window. Pure; missing evidence is
*unknown*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from operator import itemgetter

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Span, subtract


class Verdict(StrEnum):
    """What was so, for one object over one span."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Observation:
    """One verdict that holds over a span: of a probe, of a closed day, or of an import. `sample` marks sample
    evidence.
    """

    span: Span
    verdict: Verdict
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Time that does not count, with who approved it and under which clause."""

    id: str
    span: Span
    clause: str
    approved_by: str
    reason: str = ""

    def __post_init__(self) -> None:
        for field, value in (("clause", self.clause), ("approved_by", self.approved_by)):
            if not value.strip():
                raise Problem(
                    "exclusion.incomplete",
                    "剔除时段 {id} 缺少「{field}」",
                    field=field,
                    id=self.id,
                    way_out="剔除时段必须写明批准人和所依据的条款",
                )


@dataclass(frozen=True, slots=True)
class VerdictSpan:
    """One stretch of a partition. `exclusion` names the exclusion that applies, `sample` whether sample evidence made
    it.
    """

    span: Span
    verdict: Verdict
    sample: bool = False
    exclusion: str | None = None


_RANK = {Verdict.DOWN: 0, Verdict.UP: 1}
_NOTHING = 2
_VERDICTS = (Verdict.DOWN, Verdict.UP, Verdict.UNKNOWN)
_Stretch = tuple[datetime, datetime, int, bool]


def compute_spans(
    observations: Iterable[Observation], window: Span, exclusions: Iterable[Exclusion] = ()
) -> tuple[VerdictSpan, ...]:
    """The window as disjoint spans in order, each with one verdict; touching spans of one kind are joined.

    Where observations overlap, down wins over up and up over unknown, so the order of input does not matter. What no
    observation
    covers is unknown. An exclusion overrides all; of two, the one with the smaller id is named.
    """
    kept = sorted(exclusions, key=lambda exclusion: exclusion.id)
    observed = _sweep(observations, window)
    covered: list[Span] = []
    pieces: list[VerdictSpan] = []
    for exclusion in kept:
        clipped = exclusion.span.intersect(window)
        if clipped is None:
            continue
        parts = subtract([clipped], covered)
        covered.extend(parts)
        pieces.extend(VerdictSpan(part, Verdict.EXCLUDED, exclusion=exclusion.id) for part in parts)
    if not pieces:
        return _coalesce(observed)
    for stretch in observed:
        pieces.extend(VerdictSpan(part, stretch.verdict, stretch.sample) for part in subtract([stretch.span], covered))
    pieces.sort(key=lambda piece: piece.span)
    return _coalesce(pieces)


def _sweep(observations: Iterable[Observation], window: Span) -> list[VerdictSpan]:
    clipped: list[_Stretch] = []
    for one in observations:
        rank = _RANK.get(one.verdict)
        start, end = max(one.span.start_at, window.start_at), min(one.span.end_at, window.end_at)
        if rank is not None and start < end:
            clipped.append((start, end, rank, one.sample))
    clipped.sort()
    if all(before[1] <= after[0] for before, after in pairwise(clipped)):
        return _lay_out(clipped, window)
    return _overlay(clipped, window)


def _lay_out(ordered: list[_Stretch], window: Span) -> list[VerdictSpan]:
    # The usual case: nothing overlaps, so only the gaps are to be filled.
    result: list[VerdictSpan] = []
    at = window.start_at
    for start, end, rank, sample in ordered:
        if at < start:
            result.append(VerdictSpan(Span(at, start), Verdict.UNKNOWN))
        result.append(VerdictSpan(Span(start, end), _VERDICTS[rank], sample))
        at = end
    if at < window.end_at:
        result.append(VerdictSpan(Span(at, window.end_at), Verdict.UNKNOWN))
    return result


def _overlay(clipped: list[_Stretch], window: Span) -> list[VerdictSpan]:
    # At each edge the gravest verdict that still holds decides; counts keep this linear after the sort.
    edges: list[tuple[datetime, int, bool, int]] = []
    for start, end, rank, sample in clipped:
        edges.append((start, rank, sample, 1))
        edges.append((end, rank, sample, -1))
    edges.sort(key=itemgetter(0))
    result: list[VerdictSpan] = []
    held, sampled = [0, 0], [0, 0]
    at, index = window.start_at, 0
    while at < window.end_at:
        while index < len(edges) and edges[index][0] <= at:
            _, rank, sample, step = edges[index]
            held[rank] += step
            sampled[rank] += step * sample
            index += 1
        until = edges[index][0] if index < len(edges) else window.end_at
        rank = next((rank for rank in (0, 1) if held[rank]), _NOTHING)
        result.append(VerdictSpan(Span(at, until), _VERDICTS[rank], rank < _NOTHING and sampled[rank] > 0))
        at = until
    return result


def _coalesce(pieces: Iterable[VerdictSpan]) -> tuple[VerdictSpan, ...]:
    result: list[VerdictSpan] = []
    for piece in pieces:
        last = result[-1] if result else None
        if (
            last is not None
            and last.verdict is piece.verdict
            and last.span.end_at == piece.span.start_at
            and (last.sample, last.exclusion) == (piece.sample, piece.exclusion)
        ):
            result[-1] = VerdictSpan(
                Span(last.span.start_at, piece.span.end_at), last.verdict, last.sample, last.exclusion
            )
        else:
            result.append(piece)
    return tuple(result)
