"""Incidents, findings and exclusions on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.protection import ProtectedManning
from yunqi.wire.work_orders import NextEvent, TimelineEntry

Reference = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=300)]
IncidentKind = Literal["fault", "request"]
IncidentType = Literal["interruption", "degradation", "tampering", "data_loss", "intrusion", "request"]
IncidentState = Literal["open", "responded", "recovered", "closed", "withdrawn"]
IncidentEvent = Literal["reported", "responded", "arrived", "located", "recovered", "closed", "withdrawn"]
FaultDocument = Literal["fault_record", "fault_first", "fault_final", "downtime"]
"""The record of a fault; its first report, at once; its second, after the using unit confirmed that it is cleared; the
report of a downtime, after the recovery."""
FindingEvent = Literal["contest", "decide", "withdraw"]
FindingState = Literal["proposed", "half_confirmed", "confirmed", "contested", "decided", "withdrawn"]


class ListIncidents(ListRequest):
    """Incidents that the caller may see; `lasting`: those that are neither closed nor withdrawn."""

    contract: Named | None = None
    system: Annotated[str | None, Field(max_length=60)] = None
    state: IncidentState | None = None
    text: Annotated[str | None, Field(max_length=100)] = None
    lasting: bool = False


class IncidentRow(Answer):
    """An incident in a list; what ends with `_name` is in the reader's language."""

    id: str
    number: str
    title: str
    kind: str
    kind_name: str
    type: str
    type_name: str
    state: str
    state_name: str
    object: str
    object_name: str
    contract_id: str
    contract_number: str | None
    system_id: str | None
    system: str | None
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    opened_at: datetime


class Source(Answer):
    """Where a clause stands in the contract: its article and its exact words."""

    article: str
    text: str


class AtStake(Answer):
    """What a breach would cost at most, in fen; None where it can't be computed, then `why_name` says why."""

    low_fen: int | None
    high_fen: int | None
    why: str = ""
    why_name: str = ""
    source: Source | None = None


class ClockRow(Answer):
    """One clause's clock. `left_minutes`: whole minutes until it is broken (negative: since), while it runs.

    `state`: running, met, breached, not_started, or open where the contract leaves the start or the limit open;
    then `why_name` says what lacks.
    """

    metric: str
    name: str
    operator: str
    limit_s: int
    limit_name: str
    start_name: str
    started_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    spent_s: int | None
    left_minutes: int | None
    state: str
    state_name: str
    why: str
    why_name: str
    source: Source | None
    stake: AtStake | None


class EdgeRow(Answer):
    """Where a lasting outage falls into a further row of the contract, and what it would cost."""

    measures: str
    name: str
    limit_s: int
    limit_name: str
    due_at: datetime
    left_minutes: int
    stake: AtStake


class Outage(Answer):
    """The outage behind an incident, as probes saw it or as it was reported; `end_at` None while it lasts."""

    start_at: datetime
    end_at: datetime | None
    spent_s: int
    sample: bool


class IncidentPeriod(Answer):
    """A protected period that an incident touched, confirmed by both parties; how it is manned for who may read it."""

    id: str
    number: str
    title: str
    level_name: str
    start_at: datetime
    end_at: datetime
    manning: ProtectedManning | None


class IncidentDetail(IncidentRow):
    """An incident: who did what when, its clocks as of `at`, what may follow, and what was found on it."""

    at: datetime
    data: dict[str, str]
    event_count: int
    outage: Outage | None
    clocks: tuple[ClockRow, ...]
    edges: tuple[EdgeRow, ...]
    timeline: tuple[TimelineEntry, ...]
    next: tuple[NextEvent, ...]
    findings: tuple[FindingRow, ...]
    periods: tuple[IncidentPeriod, ...]
    sample: bool


class OpenIncident(Request):
    """An incident that a person reports and no probe saw; `object`: a resource, `system:<id>` or `platform`."""

    contract: Named
    title: Text
    kind: IncidentKind = "fault"
    type: IncidentType = "interruption"
    system: Reference | None = None
    object: Annotated[str | None, Field(max_length=120)] = None
    at: Instant | None = None


class AdvanceIncident(Request):
    """An event of an incident with what it needs; `at` when it happened, now unless given.

    `event_count` is that of the incident as it was seen: when somebody added an event since, it is refused.
    """

    id: Reference
    event: IncidentEvent
    at: Instant | None = None
    channel: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    root_cause: Text | None = None
    reason: Text | None = None
    note: Annotated[str | None, Field(min_length=1, max_length=1000)] = None
    event_count: Annotated[int | None, Field(ge=0)] = None


class FaultFile(Request):
    """A document of an incident, made of what is known now."""

    incident: Reference
    document: FaultDocument


class ListAdjudications(ListRequest):
    """Findings that the caller may see; `event`: on one event of a statement, such as an incident."""

    contract: Named | None = None
    state: FindingState | None = None
    event: Annotated[str | None, Field(max_length=120)] = None


class FindingRow(Answer):
    """A finding: what was asked of which event, the answer with its evidence, and whether both parties confirmed it."""

    id: str
    number: str
    event: str
    event_name: str
    question: str
    question_name: str
    answer: str
    answer_name: str
    evidence: str
    state: str
    state_name: str
    contract_id: str
    contract_number: str | None
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    opened_at: datetime


class FindingDetail(FindingRow):
    """A finding with who confirmed or contested it, and what may follow; `items`: of what it is, where of several."""

    items: tuple[str, ...] = ()
    timeline: tuple[TimelineEntry, ...]
    next: tuple[NextEvent, ...]


class OpenAdjudication(Request):
    """A proposed finding: `answer` is yes or no, or a whole number for people and loss (fen)."""

    contract: Named
    event: Annotated[str, Field(min_length=1, max_length=120)]
    question: Annotated[str, Field(min_length=1, max_length=100)]
    answer: Annotated[str, Field(min_length=1, max_length=40)]
    evidence: Annotated[str, Field(min_length=1, max_length=1000)]


class AdvanceAdjudication(Request):
    """A party contests or takes back a finding, or the administration decides a contested one."""

    id: Reference
    event: FindingEvent
    reason: Text | None = None
    answer: Annotated[str | None, Field(min_length=1, max_length=40)] = None
    evidence: Annotated[str | None, Field(min_length=1, max_length=1000)] = None


class ListExclusions(ListRequest):
    """Exclusions of the contracts that the caller may see."""

    contract: Named | None = None
    object: Annotated[str | None, Field(max_length=120)] = None


class ExclusionRow(Answer):
    """Time of an object that does not count, with the person of the using unit who approved it and the clause."""

    id: str
    contract_id: str
    contract_number: str | None
    object: str
    object_name: str
    start_at: datetime
    end_at: datetime
    clause: str
    reason: str
    approved_by: str
    approved_by_name: str
    recorded_at: datetime


class RecordExclusion(Request):
    """Time that shall not count, under a clause; `object`: a resource, `system:<id>`, `platform`, or `*` for all."""

    contract: Named
    object: Annotated[str, Field(min_length=1, max_length=120)] = "*"
    start_at: Instant
    end_at: Instant
    clause: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Text


def source_of(found: Any) -> Source | None:
    """A clause's source as the contract data hold it, for the wire."""
    if not found:
        return None
    return Source(article=str(found.get("article") or ""), text=str(found.get("text") or ""))
