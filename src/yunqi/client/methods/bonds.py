"""The methods of bonds. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Done, Proposal
from yunqi.wire.statements import RecordBond

_RECORD = Deed("bond.record", "POST", "/contracts/{contract}/bonds", "write", RecordBond)


class BondsMethods(Noun):
    """What can be asked and done."""

    def record(self, contract: str, *, amount: str, on: date, key: str | None = None) -> Done | Proposal:
        """That a performance bond was handed in; several add up. Raises `Problem` payment.known."""
        return self._answer_or_proposal(_RECORD, {"contract": contract, "amount": amount, "on": on}, Done, key=key)
