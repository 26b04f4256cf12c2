"""The overview on the wire: what is due, what is late, what it would cost, and the figures of the month."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from yunqi.wire.base import Answer

DueKind = Literal[
    "clock",
    "edge",
    "availability",
    "instalment",
    "bond",
    "work_order",
    "proposal",
    "resource",
    "statement",
    "month",
    "incident",
    "contract_end",
    "obligation",
    "signature",
    "finding",
]


class StakeRow(Answer):
    """What it would cost if it went wrong, in fen. No figures: not computable, `why` and `why_text` say why.

    `low_fen` and `high_fen` differ while something is still to be found or agreed.
    """

    low_fen: int | None = None
    high_fen: int | None = None
    why: str = ""
    why_text: str = ""
    rows: tuple[str, ...] = ()
    clause: str = ""


class DueItem(Answer):
    """Something that is due, late or running out; `minutes_left` is below 0 once it is late, None without a limit.

    `object` and `object_id` name what to open: incident, work_order, contract, proposal,
    resource, statement, adjudication.
    `what` says which clock, row or step it is, `limit_text` what was agreed. `amount_fen`: money that is to be paid.
    """

    kind: DueKind
    object: str
    object_id: str
    number: str = ""
    title: str
    what: str = ""
    limit_text: str = ""
    clause: str = ""
    contract_id: str | None = None
    contract_number: str | None = None
    using_unit: str = ""
    provider: str = ""
    system: str | None = None
    due_at: datetime | None = None
    minutes_left: int | None = None
    late: bool = False
    note: str = ""
    amount_fen: int | None = None
    stake: StakeRow | None = None


class Tile(Answer):
    """One figure with its words; `series` is what it was over `days` days up to today, where it is counted by days."""

    code: str
    name: str
    value: int
    unit: str = ""
    late: int = 0
    series: tuple[int, ...] = ()
    days: int = 0


class LineUse(Answer):
    """What a price line contracts and what is drawn of it now: decimal text in its unit; share in hundredths.

    `contracted` and `used_percent` are None where the text states no quantity.
    """

    contract_id: str
    contract_number: str | None
    no: int
    item: str | None
    name: str
    unit: str | None
    contracted: str | None
    drawn: str
    left: str | None
    used_percent: int | None


class DowntimeBudget(Answer):
    """Availability so far against its clause: minutes of downtime that the window allows, used and left.

    Of the object that was down longest; excluded time does not count. `measured` False: nothing was observed, so
    nothing is known. `assumed`: the contract leaves the window or the object open, and no reading settles it.
    """

    contract_id: str
    contract_number: str | None
    using_unit: str
    provider: str
    object: str
    limit_text: str
    window: Literal["month", "year", "term"]
    allowed_minutes: str
    down_minutes: str
    left_minutes: str
    measured: bool
    assumed: bool
    broken: bool
    clause: str
    stake: StakeRow


class ComparisonRow(Answer):
    """One provider or agency in the month: what it has, what went wrong, what is open."""

    organisation_id: str
    organisation: str
    role: Literal["using_unit", "provider"]
    contracts: int
    contracts_fen: int
    resources: int
    unready: int
    incidents: int
    open_incidents: int
    broken_clocks: int
    down_minutes: int
    provisional: int
    penalty_fen: int


class Point(Answer):
    """Something that a supervisor or an officer should look into."""

    code: str
    name: str
    count: int
    object: str = ""
    object_id: str = ""
    title: str = ""
    note: str = ""
    at: datetime | None = None


class Overview(Answer):
    """What a person of this role comes for, ranked by what it would cost.

    `due` holds the first of `due_count`; `points` are for those who oversee; `comparison` is the administration's.
    """

    role: str
    at: datetime
    month: str
    due: tuple[DueItem, ...]
    due_count: int
    late_count: int
    tiles: tuple[Tile, ...]
    lines: tuple[LineUse, ...] = ()
    budgets: tuple[DowntimeBudget, ...] = ()
    comparison: tuple[ComparisonRow, ...] = ()
    points: tuple[Point, ...] = ()
