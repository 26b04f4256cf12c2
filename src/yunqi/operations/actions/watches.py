"""What probes watch, agreed by both parties; and what observers with probes of their own hand in."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.readings import both_parties
from yunqi.operations.subject_words import subject_words
from yunqi.probes.registry import require_address
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.listing import read_page
from yunqi.store.object_names import is_object_of, name_objects
from yunqi.store.parties import require_organisation
from yunqi.store.resources import require_resource
from yunqi.store.verdicts import OBSERVER, ProbeResult, find_contradictions, record_probe_results
from yunqi.store.watches import begin_watch, end_watch, require_watch_contract, watch_listing
from yunqi.wire.base import ById, Done, Page
from yunqi.wire.watches import BeginWatch, ListWatches, RecordedObservations, RecordObservations, WatchRow


@action(
    "watch.list",
    "GET",
    "/watches",
    "列出监测",
    request=ListWatches,
    answer=Page[WatchRow],
    aim=aims.contract_if_named,
)
def list_(desk: Desk, request: ListWatches) -> Page[WatchRow]:
    """What is watched under the contracts that the caller may see, the newest first."""
    listing = watch_listing(
        desk.caller,
        contract_id=aims.require_contract_of(desk, request.contract).id if request.contract else None,
        ended=request.ended,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    names = name_objects(desk.connection, (row.object for row in rows))

    def view(row: Any) -> WatchRow:
        fields = {name: getattr(row, name) for name in WatchRow.model_fields if name != "object_name"}
        return WatchRow(**fields, object_name=subject_words(row.object, names))

    return Page[WatchRow](items=tuple(view(row) for row in rows), next_cursor=following)


def _title_begin(desk: Desk, request: BeginWatch) -> str:
    names = name_objects(desk.connection, [request.object])
    return _(
        "以「{probe}」监测 {object}：{address}",
        probe=request.probe,
        object=subject_words(request.object, names),
        address=request.address,
    )


@action(
    "watch.begin",
    "POST",
    "/watches",
    "开始监测",
    request=BeginWatch,
    answer=Done,
    aim=aims.contract,
    title=_title_begin,
)
def begin(desk: Desk, request: BeginWatch) -> Done:
    """Begins to watch from the next round of probes on.

    Raises `Problem` watch.object, watch.twice, watch.too_many, probe.unknown, probe.address, resource.unknown and
    access.two_parties.
    """
    found = aims.require_contract_of(desk, request.contract)
    _require_object(desk, found, request.object)
    require_address(request.probe, request.address)
    network_id = None
    if request.network is not None:
        network = require_resource(desk.connection, request.network, kind="network")
        if network.contract_id != found.id:
            raise Problem(
                "resource.unknown",
                "没有资源「{value}」",
                field="network",
                value=request.network,
                way_out="请核对名称或标识",
            )
        network_id = network.id
    unit, seller = both_parties(desk, found)
    identifier = begin_watch(
        desk.connection,
        found.id,
        object_=request.object,
        probe=request.probe,
        address=request.address,
        network_id=network_id,
        unit_person=unit,
        provider_person=seller,
        now=desk.now,
    )
    return Done(id=identifier)


def _require_object(desk: Desk, found: Contract, subject: str) -> None:
    if subject != "platform" and not is_object_of(desk.connection, found.id, found.using_unit_id, subject):
        raise Problem(
            "watch.object",
            "合同下没有对象「{value}」",
            field="object",
            value=subject,
            way_out="应为资源标识、system:信息系统标识或 platform（云平台整体）",
        )


def _find_contract(desk: Desk, watch_id: str) -> Contract:
    return aims.require_contract_of(desk, require_watch_contract(desk.connection, watch_id))


def _aim_end(desk: Desk, request: ById) -> Target:
    return aims.target_of_contract(desk, _find_contract(desk, request.id))


@action("watch.end", "POST", "/watches/{id}/end", "停止监测", request=ById, answer=Done, aim=_aim_end)
def end(desk: Desk, request: ById) -> Done:
    """Ends it; what was seen stays evidence. Raises `Problem` watch.unknown and access.two_parties."""
    found = _find_contract(desk, request.id)
    unit, seller = both_parties(desk, found)
    end_watch(desk.connection, found.id, request.id, unit_person=unit, provider_person=seller, now=desk.now)
    return Done(id=request.id)


@action(
    "observation.record",
    "POST",
    "/contracts/{contract}/observations",
    "交入自行探测的结果",
    request=RecordObservations,
    answer=RecordedObservations,
    aim=aims.contract,
    status=200,
)
def record(desk: Desk, request: RecordObservations) -> RecordedObservations:
    """Keeps what the caller's own probes saw; the same again adds nothing. What they did not see stays unknown.

    Raises `Problem` watch.object, observation.span and observation.conflict; then nothing is kept.
    """
    found = require_contract(desk.connection, aims.require_contract_of(desk, request.contract).id)
    organisation = require_organisation(desk.connection, desk.caller.organisation_id or "")
    origin = f"{OBSERVER}{organisation.id}"
    for subject in sorted({one.object for one in request.observations}):
        _require_object(desk, found, subject)
    for number, one in enumerate(request.observations):
        if not one.start_at < one.end_at <= desk.now:
            raise Problem(
                "observation.span",
                "第 {number} 条结果的时段 {start} 至 {end} 不可用：应先起后止，且已经过去",
                field=f"observations.{number}.end_at",
                value=one.end_at.isoformat(),
                number=number + 1,
                start=one.start_at.isoformat(),
                end=one.end_at.isoformat(),
                way_out="请核对探测所在机器的时钟",
            )
    results = [
        ProbeResult(found.id, one.object, one.probe, one.start_at, one.end_at, one.verdict, one.detail, origin)
        for one in request.observations
    ]
    recorded = record_probe_results(desk.connection, results, now=desk.now)
    late = set(recorded.late)
    pieces = find_contradictions(desk.connection, results)
    if wrong := next((piece for piece, _known in pieces if piece not in late), None):
        raise Problem(
            "observation.conflict",
            "对象「{value}」自 {at} 起的结果与先前交入的不同",
            field="observations",
            value=wrong.object,
            at=wrong.at.isoformat(),
            way_out="交入的结果不能改动；请只交入新的结果",
        )
    return RecordedObservations(
        written=recorded.written, known=recorded.known, late=len(recorded.late), origin=organisation.name
    )
