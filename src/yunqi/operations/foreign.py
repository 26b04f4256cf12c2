"""Taking in what another monitoring system wrote, in one transaction: all of the file, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from yunqi.cases import incident as incident_case
from yunqi.cases.machine import Event
from yunqi.kernel.clock import BEIJING
from yunqi.kernel.words import _
from yunqi.operations.cases import load_state, open_incident_within
from yunqi.operations.installation import Installation
from yunqi.operations.parties import unknown_system
from yunqi.probes.foreign import read_foreign
from yunqi.store import cases as store
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.evidence_import import ForeignEvidence, ForeignIncident, ImportCount, import_evidence
from yunqi.store.parties import list_systems

_SYSTEM = "system:"
_ROLES = {"reported": "using_unit", "closed": "using_unit"}


@dataclass(frozen=True, slots=True)
class Taken:
    """How many records were new, and how many were known."""

    written: int
    known: int


def import_file(
    installation: Installation,
    contract: str,
    source: Path | bytes,
    *,
    label: str,
    sample: bool,
    kind: str | None = None,
    zone: str | None = None,
) -> Taken:
    """Reads a CSV file or its bytes (docs/reference/evidence-csv.md) into a contract's evidence under a label.

    An object `system:NAME` may name an information system by its name; raises `Problem` system.unknown for one that the
    using unit does not have. `zone` says what times without a zone mean:
    beijing (None too) or utc.
    """
    evidence = read_foreign(source, kind=kind, zone=UTC if zone == "utc" else BEIJING)
    now = installation.clock.now()
    with installation.database.write() as connection:
        found = require_contract(connection, contract)
        names = {one.name: one.id for one in list_systems(connection, found.using_unit_id, at=now)}
        evidence = evidence.with_objects(lambda name: _resolve(name, names))
        counted = import_into(
            connection, installation, found, evidence, label=label, sample=sample, now=now, names=names
        )
    return Taken(counted.results + counted.outages + counted.incidents + counted.usages, counted.known)


def import_into(
    connection: Connection,
    installation: Installation,
    contract: Contract,
    evidence: ForeignEvidence,
    *,
    label: str,
    sample: bool,
    now: datetime,
    names: dict[str, str],
) -> ImportCount:
    """Writes foreign evidence in the caller's transaction; `names` are the ids of information systems by name."""
    return import_evidence(
        connection,
        contract.id,
        evidence,
        label=label,
        sample=sample,
        now=now,
        enter_incident=lambda inner, one, origin: _enter(
            inner, installation, contract, one, origin, names, sample=sample
        ),
    )


def _resolve(name: str, systems: dict[str, str]) -> str:
    """The object under its id; raises `Problem` system.unknown: nobody would see what is noted of a system there isn't,
    and yet it would be charged for.
    """
    rest = name.removeprefix(_SYSTEM)
    if not name.startswith(_SYSTEM) or rest in systems.values():
        return name
    if rest not in systems:
        raise unknown_system(rest, systems)
    return f"{_SYSTEM}{systems[rest]}"


def _enter(
    connection: Connection,
    installation: Installation,
    contract: Contract,
    one: ForeignIncident,
    origin: str,
    systems: dict[str, str],
    *,
    sample: bool,
) -> None:
    """An incident and its steps through the state machine, each as said by the party that the step belongs to."""
    system = None if one.system is None else systems.get(one.system, one.system)
    if system is not None and system not in systems.values():
        raise unknown_system(str(one.system), systems)
    if system is None and one.object.startswith(_SYSTEM):
        system = one.object.removeprefix(_SYSTEM)
    opened = open_incident_within(
        connection,
        installation,
        contract_id=contract.id,
        title=one.title,
        occurred_at=one.occurred_at,
        subject=one.object,
        system_id=system if system in systems.values() else None,
        tenant_id=None,
        origin=origin,
        sample=sample,
        number=one.number,
    )
    for step, at in one.steps:
        found = store.require_case(connection, opened.id)
        data = {
            "reported": {"channel": _("导入")},
            "located": {"root_cause": one.cause or _("未注明")},
        }.get(step, {})
        state = incident_case.apply(
            load_state(connection, found), Event(step, at, _ROLES.get(step, "provider"), None, data)
        )
        store.add_case_event(
            connection,
            opened.id,
            event=step,
            at=at,
            state=state.state,
            now=installation.clock.now(),
            expected_count=found.event_count,
            event_data=data,
            case_data=dict(state.data),
            origin=origin,
            sample=sample,
        )
