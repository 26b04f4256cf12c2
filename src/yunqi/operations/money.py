"""The money of a contract as it stands now: instalments with what they wait for, and what is paid of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from yunqi.kernel.period import Month, date_of, day_start
from yunqi.operations.bonds import read_held
from yunqi.operations.effective import read_dates
from yunqi.operations.installation import Installation
from yunqi.operations.payments import read_payments, read_trigger_dates
from yunqi.operations.terms import read_expiry
from yunqi.operations.versions import data_at
from yunqi.settlement.inputs import Inputs, Payment
from yunqi.settlement.law import Law
from yunqi.settlement.model import Instalment
from yunqi.settlement.payments import compute_instalments, sum_taken
from yunqi.settlement.trace import Trace
from yunqi.store.contracts import Contract
from yunqi.store.readings import list_readings
from yunqi.store.statements import list_offsets

_SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Money:
    """What is due and paid; `dates` says on which day each trigger happened.

    `taken_fen`: what statements take already, by source (`instalment:N`, `bond`).
    """

    instalments: tuple[Instalment, ...]
    payments: tuple[Payment, ...]
    dates: dict[str, date]
    bond_held_fen: int | None
    taken_fen: dict[str, int]


def read_money(installation: Installation, connection: Connection, found: Contract, now: datetime) -> Money:
    """The instalments of a contract as known now, without the evidence that a whole statement needs."""
    end_at = now + _SOON  # what happened today counts today
    today = date_of(now)
    day_end = day_start(today + _SOON)
    dates = {
        **read_dates(connection, found),
        **read_expiry(connection, found, today, now),
        **read_trigger_dates(connection, found.id, end_at=end_at, known_at=now),
    }
    payments = read_payments(connection, found.id, known_at=now)
    law = data_at(connection, found, now)
    taken = sum_taken(list_offsets(connection, found.id, but_month="", known_at=now))
    inputs = Inputs(
        contract=law,
        month=Month.parse(f"{today:%Y-%m}"),
        known_at=now,
        calendar=installation.calendar,
        contract_id=found.id,
        payments=payments,
        dates=dates,
        taken_fen=taken,
    )
    known = {code: str(one.value) for code, one in list_readings(connection, found.id, at=now).items()}
    instalments = compute_instalments(inputs, Law(law, known), Trace())
    held = read_held(connection, found, installation.calendar, end_at=day_end, known_at=now)
    return Money(instalments, payments, dates, held, taken)
