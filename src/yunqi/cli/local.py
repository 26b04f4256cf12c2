"""The client's way at the machine itself: actions in process, as root, in the name of the person that is named."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from yunqi.client.base import Call, Download, Reply, Tell
from yunqi.operations.actions import Content, at_machine, load_action, perform
from yunqi.operations.installation import require_actor
from yunqi.wire.base import Run

if TYPE_CHECKING:
    from yunqi.kernel.rights import Caller
    from yunqi.operations.installation import Installation
    from yunqi.store.desk_runs import DeskRun

_POLL_S = 0.5


class LocalTransport:
    """Calls in process. `actor` and `second` name persons as the command line does; without an actor root only reads
    and does what needs nobody's name.
    """

    def __init__(self, site: Installation, actor: str | None = None, second: str | None = None) -> None:
        self._site = site
        self._caller = at_machine(None if actor is None else self._person(actor))
        self._second = None if second is None else self._person(second)

    def send(self, call: Call) -> Reply:
        """What the call gave."""
        load_action(call.deed.action)
        outcome = perform(
            self._site,
            self._caller,
            call.deed.action,
            call.request,
            key=call.key,
            if_match=call.if_match,
            second=self._second if call.deed.kind != "read" else None,
        )
        value = outcome.value
        if isinstance(value, Content):
            return Reply(outcome.status, download=Download(value.name, value.media_type, value.content))
        return Reply(outcome.status, outcome.body, etag=outcome.etag, replayed=outcome.replayed)

    def follow(self, run_id: str, tell: Tell) -> Run:
        """The run at its end: carried out here, unless a server has it in hand, whose progress is then watched."""
        from yunqi.operations.actions.views import run_view
        from yunqi.operations.actions.worker import work_one
        from yunqi.store.desk_runs import OPEN, require_run

        def say(run: DeskRun) -> None:
            tell(run_view(run))

        while True:
            work_one(self._site, "command line", only=run_id, tell=say)
            with self._site.database.read() as connection:
                run = require_run(connection, run_id)
            say(run)
            if run.state != OPEN:
                return run_view(run)
            time.sleep(_POLL_S)

    def close(self) -> None:
        """The installation belongs to whoever opened it."""

    def _person(self, reference: str) -> Caller:
        from yunqi.operations.actions.base import Desk
        from yunqi.operations.actions.waiting import caller_of

        site = self._site
        with site.database.read() as connection:
            person = require_actor(connection, reference)
            return caller_of(Desk(site, at_machine(), site.clock.now(), connection), person.id)
