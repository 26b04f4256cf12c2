"""The methods of sessions. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import ById, Done, Nothing
from yunqi.wire.identity import OfPerson, SessionList

_END = Deed("session.end", "DELETE", "/sessions/{id}", "write", ById)
_END_OTHERS = Deed("session.end_others", "POST", "/sessions/others/end", "write", Nothing)
_LIST = Deed("session.list", "GET", "/sessions", "read", OfPerson)


class SessionsMethods(Noun):
    """What can be asked and done."""

    def end(self, id: str, *, key: str | None = None) -> Done:
        """Ends one session: one's own elsewhere, or anybody's by the security administrator."""
        return self._answer(_END, {"id": id}, Done, key=key)

    def end_others(self, *, key: str | None = None) -> SessionList:
        """Ends all of one's own sessions but this one; what is left."""
        return self._answer(_END_OTHERS, {}, SessionList, key=key)

    def list(self, *, person: str | None = None) -> SessionList:
        """A person's sessions that are alive, the latest first."""
        return self._answer(_LIST, {"person": person}, SessionList)
