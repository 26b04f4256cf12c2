"""The rota on the wire: shifts, who came, what was handed over, and when nobody was there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from yunqi.wire.base import Answer, Instant, ListRequest, Request
from yunqi.wire.contracts import Named
from yunqi.wire.incidents import Reference, Source

Post = Literal["onsite", "hotline", "monitoring", "protection"]


class ListShifts(ListRequest):
    """Shifts of the contracts that the caller may see, those that touch the span from `since` to `until`."""

    contract: Named | None = None
    post: Post | None = None
    since: Instant | None = None
    until: Instant | None = None


class ShiftRow(Answer):
    """A shift. `state`: planned, due (begun and nobody came), on, over, handed_over, or missed."""

    id: str
    contract_id: str
    contract_number: str | None
    post: str
    post_name: str
    person: str
    telephone: str
    start_at: datetime
    end_at: datetime
    taken_at: datetime | None
    taken_recorded_at: datetime | None
    left_at: datetime | None
    next_id: str | None
    note: str
    state: str
    state_name: str


class PlanShift(Request):
    """A shift of one post, with who is on duty and how to call them."""

    contract: Named
    post: Post
    person: Annotated[str, Field(min_length=1, max_length=60)]
    telephone: Annotated[str, Field(min_length=5, max_length=40, pattern=r"^[+0-9][0-9 ()转#-]+$")]
    start_at: Instant
    end_at: Instant


class TakeShift(Request):
    """Somebody has come; `at` when, now unless given. What is entered later than it happened is shown as such."""

    id: Reference
    at: Instant | None = None


class HandOverShift(Request):
    """The end of a shift with what the next one must know; `to`: the shift that takes over at the same instant."""

    id: Reference
    note: Annotated[str, Field(min_length=1, max_length=2000)]
    to: Reference | None = None
    at: Instant | None = None


class ListUnmanned(Request):
    """When posts of a contract were unmanned, from `since` (thirty days ago) until `until` (now)."""

    contract: Named
    since: Instant | None = None
    until: Instant | None = None


class UnmannedRow(Answer):
    """A span without anybody. `planned`: who should have been there. `claimed`: somebody entered so much later.

    `fact`: the fact in the ledger, None while the span lasts.
    """

    post: str
    post_name: str
    start_at: datetime
    end_at: datetime
    length_s: int
    length_name: str
    planned: tuple[str, ...]
    claimed: bool
    lasts: bool
    fact: str | None


class PostRow(Answer):
    """A post of the contract: whether its text wants it manned day and night, and who is there now."""

    post: str
    post_name: str
    continuous: bool
    source: Source | None
    person: str
    telephone: str
    until_at: datetime | None


class Unmanned(Answer):
    """The posts of a contract as they stand at `at`, and the spans without anybody, the newest first."""

    contract_id: str
    at: datetime
    posts: tuple[PostRow, ...]
    spans: tuple[UnmannedRow, ...]
    total_s: int
