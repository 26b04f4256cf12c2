"""What a week's inspection (巡检) finds in the ledger: how objects were seen, how resources stood, what was repaired.

Nothing is estimated: what nobody observed is unknown, and is said to be so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.contract.terms import number
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.clock import render_instant
from yunqi.kernel.period import Span, date_of, day_span
from yunqi.kernel.rights import Caller
from yunqi.kernel.units import minutes_of
from yunqi.metering import DrawSpan, Outage, compute_entitlement_use, compute_outages
from yunqi.metering.standing import GONE, Change, compute_states, find_repairs, find_served
from yunqi.operations.availability import Seen, read_seen
from yunqi.operations.bonds import read_bond
from yunqi.operations.month_evidence import read_draws
from yunqi.operations.terms import read_term
from yunqi.operations.versions import data_at
from yunqi.services.registry import load_catalogue
from yunqi.settlement.inputs import DrawFact
from yunqi.store.chain import list_day_roots
from yunqi.store.contracts import Contract
from yunqi.store.facts import Fact, list_facts
from yunqi.store.object_names import name_objects
from yunqi.store.parties import list_systems
from yunqi.store.resources import iterate_resources
from yunqi.store.sessions import list_ending_tokens

View = dict[str, Any]
SOON = timedelta(days=60)
"""So long before its end a term or a guarantee is named."""
PLATFORM, SYSTEM = "platform", "system"
TERM, GUARANTEE, TOKEN = "term", "guarantee", "token"
_EVENTS = (
    "ordered",
    "changed",
    "ready",
    "repairing",
    "delete_asked",
    "erase_approved",
    "erased",
    "gone",
    "adopted",
    "adoption_undone",
)
_RESOURCE = "resource."
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Resources:
    """The resources of a contract over a span: name and kind by id, how each stood at its end, what became of them."""

    names: Mapping[str, tuple[str, str]]
    states: Mapping[str, str]
    served: frozenset[str]
    changes: tuple[Change, ...]


def read_resources(connection: Connection, contract: Contract, span: Span) -> Resources:
    """As their records say; `served`: those that were in service at the beginning or at some instant of the span."""
    kinds = tuple(f"{_RESOURCE}{event}" for event in _EVENTS)
    facts = list_facts(connection, contract.id, kind=kinds, end_at=span.end_at)
    changes = tuple(Change(one.subject, one.at, one.kind.removeprefix(_RESOURCE)) for one in facts)
    names = {one.id: (one.name, one.kind) for one in iterate_resources(connection, contract_id=contract.id, gone=True)}
    return Resources(names, compute_states(changes, span.end_at), find_served(changes, span), changes)


def view_resources(found: Resources) -> list[View]:
    """How many of each kind stood in each state at the end; what had ended is not counted."""
    counts: dict[str, dict[str, int]] = {}
    for identifier, state in found.states.items():
        if state != GONE:
            mine = counts.setdefault(found.names.get(identifier, ("", ""))[1], {})
            mine[state] = mine.get(state, 0) + 1
    return [{"kind": kind, "states": counts[kind]} for kind in sorted(counts)]


def view_repairs(found: Resources, span: Span) -> list[View]:
    """Each difference from what was ordered that was found, or still lasted, within the span."""
    return [
        {
            **_named(found, one.resource),
            "found_at": render_instant(one.found_at),
            "mended_at": None if one.mended_at is None else render_instant(one.mended_at),
            "minutes": None if one.mended_at is None else str(minutes_of(one.mended_at - one.found_at)),
            "before": one.found_at < span.start_at,
        }
        for one in find_repairs(found.changes, span)
    ]


def _named(found: Resources, identifier: str) -> View:
    name, kind = found.names.get(identifier, (identifier, ""))
    return {"object": identifier, "name": name, "kind": kind}


def read_objects(
    connection: Connection, contract: Contract, span: Span, found: Resources
) -> tuple[list[View], list[View]]:
    """What was observed, the worst first; and by kind what was in service and observed by nobody."""
    seen = read_seen(connection, contract.id, span)
    names = name_objects(connection, [one.object for one in seen])
    observed = {one.object for one in seen}
    unseen: dict[str, list[str]] = {}
    for identifier in sorted(found.served - observed):
        name, kind = found.names.get(identifier, (identifier, ""))
        unseen.setdefault(kind, []).append(name)
    systems = list_systems(connection, contract.using_unit_id, at=span.end_at - _MOMENT)
    named = {str(one.get("name")) for one in data_at(connection, contract, span.end_at - _MOMENT).get("systems") or ()}
    for one in systems:
        if f"{SYSTEM}:{one.id}" not in observed and (not named or one.name in named):
            unseen.setdefault(SYSTEM, []).append(one.name)
    rows = [_object(one, names.get(one.object, one.object), found) for one in sorted(seen, key=_worst)]
    return rows, [{"kind": kind, "names": sorted(mine)} for kind, mine in sorted(unseen.items())]


def _worst(one: Seen) -> tuple[Fraction, Fraction, str]:
    low = one.availability.low
    return Fraction(1) if low is None else low, -one.availability.unknown_share, one.object


def _object(one: Seen, name: str, found: Resources) -> View:
    head, _colon, _rest = one.object.partition(":")
    kind = head if head in (PLATFORM, SYSTEM) else _named(found, one.object)["kind"]
    stood = one.availability
    return {
        "object": one.object,
        "name": name,
        "kind": kind,
        "share": None if stood.share is None else str(stood.share),
        "known_share": str(1 - stood.unknown_share),
        "counted": bool(stood.up or stood.down or stood.unknown),
        "down_minutes": str(minutes_of(stood.down)),
        "unknown_minutes": str(minutes_of(stood.unknown)),
        "excluded_minutes": str(minutes_of(stood.excluded)),
        "outages": [_outage(each) for each in compute_outages(one.spans)],
        "observers": sorted(one.streams),
        "sealed": one.sealed,
        "sample": stood.sample,
    }


def _outage(one: Outage) -> View:
    return {
        "start_at": render_instant(one.span.start_at),
        "end_at": render_instant(one.span.end_at),
        "minutes": str(minutes_of(one.span.length)),
        "start_certain": one.start_certain,
        "end_certain": one.end_certain,
    }


def read_lines(connection: Connection, contract: Contract, span: Span, known_at: datetime) -> list[View]:
    """What each price line that is bought for a time allows, and what was drawn of it in the span.

    `average` None: nothing records here what is used of it.
    """
    by_line: dict[int | None, list[DrawFact]] = {}
    for one in read_draws(connection, contract, span, known_at):
        by_line.setdefault(one.line_no, []).append(one)
    data = data_at(connection, contract, span.end_at - _MOMENT)
    recorded = {item.item for entry in load_catalogue().values() for item in entry.items}
    return list(_lines(data.get("price_lines") or (), by_line, recorded, span))


def _lines(
    lines: Iterable[Mapping[str, Any]], by_line: Mapping[int | None, list[DrawFact]], recorded: set[str], span: Span
) -> Iterator[View]:
    for line in lines:
        no = int(line["no"])
        drawn = [one for one in by_line.get(no, ()) if one.kind == "span"]
        once = (line.get("periods") or {}).get("unit") == "run" or any(
            one.kind != "span" for one in by_line.get(no, ())
        )
        if line.get("quantity") is None or once:
            continue
        use = None
        if drawn or line.get("item") in recorded:
            use = compute_entitlement_use([DrawSpan(one.quantity, one.start_at, one.end_at) for one in drawn], span)
        yield {
            "no": no,
            "name": line.get("name"),
            "unit": line.get("unit"),
            "item": line.get("item"),
            "contracted": str(number(line.get("quantity"))),
            **{key: None if use is None else str(getattr(use, key)) for key in ("average", "peak", "at_end")},
            "sample": any(one.sample for one in drawn),
        }


def read_days(connection: Connection, contract: Contract, span: Span) -> list[View]:
    """Each day of the span that was over when it ended: when its evidence was closed and signed; None where not yet.

    A root closes the days before its own that were still open.
    """
    roots = list_day_roots(connection, contract.id)
    found, on = [], date_of(span.start_at)
    while day_span(on).end_at <= span.end_at:
        at = next((one.closed_at for one in roots if one.day >= on), None)
        found.append({"on": on.isoformat(), "closed_at": None if at is None else render_instant(at)})
        on += timedelta(days=1)
    return found


def read_expiring(
    connection: Connection, caller: Caller, contract: Contract, calendar: WorkCalendar, span: Span, known_at: datetime
) -> list[View]:
    """What ends within two months of the end of a span: the term, letters of guarantee, the provider's own tokens.

    Tokens are told to the provider's people only.
    """
    last = span.end_at - _MOMENT
    on, until = date_of(last), date_of(last + SOON)
    found: list[View] = []
    end_on = read_term(connection, contract, last, known_at).end_on
    if end_on is not None and on <= end_on <= until:
        found.append({"kind": TERM, "number": "", "on": end_on.isoformat()})
    bond = read_bond(connection, contract, calendar, as_of=on, known_at=known_at)
    found += [
        {"kind": GUARANTEE, "number": one.guarantee, "on": one.expires_on.isoformat()}
        for one in (bond.securities if bond is not None else ())
        if one.expires_on is not None and one.left_fen and one.expires_on <= until
    ]
    if caller.organisation_id == contract.provider_id:
        tokens = list_ending_tokens(connection, contract.provider_id, at=last, until=last + SOON)
        found += [{"kind": TOKEN, "number": one.name, "on": date_of(one.expires_at).isoformat()} for one in tokens]
    return sorted(found, key=lambda one: (one["on"], one["number"]))


def state_of_cases(facts: Iterable[Fact], initial: str) -> dict[str, tuple[str, int]]:
    """How each case stood by the records of its events, and the number of the last of them."""
    found: dict[str, tuple[str, int]] = {}
    for one in facts:
        no = int(one.payload.get("no") or 0)
        if one.subject not in found or no >= found[one.subject][1]:
            found[one.subject] = (str(one.payload.get("state") or initial), no)
    return found
