"""What a provider submits to the administration and the supervisor of a contract: what is leased, how far systems have
moved in, use, security, addresses, duty, and what follows from the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.kernel.clock import render_instant
from yunqi.kernel.period import Span
from yunqi.kernel.rights import Caller
from yunqi.kernel.units import minutes_of
from yunqi.operations.duty import read_unmanned
from yunqi.operations.inspection import read_lines
from yunqi.operations.installation import Installation
from yunqi.operations.report_data import (
    View,
    Window,
    list_months,
    read_heading,
    read_incidents,
    read_notices,
    read_objects,
    read_reports,
    read_work_orders,
)
from yunqi.store.access_review import count_deeds
from yunqi.store.cases import list_cases
from yunqi.store.certificates import read_choices
from yunqi.store.contracts import Contract
from yunqi.store.parties import list_systems
from yunqi.store.resources import iterate_resources

_ADDRESS = "address"
_POOL = "public_ip"
_FULL = Fraction(9, 10)
_EMPTY = Fraction(1, 10)
"""From nine tenths of what was bought on more is to be planned, under one tenth it is to be asked whether it is needed:
a suggestion to people, no term of a contract."""


def read_submission(
    site: Installation, connection: Connection, caller: Caller, found: Contract, window: Window
) -> View:
    """The data of the file."""
    now, span = site.clock.now(), window.span
    systems = {one.id: one.name for one in list_systems(connection, found.using_unit_id, at=now)}
    months = [part for _month, part in list_months(span)]
    lines = read_lines(connection, found, span, now)
    objects = read_objects(connection, found, span, months)
    notices = read_notices(connection, found, span, now)
    reports = read_reports(connection, caller, found, span, site.calendar, now)
    incidents = read_incidents(connection, found, span, now)
    return read_heading(connection, caller, found, window, now) | {
        "sample": any(one["sample"] for one in objects),
        "lines": lines,
        "systems": _systems(connection, found, systems, span),
        "orders": read_work_orders(connection, found, systems, span.end_at),
        "objects": objects,
        "incidents": incidents,
        "security": _security(connection, found, span),
        "notices": notices,
        "addresses": list(_addresses(connection, found, systems, span)),
        "duty": _duty(connection, found, span, now),
        "suggestions": list(_suggest(lines, notices, reports, objects)),
    }


def _systems(connection: Connection, found: Contract, systems: Mapping[str, str], span: Span) -> list[View]:
    """The systems that have resources or a work order under the contract, with how many resources stand at the end."""
    counts: dict[str, int] = {}
    for one in iterate_resources(connection, contract_id=found.id, gone=True):
        if one.system_id and one.ready_at is not None and one.ready_at < span.end_at:
            standing = one.gone_at is None or one.gone_at >= span.end_at
            counts[one.system_id] = counts.get(one.system_id, 0) + standing
    for row in list_cases(connection, found.id, kind="work_order"):
        if row.system_id and row.opened_at < span.end_at:
            counts.setdefault(row.system_id, 0)
    return [
        {"name": systems.get(one, one), "resources": count}
        for one, count in sorted(counts.items(), key=lambda pair: systems.get(pair[0], pair[0]))
    ]


def _security(connection: Connection, found: Contract, span: Span) -> View:
    """How often signing in failed and logins were shut, of the provider and of the using unit."""
    deeds = count_deeds(connection, (found.provider_id, found.using_unit_id), span)
    return {
        "signed_in": sum(one.done for one in deeds if one.action.startswith("sign_in")),
        "failed": sum(one.refused for one in deeds if one.action in ("sign_in", "sign_in.code")),
        "shut": sum(one.refused + one.done for one in deeds if one.action == "sign_in.lock"),
    }


def _addresses(connection: Connection, found: Contract, systems: Mapping[str, str], span: Span) -> Iterator[View]:
    """The public addresses that stood within the span: which, for whom, of what bandwidth, since when."""
    rows = list(iterate_resources(connection, contract_id=found.id, gone=True))
    names = {one.id: one.name for one in rows}
    for one in sorted(rows, key=lambda one: (one.name, one.id)):
        if one.kind != _ADDRESS or one.created_at >= span.end_at or (one.gone_at and one.gone_at <= span.start_at):
            continue
        target = str(one.spec.get("server") or "")
        yield {
            "name": one.name,
            "address": read_choices(connection, one.id).get(_POOL),
            "bandwidth_mbit": None if one.spec.get("bandwidth_mbit") is None else str(one.spec["bandwidth_mbit"]),
            "leads_to": names.get(target, target),
            "system": systems.get(one.system_id or "", ""),
            "ready_at": None if one.ready_at is None else render_instant(one.ready_at),
            "gone_at": None if one.gone_at is None else render_instant(one.gone_at),
        }


def _duty(connection: Connection, found: Contract, span: Span, now: datetime) -> View:
    """The shifts of the span: planned, taken over, and the time when nobody was there; `posts` that have a rota."""
    gaps, continuous, rows = read_unmanned(connection, found, span, now)
    shifts = [one for one in rows if one.start_at < span.end_at and one.end_at > span.start_at]
    empty = sum((one.end_at - one.start_at for one in gaps), timedelta())
    return {
        "planned": len(shifts),
        "taken": sum(one.taken_at is not None for one in shifts),
        "posts": sorted({one.post for one in shifts}),
        "continuous": sorted(continuous),
        "gaps": len(gaps),
        "gap_minutes": str(minutes_of(empty)),
    }


def _suggest(
    lines: list[View], notices: list[View], reports: list[View], objects: list[View]
) -> Iterator[dict[str, Any]]:
    """What the figures call for, each a code with its names; people add theirs."""
    full: list[str] = []
    idle: list[str] = []
    for one in lines:
        if one["average"] is None or not one["contracted"] or not Fraction(one["contracted"]):
            continue
        share = Fraction(one["average"]) / Fraction(one["contracted"])
        (full if share >= _FULL else idle if share < _EMPTY else []).append(one["name"])
    late = [one["kind"] for one in reports if one["lacking"]]
    open_notices = [one["number"] for one in notices if one["open"]]
    unseen = [one["name"] for one in objects if Fraction(one["unknown"])]
    for code, names in (
        ("full", full),
        ("idle", idle),
        ("notices", open_notices),
        ("reports", late),
        ("unseen", unseen),
    ):
        if names:
            yield {"code": code, "names": names}
