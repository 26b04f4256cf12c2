"""How many of a contract's obligations are found, and with which times: against the truth of three texts and of made
sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from yunqi.contract.obligations import FoundObligation

TEXTS = Path(__file__).resolve().parents[4] / "shared/contracts"
"""Where the texts lie, beside the project; they are no part of it."""


@dataclass
class Score:
    """Kinds found, missed and found without being there; times that are right, missed and invented."""

    found: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    times: int = 0
    times_missed: list[str] = field(default_factory=list)
    times_invented: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The part of what is there that was found."""
        return self.found / (self.found + len(self.missed))

    @property
    def precision(self) -> float:
        """The part of what was found that is there."""
        return self.found / (self.found + len(self.extra)) if self.found + len(self.extra) else 1.0

    def add(self, other: Score) -> None:
        """Adds another score to this one."""
        self.found += other.found
        self.times += other.times
        for name in ("missed", "extra", "times_missed", "times_invented", "misplaced"):
            getattr(self, name).extend(getattr(other, name))


def load_truth() -> dict[str, dict[str, Any]]:
    """By the name of the text: kind → article and figures."""
    found: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "truth.yaml").read_text("utf-8"))
    return found


def figures_of(one: FoundObligation) -> set[str]:
    """The figures of a found obligation as words: `30 minute`, `2025-12-31`, `4 times`."""
    words = {f"{limit['count']} {limit['unit']}" for limit in one.limits}
    words |= {one.by_on.isoformat()} if one.by_on else set()
    return words | ({f"{one.times} times"} if one.times else set())


def measure(name: str, truth: Mapping[str, Mapping[str, Any] | None], read: Iterable[FoundObligation]) -> Score:
    """What was read against the truth of one text."""
    score, got = Score(), {one.kind.code: one for one in read}
    for code, said in truth.items():
        of = said or {}
        expected = set(of.get("limits") or ())
        expected |= {str(of["by_on"])} if of.get("by_on") else set()
        expected |= {f"{of['times']} times"} if of.get("times") else set()
        one = got.pop(code, None)
        if one is None:
            score.missed.append(f"{name}: {code}")
            score.times_missed += [f"{name}: {code} {figure}" for figure in sorted(expected)]
            continue
        score.found += 1
        figures = figures_of(one)
        score.times += len(figures & expected)
        score.times_missed += [f"{name}: {code} {figure}" for figure in sorted(expected - figures)]
        score.times_invented += [f"{name}: {code} {figure}" for figure in sorted(figures - expected)]
        article = str(of.get("article") or "")
        if article and not any(str(source.get("article") or "").startswith(article) for source in one.sources):
            score.misplaced.append(f"{name}: {code} not in {article}")
    for code, one in got.items():
        score.extra.append(f"{name}: {code}")
        score.times_invented += [f"{name}: {code} {figure}" for figure in sorted(figures_of(one))]
    return score
