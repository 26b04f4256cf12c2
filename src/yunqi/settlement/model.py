"""The statement as data: every figure has a node in `trace`, and every node names its clause, reading and facts.

Pure values; exact rationals are kept as text "n/d" or decimal, money as fen. `None` means not known (never 0).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TraceNode(_Value):
    """One step of a computation. `value` as shown; `formula` in words and figures; `source` of the clause as in the
    contract data.
    """

    id: str
    label: str
    value: str
    formula: str = ""
    source: dict[str, Any] | None = None
    reading: str | None = None
    facts: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    sample: bool = False


class DeliveryLine(_Value):
    """Delivered against contracted, one price line over the month. Quantities are decimal text in the line's unit.

    `contracted` is None where the contract states no quantity, the others where nothing was metered then.
    """

    no: int
    item: str | None
    name: str
    unit: str | None
    contracted: str | None
    average: str | None
    peak: str | None
    at_end: str | None
    burst_average: str | None
    unit_price: str | None
    total_fen: int | None
    bundle_no: int | None
    node: str


class LevelResult(_Value):
    """One service level against what was measured. `state` unknown: evidence lacks; open: a reading lacks (then
    `alternatives`).
    """

    metric: str
    title: str
    object: str
    operator: str
    threshold: str
    unit: str
    measured: str | None
    state: Literal["met", "breached", "unknown", "open", "not_due"]
    alternatives: tuple[dict[str, str], ...] = ()
    events: tuple[str, ...] = ()
    source: dict[str, Any] | None = None
    sample: bool = False
    node: str


class Candidate(_Value):
    """A breach candidate: one event under one clause. `amount_fen` None while a reading or an adjudication lacks;
    `cut_fen` has been cut off it by the cap on its clause's sum. `frozen`: it counts, and is disputed.
    """

    id: str
    event: str
    root_cause: str
    clause: str
    text: str
    severity: Literal["critical", "severe", "minor", "other"]
    coefficient: str | None
    amount_fen: int | None
    state: Literal["chosen", "frozen", "not_gravest", "needs_reading", "needs_adjudication", "proposed"]
    needs: tuple[str, ...] = ()
    alternatives: tuple[dict[str, str], ...] = ()
    source: dict[str, Any] | None = None
    sample: bool = False
    node: str
    cut_fen: int = 0


class CapLine(_Value):
    """The cap on the sum of one clause (`name` its place, `other.N`) over a month, quarter, year or the term.

    `before_fen` is what earlier months of that period charge, `sum_fen` what this month's cases come to without the
    cap, `cut_fen` what it cuts, `counted_fen` what is left.
    """

    name: str
    clause: str
    over: str
    limit_fen: int
    before_fen: int
    sum_fen: int
    cut_fen: int
    counted_fen: int
    candidates: tuple[str, ...]
    source: dict[str, Any] | None = None
    node: str


class Instalment(_Value):
    """One payment: `due_on` None while its trigger has not happened; `notice` names the working-day
    notices used. `amount_fen` None: the contract does not say.
    """

    no: int
    amount_fen: int | None
    trigger: str
    due_on: str | None
    state: Literal["waiting", "due", "overdue", "later", "paid"]
    notice: str
    source: dict[str, Any] | None = None
    node: str


class OpenPoint(_Value):
    """What the parties must still agree or find, and what each choice would cost.

    `items`: where it is asked of several events at once, each `event` with its `title` and what it comes to by itself.
    """

    code: str
    question: str
    kind: Literal["reading", "adjudication", "evidence"]
    subjects: tuple[str, ...]
    choices: tuple[dict[str, str], ...]
    source: dict[str, Any] | None = None
    items: tuple[dict[str, str], ...] = ()


class IncidentLine(_Value):
    """One incident with its clocks: each clock has name, started_at, start_event, stopped_at, minutes (text), limit,
    state, clause.
    """

    id: str
    number: str
    title: str
    system: str | None
    opened_at: str
    outage_minutes: str | None
    clocks: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]
    sample: bool = False


class Ground(_Value):
    """A ground of termination or a counter as it stands at the month's end: it costs nothing itself.

    `state` unknown: the evidence lacks; open: people must say whether it is so.
    """

    code: str
    title: str
    state: Literal["met", "not_met", "unknown", "open"]
    detail: str
    source: dict[str, Any] | None = None
    facts: tuple[str, ...] = ()
    node: str = ""


class Statement(_Value):
    """A month's statement. `penalty_fen` is None while provisional; then low and high bound what the open points can
    make of it. `frozen_fen` of it is disputed: it is charged only once that is settled, so `offset` leaves it out.
    `titles`: what events are called that are no incidents.
    """

    contract: dict[str, Any]
    month: str
    provisional: bool
    sample: bool
    sample_labels: tuple[str, ...]
    known_at: str
    delivery: tuple[DeliveryLine, ...]
    levels: tuple[LevelResult, ...]
    incidents: tuple[IncidentLine, ...]
    candidates: tuple[Candidate, ...]
    caps: tuple[CapLine, ...] = ()
    penalty_fen: int | None
    penalty_low_fen: int
    penalty_high_fen: int
    frozen_fen: int = 0
    offset: tuple[dict[str, Any], ...]
    instalments: tuple[Instalment, ...]
    grounds: tuple[Ground, ...] = ()
    open_points: tuple[OpenPoint, ...]
    readings: tuple[dict[str, Any], ...]
    trace: dict[str, TraceNode]
    titles: dict[str, str] = {}
