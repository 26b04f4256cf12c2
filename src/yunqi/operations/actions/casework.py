"""What actions on cases share: which one is meant, who did what when, what may follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from yunqi.cases.machine import Machine
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target, decide
from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk
from yunqi.operations.cases import load_state
from yunqi.operations.request_words import value_words
from yunqi.store.case_lists import find_visible_case
from yunqi.store.cases import Case, list_case_events, require_case
from yunqi.store.contracts import find_contract
from yunqi.store.parties import require_organisation, require_person
from yunqi.wire.work_orders import NeededField, NextEvent, TimelineEntry


def require_case_of(desk: Desk, kinds: str | Iterable[str], reference: str) -> Case:
    """The case of this id, or of this number among those the caller may see, of one kind or of several.

    Raises `Problem` case.unknown.
    """
    for kind in (kinds,) if isinstance(kinds, str) else kinds:
        found = find_visible_case(desk.connection, reference, desk.caller, kind=kind)
        if found is not None:
            return require_case(desk.connection, found)
    raise Problem("case.unknown", "没有事项「{value}」", field="case", value=reference, way_out="请核对编号")


def target_of_case(desk: Desk, found: Case) -> Target:
    """The target that a case is: of its contract, and of its information system."""
    owner = find_contract(desk.connection, found.contract_id)
    if owner is None:
        raise LookupError(found.contract_id)
    return aims.target_of_contract(desk, owner, found.system_id)


def timeline(desk: Desk, case_id: str, machine: Machine) -> tuple[TimelineEntry, ...]:
    """The events of a case in order, each with who said it for whom."""
    entries = []
    for one in list_case_events(desk.connection, case_id):
        person = None if one.person_id is None else require_person(desk.connection, one.person_id)
        of = None if person is None else require_organisation(desk.connection, person.organisation_id)
        entries.append(
            TimelineEntry(
                no=one.no,
                event=one.event,
                event_name=_(machine.label(one.event)),
                at=one.at,
                recorded_at=one.recorded_at,
                person_id=one.person_id,
                person=person.name if person else "",
                organisation=of.name if of else "",
                data={
                    name: value if isinstance(value, str) else value_words(name, value, {})
                    for name, value in one.data.items()
                },
            )
        )
    return tuple(entries)


def next_events(
    desk: Desk, found: Case, machine: Machine, target: Target, actions: dict[str, str] | str
) -> tuple[NextEvent, ...]:
    """What may follow, and whether this caller may do it. `actions`: which action each event is, or one for all."""
    state = load_state(desk.connection, found)
    since = machine.since_renewed([one.name for one in state.events])
    events = []
    for name in machine.allowed(state):
        transition = machine.transitions[name]
        right = RIGHTS[actions if isinstance(actions, str) else actions[name]]
        role = desk.caller.organisation_role
        allowed = decide(desk.caller, right, target) is None and role in transition.roles
        allowed = allowed and not machine.is_anothers(state, name, role)
        # What both parties do each once: that one of them did it changes no state by itself.
        twice = transition.target is None and any(
            one.name == name and one.role == role and not transition.once for one in state.events[since:]
        )
        events.append(
            NextEvent(
                event=name,
                event_name=_(machine.label(name)),
                needs=tuple(NeededField(name=field, label=_(machine.label(field))) for field in transition.required),
                roles=transition.roles,
                may=allowed and not twice,
            )
        )
    return tuple(events)


def party_fields(row: Any) -> dict[str, Any]:
    """The fields of a case's row that name its contract and parties."""
    names = ("contract_id", "contract_number", "using_unit_id", "using_unit", "provider_id", "provider")
    return {name: getattr(row, name) for name in names}
