"""Obligations on the wire: the list of what must be handed in or done, and how each stands."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import Named

ObligationState = Literal["late", "due", "later", "waits", "unseen", "standing", "done"]


class ListObligations(Request):
    """What must be handed in or done, over all contracts that the caller may see or of one.

    `party`: what one party owes, with what both owe; `trigger`: what it is owed upon; `text` is found in the name, the
    words and the article. Days (`start_on`, `end_on`) leave out what has none.
    """

    contract: Named | None = None
    start_on: date | None = None
    end_on: date | None = None
    party: Literal["provider", "using_unit"] | None = None
    state: ObligationState | None = None
    trigger: Annotated[str | None, Field(max_length=20)] = None
    text: Annotated[str | None, Field(max_length=100)] = None


class ObligationRow(Answer):
    """One line: an obligation of the contract, or one of its days or periods.

    `obligation` is its kind's code ("" for none of the catalogue), `no` that kind's number. `due_on` None: the text
    gives no date; then `period_end` (of what recurs) or `waits_for` says more. `deadline`: the time that the text
    gives, in words; `seen`: what shows how it stands, in words; `was_late`: it was done, after its day.
    """

    key: str
    kind: str
    obligation: str
    no: str
    text: str
    party: str
    party_name: str
    trigger: str
    trigger_name: str
    deadline: str
    due_on: date | None
    period_start: date | None
    period_end: date | None
    waits_for: str
    state: ObligationState
    state_name: str
    was_late: bool
    days_left: int | None
    evidence: str
    seen: str
    amount_fen: int | None
    article: str
    contract_id: str
    contract_number: str | None
    title: str
    source: dict[str, Any] | None


class ObligationList(Answer):
    """Obligations, the most urgent first."""

    today: date
    items: tuple[ObligationRow, ...]
