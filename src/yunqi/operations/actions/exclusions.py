"""Exclusions as actions: asked for by one party, agreed by the other, approved by the using unit."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.readings import both_parties
from yunqi.operations.subject_words import subject_words
from yunqi.settlement.inputs import EVERY_OBJECT
from yunqi.store.contracts import Contract
from yunqi.store.exclusion_lists import exclusion_listing
from yunqi.store.listing import read_page
from yunqi.store.object_names import is_object_of, name_objects
from yunqi.store.statements import record_exclusion
from yunqi.wire.base import Done, Page
from yunqi.wire.incidents import ExclusionRow, ListExclusions, RecordExclusion


@action(
    "exclusion.list",
    "GET",
    "/exclusions",
    "列出剔除时段",
    request=ListExclusions,
    answer=Page[ExclusionRow],
    aim=aims.contract_if_named,
)
def list_exclusions(desk: Desk, request: ListExclusions) -> Page[ExclusionRow]:
    """Exclusions of the contracts that the caller may see, the newest first."""
    listing = exclusion_listing(
        desk.caller,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        object_=request.object,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    names = name_objects(desk.connection, (row.object for row in rows))

    def view(row: Any) -> ExclusionRow:
        fields = {name: getattr(row, name) for name in ExclusionRow.model_fields if name != "object_name"}
        return ExclusionRow(**fields, object_name=subject_words(row.object, names))

    return Page[ExclusionRow](items=tuple(view(row) for row in rows), next_cursor=following)


def _require_object(desk: Desk, found: Contract, subject: str) -> str:
    """Raises `Problem` exclusion.object for an object that is not the contract's."""
    if subject in (EVERY_OBJECT, "platform") or is_object_of(desk.connection, found.id, found.using_unit_id, subject):
        return subject
    raise Problem(
        "exclusion.object",
        "合同下没有对象「{value}」",
        field="object",
        value=subject,
        way_out="应为资源标识、system:信息系统标识、platform（云平台整体）或 *（全部）",
    )


def _title_exclusion(desk: Desk, request: RecordExclusion) -> str:
    names = name_objects(desk.connection, [request.object])
    return _(
        "剔除 {object} {start} 至 {end}（{clause}）",
        object=subject_words(request.object, names),
        start=render_local(request.start_at),
        end=render_local(request.end_at),
        clause=request.clause,
    )


@action(
    "exclusion.record",
    "POST",
    "/exclusions",
    "记录剔除时段",
    request=RecordExclusion,
    answer=Done,
    aim=aims.contract,
    title=_title_exclusion,
)
def record(desk: Desk, request: RecordExclusion) -> Done:
    """Records time that does not count, approved by the using unit, whichever party asked for it.

    Raises `Problem` exclusion.span, exclusion.object and access.two_parties.
    """
    found = aims.require_contract_of(desk, request.contract)
    unit, seller = both_parties(desk, found)
    identifier = record_exclusion(
        desk.connection,
        found.id,
        object_=_require_object(desk, found, request.object),
        start_at=request.start_at,
        end_at=request.end_at,
        clause=request.clause,
        reason=request.reason,
        approved_by=unit,
        asked_by=seller,
        now=desk.now,
    )
    return Done(id=identifier)
