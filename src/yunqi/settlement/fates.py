"""What may become of the incidents of a month while it is undecided which times of force majeure excuse.

An incident is left out, stays, or stays with an outage that is cut. What is cut lies between edges that are known, so
every length that the outage can come to is among a few: they are listed without trying every way to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from yunqi.cases.incident import Downtime, IncidentFacts
from yunqi.kernel.period import Span, subtract
from yunqi.settlement.evidence import Evidence
from yunqi.settlement.excused import covers, exclusions_of
from yunqi.settlement.inputs import EVERY_OBJECT, Inputs, Suspension


@dataclass(frozen=True, slots=True)
class Fate:
    """What may become of an incident: `gone` it may be left out, else its outage is one of `downtimes`."""

    gone: bool
    downtimes: tuple[Downtime | None, ...]

    @property
    def is_settled(self) -> bool:
        """Whether only one thing may become of it."""
        return not self.gone and len(self.downtimes) == 1


def find_fates(inputs: Inputs, evidence: Evidence, undecided: Sequence[Suspension]) -> dict[str, Fate]:
    """The fate of every incident, by its id."""
    found = {}
    for incident in inputs.incidents:
        covering = [one for one in undecided if covers(inputs, one, incident)]
        holes: dict[str, list[Span]] = {}
        for one in undecided:
            for name, hole in () if one in covering else exclusions_of(inputs, one):
                holes.setdefault(name, []).append(hole.span)
        found[incident.id] = Fate(bool(covering), _downtimes(evidence, incident, holes))
    return found


def _downtimes(
    evidence: Evidence, incident: IncidentFacts, holes: Mapping[str, Sequence[Span]]
) -> tuple[Downtime | None, ...]:
    whole = evidence.downtimes[incident.id]
    times = [incident.opened_at, *incident.times.values()]
    first = min(times)
    last = max(first, incident.times.get("recovered", max(times)))
    near = [
        (one, [*holes.get(EVERY_OBJECT, ()), *holes.get(name, ())], lasts)
        for name, one, lasts in evidence.outages_near(incident)
        if one.span.start_at <= last and one.span.end_at >= first
    ]
    found: list[Downtime | None] = [whole]
    if any(one.span.intersect(hole) for one, cuts, _lasts in near for hole in cuts):
        open_ends = {one.span.end_at for one, _cuts, lasts in near if lasts}
        for one, cuts, _lasts in near:
            for part in _parts(one.span, cuts):
                if part.start_at <= last and part.end_at >= first:
                    found.append(Downtime(part.start_at, part.end_at, one.sample))
                    said = incident.times.get("recovered")
                    end_at = None if said is None else max(part.end_at, said)
                    found += [Downtime(part.start_at, end_at, one.sample)] if part.end_at in open_ends else []
    stays = any(
        part.start_at <= last and part.end_at >= first
        for one, cuts, _lasts in near
        for part in subtract([one.span], cuts)
    )
    if not stays:
        found += _stated(incident, [*holes.get(EVERY_OBJECT, ()), *holes.get(incident.object or "", ())], holes)
    return tuple(dict.fromkeys(evidence.within_term(one) for one in found))


def _stated(
    incident: IncidentFacts, cuts: Sequence[Span], holes: Mapping[str, Sequence[Span]]
) -> Iterator[Downtime | None]:
    """What was said of an interruption, where no outage need be left that was measured."""
    start, end = incident.times.get("occurred"), incident.times.get("recovered")
    if incident.type != "interruption" or start is None or end is None:
        yield None
        return
    if start >= end:
        yield Downtime(start, end, incident.sample)
        return
    cuts = [*cuts, *holes.get(f"system:{incident.system}", ())]
    for part in _parts(Span(start, end), cuts):
        yield Downtime(part.start_at, part.end_at, incident.sample)
    if not subtract([Span(start, end)], cuts):
        yield None


def _parts(whole: Span, cuts: Iterable[Span]) -> list[Span]:
    """Every stretch that some of the cuts may leave of a whole."""
    inside = [one for cut in cuts if (one := whole.intersect(cut)) is not None]
    starts = sorted({whole.start_at, *(one.end_at for one in inside)})
    ends = sorted({whole.end_at, *(one.start_at for one in inside)})
    return [Span(start, end) for start in starts for end in ends if start < end]
