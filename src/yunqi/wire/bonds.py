"""The performance bond on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import Named

Amount = Annotated[str, Field(min_length=1, max_length=40)]
Guarantee = Annotated[str, Field(max_length=80)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]
FileId = Annotated[str | None, Field(max_length=60)]


class RecordBond(Request):
    """That a performance bond was handed in; `amount` in yuan. A letter of guarantee has a number, issuer and last day.

    `form` in the contract's words: 银行保函, 现金, 汇票, 支票. `file`: an uploaded image of it.
    """

    contract: Named
    amount: Amount
    on: date
    form: Annotated[str, Field(max_length=40)] = ""
    guarantee: Guarantee = ""
    issuer: Annotated[str, Field(max_length=200)] = ""
    expires_on: date | None = None
    file: FileId = None


class ExtendBond(Request):
    """That a letter of guarantee now holds until a later day."""

    contract: Named
    guarantee: Annotated[str, Field(min_length=1, max_length=80)]
    on: date
    expires_on: date
    file: FileId = None


class DrawBond(Request):
    """That an amount was taken from the bond, for a reason; `statement` where it is a month's penalty."""

    contract: Named
    amount: Amount
    on: date
    reason: Reason
    guarantee: Guarantee = ""
    statement: Annotated[str | None, Field(max_length=60)] = None
    file: FileId = None


class ReleaseBond(Request):
    """That the bond, or a part of it, was given back."""

    contract: Named
    amount: Amount
    on: date
    guarantee: Guarantee = ""
    reason: Annotated[str, Field(max_length=300)] = ""
    file: FileId = None


class ReadBond(Request):
    """The bond as of the end of a day (None: today)."""

    contract: Named
    as_of: date | None = None


class SecurityRow(Answer):
    """What was handed in under one number; `renew_by`: the last day to hand in a new paper."""

    guarantee: str
    form: str
    amount_fen: int
    left_fen: int
    expires_on: date | None
    expired: bool
    renew_by: date | None
    days_left: int | None


class BondMove(Answer):
    """One deed on the bond, with the fact and the document that say so."""

    id: str
    kind: str
    kind_name: str
    on: date
    amount_fen: int | None
    guarantee: str
    expires_on: date | None
    reason: str
    document_id: str | None
    person: str
    recorded_at: datetime


class BondState(Answer):
    """The bond of a contract; `agreed` False: the contract has none. `reminders` say what is to be done, in words."""

    contract_id: str
    as_of: date
    agreed: bool
    state: Literal["none", "due", "late", "short", "held", "expired", "released"]
    due_fen: int | None
    due_on: date | None
    handed_in_on: date | None
    late_days: int
    held_fen: int
    short_fen: int | None
    drawn_fen: int
    topped_fen: int
    released_fen: int
    until_on: date | None
    release_by: date | None
    release_late_days: int
    reminders: tuple[str, ...]
    securities: tuple[SecurityRow, ...]
    moves: tuple[BondMove, ...]
    source: dict[str, Any] | None
