"""What the methods of the client are made of: deeds, calls, replies, and the transports that carry them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from yunqi.kernel.errors import Problem, Trouble
from yunqi.kernel.words import _, given_error
from yunqi.wire.base import Answer, Page, Proposal, Request, Run
from yunqi.wire.invalid import invalid_request, read_field_errors

PROPOSED = 202
"""The status of a deed that waits for a second person, and of a run that has begun."""
Kind = Literal["read", "write", "run"]
Given = TypeVar("Given", bound=BaseModel)
Item = TypeVar("Item", bound=Answer)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a method does: the action, its address on the wire, the model of its request.

    `fixed`: fields that the address says already.
    """

    action: str
    method: str
    path: str
    kind: Kind
    request: type[Request]
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method. `key` makes a repeated write one deed; `if_match` binds it to what was seen."""

    deed: Deed
    request: Request
    key: str | None = None
    if_match: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file that was handed out."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status and JSON or a file; `etag` is the validator for a later write's `if_match`."""

    status: int
    body: bytes = b""
    download: Download | None = None
    etag: str = ""
    replayed: bool = False


Tell = Callable[[Run], None]
"""Hears of a run whenever it is further."""


class Transport(Protocol):
    """How calls reach an installation. Both kinds raise `Problem` and `Trouble` alike."""

    def send(self, call: Call) -> Reply:
        """What the call gave."""

    def follow(self, run_id: str, tell: Tell) -> Run:
        """The run at its end; `tell` hears of it until then."""

    def close(self) -> None:
        """Gives connections back."""


class Session:
    """A transport with what all methods share: requests are made, keys chosen, answers read."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.last: Reply | None = None

    def ask(
        self, deed: Deed, given: Mapping[str, Any], *, key: str | None = None, if_match: str | None = None
    ) -> Reply:
        """What a deed gave; None among the fields means not given. A write gets a key of its own unless one is named.

        Raises `Problem` request.invalid before anything is sent when a field can't be taken.
        """
        try:
            request = deed.request.model_validate({name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            raise invalid_request(read_field_errors(error.errors(include_url=False))) from error
        chosen = key if deed.kind == "read" else key or make_key()
        self.last = self.transport.send(Call(deed, request, chosen, if_match))
        return self.last


def make_key() -> str:
    """A fresh idempotency key."""
    return secrets.token_urlsafe(18)


def read_answer(reply: Reply, model: type[Given]) -> Given:
    """The answer as its model; raises `Trouble` server.answer for what no such answer is."""
    try:
        return TypeAdapter(model).validate_json(reply.body)
    except ValidationError as error:
        raise Trouble(
            "server.answer",
            "服务的答复无法识别",
            field="server",
            way_out="请核对服务地址，以及两端的版本是否相符",
        ) from error


class Pending(Generic[Given]):
    """Long work that has begun. `wait` gives what it made."""

    def __init__(self, session: Session, run: Run, answer: type[Given]) -> None:
        self.run = run
        self._session = session
        self._answer = answer

    def wait(self, on_progress: Tell | None = None) -> Given:
        """What the run made, once it is done; raises what ended it, or `Problem` run.cancelled."""
        self.run = self._session.transport.follow(self.run.id, on_progress or (lambda _run: None))
        require_done(self.run)
        return self._answer.model_validate(self.run.result)


def require_done(run: Run) -> None:
    """Raises what ended a run without its result."""
    if run.error is not None:
        raise given_error(Problem, run.error.code, run.error.sentence, way_out=run.error.way_out, field="run")
    if run.state != "done":
        raise given_error(Problem, f"run.{run.state}", _("任务 {id} 没有结果", id=run.id), field="run")


class Noun:
    """The methods of one noun."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _answer(
        self,
        deed: Deed,
        given: Mapping[str, Any],
        model: type[Given],
        *,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Given:
        return read_answer(self._session.ask(deed, given, key=key, if_match=if_match), model)

    def _answer_or_proposal(
        self,
        deed: Deed,
        given: Mapping[str, Any],
        model: type[Given],
        *,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Given | Proposal:
        reply = self._session.ask(deed, given, key=key, if_match=if_match)
        return read_answer(reply, Proposal) if reply.status == PROPOSED else read_answer(reply, model)

    def _begin(
        self,
        deed: Deed,
        given: Mapping[str, Any],
        model: type[Given],
        *,
        key: str | None = None,
        if_match: str | None = None,
    ) -> Pending[Given]:
        run = read_answer(self._session.ask(deed, given, key=key, if_match=if_match), Run)
        return Pending(self._session, run, model)

    def _download(self, deed: Deed, given: Mapping[str, Any]) -> Download:
        reply = self._session.ask(deed, given)
        return reply.download or Download("", "application/json", reply.body)

    def _iterate(self, deed: Deed, given: Mapping[str, Any], model: type[Page[Item]]) -> Iterator[Item]:
        cursor: str | None = None
        while True:
            page = read_answer(self._session.ask(deed, {**given, "cursor": cursor}), model)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return
