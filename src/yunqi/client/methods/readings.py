"""The methods of readings. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Done, Proposal
from yunqi.wire.contracts import OfContract
from yunqi.wire.readings import PointList, ReadingList, RecordReading

_LIST = Deed("reading.list", "GET", "/contracts/{contract}/readings", "read", OfContract)
_POINTS = Deed("reading.points", "GET", "/contracts/{contract}/points", "read", OfContract)
_RECORD = Deed("reading.record", "POST", "/contracts/{contract}/readings", "write", RecordReading)


class ReadingsMethods(Noun):
    """What can be asked and done."""

    def list(self, contract: str) -> ReadingList:
        """The readings of a contract that hold now, in words."""
        return self._answer(_LIST, {"contract": contract}, ReadingList)

    def points(self, contract: str) -> PointList:
        """What the parties may still agree: first what a statement waits for, then what any contract leaves open."""
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
