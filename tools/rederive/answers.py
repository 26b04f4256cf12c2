"""What the parties agreed and found; and, where an answer lacks, every way in which it could still be given.

A month is worked out as if all were answered. Where a question is open that matters, it is worked out once for each
answer: a final statement must come out the same every time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import TypeVar

T = TypeVar("T")
Choices = Mapping[str, tuple[str, ...]]
Changed = Mapping[str, Sequence[tuple[datetime, str | None]]]
"""Of a point about which not the same was agreed over the month: the end of each part, and what held in it."""
YES_NO = ("yes", "no")
RUN_LIMIT = 20_000


def answer_of(parts: Sequence[tuple[datetime, str | None]], at: datetime) -> str | None:
    """What held at an instant: of the first part that ends after it, else of the last."""
    return next((value for until, value in parts if at < until), parts[-1][1])


class OpenQuestion(Exception):  # noqa: N818  # not an error: it sends the search on
    """A question that matters and has no answer yet."""

    def __init__(self, code: str, choices: tuple[str, ...]) -> None:
        super().__init__(code)
        self.code, self.choices = code, choices


class TooManyOpenError(Exception):
    """More open questions than can be played through."""


class Answers:
    """The known answers by code, and those assumed in one run of the search."""

    def __init__(
        self, known: Mapping[str, str], assumed: Mapping[str, str] | None = None, changed: Changed | None = None
    ) -> None:
        self.known = dict(known)
        self.changed = dict(changed or {})
        self.moment: datetime | None = None
        self._assumed = dict(assumed or {})

    def fix(self, code: str, value: str) -> None:
        """What the contract itself says stands before what was agreed."""
        self.known[code] = value
        self.changed.pop(code, None)

    def of(self, at: datetime | None) -> Answers:
        """The same, asked about a fact of an instant; None: about a figure of the whole month."""
        self.moment = at
        return self

    def find(self, code: str) -> str | None:
        """The known answer, or None: of a fact, what held when it happened."""
        if self.moment is not None and code in self.changed:
            return answer_of(self.changed[code], self.moment)
        return self.known.get(code)

    def ask(self, code: str, choices: Sequence[str]) -> str:
        """The answer; raises `OpenQuestion` where there is none among the choices."""
        answer = self.find(code)
        if answer not in choices:
            answer = self._assumed.get(code)
        if answer not in choices or answer is None:
            raise OpenQuestion(code, tuple(choices))
        return answer

    def is_yes(self, code: str) -> bool:
        """A question of yes or no."""
        return self.ask(code, YES_NO) == "yes"

    def settle(self, dimensions: Choices, outcome: Callable[[Mapping[str, str]], T]) -> T:
        """The outcome under the answers to several questions; only what changes the outcome is asked."""
        left = {code: self._possible(code, choices) for code, choices in dimensions.items()}
        cells = [dict(zip(left, values, strict=True)) for values in product(*left.values())]
        made = [(cell, outcome(cell)) for cell in cells]
        for code, choices in left.items():
            if all(one == made[0][1] for _cell, one in made):
                break
            if len({cell[code] for cell, _one in made}) > 1 and _matters(code, made):
                answer = self.ask(code, choices)
                made = [(cell, one) for cell, one in made if cell[code] == answer]
        return made[0][1]

    def possible_cells(self, dimensions: Choices) -> list[dict[str, str]]:
        """Every combination of answers that what is known leaves; assumptions do not narrow it."""
        said = {code: self.find(code) for code in dimensions}
        left = {code: choices if (one := said[code]) is None else (one,) for code, choices in dimensions.items()}
        return [dict(zip(left, values, strict=True)) for values in product(*left.values())]

    def _possible(self, code: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        for given in (self.find(code), self._assumed.get(code)):
            if given in choices and given is not None:
                return (given,)
        return choices


def _matters(code: str, made: Sequence[tuple[Mapping[str, str], T]]) -> bool:
    by_rest: dict[tuple[tuple[str, str], ...], list[T]] = {}
    for cell, one in made:
        rest = tuple(sorted(pair for pair in cell.items() if pair[0] != code))
        by_rest.setdefault(rest, []).append(one)
    return any(one != outcomes[0] for outcomes in by_rest.values() for one in outcomes)


def play_through(
    known: Mapping[str, str], run: Callable[[Answers], T], changed: Changed | None = None
) -> list[tuple[dict[str, str], T]]:
    """Each outcome with the assumptions it came from; one without any where nothing that matters is open.

    Raises `TooManyOpenError`.
    """
    waiting: list[dict[str, str]] = [{}]
    outcomes: list[tuple[dict[str, str], T]] = []
    runs = 0
    while waiting:
        assumed = waiting.pop()
        runs += 1
        if runs > RUN_LIMIT:
            raise TooManyOpenError
        try:
            outcomes.append((assumed, run(Answers(known, assumed, changed))))
        except OpenQuestion as question:
            waiting.extend({**assumed, question.code: choice} for choice in question.choices)
    return outcomes


def might_hold(tests: Sequence[Callable[[Answers], bool]], answers: Answers) -> bool:
    """Whether any way to answer what is open makes one of the tests hold."""
    return any(held for test in tests for _assumed, held in play_through(answers.known, test))


def surely_holds(tests: Sequence[Callable[[Answers], bool]], answers: Answers) -> bool:
    """Whether one of the tests holds however what is open is answered."""
    return all(held for _assumed, held in play_through(answers.known, lambda one: any(test(one) for test in tests)))


def ways_to_grant(count: int, most: int) -> list[tuple[bool, ...]]:
    """Every way to grant so many requests, all granted first; of more than `most`: all, none, and each by itself the
    other way.

    >>> ways_to_grant(2, 1)
    [(True, True), (False, False), (False, True), (True, False), (True, False), (False, True)]
    """
    if count <= most:
        return list(product((True, False), repeat=count))
    found = [(True,) * count, (False,) * count]
    for one in found[:2]:
        found += [(*one[:place], not one[place], *one[place + 1 :]) for place in range(count)]
    return found
