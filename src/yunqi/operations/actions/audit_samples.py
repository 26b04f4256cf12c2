"""The audit sample (抽查) as actions: figures drawn by a seed, each with its trace down to facts; as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.audit_sample import Place, draw_figures, follow
from yunqi.operations.documents import media_type_of
from yunqi.operations.months import recompute
from yunqi.store.month_traces import iterate_traces, read_statement_names
from yunqi.store.statement_lists import list_facts_by_id
from yunqi.store.statements import require_statement
from yunqi.wire.audit_samples import (
    AuditSample,
    AuditSampleFile,
    AuditSampleOf,
    SampledFact,
    SampledFigure,
    SampledStep,
)


def _read(desk: Desk, request: AuditSampleOf) -> AuditSample:
    month = str(Month.parse(request.month))
    contract_id = aims.require_contract_of(desk, request.contract).id if request.contract else None
    count = 0

    def every() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        nonlocal count
        for found in iterate_traces(desk.connection, desk.caller, month, contract_id=contract_id):
            count += 1
            yield found

    places, population = draw_figures(every(), request.seed, month, request.count)
    if not places:
        raise Problem(
            "audit_sample.empty",
            "{month} 没有可抽查的结算单",
            field="month",
            value=month,
            month=month,
            way_out="请先完成该月结算，或换一个月份",
        )
    rows = read_statement_names(desk.connection, tuple({one.statement_id for one in places}))
    same: dict[str, bool | None] = dict.fromkeys(rows)
    if request.recompute:
        for identifier in rows:
            kept = require_statement(desk.connection, identifier)
            same[identifier] = recompute(desk.site, kept).model_dump(mode="json") == kept.data
    figures = tuple(
        _figure(desk, number, place, rows[place.statement_id], same[place.statement_id])
        for number, place in enumerate(places, 1)
    )
    return AuditSample(month=month, seed=request.seed, population=population, statements=count, items=figures)


def _figure(desk: Desk, number: int, place: Place, row: Any, same: bool | None) -> SampledFigure:
    trace: Mapping[str, Any] = row.data["trace"]
    steps, whole = follow(trace, place.node)
    ids = tuple(dict.fromkeys(name for step in steps for name in step.node["facts"]))
    facts = {one.id: one for one in list_facts_by_id(desk.connection, ids)}
    return SampledFigure(
        no=number,
        ticket=place.ticket,
        statement_id=row.id,
        statement_sm3=row.sm3,
        version=row.version,
        provisional=row.provisional,
        contract_id=row.contract_id,
        contract_number=row.contract_number,
        node=place.node,
        label=trace[place.node]["label"],
        value=trace[place.node]["value"],
        steps=tuple(
            SampledStep(
                depth=step.depth,
                node=step.id,
                **{key: step.node[key] for key in ("label", "value", "formula", "source", "reading")},
                facts=tuple(_fact(facts[name]) for name in step.node["facts"] if name in facts),
                streams=tuple(name for name in step.node["facts"] if name not in facts),
            )
            for step in steps
        ),
        whole=whole,
        fact_count=len(facts),
        unsealed=sum(one.position is None for one in facts.values()),
        same=same,
    )


def _fact(row: Any) -> SampledFact:
    return SampledFact(
        id=row.id,
        kind=row.kind,
        at=row.at,
        origin=row.origin,
        sample=row.sample,
        position=row.position,
        sm3=row.sm3,
    )


@action(
    "audit_sample.draw",
    "GET",
    "/audit-samples",
    "抽查数字",
    request=AuditSampleOf,
    answer=AuditSample,
    aim=aims.contract_if_named,
)
def draw(desk: Desk, request: AuditSampleOf) -> AuditSample:
    """Figures of a month drawn by a seed, each with clause, reading and facts; raises `Problem` audit_sample.empty."""
    return _read(desk, request)


@action(
    "audit_sample.file",
    "GET",
    "/audit-samples/file",
    "编制抽查表",
    request=AuditSampleFile,
    answer=Content,
    aim=aims.contract_if_named,
)
def make_file(desk: Desk, request: AuditSampleFile) -> Content:
    """The sample as a workbook, a row for each step and fact."""
    from yunqi.reports.audit_sample import render_audit_sample

    found = _read(desk, request)
    by = desk.caller.organisation_name or _("云契")
    name = f"{_('抽查')}-{found.month}.xlsx"
    content = render_audit_sample(found.model_dump(mode="json"), made_at=desk.now, by=by)
    return Content(name, media_type_of(name), content)
