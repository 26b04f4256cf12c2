"""The methods of obligations. Made by scripts/client.py; not to be edited."""

from __future__ import annotations

from datetime import date
from typing import Literal

from yunqi.client.base import Deed, Noun
from yunqi.wire.obligations import (
    AnswerObligation,
    ListObligations,
    ObligationDetail,
    ObligationList,
    ReadObligation,
    RecordObligation,
    WithdrawObligation,
)

_ANSWER = Deed("obligation.answer", "POST", "/obligation-records/{id}/answers", "write", AnswerObligation)
_LIST = Deed("obligation.list", "GET", "/obligations", "read", ListObligations)
_READ = Deed("obligation.read", "GET", "/contracts/{contract}/obligations/{line}", "read", ReadObligation)
_RECORD = Deed(
    "obligation.record", "POST", "/contracts/{contract}/obligations/{line}/records", "write", RecordObligation
)
_WITHDRAW = Deed("obligation.withdraw", "POST", "/obligation-records/{id}/withdrawal", "write", WithdrawObligation)


class ObligationsMethods(Noun):
    """What can be asked and done."""

    def answer(
        self,
        id: str,
        *,
        answer: Literal["confirm", "contest"],
        reason: str = "",
        key: str | None = None,
        if_match: str | None = None,
    ) -> ObligationDetail:
        """Confirms or contests what the other party recorded."""
        return self._answer(
            _ANSWER, {"id": id, "answer": answer, "reason": reason}, ObligationDetail, key=key, if_match=if_match
        )

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

    def read(self, contract: str, *, line: str) -> ObligationDetail:
        """A line of the list with all that shows it; raises `Problem` obligation.unknown."""
        return self._answer(_READ, {"contract": contract, "line": line}, ObligationDetail)

    def record(
        self,
        contract: str,
        *,
        line: str,
        on: date,
        words: str,
        event_on: date | None = None,
        file: str | None = None,
        corrects: str | None = None,
        reason: str = "",
        key: str | None = None,
        if_match: str | None = None,
    ) -> ObligationDetail:
        """Records that it was done, or corrects such a record of the same party."""
        return self._answer(
            _RECORD,
            {
                "contract": contract,
                "line": line,
                "on": on,
                "words": words,
                "event_on": event_on,
                "file": file,
                "corrects": corrects,
                "reason": reason,
            },
            ObligationDetail,
            key=key,
            if_match=if_match,
        )

    def withdraw(
        self, id: str, *, reason: str, key: str | None = None, if_match: str | None = None
    ) -> ObligationDetail:
        """Takes one's own record back; raises `Problem` obligation.not_own, obligation.withdrawn and
        obligation.reason.
        """
        return self._answer(_WITHDRAW, {"id": id, "reason": reason}, ObligationDetail, key=key, if_match=if_match)
