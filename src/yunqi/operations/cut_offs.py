"""What follows a cut-off: the using unit is told, and one that was wrong is an outage."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from yunqi.kernel.clock import parse_instant, render_local
from yunqi.kernel.words import _
from yunqi.operations.cases import add_event_within, open_incident_within
from yunqi.operations.installation import Installation
from yunqi.settlement.inputs import PLATFORM
from yunqi.store.cases import Case, list_cases, set_case_data
from yunqi.store.contacts import list_contacts
from yunqi.store.contracts import Contract
from yunqi.store.facts import REPORTED
from yunqi.store.notices import record_told, write_notice
from yunqi.wire.registers import TellOfCutOff

KEY = "cut_off"
"""The key of the notice that goes out by itself, once."""
_PROVIDER = "provider"


def tell_of_cut_off(connection: Connection, contract: Contract, found: Case, at: datetime, now: datetime) -> None:
    """Sends the using unit's contacts that are told at once what was cut off and when; nothing where there are none."""
    contacts = tuple(
        one
        for one in list_contacts(connection, contract.id)
        if one.minutes_left is None and one.organisation_id == contract.using_unit_id
    )
    if not contacts:
        return
    lines = [
        _("合同：{contract}", contract=contract.number or contract.title),
        _("事项：{title}", title=found.title),
        _("断开：{at}", at=render_local(at)),
    ]
    write_notice(
        connection,
        contract_id=contract.id,
        case_id=found.id,
        stage="notice",
        subject=_("应急断开：{number} {title}", number=found.number, title=found.title),
        text="\n".join([*lines, str(found.data.get("text") or "")]).strip(),
        contacts=contacts,
        key=KEY,
        now=now,
    )


def record_told_by_hand(
    connection: Connection,
    contract: Contract,
    found: Case,
    request: TellOfCutOff,
    at: datetime,
    person_id: str,
    now: datetime,
) -> None:
    """Keeps the receipt of a telling by hand, as a notice of its own."""
    made = write_notice(
        connection,
        contract_id=contract.id,
        case_id=found.id,
        stage="notice",
        subject=_("应急断开：{number} {title}", number=found.number, title=found.title),
        text=request.receipt.strip(),
        contacts=(),
        person_id=person_id,
        now=now,
    )
    record_told(
        connection,
        str(made),
        contract_id=contract.id,
        case_id=found.id,
        organisation_id=contract.using_unit_id,
        channel=request.channel,
        recipient=request.recipient.strip(),
        answer=request.receipt.strip(),
        at=at,
        person_id=person_id,
        now=now,
    )


def enter_outage(connection: Connection, site: Installation, found: Case, person_id: str) -> Case:
    """The interruption that a wrongful cut-off is: the one entered already of its system and time, else a new one."""
    cut_at, restored_at = (parse_instant(str(found.data[name])) for name in ("carry_out_at", "restore_at"))
    incident = next(
        (
            one
            for one in list_cases(connection, found.contract_id, kind="incident")
            if one.system_id == found.system_id
            and one.state != "withdrawn"
            and one.data.get("type") == "interruption"
            and cut_at <= one.opened_at <= restored_at
        ),
        None,
    )
    if incident is None:
        incident = open_incident_within(
            connection,
            site,
            contract_id=found.contract_id,
            title=_("错误断开：{number} {title}", number=found.number, title=found.title)[:300],
            occurred_at=cut_at,
            subject=PLATFORM if found.system_id is None else f"system:{found.system_id}",
            system_id=found.system_id,
            tenant_id=None,
            data={KEY: found.number},
            origin=REPORTED,
            person_id=person_id,
        )
        add_event_within(
            connection, site, incident.id, "recovered", person_id=person_id, at=restored_at, role=_PROVIDER
        )
    set_case_data(connection, found.id, {**found.data, "incident": incident.id})
    return incident
