"""Entries of logbooks as they are shown: in words, with their clause, and with what may follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yunqi.cases.logbook import (
    CONFIRMED,
    DRILL,
    EXERCISES,
    KINDS,
    LABELS,
    LOGBOOKS,
    MACHINES,
    PROTECTED_PERIOD,
    STAFF_BREACH,
    STAFF_MEMBER,
    STAFF_PROMISE,
    STAFF_REQUEST,
    Field,
)
from yunqi.cases.logbook.fields import CHOICES
from yunqi.cases.logbook.protection import find_manned
from yunqi.cases.logbook.staff import Request
from yunqi.contract.staff_terms import StaffTerms, find_staff_terms
from yunqi.kernel.clock import parse_instant, render_local
from yunqi.kernel.period import Span
from yunqi.kernel.rights import decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.casework import party_fields, target_of_case, timeline
from yunqi.operations.cases import load_state
from yunqi.operations.duty import shift_of
from yunqi.operations.logbook import due_of
from yunqi.operations.versions import data_at
from yunqi.store.case_lists import read_case_row
from yunqi.store.cases import Case, list_case_events
from yunqi.store.contracts import require_contract
from yunqi.store.duty import list_shifts
from yunqi.store.files import require_file
from yunqi.wire.incidents import Source, source_of
from yunqi.wire.logbooks import (
    LogbookDetail,
    LogbookField,
    LogbookNext,
    LogbookRow,
    LogbookValue,
)
from yunqi.wire.protection import ProtectedGap, ProtectedManning, ProtectedShift
from yunqi.wire.work_orders import TimelineEntry

GAPS = {"unplanned": "没有排班", "unmanned": "无人到岗", "claimed": "仅有补记"}
_SUMMARY: Mapping[str, tuple[str, ...]] = {
    "drill": ("scope", "system", "minutes", "result"),
    "training": ("audience", "minutes", "result"),
    "restore_drill": ("backup", "restored_in", "result"),
    "protected_period": ("level", "set_by"),
    "staff_member": ("role", "employment"),
    "staff_promise": ("role", "count"),
    "attendance": ("month",),
    "staff_request": ("person", "successor"),
    "staff_breach": ("sort", "person"),
}
"""What stands beside an entry in a list."""


def terms_at(desk: Desk, contract_id: str) -> StaffTerms:
    """What the contract, as it stands now, says of people and exercises."""
    return find_staff_terms(data_at(desk.connection, require_contract(desk.connection, contract_id), desk.now))


def row_view(desk: Desk, row: Any, kind: str) -> LogbookRow:
    """An entry in a list."""
    data = row.data
    until = data.get("until")
    request = _request(desk, row) if kind == STAFF_REQUEST else None
    return LogbookRow(
        id=row.id,
        number=row.number,
        kind=kind,
        kind_name=_(LOGBOOKS[kind]),
        title=row.title,
        **party_fields(row),
        at=row.opened_at,
        until_at=parse_instant(str(until)) if until else None,
        summary=_("，").join(words for name in _SUMMARY[kind] if (words := value_words(name, data.get(name)))),
        state=row.state,
        state_name=_(MACHINES[kind].label(row.state)),
        counts=row.state == CONFIRMED or (kind == STAFF_MEMBER and row.state != "withdrawn"),
        due_at=None if request is None else request.due_at,
        standing="" if request is None else request.standing(desk.now),
    )


def _request(desk: Desk, row: Any) -> Request | None:
    """The clock of somebody's replacement; none for a request that was withdrawn."""
    if row.state == "withdrawn":
        return None
    said = terms_at(desk, row.contract_id).replace_within
    due = due_of(row.opened_at, None if said is None else said.within, desk.site.calendar)
    done = row.data.get("replace_at")
    return Request(row.id, row.number, row.data["person"], row.opened_at, due, parse_instant(done) if done else None)


def value_words(name: str, value: Any) -> str:
    """A value as people read it.

    >>> value_words("present", ["甲", "乙"]), value_words("until", "2026-03-01T00:00:00Z"), value_words("plan", None)
    ('甲、乙', '2026-03-01 08:00:00', '')
    """
    if value in (None, ""):
        return ""
    if name in CHOICES:
        return _(CHOICES[name][value]) if value in CHOICES[name] else str(value)
    if isinstance(value, list | tuple):
        return _("、").join(str(one) for one in value) or _("无")
    if name == "until":
        return render_local(parse_instant(str(value)))
    if name == "count":
        return _("{count} 人", count=value)
    if name in ("minutes", "restored_in"):
        return _("{count} 分钟", count=value)
    return str(value)


def field_view(one: Field) -> LogbookField:
    """A field as a form shows it."""
    return LogbookField(
        name=one.name,
        label=_(LABELS[one.name]),
        kind=one.kind,
        required=one.required,
        choices=tuple((code, _(CHOICES[one.name][code])) for code in CHOICES.get(one.name, ())),
    )


def _values(desk: Desk, found: Case) -> Iterator[LogbookValue]:
    book, seen = KINDS[found.kind], set[str]()
    for one in (field for fields in (book.fields, *book.steps.values()) for field in fields):
        value = found.data.get(one.name)
        if one.name in seen or value is None:
            continue
        seen.add(one.name)
        is_file = one.kind == "file"
        words = require_file(desk.connection, str(value)).name if is_file else value_words(one.name, value)
        yield LogbookValue(name=one.name, label=_(LABELS[one.name]), value=words, file=is_file)


def _clause(kind: str, terms: StaffTerms) -> Source | None:
    """Where the contract speaks of it."""
    said = {
        DRILL: terms.drill_permission,
        PROTECTED_PERIOD: terms.key_staff,
        STAFF_MEMBER: terms.employees or terms.undertaking,
        STAFF_PROMISE: terms.short_months,
        STAFF_REQUEST: terms.replace_within,
        STAFF_BREACH: terms.breach_limit,
    }.get(kind)
    if kind in EXERCISES:
        term = next((one for one in terms.exercises if one.kind == kind), None)
        if term is not None:
            return source_of(term.source)
    return None if said is None else source_of(said.source)


def manning_of(desk: Desk, found: Case) -> ProtectedManning:
    """How a protected period is manned as it stands now: its shifts, its gaps, and who of the named has not come."""
    span = Span(found.opened_at, parse_instant(str(found.data["until"])))
    rows = list_shifts(desk.connection, found.contract_id, start_at=span.start_at, end_at=span.end_at)
    by_id = {row.id: row for row in rows}
    manned = find_manned(span, tuple(found.data.get("key_staff") or ()), (shift_of(row) for row in rows), desk.now)
    gaps = [("unplanned", one.start_at, one.end_at) for one in manned.unplanned]
    gaps += [("claimed" if one.claimed else "unmanned", one.start_at, one.end_at) for one in manned.unmanned]
    names = ("id", "telephone", "start_at", "end_at", "taken_at", "left_at")
    return ProtectedManning(
        shifts=tuple(
            ProtectedShift(
                person=by_id[one.id].person_name,
                note=by_id[one.id].note or "",
                **{name: getattr(by_id[one.id], name) for name in names},
            )
            for one in manned.shifts
        ),
        gaps=tuple(
            ProtectedGap(start_at=start, end_at=end, why=why, why_name=_(GAPS[why]))
            for why, start, end in sorted(gaps, key=lambda gap: gap[1:])
        ),
        missing=manned.missing,
        over=manned.over,
    )


def _timeline(desk: Desk, found: Case) -> tuple[TimelineEntry, ...]:
    """What happened, each value in words under its label; a file stands with the values."""
    book = KINDS[found.kind]
    files = {one.name for fields in (book.fields, *book.steps.values()) for one in fields if one.kind == "file"}
    said = {one.no: one.data for one in list_case_events(desk.connection, found.id)}
    return tuple(
        one.model_copy(
            update={
                "data": {
                    _(LABELS[name]): value_words(name, value)
                    for name, value in said[one.no].items()
                    if name not in files and name in LABELS
                }
            }
        )
        for one in timeline(desk, found.id, book.machine)
    )


def _next(desk: Desk, found: Case) -> tuple[LogbookNext, ...]:
    book, target = KINDS[found.kind], target_of_case(desk, found)
    state, role = load_state(desk.connection, found), desk.caller.organisation_role
    allowed = decide(desk.caller, RIGHTS["logbook.advance"], target) is None
    confirmed = str(found.data.get("confirmed_by") or "").split(",")
    steps = []
    for name in book.machine.allowed(state):
        roles = book.machine.transitions[name].roles
        may = allowed and role in roles and not (name == "confirm" and role in confirmed)
        fields = tuple(field_view(one) for one in book.steps.get(name, ()))
        steps.append(
            LogbookNext(event=name, event_name=_(book.machine.label(name)), fields=fields, roles=roles, may=may)
        )
    return tuple(steps)


def detail_view(desk: Desk, found: Case) -> LogbookDetail:
    """An entry with all that was said of it, and what may follow from this caller."""
    book = KINDS[found.kind]
    return LogbookDetail(
        **row_view(desk, read_case_row(desk.connection, found.id), found.kind).model_dump(),
        values=tuple(_values(desk, found)),
        clause=_clause(found.kind, terms_at(desk, found.contract_id)),
        manning=manning_of(desk, found) if found.kind == PROTECTED_PERIOD else None,
        timeline=_timeline(desk, found),
        next=_next(desk, found),
        document=book.documents,
    )
