"""What all requests and answers share: strict input, tolerant output, pages, errors, runs and proposals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

PAGE_LIMIT = 500
"""Most rows of one page."""
DEFAULT_LIMIT = 100
Instant = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9000, 1, 1, tzinfo=UTC))]
"""An instant that somebody gives: with its zone, and within what calendars can hold."""


class Request(BaseModel):
    """What somebody asks for: an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=20_000)


class Answer(BaseModel):
    """What comes back: a client of an older release ignores what is new."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ListRequest(Request):
    """A page of a list: `sort` names a field, with a minus for descending; `fields` names those wanted, by commas."""

    limit: Annotated[int, Field(ge=1, le=PAGE_LIMIT)] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=1000)] = None
    sort: Annotated[str | None, Field(max_length=60)] = None
    fields: Annotated[str | None, Field(max_length=1000)] = None


Item = TypeVar("Item", bound=Answer)


class Page(Answer, Generic[Item]):
    """Some rows and the cursor of the next page (None: no more)."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


class Nothing(Request):
    """A request without anything in it."""


class ById(Request):
    """A request that names one object."""

    id: Annotated[str, Field(min_length=1, max_length=200)]


class Done(Answer):
    """A deed that leaves nothing to show but its object."""

    id: str


class ProblemBody(Answer):
    """An error as the wire carries it.

    Source: RFC 9457; `code` is stable, the sentences are in the caller's language.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    code: str
    field: str = ""
    value: str = ""
    way_out: str = ""
    request_id: str = ""
    errors: tuple[FieldError, ...] = ()


class FieldError(Answer):
    """One field that could not be taken."""

    field: str
    value: str = ""
    sentence: str
    way_out: str = ""


class RunError(Answer):
    """Why a run ended without its result."""

    code: str
    sentence: str
    way_out: str = ""


class Run(Answer):
    """Long work: how far it is, what it made. `done` of `total` steps or pieces; total None: not known yet."""

    id: str
    action: str
    state: Literal["open", "done", "failed", "cancelled"]
    note: str = ""
    done: int = 0
    total: int | None = None
    contract_id: str | None = None
    person_id: str | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    result: Any = None
    error: RunError | None = None


class Proposal(Answer):
    """A deed that waits for a second person: `needs` a colleague of the same organisation or the counterparty."""

    id: str
    action: str
    title: str
    request: dict[str, Any]
    needs: Literal["colleague", "counterparty"]
    state: Literal["proposed", "agreed", "refused", "withdrawn", "expired"]
    contract_id: str | None = None
    proposed_by: str
    proposed_by_name: str = ""
    organisation_id: str
    organisation_name: str = ""
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    outcome: Any = None
    may_decide: bool = False
