"""What people decide about contract data before it is signed, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from yunqi.wire.base import Answer, ById

PathText = Annotated[str, Field(min_length=1, max_length=200)]
"""A path into contract data: `price_lines[3].quantity`."""
Why = Annotated[str, Field(max_length=500)]


class SettleValue(ById):
    """Settles an uncertain value: `value` as the form of a contract has it (one of the candidates, or another), or
    `text` as a person types it (yuan, 99.99%, 2026年7月1日, 十个工作日); null or "" where the text states none.
    """

    path: PathText
    value: Any = None
    text: Annotated[str | None, Field(max_length=5000)] = None
    why: Why = ""


class CorrectValue(SettleValue):
    """Puts a wrongly read value right; `words` are the contract's own, from `article`. A path one past the end of a
    list adds an item that was missed.
    """

    words: Annotated[str, Field(max_length=2000)] = ""
    article: Annotated[str, Field(max_length=200)] = ""
    why: Annotated[str, Field(min_length=1, max_length=500)]


class RemoveItem(ById):
    """Takes out an item of a list that the contract does not have: `price_lines[3]`."""

    path: PathText
    why: Annotated[str, Field(min_length=1, max_length=500)]


class NoteSentence(ById):
    """Marks an unread sentence (its exact `text`) as seen: without legal effect, or needing no data."""

    text: Annotated[str, Field(min_length=1, max_length=5000)]
    verdict: Literal["no_law", "noted"]
    why: Why = ""


class UndoSettled(ById):
    """Takes a decision back: `no` is its number."""

    no: Annotated[int, Field(ge=1)]


class UncertainRow(Answer):
    """A value that was not read for sure. `expects` says what stands there; `choices` the words that it allows.

    `candidates` are values to hand back, `candidate_words` the same as a person reads them. `blocks`: nobody may sign
    before it is settled. `label`: the place in words.
    """

    path: str
    label: str
    expects: str
    choices: tuple[str, ...] = ()
    candidates: tuple[Any, ...] = ()
    candidate_words: tuple[str, ...] = ()
    blocks: bool
    source: dict[str, Any] | None = None


class UncertainList(Answer):
    """All that is not sure in a contract, in the order in which it was read."""

    contract_id: str
    items: tuple[UncertainRow, ...]


class SettledRow(Answer):
    """What a person decided: who, when, why; the value before and now, as a person reads them.

    `deed`: settled, corrected, added, removed, noted or no_law.
    """

    no: int
    deed: str
    path: str
    label: str
    value: str
    before: str
    candidate_words: tuple[str, ...] = ()
    why: str = ""
    person: str
    at: datetime
    source: dict[str, Any] | None = None


class SettledList(Answer):
    """All that people decided about a contract's data, in order."""

    contract_id: str
    items: tuple[SettledRow, ...]
