"""What was drawn of the price lines, by the registers and by metered files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from .calendar_time import read_instant
from .chain import Ledger

Register = Mapping[str, Any]


@dataclass(frozen=True)
class DrawOf:
    """What was drawn of a line, or (line None) beyond it as a burst."""

    id: str
    item: str
    line: int | None
    kind: str
    quantity: Fraction
    start_at: datetime
    end_at: datetime | None
    resource: str | None = None


def stands(draw: dict[str, Any], known: str) -> bool:
    """Whether a draw was not taken back whole, as known at an instant: one of no length was."""
    late_end = draw["end_recorded_at"] is not None and draw["end_recorded_at"] > known
    return draw["kind"] != "span" or draw["end_at"] is None or draw["end_at"] > draw["start_at"] or late_end


def draws_of(ledger: Ledger, registers: Register, known: str, start_at: datetime, end_at: datetime) -> list[DrawOf]:
    """The draws that touch the month: of resources by the register, of metered files by their facts."""
    found = []
    for one in registers["draws"]:
        if one["recorded_at"] > known:
            continue
        late_end = one["end_recorded_at"] is not None and one["end_recorded_at"] > known
        ended = None if one["end_at"] is None or late_end else read_instant(one["end_at"])
        line = registers["lines"].get(one["line"])
        found.append(
            DrawOf(
                one["id"],
                one["item"],
                line,
                one["kind"],
                Fraction(one["quantity"]),
                read_instant(one["start_at"]),
                ended,
                one.get("resource"),
            )
        )
    for one in ledger.of_kind("usage.imported", known):
        payload = one["payload"]
        if read_instant(payload["end_at"]) <= start_at:
            continue
        found.append(
            DrawOf(
                one["id"],
                payload["item"],
                payload["line_no"],
                payload.get("kind", "span"),
                Fraction(payload["quantity"]),
                read_instant(one["at"]),
                read_instant(payload["end_at"]),
            )
        )
    touching = []
    for draw in found:
        over = draw.end_at is not None and draw.end_at <= start_at
        if draw.start_at < end_at and not (over and draw.kind == "span"):
            touching.append(draw)
    return touching
