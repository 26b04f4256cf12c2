"""Closing a month: what the store knows of it, as known at one instant, becomes the inputs of the one computation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem, Trouble
from yunqi.kernel.period import Month, Span, day_start
from yunqi.metering import Exclusion
from yunqi.operations.bonds import read_held
from yunqi.operations.changed_readings import read_changed
from yunqi.operations.effective import read_dates
from yunqi.operations.installation import Installation
from yunqi.operations.lateness import NewLateness, find_new_lateness, read_late, record_new_lateness
from yunqi.operations.logbook import read_people_of, read_protected
from yunqi.operations.month_evidence import (
    read_draws,
    read_findings,
    read_incidents,
    read_metered_from,
    read_systems,
)
from yunqi.operations.month_facts import foresee_month
from yunqi.operations.month_objects import read_objects
from yunqi.operations.payments import read_occurrences, read_payments, read_trigger_dates
from yunqi.operations.suspensions import read_suspensions
from yunqi.operations.terms import read_expiry
from yunqi.operations.versions import data_at
from yunqi.settlement import compute_statement
from yunqi.settlement.capped import sum_charged
from yunqi.settlement.inputs import Inputs, Reading
from yunqi.settlement.model import Statement
from yunqi.settlement.payments import sum_taken
from yunqi.store.contracts import Contract, find_ids, require_contract
from yunqi.store.locks import lock_contract, lock_contracts_alone
from yunqi.store.moment import read_together
from yunqi.store.readings import list_readings
from yunqi.store.statements import (
    Charging,
    NewStatement,
    StatementRow,
    keep_statements,
    last_known_at,
    list_charging,
    list_charging_of,
    list_exclusions,
    make_new,
)

Refusal = Problem | Trouble
"""Why a month could not be closed."""


def close_month(
    installation: Installation, contract: str, month_text: str, *, known_at: datetime | None = None
) -> StatementRow:
    """Computes and keeps the statement of a month that is over, as known now or at an earlier instant.

    Raises `Problem` month.unreadable, month.not_over, month.outside_term, and `Trouble` month.overtaken.
    """
    month = Month.parse(month_text)
    if known_at is None:
        closed = close_together(installation, (contract,), month)[0]
        if isinstance(closed, StatementRow):
            return closed
        raise closed
    new = _compute(read_inputs(installation, contract, month, known_at))
    with installation.database.write() as connection:
        return keep_statements(connection, (new,), now=installation.clock.now())[0]


def close_together(
    installation: Installation, contracts: Sequence[str], month: Month
) -> tuple[StatementRow | Refusal, ...]:
    """The statement of the month of each contract as known now, or why there is none.

    What is known of them is read together, and the statements are kept in one transaction. Where that is refused, or
    somebody else has closed a month of one meanwhile, each is closed by itself: none holds up another.
    """
    told: dict[str, StatementRow | Refusal] = {}
    try:
        told = _close_group(installation, tuple(dict.fromkeys(contracts)), month)
    except (Problem, Trouble) as refusal:
        if len(set(contracts)) == 1:
            told = {contracts[0]: refusal}
    if len(set(contracts)) > 1:
        for one in contracts:
            if one not in told or isinstance(told[one], Trouble):
                told[one] = close_together(installation, (one,), month)[0]
    return tuple(told[one] for one in contracts)


def _close_group(
    installation: Installation, contracts: Sequence[str], month: Month
) -> dict[str, StatementRow | Refusal]:
    refused: dict[str, Refusal] = {}
    ids, now = _settle_writers(installation, contracts, refused)
    inputs = _read_as_known_now(installation, tuple(dict.fromkeys(ids.values())), month, now, refused)
    new: dict[str, NewStatement] = {}
    for one, given in inputs.items():
        with _refusing(refused, one):
            new[one] = _compute(given)
    with installation.database.write() as connection:
        lock_contract(connection, *new)
        refused |= _find_overtaken(connection, [inputs[one] for one in new])
        last = [made for one, made in new.items() if one not in refused]
        now = max((one.known_at for one in last), default=now)
        kept = {row.contract_id: row for row in keep_statements(connection, last, now=now)}
    told = {**refused, **kept}
    return {one: told[ids.get(one, one)] for one in contracts}


@contextmanager
def _refusing(refused: dict[str, Refusal], contract: str) -> Iterator[None]:
    """Why a contract's month can't be closed is noted; the others go on."""
    try:
        yield
    except (Problem, Trouble) as refusal:
        refused[contract] = refusal


def _compute(inputs: Inputs) -> NewStatement:
    computed = compute_statement(inputs)
    return make_new(
        inputs.contract_id,
        month=str(inputs.month),
        provisional=computed.provisional,
        data=computed.model_dump(mode="json"),
        known_at=inputs.known_at,
    )


def _read_as_known_now(
    installation: Installation, ids: Sequence[str], month: Month, now: datetime, refused: dict[str, Refusal]
) -> dict[str, Inputs]:
    """What a month needs as known now, with every lateness that the ledger shows; one not recorded yet is recorded."""
    late: dict[str, tuple[Contract, NewLateness]] = {}
    inputs: dict[str, Inputs] = {}
    with installation.database.read() as connection:
        for found in _each_foreseen(connection, ids, refused):
            with _refusing(refused, found.id):
                fresh = find_new_lateness(connection, installation, found, now)
                if fresh.facts:
                    late[found.id] = found, fresh
                else:
                    inputs[found.id] = _read_inputs(connection, installation, found, month, now)
    if not late:
        return inputs
    with installation.database.write() as connection:
        lock_contracts_alone(connection, late)
        now = installation.clock.now()
        record_new_lateness(connection, installation, late.values(), now)
    with installation.database.read() as connection:
        for found in _each_foreseen(connection, tuple(late), refused):
            with _refusing(refused, found.id):
                inputs[found.id] = _read_inputs(connection, installation, found, month, now)
    return inputs


def _each_foreseen(connection: Connection, ids: Sequence[str], refused: dict[str, Refusal]) -> Iterator[Contract]:
    """Contracts of which everything is read together, one after the other."""
    read_together(connection, ids)
    for one in ids:
        with _refusing(refused, one):
            found = require_contract(connection, one)
            foresee_month(connection, found.id)
        if one not in refused:
            yield found


def _settle_writers(
    installation: Installation, contracts: Sequence[str], refused: dict[str, Refusal]
) -> tuple[dict[str, str], datetime]:
    """The ids of contracts, and now, at a moment when whoever has begun to write about them is done: "as known now" can
    be read again.
    """
    ids: dict[str, str] = {}
    with installation.database.write() as connection:
        known = find_ids(connection, contracts)
        for one in contracts:
            with _refusing(refused, one):
                ids[one] = one if one in known else require_contract(connection, one).id
        lock_contracts_alone(connection, ids.values())
        return ids, installation.clock.now()


def _find_overtaken(connection: Connection, several: Sequence[Inputs]) -> dict[str, Refusal]:
    """`Trouble` month.overtaken by contract: of two who close months of one at once, the one who knew less comes too
    late. Both would take their penalties from the same rest of an instalment, of the bond, or under a cap.
    """
    last = last_known_at(connection, [one.contract_id for one in several])
    charging: dict[str, Charging] = {}
    for known_at in {one.known_at for one in several}:
        ids = [one.contract_id for one in several if one.known_at == known_at]
        charging |= list_charging_of(connection, ids, but_month=str(several[0].month), known_at=known_at)
    found: dict[str, Refusal] = {}
    for one in several:
        charged = charging.get(one.contract_id, ())
        sums = (sum_taken(data["offset"] for _month, data in charged), sum_charged(charged))
        if last.get(one.contract_id, one.known_at) > one.known_at or sums != (one.taken_fen, one.charged_fen):
            found[one.contract_id] = Trouble(
                "month.overtaken",
                "结算 {month} 期间，他人已以更新的数据生成了结算单",
                month=one.month,
                way_out="请重试，以最新数据计算",
            )
    return found


def recompute(installation: Installation, row: StatementRow) -> Statement:
    """The statement of a month again, as known when it was made."""
    return compute_statement(read_inputs(installation, row.contract_id, Month.parse(row.month), row.known_at))


def read_inputs(installation: Installation, contract: str, month: Month, known_at: datetime) -> Inputs:
    """Everything that one statement needs, read in one transaction."""
    with installation.database.read() as connection:
        found = require_contract(connection, contract)
        foresee_month(connection, found.id)
        return _read_inputs(connection, installation, found, month, known_at)


def _read_inputs(
    connection: Connection, installation: Installation, found: Contract, month: Month, known_at: datetime
) -> Inputs:
    at = month.span.end_at - timedelta(microseconds=1)
    data = data_at(connection, found, at, known_at)
    begun = month.span.start_at
    if found.start_on is not None:
        begun = max(begun, day_start(found.start_on))
    before = data_at(connection, found, begun, known_at)
    findings = read_findings(connection, found, known_at)
    charging = list_charging(connection, found.id, but_month=str(month), known_at=known_at)
    return Inputs(
        contract=data,
        before=None if before == data else before,
        month=month,
        known_at=known_at,
        calendar=installation.calendar,
        contract_id=found.id,
        readings=tuple(
            Reading(code, str(one.value), one.agreement, one.id)
            for code, one in list_readings(connection, found.id, at=at, known_at=known_at).items()
        ),
        changed=read_changed(connection, found, begun, month.span.end_at, known_at),
        systems=read_systems(connection, found, data, at, known_at),
        draws=read_draws(connection, found, month.span, known_at),
        objects=read_objects(connection, found, month, known_at),
        exclusions=tuple(
            (one.object, Exclusion(one.id, Span(one.start_at, one.end_at), one.clause, one.approved_by))
            for one in list_exclusions(connection, found.id, known_at=known_at)
        ),
        suspensions=read_suspensions(
            connection, found, installation.calendar, end_at=month.span.end_at, known_at=known_at
        ),
        incidents=read_incidents(connection, found, known_at),
        adjudications=findings.counted,
        dates={
            **read_dates(connection, found),
            **read_expiry(connection, found, month.end_on, known_at),
            **read_trigger_dates(connection, found.id, end_at=month.span.end_at, known_at=known_at),
        },
        payments=read_payments(connection, found.id, known_at=known_at),
        bond_held_fen=read_held(connection, found, installation.calendar, end_at=month.span.end_at, known_at=known_at),
        occurrences=read_occurrences(connection, found.id, end_at=month.span.end_at, known_at=known_at),
        late=read_late(connection, found.id, end_at=month.span.end_at, known_at=known_at),
        frozen=findings.frozen,
        taken_fen=sum_taken(data["offset"] for _month, data in charging),
        charged_fen=sum_charged(charging),
        metered_from=read_metered_from(connection, found, known_at),
        people=read_people_of(connection, found.id, data, installation.calendar, known_at=known_at),
        protected=read_protected(connection, found.id, known_at=known_at),
    )
