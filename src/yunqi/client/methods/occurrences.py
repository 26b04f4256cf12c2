"""The methods of occurrences. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import datetime

from yunqi.client.base import Deed, Noun
from yunqi.wire.base import Done, Proposal
from yunqi.wire.statements import RecordOccurrence

_RECORD = Deed("occurrence.record", "POST", "/contracts/{contract}/occurrences", "write", RecordOccurrence)


class OccurrencesMethods(Noun):
    """What can be asked and done."""

    def record(
        self,
        contract: str,
        *,
        measures: str,
        at: datetime,
        value: str | None = None,
        system: str | None = None,
        title: str = "",
        root_cause: str | None = None,
        work_order: str | None = None,
        key: str | None = None,
    ) -> Done | Proposal:
        """Something other than an incident that a penalty clause measures; raises `Problem` payment.known."""
        return self._answer_or_proposal(
            _RECORD,
            {
                "contract": contract,
                "measures": measures,
                "at": at,
                "value": value,
                "system": system,
                "title": title,
                "root_cause": root_cause,
                "work_order": work_order,
            },
            Done,
            key=key,
        )
