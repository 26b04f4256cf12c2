"""One month's case while it is worked out, and what the makers of candidates share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from yunqi.cases.adjudication import DISPUTED, line_of
from yunqi.cases.incident import IncidentFacts
from yunqi.cases.logbook.protection import CALENDAR, is_protected
from yunqi.contract.conditions import ALWAYS, NO, YES, Condition, needs
from yunqi.kernel.units import minutes_of
from yunqi.settlement.drafts import Book, Draft
from yunqi.settlement.evidence import Evidence
from yunqi.settlement.inputs import AgreedSpan, Inputs, Occurrence
from yunqi.settlement.law import Law

_RESPONSIBLE = "responsible"
UNMEASURED = "unmeasured."
"""The reading of a month in which nobody handed in a figure that a level or a row needs: by metric."""
AS_MET, AS_EVIDENCE = "met", "evidence"


@dataclass(slots=True)
class Month:
    """One month's case: contract, evidence, inputs, what is known, and the book that the candidates go to."""

    law: Law
    inputs: Inputs
    evidence: Evidence
    known: dict[str, str]
    book: Book
    incidents: list[IncidentFacts]
    occurrences: list[Occurrence]
    changed: Mapping[str, tuple[AgreedSpan, ...]] = field(default_factory=dict)

    def held_at(self, at: datetime | None) -> Mapping[str, str | None]:
        """What held at an instant of the points that changed within the month (None: nothing); at None no one holds."""
        return {} if at is None else {code: _held_at(spans, at) for code, spans in self.changed.items()}

    def known_at(self, at: datetime | None) -> Mapping[str, str]:
        """What is known of a fact of an instant: the readings that held then. None: of a figure of the whole month."""
        return put_held(self.known, self.held_at(at))

    @property
    def name(self) -> str:
        """The month as text."""
        return str(self.inputs.month)

    @property
    def until_now(self) -> list[IncidentFacts]:
        """The incidents since the term's start that began before the month was over."""
        return [one for one in self.inputs.incidents if one.opened_at < self.inputs.month.span.end_at]

    def is_not_owed(self, candidate: str) -> bool:
        """Whether a dispute about this line was settled so that it is not owed."""
        return self.known.get(f"{DISPUTED}@{line_of(self.name, candidate)}") == YES

    def root(self, incident: IncidentFacts) -> str:
        """What the incident has in common with others: its root cause where the contract joins by cause, else
        itself.
        """
        return (incident.root_cause if self.law.joins_causes else None) or incident.id

    def is_protected(self, incident: IncidentFacts) -> bool | None:
        """Whether it touched a protected period, as far as that is known."""
        agreed = self.known_at(incident.opened_at).get(CALENDAR)
        return is_protected(self.inputs.protected, incident, self.evidence.downtimes[incident.id], agreed)

    def blank(self, event: str, subject: str, roots: Sequence[str]) -> Draft:
        """A draft with nothing but its event."""
        return Draft(
            "",
            event,
            subject,
            tuple(sorted(set(roots))) or (event,),
            "",
            "",
            "other",
            None,
            ALWAYS,
            None,
            (),
            False,
            (0, 0),
        )


def put_held(known: Mapping[str, str], held: Mapping[str, str | None]) -> Mapping[str, str]:
    """What is known, with what held at one instant in its place."""
    if not held:
        return known
    kept = {code: value for code, value in known.items() if code not in held}
    return kept | {code: value for code, value in held.items() if value is not None}


def _held_at(spans: Sequence[AgreedSpan], at: datetime) -> str | None:
    """The value at an instant; before the first span that of the first, after the last that of the last."""
    return next((one.value for one in spans if at < one.end_at), spans[-1].value)


def inherit_answers(month: Month, subject: str, parts: Sequence[str]) -> None:
    """Findings on one contributing incident hold for what they make together; denied for all of them, they are
    denied.
    """
    for code in {code.partition("@")[0] for code in month.known if "@" in code}:
        answers = [month.known.get(f"{code}@{part}") for part in parts]
        if YES in answers:
            month.known.setdefault(f"{code}@{subject}", YES)
        elif answers and all(answer == NO for answer in answers):
            month.known.setdefault(f"{code}@{subject}", NO)


def note_dimensions(month: Month, dimensions: Mapping[str, tuple[str, ...]], subject: str) -> None:
    """Notes the codes that a figure hangs on, with their choices."""
    for code, choices in dimensions.items():
        if len(choices) > 1:
            month.book.ask(code, choices, subject)


def common_value(values: Iterable[str | None]) -> str | None:
    """The one value that all have; None where they differ or there is none."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def is_sampled(month: Month, incident: IncidentFacts) -> bool:
    """Whether sample evidence made the incident's outage."""
    outage = month.evidence.downtimes[incident.id]
    return outage is not None and outage.sample


def incident_draft(month: Month, incident: IncidentFacts) -> Draft:
    """A draft for one incident with nothing but its event."""
    return replace(
        month.blank(incident.id, incident.id, [month.root(incident)]),
        system=incident.system,
        line_nos=_affected_lines(month, incident),
        at=incident.opened_at,
        facts=incident.facts or (incident.id,),
        sample=incident.sample or is_sampled(month, incident),
    )


def _affected_lines(month: Month, incident: IncidentFacts) -> tuple[int, ...]:
    """The price lines that were named for the incident, else those that the resource drew on when it began."""
    named = tuple(int(no) for no in incident.data.get("line_nos") or ())
    drawn = {
        one.line_no
        for one in month.inputs.draws
        if one.resource is not None and one.resource == incident.object and one.line_no is not None
        if one.start_at <= incident.opened_at and (one.end_at is None or incident.opened_at < one.end_at)
    }
    return named or tuple(sorted(drawn))


def outage_minutes(month: Month, incident: IncidentFacts) -> Fraction | None:
    """How long the incident's outage lasted, up to now while it lasts; None where none was measured or stated."""
    outage = month.evidence.downtimes[incident.id]
    return None if outage is None else minutes_of((outage.end_at or month.inputs.known_at) - outage.start_at)


def ask_responsible(month: Month, base: Draft) -> Condition:
    """The condition that the provider's service caused the event, noted as a question."""
    code = f"{_RESPONSIBLE}@{base.subject}"
    month.book.ask(code, (YES, NO), base.event)
    return needs(code, YES)
