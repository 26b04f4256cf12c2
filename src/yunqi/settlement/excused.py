"""A month without what force majeure excuses: its time, and the incidents and unmanned time that began in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from yunqi.cases.incident import IncidentFacts
from yunqi.cases.register import UNATTENDED
from yunqi.metering import Exclusion
from yunqi.settlement.inputs import EVERY_OBJECT, Inputs, Occurrence, Suspension


def excuse(inputs: Inputs, excused: Sequence[Suspension]) -> Inputs:
    """The month without what force majeure excuses: its time, and the incidents and unmanned time that began in it."""
    holes = tuple(hole for one in excused for hole in exclusions_of(inputs, one))
    return replace(
        inputs,
        exclusions=(*inputs.exclusions, *holes),
        suspensions=(),
        incidents=tuple(each for each in inputs.incidents if not any(covers(inputs, one, each) for one in excused)),
        occurrences=tuple(
            each for each in inputs.occurrences if not any(covers_unmanned(one, each) for one in excused)
        ),
    )


def covers_unmanned(one: Suspension, occurrence: Occurrence) -> bool:
    """Whether an occurrence is unmanned time that began in a suspension of all systems."""
    return occurrence.measures == UNATTENDED and one.system is None and one.span.contains(occurrence.at)


def covers(inputs: Inputs, one: Suspension, incident: IncidentFacts) -> bool:
    """Whether an incident began in a suspension of its system."""
    if not one.span.contains(incident.opened_at):
        return False
    systems = {incident.system, *(each.system for each in inputs.objects if each.object == incident.object)}
    return one.system is None or one.system in systems


def exclusions_of(inputs: Inputs, one: Suspension) -> Iterator[tuple[str, Exclusion]]:
    """The time of a suspension by object: every object, or those that carry its system."""
    hole = Exclusion(one.id, one.span, one.clause, one.approved_by)
    if one.system is None:
        yield EVERY_OBJECT, hole
        return
    name = f"system:{one.system}"
    yield name, hole
    for each in inputs.objects:
        if each.system == one.system and each.object != name:
            yield each.object, hole
