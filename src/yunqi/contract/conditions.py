"""When something applies, as far as it hangs on what people must still agree or find.

A condition is a choice (or) of conjunctions (and) of literals: `code` has one of `among`. Codes are readings
(`availability.window`)
or adjudications of an event (`severity.重大影响@inc-…`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

YES = "yes"
NO = "no"


@dataclass(frozen=True, order=True, slots=True)
class Literal:
    """True where `code` was answered by one of `among`."""

    code: str
    among: tuple[str, ...]


Conjunction = tuple[Literal, ...]
Condition = tuple[Conjunction, ...]

NEVER: Condition = ()
ALWAYS: Condition = ((),)


def needs(code: str, *among: str) -> Condition:
    """The condition that `code` is answered by one of `among`."""
    return ((Literal(code, tuple(sorted(among))),),)


def all_of(*conditions: Condition) -> Condition:
    """All must hold."""
    result = [
        joined
        for parts in product(*conditions)
        if (joined := _join(literal for part in parts for literal in part)) is not None
    ]
    return _absorb(result)


def any_of(*conditions: Condition) -> Condition:
    """One must hold."""
    return _absorb(part for condition in conditions for part in condition)


def negate(condition: Condition) -> Condition:
    """When a condition over yes-or-no questions does not hold, once all of them are answered."""
    result = ALWAYS
    for part in condition:
        denied = any_of(
            *(
                needs(literal.code, *(answer for answer in (YES, NO) if answer not in literal.among))
                for literal in part
                if set(literal.among) != {YES, NO}
            )
        )
        result = all_of(result, denied)
    return result


def resolve(condition: Condition, known: Mapping[str, str]) -> Condition:
    """The condition with the answered codes taken out: `ALWAYS`, `NEVER`, or what is left open."""
    result: list[Conjunction] = []
    for part in condition:
        left: list[Literal] = []
        for literal in part:
            answer = known.get(literal.code)
            if answer is None:
                left.append(literal)
            elif answer not in literal.among:
                break
        else:
            result.append(tuple(left))
    return _absorb(result)


def restrict(condition: Condition, allowed: Mapping[str, tuple[str, ...]]) -> Condition:
    """The condition where some codes are sure to be answered by one of those allowed.

    >>> restrict(needs("a", "1", "2"), {"a": ("2", "1")}) == ALWAYS, restrict(needs("a", "3"), {"a": ("1",)}) == NEVER
    (True, True)
    """
    result: list[Conjunction] = []
    for part in condition:
        left: list[Literal] = []
        for literal in part:
            kept = allowed.get(literal.code)
            among = literal.among if kept is None else tuple(one for one in literal.among if one in kept)
            if not among:
                break
            if kept is None or len(among) < len(kept):
                left.append(Literal(literal.code, among))
        else:
            result.append(tuple(left))
    return _absorb(result)


def codes_of(condition: Condition) -> tuple[str, ...]:
    """The open codes, sorted."""
    return tuple(sorted({literal.code for part in condition for literal in part}))


def assignments(codes: Iterable[str], choices: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    """Every way to answer the codes."""
    names = tuple(codes)
    for values in product(*(choices[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def bind(condition: Condition, event: str, local: Iterable[str]) -> Condition:
    """The condition with codes that start with one of `local` made into questions about one event."""
    prefixes = tuple(local)
    return tuple(
        tuple(
            Literal(f"{literal.code}@{event}", literal.among) if literal.code.startswith(prefixes) else literal
            for literal in part
        )
        for part in condition
    )


def _join(literals: Iterable[Literal]) -> Conjunction | None:
    among: dict[str, tuple[str, ...]] = {}
    for literal in literals:
        known = among.get(literal.code)
        left = literal.among if known is None else tuple(value for value in known if value in literal.among)
        if not left:
            return None
        among[literal.code] = left
    return tuple(Literal(code, among[code]) for code in sorted(among))


def _absorb(parts: Iterable[Conjunction]) -> Condition:
    # A conjunction that another one implies adds nothing; the fewest literals first.
    unique = set(parts)
    if len(unique) <= 1:
        return tuple(unique)
    result: list[Conjunction] = []
    seen: list[set[Literal]] = []
    for part in sorted(unique, key=lambda one: (len(one), one)):
        literals = set(part)
        if not any(kept <= literals for kept in seen):
            result.append(part)
            seen.append(literals)
    return tuple(result)
