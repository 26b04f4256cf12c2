"""The reports that a contract demands, as its acceptance material: what the register of reports holds as handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.acceptance.dossier import Handed, Wanted
from yunqi.contract.report_plan import Expected, plan_reports
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.operations.report_calendar import lines_of
from yunqi.operations.terms import in_term
from yunqi.store.contracts import Contract
from yunqi.store.facts import list_facts
from yunqi.store.files import require_file
from yunqi.store.parties import require_organisation
from yunqi.store.report_lists import list_contract_reports

_PROVIDER = "provider"


def list_demanded(
    law: Mapping[str, Any], found: Contract, calendar: WorkCalendar, known: Collection[str]
) -> Iterator[Wanted]:
    """The provider's reports that an obligation demands and no deliverable names: an item for each of their periods."""
    for one in _expected(law, found, calendar):
        if one.key not in known and one.party in (_PROVIDER, ""):
            yield Wanted(
                key=one.key,
                name=one.kind,
                phase="",
                party=_PROVIDER,
                due_on=one.due_on,
                period=one.period,
                at_acceptance=False,
                as_needed=one.period is None,
                source=one.source,
            )


def read_delivered(
    installation: Installation, connection: Connection, found: Contract, law: Mapping[str, Any]
) -> Iterator[Handed]:
    """What the register holds as delivered for each report that is expected: its record in the ledger, its file's SM3.

    The day is that of the receipt, without one that of the sending.
    """
    entries = [one for one in list_contract_reports(connection, found.id) if one.delivered_at is not None]
    by_id = {one.id: one for one in entries}
    dated = in_term(connection, found, installation.clock.now())
    expected = _expected(law, dated, installation.calendar)
    for line in lines_of(expected, entries, now=installation.clock.now(), calendar=installation.calendar):
        at = None if line.filed is None else line.filed.received_at or line.filed.delivered_at
        if line.filed is None or at is None:
            continue
        entry = by_id[line.filed.id]
        facts = sorted(list_facts(connection, found.id, subject=entry.id), key=lambda one: one.recorded_at)
        yield Handed(
            fact=facts[-1].id if facts else entry.id,
            key=line.expected.key,
            on=date_of(at),
            name=f"{entry.title} {line.filed.number}".strip(),
            sm3=require_file(connection, entry.file_id).sm3 if entry.file_id else "",
            document=entry.file_id,
            by=require_organisation(connection, entry.organisation_id).name,
        )


def _expected(law: Mapping[str, Any], found: Contract, calendar: WorkCalendar) -> Sequence[Expected]:
    return plan_reports(law, start_on=found.start_on, end_on=found.end_on, calendar=calendar)
