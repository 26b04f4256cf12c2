"""The methods of letters. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.reports import MadeLetter, MakeLetter

_MAKE = Deed("letter.make", "POST", "/reports/{id}/letter", "run", MakeLetter)


class LettersMethods(Noun):
    """What can be asked and done."""

    def make(
        self, id: str, *, code: str = "", dated_on: date | None = None, contact: str = "", key: str | None = None
    ) -> Pending[MadeLetter]:
        """The letter of breach or of reclaim as PDF, which becomes the draft's document, and as a Word file to
        edit.
        """
        return self._begin(
            _MAKE, {"id": id, "code": code, "dated_on": dated_on, "contact": contact}, MadeLetter, key=key
        )
