"""The same sessions at the command line, over a real server: who is named by --as is told by a token instead."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import Result
from tests.kits.server import give_token, serving
from tests.kits.session import Session

from yunqi.kernel.errors import Problem
from yunqi.operations.installation import Installation, require_actor

LOCAL = frozenset({"image", "doctor", "scaffold", "tour", "organisation"})
"""Nouns that are told to the machine itself here: what is no action yet, and what nobody's token may."""

ASKING = {
    "resource plan": "operator",
    "evidence import": "clerk",
    "evidence pull": "clerk",
    "evidence seal": "operator",
    "month close": "clerk",
    "report make": "clerk",
}
"""Who tells a command to a server where no --as says so."""


@dataclasses.dataclass
class RemoteSession(Session):
    """A session whose commands go to a server. Without --as they ask as the administration's officer, who sees all."""

    address: str = ""
    site: Installation | None = None
    tokens: dict[str, Path] = dataclasses.field(default_factory=dict)

    def call(self, *words: object) -> Result:
        given = [str(word) for word in words]
        if given[0] in LOCAL or {"--using-unit-person", "--second"} & set(given):
            return super().call(*words)
        assert self.cast is not None
        asking = ASKING.get(" ".join(given[:2]))
        actor = self.cast.officer if asking is None else getattr(self.side, asking)
        while "--as" in given[: given.index("--") if "--" in given else len(given)]:
            place = given.index("--as")
            actor = given[place + 1]  # the last one counts, as click has it
            del given[place : place + 2]
        try:
            token = self.token_of(actor)
        except Problem:  # somebody who is nobody has no token either
            return super().call(*words)
        return super().call("--server", self.address, "--token-file", token, *given)

    def token_of(self, reference: str) -> Path:
        """The file with the token of a person."""
        assert self.site is not None
        with self.site.database.read() as connection:
            person = require_actor(connection, reference)
        if person.id not in self.tokens:
            path = self.home.parent / f"{person.id}.token"
            path.write_text(give_token(self.site, person.id) + "\n", "ascii")
            self.tokens[person.id] = path
        return self.tokens[person.id]


@contextmanager
def over_a_server(session: Session) -> Iterator[RemoteSession]:
    """The session's home behind a server."""
    with session.installation() as site:
        site.settings = dataclasses.replace(site.settings, password_memory_mib=8, password_passes=1)
        with serving(site) as address:
            yield RemoteSession(
                session.home, session.clock, session.cast, list(session.statements), address=address, site=site
            )
