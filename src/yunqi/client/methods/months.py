"""The methods of months. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun, Pending
from yunqi.wire.statements import ClosedMonth, CloseMonth

_CLOSE = Deed("month.close", "POST", "/contracts/{contract}/months", "run", CloseMonth)


class MonthsMethods(Noun):
    """What can be asked and done."""

    def close(
        self, contract: str, *, month: str, known_at: datetime | None = None, key: str | None = None
    ) -> Pending[ClosedMonth]:
        """Computes and keeps the statement of a month that is over; what says the same as the last version is that
        one.
        """
        return self._begin(_CLOSE, {"contract": contract, "month": month, "known_at": known_at}, ClosedMonth, key=key)
