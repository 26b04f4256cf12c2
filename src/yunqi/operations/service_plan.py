"""What a plan says of a contract: what was bought, promised and arranged.

All is read from the contract's data in force and from the ledger as it stands; what is not arranged yet is left empty,
and the document says so. What only a person can plan is no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.acceptance import MACHINE as ACCEPTANCE
from yunqi.cases.logbook import LOGBOOKS
from yunqi.cases.logbook.exercises import Wanted, compute_standings
from yunqi.contract.notification import list_notice_terms
from yunqi.contract.on_duty import find_continuous
from yunqi.contract.report_plan import Expected, compute_periods
from yunqi.contract.staff_terms import StaffTerms, find_staff_terms
from yunqi.kernel.clock import render_instant
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Caller
from yunqi.operations.installation import Installation
from yunqi.operations.logbook import read_held, read_people_of
from yunqi.operations.report_calendar import expected_of
from yunqi.operations.report_data import View, read_contract, read_work_orders
from yunqi.operations.terms import in_term
from yunqi.operations.versions import data_at
from yunqi.settlement.titles import level_title
from yunqi.store.cases import list_cases
from yunqi.store.contacts import list_contacts
from yunqi.store.contracts import Contract
from yunqi.store.duty import list_shifts
from yunqi.store.object_names import name_objects
from yunqi.store.parties import list_systems, require_organisation
from yunqi.store.resources import iterate_resources
from yunqi.store.watches import list_watches

_AHEAD = timedelta(days=31)
_BACKUP = re.compile(r"备份|灾备|快照")
_INSPECTS = re.compile(r"巡检|监控|监测|巡查|检查|扫描")
_ADDRESSED = ("mail", "sms", "telephone")
"""Ways whose address is a person's; that of the others is a secret of the software that it belongs to."""
_WATCHED = {"server": "icmp", "address": "icmp"}
"""What is watched without being asked for, and how: as `watch.write_targets` has it."""


def read_plan(site: Installation, connection: Connection, caller: Caller, found: Contract) -> View:
    """The data of all four plans: JSON values, None where something is not known."""
    now = site.clock.now()
    found, data = in_term(connection, found, now), data_at(connection, found, now)
    terms = find_staff_terms(data)
    return {
        "contract": read_contract(connection, found),
        "signed_on": data.get("signed_on"),
        "made_at": render_instant(now),
        "by": caller.organisation_name,
        "lines": [_line(one) for one in data.get("price_lines") or ()],
        "free": [_free(one) for key in ("baseline_services", "unpriced_services") for one in data.get(key) or ()],
        "backup": list(_backup(data)),
        "systems": list(_systems(connection, found, data, now)),
        "levels": [_level(one) for one in data.get("service_levels") or ()],
        "figures": [_source(one, "no", "name", "operator", "value", "unit") for one in data.get("kpis") or ()],
        "notices": [
            {
                "stage": one.stage,
                "within": None if one.within is None else dict(one.within),
                "soon": one.soon,
                "clock_start": one.clock_start,
                "channels": list(one.channels),
                "source": None if one.source is None else dict(one.source),
            }
            for one in list_notice_terms(data)
        ],
        "people": _people(site, connection, found, data, terms, now),
        "contacts": list(_contacts(connection, found)),
        "rota": _rota(connection, found, data, now),
        "watches": list(_watches(connection, found)),
        "watched": _watched(connection, found),
        "interval_s": site.settings.probe_interval_s,
        "inspections": [
            _source(one, "text", "frequency")
            for one in data.get("obligations") or ()
            if one.get("party") == "provider" and not one.get("forbidden") and _INSPECTS.search(str(one.get("text")))
        ],
        "rounds": list(_rounds(found)),
        "exercises": list(_exercises(connection, found, terms, date_of(now))),
        "reports": list(_reports(site, connection, found, now)),
        "acceptance": _acceptance(data),
        "acceptances": [
            {"number": one.number, "title": one.title, "state_name": ACCEPTANCE.labels[one.state]}
            for one in list_cases(connection, found.id, kind="acceptance")
        ],
        "instalments": [
            _source(one, "no", "amount_fen", "triggers", "within", "by_on", "requires")
            for one in data.get("instalments") or ()
        ],
        "orders": read_work_orders(
            connection, found, {one.id: one.name for one in list_systems(connection, found.using_unit_id, at=now)}
        ),
        "exit": _exit(data),
    }


def _source(one: Mapping[str, Any], *names: str) -> View:
    return {name: one.get(name) for name in (*names, "source")}


def _line(one: Mapping[str, Any]) -> View:
    return _source(one, "no", "name", "unit", "quantity", "periods", "total_fen", "bundle")


def _free(one: Mapping[str, Any]) -> View:
    return _source(one, "name", "group", "description")


def _level(one: Mapping[str, Any]) -> View:
    names = ("metric", "object", "operator", "threshold", "unit", "window", "clock_start")
    return {"title": level_title(one)} | _source(one, *names)


def _backup(data: Mapping[str, Any]) -> Iterator[View]:
    """The lines and the free services that are of backup, with what the contract says of them."""
    for key in ("price_lines", "baseline_services"):
        for one in data.get(key) or ():
            said = f"{one.get('item') or ''} {one.get('name') or ''} {one.get('description') or ''}"
            if _BACKUP.search(said) or "backup" in said:
                yield _source(one, "name", "quantity", "unit", "description", "parameters")


def _systems(connection: Connection, found: Contract, data: Mapping[str, Any], now: datetime) -> Iterator[View]:
    """The systems that the contract names or that have resources under it, with their flags of the register."""
    registered = {one.name: one for one in list_systems(connection, found.using_unit_id, at=now)}
    named = {str(one.get("name")): one for one in data.get("systems") or ()}
    counts: dict[str, int] = {}
    for one in iterate_resources(connection, contract_id=found.id):
        if one.system_id and one.ready_at is not None:
            counts[one.system_id] = counts.get(one.system_id, 0) + 1
    mine = [one for name, one in registered.items() if name in named or one.id in counts]
    for system in mine:
        yield {
            "name": system.name,
            "flags": dict(system.flags),
            "resources": counts.get(system.id, 0),
            "source": (named.get(system.name) or {}).get("source"),
        }
    for name, each in named.items():
        if name not in registered:
            yield {"name": name, "flags": {}, "resources": None, "source": each.get("source")}


def _people(
    site: Installation,
    connection: Connection,
    found: Contract,
    data: Mapping[str, Any],
    terms: StaffTerms,
    now: datetime,
) -> View:
    """Who is on the roster now, how many were promised, and what the contract asks of people."""
    people = read_people_of(connection, found.id, data, site.calendar)
    promised = {one.role: one.count for one in people.promises}
    said = {
        "replace_within": terms.replace_within,
        "change_consent": terms.change_consent,
        "employees": terms.employees,
        "undertaking": terms.undertaking,
        "background": terms.background,
        "key_staff": terms.key_staff,
        "short_months": terms.short_months,
    }
    return {
        "roster": [
            {"name": one.name, "role": one.role, "key": one.key, "since": render_instant(one.start_at)}
            for one in people.members
            if one.is_on(now, now + timedelta(microseconds=1))
        ],
        "promised": [{"role": role, "count": count, "source": None} for role, count in promised.items()]
        or [{"role": one.role, "count": one.count, "source": dict(one.source)} for one in terms.promised],
        "terms": [
            {
                "code": code,
                "count": one.count,
                "within": None if one.within is None else dict(one.within),
                "source": dict(one.source),
            }
            for code, one in said.items()
            if one is not None
        ],
    }


def _contacts(connection: Connection, found: Contract) -> Iterator[View]:
    names = {one: require_organisation(connection, one).name for one in (found.using_unit_id, found.provider_id)}
    for one in list_contacts(connection, found.id):
        yield {
            "organisation": names.get(one.organisation_id)
            or require_organisation(connection, one.organisation_id).name,
            "name": one.name,
            "channel": one.channel,
            "address": one.address if one.channel in _ADDRESSED else None,
            "minutes_left": one.minutes_left,
        }


def _rota(connection: Connection, found: Contract, data: Mapping[str, Any], now: datetime) -> View:
    """The posts that the contract wants manned day and night, and the shifts planned for the days to come."""
    shifts = [one for one in list_shifts(connection, found.id, start_at=now, end_at=now + _AHEAD) if one.end_at > now]
    return {
        "continuous": [
            {"post": post, "source": None if source is None else dict(source)}
            for post, source in sorted(find_continuous(data).items())
        ],
        "days": _AHEAD.days,
        "shifts": [
            {
                "post": one.post,
                "person": one.person_name,
                "telephone": one.telephone,
                "start_at": render_instant(one.start_at),
                "end_at": render_instant(one.end_at),
            }
            for one in sorted(shifts, key=lambda one: (one.start_at, one.post))
        ],
    }


def _watches(connection: Connection, found: Contract) -> Iterator[View]:
    """What the parties agreed to watch."""
    rows = list_watches(connection, found.id)
    names = name_objects(connection, [one.object for one in rows])
    for one in rows:
        yield {"object": names.get(one.object, one.object), "probe": one.probe, "address": one.address}


def _watched(connection: Connection, found: Contract) -> list[View]:
    """How many resources are watched without being asked for, by kind."""
    counts = dict.fromkeys(_WATCHED, 0)
    for one in iterate_resources(connection, contract_id=found.id):
        if one.kind in counts and one.ready_at is not None and one.delete_asked_at is None:
            counts[one.kind] += 1
    return [{"kind": kind, "probe": _WATCHED[kind], "count": count} for kind, count in counts.items() if count]


def _rounds(found: Contract) -> Iterator[View]:
    """The months of the term with the weeks that begin in each: the rounds of an inspection; none without a term."""
    if found.start_on is None or found.end_on is None:
        return
    weeks = list(compute_periods("weekly", found.start_on, found.end_on))
    for first, last in compute_periods("monthly", found.start_on, found.end_on):
        yield {
            "first_on": first.isoformat(),
            "last_on": last.isoformat(),
            "weeks": [start.isoformat() for start, _end in weeks if first <= start <= last],
        }


def _exercises(connection: Connection, found: Contract, terms: StaffTerms, today: date) -> Iterator[View]:
    """Drills and trainings that the contract wants, how many by when, and how many were held."""
    wanted = [
        Wanted(one.kind, one.count, one.every, str(one.source.get("text") or ""), one.source) for one in terms.exercises
    ]
    held = read_held(connection, found.id)
    for one in compute_standings(wanted, held, start_on=found.start_on, end_on=found.end_on, today=today):
        yield {
            "kind_name": LOGBOOKS[one.wanted.kind],
            "count": one.wanted.count,
            "first_on": None if one.first_on is None else one.first_on.isoformat(),
            "last_on": None if one.last_on is None else one.last_on.isoformat(),
            "confirmed": len(one.confirmed),
            "waiting": len(one.waiting),
            "source": None if one.wanted.source is None else dict(one.wanted.source),
        }


def _reports(site: Installation, connection: Connection, found: Contract, now: datetime) -> Iterator[View]:
    """The reports of the calendar, one row a series: how many over the term, the first day still to come, and why."""
    today = date_of(now)
    series: dict[tuple[str, str], View] = {}
    for one in expected_of(connection, found, site.calendar, now):
        row = series.setdefault(
            (one.kind, one.party),
            {
                "kind": one.kind,
                "party": one.party,
                "frequency": one.frequency,
                "count": 0,
                "next_on": None,
                **_basis(one),
                "source": None if one.source is None else dict(one.source),
            },
        )
        row["count"] += 1
        day = one.due_on or (one.period[1] if one.period else None)
        if row["next_on"] is None and day is not None and day >= today:
            row |= {"next_on": day.isoformat(), **_basis(one)}
    yield from series.values()


def _basis(one: Expected) -> View:
    deadline = None if one.deadline is None else dict(one.deadline)
    return {"basis": one.basis, "trigger": one.trigger, "deadline": deadline}


def _acceptance(data: Mapping[str, Any]) -> View:
    given = data.get("acceptance") or {}
    return {
        "deadline": given.get("deadline"),
        "silence_accepts": bool(given.get("silence_accepts")),
        "silence_after": given.get("silence_after"),
        "rework": given.get("rework"),
        "by_third_party": given.get("by_third_party"),
        "sources": given.get("sources") or [],
        "deliverables": [
            _source(one, "name", "phase", "party", "frequency", "due_by", "note")
            for one in data.get("deliverables") or ()
        ],
    }


def _exit(data: Mapping[str, Any]) -> View | None:
    given = data.get("exit")
    if not given:
        return None
    names = ("notice", "migration", "switch_over", "free_of_charge", "erase")
    return {name: given.get(name) for name in names} | {"sources": given.get("sources") or []}
