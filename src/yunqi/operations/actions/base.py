"""What an action is: one use case with its right, its address on the wire, its request and answer, and its work.

The command line, the HTTP interface and the pages are made of these and go through `perform`, so what may be done, what
is recorded of it and what waits for a second person is decided in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from sqlalchemy import Connection

from yunqi.kernel.rights import Caller, Right, Target
from yunqi.kernel.rights_table import RIGHTS
from yunqi.wire.base import Request

if TYPE_CHECKING:
    from yunqi.operations.installation import Installation

Kind = Literal["read", "write", "run"]


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes to hand out: a file with its name and media type."""

    name: str
    media_type: str
    content: bytes


class Progress(Protocol):
    """How a run says how far it is, and keeps what it need not do again."""

    def __call__(self, note: str, done: int = 0, total: int | None = None) -> None:
        """Says it; raises `Problem` run.cancelled when somebody asked for its end."""

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        """The output (JSON) of a named step: of this attempt or of one before a crash."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What an action works with. `connection` belongs to the transaction of the whole deed; a run has none and opens
    its own. `second` is the person who agreed, under the two-person rule. `progress` is for runs.
    """

    site: Installation
    caller: Caller
    now: datetime
    connection: Connection
    second: Caller | None = None
    progress: Progress | None = None
    run_id: str | None = None

    @property
    def person_id(self) -> str:
        """The person in whose name it is done; raises when root at the machine named nobody."""
        if self.caller.person_id is None:
            from yunqi.kernel.errors import Problem

            raise Problem("access.nobody", "未指明经办人", field="as", way_out="请以 --as 单位/姓名 指明经办人")
        return self.caller.person_id


Work = Callable[[Desk, Any], Any]
Named = TypeVar("Named", bound=Work)
Aim = Callable[[Desk, Any], Target]


def nobody(_desk: Desk, _request: Any) -> Target:
    """The target of a list, and of what belongs to nobody yet."""
    return Target()


@dataclass(frozen=True, slots=True)
class Variant:
    """One literal form of an address, with the model that its body has there: `/orders/server` with a server's spec."""

    values: Mapping[str, str]
    body: type[Request]


@dataclass(frozen=True, slots=True)
class Action:
    """One use case. `path` holds {places} that name fields of the request; the rest of the request is the query of a
    GET and the body of everything else. `follows` names the reading action whose ETag a write may be bound to.
    `shown_once`: its request or answer holds a password, token or code, of which nothing is kept for a repetition.
    """

    name: str
    method: str
    path: str
    request: type[Request]
    answer: Any
    work: Work
    kind: Kind
    summary: str
    aim: Aim = nobody
    status: int = 200
    follows: str = ""
    title: Callable[[Desk, Any], str] | None = None
    object_of: Callable[[Any, Any], str] | None = None
    variants: Callable[[], Iterable[Variant]] | None = None
    secret_fields: frozenset[str] = field(default_factory=frozenset)
    shown_once: bool = False

    @property
    def right(self) -> Right:
        """Its row in the table of rights."""
        return RIGHTS[self.name]


ACTIONS: dict[str, Action] = {}


def action(
    name: str,
    method: str,
    path: str,
    summary: str,
    *,
    request: type[Request],
    answer: Any,
    aim: Aim = nobody,
    kind: Kind | None = None,
    status: int | None = None,
    follows: str = "",
    title: Callable[[Desk, Any], str] | None = None,
    object_of: Callable[[Any, Any], str] | None = None,
    variants: Callable[[], Iterable[Variant]] | None = None,
    secret_fields: Iterable[str] = (),
    shown_once: bool = False,
) -> Callable[[Named], Named]:
    """Registers the function below it as the work of an action; `summary` is a Chinese message id.

    GET reads; everything else writes, in one transaction, unless `kind` says that it is a run. Raises ValueError when
    the name has no row in the table of rights or is registered twice.
    """

    def register(work: Named) -> Named:
        if name in ACTIONS or name not in RIGHTS:
            raise ValueError(f"the action {name} is registered twice, or has no row in the table of rights")
        chosen: Kind = kind or ("read" if method == "GET" else "write")
        usual = 202 if chosen == "run" else 201 if method == "POST" else 200
        ACTIONS[name] = Action(
            name=name,
            method=method,
            path=path,
            request=request,
            answer=answer,
            work=work,
            kind=chosen,
            summary=summary,
            aim=aim,
            status=status or usual,
            follows=follows,
            title=title,
            object_of=object_of,
            variants=variants,
            secret_fields=frozenset(secret_fields),
            shown_once=shown_once,
        )
        return work

    return register
