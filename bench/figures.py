"""What a figure is, and how one is taken: several turns of subject and yardstick, A B A B, medians, their ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of `build/bench.json`. `ratio` is what was measured over the yardstick that it is held `against`."""

    name: str
    value: float
    unit: str
    against: str
    ratio: float | None
    aim: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def time_of(work: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def paired_medians(
    subject: Callable[[], object], yardstick: Callable[[], object], turns: int = 5
) -> tuple[float, float]:
    """Median wall seconds of subject and yardstick, taken in turn after one warm-up of each."""
    subject()
    yardstick()
    pairs = [(time_of(subject), time_of(yardstick)) for _turn in range(turns)]
    return statistics.median(a for a, _b in pairs), statistics.median(b for _a, b in pairs)
