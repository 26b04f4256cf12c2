"""The client: every noun of the installation as an attribute, over any transport."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import Self

from yunqi.client.base import Reply, Session, Tell, Transport, require_done
from yunqi.client.methods import Nouns
from yunqi.client.methods.runs import RunsMethods
from yunqi.wire.base import Run


class Runs(RunsMethods):
    """Long work, with waiting."""

    def wait(self, run: Run | str, on_progress: Tell | None = None, *, check: bool = True) -> Run:
        """The run at its end; raises what ended it without its result, unless `check` is off."""
        run_id = run if isinstance(run, str) else run.id
        ended = self._session.transport.follow(run_id, on_progress or (lambda _run: None))
        if check:
            require_done(ended)
        return ended


class Client(Nouns):
    """An installation as its callers see it. Use it as a context, or close it."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(Session(transport))

    @cached_property
    def runs(self) -> Runs:
        """The methods of runs."""
        return Runs(self._session)

    @property
    def last(self) -> Reply | None:
        """The last reply as it came: its status and its validator for `if_match`."""
        return self._session.last

    def close(self) -> None:
        """Gives the transport's connections back."""
        self._session.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
