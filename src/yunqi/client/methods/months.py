"""The methods of months. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.statements import AskWhatIf, ClosedMonth, ClosedMonths, CloseMonth, CloseMonths, WhatIfDetail

_CLOSE = Deed("month.close", "POST", "/contracts/{contract}/months", "run", CloseMonth)
_CLOSE_ALL = Deed("month.close_all", "POST", "/months", "run", CloseMonths)
_WHAT_IF = Deed("month.what_if", "GET", "/contracts/{contract}/months/{month}/what-if", "read", AskWhatIf)


class MonthsMethods(Noun):
    """What can be asked and done."""

    def close(
        self, contract: str, *, month: str, known_at: datetime | None = None, key: str | None = None
    ) -> Pending[ClosedMonth]:
        """Computes and keeps the statement of a month that is over; what says the same as the last version is that
        one.
        """
        return self._begin(_CLOSE, {"contract": contract, "month": month, "known_at": known_at}, ClosedMonth, key=key)

    def close_all(self, *, month: str, key: str | None = None) -> Pending[ClosedMonths]:
        """Closes a month of every signed contract of the caller's that ran in it; one that is refused holds up no
        other.
        """
        return self._begin(_CLOSE_ALL, {"month": month}, ClosedMonths, key=key)

    def what_if(self, contract: str, *, month: str, assume: tuple[str, ...]) -> WhatIfDetail:
        """What a month would come to if something were otherwise, beside what it comes to as known now; nothing is
        kept.
        """
        return self._answer(_WHAT_IF, {"contract": contract, "month": month, "assume": assume}, WhatIfDetail)
