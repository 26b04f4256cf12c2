"""What is not right, and what is only to be known: each with the record or the line it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

LIMIT = 200


class UnreadableError(Exception):
    """The export can't be checked at all: exit code 2."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not right: a stable code, the record or line, and what differs, in words."""

    code: str
    place: str
    words: str


@dataclass
class Findings:
    """Collects findings and notes; of very many only the first are kept, and how many there were."""

    wrong: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    dropped: int = 0

    def blame(self, code: str, place: str, words: str) -> None:
        """Something is not right."""
        if len(self.wrong) < LIMIT:
            self.wrong.append(Finding(code, place, words))
        else:
            self.dropped += 1

    def note(self, code: str, place: str, words: str) -> None:
        """Something that whoever reads the report should know."""
        self.notes.append(Finding(code, place, words))

    def blame_all(self, code: str, places: Iterable[str], words: str) -> None:
        """The same is wrong in several places."""
        for place in places:
            self.blame(code, place, words)
