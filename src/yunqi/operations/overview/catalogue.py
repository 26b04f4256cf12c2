"""What has a day by the catalogue of obligations alone: no duty was read for it, its day follows from its own words.

These are the lines `kind:…` of the list of obligations; late and due are what that list calls so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from yunqi.contract.duties import DELIVERABLE
from yunqi.contract.obligations.find import FoundObligation
from yunqi.contract.obligations.join import Dates, Line, compute_day, join_obligations
from yunqi.contract.obligations.standing import SOON
from yunqi.contract.report_plan import kind_of
from yunqi.kernel.period import date_of, day_start
from yunqi.operations.late_capacity import CREATION
from yunqi.operations.late_duties import list_built
from yunqi.operations.obligation_list import BOTH
from yunqi.operations.overview.due import minutes_until
from yunqi.operations.overview.gathered import Gathered
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.lateness import late_event
from yunqi.store import overview_work as work_store
from yunqi.store.cases import list_cases
from yunqi.store.contracts import require_contract
from yunqi.store.overview_contracts import ContractHead
from yunqi.wire.overview import DueItem

_LEAVE = "exit.apply"
_DAY, _MOMENT = timedelta(days=1), timedelta(microseconds=1)
_UNFINISHED = ("drafted", "filed", "approved")
_CALLED_OFF = frozenset({"withdrawn", "rejected"})


def due_of_catalogue(found: Gathered, party: str) -> Iterator[DueItem]:
    """What a party owes once by a day that is near or past and that nothing shows as done; each once."""
    named_in = {key: _named(found, key) for key in found.contracts}
    created = any(one.kind.code == CREATION for named in named_in.values() for one in named)
    building = _list_building(found) if created else frozenset()
    for contract in found.contracts.values():
        named = named_in[contract.id]
        mine = [one for one in named if one.kind.party in (party, BOTH)]
        if not mine:
            continue
        dates = Dates(contract.start_on, contract.end_on, found.dates_of(contract.id).get("effective"))
        for line in join_obligations(named, found.duties(contract.id)):
            if line.duty is not None or line.found not in mine or line.found is None:
                continue
            own = compute_day(line.found, dates, found.desk.site.calendar)
            if own is None or own > found.today + SOON or _is_done(found, contract.id, line):
                continue
            for title, last_on in _open(found, contract, line.found, own, building):
                yield _item(found, contract, line.found, title, last_on)


def _named(found: Gathered, contract_id: str) -> tuple[FoundObligation, ...]:
    named: tuple[FoundObligation, ...] = found.law(contract_id).contract["catalogue"]
    return named


def _is_done(found: Gathered, contract_id: str, line: Line) -> bool:
    if any((contract_id, key) in found.fulfilled for key in (line.key, *line.keys)):
        return True
    given = found.law(contract_id).contract.get("deliverables") or ()
    numbers = [int(key.partition(":")[2]) for key in line.keys if key.startswith(f"{DELIVERABLE}:")]
    names = (kind_of(str(given[number - 1].get("name") or "")) for number in numbers)
    return any((contract_id, name, None) in found.handed_in for name in names)


def _open(
    found: Gathered, contract: ContractHead, one: FoundObligation, own: date, building: frozenset[str]
) -> Iterator[tuple[str, date]]:
    """What of an obligation is open, with its last day: itself, or each thing that was asked for under it."""
    if one.kind.code == _LEAVE:
        rows = list_cases(found.desk.connection, contract.id, kind="exit") if own >= found.today else ()
        if own >= found.today and all(row.state in _CALLED_OFF for row in rows):
            yield one.kind.title, own
        return
    if one.kind.code != CREATION:
        yield one.kind.title, own
        return
    if own < found.today and contract.id not in building:
        return  # nothing that was asked for can be open
    asked = _created(found, contract.id)
    if not asked and own >= found.today:
        yield one.kind.title, own
    late = {late_event(each) for each in found.late_duties.get(contract.id, ())}
    for each in asked:
        last_on = date_of(each.due_at - _MOMENT)
        if each.done_at is None and last_on <= found.today + SOON and late_event(each) not in late:
            yield each.title, last_on


def _list_building(found: Gathered) -> frozenset[str]:
    """The contracts with a work order that is not carried out, or with a resource that is not there."""
    rows, _events = work_store.list_lasting_cases(
        found.desk.connection, found.desk.caller, "work_order", _UNFINISHED, limit=5000
    )
    unready = {key for key, phases in found.resources.items() if set(phases) - {"ready"}}
    return frozenset(row.contract_id for row in rows) | unready


def _created(found: Gathered, contract_id: str) -> list[LateDuty]:
    contract = require_contract(found.desk.connection, contract_id)
    built = list_built(found.desk.connection, found.desk.site, contract, found.now)
    return [one for one in built if one.kind == CREATION]


def _item(found: Gathered, contract: ContractHead, one: FoundObligation, title: str, last_on: date) -> DueItem:
    ends_at = day_start(last_on + _DAY)
    return DueItem(
        kind="obligation",
        object="contract",
        object_id=contract.id,
        number=contract.name,
        title=title,
        clause=one.article,
        contract_id=contract.id,
        contract_number=contract.number,
        using_unit=contract.using_unit,
        provider=contract.provider,
        due_at=ends_at,
        minutes_left=minutes_until(ends_at, found.now),
        late=ends_at <= found.now,
    )
