"""Taking in what another monitoring system saw: marked with where it came from, and as sample if it is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import TypeAlias

from sqlalchemy import Connection

from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.errors import Problem
from yunqi.store.cases import find_case
from yunqi.store.checks import check_text, sm3_hex
from yunqi.store.contracts import require_contract
from yunqi.store.facts import NewFact, list_facts, record_facts
from yunqi.store.locks import lock_contract
from yunqi.store.price_lines import list_price_lines
from yunqi.store.samples import Sample, find_other_sample, record_samples
from yunqi.store.verdicts import ProbeResult, find_contradictions, record_probe_results

OUTAGE_FACT = "outage.imported"
USAGE_FACT = "usage.imported"
OUTAGE = "outage"
"""The name of the stream that imported outages make: down while they last, unknown else."""


@dataclass(frozen=True, slots=True)
class ForeignResult:
    """A verdict of another system over a span."""

    object: str
    probe: str
    start_at: datetime
    end_at: datetime
    verdict: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ForeignOutage:
    """A downtime that another system or a person noted."""

    object: str
    start_at: datetime
    end_at: datetime
    cause: str = ""


@dataclass(frozen=True, slots=True)
class ForeignIncident:
    """An incident of another system: when it occurred, and its steps (reported, responded …) in order of time."""

    number: str
    title: str
    object: str
    system: str | None
    occurred_at: datetime
    steps: tuple[tuple[str, datetime], ...]
    cause: str = ""


@dataclass(frozen=True, slots=True)
class ForeignUsage:
    """How much of a price line another system metered over a span, in the line's unit."""

    line_no: int
    quantity: Fraction
    start_at: datetime
    end_at: datetime


@dataclass(frozen=True, slots=True)
class ForeignSample:
    """A value of a meter of a resource at an instant, as another system measured it."""

    object: str
    meter: str
    at: datetime
    value: int


ForeignRow: TypeAlias = ForeignResult | ForeignOutage | ForeignIncident | ForeignUsage


@dataclass(frozen=True, slots=True)
class ForeignEvidence:
    """What one file says."""

    results: tuple[ForeignResult, ...] = ()
    outages: tuple[ForeignOutage, ...] = ()
    incidents: tuple[ForeignIncident, ...] = ()
    usages: tuple[ForeignUsage, ...] = ()
    samples: tuple[ForeignSample, ...] = ()

    def with_objects(self, name: Callable[[str], str]) -> ForeignEvidence:
        """The same with every object's name put through a function."""
        return ForeignEvidence(
            tuple(replace(one, object=name(one.object)) for one in self.results),
            tuple(replace(one, object=name(one.object)) for one in self.outages),
            tuple(replace(one, object=name(one.object)) for one in self.incidents),
            self.usages,
            tuple(replace(one, object=name(one.object)) for one in self.samples),
        )


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How much was new; what was known already was left as it is."""

    results: int
    outages: int
    incidents: int
    usages: int
    known: int
    samples: int = 0


def import_evidence(
    connection: Connection,
    contract_id: str,
    evidence: ForeignEvidence,
    *,
    label: str,
    sample: bool,
    now: datetime,
    enter_incident: Callable[[Connection, ForeignIncident, str], None],
) -> ImportCount:
    """Writes what a file says, all or nothing in the caller's transaction; the same file again adds nothing.

    `label` names where it came from and stands in every row's origin (`import:<label>`). `enter_incident` takes an
    incident that is not known yet through its state machine, given its origin. Raises `Problem` evidence.day_closed
    when a day that the file adds to was sealed with this label already, and evidence.conflict when it contradicts what
    was imported with the label before.
    """
    require_contract(connection, contract_id)
    lock_contract(connection, contract_id)
    origin = "import:" + check_text("label", label, 60)
    rows = [
        ProbeResult(
            contract_id, one.object, one.probe, one.start_at, one.end_at, one.verdict, one.detail, origin, sample
        )
        for one in evidence.results
    ]
    rows += [
        ProbeResult(contract_id, one.object, OUTAGE, one.start_at, one.end_at, "down", one.cause, origin, sample)
        for one in evidence.outages
    ]
    facts = [
        NewFact(
            contract_id,
            OUTAGE_FACT,
            one.object,
            one.start_at,
            {
                "object": one.object,
                "start_at": render_instant(one.start_at),
                "end_at": render_instant(one.end_at),
                "cause": one.cause,
            },
            origin,
            sample,
            _key_of(origin, one),
        )
        for one in evidence.outages
    ]
    facts += _usage_facts(connection, contract_id, evidence.usages, origin, sample=sample)
    before = {fact.key for fact in list_facts(connection, contract_id, kind=(OUTAGE_FACT, USAGE_FACT))}
    record_facts(connection, facts, now=now)
    recorded = record_probe_results(connection, rows, now=now)
    if recorded.known or recorded.late:
        _refuse_contradictions(connection, rows, label)
    measured = _record_measured(connection, evidence.samples, label)
    entered = 0
    for incident in evidence.incidents:
        if find_case(connection, incident.number, kind="incident", contract_id=contract_id) is None:
            enter_incident(connection, incident, origin)
            entered += 1
    return ImportCount(
        results=recorded.written,
        outages=sum(fact.key not in before for fact in facts if fact.kind == OUTAGE_FACT),
        incidents=entered,
        usages=sum(fact.key not in before for fact in facts if fact.kind == USAGE_FACT),
        known=recorded.known
        + len(recorded.late)
        + len(evidence.incidents)
        - entered
        + sum(fact.key in before for fact in facts)
        + len(evidence.samples)
        - measured,
        samples=measured,
    )


def _record_measured(connection: Connection, given: tuple[ForeignSample, ...], label: str) -> int:
    """How many samples were new; the meter of each says whose it is, so that none passes for our own."""
    samples = [Sample(one.object, check_text("meter", f"{one.meter}@{label}", 60), one.at, one.value) for one in given]
    written = record_samples(connection, samples)
    if written < len(samples) and (other := find_other_sample(connection, samples)) is not None:
        wanted, known = other
        raise Problem(
            "evidence.conflict",
            "「{object}」在 {at} 的记录与以标签「{label}」导入过的不同（原为 {known}，现为 {given}）",
            field="file",
            object=wanted.resource_id,
            at=render_local(wanted.at),
            label=label,
            known=known,
            given=wanted.value,
            way_out="请核对两份文件；如确需两者并存，请换一个标签导入",
        )
    return written


def _usage_facts(
    connection: Connection, contract_id: str, usages: tuple[ForeignUsage, ...], origin: str, *, sample: bool
) -> list[NewFact]:
    """Raises `Problem` evidence.no_line for a price line that the contract doesn't have at that time."""
    facts = []
    for one in usages:
        lines = {line.no: line for line in list_price_lines(connection, contract_id, at=one.start_at)}
        if one.line_no not in lines:
            raise Problem(
                "evidence.no_line",
                "合同在 {at} 没有价目行 {no}",
                field="line",
                no=one.line_no,
                at=render_local(one.start_at),
                way_out="请核对价目行号和时间",
            )
        start = render_instant(one.start_at)
        payload = {
            "line_no": one.line_no,
            "item": lines[one.line_no].item or "",
            "kind": lines[one.line_no].draw_kind,
            "quantity": str(one.quantity),
            "start_at": start,
            "end_at": render_instant(one.end_at),
        }
        key = f"{origin}:usage:{one.line_no}:{start}"
        facts.append(
            NewFact(contract_id, USAGE_FACT, f"line:{one.line_no}", one.start_at, payload, origin, sample, key)
        )
    return facts


def _key_of(origin: str, outage: ForeignOutage) -> str:
    place = f"{outage.object}\n{render_instant(outage.start_at)}"
    return f"{origin}:outage:{sm3_hex(place.encode())[:32]}"


def _refuse_contradictions(connection: Connection, rows: list[ProbeResult], label: str) -> None:
    for one, known in find_contradictions(connection, rows):
        at = render_local(one.at)
        if known is None:
            raise Problem(
                "evidence.day_closed",
                "「{object}」在 {at} 的这一天已以标签「{label}」封存，不能再补入",
                field="file",
                object=one.object,
                at=at,
                label=label,
                way_out="请换一个标签导入",
            )
        raise Problem(
            "evidence.conflict",
            "「{object}」在 {at} 的记录与以标签「{label}」导入过的不同（原为 {known}，现为 {given}）",
            field="file",
            object=one.object,
            at=at,
            label=label,
            known=known,
            given=one.verdict,
            way_out="请核对两份文件；如确需两者并存，请换一个标签导入",
        )
