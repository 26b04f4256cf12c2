"""The methods of readings. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Done, Proposal
from yunqi.wire.contracts import OfContract
from yunqi.wire.readings import (
    FiguresOf,
    PointList,
    ReadingFigures,
    ReadingHistory,
    ReadingList,
    RecordReading,
    WithdrawReading,
)

_FIGURES = Deed("reading.figures", "GET", "/contracts/{contract}/readings/figures", "read", FiguresOf)
_HISTORY = Deed("reading.history", "GET", "/contracts/{contract}/readings/history", "read", OfContract)
_LIST = Deed("reading.list", "GET", "/contracts/{contract}/readings", "read", OfContract)
_POINTS = Deed("reading.points", "GET", "/contracts/{contract}/points", "read", OfContract)
_RECORD = Deed("reading.record", "POST", "/contracts/{contract}/readings", "write", RecordReading)
_WITHDRAW = Deed("reading.withdraw", "POST", "/contracts/{contract}/readings/withdrawals", "write", WithdrawReading)


class ReadingsMethods(Noun):
    """What can be asked and done."""

    def figures(self, contract: str, *, code: str, month: str | None = None) -> ReadingFigures:
        """What a month's penalty would be under each meaning of one point, the others as agreed; nothing is kept."""
        return self._answer(_FIGURES, {"contract": contract, "code": code, "month": month}, ReadingFigures)

    def history(self, contract: str) -> ReadingHistory:
        """Everything that was ever agreed, replaced and taken back, the last recorded first."""
        return self._answer(_HISTORY, {"contract": contract}, ReadingHistory)

    def list(self, contract: str) -> ReadingList:
        """The readings of a contract that hold now, in words."""
        return self._answer(_LIST, {"contract": contract}, ReadingList)

    def points(self, contract: str) -> PointList:
        """What the parties may still agree: what a statement waits for, what the review opened, what any contract
        leaves open.
        """
        return self._answer(_POINTS, {"contract": contract}, PointList)

    def record(
        self,
        contract: str,
        *,
        code: str,
        value: str,
        agreement: str,
        valid_from: datetime | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """Records what both parties agreed that an open point means."""
        return self._answer_or_proposal(
            _RECORD,
            {"contract": contract, "code": code, "value": value, "agreement": agreement, "valid_from": valid_from},
            Done,
            key=key,
        )

    def withdraw(
        self, contract: str, *, code: str, agreement: str, valid_from: datetime | None = None, key: str | None = None
    ) -> Done | Proposal:
        """Records that both parties take a reading back from an instant on; months from then on wait for another."""
        return self._answer_or_proposal(
            _WITHDRAW,
            {"contract": contract, "code": code, "agreement": agreement, "valid_from": valid_from},
            Done,
            key=key,
        )
