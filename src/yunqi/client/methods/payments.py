"""The methods of payments. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Done, Proposal
from yunqi.wire.contracts import OfContract
from yunqi.wire.statements import LatePayments, PaymentList, ReadLate, RecordPayment, RecordTrigger

_LATE = Deed("payment.late", "GET", "/contracts/{contract}/late-payments", "read", ReadLate)
_LIST = Deed("payment.list", "GET", "/contracts/{contract}/payments", "read", OfContract)
_RECORD = Deed("payment.record", "POST", "/contracts/{contract}/payments", "write", RecordPayment)
_TRIGGER = Deed("payment.trigger", "POST", "/contracts/{contract}/payment-triggers", "write", RecordTrigger)


class PaymentsMethods(Noun):
    """What can be asked and done."""

    def late(self, contract: str, *, as_of: date | None = None) -> LatePayments:
        """Days late by the contract's own triggers, and the sum where the contract sets one."""
        return self._answer(_LATE, {"contract": contract, "as_of": as_of}, LatePayments)

    def list(self, contract: str) -> PaymentList:
        """The money of a contract as it stands now, and all that was recorded of it."""
        return self._answer(_LIST, {"contract": contract}, PaymentList)

    def record(
        self, contract: str, *, no: int, amount: str, on: date, voucher: str = "", key: str | None = None
    ) -> Done | Proposal:
        """That an instalment, or a part of it, was paid; raises `Problem` payment.known when that is recorded
        already.
        """
        return self._answer_or_proposal(
            _RECORD, {"contract": contract, "no": no, "amount": amount, "on": on, "voucher": voucher}, Done, key=key
        )

    def trigger(self, contract: str, *, trigger: str, on: date, key: str | None = None) -> Done | Proposal:
        """That what an instalment waits for has happened; said again with another day it is corrected."""
        return self._answer_or_proposal(_TRIGGER, {"contract": contract, "trigger": trigger, "on": on}, Done, key=key)
