"""What those who oversee should look into: idle servers, seals, exclusions, incidents without a cause, refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from yunqi.kernel.clock import render_instant
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.units import microseconds
from yunqi.kernel.words import _
from yunqi.operations.overview.gathered import Gathered
from yunqi.store import overview_work as work_store
from yunqi.wire.overview import Point

IDLE_PER_MILLE = 10
"""A server that used less than this of one core's time over a week is called idle."""
_IDLE_KIND, _IDLE_METER = "server", "cpu_time_ns"
_NS_PER_US = 1000
_PER_MILLE = 1000
_RECENT = timedelta(days=30)
_WEEK = timedelta(days=7)
_A_DAY = timedelta(days=1)


def find_idle(found: Gathered) -> tuple[Point, ...]:
    """Servers that did next to nothing for a week: what could be reclaimed."""
    since = found.now - _WEEK
    limit_ns = microseconds(_WEEK) * _NS_PER_US * IDLE_PER_MILLE // _PER_MILLE
    rows = work_store.read_counters(
        found.desk.connection, kind=_IDLE_KIND, meter=_IDLE_METER, since=render_instant(since)
    )
    points = []
    for identifier, name, contract_id, first, last in rows:
        contract = found.contracts.get(contract_id)
        # A counter that went back was reset by a start: what it says since then is the least.
        if contract is not None and (last - first if last >= first else last) < limit_ns:
            points.append(
                Point(
                    code="idle",
                    name=_("闲置云主机"),
                    count=1,
                    object="resource",
                    object_id=identifier,
                    title=name,
                    note=contract.using_unit,
                )
            )
    return tuple(points)


def seal_points(found: Gathered) -> Iterable[Point]:
    """Facts that no chain holds yet, and contracts of which a day that is over has no signed root."""
    for contract_id, count, oldest in work_store.count_unsealed(found.desk.connection):
        contract = found.contracts.get(contract_id)
        if contract is not None:
            yield _contract_point("unsealed", _("未封存的事实"), contract, count=count, at=oldest)
    roots = work_store.last_root_days(found.desk.connection)
    before = (found.today - _A_DAY).isoformat()
    for contract_id, contract in found.running_contracts.items():
        last = roots.get(contract_id, "")
        if contract_id in found.measured and last < before:
            yield _contract_point("unrooted", _("未按日关账"), contract, note=last)


def _contract_point(code: str, name: str, contract: Any, **more: Any) -> Point:
    fields = {"count": 1, "object": "contract", "object_id": contract.id, "title": contract.name, **more}
    return Point(code=code, name=name, **fields)


def exclusion_points(found: Gathered) -> Iterable[Point]:
    """Exclusions that were granted within the last thirty days."""
    since = found.now - _RECENT
    for row in work_store.list_exclusions_since(found.desk.connection, found.desk.caller, since):
        if row.recorded_at > since and row.contract_id in found.contracts:
            yield Point(
                code="exclusion",
                name=_("新增剔除"),
                count=1,
                object="exclusion",
                object_id=row.id,
                title=f"{found.contracts[row.contract_id].name} {row.clause}",
                note=row.reason,
                at=row.recorded_at,
            )


def incident_points(found: Gathered) -> Iterable[Point]:
    """Incidents that are recovered while nobody has said why they happened."""
    for one in found.incidents:
        if not one.lasts and "located" not in one.facts.times:
            yield Point(
                code="no_cause",
                name=_("已恢复而未说明原因"),
                count=1,
                object="incident",
                object_id=one.row.id,
                title=f"{one.row.number} {one.row.title}",
                note=one.contract.provider,
                at=one.facts.times.get("recovered"),
            )


def audit_points(found: Gathered) -> Iterable[Point]:
    """What the audit trail of the last week holds: refusals, deeds under assumed roles, sensitive reads."""
    sensitive = [name for name, right in RIGHTS.items() if right.sensitive]
    counts = work_store.count_audit(found.desk.connection, found.now - _WEEK, sensitive)
    words = {
        "refused": _("近 7 天被拒绝的操作"),
        "assumed": _("近 7 天代入角色的操作"),
        "sensitive": _("近 7 天的敏感查看"),
    }
    for code, name in words.items():
        if counts[code]:
            yield Point(code=code, name=name, count=counts[code], object="audit")
