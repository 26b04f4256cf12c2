"""The methods of obligations. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.obligations import ListObligations, ObligationList

_LIST = Deed("obligation.list", "GET", "/obligations", "read", ListObligations)


class ObligationsMethods(Noun):
    """What can be asked and done."""

    def list(
        self,
        *,
        contract: str | None = None,
        start_on: date | None = None,
        end_on: date | None = None,
        party: Literal["provider", "using_unit"] | None = None,
        state: Literal["late", "due", "later", "waits", "unseen", "standing", "done"] | None = None,
        trigger: str | None = None,
        text: str | None = None,
    ) -> ObligationList:
        """Obligations of the contracts that the caller may see, the most urgent first."""
        return self._answer(
            _LIST,
            {
                "contract": contract,
                "start_on": start_on,
                "end_on": end_on,
                "party": party,
                "state": state,
                "trigger": trigger,
                "text": text,
            },
            ObligationList,
        )
