"""The monthly comparison of contracts, agencies and providers on the wire. Unknown is null, never 0."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request


class RatingsOf(Request):
    """The contracts that the caller may see in a month (the last one that is over unless named), perhaps of one party.

    `sort` names a figure, with a minus for falling; what is unknown comes last either way.
    """

    month: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}$")] = None
    provider: Annotated[str | None, Field(max_length=200)] = None
    using_unit: Annotated[str | None, Field(max_length=200)] = None
    sort: Annotated[str | None, Field(max_length=60)] = None


class RatingRow(Answer):
    """One contract in a month. Shares are exact text of one ("9999/10000" or decimal), minutes too; money in fen.

    `availability_low` and `_high` differ while a reading is open. `breach_minutes` beyond the limits of the clocks that
    are decided, `clocks_open` of those that are not. `penalty_agreed_fen` null: not all that it rests on is agreed.
    `reports_late` null: the contract gives no day to be late for. Without a statement (`statement_id` null) all
    that only a statement says is null.
    """

    contract_id: str
    contract_number: str | None
    title: str
    using_unit_id: str
    using_unit: str
    provider_id: str
    provider: str
    statement_id: str | None
    provisional: bool | None
    sample: bool
    availability_promised: str | None
    availability_low: str | None
    availability_high: str | None
    availability_state: str | None
    incidents: int | None
    outage_minutes: str | None
    breach_minutes: str | None
    clocks_open: int | None
    penalty_low_fen: int | None
    penalty_high_fen: int | None
    penalty_agreed_fen: int | None
    fee_fen: int | None
    delivered_share: str | None
    lines_full: int | None
    lines_known: int | None
    lines_unknown: int | None
    reports_due: int | None
    reports_late: int | None
    notices_open: int
    notices_overdue: int
    open_points: int | None


class RatingList(Answer):
    """The comparison of a month, a row for each contract."""

    month: str
    items: tuple[RatingRow, ...]


class RatingGroupsOf(RatingsOf):
    """The same, summed up by provider or by agency."""

    by: Literal["provider", "using_unit"] = "provider"


class KnownTotal(Answer):
    """A sum of what is known (null: nothing is), exact text, and of how many contracts it is not known."""

    known: str | None
    unknown: int


class RatingGroup(Answer):
    """The contracts of one party in a month. `worst_gap`: the least measured less promised availability."""

    id: str
    name: str
    contracts: int
    settled: int
    provisional: int
    missing: int
    met: int
    breached: int
    undecided: int
    worst_gap: str | None
    incidents: KnownTotal
    outage_minutes: KnownTotal
    breach_minutes: KnownTotal
    penalty_low_fen: KnownTotal
    penalty_high_fen: KnownTotal
    penalty_agreed_fen: KnownTotal
    fee_fen: KnownTotal
    delivered_share: str | None
    delivered_unknown: int
    reports_due: KnownTotal
    reports_late: KnownTotal
    notices_open: int
    notices_overdue: int
    open_points: KnownTotal


class RatingGroupList(Answer):
    """The comparison of a month, a row for each party; the least good availability first."""

    month: str
    by: str
    items: tuple[RatingGroup, ...]


class RatingFile(RatingsOf):
    """The comparison as a workbook (a row for each contract) or as a document with both views."""

    format: Literal["xlsx", "docx"] = "xlsx"
