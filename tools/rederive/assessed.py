"""Monthly assessments failed in a row: when they make a breach."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from .answers import Answers
from .events import Event

if TYPE_CHECKING:
    from .breaches import Breaches

RUN = "assessment.run"


def run_counts(month: Breaches, event: Event) -> Callable[[Answers], bool]:
    """When assessments failed in a row make a breach: not where they were mended in time. Where they come to no whole
    number of breaches, each of as few as make one, it is agreed whether each further one makes another.
    """
    run = int(event.value or 0)
    enough = [count for count in range(1, run + 1) if month.seen.rows(event.measures, Fraction(count))]
    whole = run % min(enough, default=1) == 0

    def counts(answers: Answers) -> bool:
        return answers.is_yes(f"unrectified@{event.id}") and (whole or answers.ask(RUN, ("again", "anew")) == "again")

    return counts
