"""An audit sample on the wire: figures drawn by a seed, each with its trace down to facts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Request
from yunqi.wire.contracts import Named


class AuditSampleOf(Request):
    """So many figures of a month's statements, of all contracts that the caller may see or of one, by a stated seed.

    `recompute`: each statement that a figure stands in is computed again from what was known when it was made.
    """

    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    seed: Annotated[str, Field(min_length=1, max_length=60)]
    contract: Named | None = None
    count: Annotated[int, Field(ge=1, le=200)] = 25
    recompute: bool = False


class SampledFact(Answer):
    """A fact that a step rests on, with its place in the sealed chain (null: not sealed yet)."""

    id: str
    kind: str
    at: datetime
    origin: str
    sample: bool
    position: int | None
    sm3: str | None


class SampledStep(Answer):
    """One step from a figure down: the figure itself is of depth 0. `streams`: records of probes, named as they are."""

    depth: int
    node: str
    label: str
    value: str
    formula: str
    source: dict[str, Any] | None
    reading: str | None
    facts: tuple[SampledFact, ...]
    streams: tuple[str, ...]


class SampledFigure(Answer):
    """One figure with all steps below it. `whole` false: there are more steps than are shown.

    `same` null: not computed again. `unsealed`: facts below it that no chain holds yet.
    """

    no: int
    ticket: str
    statement_id: str
    statement_sm3: str
    version: int
    provisional: bool
    contract_id: str
    contract_number: str | None
    node: str
    label: str
    value: str
    steps: tuple[SampledStep, ...]
    whole: bool
    fact_count: int
    unsealed: int
    same: bool | None


class AuditSample(Answer):
    """The sample, and of how many figures of how many statements it was drawn."""

    month: str
    seed: str
    population: int
    statements: int
    items: tuple[SampledFigure, ...]


class AuditSampleFile(AuditSampleOf):
    """The sample as a workbook, a row for each step and fact."""

    format: Literal["xlsx"] = "xlsx"
